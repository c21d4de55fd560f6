"""What a site usually reports, to tell whether a missing return could decide a rating (fine print, E6 j)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from etl.indicators.aggregation import TWELFTHS, AssumedAmounts, Pair, Scope
from etl.indicators.exact import EXACT_CONTEXT, add_exactly
from etl.indicators.periods import Quarter
from etl.indicators.site_sets import SiteSet

_RECENT = 4


def compute_typical_amounts(
    scope: Scope, missing: Mapping[Quarter, SiteSet], counted_quarter: Quarter
) -> dict[Quarter, AssumedAmounts]:
    """For each quarter the usual amounts, or pairs, of the sites that miss it; a site that never reported has none."""
    found = ((quarter, _supposed(scope, sites, counted_quarter)) for quarter, sites in missing.items())
    return {quarter: supposed for quarter, supposed in found if supposed.sites}


def _supposed(scope: Scope, missing: SiteSet, counted: Quarter) -> AssumedAmounts:
    """Kept with the record until one of these sites says something else."""
    name = ("supposed", scope.indicator.code, scope.part, scope.indicator.kind, counted, missing)
    return scope.record.get_or_compute(scope.plans, name, missing, lambda: _add_up(scope, missing, counted))


def _add_up(scope: Scope, missing: SiteSet, counted: Quarter) -> AssumedAmounts:
    usual = _usual(scope, scope.plans.site_bits.codes_in_order(missing), counted)
    return AssumedAmounts(
        sites=scope.plans.site_bits.make_set(usual),
        value=add_exactly(value for value, _ in usual.values()),
        denominator=add_exactly(denominator for _, denominator in usual.values()),
        pairs=usual,
    )


def _usual(scope: Scope, sites: Sequence[str], counted: Quarter) -> Mapping[str, Pair]:
    """Each site's usual amount, or pair, in twelfths; none for a site that never reported."""
    latest = scope.latest_rows(sites, counted, limit=1 if scope.indicator.is_stock else _RECENT)
    return {
        site: (_mean([row.value for row in recent]), _mean([row.denominator for row in recent]))
        for site, recent in latest.items()
        if recent
    }


def _mean(amounts: Sequence[Decimal | None]) -> Decimal:
    """Twelve times the mean of those that are there, at most four; 0 where none is, as for a number's denominator."""
    found = [amount for amount in amounts if amount is not None]
    return EXACT_CONTEXT.multiply(add_exactly(found), Decimal(TWELFTHS // len(found))) if found else Decimal(0)
