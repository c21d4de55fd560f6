"""Everything reported, judged as a whole by one chosen version of the plan, whatever was in force when."""

from dataclasses import replace
from datetime import date

from etl.database.connection import reading
from etl.database.read.counting import read_candidates, read_observations, site_return, those_that_count
from etl.database.records import Counting
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.record import Record, record_of
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source


def snapshot_judged_by(source: Source, number: int) -> Snapshot | None:
    """The snapshot as if the version had been in force from the first day; None for a version that there is not.

    Stored rows are by the versions in force, so the returns are resolved anew; the answer stays with the snapshot.
    """
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            return None
        if number not in snapshot.judged_by:
            chosen = next((one for one in snapshot.plans.versions if one.number == number), None)
            if chosen is None:
                return None
            plans = Plans((PlanVersion(number=number, effective=date.min, plan=chosen.plan),))
            candidates, said = read_candidates(connection), read_observations(connection)

            def record(basis: Counting) -> Record:
                counting = those_that_count(candidates, basis)
                return record_of(plans, [site_return(one, said.get(one.id, ())) for one in counting])

            snapshot.judged_by[number] = replace(
                snapshot,
                plans=plans,
                approved=record("approved"),
                submitted=record("submitted"),
                figures={},
                earlier={},
                judged_by={},
            )
        return snapshot.judged_by[number]
