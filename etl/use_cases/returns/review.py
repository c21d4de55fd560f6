"""Review returns: approve, send back, withdraw and comment."""

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
    "Approval",
    "ApprovalResult",
    "DecisionError",
    "approve_return",
    "approve_returns",
    "comment_on_return",
    "is_own_approval_allowed",
    "send_back_return",
    "set_own_approval",
    "withdraw_return",
]

MAX_COMMENT_LENGTH = 4000


@dataclass(frozen=True)
class Approval:
    """A return to approve and the state in which the reviewer saw it."""

    return_id: int
    expected_state: ReturnState


@dataclass(frozen=True)
class ApprovalResult:
    """The result of one of several approvals; `error` is None on success."""

    return_id: int
    error: TranslatableError | None


def approve_return(
    engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState, comment: str = ""
) -> None:
    """Approve a submitted return, which supersedes the approved return of its site and quarter.

    Raises DecisionError when the return is no longer in `expected_state`, and when `actor` submitted it, unless the
    office setting allows that.
    """
    _decide(
        engine, return_id, ReturnState.APPROVED, actor=actor, now=now, expected_state=expected_state, comment=comment
    )


def approve_returns(
    engine: Engine, approvals: Iterable[Approval], *, actor: str, now: datetime
) -> tuple[ApprovalResult, ...]:
    """Approve several returns, each in its own transaction. A failure doesn't stop the others."""
    return tuple(_try_approve(engine, approval, actor=actor, now=now) for approval in approvals)


def send_back_return(
    engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState, comment: str
) -> None:
    """Send a submitted return back for correction. A comment is required."""
    if not comment.strip():
        raise DecisionError(N_("Enter a comment that says what to correct."))
    _decide(
        engine, return_id, ReturnState.SENT_BACK, actor=actor, now=now, expected_state=expected_state, comment=comment
    )


def withdraw_return(engine: Engine, return_id: int, *, actor: str, now: datetime, expected_state: ReturnState) -> None:
    """Withdraw one's own draft or pending submission."""
    _decide(engine, return_id, ReturnState.WITHDRAWN, actor=actor, now=now, expected_state=expected_state, comment="")


def comment_on_return(engine: Engine, return_id: int, *, actor: str, now: datetime, comment: str) -> None:
    """Add a comment to a return in any state."""
    if not comment.strip():
        raise DecisionError(N_("Enter a comment."))
    with writing(engine) as connection:
        stored_return = get_return_for(connection, return_id, get_active_user(connection, actor))
        add_comment(connection, return_id=stored_return.id, actor=actor, when=now, comment=_clean_comment(comment))


def set_own_approval(engine: Engine, *, allowed: bool, actor: str, now: datetime, reason: str) -> None:
    """Set whether senders may approve their own returns. Raises DecisionError unless `actor` is an administrator."""
    with writing(engine) as connection:
        if get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
            raise DecisionError(N_("{who} cannot change this setting. Ask an administrator."), who=actor)
        old = find_office_setting(connection, OWN_APPROVAL) or "no"
        new = "yes" if allowed else "no"
        save_office_setting(connection, name=OWN_APPROVAL, value=new, actor=actor, when=now)
        event = AuditEvent(
            at=now, actor=actor, action="office choice", subject=OWN_APPROVAL, old=old, new=new, reason=reason
        )
        write_audit_event(connection, event)


def is_own_approval_allowed(engine: Engine) -> bool:
    """Whether senders may approve their own returns."""
    with reading(engine) as connection:
        return find_office_setting(connection, OWN_APPROVAL) == "yes"


def _try_approve(engine: Engine, approval: Approval, *, actor: str, now: datetime) -> ApprovalResult:
    try:
        approve_return(engine, approval.return_id, actor=actor, now=now, expected_state=approval.expected_state)
    except TranslatableError as error:
        return ApprovalResult(approval.return_id, error)
    return ApprovalResult(approval.return_id, None)


def _decide(
    engine: Engine,
    return_id: int,
    new_state: ReturnState,
    *,
    actor: str,
    now: datetime,
    expected_state: ReturnState,
    comment: str,
) -> None:
    comment = _clean_comment(comment)
    with writing(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            raise NoPlanError
        decide_return(
            connection,
            plans,
            return_id,
            new_state,
            actor=actor,
            now=now,
            expected_state=expected_state,
            comment=comment,
        )


def _clean_comment(comment: str) -> str:
    text = comment.replace("\r\n", "\n").strip()
    if len(text) > MAX_COMMENT_LENGTH:
        raise DecisionError(N_("Shorten the comment to {count} characters."), count=MAX_COMMENT_LENGTH)
    if not all(character.isprintable() or character in "\n\t\u200b" for character in text):
        raise DecisionError(N_("Remove the control characters from the comment."))
    return text
