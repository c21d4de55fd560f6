"""The progress of one site or province: its figures against its own targets, and its returns."""

from dataclasses import dataclass, replace

from etl.indicators.figures import count_ratings
from etl.indicators.periods import PlanToDate
from etl.indicators.results import Figure, RatingCounts, ReportingRate
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import Indicator, Part
from etl.queries.objective_progress import list_rated_parts
from etl.queries.reporting_status import ReturnsGrid, get_overall_rate, get_returns_grid
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class PlaceProgress:
    """The figures of the indicators that a site or a province reports, in the plan's order, and its returns."""

    figures: tuple[tuple[Indicator, Figure], ...]
    parts: tuple[tuple[Indicator, Part, Figure], ...]
    """The parts with a target of the place, in the plan's order."""
    rating_counts: RatingCounts
    returns_grid: ReturnsGrid
    reporting_rate: ReportingRate


def get_place_progress(scope: QueryScope, sites: SiteSelection) -> PlaceProgress:
    """Return the progress of a site or province of the newest plan. Its returns are those of the whole plan."""
    figures = tuple(
        (indicator, scope.get_figure(indicator.code, sites=sites))
        for indicator in scope.list_indicators()
        if select_reporting_sites(scope.plan, indicator, sites)
    )
    whole_plan = replace(scope, sites=sites, period=PlanToDate())
    return PlaceProgress(
        figures=figures,
        parts=tuple(
            (indicator, part, figure)
            for indicator, _ in figures
            for part, figure in list_rated_parts(scope, indicator.code, sites=sites)
            if figure.has_target
        ),
        rating_counts=count_ratings(figure.rating for _, figure in figures),
        returns_grid=get_returns_grid(whole_plan, max_quarters=40),
        reporting_rate=get_overall_rate(whole_plan),
    )
