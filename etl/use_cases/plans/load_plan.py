"""Loading a version of the plan: checked, compared with the standing one, kept beside it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.database.authorization import get_active_user
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.read.plans import find_plan_by_hash, read_loaded_plans, read_plans
from etl.database.read.returns import find_received_file
from etl.database.records import AuditEvent
from etl.database.rollups import refresh_all_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.plans import insert_plan_version
from etl.database.write.returns import store_file
from etl.errors import TranslatableError
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale
from etl.plan.compare_plans import PlanChange, compare_plans, describe_change, find_reused_codes
from etl.plan.issues import PlanIssue, has_errors
from etl.plan.read_plan import PlanReadResult, read_plan, read_plan_workbook
from etl.plan.source_map import SourceMap

__all__ = [
    "PlanLoadOptions",
    "PlanLoadResult",
    "PlanChange",
    "PlanIssue",
    "PlanLoadError",
    "describe_changes",
    "MAX_REASON_LENGTH",
    "choose_effective_date",
    "store_plan_workbook",
    "load_stored_plan",
    "load_plan",
    "preview_plan",
]

MAX_REASON_LENGTH = 500


@dataclass(frozen=True)
class PlanLoadResult:
    """What came of loading: a version, or the faults that kept it out. `is_new` is False when nothing changed."""

    version: int | None
    is_new: bool
    effective: date | None
    faults: tuple[PlanIssue, ...]
    changes: tuple[PlanChange, ...]
    is_provisional: bool = True


class PlanLoadError(TranslatableError):
    """The plan can't be loaded as it was asked for; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class PlanLoadOptions:
    """Who loads a plan when and why. No `effective`: the plan says so itself, or its usual day."""

    actor: str
    now: datetime
    effective: date | None = None
    reason: str = ""
    expected_version: int | None = None
    """The newest version when its changes were looked at; another by now is refused. None: nobody looked."""


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
    """Loads a folder of CSV files or a workbook as the next version, unless it holds an error or nothing new.

    A dry run says what would change and stores nothing.
    """
    loading = PlanLoadOptions(actor=actor, now=now, effective=effective, reason=reason)
    return _load(engine, path.name, read_plan(path), loading, dry_run=dry_run)


