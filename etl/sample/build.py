"""The sample: invented returns typed into real forms and loaded through the real intake."""

import csv
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from etl.database.connection import Engine, reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.plans import read_plans
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.errors import CardecError
from etl.indicators.periods import CAMBODIA
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import ReturnState, Role
from etl.plan.read_plan import read_plan
from etl.returns.form.build import FormContents, build_form_workbook, serialize_form
from etl.returns.form.targets import form_targets
from etl.sample.invented_returns import InventedReturn, invent_returns
from etl.use_cases.accounts.users import add_user, remove_sample_accounts
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.review import approve_return

_FINISHED = "sample finished"

OFFICER, MANAGER, ADMINISTRATOR = "sample.officer", "sample.manager", "sample.administrator"


Progress = Callable[[Sequence[InventedReturn]], Iterable[InventedReturn]]


class SampleError(CardecError):
    """The sample could not be made."""


@dataclass(frozen=True)
class SampleAccount:
    """A sign-in of the sample; its password is told once, when the server starts."""

    name: str
    role: Role
    password: str


@dataclass(frozen=True)
class SampleEntry:
    """One number as the sample's maker typed it, with the place where it stands."""

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
    """What was made: how many returns, and everything typed into them in the order it was sent."""

    return_count: int
    entries: tuple[SampleEntry, ...]


def build_sample(engine: Engine, *, plan_path: Path, today: date, progress: Progress | None = None) -> Sample:
    """Loads the plan and returns from its first quarter to the last that has ended; the database must be new.

    Raises SampleError naming the findings when a made return is refused, which would be a fault of the maker.
    """
    plan = read_plan(plan_path).plan
    if plan is None:
        raise SampleError(f"{plan_path} is not a plan without errors: python -m etl plan check {plan_path}")
    start = plan.settings.calendar.start(plan.settings.first_quarter)
    began = datetime(start.year, start.month, start.day, 8, 0, tzinfo=CAMBODIA)
    renew_sample_accounts(engine, now=began)
    loaded = load_plan(engine, plan_path, actor=ADMINISTRATOR, now=began, reason="sample")
    typed: list[SampleEntry] = []
    invented = invent_returns(plan, today)
    for one in progress(invented) if progress else invented:
        typed.extend(_send(engine, plan, loaded.version or 1, one))
    with writing(engine) as connection:
        last = str(plan.settings.calendar.last_ended(today))
        write_audit_event(
            connection, AuditEvent(at=began, actor=ADMINISTRATOR, action=_FINISHED, subject="sample", new=last)
        )
    return Sample(len(invented), tuple(typed))


def renew_sample_accounts(engine: Engine, *, now: datetime) -> tuple[SampleAccount, ...]:
    """One sign-in for each role, with a new random password; those of before are gone."""
    remove_sample_accounts(engine)
    accounts = (
        SampleAccount(OFFICER, Role.OFFICER, secrets.token_urlsafe(9)),
        SampleAccount(MANAGER, Role.MANAGER, secrets.token_urlsafe(9)),
        SampleAccount(ADMINISTRATOR, Role.ADMINISTRATOR, secrets.token_urlsafe(9)),
    )
    for one in accounts:
        add_user(engine, one.name, one.role, one.password, now=now, actor="sample", is_sample=True)
    return accounts


def is_sample_current(engine: Engine, *, plan_path: Path, today: date) -> bool:
    """Whether the database holds a finished sample of this plan up to the last quarter that has ended."""
    found = read_plan(plan_path)
    with reading(engine) as connection:
        plans = read_plans(connection)
        acts = {event.action: event for event in read_audit_events(connection, subject="sample")}
    if plans is None or found.plan is None or plans.latest != found.plan or _FINISHED not in acts:
        return False
    return acts[_FINISHED].new == str(found.plan.settings.calendar.last_ended(today))


def delete_sample_database(database_url: str) -> None:
    """Takes away the sample's database file, and what SQLite keeps beside it."""
    path = database_url.removeprefix("sqlite:///")
    for name in (path, f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)


def write_entries(entries: tuple[SampleEntry, ...], path: Path) -> None:
    """The list as CSV, a row for each number."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(SampleEntry.__annotations__)
        for one in entries:
            writer.writerow([getattr(one, name) for name in SampleEntry.__annotations__])


def _send(engine: Engine, plan: Plan, version: int, one: InventedReturn) -> Iterator[SampleEntry]:
    drawn = build_form_workbook(
        plan,
        version,
        one.site,
        one.quarter,
        FormContents(
            targets=form_targets(plan, one.site, one.quarter.year),
            basis=one.basis,
            entries=dict(one.entries),
            notes={key: "not measured this quarter" for key, value in one.entries if not isinstance(value, Decimal)},
            prepared_by="Sample maker",
            prepared_on=one.submitted_at.date(),
        ),
    )
    name = f"{one.site}-{one.quarter}-{one.submitted_at:%Y%m%d}.xlsx"
    loaded = import_return_file(engine, name, serialize_form(drawn), actor=OFFICER, now=one.submitted_at)
    if loaded.return_id is None:
        found = "; ".join(f"{finding.code} at {finding.cell}" for finding in loaded.findings)
        raise SampleError(f"{name} was refused: {found}")
    if one.approved_at is not None:
        approve_return(
            engine, loaded.return_id, actor=MANAGER, now=one.approved_at, expected_state=ReturnState.SUBMITTED
        )
    for key, value in one.entries:
        yield SampleEntry(
            file=name,
            site=one.site,
            quarter=str(one.quarter),
            basis=one.basis.value,
            submitted=one.submitted_at,
            is_approved=one.approved_at is not None,
            key=key,
            sheet=drawn.workbook.worksheets[0].title,
            cell=drawn.value_cells[key],
            value=str(value),
        )
