"""Figures of every indicator side by side: one for each year of the plan, or one for each site."""

from dataclasses import dataclass

from etl.indicators.figures import count_ratings
from etl.indicators.periods import Years
from etl.indicators.results import Figure, RatingCounts
from etl.indicators.vocabulary import Indicator, Objective, Site
from etl.queries.scope import QueryScope

MAX_MATRIX_SITES = 30
"""A matrix by site shows at most this many sites."""

IndicatorCells = tuple[Indicator, tuple[Figure | None, ...]]
"""An indicator with a figure for each column; None at sites that don't report it."""


@dataclass(frozen=True)
class ObjectiveRows:
    """An objective with its indicators in the plan's order."""

    objective: Objective
    rows: tuple[IndicatorCells, ...]

    def list_column(self, index: int) -> tuple[Figure, ...]:
        """Return the figures of one column, without indicators that have none."""
        figures = (cells[index] for _, cells in self.rows)
        return tuple(figure for figure in figures if figure is not None)

    def count_column(self, index: int) -> RatingCounts:
        """Return the number of indicators in each rating in one column."""
        return count_ratings(figure.rating for figure in self.list_column(index))


@dataclass(frozen=True)
class YearMatrix:
    """Figures by year, for the sites of a scope."""

    years: tuple[int, ...]
    objectives: tuple[ObjectiveRows, ...]


@dataclass(frozen=True)
class SiteMatrix:
    """Figures by site, for the period of a scope, each against the site's own target."""

    sites: tuple[Site, ...]
    hidden_count: int
    """The number of sites that the matrix leaves out because there are too many."""
    objectives: tuple[ObjectiveRows, ...]


def get_year_matrix(scope: QueryScope) -> YearMatrix:
    """Return a figure of each indicator in scope for each year of the plan."""
    settings = scope.plan.settings
    years = tuple(range(settings.first_year, settings.last_year + 1))
    objectives = tuple(
        ObjectiveRows(
            objective,
            tuple(
                (indicator, tuple(scope.get_figure(indicator.code, period=Years(year, year)) for year in years))
                for indicator in scope.list_indicators(objective.code)
            ),
        )
        for objective in scope.list_objectives()
    )
    return YearMatrix(years, objectives)


def get_site_matrix(scope: QueryScope, *, limit: int = MAX_MATRIX_SITES) -> SiteMatrix:
    """Return a figure of each indicator in scope for each site that reports it, in the scope's period.

    Of more than MAX_MATRIX_SITES sites, the matrix has the first `limit`.
    """
    chosen = [site for site in scope.plan.sites if scope.sites is None or site.code in scope.sites]
    sites = tuple(chosen if len(chosen) <= MAX_MATRIX_SITES else chosen[:limit])
    objectives = tuple(
        ObjectiveRows(
            objective,
            tuple(
                (indicator, _list_site_figures(scope, indicator, sites))
                for indicator in scope.list_indicators(objective.code)
            ),
        )
        for objective in scope.list_objectives()
    )
    return SiteMatrix(sites, len(chosen) - len(sites), objectives)


def _list_site_figures(scope: QueryScope, indicator: Indicator, sites: tuple[Site, ...]) -> tuple[Figure | None, ...]:
    reporting_codes = scope.plan.list_reporting_site_codes(indicator)
    return tuple(
        scope.get_figure(indicator.code, sites=(site.code,)) if site.code in reporting_codes else None for site in sites
    )
