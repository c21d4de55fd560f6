"""Export the audit log as CSV."""

from collections.abc import Iterable, Sequence

from etl.database.records import NumberedEvent
from etl.exports.csv_text import render_csv
from etl.indicators.periods import CAMBODIA

_COLUMNS = ("number", "at", "who", "act", "subject", "old", "new", "why")


def render_audit_csv(events: Iterable[NumberedEvent]) -> str:
    """Return one row for each event, in the given order, with its time in Cambodia."""
    return render_csv([_COLUMNS, *(_make_row(numbered) for numbered in events)])


def _make_row(numbered: NumberedEvent) -> Sequence[object]:
    event = numbered.event
    at = event.at.astimezone(CAMBODIA).isoformat(timespec="seconds")
    return numbered.number, at, event.actor, event.action, event.subject, event.old, event.new, event.reason
