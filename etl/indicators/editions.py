"""Editions: frozen figures with everything that public pages need to show them."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from etl.indicators.exact import convert_to_decimal
from etl.indicators.part_targets import list_parts_with_targets
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, parse_quarter
from etl.indicators.plans import Plan
from etl.indicators.rating import get_rating_thresholds
from etl.indicators.results import Amount, NoValue, Rating, TargetRevision
from etl.indicators.site_groups import SiteGroup
from etl.indicators.targets import find_indicator_targets
from etl.indicators.vocabulary import Indicator, Objective, Part, Programme, Site, TargetBasis

PLAN_TO_DATE = "plan"
"""The period key of the plan to date, up to the quarter of the edition."""

_ID = re.compile(r"(\d{4})-Q([1-4])(?:-r([2-9]|[1-9]\d+))?")


class Suppression(StrEnum):
    """The reason why an existing figure is not published."""

    SMALL = "small"
    """It counts fewer people than may be published (1 to 4)."""
    WITHHELD = "withheld"
    """A small count could be derived from it."""
    REDACTED = "taken_out"
    """It was removed from the edition after publication, because it must not be public."""


@dataclass(frozen=True, slots=True, order=True)
class FigureKey:
    """The key of a figure. Blank part: the total; blank site: the centre; period `plan`, `2025` or `2025Q3`."""

    indicator: str
    part: str
    site: str
    period: str


@dataclass(frozen=True, slots=True)
class EditionFigure:
    """One frozen figure. `state` is `value`, a `NoValue` reason or a `Suppression`.

    Only totals, and parts with targets of their own, have a target and a percentage; `share` is the headline percentage
    as a fraction of 1 and `rule` its rule. `judged` is the rated period where it differs from the period of the key.
    """

    key: FigureKey
    state: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reported: int = 0
    expected: int = 0
    carried: int = 0
    not_collected: int = 0
    target: Decimal | None = None
    baseline: Decimal | None = None
    share: Decimal | None = None
    rule: str = ""
    rating: str = ""
    over_target: bool = False
    counted: str = ""
    judged: str = ""

    @property
    def is_suppressed(self) -> bool:
        """Whether the figure has a number that is not published."""
        return self.state in tuple(Suppression)

    @property
    def amount(self) -> Amount | Suppression:
        """The number, or the reason why there is none to show."""
        if self.value is not None:
            return self.value
        return Suppression(self.state) if self.is_suppressed else NoValue(self.state)

    @property
    def public_rating(self) -> Rating | None:
        """The rating; None where it would reveal a withheld number, and for parts."""
        return Rating(self.rating) if self.rating else None

    def suppress(self, reason: Suppression) -> "EditionFigure":
        """Return a copy without the number and without the share and rating that would reveal it."""
        return replace(
            self,
            state=reason.value,
            value=None,
            numerator=None,
            denominator=None,
            share=None,
            rating="",
            over_target=False,
        )


@dataclass(frozen=True)
class PublicRemark:
    """A published remark: the reason for the state of an indicator in a quarter, and the agreed action."""

    indicator: str
    quarter: Quarter
    why: str
    agreed: str = ""
    responsible: str = ""
    due: date | None = None
    is_done: bool = False


@dataclass(frozen=True)
class RetiredIndicator:
    """An indicator that the plan no longer has: its last definition and the version that retired it."""

    indicator: Indicator
    since_version: int
    since: date


@dataclass(frozen=True)
class Restatement:
    """A figure of an ended period that differs from the previous edition."""

    key: FigureKey
    old_state: str
    old_value: Decimal | None
    new_state: str
    new_value: Decimal | None
    old_target: Decimal | None = None
    new_target: Decimal | None = None


@dataclass(frozen=True)
class EditionTargetRevision:
    """A revision of the target of a figure. None is no target."""

    key: FigureKey
    on: date
    before: Decimal | None
    after: Decimal | None
    is_expected_value: bool = False

    def to_revision(self) -> TargetRevision:
        """Return the revision as of any figure."""
        before, after = (NoValue.NO_TARGET if amount is None else amount for amount in (self.before, self.after))
        return TargetRevision(self.on, before, after, self.is_expected_value)


@dataclass(frozen=True)
class Redaction:
    """A removal from a published edition: the day, what was removed, and the reason."""

    on: date
    what: str
    why: str


@dataclass(frozen=True)
class Edition:
    """A frozen publication without its figures. `as_of` is the day that decides which returns are due."""

    id: str
    quarter: Quarter
    revision: int
    as_of: date
    published_on: date
    plan: Plan
    plan_version: int
    has_sample_data: bool = False
    returns_received: int = 0
    returns_expected: int = 0
    counted: Quarter | None = None
    time_gone: Decimal = Decimal(0)
    public_url: str = ""
    """The base URL of the public pages, for absolute URLs such as that of the preview image."""
    licence: str = ""
    """The SPDX identifier of the licence of the figures; blank if none was given."""
    contact: str = ""
    """The e-mail address or URL for questions about the figures; blank if none was given."""
    before: str = ""
    replaces: str = ""
    reason: str = ""
    remarks: tuple[PublicRemark, ...] = ()
    closed: tuple[RetiredIndicator, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    taken_out: tuple[Redaction, ...] = ()
    target_revisions: tuple[EditionTargetRevision, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the plan, then the retired ones."""
        return (*self.plan.indicators, *(retired.indicator for retired in self.closed))

    @property
    def years(self) -> range:
        """The years of the plan up to the quarter of the edition."""
        return range(self.plan.settings.first_year, self.quarter.year + 1)


