"""The plan's own words: objective, indicator, part, site, target, observation. The glossary as types."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from etl.indicators.periods import Calendar, Quarter, quarters_between


class Measure(StrEnum):
    NUMBER = "number"
    RATIO = "ratio"


class OverTime(StrEnum):
    FLOW = "flow"
    STOCK = "stock"
    AVERAGE = "average"
    MAXIMUM = "maximum"


class AcrossSites(StrEnum):
    SUM = "sum"
    CENTRE = "centre"
    MAXIMUM = "maximum"


class TargetBasis(StrEnum):
    ANNUAL = "annual"
    CUMULATIVE = "cumulative"
    LEVEL = "level"


class Direction(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class PercentRule(StrEnum):
    OF_TARGET = "of_target"
    OF_CHANGE = "of_change"


class Reported(StrEnum):
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    MILESTONE = "milestone"


class Source(StrEnum):
    RETURN = "return"
    DERIVED = "derived"
    SYSTEM = "system"


class Basis(StrEnum):
    """What the flows of a return say: this quarter's amount, or the amount since the year began."""

    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"


class CellState(StrEnum):
    """What a site said about a number in a quarter. A cell that nothing was said about has no row: missing."""

    REPORTED = "reported"
    COVERED = "covered"
    NOT_COLLECTED = "not_collected"


class ReturnState(StrEnum):
    """Where a return stands in its life. Only submitted and approved ones count; for one site and quarter at most one
    is submitted (open) and at most one approved (it stands)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Role(StrEnum):
    """What a person may do: send returns of their sites, decide on returns, or run the system."""

    OFFICER = "officer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


NUMERATOR = "numerator"
DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the plan in both languages; Khmer may be blank, English never is."""

    en: str
    km: str = ""

    def in_language(self, language: str) -> str:
        return self.km if language == "km" and self.km else self.en


@dataclass(frozen=True, slots=True)
class CellKey:
    """Names one number of a return: `SO3-01`, `SO3-01/sex/women`, `SO2-03/numerator`."""

    indicator: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.indicator}/{self.part}" if self.part else self.indicator


def parse_key(text: str) -> CellKey:
    """The key that a text spells; nothing is looked up."""
    indicator, _, part = text.strip().partition("/")
    return CellKey(indicator, part)


@dataclass(frozen=True)
class PlanSettings:
    """What `plan.csv` says once for the whole plan. Shares are fractions of 1."""

    name: Words
    first_year: int
    last_year: int
    status: str = "provisional"
    overall_objective: Words = Words("")
    vision: Words = Words("")
    mission: Words = Words("")
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

    @property
    def calendar(self) -> Calendar:
        return Calendar(first_month=self.first_month_of_year, due_days=self.due_days)

    @property
    def first_quarter(self) -> Quarter:
        return Quarter(self.first_year, 1)

    @property
    def last_quarter(self) -> Quarter:
        return Quarter(self.last_year, 4)


@dataclass(frozen=True)
class Objective:
    code: str
    name: Words
    short: Words
    name_km_status: str = ""
    source: str = ""


@dataclass(frozen=True)
class Indicator:
    """One indicator as the plan declares it (arithmetic, section 2)."""

    code: str
    objective: str
    name: Words
    definition: Words = Words("")
    unit: str = "count"
    unit_label: Words = Words("")
    decimals: int = 0
    level: str = "output"
    measure: Measure = Measure.NUMBER
    numerator: Words = Words("")
    denominator: Words = Words("")
    scale: Decimal = Decimal(1)
    direction: Direction = Direction.INCREASE
    over_time: OverTime = OverTime.FLOW
    target_basis: TargetBasis = TargetBasis.ANNUAL
    across_sites: AcrossSites = AcrossSites.SUM
    counts_people: bool = False
    percent_rule: PercentRule = PercentRule.OF_TARGET
    reported: Reported = Reported.QUARTERLY
    source: Source = Source.RETURN
    numerator_ref: CellKey | None = None
    denominator_ref: CellKey | None = None
    reporting_sites: tuple[str, ...] = ()
    """Blank: every site."""
    baseline_year: int | None = None
    baseline_value: Decimal | None = None
    baseline_provenance: str = ""
    alignment: str = ""
    status: str = "provisional"
    means_of_verification: Words = Words("")
    responsible: Words = Words("")
    season: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    """The share of a year's amount that each quarter is expected to bring; together 1."""
    minimum: Decimal | None = None
    whole: bool = False
    on_track: Decimal | None = None
    at_risk: Decimal | None = None
    successor: str = ""

    @property
    def kind(self) -> tuple[Measure, OverTime, str]:
        """What must stay the same for two quarters to stand in one total (arithmetic, section 3)."""
        return self.measure, self.over_time, self.unit

    @property
    def is_ratio(self) -> bool:
        return self.measure is Measure.RATIO

    @property
    def is_flow(self) -> bool:
        return self.over_time is OverTime.FLOW

    @property
    def is_stock(self) -> bool:
        return self.over_time is OverTime.STOCK

    @property
    def is_number_flow(self) -> bool:
        return self.is_flow and not self.is_ratio

    @property
    def is_ratio_flow(self) -> bool:
        return self.is_flow and self.is_ratio

    @property
    def adds_across_sites(self) -> bool:
        """Whether a target of several sites is the sum of theirs."""
        return self.across_sites is AcrossSites.SUM and not self.is_ratio


@dataclass(frozen=True)
class Part:
    """An "of which" of an indicator: one category of one dimension."""

    indicator: str
    dimension: str
    category: str
    exhaustive: bool
    label: Words

    @property
    def key(self) -> str:
        """How a cell names it: `sex/women`."""
        return f"{self.dimension}/{self.category}"


