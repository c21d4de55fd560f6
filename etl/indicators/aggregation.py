"""Sites and quarters together: the value of an indicator for a set of sites over a period (fine print, C)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain

from etl.indicators.exact import EXACT_CONTEXT, Exact, add_exactly, as_amount
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.record import Record
from etl.indicators.results import CarriedLevel, NoValue, Value
from etl.indicators.site_rows import QuarterRows
from etl.indicators.site_sets import NO_SITE, SiteSet, count_sites
from etl.indicators.tallies import EMPTY_TALLY, NOT_COLLECTED, REPORTED, AnswerKind, Group, GroupTotal, Tallies, Tally
from etl.indicators.vocabulary import AcrossSites, CellState, Indicator, OverTime, SiteQuarter, Source

Pair = tuple[Decimal, Decimal]
"""An amount, or a numerator, with its denominator (0 where there is none)."""
TWELFTHS = 12
"""A mean of up to four amounts is a whole number of twelfths of their last digit, so that it needs no fraction."""

_FindRows = Callable[[], Iterable[SiteQuarter]]


@dataclass(frozen=True)
class AggregatedValue:
    """A value as it is shown, and the same without any rounding."""

    value: Value
    exact: Exact
    missing: Mapping[Quarter, SiteSet] = field(default_factory=dict)
    """The places that the value names as missing, by quarter."""


@dataclass(frozen=True, slots=True)
class AssumedAmounts:
    """Amounts, in twelfths, put in the place of a quarter's missing ones: of which sites, together, and each."""

    sites: SiteSet
    value: Decimal
    denominator: Decimal
    pairs: Mapping[str, Pair]


