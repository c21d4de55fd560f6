"""Compare the figures of a scope with those of other years or sites."""

from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.exact import add_exactly
from etl.indicators.periods import Years
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import Indicator
from etl.queries.comparisons import find_year_before
from etl.queries.scope import QueryScope

YEAR_BEFORE, EACH_SITE, SITE_PREFIX = "year-before", "each-site", "site-"
MAX_COMPARED_SITES = 4


@dataclass(frozen=True)
class ComparedScope:
    """What the figures of a scope are compared with: a year, sites, or the same period a year before."""

    year: int | None = None
    sites: SiteSelection | None = None

    @property
    def is_year_before(self) -> bool:
        return self.year is None and self.sites is None

    def find_figure(self, scope: QueryScope, indicator: Indicator) -> Figure | None:
        """Return the other figure of the indicator; None before the plan began."""
        if self.is_year_before:
            return find_year_before(scope, scope.get_figure(indicator.code))
        period = None if self.year is None else Years(self.year, self.year)
        return scope.get_figure(indicator.code, period=period, sites=self.sites)


def list_compared_scopes(scope: QueryScope, key: str) -> tuple[ComparedScope, ...]:
    """Return what a key of an address stands for; nothing for an unknown key.

    A key is `year-before`, a year, `site-` with a code, or `each-site`: each of the chosen sites,
    the first four of them.
    """
    plan = scope.plan
    if key == YEAR_BEFORE:
        return (ComparedScope(),)
    if key == EACH_SITE:
        return tuple(ComparedScope(sites=(code,)) for code in tuple(scope.sites or ())[:MAX_COMPARED_SITES])
    if key.startswith(SITE_PREFIX):
        code = key.removeprefix(SITE_PREFIX)
        return (ComparedScope(sites=(code,)),) if code in plan.site_by_code else ()
    is_year = key.isascii() and key.isdigit() and len(key) == 4
    if is_year and plan.settings.first_year <= int(key) <= plan.settings.last_year:
        return (ComparedScope(year=int(key)),)
    return ()


def compute_difference(figure: Figure, other: Figure | None, indicator: Indicator) -> Decimal | None:
    """Return how much the figure's actual is above the other one; None without both, and for stages."""
    if other is None or indicator.is_stage:
        return None
    first, second = figure.actual.amount, other.actual.amount
    if not isinstance(first, Decimal) or not isinstance(second, Decimal):
        return None
    return add_exactly((first, second.copy_negate()))
