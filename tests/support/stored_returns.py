"""Putting plans and returns into a database as their use cases do, so that a test can say it in one line."""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection

from etl.database.records import NewReturn, TypedCell
from etl.database.write.plans import insert_plan_version
from etl.database.write.returns import insert_cells, insert_return, keep_file, move_return, supersede
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import ReturnState, SiteReturn


def store_plan(connection: Connection, plan: Plan, *, when: datetime, effective: date = date.min) -> int:
    """The number of the version."""
    return insert_plan_version(
        connection,
        plan,
        effective=effective,
        sha256="p" * 64,
        source_name="plan",
        who="admin",
        when=when,
        reason="first",
    )


def store_plans(connection: Connection, plans: Plans, *, when: datetime) -> None:
    for version in plans.versions:
        store_plan(connection, version.plan, when=when, effective=version.effective)


def store_draft(connection: Connection, said: SiteReturn, *, sender: str = "officer") -> int:
    """The number of a draft that says what is given; its bytes are told apart by all that it says."""
    data = repr(said).encode()
    digest = sha256(data).hexdigest()
    name = f"{said.site}-{said.quarter}.xlsx"
    keep_file(connection, sha256=digest, data=data, name=name, when=said.first_submitted)
    stored = insert_return(
        connection,
        NewReturn(
            site=said.site,
            quarter=said.quarter,
            sha256=digest,
            basis=said.basis,
            plan_version=1,
            sender=sender,
            created_at=said.first_submitted,
        ),
    )
    typed = [
        TypedCell(one.key, one.value, raw=str(one.value or "NC"), sheet="Return", address=f"F{row}")
        for row, one in enumerate(said.observations, start=9)
    ]
    insert_cells(connection, stored, typed)
    return stored


def submit(connection: Connection, return_id: int, *, when: datetime, who: str = "officer") -> None:
    """Submits a draft in the place of what was open."""
    supersede(connection, state=ReturnState.SUBMITTED, by=return_id, who=who, when=when)
    assert move_return(
        connection,
        return_id=return_id,
        seen_state=ReturnState.DRAFT,
        new_state=ReturnState.SUBMITTED,
        who=who,
        when=when,
    )


def approve(connection: Connection, return_id: int, *, when: datetime, who: str = "manager") -> None:
    """Approves what is submitted in the place of what stood."""
    supersede(connection, state=ReturnState.APPROVED, by=return_id, who=who, when=when)
    assert move_return(
        connection,
        return_id=return_id,
        seen_state=ReturnState.SUBMITTED,
        new_state=ReturnState.APPROVED,
        who=who,
        when=when,
    )


def store_return(connection: Connection, said: SiteReturn) -> int:
    """The number of a return that is submitted, and approved where it says so."""
    stored = store_draft(connection, said)
    submit(connection, stored, when=said.first_submitted)
    if said.approved:
        approve(connection, stored, when=said.first_submitted)
    return stored
