"""Deciding on a return: approve it, send it back with a comment, take one's own back, or say something to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine, reading, writing
from etl.database.decide_returns import OWN_APPROVAL, DecisionError, decide_stored
from etl.database.people import get_person, get_return_for
from etl.database.read.confirmations import find_office_choice
from etl.database.read.plans import read_plans
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import put_office_choice
from etl.database.write.returns import add_comment
from etl.errors import SaidError
from etl.indicators.vocabulary import ReturnState, Role
from etl.locale.translations import to_say
from etl.queries.source import NoPlanError

__all__ = [
    "LONGEST_COMMENT",
    "OWN_APPROVAL",
    "Decided",
    "DecisionError",
    "Seen",
    "approve_return",
    "approve_returns",
    "choose_own_approval",
    "comment_on_return",
    "may_approve_own",
    "send_back_return",
    "withdraw_return",
]

LONGEST_COMMENT = 4000


@dataclass(frozen=True)
class Seen:
    """A return in the state in which somebody saw it."""

    number: int
    state: ReturnState


@dataclass(frozen=True)
class Decided:
    """What became of one of several decisions; no fault when it stands."""

    number: int
    fault: SaidError | None


def approve_return(
    engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState, comment: str = ""
) -> None:
    """Makes a submitted return the standing one of its site and quarter, in place of the one before.

    Approving and submitting are different people unless the office chose otherwise. DecisionError when the return is
    no longer as it was seen.
    """
    _decide(engine, number, ReturnState.APPROVED, who=who, now=now, seen=seen, comment=comment)


def approve_returns(engine: Engine, chosen: Iterable[Seen], *, who: str, now: datetime) -> tuple[Decided, ...]:
    """Approves several, each by itself: one that can't be approved doesn't keep the others."""
    return tuple(_decided(engine, one, who=who, now=now) for one in chosen)


def send_back_return(engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState, comment: str) -> None:
    """Sends a submitted return back to be corrected; the comment says what."""
    if not comment.strip():
        raise DecisionError(to_say("Say what is to be corrected: a return is sent back with a comment."))
    _decide(engine, number, ReturnState.SENT_BACK, who=who, now=now, seen=seen, comment=comment)


def withdraw_return(engine: Engine, number: int, *, who: str, now: datetime, seen: ReturnState) -> None:
    """Takes back one's own draft or submission that nobody has decided."""
    _decide(engine, number, ReturnState.WITHDRAWN, who=who, now=now, seen=seen, comment="")


def comment_on_return(engine: Engine, number: int, *, who: str, now: datetime, comment: str) -> None:
    """Writes into a return's thread, whatever state it is in."""
    if not comment.strip():
        raise DecisionError(to_say("Write the comment first."))
    with writing(engine) as connection:
        found = get_return_for(connection, number, get_person(connection, who))
        add_comment(connection, return_id=found.id, who=who, when=now, comment=_checked(comment))


def choose_own_approval(engine: Engine, *, allowed: bool, who: str, now: datetime, why: str) -> None:
    """Whether who sent a return may approve it as well; the administrator's choice, with its reason."""
    with writing(engine) as connection:
        if get_person(connection, who).role is not Role.ADMINISTRATOR:
            raise DecisionError(to_say("{who} may not change this; administrators do."), who=who)
        old = find_office_choice(connection, OWN_APPROVAL) or "no"
        new = "yes" if allowed else "no"
        put_office_choice(connection, name=OWN_APPROVAL, value=new, who=who, when=now)
        event = AuditEvent(at=now, who=who, act="office choice", subject=OWN_APPROVAL, old=old, new=new, why=why)
        write_audit_event(connection, event)


def may_approve_own(engine: Engine) -> bool:
    """Whether the office lets who sent a return approve it."""
    with reading(engine) as connection:
        return find_office_choice(connection, OWN_APPROVAL) == "yes"


def _decided(engine: Engine, chosen: Seen, *, who: str, now: datetime) -> Decided:
    try:
        approve_return(engine, chosen.number, who=who, now=now, seen=chosen.state)
    except SaidError as fault:
        return Decided(chosen.number, fault)
    return Decided(chosen.number, None)


def _decide(
    engine: Engine, number: int, new: ReturnState, *, who: str, now: datetime, seen: ReturnState, comment: str
) -> None:
    comment = _checked(comment)
    with writing(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            raise NoPlanError
        decide_stored(connection, plans, number, new, who=who, now=now, seen=seen, comment=comment)


def _checked(comment: str) -> str:
    said = comment.replace("\r\n", "\n").strip()
    if len(said) > LONGEST_COMMENT:
        raise DecisionError(to_say("A comment has at most {count} characters."), count=LONGEST_COMMENT)
    if not all(one.isprintable() or one in "\n\t\u200b" for one in said):
        raise DecisionError(to_say("The comment holds characters that can't be shown."))
    return said
