"""Write notices of returns that are due in 14 and in 3 days, and of those that became overdue."""

from datetime import datetime

from etl.database.connection import reading, writing
from etl.database.message_records import Notice, NoticeKind
from etl.database.read.messages import read_counter
from etl.database.write.messages import set_counter, write_notice
from etl.queries.data_source import DataSource
from etl.queries.next_steps import NextStep, list_site_reminders
from etl.queries.scope import QueryScope

EARLY_DAYS, LATE_DAYS = 14, 3
"""Days before the due day on which a site is reminded; a day that was missed is made up for."""
OVERDUE_DAYS = 14
"""Days after the due day within which people of a site are reminded of an overdue return."""
_LAST_DAY_COUNTER = "reminders written"


def needs_reminders(source: DataSource, now: datetime) -> bool:
    """Return whether today's reminders are not written yet."""
    with reading(source.engine) as connection:
        return read_counter(connection, _LAST_DAY_COUNTER) < now.date().toordinal()


def write_reminders(source: DataSource, now: datetime) -> int:
    """Write today's reminders once and return their number. Each return has at most one of each kind."""
    if not needs_reminders(source, now):
        return 0
    snapshot = source.find_snapshot()
    notices: list[Notice] = []
    if snapshot is not None:
        scope = QueryScope(snapshot, now.date())
        for reminder in list_site_reminders(scope, is_included=lambda _site: True):
            notices += [notice for step in reminder.steps if (notice := _make_notice(step, now)) is not None]
    with writing(source.engine) as connection:
        set_counter(connection, _LAST_DAY_COUNTER, now.date().toordinal())
        return sum(write_notice(connection, notice) for notice in notices)


def _make_notice(step: NextStep, now: datetime) -> Notice | None:
    days = (step.due - now.date()).days
    if not -OVERDUE_DAYS <= days <= EARLY_DAYS:
        return None
    kind = NoticeKind.RETURN_OVERDUE if days < 0 else NoticeKind.RETURN_DUE
    stage = "overdue" if days < 0 else f"due in {LATE_DAYS if days <= LATE_DAYS else EARLY_DAYS}"
    return Notice(
        kind=kind,
        key=f"{stage}/{step.site.code}/{step.quarter}",
        at=now,
        site=step.site.code,
        quarter=step.quarter,
        details={"due": step.due.isoformat()},
    )
