"""What a site usually reports, to tell whether a missing return could decide a rating (fine print, E6 j)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from etl.indicators.aggregation import ExactPair, Scope, Supposed
from etl.indicators.periods import Quarter
from etl.indicators.site_sets import SiteSet

_RECENT = 4


def usual_amounts(scope: Scope, missing: Mapping[Quarter, SiteSet], counted: Quarter) -> dict[Quarter, Supposed]:
    """For each quarter the usual amounts, or pairs, of the sites that miss it; a site that never reported has none."""
    found = ((quarter, _supposed(scope, sites, counted)) for quarter, sites in missing.items())
    return {quarter: supposed for quarter, supposed in found if supposed.sites}


def _supposed(scope: Scope, missing: SiteSet, counted: Quarter) -> Supposed:
    """Kept with the record until one of these sites says something else."""
    name = ("supposed", scope.indicator.code, scope.part, scope.indicator.kind, counted, missing)
    return scope.record.keep(scope.plans, name, missing, lambda: _add_up(scope, missing, counted))


def _add_up(scope: Scope, missing: SiteSet, counted: Quarter) -> Supposed:
    usual = _usual(scope, scope.plans.site_numbers.names(missing), counted)
    return Supposed(
        sites=scope.plans.site_numbers.set_of(usual),
        value=sum((value for value, _ in usual.values()), Fraction(0)),
        denominator=sum((denominator for _, denominator in usual.values()), Fraction(0)),
        pairs=usual,
    )


def _usual(scope: Scope, sites: Sequence[str], counted: Quarter) -> Mapping[str, ExactPair]:
    """Each site's usual amount, or pair; none for a site that never reported."""
    latest = scope.latest_rows(sites, counted, most=1 if scope.indicator.is_stock else _RECENT)
    return {
        site: (_mean(row.value for row in recent), _mean(row.denominator for row in recent))
        for site, recent in latest.items()
        if recent
    }


def _mean(amounts: Iterable[Decimal | None]) -> Fraction:
    """The exact mean of those that are there; 0 where none is, as for a number's denominator."""
    found = [amount for amount in amounts if amount is not None]
    return Fraction(sum(found, Decimal(0))) / len(found) if found else Fraction(0)
