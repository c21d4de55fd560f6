"""Read the plan, every version exactly as it was stored."""

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, func, select

from etl.database.plan_tables import (
    indicator_programmes,
    indicators,
    objectives,
    parts,
    plan_settings,
    plan_versions,
    programmes,
    site_aliases,
    sites,
    stages,
    targets,
)
from etl.database.records import LoadedPlan
from etl.database.rows import build_from_row
from etl.indicators.periods import CAMBODIA
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.vocabulary import (
    Indicator,
    IndicatorProgramme,
    Objective,
    Part,
    Programme,
    Site,
    SiteAlias,
    Stage,
    Target,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Item = TypeVar("_Item", bound="DataclassInstance")


_cache: WeakKeyDictionary[Engine, tuple[tuple[LoadedPlan, ...], Plans | None]] = WeakKeyDictionary()
"""The loads of each engine's database with their plans: a loaded version never changes."""


def read_plans(connection: Connection) -> Plans | None:
    """Return every version of the plan, oldest first; None if none is loaded. Read it again only after a load."""
    loaded_plans = read_loaded_plans(connection)
    cached = _cache.get(connection.engine)
    if cached is None or cached[0] != loaded_plans:
        cached = _cache[connection.engine] = loaded_plans, _read_versions(connection, loaded_plans)
    return cached[1]


def read_stored_plans(connection: Connection) -> Plans | None:
    """Return what `read_plans` returns, read from the tables at every call."""
    return _read_versions(connection, read_loaded_plans(connection))


def _read_versions(connection: Connection, loaded_plans: tuple[LoadedPlan, ...]) -> Plans | None:
    if not loaded_plans:
        return None
    settings = connection.execute(select(plan_settings)).mappings()
    settings_of = {row["version"]: build_from_row(PlanSettings, row) for row in settings}
    objectives_of = _read_items(connection, objectives, Objective)
    indicators_of = _read_indicators(connection)
    sites_of = _read_items(connection, sites, Site)
    parts_of = _read_items(connection, parts, Part)
    targets_of = _read_items(connection, targets, Target)
    aliases_of = _read_items(connection, site_aliases, SiteAlias)
    programmes_of = _read_items(connection, programmes, Programme)
    supports_of = _read_items(connection, indicator_programmes, IndicatorProgramme)
    versions = (
        PlanVersion(
            number=load.number,
            effective=load.effective,
            plan=Plan(
                settings=settings_of[load.number],
                objectives=tuple(objectives_of[load.number]),
                indicators=tuple(indicators_of[load.number]),
                sites=tuple(sites_of[load.number]),
                parts=tuple(parts_of[load.number]),
                targets=tuple(targets_of[load.number]),
                aliases=tuple(aliases_of[load.number]),
                programmes=tuple(programmes_of[load.number]),
                indicator_programmes=tuple(supports_of[load.number]),
            ),
            loaded_on=load.loaded_at.astimezone(CAMBODIA).date(),
        )
        for load in loaded_plans
    )
    return Plans(tuple(versions))


def read_loaded_plans(connection: Connection) -> tuple[LoadedPlan, ...]:
    """Return the load of each version, oldest first."""
    rows = connection.execute(select(plan_versions).order_by(plan_versions.c.number)).mappings()
    return tuple(LoadedPlan(**row) for row in rows)


def find_latest_plan_version(connection: Connection) -> int | None:
    """Return the number of the version loaded last; None if none is loaded."""
    newest: int | None = connection.scalar(select(func.max(plan_versions.c.number)))
    return newest


def find_plan_by_hash(connection: Connection, sha256: str) -> int | None:
    """Return the newest version loaded from these bytes, if any."""
    matching = select(plan_versions.c.number).where(plan_versions.c.sha256 == sha256)
    return connection.scalar(matching.order_by(plan_versions.c.number.desc()).limit(1))


def _read_indicators(connection: Connection) -> defaultdict[int, list[Indicator]]:
    """Return the indicators with their stages by version, in the plan's order."""
    by_version = _read_items(connection, indicators, Indicator)
    for version, listed in _read_items(connection, stages, Stage).items():
        by_indicator: defaultdict[str, list[Stage]] = defaultdict(list)
        for stage in listed:
            by_indicator[stage.indicator].append(stage)
        by_version[version] = [
            replace(indicator, stages=tuple(by_indicator[indicator.code])) for indicator in by_version[version]
        ]
    return by_version


def _read_items(connection: Connection, table: Table, kind: type[_Item]) -> defaultdict[int, list[_Item]]:
    """Return a table's items by version, in the plan's order."""
    items: defaultdict[int, list[_Item]] = defaultdict(list)
    for row in connection.execute(select(table).order_by(table.c.version, table.c.position)).mappings():
        items[row["version"]].append(build_from_row(kind, row))
    return items
