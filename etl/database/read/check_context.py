"""What the checks of a return know of its site beside the return: other quarters, locks."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from etl.database.read.counting import read_site_returns
from etl.database.read.locks import read_locked_quarters
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import CellKey, SiteReturn
from etl.returns.checks.context import QUARTERS_BACK, CheckContext, EarlierReturn
from etl.returns.parsed_return import ParsedReturn


def read_check_context(connection: Connection, plans: Plans, parsed: ParsedReturn, today: date) -> CheckContext:
    """The context of a return, with the plan's version that it was bound to."""
    quarter = parsed.quarter
    first = min(Quarter(quarter.year, 1), quarter.plus(-QUARTERS_BACK))
    # The oldest quarters of a year to date are needed to take it apart.
    first = Quarter(first.year, 1)
    others = read_site_returns(connection, parsed.site, basis="submitted", first=first, last=Quarter(quarter.year, 4))
    plan = next(one.plan for one in plans.versions if one.number == parsed.plan_version)
    return CheckContext(
        plan=plan,
        today=today,
        locked=parsed.quarter in read_locked_quarters(connection),
        others={
            one.quarter: EarlierReturn(one.basis, _comparable(one, plans.in_force(one.quarter), plan))
            for one in others
            if one.quarter != quarter
        },
    )


def _comparable(one: SiteReturn, then: Plan, plan: Plan) -> dict[CellKey, Decimal]:
    """What a return says of the numbers that still are the same kind of number."""
    kinds = {indicator.code: indicator.kind for indicator in then.indicators}
    return {
        said.key: said.value
        for said in one.observations
        if said.value is not None
        and (indicator := plan.indicator_by_code.get(said.key.indicator)) is not None
        and kinds.get(indicator.code, indicator.kind) == indicator.kind
    }
