"""Whether everything that was computed and stored still is what the returns say."""

from etl.database.connection import Engine, reading
from etl.database.read.plans import read_plans
from etl.database.rollups import compare_rollups


def verify_database(engine: Engine) -> tuple[str, ...]:
    """A sentence for each stored row that differs from its recomputation; none when all is well."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            return ()
        return tuple(
            f"{one.basis}: stored {one.stored}, computed {one.computed}" for one in compare_rollups(connection, plans)
        )
