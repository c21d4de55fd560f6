"""Draw the preview image of shared links: title, rating strips and counts, 1,200 x 630 pixels."""

import re
from collections.abc import Sequence
from functools import lru_cache

import resvg_py
from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.results import RatingCounts
from etl.locale import Locale
from etl.publication.khmer_font import FontError, find_khmer_font_files
from etl.publication.rating_styles import ACCENT, INK, PAPER, RATING_STYLES, SOFT
from etl.wording import describe_rating_counts, make_rating_counts_title
from etl.wording.editions import count_edition_ratings, list_edition_notices

WIDTH, HEIGHT = 1200, 630
_LEFT = 64
_KHMER = "Noto Sans Khmer"
_LATIN = f"DejaVu Sans, Noto Sans, Liberation Sans, Arial, {_KHMER}, sans-serif"
"""The Khmer font, which is always installed, also has Latin letters, for servers without other fonts."""
_KHMER_RUN = re.compile("([\u1780-\u17ff\u19e0-\u19ff\u200b-\u200d]+)")
"""Khmer runs get their own font: in a mixed line, resvg would not stack the signs below letters."""
_PER_LINE = {"en": 46, "km": 40}
"""Approximate number of characters in a line of the title."""


def render_share_picture(contents: EditionContents, locale: Locale, *, own_fonts_only: bool = False) -> bytes:
    """Return the PNG in one language. `own_fonts_only` ignores the fonts of the system."""
    fonts = tuple(str(path) for path in find_khmer_font_files())
    if not fonts:
        raise FontError("No Khmer font is installed: run `make setup`.")
    return _rasterize(str(_draw(contents, locale)), fonts, locale.language, own_fonts_only)


@lru_cache(maxsize=4)
def _rasterize(svg: str, fonts: tuple[str, ...], language: str, own_fonts_only: bool) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, font_files=list(fonts), languages=[language], skip_system_fonts=own_fonts_only
        )
    )


def _draw(contents: EditionContents, locale: Locale) -> Markup:
    _ = locale.gettext
    settings = contents.plan.settings
    plan = _("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)
    title = make_rating_counts_title(count_edition_ratings(contents), locale)
    lines = wrap_title(title, _PER_LINE[locale.language])
    parts = [
        # Separate texts, since resvg may not shape Khmer in a line that begins with Latin letters.
        _render_text(_LEFT, 92, 30, "CARDEC ·", ACCENT, weight="700"),
        _render_text(_LEFT + 168, 92, 30, plan, ACCENT, weight="700"),
        *(_render_text(_LEFT, 162 + index * 62, 44, line, INK, weight="700") for index, line in enumerate(lines)),
    ]
    top = 162 + len(lines) * 62 + 6
    height = (HEIGHT - 74 - top) / max(len(contents.plan.objectives), 1)
    for index, objective in enumerate(contents.plan.objectives):
        codes = tuple(indicator.code for indicator in contents.list_objective_indicators(objective))
        counts = count_edition_ratings(contents, codes)
        parts += _render_objective(objective.code, counts, top + index * height, locale)
    footer = " · ".join((_("Edition {name}", name=contents.edition.id), *list_edition_notices(contents, locale)))
    parts.append(_render_text(_LEFT, HEIGHT - 34, 24, footer, SOFT))
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="{2}">'
        '<rect width="{0}" height="{1}" fill="{3}"/><rect width="{0}" height="10" fill="{4}"/>{5}</svg>'
    )
    return frame.format(WIDTH, HEIGHT, _LATIN, PAPER, ACCENT, Markup("").join(parts))


def _render_objective(code: str, counts: RatingCounts, top: float, locale: Locale) -> Sequence[Markup]:
    """Return the rating strip of an objective with its counts in text."""
    parts = [_render_text(_LEFT, top + 24, 26, code, INK, weight="700")]
    total = max(counts.total, 1)
    left = _LEFT + 90.0
    for rating, count in counts.counts:
        width = 460 * count / total
        if count:
            rect = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="28" rx="3" fill="{}"/>')
            parts.append(rect.format(left + 1, top, max(width - 2, 1), RATING_STYLES[rating].fill))
        left += width
    parts.append(_render_text(_LEFT + 574, top + 23, 19, describe_rating_counts(counts, locale), SOFT))
    return parts


def _render_text(x: float, y: float, size: int, text: str, fill: str, *, weight: str = "400") -> Markup:
    mark = Markup('<text x="{}" y="{:.1f}" font-size="{}" fill="{}" font-weight="{}">{}</text>')
    runs = _KHMER_RUN.split(text.replace("\u200b", ""))
    if len(runs) > 1:
        # resvg drops some lines that begin with another font than a later run. An invisible Khmer character at the
        # start prevents that.
        runs.insert(0, "\u200b")
    return mark.format(x, y, size, fill, weight, Markup("").join(map(_build_run, runs)))


def _build_run(text: str) -> Markup:
    if not _KHMER_RUN.match(text):
        return Markup("{}").format(text)
    return Markup('<tspan font-family="{}">{}</tspan>').format(_KHMER, text)


def wrap_title(text: str, width: int) -> list[str]:
    """Return up to three lines. Khmer also breaks at zero-width spaces."""
    lines = [""]
    for word in text.replace("\u200b", " \u200b").split(" "):
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width and len(lines) < 3:
            lines.append(word.removeprefix("\u200b"))
        elif word.startswith("\u200b"):
            lines[-1] += word
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
