"""Everything that a review meeting has on its table, of one choice and one moment."""

from dataclasses import dataclass

from etl.indicators.vocabulary import Indicator
from etl.queries.asking import Asking
from etl.queries.objective_progress import ObjectiveProgress, objective_progress
from etl.queries.plan_overview import Overview, plan_overview
from etl.queries.remarks import OpenAgreement, Remark, all_remarks, open_agreements
from etl.queries.source import Source
from etl.queries.tracking_table import TrackingTable, tracking_table


@dataclass(frozen=True)
class MeetingPack:
    """The overview, each objective with its indicators and their years, the remarks, what is agreed and open."""

    asking: Asking
    overview: Overview
    objectives: tuple[ObjectiveProgress, ...]
    """Those with an indicator in the choice, in the plan's order, each with its indicators worst first."""
    remarks: dict[str, Remark]
    """The last one of each indicator in the choice."""
    agreements: tuple[OpenAgreement, ...]
    table: TrackingTable

    @property
    def indicators(self) -> dict[str, Indicator]:
        return {one.indicator.code: one.indicator for found in self.objectives for one in found.indicators}


def meeting_pack(source: Source, asking: Asking, *, objective: str = "") -> MeetingPack:
    """The pack of the choice, or of one objective of it."""
    codes = [one.code for one in asking.plan.objectives if objective in ("", one.code)]
    found = [progress for code in codes if (progress := objective_progress(asking, code)) is not None]
    chosen = tuple(one for one in found if one.indicators)
    inside = {one.indicator.code for progress in chosen for one in progress.indicators}
    remarks = [one for one in all_remarks(source) if one.indicator in inside]
    return MeetingPack(
        asking=asking,
        overview=plan_overview(asking),
        objectives=chosen,
        remarks={one.indicator: one for one in remarks},
        agreements=open_agreements(remarks, asking.today),
        table=tracking_table(asking, objective=objective),
    )
