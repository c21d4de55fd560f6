"""The effects of one more return or plan version: changed numbers, and figures before and after."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import Record, replace_site_returns
from etl.indicators.results import Figure
from etl.indicators.vocabulary import CellKey, Observation, SiteReturn, Source


class ChangeKind(StrEnum):
    """The kind of change of a number. A dropped number is blank in the new return."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number before and after. None is a blank cell, a value of None "not collected"."""

    key: CellKey
    old: Observation | None
    new: Observation | None

    @property
    def kind(self) -> ChangeKind:
        if self.old is None:
            return ChangeKind.NEW
        if self.new is None:
            return ChangeKind.DROPPED
        return ChangeKind.UNCHANGED if self.old.value == self.new.value else ChangeKind.CHANGED

    @property
    def difference(self) -> Decimal | None:
        """New minus old; None if either is no number."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return self.new.value - self.old.value


@dataclass(frozen=True)
class FigureEffect:
    """The figure of an indicator before and after. `site` is blank for the centre."""

    indicator: str
    site: str
    period: Period
    before: Figure
    after: Figure

    @property
    def changes_amount(self) -> bool:
        return self.before.actual.amount != self.after.actual.amount

    @property
    def changes_target(self) -> bool:
        return self.before.target != self.after.target

    @property
    def changes_rating(self) -> bool:
        return self.before.rating is not self.after.rating


@dataclass(frozen=True)
class PlanEffects:
    """The effects of a version that is in force from a day. Nothing is stored."""

    plan: Plan
    effective: date
    quarters: tuple[Quarter, ...]
    """The quarters of the plan that it would assess in place of an earlier version, in order."""
    ended_count: int
    """How many of them have ended."""
    figures: tuple[FigureEffect, ...]
    """The figures whose target, percentage or rating would differ, by year and for the plan to date.

    They are those of indicators that stay in the plan, for the centre and for the sites with a target that differs.
    """
    added: tuple[str, ...] = ()
    """The indicators that join the plan."""
    retired: tuple[str, ...] = ()
    """The indicators that leave it: pages and ratings no longer show their figures."""
    has_other_part_targets: bool = False
    """Whether targets of disaggregations differ. `figures` has totals only."""


FindFigure = Callable[[str, Period, tuple[str, ...] | None], Figure]
"""Finds the current figure of an indicator for a period and sites (None: all)."""


def compare_numbers(before: Iterable[Observation], after: Iterable[Observation]) -> tuple[NumberChange, ...]:
    """Compare the numbers of two returns: first those of the new return in its order, then dropped ones."""
    old = {observation.key: observation for observation in before}
    new = {observation.key: observation for observation in after}
    changes = [NumberChange(key, old.get(key), observation) for key, observation in new.items()]
    dropped = [NumberChange(key, observation, None) for key, observation in old.items() if key not in new]
    return (*changes, *dropped)


def replace_return(returns: Iterable[SiteReturn], new_return: SiteReturn) -> tuple[SiteReturn, ...]:
    """Return the site's returns with the new return in place of the old one of its quarter."""
    return (*(return_ for return_ in returns if return_.quarter != new_return.quarter), new_return)


def compute_figure_effects(
    plans: Plans,
    record: Record,
    returns: Iterable[SiteReturn],
    new_return: SiteReturn,
    *,
    today: date,
    find_figure_before: FindFigure | None = None,
) -> tuple[FigureEffect, ...]:
    """Compute the figures that the new return changes: of the centre and of its site, its year and the plan to date.

    `record` is the data before; `returns` are the site's returns in it. Effects have the order of the newest plan.
    """
    after = replace_site_returns(plans, record, new_return.site, replace_return(returns, new_return))
    find_before = find_figure_before or _make_figure_finder(plans, record, today)
    find_after = _make_figure_finder(plans, after, today)
    effects = []
    for code in _list_affected_indicators(plans, record, after, new_return.site):
        for sites in (None, (new_return.site,)):
            for period in list_affected_periods(new_return.quarter):
                figure_before, figure_after = find_before(code, period, sites), find_after(code, period, sites)
                if figure_before != figure_after:
                    effects.append(
                        FigureEffect(code, new_return.site if sites else "", period, figure_before, figure_after)
                    )
    return tuple(effects)


def list_affected_periods(quarter: Quarter) -> tuple[Period, ...]:
    """Return the periods in which effects are computed: the year of the quarter and the plan to date."""
    return (Years(quarter.year, quarter.year), PlanToDate())


def _make_figure_finder(plans: Plans, record: Record, today: date) -> FindFigure:
    def find(code: str, period: Period, sites: tuple[str, ...] | None) -> Figure:
        return compute_figure(plans, record, indicator=code, sites=sites, period=period, today=today)

    return find


def _list_affected_indicators(plans: Plans, before: Record, after: Record, site: str) -> tuple[str, ...]:
    """Return the indicators whose rows of the site differ, their totals, and those that count returns."""
    differing = before.find_differing_indicators(after, site)
    codes: dict[str, None] = {}
    for version in reversed(plans.versions):
        for indicator in version.plan.indicators:
            if not differing.isdisjoint(version.plan.list_terms(indicator)) or indicator.source is Source.SYSTEM:
                codes[indicator.code] = None
    return tuple(codes)
