"""Load a new version of the plan: check it, compare it with the current version, and store it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from etl.database.authorization import check_administers, get_active_user
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.read.plan_checks import find_plan_check
from etl.database.read.plans import find_plan_by_hash, read_loaded_plans, read_plans
from etl.database.read.returns import find_received_file
from etl.database.records import AuditEvent
from etl.database.rollups import refresh_all_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.plans import insert_plan_version
from etl.database.write.returns import store_file
from etl.errors import TranslatableError
from etl.indicators.effects import PlanEffects
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale
from etl.plan.compare_plans import PlanChange, compare_plans, describe_change, find_reused_codes
from etl.plan.issues import PlanIssue
from etl.plan.write_plan import write_plan_workbook
from etl.queries.data_source import DataSource
from etl.queries.plan_effects import find_plan_effects
from etl.use_cases.plans.read_plan_file import (
    IssueList,
    PlanFile,
    list_issues,
    read_plan_file,
)

__all__ = [
    "PlanLoadOptions",
    "PlanLoadResult",
    "PlanChange",
    "IssueList",
    "PlanIssue",
    "PlanLoadError",
    "describe_changes",
    "MAX_REASON_LENGTH",
    "choose_effective_date",
    "store_plan_workbook",
    "store_shipped_plan",
    "load_stored_plan",
    "load_plan",
    "preview_plan_file",
]

MAX_REASON_LENGTH = 500
SHIPPED_PLAN = Path(__file__).resolve().parents[3] / "data" / "plan"
"""The folder of the provisional plan."""


@dataclass(frozen=True)
class PlanLoadResult:
    """The result of loading a plan. `version` is None if it was not stored; `is_new` is False if nothing changed."""

    version: int | None
    is_new: bool
    effective: date | None
    issue_list: IssueList
    changes: tuple[PlanChange, ...]
    is_provisional: bool = True
    effects: PlanEffects | None = None
    """What the version would change, where it was not stored; None for the first plan."""
    needs_date: bool = False
    """Whether it was not stored because neither the plan nor the loader says from when it is in force."""

    @property
    def issues(self) -> tuple[PlanIssue, ...]:
        return self.issue_list.issues


class PlanLoadError(TranslatableError):
    """The plan cannot be loaded; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class PlanLoadOptions:
    """Who loads a plan, when and why. If `effective` is None, the plan or its default date determines the date."""

    actor: str
    now: datetime
    effective: date | None = None
    reason: str = ""
    expected_version: int | None = None
    """The latest version at the time of the preview; if it has changed, loading is refused. None: no check."""


def load_plan(
    engine: Engine,
    path: Path,
    *,
    actor: str,
    now: datetime,
    effective: date | None = None,
    reason: str = "",
    dry_run: bool = False,
) -> PlanLoadResult:
    """Load a folder of CSV files or a workbook as the next version, unless it has errors or changes nothing.

    A dry run returns the changes and their effects and stores nothing. Neither does a plan that follows another one
    without a day from which it is in force (`needs_date`). NotAllowedError unless `actor` is an administrator or the
    command line.
    """
    with reading(engine) as connection:
        check_administers(connection, actor)
    options = PlanLoadOptions(actor=actor, now=now, effective=effective, reason=reason)
    return _load(engine, path.name, read_plan_file(path), options, dry_run=dry_run)


