"""Deciding on a stored return: who may, from which state, and everything that goes with it, in one transaction."""

from datetime import datetime

from etl.database.connection import Connection
from etl.database.people import get_person, get_return_for
from etl.database.read.confirmations import find_office_choice
from etl.database.read.locks import read_locked_quarters
from etl.database.records import AuditEvent, StoredReturn, User
from etl.database.rollups import refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.returns import move_return, supersede
from etl.errors import SaidError
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import to_say

OWN_APPROVAL = "own approval"
"""The office's choice: `yes` lets who sent a return approve it as well, for a small team."""

_LOCKED = to_say("{quarter} is locked, so nothing is approved in it. Ask the administrator to unlock it.")

_MAY_COME_FROM = {
    ReturnState.APPROVED: (ReturnState.SUBMITTED,),
    ReturnState.SENT_BACK: (ReturnState.SUBMITTED,),
    ReturnState.WITHDRAWN: (ReturnState.DRAFT, ReturnState.SUBMITTED),
}


class DecisionError(SaidError):
    """The decision can't stand: not this person's, or somebody decided before."""


def decide_stored(
    connection: Connection,
    plans: Plans,
    number: int,
    new: ReturnState,
    *,
    who: str,
    now: datetime,
    seen: ReturnState,
    comment: str = "",
) -> None:
    """Moves a return to its new state, with roll-ups and audit; DecisionError when it is no longer as it was seen."""
    user = get_person(connection, who)
    found = get_return_for(connection, number, user)
    _check_person(connection, found, user, new)
    if found.state is not seen or seen not in _MAY_COME_FROM[new]:
        text = to_say("Return {number} is {state} by now, so this was not done. Look at it again.")
        raise DecisionError(text, number=number, state=found.state)
    if new is ReturnState.APPROVED:
        _check_lock(connection, found)
        supersede(connection, state=new, by=number, who=who, when=now)
    move_return(connection, return_id=number, seen_state=seen, new_state=new, who=who, when=now, comment=comment)
    refresh_rollups(connection, plans, site=found.site, quarter=found.quarter)
    _note(connection, found, new, who=who, now=now, comment=comment)
    raise_data_version(connection)


def check_may_approve(connection: Connection, found: StoredReturn, user: User) -> None:
    """DecisionError for who may not approve this return, or where its quarter is locked."""
    _check_person(connection, found, user, ReturnState.APPROVED)
    _check_lock(connection, found)


def _check_lock(connection: Connection, found: StoredReturn) -> None:
    if found.quarter in read_locked_quarters(connection):
        raise DecisionError(_LOCKED, quarter=found.quarter)


def _check_person(connection: Connection, found: StoredReturn, user: User, new: ReturnState) -> None:
    if new is ReturnState.WITHDRAWN:
        if found.sender != user.name:
            raise DecisionError(to_say("Only its sender may take a return back."))
        return
    if not user.may_decide:
        raise DecisionError(to_say("{who} may not decide on returns; managers do."), who=user.name)
    if found.sender == user.name and find_office_choice(connection, OWN_APPROVAL) != "yes":
        raise DecisionError(to_say("Who sent a return doesn't decide on it: ask somebody else."))


def _note(
    connection: Connection, found: StoredReturn, new: ReturnState, *, who: str, now: datetime, comment: str
) -> None:
    event = AuditEvent(
        at=now,
        who=who,
        act="return decided",
        subject=f"{found.site} {found.quarter}",
        old=found.state.value,
        new=f"return {found.id} {new.value}",
        why=comment,
    )
    write_audit_event(connection, event)
