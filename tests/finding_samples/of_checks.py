"""Samples of numbers that can't be true together, or with the time and the returns around them."""

from dataclasses import replace
from datetime import date

from etl.indicators.vocabulary import Basis
from etl.returns.form.build import build_form
from tests.finding_samples.sample import Sample, World, typed
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import QUARTER, an_earlier, filled, quarters
from tests.support.builders import a_part, a_plan, an_indicator

TWO_WAYS = a_plan(
    an_indicator("A-01", whole=True, minimum=0),
    sites=("one",),
    years=PLAN_YEARS,
    parts=tuple(a_part("A-01", key) for key in ("kind/new", "kind/old", "age/young", "age/grown")),
)
"""A plan whose one number is split by kind and by age, each time completely."""


def split_in_two_ways(grown: int) -> bytes:
    parts = {"kind/new": 4, "kind/old": 8, "age/young": 5, "age/grown": grown}
    return build_form(TWO_WAYS, 1, "one", QUARTER, entries={f"A-01/{key}": value for key, value in parts.items()})


def year_to_date(people: int) -> bytes:
    entries = {"A-01": people, "A-01/kind/new": people - 8}
    return filled(entries, basis=Basis.YEAR_TO_DATE)


BEFORE = World(others=quarters(Q2025Q2=an_earlier(Basis.YEAR_TO_DATE, A_01=13)))
LATER = World(others=quarters(Q2025Q1=an_earlier(A_01=4), Q2025Q4=an_earlier(Basis.YEAR_TO_DATE, A_01=15)))

SAMPLES: tuple[Sample, ...] = (
    typed("part-over-total", {"A-01/sex/women": 13}),
    typed("numerator-over-denominator", {"A-03/numerator": 5}),
    typed("parts-not-total", {"A-01/kind/new": 3}),
    typed(
        "pair-incomplete",
        {"A-03/denominator": None},
        also=("cell-blank",),
        because="the other number of the pair is blank, and a blank is always told",
    ),
    Sample(
        "dimensions-disagree",
        lambda: split_in_two_ways(6),
        lambda: split_in_two_ways(7),
        World(plan=TWO_WAYS),
    ),
    Sample(
        "quarter-too-early", filled, world=World(today=date(2025, 9, 22)), good_world=World(today=date(2025, 9, 30))
    ),
    Sample("quarter-early", filled, world=World(today=date(2025, 9, 23)), good_world=World(today=date(2025, 9, 30))),
    Sample("quarter-locked", filled, world=World(locked=True), good_world=World()),
    Sample("year-to-date-falls", lambda: year_to_date(12), lambda: year_to_date(13), BEFORE),
    Sample("earlier-quarter-rises", filled, lambda: filled({"A-01": 11, "A-01/kind/new": 3}), replace(LATER)),
)
