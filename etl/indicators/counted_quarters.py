"""The counted quarter of a period, by which a figure is rated (docs/arithmetic.md, E5)."""

from datetime import date

from etl.indicators.aggregation import Scope
from etl.indicators.periods import Quarter, get_quarter
from etl.indicators.plans import Plans
from etl.indicators.totals import make_scope


def compute_counted_quarter(scope: Scope, first: Quarter, last: Quarter) -> Quarter | None:
    """Return the last expected quarter that has ended and is due or complete (docs/arithmetic.md, E5)."""
    for index in range(last.index, first.index - 1, -1):
        quarter = get_quarter(index)
        own_scope = _make_scope_by_own_definition(scope, quarter)
        if own_scope is None or not own_scope.get_expected_sites(quarter) or not own_scope.has_ended(quarter):
            continue
        if own_scope.is_due(quarter) or own_scope.is_fully_answered(quarter):
            return quarter
    return None


def _make_scope_by_own_definition(scope: Scope, quarter: Quarter) -> Scope | None:
    """Return the scope by the definition in force in the quarter; None where its version has no such indicator."""
    definition = scope.plans.get_plan_in_force(quarter).indicator_by_code.get(scope.indicator.code)
    if definition is scope.indicator or definition is None or definition == scope.indicator:
        return scope if definition is not None else None
    return make_scope(scope.plans, scope.record, definition, scope.part, scope.sites, scope.today)


def find_last_ended_quarter(plans: Plans, first: Quarter, last: Quarter, today: date) -> Quarter:
    """Return the last ended quarter of those from first to last, else the first."""
    return max(first, min(last, plans.latest.settings.calendar.find_last_ended_quarter(today)))