def store_plan_workbook(engine: Engine, name: str, content: bytes, *, actor: str, now: datetime) -> str:
    """Store an uploaded workbook for preview and loading; return its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    with writing(engine) as connection:
        check_administrator(connection, actor)
        store_file(connection, sha256=sha256, data=content, name=name, when=now)
    return sha256


def store_shipped_plan(engine: Engine, *, actor: str, now: datetime) -> str:
    """Store the provisional plan of this release as a workbook for preview and loading; return its SHA-256."""
    plan_file = read_plan_file(SHIPPED_PLAN)
    assert plan_file.plan is not None
    return store_plan_workbook(
        engine, "provisional-plan.xlsx", write_plan_workbook(plan_file.plan), actor=actor, now=now
    )


def preview_plan_file(engine: Engine, name: str, plan_file: PlanFile, options: PlanLoadOptions) -> PlanLoadResult:
    """Return what loading a plan would change, or its issues. Nothing is stored."""
    return _load(engine, name, plan_file, options, dry_run=True)


def load_stored_plan(engine: Engine, sha256: str, options: PlanLoadOptions) -> PlanLoadResult:
    """Load the plan of a checked workbook as the next version; the workbook is not read again.

    Raises PlanLoadError without a reason for a change, if the workbook has errors or was not checked, or if the plan
    has changed. The first plan changes nothing and needs no reason.
    """
    if len(options.reason) > MAX_REASON_LENGTH:
        raise PlanLoadError(N_("Shorten the reason to {count} characters."), count=MAX_REASON_LENGTH)
    name, _ = find_stored_workbook(engine, sha256, options.actor)
    with reading(engine) as connection:
        check, versions = find_plan_check(connection, sha256), read_loaded_plans(connection)
    if versions and not options.reason.strip():
        raise PlanLoadError(N_("Enter the reason for the change. It is shown with the version and in the audit log."))
    if check is None or check.plan is None:
        raise PlanLoadError(N_("This plan has errors or was not checked yet. Check it first."))
    latest_number = versions[-1].number if versions else 0
    is_latest = bool(versions) and versions[-1].sha256 == sha256
    if check.latest_version != latest_number and not is_latest:
        raise PlanLoadError(_PLAN_CHANGED)
    file = PlanFile(check.plan, list_issues(()), sha256)
    return _load(engine, name, file, options, dry_run=False)


def find_stored_workbook(engine: Engine, sha256: str, actor: str) -> tuple[str, bytes]:
    """Return the name and the bytes of an uploaded workbook. PlanLoadError if it is unknown."""
    with reading(engine) as connection:
        check_administrator(connection, actor)
        file = find_received_file(connection, sha256)
    if file is None:
        raise PlanLoadError(N_("This file is no longer available. Upload it again."))
    return file.name, file.data


def check_administrator(connection: Connection, actor: str) -> None:
    """Raise PlanLoadError for anybody else."""
    if get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
        raise PlanLoadError(N_("{actor} cannot load plans: only administrators can."), actor=actor)


def _load(engine: Engine, name: str, file: PlanFile, options: PlanLoadOptions, *, dry_run: bool) -> PlanLoadResult:
    with reading(engine) as connection:
        plans = read_plans(connection)
        same_file_version = find_plan_by_hash(connection, file.sha256) if file.sha256 else None
    plan = file.plan
    issues = list_issues(_find_reused_codes(plans, file), file.issue_list)
    if plan is None or issues.error_count:
        return PlanLoadResult(None, False, None, issues, ())
    if plans is not None and (same_file_version == plans.versions[-1].number or plan == plans.latest):
        latest = plans.versions[-1]
        return PlanLoadResult(latest.number, False, latest.effective, issues, (), plan.is_provisional)
    changes = compare_plans(plans.latest, plan) if plans else ()
    effective = options.effective or choose_effective_date(plans, plan, options.now.date())
    latest_number = plans.versions[-1].number if plans else 0
    if options.expected_version not in (None, latest_number):
        raise PlanLoadError(_PLAN_CHANGED)
    needs_date = plans is not None and options.effective is None and plan.settings.effective_from is None
    result = PlanLoadResult(None, True, effective, issues, changes, plan.is_provisional, needs_date=needs_date)
    if dry_run or needs_date:
        effects = find_plan_effects(DataSource(engine), plan, effective, today=options.now.date()) if plans else None
        return replace(result, effects=effects)
    return replace(result, version=_store(engine, name, file.sha256, plan, options, result, latest_number))


def _find_reused_codes(plans: Plans | None, file: PlanFile) -> tuple[PlanIssue, ...]:
    if plans is None or file.plan is None:
        return ()
    return find_reused_codes([version.plan for version in plans.versions], file.plan, file.source_map)


def _store(
    engine: Engine,
    name: str,
    sha256: str,
    plan: Plan,
    options: PlanLoadOptions,
    result: PlanLoadResult,
    latest_number: int,
) -> int:
    """Store a version after the one that its changes were compared with; return its number."""
    reason = options.reason.strip()
    effective = result.effective or options.now.date()
    with writing(engine) as connection:
        versions = read_loaded_plans(connection)
        if (versions[-1].number if versions else 0) != latest_number:
            raise PlanLoadError(_PLAN_CHANGED)
        version = insert_plan_version(
            connection,
            plan,
            effective=effective,
            sha256=sha256,
            source_name=name,
            actor=options.actor,
            when=options.now,
            reason=reason,
        )
        event = AuditEvent(
            at=options.now,
            actor=options.actor,
            action="plan loaded",
            subject=f"plan v{version}",
            new=f"{len(result.changes)} changes, effective {effective}",
            reason=reason,
        )
        _finish_load(connection, event, *_list_change_events(result.changes, options))
    return version


def _list_change_events(changes: tuple[PlanChange, ...], options: PlanLoadOptions) -> Iterator[AuditEvent]:
    """Yield an audit event for each change. Its reason is its own, else the reason of the version."""
    for change in changes:
        yield AuditEvent(
            at=options.now,
            actor=options.actor,
            action="target changed" if change.kind == "target" else "plan changed",
            subject=f"{change.code} {change.detail}".strip(),
            old=change.old,
            new=change.new,
            reason=change.reason or options.reason.strip(),
        )


_PLAN_CHANGED = N_("Another plan has been loaded since. Check the changes again.")


def describe_changes(changes: Iterable[PlanChange], locale: Locale) -> tuple[tuple[str, str], ...]:
    """Return the kind of each change and a sentence that describes it."""
    return tuple((change.kind, describe_change(change, locale.gettext)) for change in changes)


def _finish_load(connection: Connection, *events: AuditEvent) -> None:
    """Recompute all roll-ups, write the audit events, and invalidate cached pages."""
    plans = read_plans(connection)
    if plans is not None:
        refresh_all_rollups(connection, plans)
    for event in events:
        write_audit_event(connection, event)
    increment_data_version(connection)


def choose_effective_date(plans: Plans | None, plan: Plan, today: date) -> date:
    """Return the first day of a new version.

    It is the plan's own `effective_from`, else the first day of the plan while the current version is provisional,
    since a provisional plan was never in force; else today, for a revision of an official plan.
    """
    settings = plan.settings
    if settings.effective_from is not None:
        return settings.effective_from
    if plans is None or plans.latest.is_provisional:
        return settings.calendar.get_start_date(settings.first_quarter)
    return today
