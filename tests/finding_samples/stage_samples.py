"""Samples of findings about stages."""

from tests.finding_samples.sample import Sample, SampleScenario
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import QUARTER, make_other_return, map_returns_by_quarter
from tests.support.builders import make_plan, make_stage_indicator
from tests.support.cached_forms import get_form

STAGES = make_plan(make_stage_indicator("A-01"), sites=("one",), years=PLAN_YEARS)
"""A plan with one indicator of four stages: planned, under way, finished, in use."""


def make_stage_form(entry: object) -> bytes:
    return get_form(STAGES, 1, "one", QUARTER, entries={"A-01": entry})


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "stage-rank", lambda: make_stage_form("2"), lambda: make_stage_form("Under way"), SampleScenario(plan=STAGES)
    ),
    Sample(
        "stage-unknown", lambda: make_stage_form("5"), lambda: make_stage_form("in-use"), SampleScenario(plan=STAGES)
    ),
    Sample(
        "stage-goes-back",
        lambda: make_stage_form("planned"),
        lambda: make_stage_form("finished"),
        SampleScenario(plan=STAGES, other_returns=map_returns_by_quarter(Q2025Q2=make_other_return(A_01=2))),
    ),
)
