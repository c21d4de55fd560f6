"""Everything that a review meeting has on its table, of one choice and one moment."""

from dataclasses import dataclass

from etl.indicators.vocabulary import Indicator
from etl.queries.data_source import DataSource
from etl.queries.objective_progress import ObjectiveProgress, find_objective_progress
from etl.queries.plan_overview import Overview, get_plan_overview
from etl.queries.remarks import ActionItem, Remark, list_open_actions, list_remarks
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import TrackingTable, get_tracking_table


@dataclass(frozen=True)
class MeetingPack:
    """The overview, each objective with its indicators and their years, the remarks, what is agreed and open."""

    scope: QueryScope
    overview: Overview
    objectives: tuple[ObjectiveProgress, ...]
    """Those with an indicator in the choice, in the plan's order, each with its indicators worst first."""
    last_remarks: dict[str, Remark]
    """The last one of each indicator in the choice."""
    open_actions: tuple[ActionItem, ...]
    tracking_table: TrackingTable

    @property
    def indicators(self) -> dict[str, Indicator]:
        return {one.indicator.code: one.indicator for found in self.objectives for one in found.indicators}


def get_meeting_pack(source: DataSource, scope: QueryScope, *, objective: str = "") -> MeetingPack:
    """The pack of the choice, or of one objective of it."""
    codes = [one.code for one in scope.plan.objectives if objective in ("", one.code)]
    found = [progress for code in codes if (progress := find_objective_progress(scope, code)) is not None]
    chosen = tuple(one for one in found if one.indicators)
    inside = {one.indicator.code for progress in chosen for one in progress.indicators}
    remarks = [one for one in list_remarks(source) if one.indicator in inside]
    return MeetingPack(
        scope=scope,
        overview=get_plan_overview(scope),
        objectives=chosen,
        last_remarks={one.indicator: one for one in remarks},
        open_actions=list_open_actions(remarks, scope.today),
        tracking_table=get_tracking_table(scope, objective=objective),
    )
