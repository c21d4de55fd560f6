"""Files of one indicator of an edition: its figures as CSV and JSON, its chart as SVG and PNG.

They are rendered from the stored edition, so they hold what it publishes and nothing else.
"""

from flask import Response

from dashboard.access.context import PageContext
from dashboard.public.edition_responses import allow_other_origins, get_edition_cache, make_public_response
from etl.exports.edition.chosen_figures import choose_figures
from etl.exports.edition.csv_file import render_chosen_figures_csv
from etl.exports.edition.json_response import render_edition_json
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale, get_locale
from etl.publication.indicator_picture import render_indicator_png, render_indicator_svg
from etl.publication.static_site import parse_page_path
from etl.queries.editions import EditionSummary

MEDIA_TYPES = {"csv": "text/csv", "json": "application/json", "svg": "image/svg+xml", "png": "image/png"}
_FOLDER = "indicators"


def make_indicator_file_response(page: PageContext, edition: EditionSummary, path: str) -> Response | None:
    """Return the file of a path such as `indicators/SO3-01.csv` or `km/indicators/SO3-01.svg`; None for others."""
    place = parse_page_path(path.strip("/"))
    folder, _, name = place.path.partition("/")
    code, _, ending = name.rpartition(".")
    if folder != _FOLDER or ending not in MEDIA_TYPES:
        return None
    contents = get_edition_cache(page).find_contents(edition)
    indicator = contents.find_indicator(code) if contents else None
    if contents is None or indicator is None:
        return None
    data = _render(contents, indicator, ending, get_locale(place.language))
    response = make_public_response(data, MEDIA_TYPES[ending])
    response.headers["X-Edition"] = edition.id
    allow_other_origins(response)
    return response


def _render(contents: EditionContents, indicator: Indicator, ending: str, locale: Locale) -> bytes:
    if ending == "svg":
        return render_indicator_svg(contents, indicator, locale)
    if ending == "png":
        return render_indicator_png(contents, indicator, locale)
    figures = choose_figures(contents, {"indicator": [indicator.code]})
    if ending == "csv":
        return render_chosen_figures_csv(figures, contents)
    return render_edition_json(contents, figures)
