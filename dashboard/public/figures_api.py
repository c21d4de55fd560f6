"""The API's figures of an edition, as JSON and CSV, chosen by parameters."""

import json
from urllib.parse import parse_qs

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.public.edition_responses import (
    LATEST,
    allow_other_origins,
    get_edition_cache,
    make_file_response,
    make_public_response,
    redirect_to_newest,
)
from etl.exports.edition.chosen_figures import UnknownFilterError, choose_figures
from etl.exports.edition.csv_file import render_chosen_figures_csv
from etl.exports.edition.downloads import API_FIGURES
from etl.exports.edition.json_response import render_edition_json
from etl.queries.editions import EditionSummary


@registry.route("/api/v1/editions/<edition>/figures", permission="public")
@registry.route("/api/v1/editions/<edition>/figures.csv", permission="public")
def show_edition_figures(page: PageContext) -> ResponseReturnValue:
    """Return the figures of one edition that the parameters choose; without parameters all of them."""
    editions = get_edition_cache(page.source).list_editions()
    if page.path_params["edition"] == LATEST and editions:
        return allow_other_origins(redirect_to_newest(page, editions))
    edition = next((edition for edition in editions if edition.id == page.path_params["edition"]), None)
    if edition is None:
        return _refuse(404, "There is no such edition.", editions=[edition.id for edition in editions])
    return _make_figures_response(page, edition, editions)


def _make_figures_response(
    page: PageContext, edition: EditionSummary, editions: tuple[EditionSummary, ...]
) -> ResponseReturnValue:
    filters = parse_qs(page.query.removeprefix("?"), keep_blank_values=True, errors="replace")
    is_csv = page.path.rstrip("/").endswith(".csv")
    stored = make_file_response(page, edition, API_FIGURES, editions) if not filters and not is_csv else None
    if stored is not None:
        return allow_other_origins(stored)
    contents = get_edition_cache(page.source).find_contents(edition)
    if contents is None:
        return _refuse(404, "There is no such edition.")
    try:
        figures = choose_figures(contents, filters)
    except UnknownFilterError as error:
        return _refuse(400, str(error))
    if is_csv:
        response = make_public_response(render_chosen_figures_csv(figures, contents), "text/csv")
    else:
        response = make_public_response(render_edition_json(contents, figures), "application/json")
    response.headers["X-Edition"] = edition.id
    return allow_other_origins(response)


def _refuse(status: int, error: str, **facts: object) -> ResponseReturnValue:
    return allow_other_origins(Response(json.dumps({"error": error, **facts}), status, mimetype="application/json"))
