"""What a site usually reports, to tell whether a missing return could decide a rating (fine print, E6 j)."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from etl.indicators.aggregation import Scope
from etl.indicators.exact import as_decimal
from etl.indicators.periods import Quarter
from etl.indicators.results import Place
from etl.indicators.vocabulary import CellState, SiteQuarter

_RECENT = 4


def usual_rows(scope: Scope, missing: Iterable[Place], counted: Quarter) -> dict[Place, SiteQuarter]:
    """For each missing place its site's usual amount as a row; a site that never reported has none."""
    usual: dict[str, tuple[Decimal, Decimal | None] | None] = {}
    rows = {}
    for place in missing:
        if place.site not in usual:
            usual[place.site] = _usual(scope, place.site, counted)
        amount = usual[place.site]
        if amount is not None:
            rows[place] = SiteQuarter(
                scope.indicator.code, scope.part, place.site, place.quarter, CellState.REPORTED, *amount
            )
    return rows


def _usual(scope: Scope, site: str, counted: Quarter) -> tuple[Decimal, Decimal | None] | None:
    quarters = sorted((one for one in scope.rows(site) if one <= counted), reverse=True)
    reported = [row for quarter in quarters if (row := scope.own_row(site, quarter)) is not None]
    recent = reported[: 1 if scope.indicator.is_stock else _RECENT]
    if not recent:
        return None
    values = [row.value for row in recent if row.value is not None]
    denominators = [row.denominator for row in recent if row.denominator is not None]
    return _mean(values), _mean(denominators) if denominators else None


def _mean(amounts: list[Decimal]) -> Decimal:
    return as_decimal(Fraction(sum(amounts, Decimal(0))) / len(amounts))
