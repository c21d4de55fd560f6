"""Storing a version of the plan."""

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
    targets,
)
from etl.database.rows import to_row
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
    """The number of the new version: one above the last. Earlier versions stay as they are."""
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
    connection.execute(insert(plan_settings).values(version=number, **to_row(plan.settings)))
    for table, items in _contents(plan):
        _insert_in_order(connection, table, number, items)
    return number


def _contents(plan: Plan) -> "Iterable[tuple[Table, Iterable[DataclassInstance]]]":
    """What the plan holds, table by table, each after those whose codes it names."""
    return (
        (objectives, plan.objectives),
        (indicators, plan.indicators),
        (sites, plan.sites),
        (parts, plan.parts),
        (targets, plan.targets),
        (site_aliases, plan.aliases),
        (programmes, plan.programmes),
        (indicator_programmes, plan.indicator_programmes),
    )


def _insert_in_order(connection: Connection, table: Table, number: int, items: "Iterable[DataclassInstance]") -> None:
    rows: list[dict[str, Any]] = [
        {"version": number, "position": position, **to_row(item)} for position, item in enumerate(items)
    ]
    if rows:
        connection.execute(insert(table), rows)
