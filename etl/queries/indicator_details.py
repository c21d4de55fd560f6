"""What stands behind an indicator's history: sites by quarter, parts by year, its targets over time, the notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.notes import SiteNote, read_notes
from etl.indicators.figures import part_value
from etl.indicators.history import history
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.plans import PlanVersion
from etl.indicators.results import Figure, SeriesPoint, Value
from etl.indicators.vocabulary import Indicator, Part, Site
from etl.queries.asking import Asking
from etl.queries.source import Source

__all__ = [
    "PartsByYear",
    "SiteNote",
    "SiteSeries",
    "TargetOfYear",
    "parts_by_year",
    "series_of_sites",
    "site_notes",
    "target_history",
]


@dataclass(frozen=True)
class SiteSeries:
    """One site's numbers quarter by quarter."""

    site: Site
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True)
class PartsByYear:
    """The parts of one dimension, each year of the plan that holds something; `totals` are the indicator's own."""

    dimension: str
    is_exhaustive: bool
    years: tuple[int, ...]
    parts: tuple[tuple[Part, tuple[Value, ...]], ...]
    totals: tuple[Figure, ...]

    def of_year(self, year: int) -> list[tuple[Part, Value]]:
        place = self.years.index(year)
        return [(part, values[place]) for part, values in self.parts]


@dataclass(frozen=True)
class TargetOfYear:
    """A year's target (no year: the baseline) by every version of the plan that knows the indicator, oldest first."""

    year: int
    versions: tuple[tuple[PlanVersion, Decimal | None, str, str], ...]
    """Version, target, where it comes from, why it was changed."""

    @property
    def was_revised(self) -> bool:
        return len({amount for _, amount, _, _ in self.versions}) > 1


def series_of_sites(
    asking: Asking, indicator: Indicator, sites: Sequence[tuple[Site, Figure]], *, most: int
) -> tuple[SiteSeries, ...]:
    """The series of the sites that differ most: those with the largest numbers, in their order of size."""
    ordered = sorted(sites, key=lambda one: (-_size(one[1]), one[0].code))[:most]
    return tuple(SiteSeries(site, _points(asking, indicator.code, site.code)) for site, _ in ordered)


def _size(figure: Figure) -> Decimal:
    return figure.actual.amount if isinstance(figure.actual.amount, Decimal) else Decimal("-Infinity")


def _points(asking: Asking, code: str, site: str) -> tuple[SeriesPoint, ...]:
    return history(asking.snapshot.plans, asking.record, indicator=code, sites=(site,), today=asking.today)


def parts_by_year(asking: Asking, indicator: Indicator) -> tuple[PartsByYear, ...]:
    """A group for each dimension of the indicator, in the plan's order; years without any number are left out."""
    groups: dict[str, list[Part]] = {}
    for part in asking.plan.parts_of(indicator.code):
        groups.setdefault(part.dimension, []).append(part)
    found = (_group(asking, indicator, dimension, parts) for dimension, parts in groups.items())
    return tuple(one for one in found if one.years)


def _group(asking: Asking, indicator: Indicator, dimension: str, parts: list[Part]) -> PartsByYear:
    settings = asking.plan.settings
    every = range(settings.first_year, settings.last_year + 1)
    if not isinstance(asking.period, PlanToDate | Quarter):
        every = range(asking.period.first, asking.period.last + 1)
    values = {part: {year: _part_of_year(asking, part, year) for year in every} for part in parts}
    years = tuple(year for year in every if any(isinstance(one[year].amount, Decimal) for one in values.values()))
    return PartsByYear(
        dimension=dimension,
        is_exhaustive=all(part.exhaustive for part in parts),
        years=years,
        parts=tuple((part, tuple(values[part][year] for year in years)) for part in parts),
        totals=tuple(asking.figure(indicator.code, period=Years(year, year)) for year in years),
    )


def _part_of_year(asking: Asking, part: Part, year: int) -> Value:
    return part_value(
        asking.snapshot.plans,
        asking.record,
        indicator=part.indicator,
        part=part.key,
        sites=asking.sites,
        period=Years(year, year),
        today=asking.today,
    )


def target_history(asking: Asking, code: str) -> tuple[TargetOfYear, ...]:
    """The centre's target of each year of the newest plan, by every version; years that never had one are left out."""
    settings = asking.plan.settings
    versions = [one for one in asking.snapshot.plans.versions if code in one.plan.indicator_by_code]
    found = []
    for year in range(settings.first_year, settings.last_year + 1):
        told = []
        for version in versions:
            target = version.plan.find_target(code, "", year)
            told.append(
                (version, target.value, target.provenance, target.reason) if target else (version, None, "", "")
            )
        if any(amount is not None for _, amount, _, _ in told):
            found.append(TargetOfYear(year, tuple(told)))
    return tuple(found)


def site_notes(source: Source, asking: Asking, indicator: Indicator) -> tuple[SiteNote, ...]:
    """What the chosen sites wrote beside this indicator's numbers, the latest quarter first."""
    sites = [site.code for site in asking.plan.sites if asking.sites is None or site.code in asking.sites]
    with reading(source.engine) as connection:
        return read_notes(
            connection,
            basis="submitted" if asking.include_unapproved else "approved",
            indicator=indicator.code,
            sites=sites,
        )
