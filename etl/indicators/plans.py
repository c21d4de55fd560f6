"""The strategic plan: its lookups, and the version in force in each quarter."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.site_groups import SiteGroup, SiteSelection, group_by_province
from etl.indicators.site_sets import NO_SITE, SiteBits, SiteSet
from etl.indicators.total_terms import collect_terms, select_reporting
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    PARTICIPATIONS,
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
    Stage,
    Target,
)


@dataclass(frozen=True)
class Plan:
    """One complete and valid version of the strategic plan. Items have the order of the plan's files."""

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
    def provinces(self) -> tuple[SiteGroup, ...]:
        return group_by_province(self.sites)

    @cached_property
    def province_by_code(self) -> dict[str, SiteGroup]:
        return {province.code: province for province in self.provinces}

    def select_place(self, code: str) -> SiteSelection | None:
        """Return the site or the province with the code; None, which is all sites, for the blank code of the centre."""
        return self.province_by_code.get(code, (code,)) if code else None

    @cached_property
    def objective_by_code(self) -> dict[str, Objective]:
        return {objective.code: objective for objective in self.objectives}

    @cached_property
    def _parts_by_indicator(self) -> dict[str, tuple[Part, ...]]:
        parts: dict[str, tuple[Part, ...]] = {}
        for part in self.parts:
            parts[part.indicator] = (*parts.get(part.indicator, ()), part)
        return parts

    @cached_property
    def _target_by_key(self) -> dict[tuple[str, str, int, str], Target]:
        return {(target.indicator, target.site, target.year, target.part): target for target in self.targets}

    @cached_property
    def _target_years(self) -> dict[str, frozenset[int]]:
        years: dict[str, set[int]] = {}
        for target in self.targets:
            if self.settings.first_year <= target.year <= self.settings.last_year:
                years.setdefault(target.indicator, set()).add(target.year)
        return {indicator: frozenset(target_years) for indicator, target_years in years.items()}

    @cached_property
    def cache(self) -> dict[Any, Any]:
        """A cache for values that are computed from the plan alone, by name. It never expires: plans are immutable."""
        return {}

    @property
    def is_provisional(self) -> bool:
        """Whether any indicator is provisional. Every page, export and printed document then carries a notice."""
        return any(indicator.status == "provisional" for indicator in self.indicators)

    @property
    def linked_programmes(self) -> tuple[Programme, ...]:
        """The programmes and partners that at least one indicator supports or reports to, in the plan's order."""
        codes = {link.programme for link in self.indicator_programmes}
        return tuple(programme for programme in self.programmes if programme.code in codes)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of all indicators, in the plan's order."""
        return tuple(stage for indicator in self.indicators for stage in indicator.stages)

    def list_indicators(self, objective: str) -> tuple[Indicator, ...]:
        return tuple(indicator for indicator in self.indicators if indicator.objective == objective)

    def list_parts(self, indicator: str) -> tuple[Part, ...]:
        return self._parts_by_indicator.get(indicator, ())

    def find_participations(self, indicator: str) -> Part | None:
        """Return the participations beside an indicator that counts new people; None for any other."""
        definition = self.indicator_by_code.get(indicator)
        if definition is None or not definition.counts_new_people:
            return None
        return Part(indicator, PARTICIPATIONS, "", exhaustive=False, label=LocalizedText("Participations"))

    def list_parts_and_participations(self, indicator: str) -> tuple[Part, ...]:
        """Return the parts of an indicator, then its participations where it has them."""
        participations = self.find_participations(indicator)
        return (*self.list_parts(indicator), *([participations] if participations else []))

    def get_exhaustive_dimensions(self, indicator: str) -> dict[str, tuple[Part, ...]]:
        """Return the dimensions whose parts add up to the total, each with its parts in the plan's order."""
        dimensions: dict[str, tuple[Part, ...]] = {}
        for part in self.list_parts(indicator):
            if part.exhaustive:
                dimensions[part.dimension] = (*dimensions.get(part.dimension, ()), part)
        return dimensions

    def find_target(self, indicator: str, site: str, year: int, part: str = "") -> Target | None:
        """Return the target as the plan has it. Site "" is the centre, part "" the total."""
        return self._target_by_key.get((indicator, site, year, part))

    @cached_property
    def _reporting(self) -> dict[str, tuple[Site, ...]]:
        return select_reporting(self.indicator_by_code, self.sites)

    def list_terms(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the reported indicators that a total adds up, also through other totals; else the indicator itself."""
        return collect_terms(self.indicator_by_code, indicator)

    def list_reporting_site_codes(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the codes of `list_reporting_sites`."""
        return self._reporting_codes[indicator.code]

    @cached_property
    def _reporting_codes(self) -> dict[str, tuple[str, ...]]:
        return {code: tuple(site.code for site in sites) for code, sites in self._reporting.items()}

    @cached_property
    def _indicators_by_site(self) -> dict[str, tuple[Indicator, ...]]:
        indicators_by_site: dict[str, list[Indicator]] = {site.code: [] for site in self.sites}
        for indicator in self.indicators:
            for site in self._reporting[indicator.code]:
                indicators_by_site[site.code].append(indicator)
        return {code: tuple(indicators) for code, indicators in indicators_by_site.items()}

    def list_reporting_sites(self, indicator: Indicator) -> tuple[Site, ...]:
        """Return the sites that report the indicator, active or not, in the plan's order."""
        return self._reporting[indicator.code]

    def list_site_indicators(self, site: str) -> tuple[Indicator, ...]:
        """Return the indicators that a site reports, in the plan's order; none for an unknown site."""
        return self._indicators_by_site.get(site, ())

    def list_row_parts(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the parts that have roll-up rows: "" for the total or pair, then each part, then participations."""
        return ("", *(part.key for part in self.list_parts_and_participations(indicator.code)))

    def is_scheduled(self, indicator: Indicator, quarter: Quarter) -> bool:
        """Whether the indicator is reported in the quarter by any site (docs/arithmetic.md, A2)."""
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

    def list_scheduled_quarters(self, indicator: Indicator, first: Quarter, last: Quarter) -> list[Quarter]:
        """Return the quarters from first to last in which the indicator is scheduled."""
        return [quarter for quarter in list_quarters_between(first, last) if self.is_scheduled(indicator, quarter)]

    def list_expected_sites(self, indicator: Indicator, quarter: Quarter) -> tuple[Site, ...]:
        """Return the active sites that are expected to report the indicator in the quarter.

        Indicators that the system computes count returns, so they expect the sites that are expected to send one
        (docs/arithmetic.md, B6).
        """
        cached = self._expected.get((indicator.code, quarter))
        if cached is None:
            sites = self.list_reporting_sites(indicator) if self.is_scheduled(indicator, quarter) else ()
            cached = tuple(site for site in sites if site.is_active(quarter))
            if indicator.source is Source.SYSTEM:
                codes = {site.code for site in self.list_sites_expected_to_report(quarter)}
                cached = tuple(site for site in cached if site.code in codes)
            self._expected[indicator.code, quarter] = cached
        return cached

    def get_expected_site_codes(self, indicator: Indicator, quarter: Quarter) -> frozenset[str]:
        """Return the codes of `list_expected_sites`."""
        cache_key = ("expected site codes", indicator.code, quarter)
        if cache_key not in self.cache:
            self.cache[cache_key] = frozenset(site.code for site in self.list_expected_sites(indicator, quarter))
        codes: frozenset[str] = self.cache[cache_key]
        return codes

    @cached_property
    def _expected(self) -> dict[tuple[str, Quarter], tuple[Site, ...]]:
        return {}

    def list_sites_expected_to_report(self, quarter: Quarter) -> tuple[Site, ...]:
        """Return the active sites whose form has at least one number in the quarter, in the plan's order."""
        cached = self._expected_to_report.get(quarter)
        if cached is None:
            codes = {
                indicator.code
                for indicator in self.indicators
                if self.list_entry_keys(indicator) and self.is_scheduled(indicator, quarter)
            }
            cached = tuple(
                site
                for site in self.sites
                if site.is_active(quarter)
                and any(indicator.code in codes for indicator in self.list_site_indicators(site.code))
            )
            self._expected_to_report[quarter] = cached
        return cached

    @cached_property
    def _expected_to_report(self) -> dict[Quarter, tuple[Site, ...]]:
        return {}

    def list_entry_keys(self, indicator: Indicator) -> tuple[CellKey, ...]:
        """Return the keys of the cells in a form: the total, its parts, participations; of a ratio its own sides."""
        if indicator.source is not Source.RETURN:
            return ()
        if indicator.is_ratio:
            pair = ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref))
            return tuple(CellKey(indicator.code, name) for name, ref in pair if ref is None)
        parts = tuple(CellKey(indicator.code, part.key) for part in self.list_parts_and_participations(indicator.code))
        return (CellKey(indicator.code), *parts)


