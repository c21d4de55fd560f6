"""Provinces, by hand (docs/arithmetic.md, C9 and D7). Sites one and two are in KH-3, site three is in KH-2."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from etl.indicators.plans import Plan, Plans, make_single_plan
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import AcrossSites, Measure, OverTime, SiteReturn, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_plans, make_return, make_site, make_targets
from tests.support.core_and_oracle import Answer, FigureCalculator

SITES = {"one": "KH-3", "two": "KH-3", "three": "KH-2"}
AFTER_Q1, AFTER_Q4 = "2022-05-01", "2023-01-31"


def make_province_plan(*targets: Any, provinces: dict[str, str] = SITES, **fields: Any) -> Plan:
    sites = [make_site(code, iso_3166_2=province) for code, province in provinces.items()]
    return make_plan(make_indicator("A-01", **fields), sites=sites, years=(2022, 2022), targets=sum(targets, ()))


def make_returns_of_sites(quarter: str, *amounts: object) -> list[SiteReturn]:
    pairs = zip(SITES, amounts, strict=False)
    return [make_return(site, quarter, {"A-01": amount}) for site, amount in pairs if amount is not None]


def find_province(plan: Plan | Plans, code: str = "KH-3") -> SiteGroup:
    return (make_single_plan(plan) if isinstance(plan, Plan) else plan).provinces[code]


def test_a_province_adds_its_sites_and_their_targets(calculate: FigureCalculator) -> None:
    """5 + 7 = 12 of 10 + 14 = 24 is 50 %, whatever site three of the other province reports."""
    plan = make_province_plan(
        make_targets("A-01", {2022: 10}, site="one"),
        make_targets("A-01", {2022: 14}, site="two"),
        make_targets("A-01", {2022: 90}),
    )
    answer = calculate(
        plan, make_returns_of_sites("2022Q1", 5, 7, 70), "2022", sites=find_province(plan), today=AFTER_Q1
    )
    assert (answer.actual, answer.target, answer.achievement) == (12, 24, Fraction(1, 2))


def test_a_target_of_the_province_takes_the_place_of_its_sites_sum(calculate: FigureCalculator) -> None:
    """The province has 40 and a baseline of 6, its sites 10 + 14 and 1 + 2: 12 of 40 is 30 %."""
    plan = make_province_plan(
        make_targets("A-01", {2021: 1, 2022: 10}, site="one"),
        make_targets("A-01", {2021: 2, 2022: 14}, site="two"),
        make_targets("A-01", {2021: 6, 2022: 40}, site="KH-3"),
        baseline_year=2021,
    )
    returns = make_returns_of_sites("2022Q1", 5, 7)
    province = calculate(plan, returns, "2022", sites=find_province(plan), today=AFTER_Q1)
    both_sites = calculate(plan, returns, "2022", sites=("one", "two"), today=AFTER_Q1)
    assert (province.actual, province.target, province.baseline) == (12, 40, 6)
    assert province.achievement == Fraction(3, 10)
    assert (both_sites.actual, both_sites.target, both_sites.baseline) == (12, 24, 3)


def test_a_province_has_no_target_where_one_of_its_sites_has_none(calculate: FigureCalculator) -> None:
    plan = make_province_plan(make_targets("A-01", {2022: 10}, site="one"), make_targets("A-01", {2022: 90}))
    answer = calculate(plan, make_returns_of_sites("2022Q1", 5, 7), "2022", sites=find_province(plan), today=AFTER_Q1)
    assert (answer.actual, answer.target, answer.rating) == (12, "no_target", "no_target")


def test_a_province_with_every_reporting_site_has_the_target_of_the_centre(calculate: FigureCalculator) -> None:
    plan = make_province_plan(make_targets("A-01", {2022: 90}), reporting_sites=("one", "two"))
    answer = calculate(plan, make_returns_of_sites("2022Q1", 5, 7), "2022", sites=find_province(plan), today=AFTER_Q1)
    assert (answer.actual, answer.target) == (12, 90)


def test_a_province_counts_its_own_missing_cells(calculate: FigureCalculator) -> None:
    plan = make_province_plan()
    answer = calculate(plan, make_returns_of_sites("2022Q1", 5), "2022Q1", sites=find_province(plan), today=AFTER_Q1)
    assert (answer.actual, answer.reported, answer.expected_cells) == (5, 1, 2)
    assert answer.missing == {("two", "2022Q1")}


@pytest.mark.parametrize(
    ("across_sites", "value"), [(AcrossSites.SUM, 6), (AcrossSites.MEAN, 3), (AcrossSites.MAXIMUM, Fraction("3.1"))]
)
def test_the_levels_of_a_province_are_combined_as_the_indicator_combines_sites(
    calculate: FigureCalculator, across_sites: AcrossSites, value: object
) -> None:
    """3.1 and 2.9 are 6 together, 3.0 on average and 3.1 at most; the 9 of the other province never counts."""
    kind = {"over_time": OverTime.AVERAGE, "target_basis": TargetBasis.LEVEL, "across_sites": across_sites}
    plan = make_province_plan(make_targets("A-01", {2022: 4}, site="KH-3"), **kind)
    returns = make_returns_of_sites("2022Q1", "3.1", "2.9", 9)
    answer = calculate(plan, returns, "2022", sites=find_province(plan), today=AFTER_Q1)
    assert (answer.actual, answer.target) == (value, 4)


def test_a_ratio_of_a_province_divides_the_sums_of_its_sites(calculate: FigureCalculator) -> None:
    """(1 + 3) of (2 + 8) is 40 %, not the mean of 50 % and 37.5 %."""
    plan = make_province_plan(measure=Measure.RATIO, unit="%", scale=100)
    pairs = {"one": (1, 2), "two": (3, 8), "three": (9, 9)}
    returns = [
        make_return(site, "2022Q1", {"A-01/numerator": above, "A-01/denominator": below})
        for site, (above, below) in pairs.items()
    ]
    answer = calculate(plan, returns, "2022", sites=find_province(plan), today=AFTER_Q1)
    assert (answer.actual, answer.numerator, answer.denominator) == (40, 4, 10)


def test_an_indicator_of_the_centre_has_no_figure_of_a_province(calculate: FigureCalculator) -> None:
    plan = make_province_plan(
        make_targets("A-01", {2022: 90}), across_sites=AcrossSites.CENTRE, reporting_sites=("one",)
    )
    returns = make_returns_of_sites("2022Q1", 5)
    province = calculate(plan, returns, "2022", sites=find_province(plan), today=AFTER_Q1)
    site = calculate(plan, returns, "2022", sites=("one",), today=AFTER_Q1)
    assert (province.actual, province.target, province.rating) == ("not_applicable", "no_target", "no_data")
    assert (site.actual, site.target) == (5, 90)


def test_a_site_belongs_to_the_province_in_which_the_newest_plan_places_it(calculate: FigureCalculator) -> None:
    """The second version moves site three to KH-3, so that its 70 of an earlier quarter counts there: 5 + 7 + 70."""
    older = make_province_plan()
    newer = replace(older, sites=tuple(replace(site, iso_3166_2="KH-3") for site in older.sites))
    plans = make_plans((date.min, older), (date(2022, 6, 1), newer))
    assert set(plans.provinces) == {"KH-3"}
    assert add_up_province(calculate, plans).actual == 82


def test_a_site_that_a_newer_plan_drops_stays_in_its_own_province_only(calculate: FigureCalculator) -> None:
    """Site three is gone, so KH-3 has every reporting site; still its figure is 5 + 7, without the 70 of KH-2."""
    older = make_province_plan()
    newer = replace(older, sites=older.sites[:2])
    plans = make_plans((date.min, older), (date(2022, 6, 1), newer))
    assert add_up_province(calculate, plans).actual == 12
    assert add_up_province(calculate, plans, "KH-2").actual == 70


def add_up_province(calculate: FigureCalculator, plans: Plans, code: str = "KH-3", period: str = "2022") -> Answer:
    province = find_province(plans, code)
    return calculate(plans, make_returns_of_sites("2022Q1", 5, 7, 70), period, sites=province, today=AFTER_Q4)


def test_provinces_are_named_and_sites_without_a_code_belong_to_none() -> None:
    plan = make_province_plan(provinces={"one": "KH-3", "two": "", "three": "KH-2"})
    assert [(province.code, tuple(province)) for province in plan.provinces] == [
        ("KH-3", ("one",)),
        ("KH-2", ("three",)),
    ]
    assert [province.name.en for province in plan.provinces] == ["KH-3", "KH-2"]
