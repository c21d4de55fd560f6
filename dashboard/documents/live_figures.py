"""The API's live figures for staff, as JSON and CSV, chosen by parameters and opened by an API token."""

import json
from urllib.parse import parse_qs

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from etl.exports.edition.chosen_figures import UnknownFilterError
from etl.exports.live_figures import (
    LIVE_PATH,
    choose_live_figures,
    read_unapproved,
    render_live_csv,
    render_live_json,
)
from etl.queries.scope import QueryScope


@registry.route(LIVE_PATH, permission="staff", accepts_tokens=True)
@registry.route(f"{LIVE_PATH}.csv", permission="staff", accepts_tokens=True)
def show_live_figures(page: PageContext) -> ResponseReturnValue:
    """Return the present figures that the parameters choose, unapproved and small ones too; without parameters all."""
    if page.snapshot is None:
        return _refuse(404, "No plan is loaded yet.")
    filters = parse_qs(page.query.removeprefix("?"), keep_blank_values=True, errors="replace")
    try:
        include_unapproved = read_unapproved(filters)
        scope = QueryScope(page.snapshot, page.now.date(), include_unapproved=include_unapproved)
        live = choose_live_figures(scope, filters)
    except UnknownFilterError as error:
        return _refuse(400, str(error))
    if page.path.rstrip("/").endswith(".csv"):
        return Response(render_live_csv(live), content_type="text/csv; charset=utf-8")
    return Response(render_live_json(live), mimetype="application/json")


def _refuse(status: int, error: str) -> Response:
    return Response(json.dumps({"error": error}), status, mimetype="application/json")
