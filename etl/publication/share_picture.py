"""The picture that a shared link shows: title, rating strips and counts, 1,200 x 630, Khmer shaped."""

import re
from collections.abc import Sequence

import resvg_py
from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.results import RatingCounts
from etl.locale import Locale
from etl.publication.khmer_font import FontError, find_khmer_font_files
from etl.publication.rating_styles import ACCENT, INK, PAPER, RATING_STYLES, SOFT
from etl.wording import describe_rating_counts, rating_counts_title
from etl.wording.editions import count_edition_ratings, data_notices

WIDTH, HEIGHT = 1200, 630
_LEFT = 64
_KHMER = "Noto Sans Khmer"
_LATIN = f"DejaVu Sans, Noto Sans, Liberation Sans, Arial, {_KHMER}, sans-serif"
"""The Khmer font, which is always there, has Latin letters too: for a server that has no other font."""
_KHMER_RUN = re.compile("([\u1780-\u17ff\u19e0-\u19ff\u200b-\u200d]+)")
"""Each run in its own font: a mixed line would be set letter by letter, without the stacked signs below."""
_PER_LINE = {"en": 46, "km": 40}
"""About how many characters fit into a line of the title."""


def render_share_picture(contents: EditionContents, locale: Locale, *, own_fonts_only: bool = False) -> bytes:
    """The PNG for one language; with its own font only, as on a server that has no other."""
    svg, fonts = str(_draw(contents, locale)), [str(one) for one in find_khmer_font_files()]
    if not fonts:
        raise FontError("No Khmer font is installed: run `make setup`.")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, font_files=fonts, languages=[locale.language], skip_system_fonts=own_fonts_only
        )
    )


def _draw(book: EditionContents, locale: Locale) -> Markup:
    _ = locale.gettext
    settings = book.plan.settings
    plan = _("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)
    title = rating_counts_title(count_edition_ratings(book), locale)
    lines = _wrapped(title, _PER_LINE[locale.language])
    parts = [
        # Apart, since a line that begins with Latin letters is not sure to have its Khmer shaped.
        _text(_LEFT, 92, 30, "CARDEC ·", ACCENT, weight="700"),
        _text(_LEFT + 168, 92, 30, plan, ACCENT, weight="700"),
        *(_text(_LEFT, 162 + index * 62, 44, line, INK, weight="700") for index, line in enumerate(lines)),
    ]
    top = 162 + len(lines) * 62 + 6
    room = (HEIGHT - 74 - top) / max(len(book.plan.objectives), 1)
    for index, one in enumerate(book.plan.objectives):
        tally = count_edition_ratings(book, tuple(found.code for found in book.indicators_of(one)))
        parts += _objective(one.code, tally, top + index * room, locale)
    told = " · ".join((_("Edition {name}", name=book.edition.id), *data_notices(book, locale)))
    parts.append(_text(_LEFT, HEIGHT - 34, 24, told, SOFT))
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="{2}">'
        '<rect width="{0}" height="{1}" fill="{3}"/><rect width="{0}" height="10" fill="{4}"/>{5}</svg>'
    )
    return frame.format(WIDTH, HEIGHT, _LATIN, PAPER, ACCENT, Markup("").join(parts))


def _objective(code: str, tally: RatingCounts, top: float, locale: Locale) -> Sequence[Markup]:
    """A strip of one objective with its counts in words."""
    parts = [_text(_LEFT, top + 24, 26, code, INK, weight="700")]
    total = max(tally.total, 1)
    left = _LEFT + 90.0
    for rating, count in tally.counts:
        wide = 460 * count / total
        if count:
            rect = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="28" rx="3" fill="{}"/>')
            parts.append(rect.format(left + 1, top, max(wide - 2, 1), RATING_STYLES[rating].fill))
        left += wide
    parts.append(_text(_LEFT + 574, top + 23, 19, describe_rating_counts(tally, locale), SOFT))
    return parts


def _text(x: float, y: float, size: int, words: str, fill: str, *, weight: str = "400") -> Markup:
    mark = Markup('<text x="{}" y="{:.1f}" font-size="{}" fill="{}" font-weight="{}">{}</text>')
    runs = _KHMER_RUN.split(words.replace("\u200b", ""))
    if len(runs) > 1:
        # resvg gives up on some lines that begin with another font than the one of a later run; an invisible
        # Khmer sign at the start of the line keeps it from that.
        runs.insert(0, "\u200b")
    return mark.format(x, y, size, fill, weight, Markup("").join(map(_run, runs)))


def _run(words: str) -> Markup:
    if not _KHMER_RUN.match(words):
        return Markup("{}").format(words)
    return Markup('<tspan font-family="{}">{}</tspan>').format(_KHMER, words)


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines; Khmer may break at its invisible spaces too."""
    lines = [""]
    for word in text.replace("\u200b", " \u200b").split(" "):
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width and len(lines) < 3:
            lines.append(word.removeprefix("\u200b"))
        elif word.startswith("\u200b"):
            lines[-1] += word
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
