"""An edition's figures as a table: value, target, percentage and rating, or in words why there is none."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.marks import build_badge
from dashboard.components.tables import build_table, number_cell
from dashboard.selection import in_language
from etl.exports.figure_rows import plain_number
from etl.indicators.editions import Book, EditionFigure
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import speak
from etl.wording import unit_words
from etl.wording.editions import complete_words, number_words, share_words_of, state_words

_NUMERIC = (1, 2, 3)


def build_edition_table(
    book: Book, shown: Sequence[tuple[str, Indicator, EditionFigure]], caption: str, language: str
) -> Any:
    """A row for each figure under its name; on a phone each row is a small card."""
    say = speak(language)
    header = (say("Name"), say("Result"), say("Target"), say("Percent"), say("Status"), say("Completeness"))
    rows = [
        (
            name,
            build_edition_amount(book, indicator, figure, language),
            _target(indicator, figure, language),
            _share(figure, language),
            build_badge(figure.rated, language) if figure.rated else "–",
            complete_words(figure, language) or say("complete"),
        )
        for name, indicator, figure in shown
    ]
    return build_table(caption, header, rows, numeric=_NUMERIC, stacks=True)


def build_indicator_link(indicator: Indicator, language: str) -> Any:
    """To the indicator's page of the newest edition."""
    address = in_language(f"/indicators/{indicator.code}", language)
    return html.A(f"{indicator.code} {indicator.name.in_language(language)}", href=address)


def build_edition_amount(book: Book, indicator: Indicator, figure: EditionFigure, language: str) -> Any:
    """The number with its unit, or why there is none."""
    if figure.value is None:
        return html.Span(state_words(figure, book, language), className="muted")
    shown = f"{number_words(figure.value, indicator, language)} {unit_words(indicator, language)}".strip()
    return number_cell(shown, plain_number(figure.value))


def _target(indicator: Indicator, figure: EditionFigure, language: str) -> Any:
    if figure.target is None:
        return "–"
    return number_cell(number_words(figure.target, indicator, language), plain_number(figure.target))


def _share(figure: EditionFigure, language: str) -> Any:
    if figure.share is None:
        return "–"
    return number_cell(share_words_of(figure, language), plain_number(figure.share))
