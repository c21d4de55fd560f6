"""Export a version of the plan as a workbook for revision."""

from etl.indicators.plans import Plan
from etl.plan.write_plan import write_plan_workbook


def render_plan_workbook(plan: Plan) -> bytes:
    """Return the plan as .xlsx. Loading it again creates no new version."""
    return write_plan_workbook(plan)
