"""Files of one indicator of an edition: its figures as CSV and JSON, its chart as SVG and PNG.

They are rendered from the stored edition, so they hold what it publishes and nothing else.
"""

from flask import Response

from dashboard.access.context import PageContext
from dashboard.public.edition_responses import (
    allow_other_origins,
    get_edition_cache,
    make_public_response,
    mark_as_cacheable,
)
from etl.locale import get_locale
from etl.publication.indicator_files import INDICATOR_FILES, render_indicator_file
from etl.publication.static_site import parse_page_path
from etl.queries.editions import EditionSummary

_FOLDER = "indicators"


def make_indicator_file_response(page: PageContext, edition: EditionSummary, path: str) -> Response | None:
    """Return the file of a path such as `indicators/SO3-01.csv` or `km/indicators/SO3-01.svg`; None for others."""
    place = parse_page_path(path.strip("/"))
    folder, _, name = place.path.partition("/")
    code, _, ending = name.rpartition(".")
    if folder != _FOLDER or ending not in INDICATOR_FILES:
        return None
    contents = get_edition_cache(page.source).find_contents(edition)
    indicator = contents.find_indicator(code) if contents else None
    if contents is None or indicator is None:
        return None
    data = render_indicator_file(contents, indicator, ending, get_locale(place.language))
    response = make_public_response(data, INDICATOR_FILES[ending])
    response.headers["X-Edition"] = edition.id
    allow_other_origins(response)
    mark_as_cacheable()
    return response
