"""Deciding on a return: approve it, send it back with a comment, or take one's own back."""

from datetime import datetime

from etl.database.connection import Engine, writing
from etl.database.read.plans import read_plans
from etl.database.read.returns import find_return
from etl.database.read.users import find_user
from etl.database.records import AuditEvent, StoredReturn, User
from etl.database.rollups import refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.returns import move_return, supersede
from etl.errors import CardecError
from etl.indicators.vocabulary import ReturnState, Role


class DecisionError(CardecError):
    """The decision can't stand: not this person's, or somebody decided before."""


def approve_return(engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState) -> None:
    """Makes a submitted return the standing one of its site and quarter, in place of the one before.

    Approving and submitting are different people. DecisionError when the return is no longer as it was seen.
    """
    _decide(engine, number, ReturnState.APPROVED, who=who, now=now, seen=seen, comment="")


def send_back_return(engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState, comment: str) -> None:
    """Sends a submitted return back to be corrected; the comment says what."""
    if not comment.strip():
        raise DecisionError("Say what is to be corrected: a return is sent back with a comment.")
    _decide(engine, number, ReturnState.SENT_BACK, who=who, now=now, seen=seen, comment=comment)


def withdraw_return(engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState) -> None:
    """Takes back one's own draft or submission that nobody has decided."""
    _decide(engine, number, ReturnState.WITHDRAWN, who=who, now=now, seen=seen, comment="")


def _decide(
    engine: Engine, number: int, new: ReturnState, *, who: str, now: datetime, seen: ReturnState, comment: str
) -> None:
    with writing(engine) as connection:
        found = find_return(connection, number)
        user = find_user(connection, who)
        plans = read_plans(connection)
        if found is None or user is None or plans is None:
            raise DecisionError(f"There is no return {number}, or no user {who!r}.")
        _check_person(found, user, new)
        if new is ReturnState.APPROVED:
            supersede(connection, state=new, by=number, who=who, when=now)
        if not move_return(
            connection, return_id=number, seen_state=seen, new_state=new, who=who, when=now, comment=comment
        ):
            raise DecisionError(f"Return {number} is {found.state.value} now: somebody decided before you.")
        refresh_rollups(connection, plans, site=found.site, quarter=found.quarter)
        subject = f"{found.site} {found.quarter}"
        told = f"return {number} {new.value}"
        event = AuditEvent(
            at=now, who=who, act="return decided", subject=subject, old=seen.value, new=told, why=comment
        )
        write_audit_event(connection, event)
        raise_data_version(connection)


def _check_person(found: StoredReturn, user: User, new: ReturnState) -> None:
    if new is ReturnState.WITHDRAWN:
        if found.sender != user.name:
            raise DecisionError("Only its sender may take a return back.")
        return
    if user.role not in (Role.MANAGER, Role.ADMINISTRATOR):
        raise DecisionError(f"{user.name} may not decide on returns; managers do.")
    if found.sender == user.name:
        raise DecisionError("Who sent a return doesn't decide on it: ask somebody else.")
