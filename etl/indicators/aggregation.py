"""Aggregation: the value of an indicator for a set of sites over a period (docs/arithmetic.md, section C)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from etl.indicators.aggregated_values import (
    TWELFTHS,
    AggregatedValue,
    Aggregator,
    AssumedAmounts,
    divide_pair,
    make_no_value,
)
from etl.indicators.exact import Exact, add_exactly
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.indicators.record import Record
from etl.indicators.results import NoValue
from etl.indicators.schedules import has_unscheduled_quarter
from etl.indicators.site_groups import SiteGroup
from etl.indicators.site_rows import QuarterRows
from etl.indicators.site_sets import NO_SITE, SiteSet, count_sites
from etl.indicators.tallies import EMPTY_TALLY, NOT_COLLECTED, REPORTED, AnswerKind, GroupTotal, Tallies, Tally
from etl.indicators.vocabulary import CellState, Indicator, SiteQuarter, Source

ExpectedSites = Sequence[tuple[Quarter, SiteSet]]
"""Quarters, each with the sites that are expected to report it."""


@dataclass(frozen=True)
class Scope:
    """The scope of a calculation: an indicator (or part) by one definition, for selected sites, as of a day."""

    plans: Plans
    record: Record
    indicator: Indicator
    """The definition that the figure uses. Quarters with a definition of another kind are excluded."""
    part: str
    sites: frozenset[str] | SiteGroup | None
    """None: all."""
    today: date
    assumed_amounts: Mapping[Quarter, AssumedAmounts] = field(default_factory=dict)
    """Amounts assumed for missing cells, to test whether they could change a rating."""

    def with_assumed_amounts(self, amounts: Mapping[Quarter, AssumedAmounts]) -> "Scope":
        return replace(self, assumed_amounts=amounts)

    def compute_value_with_assumed_amounts(
        self, counted_value: AggregatedValue, amounts: Mapping[Quarter, AssumedAmounts]
    ) -> AggregatedValue | None:
        """Return the value with these amounts in the missing cells; None where sums are not enough to compute it."""
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
        value += Fraction(add_exactly(assumed.value for assumed in amounts.values())) / TWELFTHS
        denominator += Fraction(add_exactly(assumed.denominator for assumed in amounts.values())) / TWELFTHS
        reported = before.reported + sum(count_sites(assumed.sites) for assumed in amounts.values())
        return AggregatedValue(replace(before, reported=reported), divide_pair(self.indicator, value, denominator))

    def has_ended(self, quarter: Quarter) -> bool:
        return self.plans.has_ended(quarter, self.today)

    def is_due(self, quarter: Quarter) -> bool:
        return self.plans.is_due(quarter, self.today)

    def get_expected_sites(self, quarter: Quarter) -> SiteSet:
        """Return the selected sites that are expected to report in the quarter."""
        return self.plans.get_expected_sites(self.indicator, quarter) & self._selected

    @cached_property
    def _selected(self) -> SiteSet:
        return -1 if self.sites is None else self.plans.site_bits.make_set(self.sites)

    def tally(self, quarter: Quarter) -> Tally:
        """Return the tally of the selected sites in the quarter."""
        if self.indicator.source is Source.SYSTEM:
            return self._tally_reporting(quarter)
        return self._tallies.get(quarter, EMPTY_TALLY)

    @cached_property
    def _tallies(self) -> Tallies:
        return self.record.get_tallies(self.plans, (self.indicator.code, self.part), self.sites)

    def _tally_reporting(self, quarter: Quarter) -> Tally:
        """Count the returns that are on time and approved, of those received or due (docs/arithmetic.md, B6)."""
        received = self.record.received_returns.get_received_sites(self.plans, quarter)
        expected = self.get_expected_sites(quarter)
        counted = expected if self.is_due(quarter) else expected & received.received
        if not counted:
            return EMPTY_TALLY
        on_time = count_sites(received.on_time_and_approved & counted)
        return Tally({REPORTED: GroupTotal(counted, Decimal(on_time), Decimal(count_sites(counted)))})

    def is_fully_answered(self, quarter: Quarter) -> bool:
        """Whether every expected cell of the quarter has an answer."""
        expected = self.get_expected_sites(quarter)
        return bool(expected) and not expected & ~self.tally(quarter).answered_sites

    def has_answer(self, quarter: Quarter) -> bool:
        """Whether any expected cell of the quarter has an answer."""
        return bool(self.get_expected_sites(quarter) & self.tally(quarter).answered_sites)

    def is_fully_reported(self, quarter: Quarter) -> bool:
        """Whether every expected site reported the quarter itself."""
        expected = self.get_expected_sites(quarter)
        return bool(expected) and not expected & ~self.tally(quarter).reported_sites

    def compute_value(
        self, first: Quarter, last: Quarter, *, single_quarter: bool = False, skip_years: frozenset[int] = frozenset()
    ) -> AggregatedValue:
        """Return the value from first to last.

        `single_quarter` is the view of one quarter by itself, without carried and covered amounts; `skip_years`
        excludes years.
        """
        expected = self._list_expected(first, last, skip_years)
        if not expected:
            is_skipped = bool(skip_years and self._list_expected(first, last, frozenset()))
            is_not_due = is_skipped or has_unscheduled_quarter(self.plans, self.indicator, self.sites, first, last)
            return make_no_value(NoValue.NOT_DUE if is_not_due else NoValue.NOT_APPLICABLE)
        expected = self._drop_trailing_quarters(expected)
        key = first, expected[-1][0], skip_years, single_quarter
        if key not in self._values:
            self._values[key] = self.aggregate(expected, alone=single_quarter)
        return self._values[key]

    @cached_property
    def _values(self) -> dict[tuple[Quarter, Quarter, frozenset[int], bool], AggregatedValue]:
        """Computed values. That of an ended period and that of its counted quarter are often the same."""
        return {}

    def _drop_trailing_quarters(self, expected: ExpectedSites) -> ExpectedSites:
        """Return the quarters without those at the end that add nothing: neither answered nor due. One remains."""
        end = len(expected)
        while end > 1 and not self.affects_values(expected[end - 1][0]):
            end -= 1
        return expected[:end]

    def affects_values(self, quarter: Quarter) -> bool:
        """Whether a value can depend on the quarter: a level once it has ended, other numbers once answered or due."""
        if self.indicator.is_stock:
            return self.has_ended(quarter)
        return self.is_due(quarter) or not self.tally(quarter).is_empty

    def aggregate(self, expected: ExpectedSites, *, alone: bool) -> AggregatedValue:
        """Return the value of quarters with their expected sites; `alone` is a single quarter by itself."""
        if self.indicator.is_stock:
            return self._aggregate_level(expected, alone=alone)
        return self._aggregate_quarters(expected, alone=alone)

    def compute_quarter_amount(self, quarter: Quarter) -> Exact:
        """Return the exact value of one quarter that every expected site reported itself."""
        if not self.indicator.is_ratio and not self.indicator.is_additive:
            return self.compute_value(quarter, quarter, single_quarter=True).exact
        total = self.tally(quarter).groups[REPORTED]
        return divide_pair(self.indicator, Fraction(total.value), Fraction(total.denominator))

    def _list_expected(self, first: Quarter, last: Quarter, skip: frozenset[int]) -> ExpectedSites:
        by_quarter: ExpectedSites = self.plans.list_expected_sites(self.indicator, first, last)
        if self.sites is not None:
            by_quarter = [(quarter, sites & self._selected) for quarter, sites in by_quarter if sites & self._selected]
        return [pair for pair in by_quarter if pair[0].year not in skip] if skip else by_quarter

    def _aggregate_level(self, expected: ExpectedSites, *, alone: bool) -> AggregatedValue:
        """Return the latest levels at the last expected quarter that has ended (docs/arithmetic.md, C4)."""
        ended_quarters = self.select_ended(expected)
        if not ended_quarters:
            return make_no_value(NoValue.NOT_DUE)
        quarter, sites = ended_quarters[-1]
        aggregator = Aggregator(self.indicator, self.plans.site_bits)
        aggregator.assume(self.assumed_amounts.get(quarter))
        absent = sites & ~aggregator.assumed_sites
        for group, total in self.tally(quarter).groups.items():
            if group.answer is not AnswerKind.CARRIED:
                aggregator.count(group, total, quarter)
                absent &= ~total.sites
            elif not alone:
                aggregator.carry(group, total)
        if absent and self.is_due(quarter):
            aggregator.miss(quarter, absent)
        return aggregator.aggregate(lambda: self.list_rows(quarter, quarter, single_quarter=alone))

    def _aggregate_quarters(self, expected: ExpectedSites, *, alone: bool) -> AggregatedValue:
        """Combine quarters and sites: flows, averages and maxima (docs/arithmetic.md, C3 and C5)."""
        first, last = expected[0][0], expected[-1][0]
        aggregator = Aggregator(self.indicator, self.plans.site_bits)
        for quarter, sites in expected:
            assumed = self.assumed_amounts.get(quarter)
            aggregator.assume(assumed)
            absent, half_covered = sites & ~(assumed.sites if assumed else NO_SITE), NO_SITE
            for group, total in self.tally(quarter).groups.items():
                if group.answer is AnswerKind.COVERED and (alone or not group.lies_within(first, last)):
                    half_covered |= total.sites & absent
                else:
                    aggregator.count(group, total, quarter)
                absent &= ~total.sites
            if half_covered or absent:
                aggregator.miss_half_covered(half_covered)
                aggregator.miss(quarter, absent | half_covered if self.is_due(quarter) else half_covered)
        skipped = frozenset(range(first.year, last.year + 1)) - {quarter.year for quarter, _ in expected}
        return aggregator.aggregate(lambda: self.list_rows(first, last, single_quarter=alone, skip_years=skipped))

    def list_rows(
        self, first: Quarter, last: Quarter, *, single_quarter: bool = False, skip_years: frozenset[int] = frozenset()
    ) -> tuple[SiteQuarter, ...]:
        """Return the rows that the value consists of, by quarter and site."""
        expected = self._list_expected(first, last, skip_years)
        return tuple(self.iterate_rows(expected, alone=single_quarter))

    def iterate_rows(self, expected: ExpectedSites, *, alone: bool) -> Iterator[SiteQuarter]:
        """Yield the rows that the value of these quarters consists of."""
        if not self.indicator.is_stock:
            yield from self._iterate_quarter_rows(expected, alone=alone)
        elif ended_quarters := self.select_ended(expected):
            yield from self._iterate_level_rows(*ended_quarters[-1], alone=alone)

    def select_ended(self, expected: ExpectedSites) -> ExpectedSites:
        """Return the quarters that have ended, with their expected sites."""
        return [(quarter, sites) for quarter, sites in expected if self.has_ended(quarter)]

    def _iterate_quarter_rows(self, expected: ExpectedSites, *, alone: bool) -> Iterator[SiteQuarter]:
        for quarter, sites in expected:
            for group, total in self.tally(quarter).groups.items():
                if group.answer is AnswerKind.COVERED and (
                    alone or quarter != group.covered_by or not group.lies_within(expected[0][0], expected[-1][0])
                ):
                    continue
                if group is not NOT_COLLECTED:
                    yield from self._iterate_site_rows(total.sites & sites, quarter)

    def _iterate_level_rows(self, quarter: Quarter, sites: SiteSet, *, alone: bool) -> Iterator[SiteQuarter]:
        for group, total in self.tally(quarter).groups.items():
            if group.answer is AnswerKind.REPORTED:
                yield from self._iterate_site_rows(total.sites & sites, quarter)
            elif group.since is not None and not alone:
                yield from self._iterate_site_rows(total.sites & sites, group.since)

    def _iterate_site_rows(self, sites: SiteSet, quarter: Quarter) -> Iterator[SiteQuarter]:
        if self.indicator.source is Source.SYSTEM:
            on_time = self.record.received_returns.get_received_sites(self.plans, quarter).on_time_and_approved
            for site in self.plans.site_bits.list_codes(sites):
                value = Decimal(int(bool(on_time & self.plans.site_bits.get_bit(site))))
                code = self.indicator.code
                yield SiteQuarter(code, self.part, site, quarter, CellState.REPORTED, value, Decimal(1))
            return
        codes = self.plans.site_bits.list_codes(sites)
        rows = self.record.rows.find_rows((self.indicator.code, self.part), codes)
        yield from (rows[site][quarter] for site in codes)

    def find_latest_rows(self, sites: Iterable[str], last: Quarter, *, limit: int) -> dict[str, list[SiteQuarter]]:
        """Return the latest rows of each site up to `last` that it reported itself, by definitions of this kind."""
        codes = tuple(sites)
        rows = self.record.rows.find_rows((self.indicator.code, self.part), codes)
        return {site: self._list_latest(site, rows.get(site, {}), last, limit) for site in codes}

    def _list_latest(self, site: str, rows: QuarterRows, last: Quarter, limit: int) -> list[SiteQuarter]:
        bit, latest = self.plans.site_bits.get_bit(site), list[SiteQuarter]()
        for quarter in reversed(list_quarters_between(min(rows), last)) if rows else ():
            row = rows.get(quarter)
            if row is not None and row.state is CellState.REPORTED and self.get_expected_sites(quarter) & bit:
                latest.append(row)
                if len(latest) == limit:
                    break
        return latest
