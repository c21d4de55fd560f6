"""What a site usually reports, to tell whether a missing return could decide a rating (fine print, E6 j)."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from etl.indicators.aggregation import ExactPair, Scope
from etl.indicators.periods import Quarter
from etl.indicators.results import Place

_RECENT = 4


def usual_amounts(scope: Scope, missing: Iterable[Place], counted: Quarter) -> dict[Place, ExactPair]:
    """For each missing place its site's usual amount, or pair; a site that never reported has none."""
    usual: dict[str, ExactPair | None] = {}
    amounts = {}
    for place in missing:
        if place.site not in usual:
            usual[place.site] = _usual(scope, place.site, counted)
        pair = usual[place.site]
        if pair is not None:
            amounts[place] = pair
    return amounts


def _usual(scope: Scope, site: str, counted: Quarter) -> ExactPair | None:
    quarters = sorted((one for one in scope.rows(site) if one <= counted), reverse=True)
    reported = [row for quarter in quarters if (row := scope.own_row(site, quarter)) is not None]
    recent = reported[: 1 if scope.indicator.is_stock else _RECENT]
    if not recent:
        return None
    return _mean([row.value for row in recent]), _mean([row.denominator for row in recent])


def _mean(amounts: Iterable[Decimal | None]) -> Fraction:
    """The exact mean of those that are there; 0 where none is, as for a number's denominator."""
    found = [amount for amount in amounts if amount is not None]
    return Fraction(sum(found, Decimal(0))) / len(found) if found else Fraction(0)
