"""The table of an indicator in stages: how many sites stand at each stage."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.tables import build_table
from etl.indicators.stage_words import group_by_stage
from etl.queries.indicator_history import IndicatorHistory

_MAX_NAMES = 12


def build_stage_table(history: IndicatorHistory, page: PageContext) -> Any:
    """Return the number of sites at each stage with their names; None for other indicators and a single site."""
    indicator, _ = history.indicator, page.gettext
    if not indicator.is_stage or len(history.sites) < 2:
        return None
    ranks = [(site.name, figure.actual.amount) for site, figure in history.sites]
    rows = []
    for stage, names in group_by_stage(indicator.stages, ranks):
        label = stage.label.get_text(page.language) if stage is not None else _("no stage reported")
        listed = ", ".join(name.get_text(page.language) for name in names[:_MAX_NAMES])
        rows.append([label, str(len(names)), listed + (" ..." if len(names) > _MAX_NAMES else "")])
    header = (_("Stage"), _("Sites"), _("Names"))
    return build_table(_("Sites by stage"), header, rows, numeric=(1,), table_id="sites-by-stage")
