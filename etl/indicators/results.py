"""Results of the core: figures, values with their completeness, ratings. Queries return them and charts show them.

Numbers are exact decimals in the indicator's unit. A quotient whose decimals do not end has 40 significant digits and
is rounded once, for display. Percentages are fractions of 1.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.indicators.periods import Period, Quarter


class NoValue(StrEnum):
    """The reason why there is no number. A missing number is never 0 and never NaN."""

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
    """The kind of indicator does not have this percentage, such as the achievement of a decreasing indicator."""


class Rating(StrEnum):
    """The rating of a figure. Members have the order of charts: best first, then those without a rating."""

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
        """Whether the rating is on track or achieved."""
        return self in (Rating.ACHIEVED, Rating.ON_TRACK)

    @property
    def needs_attention(self) -> bool:
        return self in (Rating.AT_RISK, Rating.OFF_TRACK)


_RATED = (Rating.ACHIEVED, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK)

Amount = Decimal | NoValue


@dataclass(frozen=True, slots=True)
class SiteQuarterKey:
    """A site and a quarter, such as those of a missing return."""

    site: str
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class CarriedLevel:
    """A site whose last reported level is used for a later quarter that it did not report."""

    site: str
    since: Quarter


@dataclass(frozen=True)
class Value:
    """A value for a set of sites over a period, with its completeness.

    A ratio also has `numerator` and `denominator`. `reported` of `expected` cells have been received (carried levels
    are in `carried`, not in `reported`); `missing` lists the cells that are due and not received.
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
    """The sites whose numbers are in the value. Changes are computed only between values of the same sites."""

    @property
    def is_incomplete(self) -> bool:
        return self.reported + len(self.carried) < self.expected


@dataclass(frozen=True)
class Outlook:
    """The amount still needed by the end of the plan, and the projection, in the indicator's unit."""

    target: Decimal
    needed: Decimal
    """Target minus counted value; for an increase 0 or less when the target is reached."""
    remaining_quarters: int
    needed_per_quarter: Decimal | None
    projected: Decimal | None
    """None with fewer than 3 complete quarters."""


@dataclass(frozen=True, slots=True)
class TargetRevision:
    """A change of a figure's target by a later plan version (docs/arithmetic.md, D8)."""

    on: date
    """The day on which the version was loaded."""
    before: Amount
    after: Amount
    is_expected_value: bool = False
    """Whether the target of the period is the same, and only the value expected by the counted quarter changed."""


@dataclass(frozen=True)
class Figure:
    """One indicator, or a part of it, for a set of sites over a period, compared with its target.

    `actual` includes everything received; `counted_value` is the value at the counted quarter, which the rating uses.
    `target` is the full target of the period, `expected` the value expected by the counted quarter. `headline` is
    the percentage named by `headline_rule`; `pace` is the same percentage against `expected`.
    """

    indicator: str
    sites: tuple[str, ...]
    """The selected sites that report the indicator, in the plan's order."""
    requested_period: Period
    period: Period
    """The rated period. Differs from `requested_period` where a ratio is rated by its latest year."""
    plan_version: int
    actual: Value
    rated_actual: Amount
    """The actual as percentages use it: without the years that have no target."""
    counted_quarter: Quarter | None
    counted_value: Value
    target: Amount
    baseline: Amount
    """The baseline as the plan states it; of an annual amount the amount of one year."""
    baseline_for_period: Amount
    """The baseline that percentages of the period use: of an annual amount, once for each year with a target."""
    expected: Amount
    achievement: Amount
    progress: Amount
    headline_rule: str
    """`of_target`, `of_change`, `distance` (maintain: distance from target as a share of it), `stage` or `none`."""
    headline: Amount
    pace: Amount
    rating: Rating
    over_target: bool = False
    deciding_returns: tuple[SiteQuarterKey, ...] = ()
    """The missing returns that could change the rating of an `incomplete` figure."""
    outlook: Outlook | None = None
    thresholds: tuple[Decimal, ...] = ()
    """The shares at which the rating changes: at risk and on track, or the distances of a `maintain` indicator."""
    target_revisions: tuple[TargetRevision, ...] = ()
    part: str = ""
    """The key of the part that the figure is of; blank for the indicator itself."""

    @property
    def has_target(self) -> bool:
        """Whether the plan has a target of the period, or expects a value in it."""
        return isinstance(self.target, Decimal) or isinstance(self.expected, Decimal)


@dataclass(frozen=True)
class RatingCounts:
    """The number of indicators in each rating."""

    counts: tuple[tuple[Rating, int], ...]
    """Every rating in order, including those with a count of 0."""

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
    """The numbers of returns expected, received and received on time."""

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

    `in_quarter` is the value of the quarter alone; `to_date` is cumulative: for a flow since the start of its year, for
    a stock the latest level, for a ratio of the year so far. `has_break` means that the previous point has other
    sites or another definition, so that a line must not connect the two.
    """

    quarter: Quarter
    in_quarter: Value
    to_date: Value
    expected: Amount
    """The expected value at the end of this quarter, on the scale of `to_date`."""
    target: Amount
    """The target of the year, in its fourth quarter only."""
    has_break: bool = False

    @property
    def is_due(self) -> bool:
        """Whether a number of the quarter is due or reported; if not, `to_date` repeats that of an earlier quarter."""
        return self.in_quarter.amount is not NoValue.NOT_DUE
