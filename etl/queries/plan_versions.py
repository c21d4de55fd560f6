"""The versions of the plan: when and by whom each was loaded, and what it contains."""

from dataclasses import dataclass

from etl.database.connection import reading
from etl.database.read.plans import read_loaded_plans
from etl.database.records import LoadedPlan
from etl.queries.data_source import DataSource

__all__ = ["LoadedPlan", "PlanVersionSummary", "list_plan_versions"]


@dataclass(frozen=True)
class PlanVersionSummary:
    """One version with the number of its objectives, indicators, sites and targets."""

    loaded_plan: LoadedPlan
    objectives: int
    indicators: int
    sites: int
    targets: int


def list_plan_versions(source: DataSource) -> tuple[PlanVersionSummary, ...]:
    """Return every version, newest first."""
    snapshot = source.find_snapshot()
    if snapshot is None:
        return ()
    with reading(source.engine) as connection:
        loaded_plans = {loaded_plan.number: loaded_plan for loaded_plan in read_loaded_plans(connection)}
    return tuple(
        PlanVersionSummary(
            loaded_plans[version.number],
            len(version.plan.objectives),
            len(version.plan.indicators),
            len(version.plan.sites),
            len(version.plan.targets),
        )
        for version in reversed(snapshot.plans.versions)
    )
