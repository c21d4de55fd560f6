"""The indicator performance tracking table: a row for each indicator, years and quarters across."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.results import Amount, Figure
from etl.indicators.vocabulary import Indicator, Objective
from etl.queries.asking import Asking
from etl.queries.plan_overview import last_counted, need


class Shows(StrEnum):
    """What a column of the table holds."""

    BASELINE = "baseline"
    TARGET = "target"
    ACTUAL = "actual"
    SHARE = "share"
    RATING = "rating"


class Order(StrEnum):
    """In which order the rows stand: the plan's, those in need first, or by percentage."""

    PLAN = "plan"
    NEED = "need"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `period` is None for the baseline, which belongs to none."""

    period: Period | None
    shows: Shows


@dataclass(frozen=True)
class TrackedIndicator:
    """One row: the figure of each period that the table shows, and of the plan to date."""

    indicator: Indicator
    figure_by_period: dict[Period, Figure]

    @property
    def figure(self) -> Figure:
        """Of the plan to date."""
        return self.figure_by_period[PlanToDate()]

    def amount(self, column: Column) -> Amount:
        """The number of a column that holds one, or the reason that there is none; a share is a fraction of 1."""
        figure = self.figure if column.period is None else self.figure_by_period[column.period]
        if column.shows is Shows.BASELINE:
            return figure.baseline
        if column.shows is Shows.TARGET:
            return figure.target
        return figure.headline if column.shows is Shows.SHARE else figure.actual.amount


@dataclass(frozen=True)
class TrackingTable:
    """The table as it is shown and exported."""

    columns: tuple[Column, ...]
    rows: tuple[TrackedIndicator, ...]
    objectives: dict[str, Objective]
    counted_quarter: Quarter | None


def tracking_table(asking: Asking, *, objective: str = "", order: Order = Order.PLAN) -> TrackingTable:
    """The plan's indicators (of one objective, where one is named) with baseline, every year and some quarters.

    The years are those chosen, or all of the plan's; the quarters those of the chosen years, or of the year that
    counts now. Each number is the figure that the other pages show for its period.
    """
    counted = last_counted(asking)
    columns = tuple(_columns(asking, counted))
    periods = dict.fromkeys(one.period for one in columns if one.period is not None)
    rows = [
        TrackedIndicator(one, {period: asking.figure(one.code, period=period) for period in periods})
        for one in asking.indicators(objective or None)
    ]
    if order is Order.NEED:
        rows.sort(key=lambda row: need(row.figure))
    if order is Order.SHARE:
        rows.sort(key=_share_first)
    named = {one.code: one for one in asking.plan.objectives}
    return TrackingTable(columns, tuple(rows), named, counted)


def _columns(asking: Asking, counted: Quarter | None) -> Iterator[Column]:
    settings = asking.plan.settings
    chosen = _chosen_years(asking)
    years = chosen or Years(settings.first_year, settings.last_year)
    yield Column(None, Shows.BASELINE)
    for year in range(years.first, years.last + 1):
        period = Years(year, year)
        yield from (Column(period, shows) for shows in (Shows.TARGET, Shows.ACTUAL, Shows.SHARE))
    running = counted or settings.first_quarter
    detailed = chosen or Years(running.year, running.year)
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    for quarter in quarters_between(Quarter(detailed.first, 1), min(Quarter(detailed.last, 4), last)):
        yield Column(quarter, Shows.ACTUAL)
    for shows in (Shows.TARGET, Shows.ACTUAL, Shows.SHARE, Shows.RATING):
        yield Column(PlanToDate(), shows)


def _chosen_years(asking: Asking) -> Years | None:
    period = asking.period
    if isinstance(period, Quarter):
        return Years(period.year, period.year)
    return None if isinstance(period, PlanToDate) else period


def _share_first(row: TrackedIndicator) -> tuple[bool, Decimal]:
    """Lowest percentage first; rows without one at the end."""
    headline = row.figure.headline
    return (False, headline) if isinstance(headline, Decimal) else (True, Decimal(0))
