"""Indicators and sites that a newer plan retires: when, by which version, and their last figures.

A retired code is shown as of the day on which the version that retires it was loaded or took effect, whichever is
later: assessed against the earlier versions, with all returns that are effective now. Its successor is the one named
by its last row in the plan.
"""

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
from etl.queries.snapshot import make_record_snapshot


@dataclass(frozen=True)
class Retirement:
    """The version of the plan that retired a code, and the scope as it was just before."""

    plan_version: int
    effective: date
    last_version: PlanVersion
    as_of: date
    scope: QueryScope


@dataclass(frozen=True)
class RetiredIndicatorDetails:
    """A retired indicator with its last figures."""

    indicator: Indicator
    retirement: Retirement
    successor: Indicator | None
    """The indicator of the newest plan that the last plan names as successor, if any."""
    figure: Figure
    years: tuple[tuple[int, Figure], ...]


@dataclass(frozen=True)
class RetiredSiteDetails:
    """A retired site with its last figures."""

    site: Site
    retirement: Retirement
    figures: tuple[tuple[Indicator, Figure], ...]


def find_retired_indicator(
    source: DataSource, scope: QueryScope, code: str, *, now: datetime
) -> RetiredIndicatorDetails | None:
    """Return the indicator's last figures in the scope; None where it is in the newest plan or in none."""
    index = _find_retiring_version(scope.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    if index is None:
        return None
    retirement = _make_retirement(source, scope, index, now)
    indicator = retirement.last_version.plan.indicator_by_code[code]
    settings = retirement.last_version.plan.settings
    years = range(settings.first_year, min(settings.last_year, retirement.as_of.year) + 1)
    return RetiredIndicatorDetails(
        indicator=indicator,
        retirement=retirement,
        successor=scope.plan.indicator_by_code.get(indicator.successor),
        figure=retirement.scope.get_figure(code),
        years=tuple((year, retirement.scope.get_figure(code, period=Years(year, year))) for year in years),
    )


def find_retired_site(source: DataSource, scope: QueryScope, code: str, *, now: datetime) -> RetiredSiteDetails | None:
    """Return the site's last figures; None where it is in the newest plan or in none."""
    index = _find_retiring_version(scope.snapshot.plans, lambda version: code in version.plan.site_by_code)
    if index is None:
        return None
    retirement = _make_retirement(source, replace(scope, sites=(code,)), index, now)
    plan = retirement.last_version.plan
    figures = tuple(
        (indicator, retirement.scope.get_figure(indicator.code)) for indicator in plan.list_site_indicators(code)
    )
    return RetiredSiteDetails(plan.site_by_code[code], retirement, figures)


def resolve_scope(source: DataSource, scope: QueryScope, code: str, *, now: datetime) -> QueryScope:
    """Return the scope in which an indicator's numbers are explained: for a retired one, as it last was."""
    index = _find_retiring_version(scope.snapshot.plans, lambda version: code in version.plan.indicator_by_code)
    return scope if index is None else _make_retirement(source, scope, index, now).scope


def _find_retiring_version(plans: Plans, has_code: Callable[[PlanVersion], bool]) -> int | None:
    """Return the index of the version since which the code is missing; None where the newest has it, or none."""
    indexes = [index for index, version in enumerate(plans.versions) if has_code(version)]
    if not indexes or indexes[-1] == len(plans.versions) - 1:
        return None
    return indexes[-1] + 1


def _make_retirement(source: DataSource, scope: QueryScope, index: int, now: datetime) -> Retirement:
    """Assess all returns that are effective now against the versions before the retiring one."""
    versions = scope.snapshot.plans.versions
    plans = Plans(versions[:index])
    retiring = versions[index]
    with reading(source.engine) as connection:
        loaded_at = {loaded_plan.number: loaded_plan.loaded_at for loaded_plan in read_loaded_plans(connection)}
        basis: ApprovalBasis = "submitted" if scope.include_unapproved else "approved"
        returns = read_returns_at(connection, now, basis=basis)
    loaded_on = loaded_at[retiring.number].astimezone(CAMBODIA).date()
    as_of = min(scope.today, max(loaded_on, retiring.effective))
    record = build_record(plans, returns)
    snapshot = make_record_snapshot(plans, record, has_sample_data=scope.snapshot.has_sample_data)
    last_scope = QueryScope(snapshot, as_of, scope.period, scope.sites, include_unapproved=scope.include_unapproved)
    return Retirement(retiring.number, retiring.effective, versions[index - 1], as_of, last_scope)
