"""Where a number comes from: the cells behind a figure, each with its file, sheet, cell, sender and approver."""

from collections.abc import Callable
from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.sources import read_sources
from etl.database.records import CellSource
from etl.indicators.periods import PlanToDate, Quarter, Years, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.results import Figure
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Indicator
from etl.questions.asking import Asking
from etl.questions.source import Source


@dataclass(frozen=True)
class NumberSource:
    """A figure and what it was made from, by quarter and site."""

    indicator: Indicator
    figure: Figure
    inputs: tuple[CellSource, ...]


def number_source(source: Source, asking: Asking, code: str) -> NumberSource | None:
    """The cells behind the indicator's figure for what was asked; None for a code that the plan doesn't have."""
    indicator = asking.plan.indicator_by_code.get(code)
    if indicator is None:
        return None
    figure = asking.figure(code)
    keys = input_keys(asking.plan, indicator)
    with reading(source.engine) as connection:
        found = read_sources(
            connection,
            basis="submitted" if asking.include_unapproved else "approved",
            indicators={key.indicator for key in keys},
            sites=figure.sites,
            quarters=_quarters(asking, figure),
        )
    wanted = _wanted(indicator, figure)
    return NumberSource(
        indicator,
        figure,
        tuple(one for one in found if one.cell.key in keys and wanted(one.origin.site, one.origin.quarter)),
    )


def input_keys(plan: Plan, indicator: Indicator) -> frozenset[CellKey]:
    """The keys that an indicator's value is made of; a blank total is made of its exhaustive parts."""
    if indicator.is_ratio:
        numerator = indicator.numerator_ref or CellKey(indicator.code, NUMERATOR)
        denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
        return frozenset({numerator, denominator})
    parts = (CellKey(indicator.code, part.key) for part in plan.parts_of(indicator.code) if part.exhaustive)
    return frozenset({CellKey(indicator.code), *parts})


def _quarters(asking: Asking, figure: Figure) -> tuple[Quarter, ...]:
    settings = asking.plan.settings
    period = figure.period
    if isinstance(period, Quarter):
        return (period,)
    if isinstance(period, PlanToDate):
        period = Years(settings.first_year, settings.last_year)
    carried = {one.since for one in figure.actual.carried}
    within = quarters_between(Quarter(period.first, 1), Quarter(period.last, 4))
    return tuple(sorted({*within, *carried}))


def _wanted(indicator: Indicator, figure: Figure) -> Callable[[str, Quarter], bool]:
    """Which cells count: all of the period for what adds up, the latest level of each site otherwise."""
    if not indicator.is_stock:
        return lambda site, quarter: True
    carried = {one.site: one.since for one in figure.actual.carried}
    latest = figure.counted_quarter

    def is_latest(site: str, quarter: Quarter) -> bool:
        wanted = carried.get(site, latest)
        return wanted is not None and quarter == wanted

    return is_latest
