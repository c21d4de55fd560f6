"""The audit trail as CSV: a row for each act, nothing in it that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable

from etl.database.records import NumberedEvent
from etl.exports.figure_rows import escape_formula
from etl.indicators.periods import CAMBODIA

_COLUMNS = ("number", "at", "who", "act", "subject", "old", "new", "why")


def render_audit_csv(events: Iterable[NumberedEvent]) -> str:
    """The events in the order given, with the moment of each in Cambodia."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in events:
        event = one.event
        at = event.at.astimezone(CAMBODIA).isoformat(timespec="seconds")
        texts = (event.actor, event.action, event.subject, event.old, event.new, event.reason)
        writer.writerow([one.number, at, *(escape_formula(text) for text in texts)])
    # Excel takes a file for UTF-8, and so Khmer for Khmer, only when it begins with this mark.
    return "\ufeff" + out.getvalue()
