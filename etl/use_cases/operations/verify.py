"""Verify that every stored row computed from returns equals its recomputation."""

from etl.database.centre_rows import compare_centre_rows
from etl.database.connection import Engine, reading
from etl.database.read.plans import read_plans
from etl.database.records import CentreDifference
from etl.database.rollups import compare_rollups


def verify_database(engine: Engine) -> tuple[str, ...]:
    """Return a sentence for each stored row that differs from its recomputation."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            return ()
        site_differences = compare_rollups(connection, plans)
        centre_differences = compare_centre_rows(connection, plans)
        return (
            *(f"{row.basis}: stored {row.stored}, computed {row.computed}" for row in site_differences),
            *(
                f"{row.basis}: {_describe_number(row)}: stored {row.stored}, computed {row.computed}"
                for row in centre_differences
            ),
        )


def _describe_number(row: CentreDifference) -> str:
    return f"all sites together, {'/'.join(row.number).rstrip('/')} in {row.quarter}"
