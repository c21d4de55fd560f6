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
    for code, part, year in sorted({(target.indicator, target.part, target.year) for target in plan.targets}):
        indicator = plan.indicator_by_code[code]
        sites = plan.list_reporting_sites(indicator)
        if not indicator.is_additive_across_sites or len(sites) == 1:
            continue
        rows = [plan.find_target(code, site.code, year, part) for site in sites]
        row = plan.find_target(code, "", year, part)
        is_baseline = year == indicator.baseline_year and not part
        expected = indicator.baseline_value if is_baseline else row and row.value
        sums.append((code, part, year, expected, sum(row.value for row in rows if row)))
    assert {part for _, part, *_ in sums} > {""}
    assert [terms for terms in sums if terms[-2] != terms[-1]] == []


def test_the_plan_shows_each_rule_at_least_once(plan: Plan) -> None:
    places = {target.site for target in plan.targets}
    rules = {
        "site targets": places & set(plan.site_by_code),
        "province targets": places & set(plan.province_by_code),
        "part targets": [target for target in plan.targets if target.part],
        "highest values": [indicator for indicator in plan.indicators if indicator.maximum is not None],
        "stages": [indicator for indicator in plan.indicators if indicator.is_stage],
        "totals": [indicator for indicator in plan.indicators if indicator.is_total],
        "unique people": [indicator for indicator in plan.indicators if indicator.counts_new_people],
    }
    assert [name for name, examples in rules.items() if not examples] == []


def test_every_district_names_its_source_beside_it(plan: Plan) -> None:
    districts = [site for site in plan.sites if site.district.en]
    assert districts
    missing = [site.code for site in districts if f"gazetteer (NCDD) {site.ncdd_code[:4]} " not in site.evidence]
    assert missing == []