def store_plan_workbook(engine: Engine, name: str, content: bytes, *, actor: str, now: datetime) -> str:
    """Keeps a workbook as an administrator sent it, to be looked at and then loaded; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    with writing(engine) as connection:
        _check_administrator(connection, actor)
        store_file(connection, sha256=sha256, data=content, name=name, when=now)
    return sha256


def preview_plan(
    engine: Engine, sha256: str, *, actor: str, now: datetime, effective: date | None = None
) -> PlanLoadResult:
    """What loading a kept workbook would bring: every fault, or every change. Nothing is stored."""
    name, content = _kept(engine, sha256, actor)
    loading = PlanLoadOptions(actor=actor, now=now, effective=effective)
    return _load(engine, name, read_plan_workbook(name, content), loading, dry_run=True)


def load_stored_plan(engine: Engine, sha256: str, options: PlanLoadOptions) -> PlanLoadResult:
    """Loads a kept workbook as the next version; PlanLoadError without a reason, or when the plan moved on."""
    if not options.reason.strip():
        raise PlanLoadError(N_("Say why the plan changes: it stands beside the version and in the audit trail."))
    if len(options.reason) > MAX_REASON_LENGTH:
        raise PlanLoadError(N_("Shorten the reason to {count} characters."), count=MAX_REASON_LENGTH)
    name, content = _kept(engine, sha256, options.actor)
    return _load(engine, name, read_plan_workbook(name, content), options, dry_run=False)


def _kept(engine: Engine, sha256: str, who: str) -> tuple[str, bytes]:
    with reading(engine) as connection:
        _check_administrator(connection, who)
        found = find_received_file(connection, sha256)
    if found is None:
        raise PlanLoadError(N_("This file is not here any more. Send it again."))
    return found.name, found.data


def _check_administrator(connection: Connection, who: str) -> None:
    if get_active_user(connection, who).role is not Role.ADMINISTRATOR:
        raise PlanLoadError(N_("{who} may not load plans; administrators do."), who=who)


def _load(
    engine: Engine, name: str, found: PlanReadResult, loading: PlanLoadOptions, *, dry_run: bool
) -> PlanLoadResult:
    with reading(engine) as connection:
        plans = read_plans(connection)
        same = find_plan_by_hash(connection, found.sha256) if found.sha256 else None
    plan = found.plan
    faults = (*found.issues, *_reused(plans, plan, found.source_map)) if plan is not None else found.issues
    if plan is None or has_errors(faults):
        return PlanLoadResult(None, False, None, faults, ())
    if plans is not None and (same == plans.versions[-1].number or plan == plans.latest):
        newest = plans.versions[-1]
        return PlanLoadResult(newest.number, False, newest.effective, faults, (), plan.is_provisional)
    changes = compare_plans(plans.latest, plan) if plans else ()
    starts = loading.effective or choose_effective_date(plans, plan, loading.now.date())
    seen = plans.versions[-1].number if plans else 0
    if loading.expected_version not in (None, seen):
        raise PlanLoadError(_MOVED_ON)
    version = None if dry_run else _store(engine, name, found, plan, loading, starts, changes, seen)
    return PlanLoadResult(version, True, starts, faults, changes, plan.is_provisional)


def _store(
    engine: Engine,
    name: str,
    found: PlanReadResult,
    plan: Plan,
    loading: PlanLoadOptions,
    starts: date,
    changes: tuple[PlanChange, ...],
    seen: int,
) -> int:
    """The number of the new version, which follows the one that its changes were told against."""
    why = loading.reason.strip()
    with writing(engine) as connection:
        loaded = read_loaded_plans(connection)
        if (loaded[-1].number if loaded else 0) != seen:
            raise PlanLoadError(_MOVED_ON)
        version = insert_plan_version(
            connection,
            plan,
            effective=starts,
            sha256=found.sha256,
            source_name=name,
            actor=loading.actor,
            when=loading.now,
            reason=why,
        )
        told = f"{len(changes)} changes, effective {starts}"
        event = AuditEvent(
            at=loading.now, actor=loading.actor, action="plan loaded", subject=f"plan v{version}", new=told, reason=why
        )
        _follow(connection, event, *_change_events(changes, loading))
    return version


def _change_events(changes: tuple[PlanChange, ...], loading: PlanLoadOptions) -> Iterator[AuditEvent]:
    """Each thing that a new version changed, from which value to which; why is its own reason, else the version's."""
    for one in changes:
        yield AuditEvent(
            at=loading.now,
            actor=loading.actor,
            action="target changed" if one.kind == "target" else "plan changed",
            subject=f"{one.code} {one.what}".strip(),
            old=one.old,
            new=one.new,
            reason=one.reason or loading.reason.strip(),
        )


_MOVED_ON = N_("Another plan was loaded meanwhile. Look at the changes again.")


def describe_changes(changes: Iterable[PlanChange], locale: Locale) -> tuple[tuple[str, str], ...]:
    """Each change as its kind and a sentence."""
    _ = locale.gettext
    return tuple((one.kind, describe_change(one, _)) for one in changes)


def _follow(connection: Connection, *events: AuditEvent) -> None:
    """What a new version brings with it: every roll-up by its definitions, a record of who loaded it, fresh pages."""
    plans = read_plans(connection)
    if plans is not None:
        refresh_all_rollups(connection, plans)
    for event in events:
        write_audit_event(connection, event)
    increment_data_version(connection)


def choose_effective_date(plans: Plans | None, plan: Plan, today: date) -> date:
    """From when a new version judges: its own word, else the plan's first day while the standing plan is provisional.

    A provisional plan was never in force, so what replaces it holds for the whole plan; a revision of an official
    plan holds from the day of its loading.
    """
    settings = plan.settings
    if settings.effective_from is not None:
        return settings.effective_from
    if plans is None or plans.latest.is_provisional:
        return settings.calendar.start(settings.first_quarter)
    return today


def _reused(plans: Plans | None, plan: Plan, places: SourceMap) -> tuple[PlanIssue, ...]:
    return find_reused_codes([version.plan for version in plans.versions], plan, places) if plans else ()
