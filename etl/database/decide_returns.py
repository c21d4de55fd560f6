"""Decide on a stored return: check permissions and state, then write the decision, roll-ups and audit event."""

from datetime import datetime

from etl.database.authorization import get_active_user, get_return_for
from etl.database.connection import Connection
from etl.database.message_records import Notice, NoticeKind
from etl.database.read.confirmations import find_office_setting
from etl.database.read.locks import read_locked_quarters
from etl.database.records import AuditEvent, StoredReturn, User
from etl.database.rollups import refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.messages import write_notice
from etl.database.write.returns import change_return_state, supersede_return
from etl.errors import TranslatableError
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_

OWN_APPROVAL = "own approval"
"""Name of an office setting: `yes` lets senders approve their own returns, for small teams."""

_LOCKED = N_("{quarter} is locked, so its returns cannot be approved. Ask an administrator to unlock it.")

_PREVIOUS_STATES = {
    ReturnState.APPROVED: (ReturnState.SUBMITTED,),
    ReturnState.SENT_BACK: (ReturnState.SUBMITTED,),
    ReturnState.WITHDRAWN: (ReturnState.DRAFT, ReturnState.SUBMITTED),
}


class DecisionError(TranslatableError):
    """The decision is not allowed for this user, or the return has already changed."""


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
    """Move a return to a new state, with roll-ups and audit event.

    Raise DecisionError if the user may not decide, or if the return is no longer in the expected state.
    """
    user = get_active_user(connection, actor)
    stored_return = get_return_for(connection, return_id, user)
    _check_permission(connection, stored_return, user, new_state)
    if stored_return.state is not expected_state or expected_state not in _PREVIOUS_STATES[new_state]:
        text = N_("Return {number} has changed and is now {state}. Check it again before you decide.")
        raise DecisionError(text, number=return_id, state=stored_return.state)
    if new_state is ReturnState.APPROVED:
        _check_lock(connection, stored_return)
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
    refresh_rollups(connection, plans, site=stored_return.site, quarter=stored_return.quarter)
    _write_decision_event(connection, stored_return, new_state, actor=actor, now=now, comment=comment)
    if new_state is ReturnState.SENT_BACK:
        write_notice(connection, _make_sent_back_notice(stored_return, now))
    increment_data_version(connection)


def _make_sent_back_notice(stored_return: StoredReturn, now: datetime) -> Notice:
    """Return the notice to the sender, without the comment, which may repeat numbers."""
    return Notice(
        kind=NoticeKind.RETURN_SENT_BACK,
        key=f"sent back/{stored_return.id}",
        at=now,
        site=stored_return.site,
        quarter=stored_return.quarter,
        details={"return": stored_return.id, "sender": stored_return.sender},
    )


def check_can_approve(connection: Connection, stored_return: StoredReturn, user: User) -> None:
    """Raise DecisionError if the user may not approve this return, or if its quarter is locked."""
    _check_permission(connection, stored_return, user, ReturnState.APPROVED)
    _check_lock(connection, stored_return)


def _check_lock(connection: Connection, stored_return: StoredReturn) -> None:
    if stored_return.quarter in read_locked_quarters(connection):
        raise DecisionError(_LOCKED, quarter=stored_return.quarter)


def _check_permission(connection: Connection, stored_return: StoredReturn, user: User, new: ReturnState) -> None:
    if new is ReturnState.WITHDRAWN:
        if stored_return.sender != user.name:
            raise DecisionError(N_("Only the sender can withdraw a return."))
        return
    if not user.can_review:
        raise DecisionError(N_("{username} cannot decide on returns. Ask a manager."), username=user.name)
    if stored_return.sender == user.name and find_office_setting(connection, OWN_APPROVAL) != "yes":
        raise DecisionError(N_("Senders cannot approve or send back their own returns. Ask somebody else."))


def _write_decision_event(
    connection: Connection, stored_return: StoredReturn, new: ReturnState, *, actor: str, now: datetime, comment: str
) -> None:
    event = AuditEvent(
        at=now,
        actor=actor,
        action="return decided",
        subject=f"{stored_return.site} {stored_return.quarter}",
        old=stored_return.state.value,
        new=f"return {stored_return.id} {new.value}",
        reason=comment,
    )
    write_audit_event(connection, event)
