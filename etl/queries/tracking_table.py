"""The indicator performance tracking table: one row per indicator, years and quarters across."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from etl.indicators.part_targets import list_parts_with_targets
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between, make_period_key
from etl.indicators.results import Amount, Figure, Rating, Value
from etl.indicators.vocabulary import CellKey, Indicator, Objective, Part
from etl.queries.plan_overview import find_counted_quarter, make_urgency_key
from etl.queries.scope import QueryScope


class ColumnKind(StrEnum):
    """What a column contains."""

    BASELINE = "baseline"
    TARGET = "target"
    ACTUAL = "actual"
    SHARE = "share"
    RATING = "rating"
    REVISIONS = "revisions"


class SortOrder(StrEnum):
    """The order of rows: as in the plan, most behind first, or by percentage."""

    PLAN = "plan"
    URGENCY = "need"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `period` is None for the baseline and for the revisions of targets."""

    period: Period | None
    kind: ColumnKind

    @property
    def key(self) -> str:
        """The column's name in addresses, such as `2025.actual` or `.baseline`."""
        return f"{make_period_key(self.period) if self.period is not None else ''}.{self.kind}"


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The order of rows by the numbers of one column, named by its key."""

    key: str
    is_descending: bool = False


@dataclass(frozen=True)
class TrackingRow:
    """One indicator, or a part with targets, with its figure of each period of the table and of the plan to date."""

    indicator: Indicator
    figure_by_period: dict[Period, Figure]
    participations: dict[Period, Value] = field(default_factory=dict)
    """The participations of each period, if the indicator counts new people."""
    part: Part | None = None

    @property
    def key(self) -> CellKey:
        return CellKey(self.indicator.code, self.part.key if self.part else "")

    @property
    def figure(self) -> Figure:
        """The figure of the plan to date."""
        return self.figure_by_period[PlanToDate()]

    def list_revised_figures(self) -> list[tuple[Period, Figure]]:
        """Return the figures of years and of the plan to date whose target was revised."""
        return [
            (period, figure)
            for period, figure in self.figure_by_period.items()
            if figure.target_revisions and not isinstance(period, Quarter)
        ]

    def get_figure(self, column: Column) -> Figure:
        """Return the figure of the column's period; of the plan to date for a column without a period."""
        return self.figure if column.period is None else self.figure_by_period[column.period]

    def get_amount(self, column: Column) -> Amount:
        """Return the number of a column, or the reason that there is none. A share is a fraction of 1."""
        figure = self.get_figure(column)
        if column.kind is ColumnKind.BASELINE:
            return figure.baseline
        if column.kind is ColumnKind.TARGET:
            return figure.target
        return figure.headline if column.kind is ColumnKind.SHARE else figure.actual.amount


@dataclass(frozen=True)
class TrackingTable:
    """The whole table, as pages display it and exports write it."""

    columns: tuple[Column, ...]
    rows: tuple[TrackingRow, ...]
    objectives: dict[str, Objective]
    counted_quarter: Quarter | None


def get_tracking_table(scope: QueryScope, *, order: SortOrder | ColumnOrder = SortOrder.PLAN) -> TrackingTable:
    """Return the indicators in scope with baseline, years and quarters, in the plan's order for an unknown column.

    The years are those in scope, or all of the plan's; the quarters are those of the years in scope, or of the year
    that counts now.
    """
    counted_quarter = find_counted_quarter(scope)
    columns = list(_iterate_columns(scope, counted_quarter))
    periods = dict.fromkeys(column.period for column in columns if column.period is not None)
    rows = [_make_row(scope, indicator, periods) for indicator in scope.list_indicators()]
    if order is SortOrder.URGENCY:
        rows.sort(key=lambda row: make_urgency_key(row.figure))
    if order is SortOrder.SHARE:
        rows.sort(key=_make_share_key)
    if isinstance(order, ColumnOrder):
        rows = _sort_by_column(rows, columns, order)
    objectives = {candidate.code: candidate for candidate in scope.plan.objectives}
    all_rows = tuple(_iterate_with_parts(scope, rows, periods))
    if any(row.list_revised_figures() for row in all_rows):
        columns.append(Column(None, ColumnKind.REVISIONS))
    return TrackingTable(tuple(columns), all_rows, objectives, counted_quarter)


def _make_row(
    scope: QueryScope, indicator: Indicator, periods: Iterable[Period], part: Part | None = None
) -> TrackingRow:
    key = part.key if part else ""
    figures = {period: scope.get_figure(indicator.code, period=period, part=key) for period in periods}
    participations = {
        period: value
        for period in ([] if part else periods)
        if (value := scope.compute_participations(indicator.code, period=period)) is not None
    }
    return TrackingRow(indicator, figures, participations, part)


def _iterate_with_parts(
    scope: QueryScope, rows: Iterable[TrackingRow], periods: Iterable[Period]
) -> Iterator[TrackingRow]:
    """Yield each row, followed by those of its parts that have targets of their own."""
    for row in rows:
        yield row
        for part in list_parts_with_targets(scope.plan, row.indicator.code):
            yield _make_row(scope, row.indicator, periods, part)


def _iterate_columns(scope: QueryScope, counted_quarter: Quarter | None) -> Iterator[Column]:
    settings = scope.plan.settings
    chosen_years = _find_years(scope)
    years = chosen_years or Years(settings.first_year, settings.last_year)
    yield Column(None, ColumnKind.BASELINE)
    for year in range(years.first, years.last + 1):
        period = Years(year, year)
        yield from (Column(period, kind) for kind in (ColumnKind.TARGET, ColumnKind.ACTUAL, ColumnKind.SHARE))
    current = counted_quarter or settings.first_quarter
    detailed = chosen_years or Years(current.year, current.year)
    last = min(settings.calendar.find_last_ended_quarter(scope.today), settings.last_quarter)
    for quarter in list_quarters_between(Quarter(detailed.first, 1), min(Quarter(detailed.last, 4), last)):
        yield Column(quarter, ColumnKind.ACTUAL)
    for kind in (ColumnKind.TARGET, ColumnKind.ACTUAL, ColumnKind.SHARE, ColumnKind.RATING):
        yield Column(PlanToDate(), kind)


def _find_years(scope: QueryScope) -> Years | None:
    period = scope.period
    if isinstance(period, Quarter):
        return Years(period.year, period.year)
    return None if isinstance(period, PlanToDate) else period


def _sort_by_column(rows: list[TrackingRow], columns: list[Column], order: ColumnOrder) -> list[TrackingRow]:
    """Return the rows by the numbers of a column, those without a number last; ratings best first."""
    column = next((column for column in columns if column.key == order.key), None)
    if column is None:
        return rows
    numbers = [(row, _get_sort_number(row, column)) for row in rows]
    with_numbers = [(row, number) for row, number in numbers if number is not None]
    with_numbers.sort(key=lambda item: -item[1] if order.is_descending else item[1])
    return [row for row, _ in with_numbers] + [row for row, number in numbers if number is None]


def _get_sort_number(row: TrackingRow, column: Column) -> Decimal | None:
    if column.kind is ColumnKind.RATING:
        return Decimal(list(Rating).index(row.figure.rating))
    amount = row.get_amount(column)
    return amount if isinstance(amount, Decimal) else None


def _make_share_key(row: TrackingRow) -> tuple[bool, Decimal]:
    """Sort the lowest percentage first, rows without one last."""
    headline = row.figure.headline
    return (False, headline) if isinstance(headline, Decimal) else (True, Decimal(0))
