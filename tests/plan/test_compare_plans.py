"""What a new plan changes is told once and in full; a code is never used again for something else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Direction, LocalizedText, Target
from etl.locale import get_locale
from etl.plan import PlanChange, compare_plans, describe_change, find_reused_codes, read_plan
from tests.support.plan_edits import OTHER_PLAN


@pytest.fixture
def plan() -> Plan:
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    return plan


def without(plan: Plan, code: str) -> Plan:
    """The plan with the indicator left out, and all that hangs on it."""
    return replace(
        plan,
        indicators=tuple(indicator for indicator in plan.indicators if indicator.code != code),
        targets=tuple(target for target in plan.targets if target.indicator != code),
        indicator_programmes=tuple(link for link in plan.indicator_programmes if link.indicator != code),
    )


def test_a_plan_equals_itself_in_any_order_of_rows(plan: Plan) -> None:
    turned = replace(plan, indicators=plan.indicators[::-1], targets=plan.targets[::-1], sites=plan.sites[::-1])
    assert compare_plans(plan, plan) == compare_plans(plan, turned) == ()


def test_an_indicator_that_comes_or_goes_is_one_change_with_all_that_hangs_on_it(plan: Plan) -> None:
    gone = PlanChange("removed", "L.1", "indicator", "Trees planted since the plan began", "")
    come = PlanChange("added", "L.1", "indicator", "", "Trees planted since the plan began")
    assert compare_plans(plan, without(plan, "L.1")) == (gone,)
    assert compare_plans(without(plan, "L.1"), plan) == (come,)


def test_each_column_of_a_definition_that_differs_is_a_change(plan: Plan) -> None:
    first = replace(plan.indicators[0], direction=Direction.MAINTAIN, name=LocalizedText("Trees"))
    changes = compare_plans(plan, replace(plan, indicators=(first, *plan.indicators[1:])))
    assert [(change.kind, change.code, change.what, change.new) for change in changes] == [
        ("definition", "L.1", "name_en", "Trees"),
        ("definition", "L.1", "direction", "maintain"),
    ]


def test_a_revised_target_tells_both_values_and_its_reason(plan: Plan) -> None:
    revised = replace(plan.targets[0], value=Decimal(1200), reason="more seedlings")
    fresh = Target("P.1", "01", 2026, Decimal(5))
    lost = plan.targets[-1]
    new = replace(plan, targets=(revised, *plan.targets[1:-1], fresh))
    assert compare_plans(plan, new) == (
        PlanChange("target", "L.1", "2024", "1000", "1200", "more seedlings"),
        PlanChange("target", lost.indicator, f"{lost.year} {lost.site}", str(lost.value), ""),
        PlanChange("target", "P.1", "2026 01", "", "5"),
    )


def test_settings_and_sites_are_compared_too(plan: Plan) -> None:
    new = replace(
        plan, settings=replace(plan.settings, due_days=45), sites=(replace(plan.sites[0], kind="farm"), *plan.sites[1:])
    )
    assert compare_plans(plan, new) == (
        PlanChange("setting", "due_days", "value", "30", "45"),
        PlanChange("site", "01", "kind", "office", "farm"),
    )


def test_a_change_is_told_in_a_sentence() -> None:
    _ = get_locale("en").gettext
    revised = PlanChange("target", "L.1", "2024", "1000", "1200", "more seedlings")
    sentence = describe_change(revised, _)
    assert sentence == "L.1, target 2024: 1200 instead of 1000. Reason: more seedlings."
    assert (
        describe_change(PlanChange("removed", "L.1", "indicator", "Trees", ""), _)
        == "L.1 is retired (indicator): Trees."
    )
    assert describe_change(PlanChange("target", "L.1", "2024", "", "7"), _) == "L.1, target 2024: 7, none before."


def test_a_closed_code_may_come_back_for_the_same_thing_and_for_nothing_else(plan: Plan) -> None:
    versions = [plan, without(plan, "L.1")]
    assert find_reused_codes(versions, plan) == ()
    other = replace(
        plan, indicators=(replace(plan.indicators[0], name=LocalizedText("Ponds dug")), *plan.indicators[1:])
    )
    (fault,) = find_reused_codes(versions, other)
    assert (fault.file, fault.location) == ("indicators.csv", "L.1, column code")
    assert "was 'Trees planted since the plan began', not 'Ponds dug'" in fault.message


def test_a_code_that_was_never_closed_may_be_renamed(plan: Plan) -> None:
    renamed = replace(
        plan, indicators=(replace(plan.indicators[0], name=LocalizedText("Trees set out")), *plan.indicators[1:])
    )
    assert find_reused_codes([plan], renamed) == ()


def test_a_code_of_an_indicator_is_no_code_for_a_site(plan: Plan) -> None:
    new = replace(without(plan, "L.1"), sites=(*plan.sites, replace(plan.sites[1], code="L.1")))
    (fault,) = find_reused_codes([plan], new)
    assert (fault.file, fault.severity) == ("sites.csv", "error")
    assert "L.1 was the code of the indicator" in fault.message
