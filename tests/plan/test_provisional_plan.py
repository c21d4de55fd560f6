"""The provisional plan in `data/plan` is labelled, has no issues, and gives every site targets of its own."""

import pytest

from etl.indicators.plans import Plan
from etl.plan.read_plan import read_plan
from tests.support.plan_edits import SHIPPED_PLAN, read_records


@pytest.fixture(scope="module")
def plan() -> Plan:
    result = read_plan(SHIPPED_PLAN)
    assert result.issues == ()
    assert result.plan is not None
    return result.plan


def test_the_provisional_plan_is_labelled_at_every_indicator_and_target(plan: Plan) -> None:
    assert plan.settings.status == "provisional"
    assert {indicator.status for indicator in plan.indicators} == {"provisional"}
    assert {record["provenance"] for record in read_records(SHIPPED_PLAN, "targets")} == {"illustrative"}


def test_each_site_has_a_target_and_baseline_of_its_own_where_the_centre_has_one(plan: Plan) -> None:
    missing = [
        (indicator.code, site.code, year)
        for indicator in plan.indicators
        for site in plan.list_reporting_sites(indicator)
        for year in (indicator.baseline_year, *range(plan.settings.first_year, plan.settings.last_year + 1))
        if year is not None and len(plan.list_reporting_sites(indicator)) > 1
        if year == indicator.baseline_year or plan.find_target(indicator.code, "", year)
        if plan.find_target(indicator.code, site.code, year) is None
    ]
    assert missing == []


def test_the_targets_and_baselines_of_sites_add_up_to_those_of_the_centre(plan: Plan) -> None:
    sums = []
    for indicator in plan.indicators:
        sites = plan.list_reporting_sites(indicator)
        if not indicator.is_additive_across_sites or len(sites) == 1:
            continue
        centre = {target.year: target.value for target in plan.targets if target.indicator == indicator.code}
        for year in {indicator.baseline_year, *centre} - {None}:
            rows = [plan.find_target(indicator.code, site.code, year) for site in sites]
            row = plan.find_target(indicator.code, "", year)
            expected = indicator.baseline_value if year == indicator.baseline_year else row and row.value
            sums.append((indicator.code, year, expected, sum(row.value for row in rows if row)))
    assert sums
    assert [row for row in sums if row[2] != row[3]] == []
