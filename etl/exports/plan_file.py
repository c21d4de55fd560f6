"""A version of the plan as the workbook that people revise it in."""

from etl.indicators.plans import Plan
from etl.plan.write_plan import write_plan_workbook


def render_plan_workbook(plan: Plan) -> bytes:
    """The plan as .xlsx; loading it again brings nothing new."""
    return write_plan_workbook(plan)
