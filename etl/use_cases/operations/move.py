"""Move a database into an empty one, of another kind too, and prove that both hold the same."""

from collections.abc import Callable
from datetime import datetime

from etl.database.connection import Engine, SchemaStatus, read_schema, reading, writing
from etl.database.records import AuditEvent
from etl.database.transfer import (
    begin_transfer,
    copy_tables,
    finish_transfer,
    forget_transfer,
    list_differences,
    read_fingerprint,
    read_target_fingerprint,
)
from etl.database.write.audit import write_audit_event
from etl.errors import CardecError
from etl.exports.frames import figures_frame
from etl.indicators.periods import Period, PlanToDate, Years
from etl.indicators.site_groups import SiteSelection
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.use_cases.operations.backup import SUBJECT

__all__ = ["MoveError", "move_database"]


class MoveError(CardecError):
    """The database can't be moved; the message says why. The source is unchanged."""


def move_database(
    source: Engine, target: Engine, *, actor: str, now: datetime, report_table: Callable[[str, int], None]
) -> int:
    """Copy every row into the target, compare all rows and figures, and return the number of compared figures.

    Nobody can write to the source meanwhile. A move that was interrupted goes on when it is started again.
    MoveError when the target holds anything else, or when the source has changed since the move began.
    """
    status = read_schema(target).status
    if status not in (SchemaStatus.EMPTY, SchemaStatus.UNFINISHED):
        raise MoveError("The target is not empty, and a move replaces nothing. Give the URL of one without tables.")
    with writing(source) as connection:
        fingerprint = read_fingerprint(connection)
        begun = read_target_fingerprint(target)
        if begun not in (None, fingerprint):
            raise MoveError(
                "The source has changed since the move into this target began. Give the URL of an empty database."
            )
        begin_transfer(target, fingerprint)
        for table, count in copy_tables(connection, target):
            report_table(table, count)
        finish_transfer(connection, target)
        with reading(target) as copy:
            differences = list_differences(connection, copy)
    if differences:
        raise MoveError(f"The rows differ in {', '.join(differences)}. Do not use the target.")
    count = _compare_figures(source, target, now)
    with writing(target) as connection:
        forget_transfer(connection)
        event = AuditEvent(at=now, actor=actor, action="database moved", subject=SUBJECT, new=target.dialect.name)
        write_audit_event(connection, event)
    return count


def _compare_figures(source: Engine, target: Engine, now: datetime) -> int:
    """Compute the figures of both databases: the centre's by year and to date, and each site's to date."""
    snapshots = [DataSource(engine).find_snapshot() for engine in (source, target)]
    scopes = [QueryScope(snapshot, now.date()) for snapshot in snapshots if snapshot is not None]
    if not scopes:
        return 0
    plan = scopes[0].plan
    years = range(plan.settings.first_year, plan.settings.last_year + 1)
    periods: tuple[Period, ...] = (PlanToDate(), *(Years(year, year) for year in years))
    sites = tuple((site.code,) for site in plan.sites)
    choices: tuple[tuple[tuple[Period, ...], tuple[SiteSelection | None, ...]], ...] = (
        (periods, (None,)),
        ((PlanToDate(),), sites),
    )
    count = 0
    for chosen_periods, places in choices:
        frames = [figures_frame(scope, periods=chosen_periods, places=places) for scope in scopes]
        if len(frames) < 2 or not frames[0].equals(frames[1]):
            raise MoveError("The figures of the two databases differ. Do not use the target.")
        count += len(frames[0])
    return count
