"""The versions of the plan: when each was loaded, by whom and why, and what it holds."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.plans import read_loaded_plans
from etl.database.records import LoadedPlan
from etl.queries.data_source import DataSource

__all__ = ["LoadedPlan", "PlanVersionSummary", "list_plan_versions"]


@dataclass(frozen=True)
class PlanVersionSummary:
    """One version, and how many objectives, indicators, sites and targets are in it."""

    loaded_plan: LoadedPlan
    objectives: int
    indicators: int
    sites: int
    targets: int


def list_plan_versions(source: DataSource) -> tuple[PlanVersionSummary, ...]:
    """Every version, the newest first."""
    snapshot = source.find_snapshot()
    if snapshot is None:
        return ()
    with reading(source.engine) as connection:
        loaded = {one.number: one for one in read_loaded_plans(connection)}
    return tuple(
        PlanVersionSummary(
            loaded[one.number],
            len(one.plan.objectives),
            len(one.plan.indicators),
            len(one.plan.sites),
            len(one.plan.targets),
        )
        for one in reversed(snapshot.plans.versions)
    )
