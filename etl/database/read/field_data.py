"""Read submissions of field data and the numbers that were put into drafts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from etl.database.field_tables import field_submissions, field_values
from etl.indicators.periods import Quarter
from etl.returns.field_data.count import Usage, UsedSubmission


@dataclass(frozen=True, kw_only=True)
class FieldValue:
    """A number that a source put into the draft of a site and quarter, with its submissions."""

    source: str
    site: str
    quarter: Quarter
    key: str
    value: str
    submissions: tuple[str, ...]
    pulled_at: datetime


def read_field_submissions(connection: Connection, source: str) -> dict[str, UsedSubmission]:
    """Return the submissions of a source as they were at the last pull, by ID."""
    query = select(field_submissions).where(field_submissions.c.source == source)
    return {
        row["submission"]: UsedSubmission(
            id=row["submission"],
            usage=Usage(row["usage"]),
            fingerprint=row["fingerprint"],
            site=row["site"],
            quarter=row["quarter"],
            detail=row["detail"],
        )
        for row in connection.execute(query).mappings()
    }


def read_field_values(
    connection: Connection, *, source: str | None = None, site: str | None = None, quarter: Quarter | None = None
) -> tuple[FieldValue, ...]:
    """Return the numbers that were put into drafts, of one source, site or quarter or of all."""
    columns = field_values.c
    query = select(field_values).order_by(columns.source, columns.site, columns.quarter, columns.key)
    for column, value in ((columns.source, source), (columns.site, site), (columns.quarter, quarter)):
        if value is not None:
            query = query.where(column == value)
    return tuple(
        FieldValue(
            source=row["source"],
            site=row["site"],
            quarter=row["quarter"],
            key=row["key"],
            value=row["value"],
            submissions=tuple(filter(None, row["submissions"].split("\n"))),
            pulled_at=row["pulled_at"],
        )
        for row in connection.execute(query).mappings()
    )


def count_field_submissions(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many submissions of each source have each use."""
    columns = field_submissions.c
    query = select(columns.source, columns.usage, func.count()).group_by(columns.source, columns.usage)
    counts: dict[str, dict[str, int]] = {}
    for source, usage, count in connection.execute(query):
        counts.setdefault(source, {})[usage] = int(count)
    return counts


def find_last_pull(connection: Connection) -> dict[str, datetime]:
    """Return when a submission of each source last came, changed or went."""
    columns = field_submissions.c
    # Not max(): only the column's own type converts the text to a datetime on SQLite.
    query = select(columns.source, columns.changed_at).order_by(columns.changed_at)
    return {row.source: row.changed_at for row in connection.execute(query)}
