"""Targets of parts, by hand (docs/arithmetic.md, D10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Years
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.record import build_record
from etl.indicators.vocabulary import (
    Direction,
    OverTime,
    PercentRule,
    ReportingFrequency,
    SiteReturn,
    Target,
    TargetBasis,
)
from tests.support.builders import make_indicator, make_part, make_plan, make_return, make_targets
from tests.support.core_and_oracle import FigureCalculator

WOMEN, MEN = "sex/women", "sex/men"
AFTER_Q1, AFTER_Q4 = "2022-05-01", "2023-01-31"
LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}


def make_farmers_plan(women: object = 400, targets: tuple[Target, ...] = (), **fields: object) -> Plan:
    """Make a plan of 2022 and 2023: 1,000 farmers a year, of which 400 women."""
    return make_plan(
        make_indicator("A-01", whole=True, **fields),
        sites=("one",),
        years=(2022, 2023),
        parts=(make_part("A-01", WOMEN), make_part("A-01", MEN)),
        targets=(
            *make_targets("A-01", {2022: 1000, 2023: 1000}),
            *make_targets("A-01", {2022: women}, part=WOMEN),
            *targets,
        ),
    )


def report(quarter: str, total: object, women: object, site: str = "one") -> SiteReturn:
    return make_return(site, quarter, {"A-01": total, f"A-01/{WOMEN}": women})


def test_women_are_off_track_at_60_of_100_while_all_farmers_are_on_track_at_300_of_250(
    calculate: FigureCalculator,
) -> None:
    returns = [report("2022Q1", 300, 60)]
    total = calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q1)
    women = calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q1, part=WOMEN)
    assert (total.actual, total.target, total.expected, total.rating) == (300, 1000, 250, "on_track")
    assert (women.actual, women.target, women.expected, women.rating) == (60, 400, 100, "off_track")
    assert (women.achievement, women.pace) == (Fraction(3, 20), Fraction(3, 5))


def test_women_achieve_400_of_400_within_an_ended_year(calculate: FigureCalculator) -> None:
    returns = [report(f"2022Q{number}", 150, 100) for number in (1, 2, 3, 4)]
    assert calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q4).rating == "off_track"
    women = calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q4, part=WOMEN)
    assert (women.actual, women.achievement, women.rating) == (400, 1, "achieved")


def test_a_part_without_a_target_has_a_value_and_no_rating(calculate: FigureCalculator) -> None:
    returns = [make_return("one", "2022Q1", {"A-01": 300, f"A-01/{MEN}": 240})]
    men = calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q1, part=MEN)
    assert (men.actual, men.target, men.expected, men.rating) == (240, "no_target", "no_target", "no_target")


def test_years_without_a_target_of_the_part_are_outside_of_its_percentages(calculate: FigureCalculator) -> None:
    """Women: 100 of 400 in 2022; the 50 of 2023, which has no target for women, count in the actual only."""
    returns = [report("2022Q1", 300, 100), report("2023Q1", 300, 50)]
    women = calculate(make_farmers_plan(), returns, today="2023-05-01", part=WOMEN)
    assert (women.actual, women.target, women.achievement) == (150, 400, Fraction(1, 4))


def test_a_part_is_counted_by_its_own_cells(calculate: FigureCalculator) -> None:
    """On 20 April the total of the first quarter is complete and counts; women are blank and not due yet."""
    returns = [make_return("one", "2022Q1", {"A-01": 300})]
    total = calculate(make_farmers_plan(), returns, "2022", today="2022-04-20")
    women = calculate(make_farmers_plan(), returns, "2022", today="2022-04-20", part=WOMEN)
    assert (total.counted_quarter, total.rating) == ("2022Q1", "on_track")
    assert (women.counted_quarter, women.rating) == ("", "not_due")
    late = calculate(make_farmers_plan(), returns, "2022", today=AFTER_Q1, part=WOMEN)
    assert (late.rating, late.missing) == ("no_data", {("one", "2022Q1")})


def test_a_zero_target_of_a_part_plans_nothing(calculate: FigureCalculator) -> None:
    women = calculate(make_farmers_plan(0), [report("2022Q1", 300, 60)], "2022", today=AFTER_Q1, part=WOMEN)
    assert (women.target, women.achievement, women.rating) == (0, "target_is_zero", "no_target")


def test_a_level_of_a_part_starts_from_its_own_baseline(calculate: FigureCalculator) -> None:
    """Women rise from 100 in 2021 to 200 in 2022: 150 is half of the change; the total has its own baseline."""
    fields = {**LEVEL, "percent_rule": PercentRule.OF_CHANGE, "baseline_year": 2021, "baseline_value": 500}
    baseline = make_targets("A-01", {2021: 100}, part=WOMEN)
    plan = make_farmers_plan(200, baseline, **fields)
    women = calculate(plan, [report("2022Q4", 750, 150)], "2022", today=AFTER_Q4, part=WOMEN)
    assert (women.baseline, women.progress, women.rating) == (100, Fraction(1, 2), "off_track")
    total = calculate(plan, [report("2022Q4", 750, 150)], "2022", today=AFTER_Q4)
    assert (total.baseline, total.progress) == (500, Fraction(1, 2))


def test_a_part_without_a_baseline_is_measured_by_its_target(calculate: FigureCalculator) -> None:
    fields = {**LEVEL, "percent_rule": PercentRule.OF_CHANGE, "baseline_year": 2021, "baseline_value": 500}
    women = calculate(
        make_farmers_plan(200, **fields), [report("2022Q4", 750, 150)], "2022", today=AFTER_Q4, part=WOMEN
    )
    assert (women.headline_rule, women.baseline, women.achievement) == ("of_target", "no_baseline", Fraction(3, 4))


def test_a_part_that_should_fall_and_has_no_baseline_waits_for_the_end(calculate: FigureCalculator) -> None:
    fields = {**LEVEL, "direction": Direction.DECREASE}
    plan = make_farmers_plan(200, **fields)
    early = calculate(plan, [report("2022Q1", 750, 150)], "2022", today=AFTER_Q1, part=WOMEN)
    late = calculate(plan, [report("2022Q4", 750, 150)], "2022", today=AFTER_Q4, part=WOMEN)
    assert (early.rating, late.rating) == ("not_due", "achieved")


def test_a_cumulative_part_is_expected_along_its_own_line(calculate: FigureCalculator) -> None:
    """400 women by the end of 2022: 100 by the end of March."""
    plan = make_farmers_plan(400, target_basis=TargetBasis.CUMULATIVE)
    women = calculate(plan, [report("2022Q1", 300, 95)], "2022", today=AFTER_Q1, part=WOMEN)
    assert (women.expected, women.pace, women.rating) == (100, Fraction(19, 20), "on_track")


def test_targets_of_sites_add_up_where_each_has_one_for_the_part(calculate: FigureCalculator) -> None:
    """Women: 30 at site one, 50 at site two, none at three: 80 for the first two, none with the third."""
    site_targets = (
        *make_targets("A-01", {2022: 30}, site="one", part=WOMEN),
        *make_targets("A-01", {2022: 50}, site="two", part=WOMEN),
    )
    plan = replace(
        make_farmers_plan(targets=site_targets), sites=make_plan(sites=("one", "two", "three", "four")).sites
    )
    returns = [report("2022Q1", 300, 10, "one"), report("2022Q1", 300, 10, "two")]
    both = calculate(plan, returns, "2022", sites=("one", "two"), today=AFTER_Q1, part=WOMEN)
    three = calculate(plan, returns, "2022", sites=("one", "two", "three"), today=AFTER_Q1, part=WOMEN)
    assert (both.target, both.actual, three.target) == (80, 20, "no_target")
    assert calculate(plan, returns, "2022", today=AFTER_Q1, part=WOMEN).target == 400


def test_a_milestone_is_reported_in_the_years_in_which_only_a_part_has_a_target(calculate: FigureCalculator) -> None:
    plan = make_plan(
        make_indicator("A-01", reported=ReportingFrequency.MILESTONE),
        sites=("one",),
        years=(2022, 2023),
        parts=(make_part("A-01", WOMEN),),
        targets=make_targets("A-01", {2023: 40}, part=WOMEN),
    )
    women = calculate(plan, [report("2023Q4", 100, 40)], "2023", today="2024-02-01", part=WOMEN)
    assert (women.actual, women.rating) == (40, "achieved")
    assert calculate(plan, [], "2022", today=AFTER_Q4, part=WOMEN).actual == "not_due"


def test_the_figure_of_the_total_does_not_change_with_targets_of_its_parts() -> None:
    plan, returns = make_farmers_plan(), [report("2022Q1", 300, 60)]
    plain = replace(plan, targets=tuple(target for target in plan.targets if not target.part))
    figures = [
        compute_figure(
            make_single_plan(version),
            build_record(make_single_plan(version), returns),
            indicator="A-01",
            sites=None,
            period=Years(2022, 2022),
            today=date.fromisoformat(AFTER_Q1),
        )
        for version in (plan, plain)
    ]
    assert figures[0] == figures[1]
    assert figures[0].target == Decimal(1000)
