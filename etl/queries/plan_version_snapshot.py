"""Assess all returns against one version of the plan, whichever version was in force."""

from dataclasses import replace
from datetime import date

from etl.database.connection import reading
from etl.database.read.effective_returns import make_site_return, read_candidates, read_observations, select_effective
from etl.database.records import ApprovalBasis
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.record import Record, build_record
from etl.queries.data_source import DataSource
from etl.queries.snapshot import Snapshot


def find_plan_version_snapshot(source: DataSource, plan_version: int) -> Snapshot | None:
    """Return the snapshot as if the version had always been in force; None for an unknown version.

    Stored rows follow the versions in force, so this resolves all returns again. The snapshot caches the result.
    """
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            return None
        cache = snapshot.plan_version_cache
        if plan_version not in cache:
            selected_version = next(
                (version for version in snapshot.plans.versions if version.number == plan_version), None
            )
            if selected_version is None:
                return None
            plans = Plans((PlanVersion(number=plan_version, effective=date.min, plan=selected_version.plan),))
            candidates, observations = read_candidates(connection), read_observations(connection)

            def build_basis_record(basis: ApprovalBasis) -> Record:
                effective = select_effective(candidates, basis)
                returns = [make_site_return(candidate, observations.get(candidate.id, ())) for candidate in effective]
                return build_record(plans, returns)

            cache[plan_version] = replace(
                snapshot,
                plans=plans,
                approved=build_basis_record("approved"),
                submitted=build_basis_record("submitted"),
                figure_cache={},
                until_cache={},
                plan_version_cache={},
            )
        return cache[plan_version]
