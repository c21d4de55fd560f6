"""Files of one indicator of an edition: its figures as CSV and JSON, its chart as SVG and PNG."""

from etl.exports.edition.chosen_figures import choose_figures
from etl.exports.edition.csv_file import render_chosen_figures_csv
from etl.exports.edition.json_response import render_edition_json
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.indicator_picture import render_indicator_png, render_indicator_svg

INDICATOR_FILES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv", "json": "application/json"}
"""The media type of each file, by its ending."""


def render_indicator_file(contents: EditionContents, indicator: Indicator, ending: str, locale: Locale) -> bytes:
    """Return the file of an indicator with one of the endings."""
    if ending == "svg":
        return render_indicator_svg(contents, indicator, locale)
    if ending == "png":
        return render_indicator_png(contents, indicator, locale)
    figures = choose_figures(contents, {"indicator": [indicator.code]})
    if ending == "csv":
        return render_chosen_figures_csv(figures, contents)
    return render_edition_json(contents, figures)
