"""Lock and unlock quarters. A locked quarter accepts no returns.

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
    """The quarters can't be locked or unlocked. Nothing was changed."""


def set_quarter_locks(
    engine: Engine, quarters: Iterable[Quarter], *, locked: bool, actor: str, now: datetime, reason: str
) -> tuple[Quarter, ...]:
    """Lock or unlock quarters in one transaction and return those that changed.

    Each change is recorded in the audit log with its reason. Raises LockError unless `actor` is an administrator,
    without a quarter or a reason, and for a quarter outside every plan version.
    """
    unique_quarters = sorted(set(quarters))
    reason = " ".join(reason.split())
    if not unique_quarters:
        raise LockError(N_("Choose at least one quarter."))
    if not reason or len(reason) > MAX_REASON_LENGTH:
        raise LockError(
            N_("Enter a reason of at most {count} characters. It is recorded in the audit log."),
            count=MAX_REASON_LENGTH,
        )
    with writing(engine) as connection:
        if get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
            raise LockError(N_("{who} cannot lock quarters. Ask an administrator."), who=actor)
        _check_in_plan(read_plans(connection), unique_quarters)
        locked_quarters = read_locked_quarters(connection)
        changed = tuple(quarter for quarter in unique_quarters if (quarter in locked_quarters) is not locked)
        for quarter in changed:
            set_quarter_lock(connection, quarter, locked=locked, actor=actor, when=now)
            write_audit_event(connection, _make_event(quarter, locked, actor=actor, now=now, reason=reason))
        if changed:
            increment_data_version(connection)
    return changed


def _check_in_plan(plans: Plans | None, quarters: Iterable[Quarter]) -> None:
    spans = [version.plan.settings for version in plans.versions] if plans else []
    for quarter in quarters:
        if not any(span.first_quarter <= quarter <= span.last_quarter for span in spans):
            raise LockError(N_("{quarter} is in no plan."), quarter=quarter)


def _make_event(quarter: Quarter, locked: bool, *, actor: str, now: datetime, reason: str) -> AuditEvent:
    old, new = ("open", "locked") if locked else ("locked", "open")
    action = "quarter locked" if locked else "quarter unlocked"
    return AuditEvent(at=now, actor=actor, action=action, subject=str(quarter), old=old, new=new, reason=reason)
