"""Locking quarters, which then take no return, and unlocking them; the administrator's act, with its reason.

A lock keeps the figures of a quarter. A return that is pending when its quarter is locked can be sent back or
withdrawn, but it is approved only after unlocking. Sites get no reminders for a locked quarter.
"""

from collections.abc import Iterable
from datetime import datetime

from etl.database.authorization import get_active_user
from etl.database.connection import Engine, writing
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import read_plans
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.locks import set_quarter_lock
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Role
from etl.locale import N_

MAX_REASON_LENGTH = 500


class LockError(TranslatableError):
    """The quarters can't be locked or unlocked; nothing was changed."""


def set_quarter_locks(
    engine: Engine, quarters: Iterable[Quarter], *, locked: bool, actor: str, now: datetime, reason: str
) -> tuple[Quarter, ...]:
    """Locks (or unlocks) the quarters together; those that it changed. What is so already stays without a trace.

    LockError for who is no administrator, without a quarter or a reason, and for a quarter of no plan.
    """
    chosen = sorted(set(quarters))
    why = " ".join(reason.split())
    if not chosen:
        raise LockError(N_("Choose at least one quarter."))
    if not why or len(why) > MAX_REASON_LENGTH:
        raise LockError(
            N_("Say why, in at most {count} characters: it stands in the audit trail."), count=MAX_REASON_LENGTH
        )
    with writing(engine) as connection:
        if get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
            raise LockError(N_("{who} may not lock quarters; administrators do."), who=actor)
        _check_known(read_plans(connection), chosen)
        before = read_locked_quarters(connection)
        changed = tuple(one for one in chosen if (one in before) is not locked)
        for one in changed:
            set_quarter_lock(connection, one, locked=locked, actor=actor, when=now)
            write_audit_event(connection, _event(one, locked, who=actor, now=now, why=why))
        if changed:
            increment_data_version(connection)
    return changed


def _check_known(plans: Plans | None, chosen: Iterable[Quarter]) -> None:
    spans = [version.plan.settings for version in plans.versions] if plans else []
    for one in chosen:
        if not any(span.first_quarter <= one <= span.last_quarter for span in spans):
            raise LockError(N_("{quarter} is in no plan."), quarter=one)


def _event(quarter: Quarter, locked: bool, *, who: str, now: datetime, why: str) -> AuditEvent:
    old, new = ("open", "locked") if locked else ("locked", "open")
    act = "quarter locked" if locked else "quarter unlocked"
    return AuditEvent(at=now, actor=who, action=act, subject=str(quarter), old=old, new=new, reason=why)
