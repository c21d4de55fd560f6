"""The versions of the plan: when each was loaded, by whom and why, and what it holds."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.plans import read_loaded_plans
from etl.database.records import LoadedPlan
from etl.queries.source import Source

__all__ = ["LoadedPlan", "PlanHeld", "plan_versions"]


@dataclass(frozen=True)
class PlanHeld:
    """One version, and how many objectives, indicators, sites and targets are in it."""

    loaded: LoadedPlan
    objectives: int
    indicators: int
    sites: int
    targets: int


def plan_versions(source: Source) -> tuple[PlanHeld, ...]:
    """Every version, the newest first."""
    snapshot = source.find_snapshot()
    if snapshot is None:
        return ()
    with reading(source.engine) as connection:
        loaded = {one.number: one for one in read_loaded_plans(connection)}
    return tuple(
        PlanHeld(
            loaded[one.number],
            len(one.plan.objectives),
            len(one.plan.indicators),
            len(one.plan.sites),
            len(one.plan.targets),
        )
        for one in reversed(snapshot.plans.versions)
    )
