"""Tables of an edition's figures: value, target, percentage and rating, or the reason for a missing value."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.marks import build_badge
from dashboard.components.tables import build_number_cell, build_table
from dashboard.selection import localize_path
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import describe_unit
from etl.wording.editions import (
    describe_edition_share,
    describe_missing_value,
    format_number,
    get_shown_value,
    summarize_edition_completeness,
)
from etl.wording.target_revisions import describe_edition_revisions

_NUMERIC = (1, 2, 3)


def build_edition_table(
    book: EditionContents, named_figures: Sequence[tuple[Any, Indicator, EditionFigure]], caption: str, locale: Locale
) -> Any:
    """Return a table with one row per figure. On a phone, each row is a small card."""
    _ = locale.gettext
    header = (_("Name"), _("Result"), _("Target"), _("Percent"), _("Rating"), _("Completeness"))
    rows = [
        (
            name,
            build_edition_amount(book, indicator, figure, locale),
            _build_target(book, indicator, figure, locale),
            _build_share(book, figure, locale),
            build_badge(figure.public_rating, locale) if figure.public_rating else "–",
            summarize_edition_completeness(figure, locale),
        )
        for name, indicator, figure in named_figures
    ]
    return build_table(caption, header, rows, numeric=_NUMERIC, stacks=True)


def build_indicator_link(indicator: Indicator, locale: Locale) -> Any:
    """Return a link to the indicator's page in the newest edition."""
    address = localize_path(f"/indicators/{indicator.code}", locale.language)
    return html.A(f"{indicator.code} {indicator.name.get_text(locale.language)}", href=address)


def build_edition_amount(book: EditionContents, indicator: Indicator, figure: EditionFigure, locale: Locale) -> Any:
    """Return the number with its unit, or the reason why it is missing."""
    value = get_shown_value(figure, indicator)
    if value is None:
        return html.Span(describe_missing_value(figure, book, locale), className="muted")
    amount_text = f"{format_number(value, indicator, locale)} {describe_unit(indicator, locale)}".strip()
    return build_number_cell(amount_text, format_plain_number(value))


def _build_target(book: EditionContents, indicator: Indicator, figure: EditionFigure, locale: Locale) -> Any:
    if figure.target is None:
        return "–"
    number = build_number_cell(format_number(figure.target, indicator, locale), format_plain_number(figure.target))
    text = describe_edition_revisions(figure, book, locale)
    return [number, html.Small(text, className="revised")] if text else number


def _build_share(book: EditionContents, figure: EditionFigure, locale: Locale) -> Any:
    if figure.share is None:
        return "–"
    return build_number_cell(describe_edition_share(figure, book, locale), format_plain_number(figure.share))
