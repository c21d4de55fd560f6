"""The progress of one site: its figures against its own targets, and its returns."""

from dataclasses import dataclass

from etl.indicators.figures import count_ratings
from etl.indicators.results import Figure, RatingCounts, ReportingRate
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.reporting_status import ReturnsGrid, get_returns_grid, get_site_rate
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class SiteProgress:
    """A site with the figures of the indicators that it reports, in the plan's order."""

    site: Site
    figures: tuple[tuple[Indicator, Figure], ...]
    rating_counts: RatingCounts
    returns_grid: ReturnsGrid
    reporting_rate: ReportingRate


def find_site_progress(scope: QueryScope, code: str) -> SiteProgress | None:
    """Return the site's progress; None where the newest plan does not have the code."""
    site = scope.plan.site_by_code.get(code)
    if site is None:
        return None
    reported = set(scope.plan.list_site_indicators(code))
    figures = tuple(
        (indicator, scope.get_figure(indicator.code, sites=(code,)))
        for indicator in scope.list_indicators()
        if indicator in reported
    )
    site_scope = QueryScope(scope.snapshot, scope.today, sites=(code,), include_unapproved=scope.include_unapproved)
    return SiteProgress(
        site=site,
        figures=figures,
        rating_counts=count_ratings(figure.rating for _, figure in figures),
        returns_grid=get_returns_grid(site_scope, max_quarters=40),
        reporting_rate=get_site_rate(scope, code),
    )
