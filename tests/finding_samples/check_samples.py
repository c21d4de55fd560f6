"""Samples of numbers that contradict each other, the date or other returns."""

from dataclasses import replace
from datetime import date

from etl.indicators.vocabulary import Basis, Measure
from tests.finding_samples.sample import Sample, SampleScenario, make_typed_sample
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import QUARTER, make_other_return, make_return_file, map_returns_by_quarter
from tests.support.builders import make_indicator, make_part, make_plan
from tests.support.cached_forms import get_form

TWO_WAYS = make_plan(
    make_indicator("A-01", whole=True, minimum=0),
    sites=("one",),
    years=PLAN_YEARS,
    parts=tuple(make_part("A-01", key) for key in ("kind/new", "kind/old", "age/young", "age/grown")),
)
"""A plan with one indicator that is disaggregated by kind and by age, both completely."""

BOUNDED = make_plan(
    make_indicator("A-01", measure=Measure.RATIO, unit="%", scale=100, maximum=300),
    sites=("one",),
    years=PLAN_YEARS,
)
"""A plan with a percentage that may exceed 100."""


REGISTER = make_plan(
    make_indicator("A-01", whole=True, minimum=0, counts_people=True, unique_people="register"),
    sites=("one",),
    years=PLAN_YEARS,
)
"""A plan with one indicator that counts each person once."""


def count_new_people(people: int) -> bytes:
    return get_form(REGISTER, 1, "one", QUARTER, entries={"A-01": people, "A-01/participations": 12})


def split_in_two_ways(grown: int) -> bytes:
    parts = {"kind/new": 4, "kind/old": 8, "age/young": 5, "age/grown": grown}
    return get_form(TWO_WAYS, 1, "one", QUARTER, entries={f"A-01/{key}": value for key, value in parts.items()})


def year_to_date(people: int) -> bytes:
    entries = {"A-01": people, "A-01/kind/new": people - 8}
    return make_return_file(entries, basis=Basis.YEAR_TO_DATE)


EARLIER_RETURNS = SampleScenario(
    other_returns=map_returns_by_quarter(Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, A_01=13))
)
LATER_RETURNS = SampleScenario(
    other_returns=map_returns_by_quarter(
        Q2025Q1=make_other_return(A_01=4), Q2025Q4=make_other_return(Basis.YEAR_TO_DATE, A_01=15)
    )
)

SAMPLES: tuple[Sample, ...] = (
    make_typed_sample("part-over-total", {"A-01/sex/women": 13}),
    make_typed_sample("numerator-over-denominator", {"A-03/numerator": 5}),
    Sample(
        "ratio-over-maximum",
        lambda: get_form(BOUNDED, 1, "one", QUARTER, entries={"A-01/numerator": 31, "A-01/denominator": 10}),
        lambda: get_form(BOUNDED, 1, "one", QUARTER, entries={"A-01/numerator": 30, "A-01/denominator": 10}),
        SampleScenario(plan=BOUNDED),
    ),
    Sample(
        "people-over-participations",
        lambda: count_new_people(13),
        lambda: count_new_people(12),
        SampleScenario(plan=REGISTER),
        extra_codes=("people-over-participations",),
        extra_codes_reason="the finding is at both cells",
    ),
    make_typed_sample("parts-not-total", {"A-01/kind/new": 3}),
    make_typed_sample(
        "pair-incomplete",
        {"A-03/denominator": None},
        extra_codes=("cell-blank",),
        extra_codes_reason="the other number of the pair is blank, and a blank always causes a finding",
    ),
    Sample(
        "dimensions-disagree",
        lambda: split_in_two_ways(6),
        lambda: split_in_two_ways(7),
        SampleScenario(plan=TWO_WAYS),
    ),
    Sample(
        "quarter-too-early",
        make_return_file,
        scenario=SampleScenario(today=date(2025, 9, 22)),
        good_scenario=SampleScenario(today=date(2025, 9, 30)),
    ),
    Sample(
        "quarter-early",
        make_return_file,
        scenario=SampleScenario(today=date(2025, 9, 23)),
        good_scenario=SampleScenario(today=date(2025, 9, 30)),
    ),
    Sample("quarter-locked", make_return_file, scenario=SampleScenario(is_locked=True), good_scenario=SampleScenario()),
    Sample("year-to-date-falls", lambda: year_to_date(12), lambda: year_to_date(13), EARLIER_RETURNS),
    Sample(
        "earlier-quarter-rises",
        make_return_file,
        lambda: make_return_file({"A-01": 11, "A-01/kind/new": 3}),
        replace(LATER_RETURNS),
    ),
)