@dataclass(frozen=True)
class Scope:
    """What is asked: one indicator (or part) by one definition, for chosen sites, as things stand on a day."""

    plans: Plans
    record: Record
    indicator: Indicator
    """By the definition that the figure uses; quarters of another kind are left out."""
    part: str
    sites: frozenset[str] | None
    """None: all."""
    today: date
    assumed_amounts: Mapping[Quarter, AssumedAmounts] = field(default_factory=dict)
    """Amounts put in the place of missing ones, to see whether they could decide a rating."""

    def with_assumed_amounts(self, amounts: Mapping[Quarter, AssumedAmounts]) -> "Scope":
        return replace(self, assumed_amounts=amounts)

    def value_with_assumed_amounts(
        self, counted_value: AggregatedValue, amounts: Mapping[Quarter, AssumedAmounts]
    ) -> AggregatedValue | None:
        """What the value would be if the missing cells held these amounts; None where a total can't tell that."""
        if not self.indicator.is_ratio and not self.indicator.is_additive:
            return None
        before = counted_value.value
        if self.indicator.is_ratio:
            value, denominator = Fraction(before.numerator or 0), Fraction(before.denominator or 0)
        else:
            value, denominator = (
                counted_value.exact if isinstance(counted_value.exact, Fraction) else Fraction(0),
                Fraction(0),
            )
        value += Fraction(add_exactly(one.value for one in amounts.values())) / TWELFTHS
        denominator += Fraction(add_exactly(one.denominator for one in amounts.values())) / TWELFTHS
        reported = before.reported + sum(count_sites(one.sites) for one in amounts.values())
        return AggregatedValue(replace(before, reported=reported), _quotient(self.indicator, value, denominator))

    def has_ended(self, quarter: Quarter) -> bool:
        return self.plans.has_ended(quarter, self.today)

    def is_due(self, quarter: Quarter) -> bool:
        return self.plans.is_due(quarter, self.today)

    def expected_sites(self, quarter: Quarter) -> SiteSet:
        """The chosen sites of which a cell is asked in the quarter."""
        return self.plans.expected_sites(self.indicator, quarter) & self._chosen

    @cached_property
    def _chosen(self) -> SiteSet:
        return -1 if self.sites is None else self.plans.site_bits.make_set(self.sites)

    def tally(self, quarter: Quarter) -> Tally:
        """What the chosen sites said of the quarter."""
        if self.indicator.source is Source.SYSTEM:
            return self._system_tally(quarter)
        return self._tallies.get(quarter, EMPTY_TALLY)

    @cached_property
    def _tallies(self) -> Tallies:
        return self.record.tallies(self.plans, (self.indicator.code, self.part), self.sites)

    def _system_tally(self, quarter: Quarter) -> Tally:
        """Whose return came in time and is approved; the quarter's return must stand or be due (B6)."""
        came, asked = self.record.received_returns.received_sites(self.plans, quarter), self.expected_sites(quarter)
        said = asked if self.is_due(quarter) else asked & came.received
        if not said:
            return EMPTY_TALLY
        kept = count_sites(came.on_time_and_approved & said)
        return Tally({REPORTED: GroupTotal(said, Decimal(kept), Decimal(count_sites(said)))})

    def is_fully_answered(self, quarter: Quarter) -> bool:
        """Whether every asked cell of the quarter holds an answer."""
        asked = self.expected_sites(quarter)
        return bool(asked) and not asked & ~self.tally(quarter).answered_sites

    def has_answer(self, quarter: Quarter) -> bool:
        """Whether any asked cell of the quarter holds one."""
        return bool(self.expected_sites(quarter) & self.tally(quarter).answered_sites)

    def is_fully_reported(self, quarter: Quarter) -> bool:
        """Whether every asked site reported the quarter by itself."""
        asked = self.expected_sites(quarter)
        return bool(asked) and not asked & ~self.tally(quarter).reported_sites

    def value(
        self, first: Quarter, last: Quarter, *, single_quarter: bool = False, skip_years: frozenset[int] = frozenset()
    ) -> AggregatedValue:
        """The value from first to last; `alone` looks at one quarter by itself, `skip` leaves years out."""
        asked = self._asked_between(first, last, skip_years)
        if not asked:
            return _without(NoValue.NOT_APPLICABLE)
        if self.indicator.over_time is OverTime.STOCK:
            return self._level(asked, alone=single_quarter)
        return self._gather_quarters(asked, alone=single_quarter)

    def quarter_amount(self, quarter: Quarter) -> Exact:
        """The value of a quarter that every asked site reported by itself, by itself."""
        if not self.indicator.is_ratio and not self.indicator.is_additive:
            return self.value(quarter, quarter, single_quarter=True).exact
        brought = self.tally(quarter).groups[REPORTED]
        return _quotient(self.indicator, Fraction(brought.value), Fraction(brought.denominator))

    def _asked_between(self, first: Quarter, last: Quarter, skip: frozenset[int]) -> Sequence[tuple[Quarter, SiteSet]]:
        found: Sequence[tuple[Quarter, SiteSet]] = self.plans.expected_sites_between(self.indicator, first, last)
        if self.sites is not None:
            found = [(quarter, sites & self._chosen) for quarter, sites in found if sites & self._chosen]
        return [one for one in found if one[0].year not in skip] if skip else found

    def _level(self, asked: Sequence[tuple[Quarter, SiteSet]], *, alone: bool) -> AggregatedValue:
        """The latest level of each site at the last asked quarter that has ended (C4)."""
        ended = [(quarter, sites) for quarter, sites in asked if self.has_ended(quarter)]
        if not ended:
            return _without(NoValue.NOT_DUE)
        quarter, sites = ended[-1]
        gathering = _Gathering(self)
        gathering.suppose(self.assumed_amounts.get(quarter))
        absent = sites & ~gathering.supposed_sites
        for group, brought in self.tally(quarter).groups.items():
            if group.answer is not AnswerKind.CARRIED:
                gathering.count(group, brought, quarter)
                absent &= ~brought.sites
            elif not alone:
                gathering.carry(group, brought)
        if absent and self.is_due(quarter):
            gathering.miss(quarter, absent)
        return gathering.gathered(lambda: self.rows_between(quarter, quarter, single_quarter=alone))

    def _gather_quarters(self, asked: Sequence[tuple[Quarter, SiteSet]], *, alone: bool) -> AggregatedValue:
        """The quarters of each site together: flows add, averages and maxima look at those reported (C3, C5)."""
        first, last = asked[0][0], asked[-1][0]
        gathering = _Gathering(self)
        for quarter, sites in asked:
            supposed = self.assumed_amounts.get(quarter)
            gathering.suppose(supposed)
            absent, half = sites & ~(supposed.sites if supposed else NO_SITE), NO_SITE
            for group, brought in self.tally(quarter).groups.items():
                if group.answer is AnswerKind.COVERED and (alone or not _lies_within(group, first, last)):
                    half |= brought.sites & absent
                else:
                    gathering.count(group, brought, quarter)
                absent &= ~brought.sites
            if half or absent:
                gathering.miss_half_covered(half)
                gathering.miss(quarter, absent | half if self.is_due(quarter) else half)
        skipped = frozenset(range(first.year, last.year + 1)) - {quarter.year for quarter, _ in asked}
        return gathering.gathered(lambda: self.rows_between(first, last, single_quarter=alone, skip_years=skipped))

    def rows_between(
        self, first: Quarter, last: Quarter, *, single_quarter: bool = False, skip_years: frozenset[int] = frozenset()
    ) -> tuple[SiteQuarter, ...]:
        """The rows of the sites and quarters that are in the value, by quarter and site."""
        asked = self._asked_between(first, last, skip_years)
        if self.indicator.over_time is OverTime.STOCK:
            ended = [(quarter, sites) for quarter, sites in asked if self.has_ended(quarter)]
            return tuple(self._level_rows(*ended[-1], alone=single_quarter)) if ended else ()
        return tuple(self._quarter_rows(asked, alone=single_quarter))

    def _quarter_rows(self, asked: Sequence[tuple[Quarter, SiteSet]], *, alone: bool) -> Iterator[SiteQuarter]:
        for quarter, sites in asked:
            for group, brought in self.tally(quarter).groups.items():
                if group.answer is AnswerKind.COVERED and (
                    alone or quarter != group.covered_by or not _lies_within(group, asked[0][0], asked[-1][0])
                ):
                    continue
                if group is not NOT_COLLECTED:
                    yield from self._rows_of(brought.sites & sites, quarter)

    def _level_rows(self, quarter: Quarter, sites: SiteSet, *, alone: bool) -> Iterator[SiteQuarter]:
        for group, brought in self.tally(quarter).groups.items():
            if group.answer is AnswerKind.REPORTED:
                yield from self._rows_of(brought.sites & sites, quarter)
            elif group.since is not None and not alone:
                yield from self._rows_of(brought.sites & sites, group.since)

    def _rows_of(self, sites: SiteSet, quarter: Quarter) -> Iterator[SiteQuarter]:
        if self.indicator.source is Source.SYSTEM:
            kept = self.record.received_returns.received_sites(self.plans, quarter).on_time_and_approved
            for site in self.plans.site_bits.codes_in_order(sites):
                value = Decimal(int(bool(kept & self.plans.site_bits.bit(site))))
                code = self.indicator.code
                yield SiteQuarter(code, self.part, site, quarter, CellState.REPORTED, value, Decimal(1))
            return
        names = self.plans.site_bits.codes_in_order(sites)
        found = self.record.rows.find_rows((self.indicator.code, self.part), names)
        yield from (found[site][quarter] for site in names)

    def latest_rows(self, sites: Iterable[str], last: Quarter, *, limit: int) -> dict[str, list[SiteQuarter]]:
        """The latest rows of each site, up to a quarter, that it reported by itself, by a definition of this kind."""
        names = tuple(sites)
        found = self.record.rows.find_rows((self.indicator.code, self.part), names)
        return {site: self._latest(site, found.get(site, {}), last, limit) for site in names}

    def _latest(self, site: str, rows: QuarterRows, last: Quarter, most: int) -> list[SiteQuarter]:
        bit, latest = self.plans.site_bits.bit(site), list[SiteQuarter]()
        for quarter in reversed(quarters_between(min(rows), last)) if rows else ():
            row = rows.get(quarter)
            if row is not None and row.state is CellState.REPORTED and self.expected_sites(quarter) & bit:
                latest.append(row)
                if len(latest) == most:
                    break
        return latest


