"""Whether everything that was computed and stored still is what the returns say."""

from etl.database.centre_rows import compare_centre_rows
from etl.database.connection import Engine, reading
from etl.database.read.plans import read_plans
from etl.database.records import CentreDifference
from etl.database.rollups import compare_rollups


def verify_database(engine: Engine) -> tuple[str, ...]:
    """A sentence for each stored row that differs from its recomputation; none when all is well."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            return ()
        sites, centre = compare_rollups(connection, plans), compare_centre_rows(connection, plans)
        return (
            *(f"{one.basis}: stored {one.stored}, computed {one.computed}" for one in sites),
            *(f"{one.basis}: {_words(one)}: stored {one.stored}, computed {one.computed}" for one in centre),
        )


def _words(one: CentreDifference) -> str:
    return f"all sites together, {'/'.join(one.number).rstrip('/')} in {one.quarter}"
