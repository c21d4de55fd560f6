"""What the checks of a return know of its site beside the return: other quarters, locks."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from etl.database.read.import_cache import ImportCache, read_site_data
from etl.database.read.locks import read_locked_quarters
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import CellKey, SiteReturn
from etl.returns.checks.context import QUARTERS_BACK, CheckContext, OtherReturn
from etl.returns.form.parsed_return import ParsedReturn


def read_check_context(
    connection: Connection, plans: Plans, parsed: ParsedReturn, today: date, *, cache: ImportCache | None = None
) -> CheckContext:
    """The context of a return, with the plan's version that it was bound to; `kept` is what is known already."""
    quarter = parsed.quarter
    first = min(Quarter(quarter.year, 1), quarter.plus(-QUARTERS_BACK))
    # The oldest quarters of a year to date are needed to take it apart.
    first, last = Quarter(first.year, 1), Quarter(quarter.year, 4)
    book = cache.site_data(connection, parsed.site) if cache else read_site_data(connection, parsed.site, first, last)
    locked = cache.locked_quarters(connection) if cache else read_locked_quarters(connection)
    plan = next(one.plan for one in plans.versions if one.number == parsed.plan_version)
    others: dict[Quarter, OtherReturn] = {}
    for number, one in book.site_returns(first, last):
        known = book.earlier_returns.get((number, parsed.plan_version))
        if known is None and one.quarter != quarter:
            known = OtherReturn(one.basis, _comparable(one, plans.plan_in_force(one.quarter), plan))
            book.earlier_returns[number, parsed.plan_version] = known
        if known is not None and one.quarter != quarter:
            others[one.quarter] = known
    return CheckContext(plan=plan, today=today, is_locked=quarter in locked, other_returns=others)


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
