"""Sites and quarters together: the value of an indicator for a set of sites over a period (fine print, C)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from etl.indicators.exact import Exact, add_exactly, as_amount
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.record import QuarterRows, Record
from etl.indicators.results import Carried, NoValue, Place, Value
from etl.indicators.vocabulary import AcrossSites, CellState, Indicator, OverTime, SiteQuarter, Source

ExactPair = tuple[Fraction, Fraction]
"""An amount, or a numerator, with its denominator (0 where there is none)."""


@dataclass(frozen=True)
class Gathered:
    """A value as it is shown, and the same without any rounding."""

    value: Value
    exact: Exact
    rows: tuple[SiteQuarter, ...] = ()
    """What was put together, row by row."""


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
    supposed: Mapping[Place, ExactPair] = field(default_factory=dict)
    """Amounts put in the place of missing ones, to see whether they could decide a rating."""

    def supposing(self, amounts: Mapping[Place, ExactPair]) -> "Scope":
        return replace(self, supposed=amounts)

    def has_ended(self, quarter: Quarter) -> bool:
        return self.plans.has_ended(quarter, self.today)

    def is_due(self, quarter: Quarter) -> bool:
        return self.plans.is_due(quarter, self.today)

    def definition(self, quarter: Quarter) -> Indicator | None:
        """The quarter's own definition, or None where it knows the code not or as another kind of number."""
        found = self.plans.in_force(quarter).indicator_by_code.get(self.indicator.code)
        if found is self.indicator:
            return found
        return found if found is not None and found.kind == self.indicator.kind else None

    def asked_sites(self, quarter: Quarter) -> tuple[str, ...]:
        """The chosen sites of which a cell is asked in the quarter."""
        expected = self._expected.get(quarter)
        if expected is None:
            definition = self.definition(quarter)
            known = () if definition is None else self.plans.in_force(quarter).expected_codes(definition, quarter)
            expected = self._expected[quarter] = known
        return expected if self.sites is None else tuple(code for code in expected if code in self.sites)

    @cached_property
    def _expected(self) -> dict[Quarter, tuple[str, ...]]:
        """What was found already for this code and kind of number, which nothing else decides."""
        return self.plans.expected_by_quarter(self.indicator.code, self.indicator.kind)

    def row(self, site: str, quarter: Quarter) -> SiteQuarter | None:
        if self.indicator.source is Source.SYSTEM:
            return self._system_row(site, quarter)
        return self.rows(site).get(quarter)

    def rows(self, site: str) -> QuarterRows:
        return self.record.site_rows(self.indicator.code, self.part, site)

    def _system_row(self, site: str, quarter: Quarter) -> SiteQuarter | None:
        """Whether the site's return came in time and is approved; the quarter's return must stand or be due (B6)."""
        received = self.record.received.get((site, quarter))
        if received is None and not self.is_due(quarter):
            return None
        calendar = self.plans.in_force(quarter).settings.calendar
        kept = received is not None and received.approved and calendar.is_on_time(quarter, received.first_submitted)
        code = self.indicator.code
        return SiteQuarter(code, "", site, quarter, CellState.REPORTED, Decimal(int(kept)), Decimal(1))

    def is_in(self, quarter: Quarter) -> bool:
        """Whether every asked cell of the quarter holds an answer."""
        sites = self.asked_sites(quarter)
        return bool(sites) and all(self.row(site, quarter) is not None for site in sites)

    def last_asked(self, quarters: Iterable[Quarter]) -> Quarter | None:
        """The last of the quarters in which a chosen site is asked."""
        found = [quarter for quarter in quarters if self.asked_sites(quarter)]
        return found[-1] if found else None

    def value(
        self, first: Quarter, last: Quarter, *, alone: bool = False, skip: frozenset[int] = frozenset()
    ) -> Gathered:
        """The value from first to last; `alone` looks at one quarter by itself, `skip` leaves years out."""
        quarters = [one for one in quarters_between(first, last) if one.year not in skip]
        asked = [(quarter, self.asked_sites(quarter)) for quarter in quarters]
        asked = [(quarter, sites) for quarter, sites in asked if sites]
        if not asked:
            return _without(NoValue.NOT_APPLICABLE)
        if self.indicator.over_time is OverTime.STOCK:
            return self._level(asked, alone=alone)
        return self._gather_quarters(asked, alone=alone)

    def _level(self, asked: list[tuple[Quarter, tuple[str, ...]]], *, alone: bool) -> Gathered:
        """The latest level of each site at the last asked quarter that has ended (C4)."""
        ended = [(quarter, sites) for quarter, sites in asked if self.has_ended(quarter)]
        if not ended:
            return _without(NoValue.NOT_DUE)
        quarter, sites = ended[-1]
        gathering = _Gathering(self.indicator)
        for site in sites:
            if gathering.suppose(site, self.supposed.get(Place(site, quarter))):
                continue
            row = self.row(site, quarter)
            gathering.count(site, quarter, row, is_due=self.is_due(quarter))
            if row is not None and row.state is CellState.REPORTED:
                gathering.take(site, row)
                continue
            earlier = None if alone else self._carried(site, quarter)
            if earlier is not None:
                gathering.carry(site, quarter, earlier)
        return gathering.gathered()

    def _carried(self, site: str, quarter: Quarter) -> SiteQuarter | None:
        carry = self.plans.in_force(quarter).settings.carry_quarters
        for back in range(1, carry + 1):
            row = self.own_row(site, quarter.plus(-back))
            if row is not None:
                return row
        return None

    def own_row(self, site: str, quarter: Quarter) -> SiteQuarter | None:
        """The row of a quarter that the site reported by itself, by a definition of the same kind."""
        row = self.row(site, quarter)
        is_own = row is not None and row.state is CellState.REPORTED and site in self.asked_sites(quarter)
        return row if is_own else None

    def _gather_quarters(self, asked: list[tuple[Quarter, tuple[str, ...]]], *, alone: bool) -> Gathered:
        """The quarters of each site together: flows add, averages and maxima look at those reported (C3, C5)."""
        first, last = asked[0][0], asked[-1][0]
        gathering = _Gathering(self.indicator)
        for quarter, sites in asked:
            due = self.is_due(quarter)
            for site in sites:
                if gathering.suppose(site, self.supposed.get(Place(site, quarter))):
                    continue
                row = self.row(site, quarter)
                is_covered = row is not None and row.state is CellState.COVERED
                if is_covered and (alone or not self._cover_lies_within(site, row, first, last)):
                    gathering.count_half_covered(site, quarter)
                    continue
                gathering.count(site, quarter, row, is_due=due)
                if row is not None and row.value is not None:
                    gathering.take(site, row)
        return gathering.gathered()

    def _cover_lies_within(self, site: str, row: SiteQuarter | None, first: Quarter, last: Quarter) -> bool:
        closing = None if row is None else row.covered_by
        if closing is None or closing > last:
            return False
        covered = [one.quarter for one in self.rows(site).values() if one.covered_by == closing]
        return all(first <= quarter for quarter in covered)


