"""What the checks of a return know of its site beside the return: other quarters, locks."""

from datetime import date

from sqlalchemy import Connection

from etl.database.read.counting import read_site_returns
from etl.database.read.locks import read_locked_quarters
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.returns.checks.context import CheckContext, EarlierReturn
from etl.returns.parsed_return import ParsedReturn


def read_check_context(connection: Connection, plans: Plans, parsed: ParsedReturn, today: date) -> CheckContext:
    """The context of a return, with the plan's version that it was bound to."""
    year = parsed.quarter.year
    others = read_site_returns(
        connection, parsed.site, basis="submitted", first=Quarter(year, 1), last=Quarter(year, 4)
    )
    return CheckContext(
        plan=next(one.plan for one in plans.versions if one.number == parsed.plan_version),
        today=today,
        locked=parsed.quarter in read_locked_quarters(connection),
        others={
            one.quarter: EarlierReturn(
                one.basis, {said.key: said.value for said in one.observations if said.value is not None}
            )
            for one in others
            if one.quarter != parsed.quarter
        },
    )
