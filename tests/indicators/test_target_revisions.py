"""A target that a later plan version revised is known beside each figure that it moves (docs/arithmetic.md, D8)."""

from datetime import date

import pytest

from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.vocabulary import Indicator, OverTime, TargetBasis
from tests.support.builders import make_indicator, make_plan, make_plans, make_return, make_returns, make_targets
from tests.support.core_and_oracle import FigureCalculator

LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
TODAY = "2023-02-01"


def make_version(targets: dict[int, object], *, indicator: Indicator | None = None, **fields: object) -> Plan:
    return make_plan(
        indicator or make_indicator("A-01"), sites=["one", "two"], targets=make_targets("A-01", targets), **fields
    )


RETURNS = make_returns("one", "A-01", {"2022Q1": 5, "2022Q2": 5, "2022Q3": 5, "2022Q4": 5})
OLD, NEW = make_version({2022: 20, 2023: 30}), make_version({2022: 18, 2023: 30})


@pytest.mark.parametrize(
    ("period", "before", "after"),
    [("2022", 20, 18), ("", 50, 48), ("2022-2023", 50, 48)],
)
def test_a_target_of_18_in_place_of_20_moves_the_year_and_the_sums_with_it(
    calculate: FigureCalculator, period: str, before: int, after: int
) -> None:
    """20 + 30 = 50 becomes 18 + 30 = 48."""
    plans = make_plans((date.min, OLD), (date(2022, 6, 1), NEW))
    answer = calculate(plans, RETURNS, period, today=TODAY)
    assert answer.revisions == [("2022-06-01", before, after, False)]


def test_a_year_with_the_same_target_is_not_revised(calculate: FigureCalculator) -> None:
    plans = make_plans((date.min, OLD), (date(2022, 6, 1), NEW))
    assert calculate(plans, RETURNS, "2023", today=TODAY).revisions == []


def test_a_quarter_shows_the_expected_value_that_moved(calculate: FigureCalculator) -> None:
    """A quarter of 20 is 5; a quarter of 18 is 4.5."""
    plans = make_plans((date.min, OLD), (date(2022, 6, 1), NEW))
    (revision,) = calculate(plans, RETURNS, "2022Q4", today=TODAY).revisions
    assert revision == ("2022-06-01", 5, pytest.approx(4.5), True)


def test_a_quarter_that_the_older_version_judges_has_no_revision(calculate: FigureCalculator) -> None:
    plans = make_plans((date.min, OLD), (date(2022, 10, 15), NEW))
    assert calculate(plans, RETURNS, "2022Q3", today=TODAY).revisions == []
    assert len(calculate(plans, RETURNS, "2022Q4", today=TODAY).revisions) == 1


def test_the_day_is_that_of_loading_and_not_that_from_which_the_version_is_in_force(
    calculate: FigureCalculator,
) -> None:
    plans = Plans((PlanVersion(1, date.min, OLD), PlanVersion(2, date(2022, 1, 1), NEW, loaded_on=date(2026, 11, 30))))
    assert calculate(plans, RETURNS, "2022", today=TODAY).revisions == [("2026-11-30", 20, 18, False)]


def test_each_revision_is_listed_and_one_that_is_not_yet_in_force_is_left_out(calculate: FigureCalculator) -> None:
    """20 becomes 18, then 15; the version of 2024, loaded in between, has 99 and does not judge 2022."""
    plans = make_plans(
        (date.min, OLD),
        (date(2022, 2, 1), NEW),
        (date(2024, 1, 1), make_version({2022: 99})),
        (date(2022, 3, 1), make_version({2022: 15})),
    )
    answer = calculate(plans, RETURNS, "2022", today=TODAY)
    assert answer.revisions == [("2022-02-01", 20, 18, False), ("2022-03-01", 18, 15, False)]


def test_a_target_that_is_set_or_dropped_later_is_revised_too(calculate: FigureCalculator) -> None:
    without = make_version({2023: 30})
    assert calculate(
        make_plans((date.min, without), (date(2022, 2, 1), OLD)), RETURNS, "2022", today=TODAY
    ).revisions == [("2022-02-01", "no_target", 20, False)]
    assert calculate(
        make_plans((date.min, OLD), (date(2022, 2, 1), without)), RETURNS, "2022", today=TODAY
    ).revisions == [("2022-02-01", 20, "no_target", False)]


def test_a_year_that_the_older_plan_did_not_have_is_not_revised(calculate: FigureCalculator) -> None:
    older = make_version({2023: 30}, years=(2023, 2024))
    newer = make_version({2022: 20, 2023: 30})
    plans = make_plans((date(2022, 1, 1), older), (date(2022, 2, 1), newer))
    assert calculate(plans, RETURNS, "2022", today=TODAY).revisions == []


def test_targets_in_another_unit_are_not_compared(calculate: FigureCalculator) -> None:
    hectares = make_version({2022: 18}, indicator=make_indicator("A-01", unit="ha"))
    plans = make_plans((date.min, OLD), (date(2022, 2, 1), hectares))
    assert calculate(plans, RETURNS, "2022", today=TODAY).revisions == []


def test_a_level_between_milestones_shows_the_expected_value_that_a_later_milestone_moved(
    calculate: FigureCalculator,
) -> None:
    """From 10 at the end of 2022 to 30 at the end of 2024, 2023 ends at 20; to 50, it ends at 30."""
    level = make_indicator("A-01", **LEVEL)
    older, newer = (make_version({2022: 10, 2024: last}, indicator=level) for last in (30, 50))
    plans = make_plans((date.min, older), (date(2023, 6, 1), newer))
    returns = [make_return(site, "2023Q4", {"A-01": 8}) for site in ("one", "two")]
    answer = calculate(plans, returns, "2023", today="2024-02-01")
    assert (answer.target, answer.revisions) == ("no_target", [("2023-06-01", 20, 30, True)])


def test_a_site_has_the_revisions_of_its_own_target(calculate: FigureCalculator) -> None:
    older, newer = (
        make_plan(
            make_indicator("A-01"),
            targets=[*make_targets("A-01", {2022: 20}), *make_targets("A-01", {2022: own}, site="one")],
        )
        for own in (12, 9)
    )
    plans = make_plans((date.min, older), (date(2022, 6, 1), newer))
    assert calculate(plans, RETURNS, "2022", today=TODAY, sites=("one",)).revisions == [("2022-06-01", 12, 9, False)]
    assert calculate(plans, RETURNS, "2022", today=TODAY, sites=("two",)).revisions == []
    assert calculate(plans, RETURNS, "2022", today=TODAY).revisions == []
