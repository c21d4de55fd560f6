"""The terms of totals: the reported indicators that a total adds up (docs/arithmetic.md, C10)."""

from collections.abc import Mapping

from etl.indicators.vocabulary import Indicator, Site


def collect_terms(indicators: Mapping[str, Indicator], indicator: Indicator) -> tuple[str, ...]:
    """Return the codes of the reported indicators that a total adds up, also through other totals.

    An indicator that is no total is its own only term. Unknown codes and repetitions, which only an invalid plan has,
    are left out.
    """
    terms: dict[str, None] = {}
    visited: set[str] = set()

    def visit(code: str) -> None:
        member = indicators.get(code)
        if member is None or code in visited:
            return
        visited.add(code)
        if not member.is_total:
            terms[code] = None
        for term in member.sum_of:
            visit(term)

    visit(indicator.code)
    return tuple(terms)


def select_reporting(indicators: Mapping[str, Indicator], sites: tuple[Site, ...]) -> dict[str, tuple[Site, ...]]:
    """Return the sites that report each indicator; of a total without a list of its own those of its terms."""
    reporting: dict[str, tuple[Site, ...]] = {}
    for code, indicator in indicators.items():
        is_from_terms = indicator.is_total and not indicator.reporting_sites
        terms = collect_terms(indicators, indicator) if is_from_terms else (code,)
        lists = [indicators[term].reporting_sites for term in terms]
        reporting[code] = tuple(site for site in sites if any(not codes or site.code in codes for codes in lists))
    return reporting
