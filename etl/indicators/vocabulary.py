"""Types of the plan and of returns: objective, indicator, part, site, target, observation, return."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from etl.indicators.periods import Quarter


class Measure(StrEnum):
    NUMBER = "number"
    RATIO = "ratio"
    STAGE = "stage"
    """One of the ordered stages that the plan lists; its value is the rank of the stage."""


class OverTime(StrEnum):
    FLOW = "flow"
    STOCK = "stock"
    AVERAGE = "average"
    MAXIMUM = "maximum"


class AcrossSites(StrEnum):
    SUM = "sum"
    CENTRE = "centre"
    MAXIMUM = "maximum"
    MEAN = "mean"
    """The mean of the sites that reported; each site counts once."""
    MINIMUM = "minimum"
    """The lowest stage of the sites that reported."""


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


class ReportingFrequency(StrEnum):
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    MILESTONE = "milestone"


class Source(StrEnum):
    RETURN = "return"
    DERIVED = "derived"
    SYSTEM = "system"


class Basis(StrEnum):
    """Whether the flows of a return are amounts of the quarter or cumulative since the start of the year."""

    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"


class CellState(StrEnum):
    """What a site reported for a number in a quarter. A missing cell has no row, so it has no state."""

    REPORTED = "reported"
    COVERED = "covered"
    NOT_COLLECTED = "not_collected"


class ReturnState(StrEnum):
    """The state of a return. Figures use submitted and approved returns only.

    A site has at most one submitted and at most one approved return of a quarter.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Role(StrEnum):
    """The role of an account: officers submit returns, managers review them, administrators run the system."""

    OFFICER = "officer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


NUMERATOR = "numerator"
DENOMINATOR = "denominator"
PARTICIPATIONS = "participations"
"""The key of the attendances beside an indicator that counts new people. They are not a part of its total."""
WOMEN = "women"
"""The category of the parts that count women."""
REGISTER = "register"


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text of the plan in English and Khmer. The Khmer may be blank; the English never is."""

    en: str
    km: str = ""

    def get_text(self, language: str) -> str:
        return self.km if language == "km" and self.km else self.en


@dataclass(frozen=True, slots=True)
class CellKey:
    """The key of one number of a return: `SO3-01`, `SO3-01/sex/women`, `SO2-03/numerator`."""

    indicator: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.indicator}/{self.part}" if self.part else self.indicator


def parse_key(text: str) -> CellKey:
    """Return the key of a text. Does not check that the plan has it."""
    indicator, _, part = text.strip().partition("/")
    return CellKey(indicator, part)


@dataclass(frozen=True)
class Objective:
    code: str
    name: LocalizedText
    short: LocalizedText
    name_km_status: str = ""
    source: str = ""


@dataclass(frozen=True)
class Stage:
    """A stage of an indicator, such as "under way". A higher rank is further; ranks rise by 1 from 0 or 1."""

    indicator: str
    code: str
    label: LocalizedText
    rank: int = 0


@dataclass(frozen=True)
class Indicator:
    """One indicator as the plan defines it (design, arithmetic, section 2)."""

    code: str
    objective: str
    name: LocalizedText
    definition: LocalizedText = LocalizedText("")
    unit: str = "count"
    unit_label: LocalizedText = LocalizedText("")
    decimals: int = 0
    level: str = "output"
    measure: Measure = Measure.NUMBER
    numerator: LocalizedText = LocalizedText("")
    denominator: LocalizedText = LocalizedText("")
    scale: Decimal = Decimal(1)
    direction: Direction = Direction.INCREASE
    over_time: OverTime = OverTime.FLOW
    target_basis: TargetBasis = TargetBasis.ANNUAL
    across_sites: AcrossSites = AcrossSites.SUM
    counts_people: bool = False
    unique_people: str = ""
    """Blank, or `register`: sites report people never counted before, and participations beside them."""
    percent_rule: PercentRule = PercentRule.OF_TARGET
    reported: ReportingFrequency = ReportingFrequency.QUARTERLY
    source: Source = Source.RETURN
    numerator_ref: CellKey | None = None
    denominator_ref: CellKey | None = None
    sum_of: tuple[str, ...] = ()
    """The codes of the indicators that a total adds up; blank for other indicators."""
    reporting_sites: tuple[str, ...] = ()
    """Blank: every site, or of a total every site that reports one of its terms."""
    baseline_year: int | None = None
    baseline_value: Decimal | None = None
    baseline_provenance: str = ""
    alignment: str = ""
    status: str = "provisional"
    means_of_verification: LocalizedText = LocalizedText("")
    responsible: LocalizedText = LocalizedText("")
    season: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    """The expected share of a year's amount in each quarter; the four shares add up to 1."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    """The highest value that a site may report. Only a percentage that states more than 100 may exceed it."""
    whole: bool = False
    on_track: Decimal | None = None
    at_risk: Decimal | None = None
    successor: str = ""
    stages: tuple[Stage, ...] = field(default=(), metadata={"is_item": True})
    """The stages of an indicator whose measure is `stage`, lowest first."""

    @cached_property
    def kind(self) -> "Kind":
        """What quarters have in common that are totalled: measure, behaviour over time, unit, stages and people."""
        stages = (f"{stage.rank} {stage.code}" for stage in self.stages)
        return self.measure, self.over_time, "/".join((self.unit, *stages)), self.unique_people

    @property
    def counts_new_people(self) -> bool:
        """Whether each person counts once, when a site first registers them, with participations beside."""
        return self.unique_people == REGISTER

    @property
    def is_ratio(self) -> bool:
        return self.measure is Measure.RATIO

    @property
    def is_stage(self) -> bool:
        return self.measure is Measure.STAGE

    def find_stage(self, rank: Decimal | int) -> Stage | None:
        """Return the stage of the rank; None if there is none."""
        return next((stage for stage in self.stages if stage.rank == rank), None)

    @property
    def is_total(self) -> bool:
        """Whether it adds up other indicators."""
        return bool(self.sum_of)

    @property
    def is_flow(self) -> bool:
        return self.over_time is OverTime.FLOW

    @property
    def is_stock(self) -> bool:
        return self.over_time is OverTime.STOCK

    @property
    def upper_limit(self) -> Decimal | None:
        """The highest possible value of a site: `maximum`, or 100 for a percentage without one; None: no limit."""
        return Decimal(100) if self.maximum is None and self.unit == "%" else self.maximum

    @property
    def is_number_flow(self) -> bool:
        return self.is_flow and not self.is_ratio

    @property
    def is_ratio_flow(self) -> bool:
        return self.is_flow and self.is_ratio

    @property
    def is_additive(self) -> bool:
        """Whether the value is a sum of amounts, and not a ratio, a stage, an average, a mean or a maximum."""
        is_sum_over_time = self.over_time in (OverTime.FLOW, OverTime.STOCK)
        is_sum_over_sites = self.across_sites in (AcrossSites.SUM, AcrossSites.CENTRE)
        return is_sum_over_time and is_sum_over_sites and self.measure is Measure.NUMBER

    @property
    def is_additive_across_sites(self) -> bool:
        """Whether the target of several sites is the sum of their targets."""
        return self.across_sites is AcrossSites.SUM and self.measure is Measure.NUMBER


