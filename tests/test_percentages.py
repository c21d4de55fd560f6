"""A percentage never rounds to a met target, nor to a threshold that it has not reached (docs/arithmetic.md, E10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.exports.figure_rows import get_share_number
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Years
from etl.indicators.plans import make_single_plan
from etl.indicators.progress import DISTANCE
from etl.indicators.record import build_record
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import Direction, OverTime, PercentRule, TargetBasis
from etl.locale import LANGUAGES, Locale, get_locale
from etl.locale.formats import format_share
from etl.wording import describe_headline_share, describe_pace
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets
from tests.support.random_figures import KINDS, iterate_figures
from tests.support.random_plans import Scenario, make_scenario, scenarios

THRESHOLDS = Decimal("0.9"), Decimal("0.7")
DISTANCES = Decimal("0.1"), Decimal("0.2")
LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("0.9994", "99.9 %"),
        ("0.9995", "99.9 %"),
        ("0.9996", "99.9 %"),
        ("0.99999999", "99.9 %"),
        ("1", "100.0 %"),
        ("1.0004", "100.0 %"),
        ("1.0005", "100.1 %"),
        ("0.8994", "89.9 %"),
        ("0.8996", "89.9 %"),
        ("0.9", "90.0 %"),
        ("0.9004", "90.0 %"),
        ("0.6999", "69.9 %"),
        ("0.6665", "66.7 %"),
        ("0.7996", "80.0 %"),
        ("0", "0.0 %"),
        ("-0.0004", "0.0 %"),
        ("-0.1996", "\N{MINUS SIGN}20.0 %"),
    ],
)
def test_a_share_is_rounded_half_up_but_never_to_a_threshold_above_it(share: str, text: str) -> None:
    assert format_share(Decimal(share), thresholds=THRESHOLDS) == text


@pytest.mark.parametrize(("share", "text"), [("0.996", "99 %"), ("0.995", "99 %"), ("0.985", "99 %"), ("1", "100 %")])
def test_a_share_without_decimals_is_100_percent_only_when_it_is_whole(share: str, text: str) -> None:
    assert format_share(Decimal(share), 0) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("0.1", "10.0 %"),
        ("0.1001", "10.1 %"),
        ("0.1006", "10.1 %"),
        ("0.0996", "10.0 %"),
        ("0.2004", "20.1 %"),
        ("0.0004", "0.1 %"),
        ("0", "0.0 %"),
        ("0.9996", "100.0 %"),
    ],
)
def test_a_distance_never_rounds_down_to_a_threshold(share: str, text: str) -> None:
    assert format_share(Decimal(share), thresholds=DISTANCES, is_distance=True) == text


@given(st.decimals(min_value=0, max_value=2, places=6))
def test_a_share_shows_100_percent_only_from_1(share: Decimal) -> None:
    shown = Decimal(format_share(share, thresholds=THRESHOLDS).removesuffix(" %"))
    assert (shown >= 100) == (share >= 1)
    assert all((shown >= threshold * 100) == (share >= threshold) for threshold in THRESHOLDS)
    assert abs(shown - share * 100) < Decimal("0.1")


@given(st.decimals(min_value=0, max_value=1, places=6))
def test_a_distance_shows_a_threshold_only_within_it(share: Decimal) -> None:
    shown = Decimal(format_share(share, thresholds=DISTANCES, is_distance=True).removesuffix(" %"))
    assert all((shown <= limit * 100) == (share <= limit) for limit in (*DISTANCES, 0))


def make_figure(amount: object, target: object, **fields: object) -> Figure:
    """Compute the figure of one year in which one site reported the amount in the fourth quarter."""
    indicator = make_indicator("A-01", **fields)
    plans = make_single_plan(
        make_plan(indicator, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: target}))
    )
    before = None if fields else 0
    returns = make_returns("one", "A-01", dict.fromkeys(("2022Q1", "2022Q2", "2022Q3"), before) | {"2022Q4": amount})
    record = build_record(plans, returns)
    period = Years(2022, 2022)
    return compute_figure(plans, record, indicator="A-01", sites=None, period=period, today=date(2023, 2, 1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("amount", "target", "fields", "text", "rating"),
    [
        (9996, 10000, {}, "99.9 %", Rating.ON_TRACK),
        (10000, 10000, {}, "100.0 %", Rating.ACHIEVED),
        (8996, 10000, {}, "89.9 %", Rating.AT_RISK),
        (6996, 10000, {}, "69.9 %", Rating.OFF_TRACK),
        (8496, 10000, {"on_track": "0.85", **LEVEL}, "84.9 %", Rating.AT_RISK),
        ("89.96", 100, {"direction": Direction.MAINTAIN, **LEVEL}, "10.1 %", Rating.AT_RISK),
        (90, 100, {"direction": Direction.MAINTAIN, **LEVEL}, "10.0 %", Rating.ON_TRACK),
        (
            "60.02",
            60,
            {
                "direction": Direction.DECREASE,
                "percent_rule": PercentRule.OF_CHANGE,
                "baseline_year": 2021,
                "baseline_value": 100,
                **LEVEL,
            },
            "99.9 %",
            Rating.ON_TRACK,
        ),
    ],
)
def test_the_percentage_of_a_figure_agrees_with_its_rating(
    amount: object, target: object, fields: dict[str, object], text: str, rating: Rating, language: str
) -> None:
    figure = make_figure(amount, target, **fields)
    locale = get_locale(language)
    assert (describe_headline_share(figure, locale), describe_pace(figure, locale)) == (text, text)
    assert figure.rating is rating


@given(scenarios)
def test_no_percentage_shows_100_unless_the_target_is_met(scenario: Scenario) -> None:
    for item in iterate_figures(scenario):
        figure = item.figure
        if figure.headline_rule == DISTANCE:
            continue
        if isinstance(figure.headline, Decimal):
            assert shows_100(figure, describe_headline_share) != item.is_worse(figure.rated_actual, figure.target)
        if isinstance(figure.pace, Decimal):
            value = figure.counted_value.amount
            assert shows_100(figure, describe_pace) != item.is_worse(value, figure.expected)


@given(scenarios, st.integers(1001, 10**12))
def test_no_percentage_just_below_the_target_shows_100(scenario: Scenario, parts: int) -> None:
    """Random worlds have small numbers, so their percentages are moved close to 100."""
    share = 1 - Decimal(1) / parts
    for item in iterate_figures(scenario):
        if isinstance(item.figure.headline, Decimal) and item.figure.headline_rule != DISTANCE:
            figure = replace(item.figure, headline=share, pace=share)
            assert not shows_100(figure, describe_headline_share) and not shows_100(figure, describe_pace)


def test_random_worlds_have_percentages_below_and_above_the_target_of_each_kind() -> None:
    """Otherwise the properties above would hold of nothing. Stages have no percentages."""
    wanted = {(kind, is_above) for kind in KINDS - {"stage"} for is_above in (True, False)}
    for seed in range(400):
        for item in iterate_figures(make_scenario(seed)):
            if isinstance(item.figure.headline, Decimal) and item.figure.headline_rule != DISTANCE:
                wanted -= {(kind, item.figure.headline >= 1) for kind in item.kinds}
        if not wanted:
            return
    assert not wanted


def shows_100(figure: Figure, describe: Callable[[Figure, Locale], str]) -> bool:
    """Whether the percentage is at least 100, the same in each language."""
    texts = [describe(figure, get_locale(language)) for language in LANGUAGES]
    numbers = {
        Decimal(text.removesuffix(" %").replace("\N{MINUS SIGN}", "-").replace(",", "")) >= 100 for text in texts
    }
    assert len(numbers) == 1, texts
    return numbers == {True}


@pytest.mark.parametrize(
    ("share", "number"),
    [
        ("0.9996", "0.999"),
        ("0.9994", "0.9994"),
        ("0.6665", "0.667"),
        ("0.66649", "0.66649"),
        ("1", "1"),
        ("0.8996", "0.899"),
    ],
)
def test_a_cell_of_a_workbook_shows_the_digits_of_the_page(share: str, number: str) -> None:
    """Spreadsheets round half up too, so the exact number is written wherever that gives the same digits."""
    assert get_share_number(Decimal(share), THRESHOLDS, is_distance=False) == Decimal(number)
