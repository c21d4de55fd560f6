"""Build the sample database: invented returns, filled into real forms and imported as uploads are."""

import csv
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.database.connection import Engine, reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.plans import read_plans
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.errors import CardecError
from etl.indicators.periods import CAMBODIA
from etl.indicators.vocabulary import ReturnState, Role
from etl.plan.read_plan import read_plan
from etl.sample.filled_forms import FilledForm, fill_forms
from etl.sample.invented_returns import InventedReturn, invent_returns
from etl.use_cases.accounts.users import add_user, remove_sample_accounts
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.import_many import collect_garbage_rarely
from etl.use_cases.returns.review import approve_return

_FINISHED_ACTION = "sample finished"
ACTIVITY_ADDED = "sample activity added"
"""The actions of the audit events that tell a complete sample from an interrupted one."""

OFFICER, MANAGER, ADMINISTRATOR = "sample.officer", "sample.manager", "sample.administrator"


Progress = Callable[[Sequence[InventedReturn]], Iterable[InventedReturn]]


class SampleError(CardecError):
    """The sample could not be built."""


@dataclass(frozen=True)
class SampleAccount:
    """A sample account. Its password is shown once, when the server starts."""

    name: str
    role: Role
    password: str


@dataclass(frozen=True)
class SampleEntry:
    """One number of the sample with its location. The field names are the CSV header."""

    file: str
    site: str
    quarter: str
    basis: str
    submitted: datetime
    is_approved: bool
    key: str
    sheet: str
    cell: str
    value: str


@dataclass(frozen=True)
class Sample:
    """The number of returns in the sample, and their entries in the order of upload."""

    return_count: int
    entries: tuple[SampleEntry, ...]


@collect_garbage_rarely()
def build_sample(engine: Engine, *, plan_path: Path, today: date, progress: Progress | None = None) -> Sample:
    """Load the plan and import returns for all quarters that have ended. The database must be empty.

    `progress` wraps the sequence of returns, to show progress. Raises SampleError with the findings when a generated
    return is rejected.
    """
    plan = read_plan(plan_path).plan
    if plan is None:
        raise SampleError(f"{plan_path} is not a plan without errors: python -m etl plan check {plan_path}")
    start = plan.settings.calendar.get_start_date(plan.settings.first_quarter)
    start_time = datetime(start.year, start.month, start.day, 8, 0, tzinfo=CAMBODIA)
    renew_sample_accounts(engine, now=start_time)
    load_result = load_plan(engine, plan_path, actor=ADMINISTRATOR, now=start_time, reason="sample")
    entries: list[SampleEntry] = []
    returns = invent_returns(plan, today)
    with fill_forms(plan, load_result.version or 1, returns) as forms:
        for invented_return, form in zip(progress(returns) if progress else returns, forms, strict=True):
            entries.extend(import_filled_form(engine, invented_return, form))
    with writing(engine) as connection:
        last_quarter = str(plan.settings.calendar.find_last_ended_quarter(today))
        write_audit_event(
            connection,
            AuditEvent(at=start_time, actor=ADMINISTRATOR, action=_FINISHED_ACTION, subject="sample", new=last_quarter),
        )
    return Sample(len(returns), tuple(entries))


def renew_sample_accounts(engine: Engine, *, now: datetime) -> tuple[SampleAccount, ...]:
    """Replace the sample accounts: one per role, with new random passwords."""
    remove_sample_accounts(engine)
    accounts = (
        SampleAccount(OFFICER, Role.OFFICER, secrets.token_urlsafe(9)),
        SampleAccount(MANAGER, Role.MANAGER, secrets.token_urlsafe(9)),
        SampleAccount(ADMINISTRATOR, Role.ADMINISTRATOR, secrets.token_urlsafe(9)),
    )
    for account in accounts:
        add_user(engine, account.name, account.role, account.password, now=now, actor="sample", is_sample=True)
    return accounts


def is_sample_current(engine: Engine, *, plan_path: Path, today: date) -> bool:
    """Return whether the database has a complete sample of this plan up to the last quarter that has ended."""
    result = read_plan(plan_path)
    with reading(engine) as connection:
        plans = read_plans(connection)
        events = {event.action: event for event in read_audit_events(connection, subject="sample")}
    if plans is None or result.plan is None or plans.latest != result.plan:
        return False
    if not {_FINISHED_ACTION, ACTIVITY_ADDED} <= events.keys():
        return False
    return events[_FINISHED_ACTION].new == str(result.plan.settings.calendar.find_last_ended_quarter(today))


def delete_sample_database(database_url: str) -> None:
    """Delete the SQLite file of the sample and its journal files."""
    path = database_url.removeprefix("sqlite:///")
    for name in (path, f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)


def write_entries(entries: tuple[SampleEntry, ...], path: Path) -> None:
    """Write the entries as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(SampleEntry.__annotations__)
        for entry in entries:
            writer.writerow([getattr(entry, name) for name in SampleEntry.__annotations__])


def import_filled_form(engine: Engine, invented: InventedReturn, form: FilledForm) -> Iterator[SampleEntry]:
    """Import the form of a return, approve it if it was approved, and yield its entries.

    Raises SampleError with the findings when it is rejected.
    """
    result = import_return_file(engine, form.name, form.data, actor=OFFICER, now=invented.submitted_at)
    if result.return_id is None:
        codes = "; ".join(f"{finding.code} at {finding.cell}" for finding in result.findings)
        raise SampleError(f"{form.name} was rejected: {codes}")
    if invented.approved_at is not None:
        approve_return(
            engine, result.return_id, actor=MANAGER, now=invented.approved_at, expected_state=ReturnState.SUBMITTED
        )
    for key, value in invented.entries:
        yield SampleEntry(
            file=form.name,
            site=invented.site,
            quarter=str(invented.quarter),
            basis=invented.basis.value,
            submitted=invented.submitted_at,
            is_approved=invented.approved_at is not None,
            key=key,
            sheet=form.sheet,
            cell=form.value_cells[key],
            value=str(value),
        )
