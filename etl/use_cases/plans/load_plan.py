"""Loading a version of the plan: checked, compared with the standing one, kept beside it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.people import get_person
from etl.database.read.plans import find_plan_by_hash, read_loaded_plans, read_plans
from etl.database.read.returns import find_file
from etl.database.records import AuditEvent
from etl.database.rollups import refresh_all_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.plans import insert_plan_version
from etl.database.write.returns import keep_file
from etl.errors import SaidError
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import Role
from etl.locale.translations import speak, to_say
from etl.plan.compare_plans import PlanChange, compare_plans, describe_change, find_reused_codes
from etl.plan.faults import PlanFault, has_errors
from etl.plan.places import Places
from etl.plan.read_plan import ReadPlan, read_plan, read_plan_workbook

__all__ = [
    "Loading",
    "LoadedPlan",
    "PlanChange",
    "PlanFault",
    "PlanLoadError",
    "changes_in_words",
    "LONGEST_REASON",
    "default_effective",
    "keep_plan_workbook",
    "load_kept_plan",
    "load_plan",
    "preview_plan",
]

LONGEST_REASON = 500


@dataclass(frozen=True)
class LoadedPlan:
    """What came of loading: a version, or the faults that kept it out. `is_new` is False when nothing changed."""

    version: int | None
    is_new: bool
    effective: date | None
    faults: tuple[PlanFault, ...]
    changes: tuple[PlanChange, ...]
    is_provisional: bool = True


class PlanLoadError(SaidError):
    """The plan can't be loaded as it was asked for; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class Loading:
    """Who loads a plan when and why. No `effective`: the plan says so itself, or its usual day."""

    who: str
    now: datetime
    effective: date | None = None
    reason: str = ""
    seen: int | None = None
    """The newest version when its changes were looked at; another by now is refused. None: nobody looked."""


def load_plan(
    engine: Engine,
    path: Path,
    *,
    who: str,
    now: datetime,
    effective: date | None = None,
    reason: str = "",
    dry_run: bool = False,
) -> LoadedPlan:
    """Loads a folder of CSV files or a workbook as the next version, unless it holds an error or nothing new.

    A dry run says what would change and stores nothing.
    """
    loading = Loading(who=who, now=now, effective=effective, reason=reason)
    return _load(engine, path.name, read_plan(path), loading, dry_run=dry_run)


def keep_plan_workbook(engine: Engine, name: str, content: bytes, *, who: str, now: datetime) -> str:
    """Keeps a workbook as an administrator sent it, to be looked at and then loaded; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    with writing(engine) as connection:
        _check_administrator(connection, who)
        keep_file(connection, sha256=sha256, data=content, name=name, when=now)
    return sha256


def preview_plan(engine: Engine, sha256: str, *, who: str, now: datetime, effective: date | None = None) -> LoadedPlan:
    """What loading a kept workbook would bring: every fault, or every change. Nothing is stored."""
    name, content = _kept(engine, sha256, who)
    loading = Loading(who=who, now=now, effective=effective)
    return _load(engine, name, read_plan_workbook(name, content), loading, dry_run=True)


def load_kept_plan(engine: Engine, sha256: str, loading: Loading) -> LoadedPlan:
    """Loads a kept workbook as the next version; PlanLoadError without a reason, or when the plan moved on."""
    if not loading.reason.strip():
        raise PlanLoadError(to_say("Say why the plan changes: it stands beside the version and in the audit trail."))
    if len(loading.reason) > LONGEST_REASON:
        raise PlanLoadError(to_say("Shorten the reason to {count} characters."), count=LONGEST_REASON)
    name, content = _kept(engine, sha256, loading.who)
    return _load(engine, name, read_plan_workbook(name, content), loading, dry_run=False)


def _kept(engine: Engine, sha256: str, who: str) -> tuple[str, bytes]:
    with reading(engine) as connection:
        _check_administrator(connection, who)
        found = find_file(connection, sha256)
    if found is None:
        raise PlanLoadError(to_say("This file is not here any more. Send it again."))
    return found.name, found.data


def _check_administrator(connection: Connection, who: str) -> None:
    if get_person(connection, who).role is not Role.ADMINISTRATOR:
        raise PlanLoadError(to_say("{who} may not load plans; administrators do."), who=who)


def _load(engine: Engine, name: str, found: ReadPlan, loading: Loading, *, dry_run: bool) -> LoadedPlan:
    with reading(engine) as connection:
        plans = read_plans(connection)
        same = find_plan_by_hash(connection, found.sha256) if found.sha256 else None
    plan = found.plan
    faults = (*found.faults, *_reused(plans, plan, found.places)) if plan is not None else found.faults
    if plan is None or has_errors(faults):
        return LoadedPlan(None, False, None, faults, ())
    if plans is not None and (same == plans.versions[-1].number or plan == plans.latest):
        newest = plans.versions[-1]
        return LoadedPlan(newest.number, False, newest.effective, faults, (), plan.is_provisional)
    changes = compare_plans(plans.latest, plan) if plans else ()
    starts = loading.effective or default_effective(plans, plan, loading.now.date())
    seen = plans.versions[-1].number if plans else 0
    if loading.seen not in (None, seen):
        raise PlanLoadError(_MOVED_ON)
    version = None if dry_run else _store(engine, name, found, plan, loading, starts, changes, seen)
    return LoadedPlan(version, True, starts, faults, changes, plan.is_provisional)


def _store(
    engine: Engine,
    name: str,
    found: ReadPlan,
    plan: Plan,
    loading: Loading,
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
            who=loading.who,
            when=loading.now,
            reason=why,
        )
        told = f"{len(changes)} changes, effective {starts}"
        event = AuditEvent(
            at=loading.now, who=loading.who, act="plan loaded", subject=f"plan v{version}", new=told, why=why
        )
        _follow(connection, event, *_change_events(changes, loading))
    return version


def _change_events(changes: tuple[PlanChange, ...], loading: Loading) -> Iterator[AuditEvent]:
    """Each thing that a new version changed, from which value to which; why is its own reason, else the version's."""
    for one in changes:
        yield AuditEvent(
            at=loading.now,
            who=loading.who,
            act="target changed" if one.kind == "target" else "plan changed",
            subject=f"{one.code} {one.what}".strip(),
            old=one.old,
            new=one.new,
            why=one.reason or loading.reason.strip(),
        )


_MOVED_ON = to_say("Another plan was loaded meanwhile. Look at the changes again.")


def changes_in_words(changes: Iterable[PlanChange], language: str) -> tuple[tuple[str, str], ...]:
    """Each change as its kind and a sentence."""
    say = speak(language)
    return tuple((one.kind, describe_change(one, say)) for one in changes)


def _follow(connection: Connection, *events: AuditEvent) -> None:
    """What a new version brings with it: every roll-up by its definitions, a record of who loaded it, fresh pages."""
    plans = read_plans(connection)
    if plans is not None:
        refresh_all_rollups(connection, plans)
    for event in events:
        write_audit_event(connection, event)
    raise_data_version(connection)


def default_effective(plans: Plans | None, plan: Plan, today: date) -> date:
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


def _reused(plans: Plans | None, plan: Plan, places: Places) -> tuple[PlanFault, ...]:
    return find_reused_codes([version.plan for version in plans.versions], plan, places) if plans else ()
