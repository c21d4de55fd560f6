"""Parts of pages that show a figure: links, cells, and rows of tables."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.components.explain import build_explained_number, build_explained_share
from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.markup import make_link, tags
from dashboard.components.tables import Cell, build_number_cell, build_table
from dashboard.selection import Selection, append_parameters, make_address
from etl.exports.figure_rows import serialize_amount
from etl.indicators.periods import Period, PlanToDate, Quarter, make_period_key
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.vocabulary import CellKey, Indicator, Part
from etl.locale import Locale
from etl.queries.comparisons import FigureComparison
from etl.wording import (
    describe_amount,
    describe_pace,
    describe_share,
    describe_unit,
    get_share_name,
    summarize_completeness,
)
from etl.wording.explanations import explain_year_step
from etl.wording.participations import describe_number_name
from etl.wording.surprises import describe_target, explain_rating
from etl.wording.target_revisions import describe_target_revisions


def build_indicator_link(indicator: Indicator, selection: Selection, part: Part | None = None) -> Any:
    """Return the indicator's name as a link to its page with the same selection, its code, and the part's name."""
    locale = selection.locale
    address = make_address(selection, f"/staff/indicator/{indicator.code}")
    if part is None:
        return [make_link(indicator.name.get_text(locale.language), href=address), tags.Small(indicator.code)]
    key = str(CellKey(indicator.code, part.key))
    return [make_link(describe_number_name(indicator, part, locale), href=address), tags.Small(key)]


def build_number_link(figure: Figure, indicator: Indicator, selection: Selection) -> Any:
    """Return the actual as a link to its source cells, or the reason for its absence."""
    amount = figure.actual.amount
    text = describe_amount(amount, indicator, selection.locale)
    if isinstance(amount, NoValue):
        return tags.Span(text, className="muted", **{"data-exact": serialize_amount(amount)})
    period = "plan" if isinstance(figure.requested_period, PlanToDate) else str(figure.period)
    address = make_address(replace(selection, period=PlanToDate()), f"/staff/number/{figure.indicator}/{period}")
    address = append_parameters(address, part=figure.part)
    return make_link(
        build_number_cell(text, serialize_amount(amount)),
        href=address,
        title=selection.locale.gettext("Show the source"),
    )


def build_value_link(
    amount: Amount,
    indicator: Indicator,
    period: Period,
    selection: Selection,
    *,
    site: str = "",
    part: str = "",
    to_date: str = "",
) -> Any:
    """Return a number of one period as a link to its source cells, or the reason for its absence.

    `site`, `part` and `to_date` are those of `make_number_address`.
    """
    cell = build_amount_cell(amount, indicator, selection.locale)
    if isinstance(amount, NoValue):
        return cell
    address = make_number_address(indicator, period, selection, site=site, part=part, to_date=to_date)
    return make_link(cell, href=address, title=selection.locale.gettext("Show the source"))


def make_number_address(
    indicator: Indicator, period: Period, selection: Selection, *, site: str = "", part: str = "", to_date: str = ""
) -> str:
    """Return the address of the sources of a number, of one site or part where given.

    `to_date` is blank for the number of the period alone, `yes` for the total to date at its end, or the first quarter
    of that total.
    """
    site_selection = replace(selection, period=PlanToDate(), sites=(site,) if site else selection.sites)
    address = make_address(site_selection, f"/staff/number/{indicator.code}/{make_period_key(period)}")
    return append_parameters(address, part=part, to_date=to_date)


def build_quarter_link(amount: Amount, indicator: Indicator, quarter: Quarter, selection: Selection) -> Any:
    """Return the number of one quarter as a link to its source cells."""
    return build_value_link(amount, indicator, quarter, selection)


def build_amount_cell(amount: Amount, indicator: Indicator, locale: Locale) -> Any:
    """Return a number, or in small grey type the reason for its absence."""
    text, exact = describe_amount(amount, indicator, locale), serialize_amount(amount)
    if isinstance(amount, NoValue):
        return tags.Span(text, className="reason", **{"data-exact": exact})
    return build_number_cell(text, exact)


def build_target_cell(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """Return the target, with its revisions by later plan versions below."""
    cell = build_amount_cell(figure.target, indicator, locale)
    if isinstance(figure.target, NoValue):
        text = describe_target(figure, indicator, locale)
        cell = tags.Span(text, className="reason", **{"data-exact": serialize_amount(figure.target)})
    return [cell, build_revision_note(figure, indicator, locale)]


def build_rating_cell(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """Return the rating, with its reason below where it surprises."""
    reason = explain_rating(figure, indicator, locale)
    return [build_badge(figure.rating, locale), tags.Small(reason)] if reason else build_badge(figure.rating, locale)


def build_revision_note(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """Return the revisions of the figure's target in small type; None without one."""
    text = describe_target_revisions(figure, indicator, locale)
    return tags.Small(text, className="revised") if text else None


def build_share_cell(figure: Figure, locale: Locale, *, site: str = "") -> Any:
    """Return the headline percentage with its name below, so that the numbers of a column align."""
    return build_explained_share(figure, locale, name=get_share_name(figure, locale), site=site)


