"""Read, check, write and compare plan files. This package knows neither SQL nor the web."""

from etl.plan.check_plan import check_plan
from etl.plan.compare_plans import PlanChange, compare_plans, describe_change, find_reused_codes
from etl.plan.issues import PlanIssue, has_errors
from etl.plan.read_plan import PlanReadResult, read_plan
from etl.plan.write_plan import write_plan_folder, write_plan_workbook

__all__ = [
    "PlanChange",
    "PlanIssue",
    "PlanReadResult",
    "check_plan",
    "compare_plans",
    "describe_change",
    "find_reused_codes",
    "has_errors",
    "read_plan",
    "write_plan_folder",
    "write_plan_workbook",
]
