"""Deciding on a return: approve it, send it back with a comment, take one's own back, or say something to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from etl.database.authorization import get_active_user, get_return_for
from etl.database.connection import Engine, reading, writing
from etl.database.decide_returns import OWN_APPROVAL, DecisionError, decide_return
from etl.database.read.confirmations import find_office_setting
from etl.database.read.plans import read_plans
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import save_office_setting
from etl.database.write.returns import add_comment
from etl.errors import TranslatableError
from etl.indicators.vocabulary import ReturnState, Role
from etl.locale import N_
from etl.queries.data_source import NoPlanError

__all__ = [
    "MAX_COMMENT_LENGTH",
    "OWN_APPROVAL",
    "ApprovalResult",
    "DecisionError",
    "Approval",
    "approve_return",
    "approve_returns",
    "set_own_approval",
    "comment_on_return",
    "is_own_approval_allowed",
    "send_back_return",
    "withdraw_return",
]

MAX_COMMENT_LENGTH = 4000


@dataclass(frozen=True)
class Approval:
    """A return in the state in which somebody saw it."""

    return_id: int
    expected_state: ReturnState


@dataclass(frozen=True)
class ApprovalResult:
    """What became of one of several decisions; no fault when it stands."""

    return_id: int
    error: TranslatableError | None


def approve_return(
    engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState, comment: str = ""
) -> None:
    """Makes a submitted return the standing one of its site and quarter, in place of the one before.

    Approving and submitting are different people unless the office chose otherwise. DecisionError when the return is
    no longer as it was seen.
    """
    _decide(engine, return_id, ReturnState.APPROVED, who=actor, now=now, seen=expected_state, comment=comment)


def approve_returns(
    engine: Engine, approvals: Iterable[Approval], *, actor: str, now: datetime
) -> tuple[ApprovalResult, ...]:
    """Approves several, each by itself: one that can't be approved doesn't keep the others."""
    return tuple(_decided(engine, one, who=actor, now=now) for one in approvals)


def send_back_return(
    engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState, comment: str
) -> None:
    """Sends a submitted return back to be corrected; the comment says what."""
    if not comment.strip():
        raise DecisionError(N_("Say what is to be corrected: a return is sent back with a comment."))
    _decide(engine, return_id, ReturnState.SENT_BACK, who=actor, now=now, seen=expected_state, comment=comment)


def withdraw_return(engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState) -> None:
    """Takes back one's own draft or submission that nobody has decided."""
    _decide(engine, return_id, ReturnState.WITHDRAWN, who=actor, now=now, seen=expected_state, comment="")


def comment_on_return(engine: Engine, return_id: int, *, actor: str, now: datetime, comment: str) -> None:
    """Writes into a return's thread, whatever state it is in."""
    if not comment.strip():
        raise DecisionError(N_("Write the comment first."))
    with writing(engine) as connection:
        found = get_return_for(connection, return_id, get_active_user(connection, actor))
        add_comment(connection, return_id=found.id, actor=actor, when=now, comment=_checked(comment))


def set_own_approval(engine: Engine, *, allowed: bool, actor: str, now: datetime, reason: str) -> None:
    """Whether who sent a return may approve it as well; the administrator's choice, with its reason."""
    with writing(engine) as connection:
        if get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
            raise DecisionError(N_("{who} may not change this; administrators do."), who=actor)
        old = find_office_setting(connection, OWN_APPROVAL) or "no"
        new = "yes" if allowed else "no"
        save_office_setting(connection, name=OWN_APPROVAL, value=new, actor=actor, when=now)
        event = AuditEvent(
            at=now, actor=actor, action="office choice", subject=OWN_APPROVAL, old=old, new=new, reason=reason
        )
        write_audit_event(connection, event)


def is_own_approval_allowed(engine: Engine) -> bool:
    """Whether the office lets who sent a return approve it."""
    with reading(engine) as connection:
        return find_office_setting(connection, OWN_APPROVAL) == "yes"


def _decided(engine: Engine, chosen: Approval, *, who: str, now: datetime) -> ApprovalResult:
    try:
        approve_return(engine, chosen.return_id, actor=who, now=now, expected_state=chosen.expected_state)
    except TranslatableError as fault:
        return ApprovalResult(chosen.return_id, fault)
    return ApprovalResult(chosen.return_id, None)


def _decide(
    engine: Engine, number: int, new: ReturnState, *, who: str, now: datetime, seen: ReturnState, comment: str
) -> None:
    comment = _checked(comment)
    with writing(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            raise NoPlanError
        decide_return(connection, plans, number, new, actor=who, now=now, expected_state=seen, comment=comment)


def _checked(comment: str) -> str:
    said = comment.replace("\r\n", "\n").strip()
    if len(said) > MAX_COMMENT_LENGTH:
        raise DecisionError(N_("A comment has at most {count} characters."), count=MAX_COMMENT_LENGTH)
    if not all(one.isprintable() or one in "\n\t\u200b" for one in said):
        raise DecisionError(N_("The comment holds characters that can't be shown."))
    return said