class _Gathering:
    """Cells counted and amounts added, site by site."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.reported = 0
        self.not_collected = 0
        self.half_covered = 0
        self.missing: list[Place] = []
        self.carried: list[Carried] = []
        self._carried_missing: set[Place] = set()
        self.amounts: dict[str, list[tuple[Decimal, Decimal]]] = {}
        self.supposed: dict[str, list[ExactPair]] = {}
        self.rows: list[SiteQuarter] = []

    def count(self, site: str, quarter: Quarter, row: SiteQuarter | None, *, is_due: bool) -> None:
        if row is None:
            if is_due:
                self.missing.append(Place(site, quarter))
        elif row.state is CellState.NOT_COLLECTED:
            self.not_collected += 1
        else:
            self.reported += 1

    def count_half_covered(self, site: str, quarter: Quarter) -> None:
        self.half_covered += 1
        self.missing.append(Place(site, quarter))

    def take(self, site: str, row: SiteQuarter) -> None:
        if row.value is not None:
            denominator = row.denominator if row.denominator is not None else Decimal(0)
            self.amounts.setdefault(site, []).append((row.value, denominator))
            self.rows.append(row)

    def suppose(self, site: str, pair: ExactPair | None) -> bool:
        """Takes a supposed amount as if it had been reported; False where there is none."""
        if pair is None:
            return False
        self.reported += 1
        self.supposed.setdefault(site, []).append(pair)
        return True

    def carry(self, site: str, quarter: Quarter, row: SiteQuarter) -> None:
        self.carried.append(Carried(site, row.quarter))
        self._carried_missing.add(Place(site, quarter))
        self.take(site, row)

    def gathered(self) -> Gathered:
        expected = self.reported + self.not_collected + len(self.missing)
        exact = self._exact(expected)
        numerator = add_exactly(n for pairs in self.amounts.values() for n, _ in pairs)
        denominator = add_exactly(d for pairs in self.amounts.values() for _, d in pairs)
        is_pair = self.indicator.is_ratio and bool(self.amounts)
        value = Value(
            amount=as_amount(exact),
            numerator=numerator if is_pair else None,
            denominator=denominator if is_pair else None,
            reported=self.reported,
            expected=expected,
            not_collected=self.not_collected,
            missing=tuple(place for place in self.missing if place not in self._carried_missing),
            carried=tuple(self.carried),
            sites=frozenset(self.amounts),
        )
        return Gathered(value, exact, tuple(self.rows))

    def _exact(self, expected: int) -> Exact:
        sites = dict.fromkeys((*self.amounts, *self.supposed))
        if not sites:
            return self._why_nothing(expected)
        if self.indicator.is_ratio:
            return self._quotient()
        if not self.supposed and self.indicator.adds_up:
            return Fraction(add_exactly(amount for pairs in self.amounts.values() for amount, _ in pairs))
        by_site = [self._over_time(site) for site in sites]
        if self.indicator.across_sites is AcrossSites.MAXIMUM:
            return max(by_site)
        return sum(by_site, Fraction(0))

    def _why_nothing(self, expected: int) -> NoValue:
        if expected == 0:
            return NoValue.NOT_DUE
        if self.not_collected == expected:
            return NoValue.NOT_COLLECTED
        return NoValue.COVERED if self.half_covered else NoValue.NOTHING_REPORTED

    def _quotient(self) -> Exact:
        reported = [pair for found in self.amounts.values() for pair in found]
        supposed = [pair for found in self.supposed.values() for pair in found]
        numerator = _sum([n for n, _ in reported], [n for n, _ in supposed])
        denominator = _sum([d for _, d in reported], [d for _, d in supposed])
        if denominator == 0:
            return NoValue.DENOMINATOR_IS_ZERO
        return numerator / denominator * Fraction(self.indicator.scale)

    def _over_time(self, site: str) -> Fraction:
        """What the site's quarters are together."""
        reported = [amount for amount, _ in self.amounts.get(site, ())]
        supposed = [amount for amount, _ in self.supposed.get(site, ())]
        if self.indicator.over_time is OverTime.MAXIMUM:
            return max([*(Fraction(amount) for amount in reported), *supposed])
        total = _sum(reported, supposed)
        if self.indicator.over_time is OverTime.AVERAGE:
            return total / (len(reported) + len(supposed))
        return total


def _sum(reported: list[Decimal], supposed: list[Fraction]) -> Fraction:
    total = Fraction(add_exactly(reported))
    return total + sum(supposed, Fraction(0)) if supposed else total


def _without(reason: NoValue) -> Gathered:
    return Gathered(Value(reason), reason)
