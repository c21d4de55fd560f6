"""The numbered marks on an indicator's line: remarks on quarters, and revisions of its targets."""

from collections.abc import Iterable, Sequence

from dashboard.access.context import PageContext
from dashboard.charts.history_chart import HistoryMark
from dashboard.selection import make_address
from etl.indicators.plans import PlanVersion
from etl.queries.indicator_details import YearTarget
from etl.queries.indicator_history import IndicatorHistory
from etl.queries.remarks import Remark

_MAX_LENGTH = 90


def make_history_marks(
    remarks: Iterable[Remark], targets: Sequence[YearTarget], history: IndicatorHistory, page: PageContext
) -> tuple[HistoryMark, ...]:
    """Return a mark for the newest remark of each quarter and each revision of targets on the chart, in time order."""
    address = make_address(page.selection, page.path)
    quarters = {point.quarter for point in history.points}
    newest = {remark.quarter: remark for remark in sorted(remarks, key=lambda remark: (remark.written_at, remark.id))}
    marks = [
        HistoryMark(quarter, _cut(f"{page.locale.format_quarter(quarter)}: {remark.reason}"), f"{address}#remarks")
        for quarter, remark in newest.items()
    ]
    calendar = page.snapshot.plans.latest.settings.calendar if page.snapshot else None
    for version in _list_revisions(targets):
        if calendar is not None:
            # A version applies to the quarter that contains its day.
            quarter = calendar.find_last_ended_quarter(version.effective).shift(1)
            text = page.gettext(
                "Targets revised by version {number} of the plan, from {day}",
                number=version.number,
                day=page.locale.format_day(version.effective),
            )
            marks.append(HistoryMark(quarter, text, f"{address}#targets"))
    return tuple(sorted((mark for mark in marks if mark.quarter in quarters), key=lambda mark: mark.quarter))


def _list_revisions(targets: Sequence[YearTarget]) -> list[PlanVersion]:
    """Return the versions that changed a target of the total."""
    versions = []
    totals = [target for target in targets if target.part is None]
    for index in range(1, len(totals[0].versions) if totals else 0):
        if any(target.versions[index][1] != target.versions[index - 1][1] for target in totals):
            versions.append(totals[0].versions[index][0])
    return versions


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH].rstrip()}…"
