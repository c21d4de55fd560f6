"""Read the results of checks of uploaded plan workbooks."""

from sqlalchemy import Connection, select

from etl.database.dataclass_json import load_dataclass
from etl.database.plan_check_records import PlanCheck
from etl.database.plan_check_tables import plan_checks


def find_plan_check(connection: Connection, sha256: str) -> PlanCheck | None:
    """Return the last check of a workbook; None if it was not checked."""
    contents = connection.scalar(select(plan_checks.c.contents).where(plan_checks.c.sha256 == sha256))
    return None if contents is None else load_dataclass(PlanCheck, contents)
