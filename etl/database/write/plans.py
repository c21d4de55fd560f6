"""Write plan versions."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, func, insert, select

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
from etl.database.rows import make_row
from etl.indicators.plans import Plan

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def insert_plan_version(
    connection: Connection,
    plan: Plan,
    *,
    effective: date,
    sha256: str,
    source_name: str,
    actor: str,
    when: datetime,
    reason: str,
) -> int:
    """Store a new plan version and return its number, one above the last; earlier versions stay unchanged."""
    number = (connection.scalar(select(func.max(plan_versions.c.number))) or 0) + 1
    connection.execute(
        insert(plan_versions).values(
            number=number,
            effective=effective,
            is_provisional=plan.is_provisional,
            sha256=sha256,
            source_name=source_name,
            loaded_by=actor,
            loaded_at=when,
            reason=reason,
        )
    )
    connection.execute(insert(plan_settings).values(version=number, **make_row(plan.settings)))
    for table, items in _group_items_by_table(plan):
        _insert_items(connection, table, number, items)
    return number


def _group_items_by_table(plan: Plan) -> "Iterable[tuple[Table, Iterable[DataclassInstance]]]":
    """Return the plan's items by table, each table after those it refers to."""
    return (
        (objectives, plan.objectives),
        (indicators, plan.indicators),
        (sites, plan.sites),
        (parts, plan.parts),
        (stages, plan.stages),
        (targets, plan.targets),
        (site_aliases, plan.aliases),
        (programmes, plan.programmes),
        (indicator_programmes, plan.indicator_programmes),
    )


def _insert_items(connection: Connection, table: Table, number: int, items: "Iterable[DataclassInstance]") -> None:
    rows: list[dict[str, Any]] = [
        {"version": number, "position": position, **make_row(item)} for position, item in enumerate(items)
    ]
    if rows:
        connection.execute(insert(table), rows)
