"""The figures that the explore page shows, as a file."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.explore_choices import iterate_shown_figures, parse_choices
from dashboard.public.edition_responses import get_edition_cache, make_not_found_response
from etl.exports.edition.csv_file import render_chosen_figures_csv
from etl.queries.editions import find_newest_edition_contents


@registry.route("/explore.csv", permission="public")
def save_shown_figures(page: PageContext) -> ResponseReturnValue:
    """Return the figures of the address's choices as CSV, as the file of all figures has them."""
    contents = find_newest_edition_contents(page.source)
    if contents is None:
        return make_not_found_response(page, get_edition_cache(page.source).list_editions())
    choices = parse_choices(page.query, contents, page.language)
    figures = (item.figure for item in iterate_shown_figures(choices, contents))
    response = Response(render_chosen_figures_csv(figures, contents), content_type="text/csv; charset=utf-8")
    name = f"cardec-{contents.edition.id}-{choices.view}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Edition"] = contents.edition.id
    response.add_etag()
    return response.make_conditional(request)
