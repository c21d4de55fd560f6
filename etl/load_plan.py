"""Loading a version of the plan: checked, compared with the standing one, kept beside it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.read.plans import find_plan_by_hash, read_plans
from etl.database.records import AuditEvent
from etl.database.rollups import refresh_all_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.plans import insert_plan_version
from etl.indicators.plans import Plan, Plans
from etl.plan.compare_plans import PlanChange, compare_plans, find_reused_codes
from etl.plan.faults import PlanFault, has_errors
from etl.plan.places import Places
from etl.plan.read_plan import read_plan


@dataclass(frozen=True)
class LoadedPlan:
    """What came of loading: a version, or the faults that kept it out. `is_new` is False when nothing changed."""

    version: int | None
    is_new: bool
    effective: date | None
    faults: tuple[PlanFault, ...]
    changes: tuple[PlanChange, ...]
    is_provisional: bool = True


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
    found = read_plan(path)
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
    starts = effective or default_effective(plans, plan, now.date())
    version = None
    if not dry_run:
        with writing(engine) as connection:
            version = insert_plan_version(
                connection,
                plan,
                effective=starts,
                sha256=found.sha256,
                source_name=path.name,
                who=who,
                when=now,
                reason=reason,
            )
            told = f"{len(changes)} changes, effective {starts}"
            _follow(
                connection,
                AuditEvent(at=now, who=who, act="plan loaded", subject=f"plan v{version}", new=told, why=reason),
            )
    return LoadedPlan(version, True, starts, faults, changes, plan.is_provisional)


def _follow(connection: Connection, event: AuditEvent) -> None:
    """What a new version brings with it: every roll-up by its definitions, a record of who loaded it, fresh pages."""
    plans = read_plans(connection)
    if plans is not None:
        refresh_all_rollups(connection, plans)
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
