"""Published plan and achievement figures, recomputed: the printed percentages must come out, digit by digit."""

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Years
from etl.indicators.plans import only_plan
from etl.indicators.record import build_record
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import ReportingFrequency
from tests.support.builders import make_indicator, make_plan, make_return, make_targets

CASES = Path(__file__).parents[1] / "cases" / "published.csv"
PRINTED_CUT = {"A13"}
"""Printed without its fraction, 318 for 318.94: the only one that rounding half up does not give."""


def published() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def achieved(target: str, by_site: dict[str, str]) -> Figure:
    """The figure of a year's harvest, reported once a year by each of the sites."""
    plan = make_plan(
        make_indicator("R-01", unit="ha", reported=ReportingFrequency.ANNUAL),
        sites=tuple(by_site),
        years=(2022, 2022),
        targets=make_targets("R-01", {2022: target}),
    )
    plans = only_plan(plan)
    returns = [make_return(site, "2022Q4", {"R-01": amount}) for site, amount in by_site.items()]
    question = {"indicator": "R-01", "sites": None, "period": Years(2022, 2022), "today": date(2023, 3, 1)}
    return compute_figure(plans, build_record(plans, returns), **question)


def percent(found: Figure, decimals: int) -> Decimal:
    assert isinstance(found.achievement, Decimal)
    return (found.achievement * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize("case", published(), ids=lambda case: case["id"])
def test_a_published_percentage_comes_out_as_printed(case: dict[str, str]) -> None:
    found = achieved(case["target_ha"], {"one": case["actual_ha"]})
    printed = Decimal(case["published_pct"])
    decimals = max(0, -int(printed.normalize().as_tuple().exponent))
    if case["id"] in PRINTED_CUT:
        assert int(percent(found, 2)) == printed < percent(found, 0)
    else:
        assert percent(found, decimals) == printed
    assert percent(found, 3) == Decimal(case["own_calc_pct"])


def test_the_total_of_two_seasons_is_not_the_mean_of_their_percentages() -> None:
    rainy, dry = achieved("86500", {"rainy": "101647"}), achieved("42000", {"dry": "45775"})
    both = achieved("128500", {"rainy": "101647", "dry": "45775"})
    assert both.actual.amount == Decimal(147422)
    assert (percent(rainy, 2), percent(dry, 2), percent(both, 2)) == tuple(map(Decimal, ("117.51", "108.99", "114.73")))
    assert (percent(rainy, 2) + percent(dry, 2)) / 2 == Decimal("113.25")


def test_battambang_is_319_percent_of_its_plan_and_marked_over_target() -> None:
    found = achieved("27000", {"battambang": "86115"})
    assert percent(found, 2) == Decimal("318.94")
    assert found.rating is Rating.ACHIEVED and found.over_target
