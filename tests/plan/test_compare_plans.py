"""Test the comparison of plans, and that codes are never reused for something else."""

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


def remove_indicator(plan: Plan, code: str) -> Plan:
    """Return the plan without an indicator and its targets and links."""
    return replace(
        plan,
        indicators=tuple(indicator for indicator in plan.indicators if indicator.code != code),
        targets=tuple(target for target in plan.targets if target.indicator != code),
        indicator_programmes=tuple(link for link in plan.indicator_programmes if link.indicator != code),
    )


def test_order_of_rows_is_no_change(plan: Plan) -> None:
    reordered = replace(plan, indicators=plan.indicators[::-1], targets=plan.targets[::-1], sites=plan.sites[::-1])
    assert compare_plans(plan, plan) == compare_plans(plan, reordered) == ()


def test_added_or_removed_indicator_is_a_single_change(plan: Plan) -> None:
    removal = PlanChange("removed", "L.1", "indicator", "Trees planted since the plan began", "")
    addition = PlanChange("added", "L.1", "indicator", "", "Trees planted since the plan began")
    assert compare_plans(plan, remove_indicator(plan, "L.1")) == (removal,)
    assert compare_plans(remove_indicator(plan, "L.1"), plan) == (addition,)


def test_each_changed_column_of_a_definition_is_a_change(plan: Plan) -> None:
    first = replace(plan.indicators[0], direction=Direction.MAINTAIN, name=LocalizedText("Trees"))
    changes = compare_plans(plan, replace(plan, indicators=(first, *plan.indicators[1:])))
    assert [(change.kind, change.code, change.detail, change.new) for change in changes] == [
        ("definition", "L.1", "name_en", "Trees"),
        ("definition", "L.1", "direction", "maintain"),
    ]


def test_revised_target_has_both_values_and_its_reason(plan: Plan) -> None:
    revised = replace(plan.targets[0], value=Decimal(1200), reason="more seedlings")
    added_target = Target("P.1", "01", 2026, Decimal(5))
    removed_target = plan.targets[-1]
    new = replace(plan, targets=(revised, *plan.targets[1:-1], added_target))
    assert compare_plans(plan, new) == (
        PlanChange("target", "L.1", "2024", "1000", "1200", "more seedlings"),
        PlanChange(
            "target",
            removed_target.indicator,
            f"{removed_target.year} {removed_target.site}",
            str(removed_target.value),
            "",
        ),
        PlanChange("target", "P.1", "2026 01", "", "5"),
    )


def test_settings_and_sites_are_compared(plan: Plan) -> None:
    new = replace(
        plan, settings=replace(plan.settings, due_days=45), sites=(replace(plan.sites[0], kind="farm"), *plan.sites[1:])
    )
    assert compare_plans(plan, new) == (
        PlanChange("setting", "due_days", "value", "30", "45"),
        PlanChange("site", "01", "kind", "office", "farm"),
    )


def test_change_is_described_in_a_sentence() -> None:
    _ = get_locale("en").gettext
    revised = PlanChange("target", "L.1", "2024", "1000", "1200", "more seedlings")
    sentence = describe_change(revised, _)
    assert sentence == "L.1, target 2024: 1200 instead of 1000. Reason: more seedlings."
    assert (
        describe_change(PlanChange("removed", "L.1", "indicator", "Trees", ""), _)
        == "L.1 is retired (indicator): Trees."
    )
    assert describe_change(PlanChange("target", "L.1", "2024", "", "7"), _) == "L.1, target 2024: 7, none before."


def test_retired_code_may_only_return_for_the_same_thing(plan: Plan) -> None:
    versions = [plan, remove_indicator(plan, "L.1")]
    assert find_reused_codes(versions, plan) == ()
    other = replace(
        plan, indicators=(replace(plan.indicators[0], name=LocalizedText("Ponds dug")), *plan.indicators[1:])
    )
    (issue,) = find_reused_codes(versions, other)
    assert (issue.file, issue.location) == ("indicators.csv", "L.1, column code")
    assert "was 'Trees planted since the plan began', not 'Ponds dug'" in issue.message


def test_code_that_was_never_retired_may_be_renamed(plan: Plan) -> None:
    renamed = replace(
        plan, indicators=(replace(plan.indicators[0], name=LocalizedText("Trees set out")), *plan.indicators[1:])
    )
    assert find_reused_codes([plan], renamed) == ()


def test_indicator_code_is_refused_for_a_site(plan: Plan) -> None:
    new = replace(remove_indicator(plan, "L.1"), sites=(*plan.sites, replace(plan.sites[1], code="L.1")))
    (issue,) = find_reused_codes([plan], new)
    assert (issue.file, issue.severity) == ("sites.csv", "error")
    assert "L.1 was the code of the indicator" in issue.message
