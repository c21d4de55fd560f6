"""From a page's request to what questions take."""

from dashboard.access.registry import PageRequest
from etl.indicators.vocabulary import Indicator
from etl.queries.asking import Asking
from etl.queries.judged_by import snapshot_judged_by


def asking_of(request: PageRequest) -> Asking | None:
    """The request's selection against everything as it stands now; None before a plan is loaded."""
    version = request.selection.plan_version
    snapshot = request.snapshot if version is None else snapshot_judged_by(request.source, version)
    if snapshot is None:
        return None
    selection = request.selection
    return Asking(
        snapshot=snapshot,
        today=request.now.date(),
        period=selection.period,
        sites=selection.sites or None,
        programme=selection.programme,
        include_unapproved=selection.include_unapproved,
        plan_version=version,
    )


def indicator_of(asking: Asking, code: str) -> Indicator:
    """The newest plan's definition of one of its indicators."""
    return asking.plan.indicator_by_code[code]
