"""What the core answers: figures, values with their completeness, ratings. Questions return these, charts draw them.

Numbers are exact decimals in the indicator's unit; a quotient that has no end is kept to 40 significant digits and
rounded once, where it is shown. Percentages are fractions of 1.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.indicators.periods import Period, Quarter


class NoValue(StrEnum):
    """Why a number can't be formed. Never 0, never NaN (arithmetic, section 1)."""

    NO_TARGET = "no_target"
    TARGET_IS_ZERO = "target_is_zero"
    DENOMINATOR_IS_ZERO = "denominator_is_zero"
    TARGET_EQUALS_BASELINE = "target_equals_baseline"
    NOTHING_REPORTED = "nothing_reported"
    NO_BASELINE = "no_baseline"
    NOT_COLLECTED = "not_collected"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    COVERED = "covered"
    NOT_DEFINED = "not_defined"
    """A percentage that this kind of indicator doesn't have, such as the achievement of one that should fall."""


class Rating(StrEnum):
    """In the order of a strip: best first, then what can't be rated."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    INCOMPLETE = "incomplete"
    NO_DATA = "no_data"
    NOT_DUE = "not_due"
    NO_TARGET = "no_target"

    @property
    def is_rated(self) -> bool:
        return self in _RATED

    @property
    def is_good(self) -> bool:
        """On track or achieved."""
        return self in (Rating.ACHIEVED, Rating.ON_TRACK)

    @property
    def needs_attention(self) -> bool:
        return self in (Rating.AT_RISK, Rating.OFF_TRACK)


_RATED = (Rating.ACHIEVED, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK)

Amount = Decimal | NoValue


@dataclass(frozen=True, slots=True)
class SiteQuarterKey:
    """One cell's place: which site, which quarter."""

    site: str
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class CarriedLevel:
    """A site whose last level stands in for a quarter that it did not report."""

    site: str
    since: Quarter


@dataclass(frozen=True)
class Value:
    """A value for a set of sites over a period, and how whole it is.

    `amount` is what is shown; a ratio also has `numerator` and `denominator`. `reported` of `expected` cells are in
    (carried ones are in `carried`, not in `reported`); `missing` names the others that are due.
    """

    amount: Amount
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reported: int = 0
    expected: int = 0
    not_collected: int = 0
    missing: tuple[SiteQuarterKey, ...] = ()
    carried: tuple[CarriedLevel, ...] = ()
    sites: frozenset[str] = frozenset()
    """The sites whose numbers are in it: a change is only computed between equal sets."""

    @property
    def is_incomplete(self) -> bool:
        return self.reported + len(self.carried) < self.expected


@dataclass(frozen=True)
class Outlook:
    """What the end of the plan still needs, and where the recent pace leads, in the indicator's unit."""

    target: Decimal
    needed: Decimal
    """Still to come until the target; 0 or less when it is reached (for an increase)."""
    remaining_quarters: int
    needed_per_quarter: Decimal | None
    projected: Decimal | None
    """None with fewer than 3 points to draw it through."""


@dataclass(frozen=True)
class Figure:
    """One indicator for a set of sites over a period, against its target: what a card, a row or a bullet shows.

    `actual` holds all that has come; `counted` is the same at the counted quarter, by which it is rated. `target` is
    the period's own full target, `expected` what the counted quarter should have brought. `headline` is
    `achievement` or `progress`, as `headline_rule` says; `pace` is the same share taken against `expected`.
    """

    indicator: str
    sites: tuple[str, ...]
    """The chosen sites that report it, in the plan's order."""
    requested_period: Period
    period: Period
    """What was judged: differs from `asked` where a share is judged by its latest year."""
    plan_version: int
    actual: Value
    rated_actual: Amount
    """The actual as its percentages use it: without years that have no target."""
    counted_quarter: Quarter | None
    counted_value: Value
    target: Amount
    baseline: Amount
    expected: Amount
    achievement: Amount
    progress: Amount
    headline_rule: str
    """`of_target`, `of_change`, `distance` (maintain: distance from target as a share of it) or `none`."""
    headline: Amount
    pace: Amount
    rating: Rating
    over_target: bool = False
    deciding_returns: tuple[SiteQuarterKey, ...] = ()
    """The missing returns that decide an `incomplete` rating."""
    outlook: Outlook | None = None


@dataclass(frozen=True)
class RatingCounts:
    """How many indicators are in each rating; unlike units are never added."""

    counts: tuple[tuple[Rating, int], ...]
    """Every rating in order, zeros included."""

    @property
    def rated_count(self) -> int:
        return sum(count for rating, count in self.counts if rating.is_rated)

    @property
    def good_count(self) -> int:
        return sum(count for rating, count in self.counts if rating.is_good)

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class ReportingRate:
    """Returns received and received on time, of those expected."""

    expected: int
    received: int
    on_time: int

    @property
    def received_share(self) -> Amount:
        return Decimal(self.received) / self.expected if self.expected else NoValue.NOT_DUE

    @property
    def on_time_share(self) -> Amount:
        return Decimal(self.on_time) / self.expected if self.expected else NoValue.NOT_DUE


@dataclass(frozen=True)
class SeriesPoint:
    """One quarter of an indicator's history.

    `alone` is what happened in this quarter (period view); `to_date` runs up to it: for a flow since its year began,
    for a stock the latest level, for a share that of the year so far. `breaks` says that a change from the point
    before would compare different sets of sites or definitions, so a line must not join them.
    """

    quarter: Quarter
    in_quarter: Value
    to_date: Value
    expected: Amount
    """Expected by the end of this quarter, on the scale of `to_date`."""
    target: Amount
    """The target of the quarter's year, at its fourth quarter only."""
    has_break: bool = False
