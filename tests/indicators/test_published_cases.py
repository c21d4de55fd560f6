"""Published plan and achievement figures: the core gives the printed percentages, digit by digit."""

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import ReportingFrequency
from tests.support.builders import make_indicator, make_plan, make_return, make_targets

CASES = Path(__file__).parents[1] / "cases" / "published.csv"
TRUNCATED = {"A13"}
"""Printed as 318 for 318.94: the only percentage that was truncated instead of rounded half up."""


def list_published_cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compute_harvest(target: str, by_site: dict[str, str]) -> Figure:
    """Compute the figure of a year's harvest, which each site reports once a year."""
    plan = make_plan(
        make_indicator("R-01", unit="ha", reported=ReportingFrequency.ANNUAL),
        sites=tuple(by_site),
        years=(2022, 2022),
        targets=make_targets("R-01", {2022: target}),
    )
    plans = make_single_plan(plan)
    returns = [make_return(site, "2022Q4", {"R-01": amount}) for site, amount in by_site.items()]
    query = {"indicator": "R-01", "sites": None, "period": Years(2022, 2022), "today": date(2023, 3, 1)}
    return compute_figure(plans, build_record(plans, returns), **query)


def parse_percent(figure: Figure, decimals: int) -> Decimal:
    assert isinstance(figure.achievement, Decimal)
    return (figure.achievement * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize("case", list_published_cases(), ids=lambda case: case["id"])
def test_the_core_gives_the_published_percentage(case: dict[str, str]) -> None:
    figure = compute_harvest(case["target_ha"], {"one": case["actual_ha"]})
    printed = Decimal(case["published_pct"])
    decimals = max(0, -int(printed.normalize().as_tuple().exponent))
    if case["id"] in TRUNCATED:
        assert int(parse_percent(figure, 2)) == printed < parse_percent(figure, 0)
    else:
        assert parse_percent(figure, decimals) == printed
    assert parse_percent(figure, 3) == Decimal(case["own_calc_pct"])


def test_the_total_of_two_seasons_is_not_the_mean_of_their_percentages() -> None:
    rainy, dry = compute_harvest("86500", {"rainy": "101647"}), compute_harvest("42000", {"dry": "45775"})
    both = compute_harvest("128500", {"rainy": "101647", "dry": "45775"})
    assert both.actual.amount == Decimal(147422)
    assert (parse_percent(rainy, 2), parse_percent(dry, 2), parse_percent(both, 2)) == tuple(
        map(Decimal, ("117.51", "108.99", "114.73"))
    )
    assert (parse_percent(rainy, 2) + parse_percent(dry, 2)) / 2 == Decimal("113.25")


def test_battambang_reaches_319_percent_and_is_over_target() -> None:
    figure = compute_harvest("27000", {"battambang": "86115"})
    assert parse_percent(figure, 2) == Decimal("318.94")
    assert figure.rating is Rating.ACHIEVED and figure.over_target
