"""Details of an indicator: sites by quarter, parts by year, targets by plan version, and site notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from etl.database.connection import reading
from etl.database.read.notes import SiteNote, read_notes
from etl.indicators.history import compute_history
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.plans import PlanVersion
from etl.indicators.results import Figure, SeriesPoint, Value
from etl.indicators.vocabulary import Indicator, Part, Site
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope

__all__ = [
    "PartsByYear",
    "SiteNote",
    "SiteSeries",
    "YearTarget",
    "find_parts_by_year",
    "list_site_notes",
    "list_site_series",
    "list_target_history",
]


@dataclass(frozen=True)
class SiteSeries:
    """The numbers of one site quarter by quarter."""

    site: Site
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True)
class PartsByYear:
    """The parts in each year that has a number of one; `totals` are the indicator's own figures."""

    is_exhaustive: bool
    """Whether the parts of each dimension add up to the total."""
    years: tuple[int, ...]
    parts: tuple[tuple[Part, tuple[Value, ...]], ...]
    totals: tuple[Figure, ...]

    def list_parts(self, year: int) -> list[tuple[Part, Value]]:
        """Return each part with its value of one year."""
        index = self.years.index(year)
        return [(part, values[index]) for part, values in self.parts]


@dataclass(frozen=True)
class YearTarget:
    """The target of a year by every version of the plan that has the indicator, oldest first."""

    year: int
    part: Part | None
    """None: the total."""
    versions: tuple[tuple[PlanVersion, Decimal | None, str, str], ...]
    """Version, target, provenance, and the reason of a change."""

    @property
    def is_revised(self) -> bool:
        return len({amount for _, amount, _, _ in self.versions}) > 1


def list_site_series(
    scope: QueryScope, indicator: Indicator, sites: Sequence[tuple[Site, Figure]], *, limit: int
) -> tuple[SiteSeries, ...]:
    """Return the series of the sites with the largest numbers, largest first."""
    largest = sorted(sites, key=lambda item: (-_get_sort_value(item[1]), item[0].code))[:limit]
    return tuple(SiteSeries(site, _make_points(scope, indicator.code, site.code)) for site, _ in largest)


def _get_sort_value(figure: Figure) -> Decimal:
    return figure.actual.amount if isinstance(figure.actual.amount, Decimal) else Decimal("-Infinity")


def _make_points(scope: QueryScope, code: str, site: str) -> tuple[SeriesPoint, ...]:
    return compute_history(scope.snapshot.plans, scope.record, indicator=code, sites=(site,), today=scope.today)


def find_parts_by_year(scope: QueryScope, indicator: Indicator) -> PartsByYear | None:
    """Return all parts of the indicator in the plan's order, without years that have no number; None without any."""
    parts = scope.plan.list_parts(indicator.code)
    settings = scope.plan.settings
    all_years = range(settings.first_year, settings.last_year + 1)
    if not isinstance(scope.period, PlanToDate | Quarter):
        all_years = range(scope.period.first, scope.period.last + 1)
    values = {part: _compute_values(scope, part, all_years) for part in parts}
    years = tuple(
        year for year in all_years if any(isinstance(by_year[year].amount, Decimal) for by_year in values.values())
    )
    if not years:
        return None
    return PartsByYear(
        is_exhaustive=all(part.exhaustive for part in parts),
        years=years,
        parts=tuple((part, tuple(values[part][year] for year in years)) for part in parts),
        totals=tuple(scope.get_figure(indicator.code, period=Years(year, year)) for year in years),
    )


def _compute_values(scope: QueryScope, part: Part, years: range) -> dict[int, Value]:
    return {year: scope.get_figure(part.indicator, part=part.key, period=Years(year, year)).actual for year in years}


def list_target_history(scope: QueryScope, code: str) -> tuple[YearTarget, ...]:
    """Return the centre's target of each year of the newest plan, without years that never had one; then of parts."""
    settings = scope.plan.settings
    versions = [version for version in scope.snapshot.plans.versions if code in version.plan.indicator_by_code]
    history = []
    parts = (None, *scope.plan.list_parts(code))
    for part, year in product(parts, range(settings.first_year, settings.last_year + 1)):
        targets = []
        for version in versions:
            target = version.plan.find_target(code, "", year, part.key if part else "")
            targets.append(
                (version, target.value, target.provenance, target.reason) if target else (version, None, "", "")
            )
        if any(amount is not None for _, amount, _, _ in targets):
            history.append(YearTarget(year, part, tuple(targets)))
    return tuple(history)


def list_site_notes(source: DataSource, scope: QueryScope, indicator: Indicator) -> tuple[SiteNote, ...]:
    """Return the notes of the sites in scope on the indicator's numbers, latest quarter first."""
    sites = [site.code for site in scope.plan.sites if scope.sites is None or site.code in scope.sites]
    with reading(source.engine) as connection:
        return read_notes(
            connection,
            basis="submitted" if scope.include_unapproved else "approved",
            indicator=indicator.code,
            sites=sites,
        )
