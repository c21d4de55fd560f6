"""What one more return would change: its numbers against those that stood before, and every figure before and after."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plans
from etl.indicators.record import Record, record_with_site
from etl.indicators.results import Figure
from etl.indicators.vocabulary import CellKey, Observation, SiteReturn, Source


class ChangeKind(StrEnum):
    """What becomes of one number. Dropped: it was there before and the new return leaves it blank."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class NumberChange:
    """One number as it was said before and as it is said now; None is a blank, a value of None "not collected"."""

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
        """New minus old; None where one of them is no number."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return self.new.value - self.old.value


@dataclass(frozen=True)
class FigureEffect:
    """The figure of an indicator before and after; `site` is blank for the centre."""

    indicator: str
    site: str
    period: Period
    before: Figure
    after: Figure

    @property
    def changes_amount(self) -> bool:
        return self.before.actual.amount != self.after.actual.amount

    @property
    def changes_rating(self) -> bool:
        return self.before.rating is not self.after.rating


FindFigure = Callable[[str, Period, tuple[str, ...] | None], Figure]
"""The figure of an indicator for a period and a choice of sites (None: all) as it stands."""


def compare_numbers(before: Iterable[Observation], after: Iterable[Observation]) -> tuple[NumberChange, ...]:
    """Every number that either says: first those of the new return in its order, then those that it drops."""
    old = {said.key: said for said in before}
    new = {said.key: said for said in after}
    kept = [NumberChange(key, old.get(key), said) for key, said in new.items()]
    dropped = [NumberChange(key, said, None) for key, said in old.items() if key not in new]
    return (*kept, *dropped)


def replace_return(returns: Iterable[SiteReturn], new_return: SiteReturn) -> tuple[SiteReturn, ...]:
    """A site's returns with one more, in the place of the one of its quarter."""
    return (*(one for one in returns if one.quarter != new_return.quarter), new_return)


def compute_figure_effects(
    plans: Plans,
    record: Record,
    returns: Iterable[SiteReturn],
    new_return: SiteReturn,
    *,
    today: date,
    find_figure_before: FindFigure | None = None,
) -> tuple[FigureEffect, ...]:
    """Every figure that differs once the return counts: of the centre and of its site, its year and the plan to date.

    `record` is what counts before, `returns` what of it is the site's. In the order of the newest plan.
    """
    after = record_with_site(plans, record, new_return.site, replace_return(returns, new_return))
    find_before = find_figure_before or _asker(plans, record, today)
    find_after = _asker(plans, after, today)
    effects = []
    for code in _touched(plans, record, after, new_return.site):
        for sites in (None, (new_return.site,)):
            for period in affected_periods(new_return.quarter):
                was, becomes = find_before(code, period, sites), find_after(code, period, sites)
                if was != becomes:
                    effects.append(FigureEffect(code, new_return.site if sites else "", period, was, becomes))
    return tuple(effects)


def affected_periods(quarter: Quarter) -> tuple[Period, ...]:
    """What a return of the quarter is looked at by: its year, and the plan to date."""
    return (Years(quarter.year, quarter.year), PlanToDate())


def _asker(plans: Plans, record: Record, today: date) -> FindFigure:
    def ask(code: str, period: Period, sites: tuple[str, ...] | None) -> Figure:
        return compute_figure(plans, record, indicator=code, sites=sites, period=period, today=today)

    return ask


def _touched(plans: Plans, before: Record, after: Record, site: str) -> tuple[str, ...]:
    """The indicators whose rows of the site differ, and those that the record of returns itself makes."""
    moved = before.differing_indicators(after, site)
    found: dict[str, None] = {}
    for version in reversed(plans.versions):
        for one in version.plan.indicators:
            if one.code in moved or one.source is Source.SYSTEM:
                found[one.code] = None
    return tuple(found)
