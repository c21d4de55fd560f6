"""The chart of an indicator by year as a picture of its own, to embed and to download."""

from collections.abc import Sequence

import resvg_py
from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.indicator_page import draw_indicator_years, list_chart_ratings
from etl.publication.khmer_font import FontError, find_khmer_font_files
from etl.publication.rating_styles import INK, RATING_STYLES, SOFT
from etl.publication.share_picture import wrap_title
from etl.publication.signs import draw_sign_at
from etl.wording import describe_rating, describe_unit
from etl.wording.editions import list_edition_notices, make_edition_figure_title

PICTURE_WIDTH = 680
"""Pixels of the SVG; the PNG has twice as many."""
_CHART_HEIGHT, _KEY_HEIGHT, _LINE = 230, 26, 26
_KEY_STEP = 108
"""Pixels for an entry of the key: five ratings and the target are as wide as the picture."""
_FONT = "Noto Sans Khmer, Noto Sans, DejaVu Sans, sans-serif"
"""One font for both scripts: in a line of two fonts, resvg would not stack the signs below Khmer letters."""
_PER_LINE = {"en": 68, "km": 62}


def render_indicator_svg(contents: EditionContents, indicator: Indicator, locale: Locale) -> bytes:
    """Return the chart with its title, unit, edition and notices as an SVG file."""
    figure = contents.get_plan_to_date_figure(indicator.code)
    lines = wrap_title(make_edition_figure_title(figure, indicator, contents, locale), _PER_LINE[locale.language])
    top = 22 + _LINE * len(lines)
    height = top + _CHART_HEIGHT + _KEY_HEIGHT + 34
    edition = locale.gettext("Edition {name}", name=contents.edition.id)
    notes = (describe_unit(indicator, locale), "CARDEC", edition, *list_edition_notices(contents, locale))
    texts = [_render_text(18, 28 + _LINE * index, 19, line, INK, weight="700") for index, line in enumerate(lines)]
    texts.append(_render_text(18, height - 14, 13, " · ".join(filter(None, notes)), SOFT))
    chart = Markup('<g transform="translate(20 {})">{}</g>').format(
        top, draw_indicator_years(contents, indicator, locale)
    )
    key = _render_key(list_chart_ratings(contents, indicator), top + _CHART_HEIGHT + 18, locale)
    frame = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="{2}">'
        '<rect width="{0}" height="{1}" fill="#fff"/>{3}{4}{5}</svg>'
    )
    return str(Markup(frame).format(PICTURE_WIDTH, height, _FONT, Markup("").join(texts), chart, key)).encode()


def render_indicator_png(contents: EditionContents, indicator: Indicator, locale: Locale) -> bytes:
    """Return the same picture as a PNG file of twice its size."""
    fonts = [str(path) for path in find_khmer_font_files()]
    if not fonts:
        raise FontError("No Khmer font is installed: run `make setup`.")
    svg = render_indicator_svg(contents, indicator, locale).decode()
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts, languages=[locale.language], zoom=2))


def _render_key(ratings: Sequence[Rating], y: int, locale: Locale) -> Markup:
    """Return what the black line and the signs of the ratings mean, side by side."""
    line = Markup('<line x1="18" x2="32" y1="{0}" y2="{0}" stroke="{1}" stroke-width="2.5"/>').format(y - 4, INK)
    parts = [line, _render_text(37, y, 13, locale.gettext("target"), SOFT)]
    for index, rating in enumerate(ratings, start=1):
        style, left = RATING_STYLES[rating], 18 + index * _KEY_STEP
        parts.append(draw_sign_at(style.sign, left, y - 11, 12, style.text))
        parts.append(_render_text(left + 16, y, 13, describe_rating(rating, locale), style.text))
    return Markup("").join(parts)


def _render_text(x: int, y: int, size: int, text: str, fill: str, *, weight: str = "400") -> Markup:
    mark = Markup('<text x="{}" y="{}" font-size="{}" fill="{}" font-weight="{}">{}</text>')
    return mark.format(x, y, size, fill, weight, text)
