"""Baselines of 1 to 4 people, and those from which they follow, are not in the plan of an edition."""

from dataclasses import replace

import pytest

from etl.indicators.plans import Plan
from etl.indicators.small_baselines import find_small_baselines, withhold_small_baselines
from tests.support.builders import make_indicator, make_part, make_plan, make_site, make_targets

PEOPLE = make_indicator("A-01", counts_people=True, baseline_year=2021, baseline_value=20)
SITES = [make_site("one", iso_3166_2="KH-1"), make_site("two", iso_3166_2="KH-1"), make_site("three")]


def make_baseline_plan(*baselines: tuple[str, str, int], **fields: object) -> Plan:
    """Make a plan with baselines by site, part and value, a centre of 20 people, and targets of 3."""
    rows = [row for site, part, value in baselines for row in make_targets("A-01", {2021: value}, site=site, part=part)]
    targets = [*make_targets("A-01", {2022: 3}, site="one"), *make_targets("A-01", {2022: 3}, part="sex/women")]
    return make_plan(
        replace(PEOPLE, **fields),
        sites=SITES,
        parts=[make_part("A-01", "sex/women"), make_part("A-01", "sex/men")],
        targets=[*rows, *targets],
    )


@pytest.mark.parametrize(
    ("baselines", "is_small"),
    [
        ([("", "sex/women", 4)], True),
        ([("", "sex/women", 5)], False),
        ([("", "sex/women", 0)], False),
        ([("", "sex/women", 16)], True),
        ([("", "sex/women", 15)], False),
        ([("", "sex/women", 20)], False),
        ([("", "sex/women", 8), ("", "sex/men", 8)], True),
        ([("", "sex/women", 8), ("", "sex/men", 7)], False),
        ([("one", "sex/women", 4)], True),
        ([("one", "", 9), ("one", "sex/women", 5)], True),
        ([("one", "", 10), ("one", "sex/women", 5)], False),
        ([("", "sex/women", 10), ("one", "sex/women", 6)], True),
        ([("", "sex/women", 12), ("one", "sex/women", 6), ("two", "sex/women", 5)], True),
        ([("", "sex/women", 12), ("one", "sex/women", 6), ("two", "sex/women", 6)], False),
    ],
)
def test_baselines_of_parts_are_withheld_if_a_small_count_follows_from_them(
    baselines: list[tuple[str, str, int]], is_small: bool
) -> None:
    """1 to 4 people are a small count: of a part, of what parts leave of 20, and of what sites leave of the centre."""
    plan = make_baseline_plan(*baselines)
    public = withhold_small_baselines(plan)
    published = [target for target in plan.targets if not (is_small and target.part and target.year == 2021)]
    assert list(public.targets) == published
    assert (public is plan) == (not is_small)
    assert withhold_small_baselines(plan) is public
    assert withhold_small_baselines(make_baseline_plan(*baselines, counts_people=False)).targets == plan.targets


@pytest.mark.parametrize(
    ("baselines", "is_small"),
    [
        ([("one", "", 4)], True),
        ([("one", "", 5), ("two", "", 0)], False),
        ([("one", "", 9), ("two", "", 9)], True),
        ([("one", "", 9), ("two", "", 6), ("three", "", 5)], False),
        ([("KH-1", "", 3)], True),
        ([("KH-1", "", 12), ("one", "", 9)], True),
        ([("KH-1", "", 12), ("one", "", 7)], False),
    ],
)
def test_baselines_of_places_are_withheld_if_a_small_count_follows_from_them(
    baselines: list[tuple[str, str, int]], is_small: bool
) -> None:
    """1 to 4 people are a small count: of a place, of what sites leave of a province, and of the centre's 20."""
    plan = make_baseline_plan(*baselines)
    public = withhold_small_baselines(plan)
    published = [target for target in plan.targets if not (is_small and target.site and target.year == 2021)]
    assert list(public.targets) == published
    assert find_small_baselines(plan).include("A-01", site="three", part="") == is_small
    assert not find_small_baselines(plan).include("A-01", site="", part="")
    assert withhold_small_baselines(make_baseline_plan(*baselines, counts_people=False)).targets == plan.targets


@pytest.mark.parametrize(("people", "is_small"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_small_baseline_of_the_centre_is_withheld_with_all_others(people: int, is_small: bool) -> None:
    plan = make_baseline_plan(("one", "", people), baseline_value=people)
    public = withhold_small_baselines(plan)
    assert (public.indicators[0].baseline_value is None) == is_small
    assert [target.year for target in public.targets] == ([2022, 2022] if is_small else [2021, 2022, 2022])
    assert find_small_baselines(plan).include("A-01", site="", part="sex/men") == is_small
