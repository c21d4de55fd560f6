"""Indicators and sites that a newer plan leaves out: since when, by which version, what follows, and how they stood."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from etl.database.connection import reading
from etl.database.read.past import read_returns_at
from etl.database.read.plans import read_loaded_plans
from etl.database.records import Counting
from etl.indicators.periods import CAMBODIA, Years
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.record import record_of
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.asking import Asking
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source


@dataclass(frozen=True)
class Closing:
    """The version that left a code out, and the asking against everything as it stood by the version before."""

    number: int
    effective: date
    last: PlanVersion
    as_of: date
    stood: Asking


@dataclass(frozen=True)
class ClosedIndicator:
    indicator: Indicator
    closing: Closing
    successor: Indicator | None
    """The indicator of the newest plan that the last plan named to follow; None where it named none that is there."""
    figure: Figure
    years: tuple[tuple[int, Figure], ...]


@dataclass(frozen=True)
class ClosedSite:
    site: Site
    closing: Closing
    figures: tuple[tuple[Indicator, Figure], ...]


def find_closed_indicator(source: Source, asking: Asking, code: str, *, now: datetime) -> ClosedIndicator | None:
    """The indicator as it last stood, for the chosen period and sites; None for one that is open or never was."""
    place = _closed_at(asking.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    if place is None:
        return None
    closing = _closing(source, asking, place, now)
    indicator = closing.last.plan.indicator_by_code[code]
    settings = closing.last.plan.settings
    years = range(settings.first_year, min(settings.last_year, closing.as_of.year) + 1)
    return ClosedIndicator(
        indicator=indicator,
        closing=closing,
        successor=asking.plan.indicator_by_code.get(indicator.successor),
        figure=closing.stood.figure(code),
        years=tuple((year, closing.stood.figure(code, period=Years(year, year))) for year in years),
    )


def find_closed_site(source: Source, asking: Asking, code: str, *, now: datetime) -> ClosedSite | None:
    """The site with the figures that it last had; None for one that is in the newest plan or never was in any."""
    place = _closed_at(asking.snapshot.plans, lambda version: code in version.plan.site_by_code)
    if place is None:
        return None
    closing = _closing(source, replace(asking, sites=(code,)), place, now)
    plan = closing.last.plan
    figures = tuple((one, closing.stood.figure(one.code)) for one in plan.reported_by(code))
    return ClosedSite(plan.site_by_code[code], closing, figures)


def as_it_stood(source: Source, asking: Asking, code: str, *, now: datetime) -> Asking:
    """The asking by which an indicator's numbers are explained: for a closed one, everything as it last stood."""
    place = _closed_at(asking.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    return asking if place is None else _closing(source, asking, place, now).stood


def _closed_at(plans: Plans, has: Callable[[PlanVersion], bool]) -> int | None:
    """The place of the version that left something out that all since have left out; None where that isn't so."""
    places = [place for place, version in enumerate(plans.versions) if has(version)]
    if not places or places[-1] == len(plans.versions) - 1:
        return None
    return places[-1] + 1


def _closing(source: Source, asking: Asking, place: int, now: datetime) -> Closing:
    """How things stood when the version came: judged by those before it, from all returns that count now."""
    versions = asking.snapshot.plans.versions
    plans = Plans(versions[:place])
    left_out = versions[place]
    with reading(source.engine) as connection:
        loaded = {one.number: one.loaded_at for one in read_loaded_plans(connection)}
        basis: Counting = "submitted" if asking.include_unapproved else "approved"
        returns = read_returns_at(connection, now, basis=basis)
    came = loaded[left_out.number].astimezone(CAMBODIA).date()
    as_of = min(asking.today, max(came, left_out.effective))
    record = record_of(plans, returns)
    snapshot = Snapshot(
        data_version=-1,
        plans=plans,
        approved=record,
        submitted=record,
        returns_of={},
        has_sample_data=asking.snapshot.has_sample_data,
    )
    stood = Asking(snapshot, as_of, asking.period, asking.sites, include_unapproved=asking.include_unapproved)
    return Closing(left_out.number, left_out.effective, versions[place - 1], as_of, stood)
