"""The indicator performance tracking table: a row for each indicator, years and quarters across."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.results import Amount, Figure
from etl.indicators.vocabulary import Indicator, Objective
from etl.queries.plan_overview import find_counted_quarter, urgency_key
from etl.queries.scope import QueryScope


class ColumnKind(StrEnum):
    """What a column of the table holds."""

    BASELINE = "baseline"
    TARGET = "target"
    ACTUAL = "actual"
    SHARE = "share"
    RATING = "rating"


class SortOrder(StrEnum):
    """In which order the rows stand: the plan's, those in need first, or by percentage."""

    PLAN = "plan"
    URGENCY = "need"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `period` is None for the baseline, which belongs to none."""

    period: Period | None
    kind: ColumnKind


@dataclass(frozen=True)
class TrackingRow:
    """One row: the figure of each period that the table shows, and of the plan to date."""

    indicator: Indicator
    figure_by_period: dict[Period, Figure]

    @property
    def figure(self) -> Figure:
        """Of the plan to date."""
        return self.figure_by_period[PlanToDate()]

    def get_amount(self, column: Column) -> Amount:
        """The number of a column that holds one, or the reason that there is none; a share is a fraction of 1."""
        figure = self.figure if column.period is None else self.figure_by_period[column.period]
        if column.kind is ColumnKind.BASELINE:
            return figure.baseline
        if column.kind is ColumnKind.TARGET:
            return figure.target
        return figure.headline if column.kind is ColumnKind.SHARE else figure.actual.amount


@dataclass(frozen=True)
class TrackingTable:
    """The table as it is shown and exported."""

    columns: tuple[Column, ...]
    rows: tuple[TrackingRow, ...]
    objectives: dict[str, Objective]
    counted_quarter: Quarter | None


def get_tracking_table(scope: QueryScope, *, objective: str = "", order: SortOrder = SortOrder.PLAN) -> TrackingTable:
    """The plan's indicators (of one objective, where one is named) with baseline, every year and some quarters.

    The years are those chosen, or all of the plan's; the quarters those of the chosen years, or of the year that
    counts now. Each number is the figure that the other pages show for its period.
    """
    counted = find_counted_quarter(scope)
    columns = tuple(_columns(scope, counted))
    periods = dict.fromkeys(one.period for one in columns if one.period is not None)
    rows = [
        TrackingRow(one, {period: scope.get_figure(one.code, period=period) for period in periods})
        for one in scope.list_indicators(objective or None)
    ]
    if order is SortOrder.URGENCY:
        rows.sort(key=lambda row: urgency_key(row.figure))
    if order is SortOrder.SHARE:
        rows.sort(key=_share_first)
    named = {one.code: one for one in scope.plan.objectives}
    return TrackingTable(columns, tuple(rows), named, counted)


def _columns(scope: QueryScope, counted: Quarter | None) -> Iterator[Column]:
    settings = scope.plan.settings
    chosen = _chosen_years(scope)
    years = chosen or Years(settings.first_year, settings.last_year)
    yield Column(None, ColumnKind.BASELINE)
    for year in range(years.first, years.last + 1):
        period = Years(year, year)
        yield from (Column(period, shows) for shows in (ColumnKind.TARGET, ColumnKind.ACTUAL, ColumnKind.SHARE))
    running = counted or settings.first_quarter
    detailed = chosen or Years(running.year, running.year)
    last = min(settings.calendar.last_ended(scope.today), settings.last_quarter)
    for quarter in quarters_between(Quarter(detailed.first, 1), min(Quarter(detailed.last, 4), last)):
        yield Column(quarter, ColumnKind.ACTUAL)
    for shows in (ColumnKind.TARGET, ColumnKind.ACTUAL, ColumnKind.SHARE, ColumnKind.RATING):
        yield Column(PlanToDate(), shows)


def _chosen_years(scope: QueryScope) -> Years | None:
    period = scope.period
    if isinstance(period, Quarter):
        return Years(period.year, period.year)
    return None if isinstance(period, PlanToDate) else period


def _share_first(row: TrackingRow) -> tuple[bool, Decimal]:
    """Lowest percentage first; rows without one at the end."""
    headline = row.figure.headline
    return (False, headline) if isinstance(headline, Decimal) else (True, Decimal(0))
