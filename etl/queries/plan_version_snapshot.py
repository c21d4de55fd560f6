"""Everything reported, judged as a whole by one chosen version of the plan, whatever was in force when."""

from dataclasses import replace
from datetime import date

from etl.database.connection import reading
from etl.database.read.effective_returns import read_candidates, read_observations, select_effective, to_site_return
from etl.database.records import ApprovalBasis
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.record import Record, build_record
from etl.queries.data_source import DataSource
from etl.queries.snapshot import Snapshot


def find_plan_version_snapshot(source: DataSource, plan_version: int) -> Snapshot | None:
    """The snapshot as if the version had been in force from the first day; None for a version that there is not.

    Stored rows are by the versions in force, so the returns are resolved anew; the answer stays with the snapshot.
    """
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            return None
        if plan_version not in snapshot.plan_version_cache:
            chosen = next((one for one in snapshot.plans.versions if one.number == plan_version), None)
            if chosen is None:
                return None
            plans = Plans((PlanVersion(number=plan_version, effective=date.min, plan=chosen.plan),))
            candidates, said = read_candidates(connection), read_observations(connection)

            def record(basis: ApprovalBasis) -> Record:
                counting = select_effective(candidates, basis)
                return build_record(plans, [to_site_return(one, said.get(one.id, ())) for one in counting])

            snapshot.plan_version_cache[plan_version] = replace(
                snapshot,
                plans=plans,
                approved=record("approved"),
                submitted=record("submitted"),
                figure_cache={},
                until_cache={},
                plan_version_cache={},
            )
        return snapshot.plan_version_cache[plan_version]
