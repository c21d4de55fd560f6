"""A strategic plan as a whole: its settings, its lookups, and which of its versions a quarter is judged by."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from etl.indicators.periods import Calendar, Quarter, quarters_between
from etl.indicators.site_sets import NO_SITE, SiteBits, SiteSet
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    CellKey,
    Indicator,
    IndicatorProgramme,
    Kind,
    LocalizedText,
    Objective,
    Part,
    Programme,
    ReportingFrequency,
    Site,
    SiteAlias,
    Source,
    Target,
)


@dataclass(frozen=True)
class PlanSettings:
    """What `plan.csv` says once for the whole plan. Shares are fractions of 1."""

    name: LocalizedText
    first_year: int
    last_year: int
    status: str = "provisional"
    overall_objective: LocalizedText = LocalizedText("")
    vision: LocalizedText = LocalizedText("")
    mission: LocalizedText = LocalizedText("")
    first_month_of_year: int = 1
    due_days: int = 30
    on_track: Decimal = Decimal("0.90")
    at_risk: Decimal = Decimal("0.70")
    over_target: Decimal = Decimal("1.15")
    tolerance: Decimal = Decimal("0.02")
    min_reported: Decimal = Decimal("0.50")
    carry_quarters: int = 4
    small_count: int = 5
    youth_age: str = ""
    effective_from: date | None = None
    sources: tuple[tuple[str, str], ...] = ()
    """Each key of plan.csv with the source that stands beside it."""

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(first_month=self.first_month_of_year, due_days=self.due_days)

    @cached_property
    def first_quarter(self) -> Quarter:
        return Quarter(self.first_year, 1)

    @cached_property
    def last_quarter(self) -> Quarter:
        return Quarter(self.last_year, 4)


@dataclass(frozen=True)
class Plan:
    """One version of the strategic plan, whole and checked. Order is the order of the plan's files."""

    settings: PlanSettings
    objectives: tuple[Objective, ...]
    indicators: tuple[Indicator, ...]
    sites: tuple[Site, ...]
    parts: tuple[Part, ...] = ()
    targets: tuple[Target, ...] = ()
    aliases: tuple[SiteAlias, ...] = ()
    programmes: tuple[Programme, ...] = ()
    indicator_programmes: tuple[IndicatorProgramme, ...] = ()

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def site_by_code(self) -> dict[str, Site]:
        return {site.code: site for site in self.sites}

    @cached_property
    def objective_by_code(self) -> dict[str, Objective]:
        return {objective.code: objective for objective in self.objectives}

    @cached_property
    def _parts_by_indicator(self) -> dict[str, tuple[Part, ...]]:
        found: dict[str, tuple[Part, ...]] = {}
        for part in self.parts:
            found[part.indicator] = (*found.get(part.indicator, ()), part)
        return found

    @cached_property
    def _target_by_place(self) -> dict[tuple[str, str, int], Target]:
        return {(target.indicator, target.site, target.year): target for target in self.targets}

    @cached_property
    def _target_years(self) -> dict[str, frozenset[int]]:
        years: dict[str, set[int]] = {}
        for target in self.targets:
            if self.settings.first_year <= target.year <= self.settings.last_year:
                years.setdefault(target.indicator, set()).add(target.year)
        return {indicator: frozenset(found) for indicator, found in years.items()}

    @cached_property
    def cache(self) -> dict[Any, Any]:
        """Where whoever derives something from the plan alone keeps it, by a name: a plan is never changed."""
        return {}

    @property
    def is_provisional(self) -> bool:
        """Whether any indicator still is: then every screen, export and printed page says so."""
        return any(indicator.status == "provisional" for indicator in self.indicators)

    @property
    def linked_programmes(self) -> tuple[Programme, ...]:
        """The programmes and partners that at least one indicator supports or reports to, in the plan's order."""
        linked = {one.programme for one in self.indicator_programmes}
        return tuple(one for one in self.programmes if one.code in linked)

    def indicators_of(self, objective: str) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.objective == objective)

    def parts_of(self, indicator: str) -> tuple[Part, ...]:
        return self._parts_by_indicator.get(indicator, ())

    def exhaustive_dimensions(self, indicator: str) -> dict[str, tuple[Part, ...]]:
        """The dimensions whose parts add up to the total, each with its parts in the plan's order."""
        found: dict[str, tuple[Part, ...]] = {}
        for part in self.parts_of(indicator):
            if part.exhaustive:
                found[part.dimension] = (*found.get(part.dimension, ()), part)
        return found

    def find_target(self, indicator: str, site: str, year: int) -> Target | None:
        """The target as the plan has it; site "" is the centre."""
        return self._target_by_place.get((indicator, site, year))

    @cached_property
    def _reporting(self) -> dict[str, tuple[Site, ...]]:
        chosen = {one.code: frozenset(one.reporting_sites) for one in self.indicators}
        return {
            code: tuple(site for site in self.sites if not codes or site.code in codes)
            for code, codes in chosen.items()
        }

    def reporting_site_codes(self, indicator: Indicator) -> tuple[str, ...]:
        """Their codes."""
        return self._reporting_codes[indicator.code]

    @cached_property
    def _reporting_codes(self) -> dict[str, tuple[str, ...]]:
        return {code: tuple(site.code for site in sites) for code, sites in self._reporting.items()}

    @cached_property
    def _reported_by(self) -> dict[str, tuple[Indicator, ...]]:
        found: dict[str, list[Indicator]] = {site.code: [] for site in self.sites}
        for indicator in self.indicators:
            for site in self._reporting[indicator.code]:
                found[site.code].append(indicator)
        return {code: tuple(indicators) for code, indicators in found.items()}

    def reporting_sites(self, indicator: Indicator) -> tuple[Site, ...]:
        """The sites that report it, in the plan's order, whether active or not."""
        return self._reporting[indicator.code]

    def indicators_of_site(self, site: str) -> tuple[Indicator, ...]:
        """The indicators that a site reports, in the plan's order; none for an unknown site."""
        return self._reported_by.get(site, ())

    def is_reported_by(self, indicator: Indicator, site: str, quarter: Quarter) -> bool:
        """Whether the site reports the indicator and is active in the quarter."""
        found = self.site_by_code.get(site)
        return found is not None and found in self._reporting[indicator.code] and found.is_active(quarter)

    def row_parts(self, indicator: Indicator) -> tuple[str, ...]:
        """What a roll-up keeps of an indicator: "" for its total or pair, then each part's key."""
        return ("", *(part.key for part in self.parts_of(indicator.code)))

    def is_scheduled(self, indicator: Indicator, quarter: Quarter) -> bool:
        """Whether the indicator is asked for in the quarter, by any site (arithmetic, section 2, `reported`)."""
        settings = self.settings
        if not settings.first_year <= quarter.year <= settings.last_year:
            return False
        if indicator.reported is ReportingFrequency.QUARTERLY:
            return True
        if quarter.number != 4:
            return False
        return indicator.reported is ReportingFrequency.ANNUAL or quarter.year in self._target_years.get(
            indicator.code, frozenset()
        )

    def scheduled_quarters(self, indicator: Indicator, first: Quarter, last: Quarter) -> list[Quarter]:
        """The quarters from first to last in which the indicator is asked for."""
        return [one for one in quarters_between(first, last) if self.is_scheduled(indicator, one)]

    def expected_sites(self, indicator: Indicator, quarter: Quarter) -> tuple[Site, ...]:
        """The active sites from which a cell is asked for in the quarter; none when it is not asked.

        The system's own indicators count returns, so they ask the sites that owe one (fine print, B6).
        """
        known = self._expected.get((indicator.code, quarter))
        if known is None:
            is_asked = self.is_scheduled(indicator, quarter)
            sites = self.reporting_sites(indicator) if is_asked else ()
            known = tuple(site for site in sites if site.is_active(quarter))
            if indicator.source is Source.SYSTEM:
                owing = {site.code for site in self.sites_expected_to_report(quarter)}
                known = tuple(site for site in known if site.code in owing)
            self._expected[indicator.code, quarter] = known
        return known

    def expected_site_codes(self, indicator: Indicator, quarter: Quarter) -> tuple[str, ...]:
        """Their codes."""
        known = self._expected_codes.get((indicator.code, quarter))
        if known is None:
            known = tuple(site.code for site in self.expected_sites(indicator, quarter))
            self._expected_codes[indicator.code, quarter] = known
        return known

    def expected_site_code_set(self, indicator: Indicator, quarter: Quarter) -> frozenset[str]:
        """The same codes, to look a site up in."""
        known = self._expected_set.get((indicator.code, quarter))
        if known is None:
            known = self._expected_set[indicator.code, quarter] = frozenset(
                self.expected_site_codes(indicator, quarter)
            )
        return known

    @cached_property
    def _expected(self) -> dict[tuple[str, Quarter], tuple[Site, ...]]:
        return {}

    @cached_property
    def _expected_codes(self) -> dict[tuple[str, Quarter], tuple[str, ...]]:
        return {}

    @cached_property
    def _expected_set(self) -> dict[tuple[str, Quarter], frozenset[str]]:
        return {}

    def sites_expected_to_report(self, quarter: Quarter) -> tuple[Site, ...]:
        """The active sites whose form asks for at least one number in the quarter, in the plan's order."""
        known = self._owing.get(quarter)
        if known is None:
            asked = {one.code for one in self.indicators if self.entry_keys(one) and self.is_scheduled(one, quarter)}
            known = tuple(
                site
                for site in self.sites
                if site.is_active(quarter) and any(one.code in asked for one in self.indicators_of_site(site.code))
            )
            self._owing[quarter] = known
        return known

    @cached_property
    def _owing(self) -> dict[Quarter, tuple[Site, ...]]:
        return {}

    def entry_keys(self, indicator: Indicator) -> tuple[CellKey, ...]:
        """The numbers that a form asks for: the total first, then parts; or the pair's parts not taken by reference."""
        if indicator.source is not Source.RETURN:
            return ()
        if indicator.is_ratio:
            pair = ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref))
            return tuple(CellKey(indicator.code, name) for name, ref in pair if ref is None)
        parts = tuple(CellKey(indicator.code, part.key) for part in self.parts_of(indicator.code))
        return (CellKey(indicator.code), *parts)


