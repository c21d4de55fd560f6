"""Quarters whose amount came with a year-to-date return of the same or of a later quarter (docs/arithmetic.md, B4)."""

from collections.abc import Iterable

from etl.indicators.results import SiteQuarterKey
from etl.indicators.totals import list_terms
from etl.indicators.vocabulary import CellState
from etl.queries.scope import QueryScope


def find_covered_keys(
    scope: QueryScope, indicator: str, keys: Iterable[SiteQuarterKey], *, part: str = ""
) -> frozenset[SiteQuarterKey]:
    """Return those cells that lack a number of their own only because a year-to-date return has it with others.

    The cells of a total are those of its terms; each term must have an answer.
    """
    terms = list_terms(scope.snapshot.plans, indicator)
    return frozenset(key for key in keys if _is_covered(scope, terms, part, key))


def _is_covered(scope: QueryScope, terms: Iterable[str], part: str, key: SiteQuarterKey) -> bool:
    expected = [code for code in terms if _is_expected(scope, code, key)]
    rows = [scope.record.get_site_rows(code, part, key.site).get(key.quarter) for code in expected]
    return None not in rows and any(row is not None and row.state is CellState.COVERED for row in rows)


def _is_expected(scope: QueryScope, code: str, key: SiteQuarterKey) -> bool:
    plans = scope.snapshot.plans
    return bool(plans.get_expected_sites_by_code(code, key.quarter) & plans.site_bits.get_bit(key.site))
