"""Store plans and returns in a database as the use cases do."""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection

from etl.database.read.effective_returns import read_candidates, select_effective
from etl.database.records import ApprovalBasis, NewReturn, ReturnCell
from etl.database.write.plans import insert_plan_version
from etl.database.write.returns import change_return_state, insert_cells, insert_return, store_file, supersede_return
from etl.indicators.plans import Plan, Plans
from etl.indicators.received_returns import ReceivedReturn
from etl.indicators.vocabulary import ReturnState, SiteReturn


def store_plan(connection: Connection, plan: Plan, *, when: datetime, effective: date = date.min) -> int:
    """Store a plan version and return its number."""
    return insert_plan_version(
        connection,
        plan,
        effective=effective,
        sha256=compute_plan_hash(plan),
        source_name="plan",
        actor="admin",
        when=when,
        reason="first",
    )


def compute_plan_hash(plan: Plan) -> str:
    """Return a hash that differs between plans, like that of the files of a load."""
    return sha256(repr(plan).encode()).hexdigest()


def store_plans(connection: Connection, plans: Plans, *, when: datetime) -> None:
    for version in plans.versions:
        store_plan(connection, version.plan, when=when, effective=version.effective)


def store_draft(connection: Connection, site_return: SiteReturn, *, sender: str = "officer") -> int:
    """Store a draft with a file of its own and return its id."""
    data = repr(site_return).encode()
    digest = sha256(data).hexdigest()
    name = f"{site_return.site}-{site_return.quarter}.xlsx"
    store_file(connection, sha256=digest, data=data, name=name, when=site_return.first_submitted)
    stored = insert_return(
        connection,
        NewReturn(
            site=site_return.site,
            quarter=site_return.quarter,
            sha256=digest,
            basis=site_return.basis,
            plan_version=1,
            sender=sender,
            created_at=site_return.first_submitted,
        ),
    )
    typed = [
        ReturnCell(
            observation.key, observation.value, raw=str(observation.value or "NC"), sheet="Return", address=f"F{row}"
        )
        for row, observation in enumerate(site_return.observations, start=9)
    ]
    insert_cells(connection, stored, typed)
    return stored


def submit_return(connection: Connection, return_id: int, *, when: datetime, actor: str = "officer") -> None:
    """Submit a draft, superseding the submitted return."""
    supersede_return(connection, state=ReturnState.SUBMITTED, new_id=return_id, actor=actor, when=when)
    assert change_return_state(
        connection,
        return_id=return_id,
        expected_state=ReturnState.DRAFT,
        new_state=ReturnState.SUBMITTED,
        actor=actor,
        when=when,
    )


def approve_return(connection: Connection, return_id: int, *, when: datetime, actor: str = "manager") -> None:
    """Approve a submitted return, superseding the approved one."""
    supersede_return(connection, state=ReturnState.APPROVED, new_id=return_id, actor=actor, when=when)
    assert change_return_state(
        connection,
        return_id=return_id,
        expected_state=ReturnState.SUBMITTED,
        new_state=ReturnState.APPROVED,
        actor=actor,
        when=when,
    )


def store_return(connection: Connection, site_return: SiteReturn) -> int:
    """Store a submitted or, if it says so, approved return and return its id."""
    stored = store_draft(connection, site_return)
    submit_return(connection, stored, when=site_return.first_submitted)
    if site_return.approved:
        approve_return(connection, stored, when=site_return.first_submitted)
    return stored


def read_received_returns(connection: Connection, *, basis: ApprovalBasis) -> list[ReceivedReturn]:
    """Return when each effective return was first submitted, and whether it is approved."""
    return [candidate.make_receipt() for candidate in select_effective(read_candidates(connection), basis)]
