"""Read the stages of a plan before its other rows, whose targets and baselines may name them."""

from collections.abc import Mapping, Sequence

from etl.indicators.vocabulary import LocalizedText, Measure, Stage
from etl.locale import N_
from etl.plan.issues import Message, join_with_or, make_message
from etl.plan.schemas import INDICATORS, STAGES
from etl.plan.tables import PlanTables, Row


def read_stages(tables: PlanTables) -> Mapping[str, tuple[Stage, ...]]:
    """Return the stages of each indicator with the measure `stage`, lowest first, as far as their ranks are valid."""
    indicators = tables.rows.get(INDICATORS.name, ())
    measured = {_read_text(row, "code") for row in indicators if _read_text(row, "measure") == Measure.STAGE}
    stages: dict[str, list[Stage]] = {}
    for row in tables.rows.get(STAGES.name, ()):
        rank = _read_text(row, "rank")
        is_valid = rank.isascii() and rank.isdigit() and bool(_read_text(row, "code"))
        if is_valid and _read_text(row, "indicator") in measured:
            label = LocalizedText(_read_text(row, "label_en"), _read_text(row, "label_km"))
            stage = Stage(_read_text(row, "indicator"), _read_text(row, "code"), label, int(rank))
            stages.setdefault(stage.indicator, []).append(stage)
    return {code: tuple(sorted(listed, key=lambda stage: stage.rank)) for code, listed in stages.items()}


def make_stage_message(text: str, stages: Sequence[Stage]) -> Message:
    """Return the problem of a cell that should name a stage."""
    names = [f"{stage.code} ({stage.rank})" for stage in stages]
    text_and_advice = N_("is {value}, which is not a stage of this indicator; write the code or rank of one: {stages}")
    return make_message(text_and_advice, value=repr(text), stages=join_with_or(names))


def _read_text(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    return cell if isinstance(cell, str) else ""
