"""Totals of other indicators: values, completeness and sources are those of their terms (docs/arithmetic.md, C10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from etl.indicators.aggregated_values import AggregatedValue, make_no_value
from etl.indicators.aggregation import ExpectedSites, Scope
from etl.indicators.exact import Exact, convert_to_amount
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import Record, SelectedSites
from etl.indicators.results import NoValue, Value
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.tallies import REPORTED
from etl.indicators.vocabulary import Indicator, SiteQuarter


@dataclass(frozen=True)
class TotalValue(AggregatedValue):
    """The value of a total with the values that it adds up."""

    terms: tuple[tuple[Scope, AggregatedValue], ...] = ()


def list_terms(plans: Plans, code: str) -> tuple[str, ...]:
    """Return the terms of an indicator in any version, those of the newest first; the code itself if it is no total."""
    versions = [version.plan for version in reversed(plans.versions) if code in version.plan.indicator_by_code]
    return tuple(dict.fromkeys(term for plan in versions for term in plan.list_terms(plan.indicator_by_code[code])))


def make_scope(
    plans: Plans, record: Record, indicator: Indicator, part: str, sites: SelectedSites | None, today: date
) -> Scope:
    """Return the scope of an indicator. A code that is a total in any version adds up its terms."""
    is_total = list_terms(plans, indicator.code) != (indicator.code,)
    return (TotalScope if is_total else Scope)(plans, record, indicator, part, sites, today)


@dataclass(frozen=True)
class TotalScope(Scope):
    """The scope of a total. Its cells are the cells of its terms, by the plan version in force in each quarter.

    In quarters whose version has the code as a reported number, its only term is itself.
    """

    @cached_property
    def _terms(self) -> tuple[Scope, ...]:
        definitions = (self._find_definition(code) for code in list_terms(self.plans, self.indicator.code))
        return tuple(
            Scope(self.plans, self.record, definition, self.part, self.sites, self.today)
            for definition in definitions
            if definition is not None
        )

    @cached_property
    def _codes(self) -> dict[int, tuple[str, ...]]:
        """The terms by plan version, as far as they were needed."""
        return {}

    def _find_definition(self, code: str) -> Indicator | None:
        """Return the newest definition of a term that is the same kind of number as the total."""
        definitions = (version.plan.indicator_by_code.get(code) for version in reversed(self.plans.versions))
        return next(
            (
                definition
                for definition in definitions
                if definition is not None and definition.kind == self.indicator.kind and not definition.is_total
            ),
            None,
        )

    def _find_term_sites(self, term: Scope, quarter: Quarter) -> SiteSet:
        """Return the selected sites that are expected to report the term in the quarter, as a part of the total."""
        version = self.plans.get_version_in_force(quarter)
        if version.number not in self._codes:
            total = version.plan.indicator_by_code.get(self.indicator.code)
            self._codes[version.number] = () if total is None else version.plan.list_terms(total)
        if term.indicator.code not in self._codes[version.number]:
            return NO_SITE
        return term.get_expected_sites(quarter) & self.get_expected_sites(quarter)

    def _list_cells(self, quarter: Quarter) -> list[tuple[Scope, SiteSet]]:
        """Return the terms that are expected in the quarter, each with its sites."""
        return [(term, sites) for term in self._terms if (sites := self._find_term_sites(term, quarter))]

    def is_fully_answered(self, quarter: Quarter) -> bool:
        """Whether every expected cell of every term has an answer."""
        cells = self._list_cells(quarter)
        return bool(cells) and not any(sites & ~term.tally(quarter).answered_sites for term, sites in cells)

    def has_answer(self, quarter: Quarter) -> bool:
        """Whether any expected cell of a term has an answer."""
        return any(sites & term.tally(quarter).answered_sites for term, sites in self._list_cells(quarter))

    def is_fully_reported(self, quarter: Quarter) -> bool:
        """Whether every expected site reported every term in the quarter itself."""
        cells = self._list_cells(quarter)
        return bool(cells) and not any(sites & ~term.tally(quarter).reported_sites for term, sites in cells)

    def compute_quarter_amount(self, quarter: Quarter) -> Exact:
        """Return the exact sum of one quarter in which every term was reported."""
        amounts = (term.tally(quarter).groups[REPORTED].value for term, _ in self._list_cells(quarter))
        return sum((Fraction(amount) for amount in amounts), Fraction(0))

    def affects_values(self, quarter: Quarter) -> bool:
        """Whether the value of a term can depend on the quarter."""
        return any(term.affects_values(quarter) for term in self._terms)

    def aggregate(self, expected: ExpectedSites, *, alone: bool) -> AggregatedValue:
        """Return the sum of the terms. Levels are taken at the last ended quarter of the total."""
        if self.indicator.is_stock:
            expected = self.select_ended(expected)[-1:]
        if not expected:
            return make_no_value(NoValue.NOT_DUE)
        terms = self._split_by_term(expected)
        return self._add_up([(term, term.aggregate(cells, alone=alone)) for term, cells in terms])

    def iterate_rows(self, expected: ExpectedSites, *, alone: bool) -> Iterator[SiteQuarter]:
        """Yield the rows of each term."""
        if self.indicator.is_stock:
            expected = self.select_ended(expected)[-1:]
        for term, cells in self._split_by_term(expected):
            yield from term.iterate_rows(cells, alone=alone)

    def _split_by_term(self, expected: ExpectedSites) -> Iterator[tuple[Scope, ExpectedSites]]:
        """Yield each term with the quarters in which it is expected."""
        for term in self._terms:
            cells = [(quarter, sites) for quarter, _ in expected if (sites := self._find_term_sites(term, quarter))]
            if cells:
                yield term, cells

    def _add_up(self, terms: Sequence[tuple[Scope, AggregatedValue]]) -> AggregatedValue:
        """Add the values. The total has a value if any term has one; it is complete if all cells of all terms are."""
        values = [term_value.value for _, term_value in terms]
        missing: dict[Quarter, SiteSet] = {}
        for _, term_value in terms:
            for quarter, sites in term_value.missing.items():
                missing[quarter] = missing.get(quarter, NO_SITE) | sites
        missing = dict(sorted(missing.items()))
        numbers = [term_value.exact for _, term_value in terms if isinstance(term_value.exact, Fraction)]
        expected, not_collected = sum(value.expected for value in values), sum(value.not_collected for value in values)
        exact: Exact = sum(numbers, Fraction(0))
        if not numbers:
            exact = _find_reason(expected, not_collected, values)
        site_bits = self.plans.site_bits
        carried = (level for value in values for level in value.carried)
        total = Value(
            amount=convert_to_amount(exact),
            reported=sum(value.reported for value in values),
            expected=expected,
            not_collected=not_collected,
            missing=tuple(key for cells in missing.items() for key in site_bits.list_site_quarter_keys(*cells)),
            carried=tuple(sorted(carried, key=lambda level: site_bits.get_position(level.site))),
            sites=frozenset(site for value in values for site in value.sites),
        )
        return TotalValue(total, exact, missing, tuple(terms))


def _find_reason(expected: int, not_collected: int, values: Sequence[Value]) -> NoValue:
    """Return why no term has a value."""
    if expected == 0:
        return NoValue.NOT_DUE
    if not_collected == expected:
        return NoValue.NOT_COLLECTED
    return NoValue.COVERED if any(value.amount is NoValue.COVERED for value in values) else NoValue.NOTHING_REPORTED