def _lies_within(group: Group, first: Quarter, last: Quarter) -> bool:
    """Whether a cover, from the first quarter it reports for to the one that closes it, lies within the two."""
    return (
        group.covered_by is not None and group.since is not None and group.covered_by <= last and first <= group.since
    )


class _Gathering:
    """Cells counted and amounts added, quarter by quarter."""

    def __init__(self, scope: Scope) -> None:
        self.indicator = scope.indicator
        self.numbers = scope.plans.site_bits
        self.reported = self.not_collected = self.expected_missing = 0
        self.is_half_covered = False
        self.missing: dict[Quarter, SiteSet] = {}
        self.carried: list[CarriedLevel] = []
        self.sites = self.supposed_sites = self.carried_sites = NO_SITE
        self.value = self.denominator = Decimal(0)
        self.supposed: list[AssumedAmounts] = []

    def count(self, group: Group, brought: GroupTotal, quarter: Quarter) -> None:
        """A group that answered: how many cells, and what they bring."""
        if group.answer is AnswerKind.NOT_COLLECTED:
            self.not_collected += count_sites(brought.sites)
            return
        self.reported += count_sites(brought.sites)
        if group.covered_by is None or group.covered_by == quarter:
            self._take(brought)

    def _take(self, brought: GroupTotal) -> None:
        self.sites |= brought.sites
        self.value = EXACT_CONTEXT.add(self.value, brought.value)
        self.denominator = EXACT_CONTEXT.add(self.denominator, brought.denominator)

    def suppose(self, supposed: AssumedAmounts | None) -> None:
        """Takes supposed amounts as if they had been reported."""
        if supposed is not None:
            self.reported += count_sites(supposed.sites)
            self.supposed_sites = supposed.sites
            self.supposed.append(supposed)

    def carry(self, group: Group, brought: GroupTotal) -> None:
        """Levels of earlier quarters that stand in: of sites that said nothing, or that they did not collect."""
        assert group.since is not None
        sites = brought.sites
        self.carried += [CarriedLevel(site, group.since) for site in self.numbers.codes_in_order(sites)]
        self.carried_sites |= sites
        self._take(brought)

    def miss(self, quarter: Quarter, sites: SiteSet) -> None:
        """Cells that are due and empty; those that an earlier level stands in for are expected, but not missing."""
        self.expected_missing += count_sites(sites)
        missing = sites & ~self.carried_sites
        if missing:
            self.missing[quarter] = missing

    def miss_half_covered(self, sites: SiteSet) -> None:
        self.is_half_covered |= bool(sites)

    def gathered(self, rows: _FindRows) -> AggregatedValue:
        expected = self.reported + self.not_collected + self.expected_missing
        exact = self._exact(expected, rows)
        is_pair = self.indicator.is_ratio and bool(self.sites)
        value = Value(
            amount=as_amount(exact),
            numerator=self.value if is_pair else None,
            denominator=self.denominator if is_pair else None,
            reported=self.reported,
            expected=expected,
            not_collected=self.not_collected,
            missing=tuple(chain.from_iterable(self.numbers.site_quarter_keys(*one) for one in self.missing.items())),
            carried=tuple(sorted(self.carried, key=lambda one: self.numbers.sort_key(one.site))),
            sites=self.numbers.code_set(self.sites),
        )
        return AggregatedValue(value, exact, self.missing)

    def _exact(self, expected: int, rows: _FindRows) -> Exact:
        if not self.sites and not self.supposed:
            return self._why_nothing(expected)
        if self.indicator.is_ratio:
            return _quotient(self.indicator, Fraction(self.value), Fraction(self.denominator))
        if self.indicator.is_additive:
            return Fraction(self.value)
        by_site = [self._over_time(amounts) for amounts in self._by_site(rows()).values()]
        return max(by_site) if self.indicator.across_sites is AcrossSites.MAXIMUM else sum(by_site, Fraction(0))

    def _by_site(self, rows: Iterable[SiteQuarter]) -> dict[str, list[Fraction]]:
        """The amounts of each site: a mean and a highest can't be told from a total."""
        found: dict[str, list[Fraction]] = {}
        for row in rows:
            if row.value is not None:
                found.setdefault(row.site, []).append(Fraction(row.value))
        for supposed in self.supposed:
            for site, (value, _) in supposed.pairs.items():
                found.setdefault(site, []).append(Fraction(value) / TWELFTHS)
        return found

    def _over_time(self, amounts: list[Fraction]) -> Fraction:
        """What a site's quarters are together."""
        if self.indicator.over_time is OverTime.MAXIMUM:
            return max(amounts)
        total = sum(amounts, Fraction(0))
        return total / len(amounts) if self.indicator.over_time is OverTime.AVERAGE else total

    def _why_nothing(self, expected: int) -> NoValue:
        if expected == 0:
            return NoValue.NOT_DUE
        if self.not_collected == expected:
            return NoValue.NOT_COLLECTED
        return NoValue.COVERED if self.is_half_covered else NoValue.NOTHING_REPORTED


def _quotient(indicator: Indicator, value: Fraction, denominator: Fraction) -> Exact:
    """The amount itself, or of a ratio the pair's share in the indicator's unit."""
    if not indicator.is_ratio:
        return value
    return value / denominator * Fraction(indicator.scale) if denominator else NoValue.DENOMINATOR_IS_ZERO


def _without(reason: NoValue) -> AggregatedValue:
    return AggregatedValue(Value(reason), reason)
