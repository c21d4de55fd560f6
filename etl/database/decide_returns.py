"""Deciding on a stored return: who may, from which state, and everything that goes with it, in one transaction."""

from datetime import datetime

from etl.database.authorization import get_active_user, get_return_for
from etl.database.connection import Connection
from etl.database.read.confirmations import find_office_setting
from etl.database.read.locks import read_locked_quarters
from etl.database.records import AuditEvent, StoredReturn, User
from etl.database.rollups import refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.returns import change_return_state, supersede_return
from etl.errors import TranslatableError
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_

OWN_APPROVAL = "own approval"
"""The office's choice: `yes` lets who sent a return approve it as well, for a small team."""

_LOCKED = N_("{quarter} is locked, so nothing is approved in it. Ask the administrator to unlock it.")

_MAY_COME_FROM = {
    ReturnState.APPROVED: (ReturnState.SUBMITTED,),
    ReturnState.SENT_BACK: (ReturnState.SUBMITTED,),
    ReturnState.WITHDRAWN: (ReturnState.DRAFT, ReturnState.SUBMITTED),
}


class DecisionError(TranslatableError):
    """The decision can't stand: not this person's, or somebody decided before."""


def decide_return(
    connection: Connection,
    plans: Plans,
    return_id: int,
    new_state: ReturnState,
    *,
    actor: str,
    now: datetime,
    expected_state: ReturnState,
    comment: str = "",
) -> None:
    """Moves a return to its new state, with roll-ups and audit; DecisionError when it is no longer as it was seen."""
    user = get_active_user(connection, actor)
    found = get_return_for(connection, return_id, user)
    _check_person(connection, found, user, new_state)
    if found.state is not expected_state or expected_state not in _MAY_COME_FROM[new_state]:
        text = N_("Return {number} is {state} by now, so this was not done. Look at it again.")
        raise DecisionError(text, number=return_id, state=found.state)
    if new_state is ReturnState.APPROVED:
        _check_lock(connection, found)
        supersede_return(connection, state=new_state, new_id=return_id, actor=actor, when=now)
    change_return_state(
        connection,
        return_id=return_id,
        expected_state=expected_state,
        new_state=new_state,
        actor=actor,
        when=now,
        comment=comment,
    )
    refresh_rollups(connection, plans, site=found.site, quarter=found.quarter)
    _note(connection, found, new_state, who=actor, now=now, comment=comment)
    increment_data_version(connection)


def check_can_approve(connection: Connection, stored_return: StoredReturn, user: User) -> None:
    """DecisionError for who may not approve this return, or where its quarter is locked."""
    _check_person(connection, stored_return, user, ReturnState.APPROVED)
    _check_lock(connection, stored_return)


def _check_lock(connection: Connection, found: StoredReturn) -> None:
    if found.quarter in read_locked_quarters(connection):
        raise DecisionError(_LOCKED, quarter=found.quarter)


def _check_person(connection: Connection, found: StoredReturn, user: User, new: ReturnState) -> None:
    if new is ReturnState.WITHDRAWN:
        if found.sender != user.name:
            raise DecisionError(N_("Only its sender may take a return back."))
        return
    if not user.can_review:
        raise DecisionError(N_("{who} may not decide on returns; managers do."), who=user.name)
    if found.sender == user.name and find_office_setting(connection, OWN_APPROVAL) != "yes":
        raise DecisionError(N_("Who sent a return doesn't decide on it: ask somebody else."))


def _note(
    connection: Connection, found: StoredReturn, new: ReturnState, *, who: str, now: datetime, comment: str
) -> None:
    event = AuditEvent(
        at=now,
        actor=who,
        action="return decided",
        subject=f"{found.site} {found.quarter}",
        old=found.state.value,
        new=f"return {found.id} {new.value}",
        reason=comment,
    )
    write_audit_event(connection, event)
