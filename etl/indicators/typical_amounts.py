"""Typical amounts of sites, to test whether missing returns could change a rating (docs/arithmetic.md, E6 k)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from etl.indicators.aggregated_values import TWELFTHS, AggregatedValue, AssumedAmounts, Pair
from etl.indicators.aggregation import Scope
from etl.indicators.exact import EXACT_CONTEXT, add_exactly
from etl.indicators.periods import Quarter
from etl.indicators.site_sets import SiteSet
from etl.indicators.totals import TotalValue

_RECENT = 4


def compute_typical_amounts(
    scope: Scope, counted_value: AggregatedValue, counted_quarter: Quarter
) -> dict[Quarter, AssumedAmounts]:
    """Return the typical amounts of the sites that miss each quarter; of a total those of each term.

    Sites that never reported have none.
    """
    if isinstance(counted_value, TotalValue):
        return _add_terms(compute_typical_amounts(term, value, counted_quarter) for term, value in counted_value.terms)
    missing = counted_value.missing
    amounts = ((quarter, _find_assumed(scope, sites, counted_quarter)) for quarter, sites in missing.items())
    return {quarter: assumed for quarter, assumed in amounts if assumed.sites}


def _add_terms(terms: Iterable[Mapping[Quarter, AssumedAmounts]]) -> dict[Quarter, AssumedAmounts]:
    """Add up the amounts of several indicators, of which only the sums are needed."""
    amounts: dict[Quarter, AssumedAmounts] = {}
    for by_quarter in terms:
        for quarter, more in by_quarter.items():
            before = amounts.get(quarter)
            amounts[quarter] = (
                more
                if before is None
                else AssumedAmounts(before.sites | more.sites, add_exactly((before.value, more.value)), Decimal(0), {})
            )
    return amounts


def _find_assumed(scope: Scope, missing: SiteSet, counted: Quarter) -> AssumedAmounts:
    """Return the typical amounts, cached with the record until the data of one of these sites changes."""
    key = ("typical amounts", scope.indicator.code, scope.part, scope.indicator.kind, counted, missing)
    return scope.record.get_or_compute(scope.plans, key, missing, lambda: _add_up(scope, missing, counted))


def _add_up(scope: Scope, missing: SiteSet, counted: Quarter) -> AssumedAmounts:
    by_site = _compute_typical_pairs(scope, scope.plans.site_bits.list_codes(missing), counted)
    return AssumedAmounts(
        sites=scope.plans.site_bits.make_set(by_site),
        value=add_exactly(value for value, _ in by_site.values()),
        denominator=add_exactly(denominator for _, denominator in by_site.values()),
        pairs=by_site,
    )


def _compute_typical_pairs(scope: Scope, sites: Sequence[str], counted: Quarter) -> Mapping[str, Pair]:
    """Return each site's typical amount, or pair, in twelfths. Sites that never reported have none."""
    latest = scope.find_latest_rows(sites, counted, limit=1 if scope.indicator.is_stock else _RECENT)
    return {
        site: (_compute_mean([row.value for row in recent]), _compute_mean([row.denominator for row in recent]))
        for site, recent in latest.items()
        if recent
    }


def _compute_mean(amounts: Sequence[Decimal | None]) -> Decimal:
    """Return twelve times the mean of at most four amounts; 0 if all are None, as for a number's denominator."""
    present = [amount for amount in amounts if amount is not None]
    return EXACT_CONTEXT.multiply(add_exactly(present), Decimal(TWELFTHS // len(present))) if present else Decimal(0)
