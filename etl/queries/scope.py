"""What a visitor chose, as questions take it."""

from dataclasses import dataclass
from datetime import date

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate
from etl.indicators.plans import Plan
from etl.indicators.record import Record
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.queries.snapshot import FigureCacheKey, Snapshot

MAX_CACHED_FIGURES = 20_000
"""Figures kept with a snapshot: about as many as every indicator has of every period and site of a large plan."""


@dataclass(frozen=True)
class QueryScope:
    """A selection against a snapshot on a day."""

    snapshot: Snapshot
    today: date
    period: Period = PlanToDate()
    sites: tuple[str, ...] | None = None
    programme: str = ""
    include_unapproved: bool = True
    plan_version: int | None = None
    """The version that judges everything, where one was chosen; the snapshot is then judged by it already."""

    @property
    def record(self) -> Record:
        return self.snapshot.record(include_unapproved=self.include_unapproved)

    @property
    def plan(self) -> Plan:
        """The newest plan, by which pages are laid out."""
        return self.snapshot.plans.latest

    def get_figure(
        self, indicator: str, *, period: Period | None = None, sites: tuple[str, ...] | None = None
    ) -> Figure:
        """The figure of an indicator; for another period or choice of sites where one is given."""
        chosen = sites if sites is not None else self.sites
        asked = self.period if period is None else period
        kept = self.snapshot.figure_cache
        key = FigureCacheKey(indicator, asked, chosen, self.include_unapproved, self.today)
        found = kept.get(key)
        if found is None:
            found = compute_figure(
                self.snapshot.plans, self.record, indicator=indicator, sites=chosen, period=asked, today=self.today
            )
            if len(kept) >= MAX_CACHED_FIGURES:
                kept.clear()
            kept[key] = found
        return found

    def list_indicators(self, objective: str | None = None) -> tuple[Indicator, ...]:
        """The plan's indicators, of one objective and of the chosen programme."""
        found = self.plan.indicators if objective is None else self.plan.indicators_of(objective)
        if not self.programme:
            return found
        codes = {one.indicator for one in self.plan.indicator_programmes if one.programme == self.programme}
        return tuple(one for one in found if one.code in codes)
