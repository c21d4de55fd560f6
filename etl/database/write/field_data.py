"""Write submissions of field data and the numbers that were put into drafts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from etl.database.field_tables import field_submissions, field_values
from etl.database.read.field_data import FieldValue
from etl.database.write.bulk_rows import upsert_rows
from etl.returns.field_data.count import UsedSubmission

_SUBMISSION_COLUMNS = ("source", "submission", "usage", "fingerprint", "site", "quarter", "detail", "changed_at")
_VALUE_COLUMNS = ("source", "site", "quarter", "key", "value", "submission_count", "submissions", "pulled_at")


def save_field_submissions(
    connection: Connection, source: str, submissions: Iterable[UsedSubmission], *, now: datetime
) -> None:
    """Store new, changed or deleted submissions of a source."""
    rows = (
        (source, entry.id, entry.usage.value, entry.fingerprint, entry.site, entry.quarter, entry.detail, now)
        for entry in submissions
    )
    upsert_rows(connection, field_submissions, _SUBMISSION_COLUMNS, rows, key_count=2)


def save_field_values(connection: Connection, values: Iterable[FieldValue]) -> None:
    """Store the numbers that are put into a draft, instead of those of the last pull."""
    rows = (
        (
            value.source,
            value.site,
            value.quarter,
            value.key,
            value.value,
            len(value.submissions),
            "\n".join(value.submissions),
            value.pulled_at,
        )
        for value in values
    )
    upsert_rows(connection, field_values, _VALUE_COLUMNS, rows, key_count=4)
