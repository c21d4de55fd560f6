"""The selection of a visitor, applied to a snapshot."""

from dataclasses import dataclass
from datetime import date

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate
from etl.indicators.plans import Plan
from etl.indicators.record import Record
from etl.indicators.results import Figure, Value
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import PARTICIPATIONS, Indicator, Objective
from etl.queries.snapshot import FigureCacheKey, Snapshot

MAX_CACHED_FIGURES = 20_000
"""Figures cached with a snapshot: about one for each indicator, period and site of a large plan."""


@dataclass(frozen=True)
class QueryScope:
    """A snapshot, a day, and the visitor's choice of period, sites and programme."""

    snapshot: Snapshot
    today: date
    period: Period = PlanToDate()
    sites: SiteSelection | None = None
    """The chosen sites or province; None: all."""
    programme: str = ""
    objectives: tuple[str, ...] = ()
    """The codes of the chosen objectives; empty: all."""
    include_unapproved: bool = True
    plan_version: int | None = None
    """The version to assess against, if one is chosen; the snapshot then uses it in every quarter."""

    @property
    def record(self) -> Record:
        return self.snapshot.get_record(include_unapproved=self.include_unapproved)

    @property
    def plan(self) -> Plan:
        """The newest plan, which determines the layout of pages."""
        return self.snapshot.plans.latest

    def get_figure(
        self, indicator: str, *, period: Period | None = None, sites: SiteSelection | None = None, part: str = ""
    ) -> Figure:
        """Return the figure of an indicator or part, for another period or sites where given. Figures are cached."""
        sites = sites if sites is not None else self.sites
        period = self.period if period is None else period
        cache = self.snapshot.figure_cache
        key = FigureCacheKey(indicator, period, sites, self.include_unapproved, self.today, part)
        figure = cache.get(key)
        if figure is None:
            figure = compute_figure(
                self.snapshot.plans,
                self.record,
                indicator=indicator,
                part=part,
                sites=sites,
                period=period,
                today=self.today,
            )
            if len(cache) >= MAX_CACHED_FIGURES:
                cache.clear()
            cache[key] = figure
        return figure

    def compute_participations(
        self, indicator: str, *, period: Period | None = None, sites: SiteSelection | None = None
    ) -> Value | None:
        """Return the participations beside an indicator that counts new people; None for any other."""
        if self.plan.find_participations(indicator) is None:
            return None
        return self.get_figure(indicator, period=period, sites=sites, part=PARTICIPATIONS).actual

    def list_objectives(self) -> tuple[Objective, ...]:
        """Return the chosen objectives, in the plan's order; all without a choice."""
        return tuple(
            objective for objective in self.plan.objectives if not self.objectives or objective.code in self.objectives
        )

    def list_indicators(self, objective: str | None = None) -> tuple[Indicator, ...]:
        """Return the plan's indicators in scope, or those of one objective, whether it is chosen or not."""
        indicators = self.plan.indicators if objective is None else self.plan.list_indicators(objective)
        if objective is None and self.objectives:
            indicators = tuple(indicator for indicator in indicators if indicator.objective in self.objectives)
        if not self.programme:
            return indicators
        codes = {link.indicator for link in self.plan.indicator_programmes if link.programme == self.programme}
        return tuple(indicator for indicator in indicators if indicator.code in codes)
