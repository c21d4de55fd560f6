"""Read the context for checking a return: the site's other quarters, and locks."""

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
    connection: Connection, plans: Plans, parsed_return: ParsedReturn, today: date, *, cache: ImportCache | None = None
) -> CheckContext:
    """Return the context of a return for its plan version; read from `cache` if given."""
    quarter = parsed_return.quarter
    first = min(Quarter(quarter.year, 1), quarter.shift(-QUARTERS_BACK))
    # A year-to-date return can only be split with all earlier quarters of its year.
    first, last = Quarter(first.year, 1), Quarter(quarter.year, 4)
    site_data = (
        cache.get_site_data(connection, parsed_return.site)
        if cache
        else read_site_data(connection, parsed_return.site, first, last)
    )
    locked_quarters = cache.get_locked_quarters(connection) if cache else read_locked_quarters(connection)
    plan = next(version.plan for version in plans.versions if version.number == parsed_return.plan_version)
    others: dict[Quarter, OtherReturn] = {}
    for return_id, site_return in site_data.list_site_returns(first, last):
        other = site_data.earlier_returns.get((return_id, parsed_return.plan_version))
        if other is None and site_return.quarter != quarter:
            other = OtherReturn(
                site_return.basis,
                _select_comparable_values(site_return, plans.get_plan_in_force(site_return.quarter), plan),
            )
            site_data.earlier_returns[return_id, parsed_return.plan_version] = other
        if other is not None and site_return.quarter != quarter:
            others[site_return.quarter] = other
    return CheckContext(plan=plan, today=today, is_locked=quarter in locked_quarters, other_returns=others)


def _select_comparable_values(site_return: SiteReturn, old_plan: Plan, plan: Plan) -> dict[CellKey, Decimal]:
    """Return the values of a return whose indicators have the same kind in both plans."""
    kinds = {indicator.code: indicator.kind for indicator in old_plan.indicators}
    return {
        observation.key: observation.value
        for observation in site_return.observations
        if observation.value is not None
        and (indicator := plan.indicator_by_code.get(observation.key.indicator)) is not None
        and kinds.get(indicator.code, indicator.kind) == indicator.kind
    }
