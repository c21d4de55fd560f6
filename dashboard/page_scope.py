"""Convert a page's request to a query scope."""

from dashboard.access.context import PageContext
from etl.indicators.vocabulary import Indicator
from etl.queries.plan_version_snapshot import find_plan_version_snapshot
from etl.queries.scope import QueryScope


def make_scope(request: PageContext) -> QueryScope | None:
    """Return the request's selection applied to the current snapshot; None before a plan is loaded."""
    version = request.selection.plan_version
    snapshot = request.snapshot if version is None else find_plan_version_snapshot(request.source, version)
    if snapshot is None:
        return None
    selection = request.selection
    return QueryScope(
        snapshot=snapshot,
        today=request.now.date(),
        period=selection.period,
        sites=selection.sites or None,
        programme=selection.programme,
        objectives=selection.objectives,
        include_unapproved=selection.include_unapproved,
        plan_version=version,
    )


def get_indicator(scope: QueryScope, code: str) -> Indicator:
    """Return the newest plan's definition of one of its indicators."""
    return scope.plan.indicator_by_code[code]
