"""Store the results of checks of uploaded plan workbooks."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_

from etl.database.dataclass_json import dump_dataclass
from etl.database.plan_check_records import PlanCheck
from etl.database.plan_check_tables import plan_checks


def store_plan_check(connection: Connection, check: PlanCheck, *, delete_before: datetime) -> None:
    """Store a check in place of an earlier one of the same workbook, and delete those made before a moment."""
    is_replaced = or_(plan_checks.c.sha256 == check.sha256, plan_checks.c.checked_at < delete_before)
    connection.execute(delete(plan_checks).where(is_replaced))
    row = {"sha256": check.sha256, "checked_at": check.checked_at, "contents": dump_dataclass(check)}
    connection.execute(insert(plan_checks).values(row))
