"""What an edition is: frozen figures, and all that they stand on, so that a page can be made of nothing else."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.indicators.periods import Period, PlanToDate, Quarter, Years, parse_quarter
from etl.indicators.plans import Plan
from etl.indicators.results import Amount, NoValue, Rating
from etl.indicators.vocabulary import Indicator, Objective, Part, Programme, Site

PLAN_TO_DATE = "plan"
"""The period that runs from the plan's first quarter to the edition's own."""

_ID = re.compile(r"(\d{4})-Q([1-4])(?:-r([2-9]|[1-9]\d+))?")


class Suppression(StrEnum):
    """Why a figure that exists is not shown to the public."""

    SMALL = "small"
    """It counts fewer people than may be shown (1 to 4)."""
    WITHHELD = "withheld"
    """A small count could be worked out from it."""
    REDACTED = "taken_out"
    """It must not be public, and was taken out of an edition after it was published."""


@dataclass(frozen=True, slots=True, order=True)
class FigureKey:
    """Names a figure of an edition. No part: the total; no site: the centre; period `plan`, `2025` or `2025Q3`."""

    indicator: str
    part: str
    site: str
    period: str


@dataclass(frozen=True, slots=True)
class EditionFigure:
    """One frozen figure. `state` is `value`, the reason that there is none, or why it is not shown.

    A year's own target and percentage stand with the total only; `share` is the headline percentage as a fraction
    of 1 and `rule` says of what. `judged` is the period by which it is rated, where that is another one.
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
        """Whether there is a number that the public does not get."""
        return self.state in tuple(Suppression)

    @property
    def amount(self) -> Amount | Suppression:
        """The number, or why there is none to show."""
        if self.value is not None:
            return self.value
        return Suppression(self.state) if self.is_suppressed else NoValue(self.state)

    @property
    def public_rating(self) -> Rating | None:
        """None where a rating would tell what is withheld, and for parts, which have none."""
        return Rating(self.rating) if self.rating else None

    def suppress(self, reason: Suppression) -> "EditionFigure":
        """The same without anything that shows its number: share, rating and completeness of a share go with it."""
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
    """Why an indicator stands where it stands, as the centre chose to publish it."""

    indicator: str
    quarter: Quarter
    why: str
    agreed: str = ""
    responsible: str = ""
    due: date | None = None
    is_done: bool = False


@dataclass(frozen=True)
class RetiredIndicator:
    """An indicator that the plan no longer has: its last definition, and by which version it was closed."""

    indicator: Indicator
    since_version: int
    since: date


@dataclass(frozen=True)
class Restatement:
    """A figure of a finished period that is another one than in the edition before."""

    key: FigureKey
    old_state: str
    old_value: Decimal | None
    new_state: str
    new_value: Decimal | None
    old_target: Decimal | None = None
    new_target: Decimal | None = None


@dataclass(frozen=True)
class Redaction:
    """That something was taken out of the edition, when and why."""

    on: date
    what: str
    why: str


@dataclass(frozen=True)
class Edition:
    """A frozen publication, without its figures. `as_of` is the day by which returns were due."""

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
    """Where the public side lives, for what must name a whole address: the picture that a shared link shows."""
    before: str = ""
    replaces: str = ""
    reason: str = ""
    remarks: tuple[PublicRemark, ...] = ()
    closed: tuple[RetiredIndicator, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    taken_out: tuple[Redaction, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Those of the plan, then those that it no longer has."""
        return (*self.plan.indicators, *(one.indicator for one in self.closed))

    @property
    def years(self) -> range:
        """The plan's years that have begun by the edition's quarter."""
        return range(self.plan.settings.first_year, self.quarter.year + 1)


class EditionContents:
    """An edition with its figures, to be looked up: all that pages and downloads are made of."""

    def __init__(self, edition: Edition, figures: tuple[EditionFigure, ...]) -> None:
        self.edition = edition
        self.figures = figures
        self._by_key = {one.key: one for one in figures}
        self._indicators = {one.code: one for one in edition.indicators}

    @property
    def plan(self) -> Plan:
        return self.edition.plan

    def find(
        self, indicator: str, *, part: str = "", site: str = "", period: str = PLAN_TO_DATE
    ) -> EditionFigure | None:
        return self._by_key.get(FigureKey(indicator, part, site, period))

    def plan_to_date_figure(self, indicator: str) -> EditionFigure:
        """The centre's figure of the plan to date, which every indicator has."""
        return self._by_key[FigureKey(indicator, "", "", PLAN_TO_DATE)]

    def indicator(self, code: str) -> Indicator:
        return self._indicators[code]

    def find_indicator(self, code: str) -> Indicator | None:
        return self._indicators.get(code)

    def quarter_figures(self, indicator: str, part: str = "") -> tuple[tuple[Quarter, EditionFigure], ...]:
        """The centre's figures of the plan's quarters, in order."""
        found = [
            (parse_quarter(one.key.period), one)
            for one in self.figures
            if one.key.indicator == indicator and one.key.part == part and not one.key.site and "Q" in one.key.period
        ]
        return tuple(sorted(found, key=lambda pair: pair[0]))

    def sites(self, indicator: str) -> tuple[Site, ...]:
        """The sites that have figures of their own, in the plan's order."""
        codes = {one.key.site for one in self.figures if one.key.indicator == indicator}
        return tuple(site for site in self.plan.sites if site.code in codes)

    def parts(self, indicator: str) -> tuple[Part, ...]:
        return self.plan.parts_of(indicator)

    def indicators_of(self, objective: Objective) -> tuple[Indicator, ...]:
        return self.plan.indicators_of(objective.code)

    def indicators_for(self, programme: Programme) -> tuple[Indicator, ...]:
        codes = {one.indicator for one in self.plan.indicator_programmes if one.programme == programme.code}
        return tuple(one for one in self.plan.indicators if one.code in codes)

    def remarks(self, indicator: str) -> tuple[PublicRemark, ...]:
        """Newest first."""
        found = [one for one in self.edition.remarks if one.indicator == indicator]
        return tuple(sorted(found, key=lambda one: one.quarter, reverse=True))


def edition_period_key(period: Period) -> str:
    """How a figure of an edition names its period: `plan`, `2025` or `2025Q3`."""
    return PLAN_TO_DATE if isinstance(period, PlanToDate) else str(period)


def parse_period(text: str) -> Period:
    """The period that `plan`, `2025`, `2023-2025` or `2025Q3` names."""
    if text == PLAN_TO_DATE:
        return PlanToDate()
    if "Q" in text:
        return parse_quarter(text)
    first, _, last = text.partition("-")
    return Years(int(first), int(last or first))


def format_edition_id(quarter: Quarter, revision: int) -> str:
    """`2025-Q3`, and `2025-Q3-r2` for the one that replaces it."""
    name = f"{quarter.year}-Q{quarter.number}"
    return name if revision == 1 else f"{name}-r{revision}"


def parse_edition_id(text: str) -> tuple[Quarter, int] | None:
    """The quarter and revision that an edition's name holds; None for what is no such name."""
    found = _ID.fullmatch(text)
    return (Quarter(int(found[1]), int(found[2])), int(found[3] or 1)) if found else None