Kind = tuple[Measure, OverTime, str, str]
"""The measure of a number, its behaviour over time, its unit (with any stages), and how it counts unique people."""


@dataclass(frozen=True)
class Part:
    """One category of one dimension by which an indicator is disaggregated, such as women of sex."""

    indicator: str
    dimension: str
    category: str
    exhaustive: bool
    label: LocalizedText

    @property
    def key(self) -> str:
        """The part of a cell key: `sex/women`, or `participations`, which have no category."""
        return f"{self.dimension}/{self.category}" if self.category else self.dimension


@dataclass(frozen=True)
class Target:
    """The target of a year. Blank site: the centre; blank part: the total. A row of the baseline year is a baseline."""

    indicator: str
    site: str
    year: int
    value: Decimal
    provenance: str = ""
    reason: str = ""
    """The reason why a newer plan version changed it."""
    part: str = ""
    """The key of the part, such as `sex/women`."""


@dataclass(frozen=True)
class Site:
    code: str
    name: LocalizedText
    kind: str = ""
    iso_3166_2: str = ""
    ncdd_code: str = ""
    province: LocalizedText = LocalizedText("")
    district: LocalizedText = LocalizedText("")
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
    name: LocalizedText
    kind: str = ""
    note: LocalizedText = LocalizedText("")
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


@dataclass(frozen=True, slots=True)
class Observation:
    """One number of a return. A value of None means "not collected"."""

    key: CellKey
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class SiteReturn:
    """The current return of a site and quarter. `first_submitted` has a time zone."""

    site: str
    quarter: Quarter
    basis: Basis
    first_submitted: datetime
    approved: bool
    """Whether the quarter has an approved return: this one, or the one that it corrects."""
    observations: tuple[Observation, ...]
    is_correction: bool = False
    """Whether it waits for approval while the return that it corrects is approved."""


@dataclass(frozen=True, slots=True)
class SiteQuarter:
    """A roll-up row: what one site contributes to one indicator, or to a part of it, in one quarter.

    `value` is the number, or a ratio's numerator. A covered quarter is reported by a later year-to-date return
    (`covered_by`) and has no value of its own; the row of the closing quarter holds in `value` and `denominator` the
    amount of all quarters that it covers.
    """

    indicator: str
    part: str
    site: str
    quarter: Quarter
    state: CellState
    value: Decimal | None = None
    denominator: Decimal | None = None
    covered_by: Quarter | None = None