@dataclass(frozen=True)
class PlanVersion:
    """A loaded plan with the day of loading, if known. It is never changed; the next version supersedes it."""

    number: int
    effective: date
    plan: Plan
    loaded_on: date | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Plans:
    """Every loaded version of the plan, oldest first. There is at least one."""

    versions: tuple[PlanVersion, ...]
    _by_quarter: dict[Quarter, PlanVersion] = field(default_factory=dict, compare=False, repr=False)
    _days: dict[Quarter, tuple[date, date]] = field(default_factory=dict, compare=False, repr=False)
    _expected: dict[tuple[str, Kind], dict[Quarter, SiteSet]] = field(default_factory=dict, compare=False, repr=False)
    _expected_by_code: dict[str, dict[Quarter, SiteSet]] = field(default_factory=dict, compare=False, repr=False)
    _expected_between: dict[tuple[str, Kind, Quarter, Quarter], tuple[tuple[Quarter, SiteSet], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def site_bits(self) -> SiteBits:
        """The bits of all sites: those of the first version, then those that each newer version added."""
        return SiteBits(site.code for version in self.versions for site in version.plan.sites)

    @cached_property
    def max_carry_quarters(self) -> int:
        """The largest number of quarters that any version carries a level."""
        return max(version.plan.settings.carry_quarters for version in self.versions)

    def get_version_in_force(self, quarter: Quarter) -> PlanVersion:
        """Return the version loaded last of those in force at the end of the quarter, else the first version."""
        cached = self._by_quarter.get(quarter)
        if cached is None:
            in_force = [
                version
                for version in self.versions
                if version.effective <= version.plan.settings.calendar.get_end_date(quarter)
            ]
            cached = self._by_quarter[quarter] = in_force[-1] if in_force else self.versions[0]
        return cached

    def has_ended(self, quarter: Quarter, today: date) -> bool:
        """Whether the last day of the quarter has passed, by the calendar of the version in force."""
        return today > self._get_end_and_due_date(quarter)[0]

    def is_due(self, quarter: Quarter, today: date) -> bool:
        """Whether the due date of the quarter has passed."""
        return today > self._get_end_and_due_date(quarter)[1]

    def _get_end_and_due_date(self, quarter: Quarter) -> tuple[date, date]:
        cached = self._days.get(quarter)
        if cached is None:
            calendar = self.get_plan_in_force(quarter).settings.calendar
            cached = self._days[quarter] = calendar.get_end_date(quarter), calendar.get_due_date(quarter)
        return cached

    def is_level(self, code: str) -> bool:
        """Whether the indicator is a level in any version, so that its values may be carried."""
        return code in self._levels

    @cached_property
    def _levels(self) -> frozenset[str]:
        return frozenset(
            indicator.code for version in self.versions for indicator in version.plan.indicators if indicator.is_stock
        )

    def get_expected_sites_by_code(self, code: str, quarter: Quarter) -> SiteSet:
        """Return the sites expected to report the code in the quarter, of whatever kind the indicator is there."""
        by_quarter = self._expected_by_code.setdefault(code, {})
        if quarter not in by_quarter:
            indicator = self.get_plan_in_force(quarter).indicator_by_code.get(code)
            by_quarter[quarter] = NO_SITE if indicator is None else self.get_expected_sites(indicator, quarter)
        return by_quarter[quarter]

    def get_expected_sites(self, indicator: Indicator, quarter: Quarter) -> SiteSet:
        """Return the sites expected to report the indicator; none where the plan in force has it as another kind."""
        by_quarter = self._expected.get((indicator.code, indicator.kind))
        if by_quarter is None:
            by_quarter = self._expected[indicator.code, indicator.kind] = {}
        cached = by_quarter.get(quarter)
        if cached is None:
            plan = self.get_plan_in_force(quarter)
            definition = plan.indicator_by_code.get(indicator.code)
            is_same = definition is not None and definition.kind == indicator.kind
            codes = (
                plan.get_expected_site_codes(definition, quarter) if definition is not None and is_same else frozenset()
            )
            cached = by_quarter[quarter] = self.site_bits.make_set(codes)
        return cached

    def list_expected_sites(
        self, indicator: Indicator, first: Quarter, last: Quarter
    ) -> tuple[tuple[Quarter, SiteSet], ...]:
        """Return the quarters from first to last in which any site is expected to report, each with those sites."""
        cached = self._expected_between.get((indicator.code, indicator.kind, first, last))
        if cached is None:
            cached = tuple(
                (quarter, sites)
                for quarter in list_quarters_between(first, last)
                if (sites := self.get_expected_sites(indicator, quarter))
            )
            self._expected_between[indicator.code, indicator.kind, first, last] = cached
        return cached

    def get_plan_in_force(self, quarter: Quarter) -> Plan:
        return self.get_version_in_force(quarter).plan

    @property
    def latest(self) -> Plan:
        """The newest version. Pages show its objectives and indicators."""
        return self.versions[-1].plan

    def find_site(self, code: str) -> Site | None:
        """Return the site as the newest version that has it defines it; None for an unknown code."""
        return self._newest_sites.get(code)

    @cached_property
    def _newest_sites(self) -> dict[str, Site]:
        """Every site as the newest version that has it defines it: the newest version's sites, then older ones."""
        sites: dict[str, Site] = {}
        for version in reversed(self.versions):
            for code, site in version.plan.site_by_code.items():
                sites.setdefault(code, site)
        return sites

    @cached_property
    def provinces(self) -> dict[str, SiteGroup]:
        """The provinces by code. A site belongs to the province in which the newest version that has it places it."""
        return {province.code: province for province in group_by_province(self._newest_sites.values())}

    def find_plan_with_indicator(self, indicator: str) -> Plan | None:
        """Return the newest version that has an indicator of that code; None where no version has it."""
        return next(
            (version.plan for version in reversed(self.versions) if indicator in version.plan.indicator_by_code), None
        )


def make_single_plan(plan: Plan) -> Plans:
    """Return a history with one version that is always in force."""
    return Plans((PlanVersion(number=1, effective=date.min, plan=plan),))