@dataclass(frozen=True)
class Target:
    """What is planned for a year. Without a site: the centre. A site's row for the baseline year is its baseline."""

    indicator: str
    site: str
    year: int
    value: Decimal
    provenance: str = ""
    reason: str = ""
    """Why a newer plan version changed it."""


@dataclass(frozen=True)
class Site:
    code: str
    name: Words
    kind: str = ""
    iso_3166_2: str = ""
    ncdd_code: str = ""
    province: Words = Words("")
    lat: Decimal | None = None
    lon: Decimal | None = None
    is_centre: bool = False
    evidence: str = ""
    reports_from: Quarter | None = None
    closed_after: Quarter | None = None

    def is_active(self, quarter: Quarter) -> bool:
        """Whether the site is expected to report on the quarter."""
        started = self.reports_from is None or self.reports_from <= quarter
        return started and (self.closed_after is None or quarter <= self.closed_after)


@dataclass(frozen=True)
class Programme:
    """A programme, network or partner that indicators support or report to."""

    code: str
    name: Words
    kind: str = ""
    note: Words = Words("")
    source: str = ""


@dataclass(frozen=True)
class SiteAlias:
    site: str
    alias: str


@dataclass(frozen=True)
class IndicatorProgramme:
    indicator: str
    programme: str
    provenance: str = ""


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

    @property
    def is_provisional(self) -> bool:
        """Whether any indicator still is: then every screen, export and printed page says so."""
        return any(indicator.status == "provisional" for indicator in self.indicators)

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

    def reported_by(self, site: str) -> tuple[Indicator, ...]:
        """The indicators that a site reports, in the plan's order; none for an unknown site."""
        return self._reported_by.get(site, ())

    def reports(self, indicator: Indicator, site: str, quarter: Quarter) -> bool:
        """Whether the site reports the indicator and is active in the quarter."""
        found = self.site_by_code.get(site)
        return found is not None and found in self._reporting[indicator.code] and found.is_active(quarter)

    def row_parts(self, indicator: Indicator) -> tuple[str, ...]:
        """What a roll-up keeps of an indicator: "" for its total or pair, then each part's key."""
        return ("", *(part.key for part in self.parts_of(indicator.code)))

    def is_asked(self, indicator: Indicator, quarter: Quarter) -> bool:
        """Whether the indicator is asked for in the quarter, by any site (arithmetic, section 2, `reported`)."""
        settings = self.settings
        if not settings.first_year <= quarter.year <= settings.last_year:
            return False
        if indicator.reported is Reported.QUARTERLY:
            return True
        if quarter.number != 4:
            return False
        return indicator.reported is Reported.ANNUAL or quarter.year in self._target_years.get(
            indicator.code, frozenset()
        )

    def asked_quarters(self, indicator: Indicator, first: Quarter, last: Quarter) -> list[Quarter]:
        """The quarters from first to last in which the indicator is asked for."""
        return [one for one in quarters_between(first, last) if self.is_asked(indicator, one)]

    def expected_sites(self, indicator: Indicator, quarter: Quarter) -> tuple[Site, ...]:
        """The active sites from which a cell is asked for in the quarter; none when it is not asked."""
        if not self.is_asked(indicator, quarter):
            return ()
        return tuple(site for site in self.reporting_sites(indicator) if site.is_active(quarter))

    def asked_keys(self, indicator: Indicator) -> tuple[CellKey, ...]:
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

    def version_in_force(self, quarter: Quarter) -> PlanVersion:
        """The version by which a quarter is judged: the last loaded of those in force at its end, else the first."""
        if quarter not in self._by_quarter:
            in_force = [one for one in self.versions if one.effective <= one.plan.settings.calendar.end(quarter)]
            self._by_quarter[quarter] = in_force[-1] if in_force else self.versions[0]
        return self._by_quarter[quarter]

    def in_force(self, quarter: Quarter) -> Plan:
        return self.version_in_force(quarter).plan

    @property
    def latest(self) -> Plan:
        """The newest version, by which today's pages are laid out."""
        return self.versions[-1].plan


def only_plan(plan: Plan) -> Plans:
    """A history of one version, always in force."""
    return Plans((PlanVersion(number=1, effective=date.min, plan=plan),))


@dataclass(frozen=True, slots=True)
class Observation:
    """One number of a return as it was read: a value, or the word that it was not collected."""

    key: CellKey
    value: Decimal | None

    @property
    def is_collected(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class SiteReturn:
    """One standing return: what a site said of a quarter, and when it first did. Times carry a zone."""

    site: str
    quarter: Quarter
    basis: Basis
    first_submitted: datetime
    approved: bool
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """That a return stands for a site and quarter, since when, and whether it is approved."""

    site: str
    quarter: Quarter
    first_submitted: datetime
    approved: bool


@dataclass(frozen=True, slots=True)
class SiteQuarter:
    """What one site contributes to one indicator, or one part of it, in one quarter: a row of the roll-up.

    `value` is the number, or a ratio's numerator. A covered quarter is reported by a later year to date and has no
    value by itself; the quarter that closes the cover carries in `value` and `denominator` what its year to date
    adds for all of them together.
    """

    indicator: str
    part: str
    site: str
    quarter: Quarter
    state: CellState
    value: Decimal | None = None
    denominator: Decimal | None = None
    covered_by: Quarter | None = None


def received_of(returns: Iterable[SiteReturn]) -> tuple[Received, ...]:
    return tuple(Received(one.site, one.quarter, one.first_submitted, one.approved) for one in returns)
