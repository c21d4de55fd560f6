"""Collect everything that a review meeting needs, for one scope."""

from dataclasses import dataclass, replace

from etl.indicators.vocabulary import Indicator
from etl.queries.data_source import DataSource
from etl.queries.objective_progress import ObjectiveProgress, find_objective_progress
from etl.queries.place_ratings import SiteRatings, rank_sites
from etl.queries.plan_overview import Overview, get_plan_overview
from etl.queries.rating_matrix import get_site_matrix
from etl.queries.remarks import ActionItem, Remark, list_open_actions, list_remarks
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import TrackingTable, get_tracking_table


@dataclass(frozen=True)
class MeetingPack:
    """The overview, each objective with its indicators, the last remarks and the open actions."""

    scope: QueryScope
    overview: Overview
    objectives: tuple[ObjectiveProgress, ...]
    """The objectives with an indicator in scope, in the plan's order, each with the most behind indicator first."""
    last_remarks: dict[str, Remark]
    """The last remark of each indicator in scope, by code."""
    open_actions: tuple[ActionItem, ...]
    tracking_table: TrackingTable
    site_ratings: tuple[SiteRatings, ...] = ()
    """The ratings of each site against its own targets, lowest share on track first."""

    @property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators in scope by code."""
        return {
            progress.indicator.code: progress.indicator
            for objective in self.objectives
            for progress in objective.indicators
        }


def get_meeting_pack(source: DataSource, scope: QueryScope, *, objectives: tuple[str, ...] = ()) -> MeetingPack:
    """Return the pack of the scope, or of some objectives in it. The overview is that of the scope."""
    restricted_scope = replace(scope, objectives=objectives or scope.objectives)
    codes = [objective.code for objective in restricted_scope.list_objectives()]
    all_progress = [progress for code in codes if (progress := find_objective_progress(scope, code)) is not None]
    all_objectives = tuple(progress for progress in all_progress if progress.indicators)
    indicators = {item.indicator.code for progress in all_objectives for item in progress.indicators}
    remarks = [remark for remark in list_remarks(source) if remark.indicator in indicators]
    return MeetingPack(
        scope=scope,
        overview=get_plan_overview(scope),
        objectives=all_objectives,
        last_remarks={remark.indicator: remark for remark in remarks},
        open_actions=list_open_actions(remarks, scope.today),
        tracking_table=get_tracking_table(restricted_scope),
        site_ratings=rank_sites(get_site_matrix(restricted_scope)),
    )
