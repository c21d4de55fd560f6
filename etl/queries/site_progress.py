"""How one site does: against its own targets, and in sending its returns."""

from dataclasses import dataclass

from etl.indicators.figures import count_ratings
from etl.indicators.results import Figure, RatingCounts, ReportingRate
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.reporting_status import ReturnsGrid, get_returns_grid, get_site_rate
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class SiteProgress:
    site: Site
    figures: tuple[tuple[Indicator, Figure], ...]
    """The indicators that the site reports, in the plan's order."""
    rating_counts: RatingCounts
    returns_grid: ReturnsGrid
    reporting_rate: ReportingRate


def find_site_progress(scope: QueryScope, code: str) -> SiteProgress | None:
    """The site's progress; None for a code that the newest plan doesn't have."""
    site = scope.plan.site_by_code.get(code)
    if site is None:
        return None
    reported = set(scope.plan.indicators_of_site(code))
    figures = tuple(
        (one, scope.get_figure(one.code, sites=(code,))) for one in scope.list_indicators() if one in reported
    )
    alone = QueryScope(scope.snapshot, scope.today, sites=(code,), include_unapproved=scope.include_unapproved)
    return SiteProgress(
        site=site,
        figures=figures,
        rating_counts=count_ratings(figure.rating for _, figure in figures),
        returns_grid=get_returns_grid(alone, max_quarters=40),
        reporting_rate=get_site_rate(scope, code),
    )
