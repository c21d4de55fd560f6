"""Read the submissions of a form, count them, and fill drafts of typed returns with the counts."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from etl.database.authorization import NotAllowedError, get_active_user
from etl.database.connection import Engine, reading, writing
from etl.database.read.field_data import (
    FieldValue,
    count_field_submissions,
    find_last_pull,
    read_field_submissions,
    read_field_values,
)
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.field_data import save_field_submissions
from etl.exports.csv_text import render_csv
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.queries.find_sites import find_site_codes
from etl.remote.field_platforms import FieldConnection, FieldDataError, fetch_submissions
from etl.returns.field_data.count import (
    FieldCounts,
    Usage,
    UsedSubmission,
    count_submissions,
)
from etl.returns.field_data.source import FieldSource, SourceError, list_source_names, read_source
from etl.settings import Settings
from etl.use_cases.returns.fill_drafts import FilledNumber, Filling, fill_drafts

__all__ = [
    "FieldDataError",
    "PullResult",
    "SourceError",
    "SourceStatus",
    "Usage",
    "count_usages",
    "list_sources",
    "pull_field_data",
]


@dataclass(frozen=True, kw_only=True)
class PullResult:
    """What a pull read and what it put into drafts."""

    source: str
    submissions: tuple[UsedSubmission, ...]
    """Every submission of the form, and those that were deleted since they were counted."""
    new_count: int
    changed_count: int
    deleted_count: int
    numbers: tuple[FilledNumber, ...]

    @property
    def unused_count(self) -> int:
        """The submissions of the form that are in no number."""
        return sum(entry.usage not in (Usage.COUNTED, Usage.DELETED) for entry in self.submissions)

    @property
    def draft_count(self) -> int:
        """The drafts that were changed."""
        return len({(number.site, number.quarter) for number in self.numbers if number.filling is Filling.FILLED})

    @property
    def unfilled_count(self) -> int:
        """The numbers that differ from the draft and were not put into it."""
        return sum(number.filling not in (Filling.FILLED, Filling.UNCHANGED) for number in self.numbers)

    def render_submissions(self) -> str:
        """Return every submission with its use as CSV."""
        rows = [(entry.id, entry.site, entry.quarter or "", entry.usage, entry.detail) for entry in self.submissions]
        return render_csv([("submission", "site", "quarter", "use", "value that could not be used"), *rows])

    def render_numbers(self) -> str:
        """Return every counted number and what was done with it as CSV."""
        header = ("site", "quarter", "key", "counted", "in the draft before", "submissions", "what happened")
        rows = [
            (item.site, item.quarter, item.key, item.counted, item.entered, item.submission_count, item.filling)
            for item in self.numbers
        ]
        return render_csv([header, *rows])


@dataclass(frozen=True, kw_only=True)
class SourceStatus:
    """A source as its administrators see it. `error` is set where its file is invalid."""

    name: str
    source: FieldSource | None
    error: SourceError | None
    has_secret: bool
    usage_counts: dict[str, int]
    last_change: datetime | None
    values: tuple[FieldValue, ...]


def list_sources(engine: Engine, settings: Settings) -> tuple[SourceStatus, ...]:
    """Return every source of the folder with what was read from it."""
    folder = Path(settings.field_sources)
    with reading(engine) as connection:
        counts, pulls = count_field_submissions(connection), find_last_pull(connection)
        values = read_field_values(connection)
    statuses = []
    for name in list_source_names(folder):
        source, error = None, None
        try:
            source = read_source(folder, name)
        except SourceError as problem:
            error = problem
        statuses.append(
            SourceStatus(
                name=name,
                source=source,
                error=error,
                has_secret=name in settings.field_tokens,
                usage_counts=counts.get(name, {}),
                last_change=pulls.get(name),
                values=tuple(value for value in values if value.source == name),
            )
        )
    return tuple(statuses)


def pull_field_data(
    source: DataSource,
    settings: Settings,
    name: str,
    *,
    actor: str,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> PullResult:
    """Read all submissions of a source, then fill drafts. Safe to repeat after an interruption at any moment.

    Raises SourceError, FieldDataError and NotAllowedError before anything is changed.
    """
    with reading(source.engine) as connection:
        if not get_active_user(connection, actor).can_review:
            raise NotAllowedError(N_("{username} cannot read field data. Ask a manager."), username=actor)
    field_source = read_source(Path(settings.field_sources), name)
    if name not in settings.field_tokens:
        raise SourceError(N_("The setting FIELD_TOKENS has no secret for {name}."), name=name)
    plans = source.get_snapshot().plans
    connection_settings = FieldConnection(
        platform=field_source.platform,
        server=field_source.server,
        form=field_source.form,
        project=field_source.project,
        secret=settings.field_tokens[name],
    )
    submissions = fetch_submissions(connection_settings, sleep=sleep, report_progress=report_progress)
    counts = count_submissions(
        field_source,
        submissions,
        find_site=lambda text: _find_site(plans, text),
        find_quarter=lambda day: _find_quarter(plans, day),
    )
    result = _store_submissions(source.engine, name, counts, now)
    numbers = list(fill_drafts(source, field_source, counts, actor=actor, now=now))
    result = replace(result, numbers=tuple(numbers))
    with writing(source.engine) as connection:
        write_audit_event(connection, _make_event(result, actor, now))
    return result


def _make_event(result: PullResult, actor: str, now: datetime) -> AuditEvent:
    new = f"{len(result.submissions)} submissions, {result.draft_count} drafts"
    return AuditEvent(at=now, actor=actor, action="field data read", subject=f"source {result.source}", new=new)


def _find_site(plans: Plans, text: str) -> str:
    codes = find_site_codes(plans, text)
    return codes[0] if len(codes) == 1 else ""


def _find_quarter(plans: Plans, day: date) -> Quarter | None:
    settings = plans.latest.settings
    quarters = list_quarters_between(settings.first_quarter, settings.last_quarter)
    calendar = settings.calendar
    return next(
        (item for item in quarters if calendar.get_start_date(item) <= day <= calendar.get_end_date(item)), None
    )


def _store_submissions(engine: Engine, name: str, counts: FieldCounts, now: datetime) -> PullResult:
    """Store what is new, changed or deleted since the last pull, in one transaction."""
    with writing(engine) as connection:
        known = read_field_submissions(connection, name)
        current = {entry.id: entry for entry in counts.submissions}
        new = [entry for entry in current.values() if entry.id not in known]
        changed = [entry for entry in current.values() if entry.id in known and known[entry.id] != entry]
        gone = [replace(entry, usage=Usage.DELETED) for key, entry in known.items() if key not in current]
        deleted = [entry for entry in gone if known[entry.id].usage is not Usage.DELETED]
        save_field_submissions(connection, name, [*new, *changed, *deleted], now=now)
    return PullResult(
        source=name,
        submissions=(*counts.submissions, *gone),
        new_count=len(new),
        changed_count=len(changed),
        deleted_count=len(deleted),
        numbers=(),
    )


def count_usages(submissions: Iterable[UsedSubmission]) -> Counter[Usage]:
    """Return how many submissions have each use."""
    return Counter(entry.usage for entry in submissions)
