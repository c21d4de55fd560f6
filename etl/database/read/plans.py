"""Reading the plan back, every version exactly as it was stored."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Table, func, select

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
    targets,
)
from etl.database.records import LoadedPlan
from etl.database.rows import from_row
from etl.indicators.plans import Plan, Plans, PlanSettings, PlanVersion
from etl.indicators.vocabulary import Indicator, IndicatorProgramme, Objective, Part, Programme, Site, SiteAlias, Target

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Item = TypeVar("_Item", bound="DataclassInstance")


def read_plans(connection: Connection) -> Plans | None:
    """Every version of the plan, oldest first; None before the first is loaded."""
    loaded = read_loaded_plans(connection)
    if not loaded:
        return None
    settings = connection.execute(select(plan_settings)).mappings()
    settings_of = {row["version"]: from_row(PlanSettings, row) for row in settings}
    objectives_of = _read_items(connection, objectives, Objective)
    indicators_of = _read_items(connection, indicators, Indicator)
    sites_of = _read_items(connection, sites, Site)
    parts_of = _read_items(connection, parts, Part)
    targets_of = _read_items(connection, targets, Target)
    aliases_of = _read_items(connection, site_aliases, SiteAlias)
    programmes_of = _read_items(connection, programmes, Programme)
    supports_of = _read_items(connection, indicator_programmes, IndicatorProgramme)
    versions = (
        PlanVersion(
            number=one.number,
            effective=one.effective,
            plan=Plan(
                settings=settings_of[one.number],
                objectives=tuple(objectives_of[one.number]),
                indicators=tuple(indicators_of[one.number]),
                sites=tuple(sites_of[one.number]),
                parts=tuple(parts_of[one.number]),
                targets=tuple(targets_of[one.number]),
                aliases=tuple(aliases_of[one.number]),
                programmes=tuple(programmes_of[one.number]),
                indicator_programmes=tuple(supports_of[one.number]),
            ),
        )
        for one in loaded
    )
    return Plans(tuple(versions))


class PlanCache:
    """The plan's versions, kept from one reading of a database to the next: a loaded version never changes."""

    def __init__(self) -> None:
        self._loaded: tuple[LoadedPlan, ...] = ()
        self._plans: Plans | None = None

    def read(self, connection: Connection) -> Plans | None:
        """What `read_plans` says, read anew only where a version was loaded since."""
        loaded = read_loaded_plans(connection)
        if loaded != self._loaded:
            self._plans, self._loaded = read_plans(connection), loaded
        return self._plans


PlanReader = Callable[[Connection], Plans | None]
"""How a use case reads the plan: `read_plans`, or `PlanCache.read` where many returns follow each other."""


def read_loaded_plans(connection: Connection) -> tuple[LoadedPlan, ...]:
    """When each version was loaded, by whom and why, oldest first."""
    rows = connection.execute(select(plan_versions).order_by(plan_versions.c.number)).mappings()
    return tuple(LoadedPlan(**row) for row in rows)


def find_latest_plan_version(connection: Connection) -> int | None:
    """The number of the version that was loaded last; None before the first."""
    newest: int | None = connection.scalar(select(func.max(plan_versions.c.number)))
    return newest


def find_plan_by_hash(connection: Connection, sha256: str) -> int | None:
    """The newest version that was loaded from these bytes; None if none was."""
    found = select(plan_versions.c.number).where(plan_versions.c.sha256 == sha256)
    return connection.scalar(found.order_by(plan_versions.c.number.desc()).limit(1))


def _read_items(connection: Connection, table: Table, kind: type[_Item]) -> defaultdict[int, list[_Item]]:
    """The values of a table by version, in the plan's order."""
    found: defaultdict[int, list[_Item]] = defaultdict(list)
    for row in connection.execute(select(table).order_by(table.c.version, table.c.position)).mappings():
        found[row["version"]].append(from_row(kind, row))
    return found