def build_bare_share_cell(figure: Figure, heading: Figure, locale: Locale, *, site: str = "") -> Any:
    """Return the percentage without its name where the column's heading gives it; else with its name."""
    if get_share_name(figure, locale) not in ("", get_share_name(heading, locale)):
        return build_share_cell(figure, locale, site=site)
    return build_explained_share(figure, locale, site=site)


def build_figure_row(
    figure: Figure, indicator: Indicator, selection: Selection, *, part: Part | None = None
) -> list[Cell]:
    """Return name, rating, bullet, actual, target, headline and completeness."""
    locale = selection.locale
    reason = explain_rating(figure, indicator, locale)
    return [
        build_indicator_link(indicator, selection, part),
        build_badge(figure.rating, locale),
        [build_bullet(figure, indicator, locale), tags.Small(reason) if reason else None],
        [build_number_link(figure, indicator, selection), _build_unit(indicator, locale)],
        build_target_cell(figure, indicator, locale),
        build_share_cell(figure, locale),
        summarize_completeness(figure.actual, locale),
    ]


def _build_unit(indicator: Indicator, locale: Locale) -> Any:
    unit = describe_unit(indicator, locale)
    return tags.Small(unit) if unit else ""


def build_figures_table(
    caption: str, figures: Sequence[tuple[Indicator, Figure]], selection: Selection, *, table_id: str
) -> Any:
    """Return a table with one row per indicator."""
    rows = [build_figure_row(figure, indicator, selection) for indicator, figure in figures]
    header = _make_header(selection.locale)
    return build_table(caption, header, rows, numeric=(3, 4, 5), table_id=table_id, stacks=True)


def build_part_table(
    caption: str, parts: Sequence[tuple[Indicator, Part, Figure]], selection: Selection, *, table_id: str
) -> Any:
    """Return a table with one row per part that has targets of its own."""
    rows = [build_figure_row(figure, indicator, selection, part=part) for indicator, part, figure in parts]
    header = _make_header(selection.locale)
    return build_table(caption, header, rows, numeric=(3, 4, 5), table_id=table_id, stacks=True)


def build_comparison_table(
    caption: str, comparisons: Sequence[tuple[Indicator, FigureComparison]], selection: Selection, *, table_id: str
) -> Any:
    """Return a table that also has the value of a year before and, for levels, the progress of the year."""
    locale = selection.locale
    _ = locale.gettext
    *first, last = _make_header(locale)
    header = (*first, _("A year before"), _("Progress this year"), last)
    rows = []
    for indicator, comparison in comparisons:
        *cells, complete = build_figure_row(comparison.figure, indicator, selection)
        rows.append(
            [
                *cells,
                _build_year_before(comparison, indicator, locale),
                _build_year_step(comparison, indicator, locale),
                complete,
            ]
        )
    return build_table(caption, header, rows, numeric=(3, 4, 5, 6, 7), table_id=table_id, stacks=True)


def build_untargeted_table(
    caption: str, comparisons: Sequence[tuple[Indicator, FigureComparison]], selection: Selection, *, table_id: str
) -> Any:
    """Return a table of indicators without a target, with their values and those of a year before."""
    locale = selection.locale
    _ = locale.gettext
    header = (_("Indicator"), _("Actual"), _("A year before"), _("Completeness"))
    rows = [
        [
            build_indicator_link(indicator, selection),
            [build_number_link(comparison.figure, indicator, selection), _build_unit(indicator, locale)],
            _build_year_before(comparison, indicator, locale),
            summarize_completeness(comparison.figure.actual, locale),
        ]
        for indicator, comparison in comparisons
    ]
    return build_table(caption, header, rows, numeric=(1, 2), table_id=table_id, stacks=True)


def _make_header(locale: Locale) -> tuple[str, ...]:
    _ = locale.gettext
    return (
        _("Indicator"),
        _("Rating"),
        _("Against target"),
        _("Actual"),
        _("Target"),
        _("Share"),
        _("Completeness"),
    )


def _build_year_before(comparison: FigureComparison, indicator: Indicator, locale: Locale) -> Any:
    if comparison.year_before is None:
        return "–"
    return build_amount_cell(comparison.year_before.actual.amount, indicator, locale)


def _build_year_step(comparison: FigureComparison, indicator: Indicator, locale: Locale) -> Any:
    """Return the part of the year's planned change that is done, above the pace since the baseline."""
    step = comparison.year_step
    if step is None:
        return "–"
    pace = ""
    if not isinstance(comparison.figure.pace, NoValue):
        pace = locale.gettext("pace {share}", share=describe_pace(comparison.figure, locale))
    text, exact = describe_share(step.share, locale), serialize_amount(step.share)
    if isinstance(step.share, NoValue):
        reason = tags.Span(text, className="reason", **{"data-exact": exact})
        return [reason, tags.Small(pace)] if pace else reason
    return build_explained_number(
        build_number_cell(text, exact), explain_year_step(step, indicator, locale), locale, name=pace
    )