@dataclass(frozen=True)
class PlanVersion:
    """A loaded plan: never changed afterwards, followed by the next."""

    number: int
    effective: date
    plan: Plan


@dataclass(frozen=True)
class Plans:
    """Every version of the plan that was loaded, oldest first. At least one."""

    versions: tuple[PlanVersion, ...]
    _by_quarter: dict[Quarter, PlanVersion] = field(default_factory=dict, compare=False, repr=False)
    _days: dict[Quarter, tuple[date, date]] = field(default_factory=dict, compare=False, repr=False)
    _asked: dict[tuple[str, Kind], dict[Quarter, SiteSet]] = field(default_factory=dict, compare=False, repr=False)
    _sites_asked: dict[str, dict[Quarter, SiteSet]] = field(default_factory=dict, compare=False, repr=False)
    _asked_between: dict[tuple[str, Kind, Quarter, Quarter], tuple[tuple[Quarter, SiteSet], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def site_bits(self) -> SiteBits:
        """The bits of the sites: those of the first version, then those that each newer one added."""
        return SiteBits(site.code for version in self.versions for site in version.plan.sites)

    @cached_property
    def max_carry_quarters(self) -> int:
        """For how many quarters a level is carried at most, by any version."""
        return max(version.plan.settings.carry_quarters for version in self.versions)

    def version_in_force(self, quarter: Quarter) -> PlanVersion:
        """The version by which a quarter is judged: the last loaded of those in force at its end, else the first."""
        known = self._by_quarter.get(quarter)
        if known is None:
            in_force = [one for one in self.versions if one.effective <= one.plan.settings.calendar.end(quarter)]
            known = self._by_quarter[quarter] = in_force[-1] if in_force else self.versions[0]
        return known

    def has_ended(self, quarter: Quarter, today: date) -> bool:
        """Whether the quarter's last day has passed, by the calendar of its own version."""
        return today > self._end_and_due(quarter)[0]

    def is_due(self, quarter: Quarter, today: date) -> bool:
        """Whether its due date has passed."""
        return today > self._end_and_due(quarter)[1]

    def _end_and_due(self, quarter: Quarter) -> tuple[date, date]:
        known = self._days.get(quarter)
        if known is None:
            calendar = self.plan_in_force(quarter).settings.calendar
            known = self._days[quarter] = calendar.end(quarter), calendar.due(quarter)
        return known

    def is_level(self, code: str) -> bool:
        """Whether any version has the indicator as a level, which may be carried."""
        return code in self._levels

    @cached_property
    def _levels(self) -> frozenset[str]:
        return frozenset(one.code for version in self.versions for one in version.plan.indicators if one.is_stock)

    def expected_sites_by_code(self, code: str, quarter: Quarter) -> SiteSet:
        """The sites that owe a cell of the quarter, whatever kind its plan has the indicator as; none without it."""
        by_quarter = self._sites_asked.setdefault(code, {})
        if quarter not in by_quarter:
            indicator = self.plan_in_force(quarter).indicator_by_code.get(code)
            by_quarter[quarter] = NO_SITE if indicator is None else self.expected_sites(indicator, quarter)
        return by_quarter[quarter]

    def expected_sites(self, indicator: Indicator, quarter: Quarter) -> SiteSet:
        """The sites that owe a cell of the quarter; none where its plan knows the code not, or as another kind."""
        by_quarter = self._asked.get((indicator.code, indicator.kind))
        if by_quarter is None:
            by_quarter = self._asked[indicator.code, indicator.kind] = {}
        known = by_quarter.get(quarter)
        if known is None:
            plan = self.plan_in_force(quarter)
            own = plan.indicator_by_code.get(indicator.code)
            is_same = own is not None and own.kind == indicator.kind
            codes = plan.expected_site_codes(own, quarter) if own is not None and is_same else ()
            known = by_quarter[quarter] = self.site_bits.make_set(codes)
        return known

    def expected_sites_between(
        self, indicator: Indicator, first: Quarter, last: Quarter
    ) -> tuple[tuple[Quarter, SiteSet], ...]:
        """The quarters from first to last in which a cell is asked of any site, each with the sites that owe it."""
        known = self._asked_between.get((indicator.code, indicator.kind, first, last))
        if known is None:
            quarters = quarters_between(first, last)
            found = ((quarter, self.expected_sites(indicator, quarter)) for quarter in quarters)
            known = tuple((quarter, sites) for quarter, sites in found if sites)
            self._asked_between[indicator.code, indicator.kind, first, last] = known
        return known

    def plan_in_force(self, quarter: Quarter) -> Plan:
        return self.version_in_force(quarter).plan

    @property
    def latest(self) -> Plan:
        """The newest version, by which today's pages are laid out."""
        return self.versions[-1].plan

    def find_site(self, code: str) -> Site | None:
        """The site as the newest version that has it says; one that was left out since keeps its name."""
        return next(
            (one.plan.site_by_code[code] for one in reversed(self.versions) if code in one.plan.site_by_code), None
        )

    def find_plan_with_indicator(self, indicator: str) -> Plan | None:
        """The newest version that has an indicator of that code."""
        return next((one.plan for one in reversed(self.versions) if indicator in one.plan.indicator_by_code), None)


def only_plan(plan: Plan) -> Plans:
    """A history of one version, always in force."""
    return Plans((PlanVersion(number=1, effective=date.min, plan=plan),))
