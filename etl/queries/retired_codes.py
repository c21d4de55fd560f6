"""Indicators and sites that a newer plan leaves out: since when, by which version, what follows, and how they stood."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from etl.database.connection import reading
from etl.database.read.as_of import read_returns_at
from etl.database.read.plans import read_loaded_plans
from etl.database.records import ApprovalBasis
from etl.indicators.periods import CAMBODIA, Years
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.record import build_record
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot


@dataclass(frozen=True)
class Retirement:
    """The version that left a code out, and the scope against everything as it stood by the version before."""

    plan_version: int
    effective: date
    last_version: PlanVersion
    as_of: date
    scope: QueryScope


@dataclass(frozen=True)
class RetiredIndicatorDetails:
    indicator: Indicator
    retirement: Retirement
    successor: Indicator | None
    """The indicator of the newest plan that the last plan named to follow; None where it named none that is there."""
    figure: Figure
    years: tuple[tuple[int, Figure], ...]


@dataclass(frozen=True)
class RetiredSiteDetails:
    site: Site
    retirement: Retirement
    figures: tuple[tuple[Indicator, Figure], ...]


def find_retired_indicator(
    source: DataSource, scope: QueryScope, code: str, *, now: datetime
) -> RetiredIndicatorDetails | None:
    """The indicator as it last stood, for the chosen period and sites; None for one that is open or never was."""
    place = _closed_at(scope.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    if place is None:
        return None
    closing = _closing(source, scope, place, now)
    indicator = closing.last_version.plan.indicator_by_code[code]
    settings = closing.last_version.plan.settings
    years = range(settings.first_year, min(settings.last_year, closing.as_of.year) + 1)
    return RetiredIndicatorDetails(
        indicator=indicator,
        retirement=closing,
        successor=scope.plan.indicator_by_code.get(indicator.successor),
        figure=closing.scope.get_figure(code),
        years=tuple((year, closing.scope.get_figure(code, period=Years(year, year))) for year in years),
    )


def find_retired_site(source: DataSource, scope: QueryScope, code: str, *, now: datetime) -> RetiredSiteDetails | None:
    """The site with the figures that it last had; None for one that is in the newest plan or never was in any."""
    place = _closed_at(scope.snapshot.plans, lambda version: code in version.plan.site_by_code)
    if place is None:
        return None
    closing = _closing(source, replace(scope, sites=(code,)), place, now)
    plan = closing.last_version.plan
    figures = tuple((one, closing.scope.get_figure(one.code)) for one in plan.indicators_of_site(code))
    return RetiredSiteDetails(plan.site_by_code[code], closing, figures)


def resolve_scope(source: DataSource, scope: QueryScope, code: str, *, now: datetime) -> QueryScope:
    """The scope by which an indicator's numbers are explained: for a closed one, everything as it last stood."""
    place = _closed_at(scope.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    return scope if place is None else _closing(source, scope, place, now).scope


def _closed_at(plans: Plans, has: Callable[[PlanVersion], bool]) -> int | None:
    """The place of the version that left something out that all since have left out; None where that isn't so."""
    places = [place for place, version in enumerate(plans.versions) if has(version)]
    if not places or places[-1] == len(plans.versions) - 1:
        return None
    return places[-1] + 1


def _closing(source: DataSource, scope: QueryScope, place: int, now: datetime) -> Retirement:
    """How things stood when the version came: judged by those before it, from all returns that count now."""
    versions = scope.snapshot.plans.versions
    plans = Plans(versions[:place])
    left_out = versions[place]
    with reading(source.engine) as connection:
        loaded = {one.number: one.loaded_at for one in read_loaded_plans(connection)}
        basis: ApprovalBasis = "submitted" if scope.include_unapproved else "approved"
        returns = read_returns_at(connection, now, basis=basis)
    came = loaded[left_out.number].astimezone(CAMBODIA).date()
    as_of = min(scope.today, max(came, left_out.effective))
    record = build_record(plans, returns)
    snapshot = Snapshot(
        data_version=-1,
        plans=plans,
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=scope.snapshot.has_sample_data,
    )
    stood = QueryScope(snapshot, as_of, scope.period, scope.sites, include_unapproved=scope.include_unapproved)
    return Retirement(left_out.number, left_out.effective, versions[place - 1], as_of, stood)