class EditionContents:
    """An edition with its figures and lookups. Pages and downloads are built from it alone."""

    def __init__(self, edition: Edition, figures: tuple[EditionFigure, ...]) -> None:
        self.edition = edition
        self.figures = figures
        self._by_key = {figure.key: figure for figure in figures}
        self._revisions: dict[FigureKey, list[TargetRevision]] = {}
        for item in edition.target_revisions:
            self._revisions.setdefault(item.key, []).append(item.to_revision())
        self._indicators = {indicator.code: indicator for indicator in edition.indicators}

    @property
    def plan(self) -> Plan:
        return self.edition.plan

    def find(
        self, indicator: str, *, part: str = "", site: str = "", period: str = PLAN_TO_DATE
    ) -> EditionFigure | None:
        return self._by_key.get(FigureKey(indicator, part, site, period))

    def get_plan_to_date_figure(self, indicator: str, part: str = "") -> EditionFigure:
        """Return the centre's figure of the plan to date. Every indicator and part has one."""
        return self._by_key[FigureKey(indicator, part, "", PLAN_TO_DATE)]

    def list_rated_parts(self, indicator: str) -> tuple[Part, ...]:
        """Return the parts that have targets of their own, and a figure, in the plan's order."""
        parts = list_parts_with_targets(self.plan, indicator)
        return tuple(part for part in parts if self.find(indicator, part=part.key) is not None)

    def list_target_revisions(self, key: FigureKey) -> tuple[TargetRevision, ...]:
        """Return the revisions of the target of a figure, oldest first."""
        return tuple(self._revisions.get(key, ()))

    def get_indicator(self, code: str) -> Indicator:
        return self._indicators[code]

    def get_thresholds(self, figure: EditionFigure) -> tuple[Decimal, Decimal]:
        """Return the shares at which the rating of the figure changes."""
        return get_rating_thresholds(self.get_indicator(figure.key.indicator), self.plan.settings)

    def compute_baseline_for_period(self, figure: EditionFigure) -> Decimal | None:
        """Return the baseline that the share of the figure uses; None where the plan no longer has its targets."""
        indicator = self.get_indicator(figure.key.indicator)
        if not (indicator.is_number_flow and indicator.target_basis is TargetBasis.ANNUAL):
            return figure.baseline
        if indicator.code not in self.plan.indicator_by_code:
            return None
        period, settings = parse_period(figure.key.period), self.plan.settings
        if isinstance(period, PlanToDate):
            period = Years(settings.first_year, settings.last_year)
        targets = find_indicator_targets(self.plan, indicator, self.plan.select_place(figure.key.site), figure.key.part)
        baseline = targets.compute_full_baseline(period)
        return None if baseline is None else convert_to_decimal(baseline)

    def find_indicator(self, code: str) -> Indicator | None:
        return self._indicators.get(code)

    def list_quarter_figures(self, indicator: str, part: str = "") -> tuple[tuple[Quarter, EditionFigure], ...]:
        """Return the centre's figures of single quarters, in order."""
        pairs = [
            (parse_quarter(figure.key.period), figure)
            for figure in self.figures
            if figure.key.indicator == indicator
            and figure.key.part == part
            and not figure.key.site
            and "Q" in figure.key.period
        ]
        return tuple(sorted(pairs, key=lambda pair: pair[0]))

    def list_sites(self, indicator: str) -> tuple[Site, ...]:
        """Return the sites that have figures of their own, in the plan's order."""
        codes = {figure.key.site for figure in self.figures if figure.key.indicator == indicator}
        return tuple(site for site in self.plan.sites if site.code in codes)

    def list_provinces(self, indicator: str = "") -> tuple[SiteGroup, ...]:
        """Return the provinces that have figures of the indicator, or of any; none in older editions."""
        return tuple(
            province
            for province in self.plan.provinces
            if any(code == province.code and indicator in ("", of) for of, code in self._places)
        )

    @cached_property
    def _places(self) -> frozenset[tuple[str, str]]:
        return frozenset((figure.key.indicator, figure.key.site) for figure in self.figures)

    def list_parts(self, indicator: str) -> tuple[Part, ...]:
        return self.plan.list_parts(indicator)

    def list_objective_indicators(self, objective: Objective) -> tuple[Indicator, ...]:
        return self.plan.list_indicators(objective.code)

    def list_programme_indicators(self, programme: Programme) -> tuple[Indicator, ...]:
        codes = {link.indicator for link in self.plan.indicator_programmes if link.programme == programme.code}
        return tuple(indicator for indicator in self.plan.indicators if indicator.code in codes)

    def list_remarks(self, indicator: str) -> tuple[PublicRemark, ...]:
        """Return the remarks on the indicator, newest first."""
        remarks = [remark for remark in self.edition.remarks if remark.indicator == indicator]
        return tuple(sorted(remarks, key=lambda remark: remark.quarter, reverse=True))


def make_edition_period_key(period: Period) -> str:
    """Return the period as keys of figures write it: `plan`, `2025` or `2025Q3`."""
    return PLAN_TO_DATE if isinstance(period, PlanToDate) else str(period)


def parse_period(text: str) -> Period:
    """Return the period of `plan`, `2025`, `2023-2025` or `2025Q3`. ValueError for anything else."""
    if text == PLAN_TO_DATE:
        return PlanToDate()
    if "Q" in text:
        return parse_quarter(text)
    first, _, last = text.partition("-")
    return Years(int(first), int(last or first))


def format_edition_id(quarter: Quarter, revision: int) -> str:
    """Return `2025-Q3` for the first edition of a quarter and `2025-Q3-r2` for its second revision."""
    name = f"{quarter.year}-Q{quarter.number}"
    return name if revision == 1 else f"{name}-r{revision}"


def parse_edition_id(text: str) -> tuple[Quarter, int] | None:
    """Return the quarter and revision of an edition id; None for any other text."""
    match = _ID.fullmatch(text)
    return (Quarter(int(match[1]), int(match[2])), int(match[3] or 1)) if match else None
