"""Texts about a figure have its numbers, its direction and its rating."""

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.editions import EditionFigure, FigureKey, Suppression
from etl.indicators.figures import compute_figure, count_ratings
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import CarriedLevel, Figure, NoValue, Outlook, Rating, Value
from etl.indicators.vocabulary import (
    Direction,
    Indicator,
    LocalizedText,
    OverTime,
    PercentRule,
    ReportingFrequency,
    TargetBasis,
)
from etl.locale import LANGUAGES, get_locale
from etl.wording import (
    NO_VALUE_LABELS,
    RATING_LABELS,
    describe_completeness,
    describe_headline,
    describe_needed_pace,
    describe_period,
    describe_rating,
    describe_rating_counts,
    format_calculation,
    make_figure_title,
    make_rating_counts_title,
    summarize_completeness,
)
from etl.wording.editions import describe_restatement_count, get_shown_value, summarize_edition_completeness
from tests.support.builders import make_indicator, make_plan, make_returns, make_stage_indicator, make_targets

NAMED: dict[str, Any] = {
    "name": LocalizedText("Trained farmers", "កសិករបានបណ្តុះបណ្តាល"),
    "unit_label": LocalizedText("people", "នាក់"),
}
LEVEL: dict[str, Any] = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL, "decimals": 1}
FROM_A_BASELINE: dict[str, Any] = {**LEVEL, "percent_rule": PercentRule.OF_CHANGE, "baseline_year": 2021}

FLOW = make_indicator(**NAMED)
RISING = make_indicator(**NAMED, **FROM_A_BASELINE, baseline_value="8.4")
FALLING = make_indicator(**NAMED, **FROM_A_BASELINE, baseline_value=60, direction=Direction.DECREASE)
STEADY = make_indicator(**NAMED, **LEVEL, direction=Direction.MAINTAIN)

YEAR = Years(2022, 2022)
PROGRESS_RATINGS = {Rating.ACHIEVED, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK}


def make_figure(
    indicator: Indicator, amount: object, target: object, *, period: Period = YEAR, today: str = "2023-02-15"
) -> Figure:
    """Compute the figure of a site that reported an amount in the last quarter of 2022."""
    before = 0 if indicator.is_flow else amount
    by_quarter = {"2022Q1": before, "2022Q2": before, "2022Q3": before, "2022Q4": amount}
    plan = make_plan(indicator, sites=["one"], targets=make_targets(indicator.code, {2022: target, 2024: target}))
    plans = make_single_plan(plan)
    record = build_record(plans, make_returns("one", indicator.code, by_quarter if amount is not None else {}))
    return compute_figure(
        plans, record, indicator=indicator.code, sites=None, period=period, today=date.fromisoformat(today)
    )


def list_numbers_in(sentence: str) -> list[Decimal]:
    """Return every number in the sentence, in order."""
    matches = re.findall(r"\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?", sentence)
    return [Decimal(number.replace(",", "").replace("\N{MINUS SIGN}", "-")) for number in matches]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("indicator", "amount", "target", "rating"),
    [
        (FLOW, 210, 200, Rating.ACHIEVED),
        (FLOW, 190, 200, Rating.ON_TRACK),
        (FLOW, 150, 200, Rating.AT_RISK),
        (FLOW, 20, 200, Rating.OFF_TRACK),
        (RISING, "9.6", "9.5", Rating.ACHIEVED),
        (RISING, "8.5", "9.5", Rating.OFF_TRACK),
        (FALLING, 38, 40, Rating.ACHIEVED),
        (FALLING, 75, 40, Rating.OFF_TRACK),
        (STEADY, 50, 50, Rating.ON_TRACK),
    ],
)
def test_a_title_has_the_actual_the_target_and_the_rating_of_its_figure(indicator, amount, target, rating, language):
    figure = make_figure(indicator, amount, target)
    title = make_figure_title(figure, indicator, get_locale(language))
    assert figure.rating is rating
    assert title.startswith(indicator.name.get_text(language))
    assert list_numbers_in(title) == [Decimal(amount), Decimal(target)]
    assert indicator.unit_label.get_text(language) in title
    mentioned = {
        rating
        for rating in PROGRESS_RATINGS
        if describe_rating(rating, get_locale(language)) in title.removeprefix(indicator.name.km)
    }
    assert rating in mentioned
    assert re.search(rf"{re.escape(describe_rating(rating, get_locale(language)))}\)?$", title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_without_an_actual_gives_the_reason_and_no_rating(language):
    figure = make_figure(FLOW, None, 200)
    title = make_figure_title(figure, FLOW, get_locale(language))
    assert isinstance(figure.actual.amount, NoValue)
    assert title.endswith(get_locale(language).gettext(NO_VALUE_LABELS[figure.actual.amount]))
    assert not list_numbers_in(title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_without_a_target_names_none(language):
    figure = make_figure(FLOW, 150, None)
    title = make_figure_title(figure, FLOW, get_locale(language))
    assert figure.rating is Rating.NO_TARGET
    assert list_numbers_in(title) == [Decimal(150)]
    assert describe_rating(Rating.NO_TARGET, get_locale(language)) in title


@pytest.mark.parametrize(
    ("rating", "english", "khmer"),
    [
        (Rating.ACHIEVED, "achieved", "សម្រេចបាន"),
        (Rating.ON_TRACK, "on track", "តាមផែនការ"),
        (Rating.AT_RISK, "at risk", "មានហានិភ័យ"),
        (Rating.OFF_TRACK, "off track", "យឺតជាងផែនការ"),
        (Rating.NO_DATA, "no data", "មិនមានទិន្នន័យ"),
    ],
)
def test_each_rating_has_the_label_of_the_term_list(rating, english, khmer):
    assert (describe_rating(rating, get_locale("en")), describe_rating(rating, get_locale("km"))) == (english, khmer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_ratings_have_the_same_label(language):
    assert (
        len({describe_rating(rating, get_locale(language)) for rating in Rating}) == len(RATING_LABELS) == len(Rating)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("indicator", "amount", "target", "rule", "share"),
    [
        (FLOW, 150, 200, "of_target", "75.0 %"),
        (RISING, "8.95", "9.5", "of_change", "50.0 %"),
        (FALLING, 50, 40, "of_change", "50.0 %"),
        (FALLING, 70, 40, "of_change", "\N{MINUS SIGN}50.0 %"),
        (STEADY, 47, 50, "distance", "6.0 %"),
    ],
)
def test_a_headline_names_its_share_and_what_it_is_a_share_of(indicator, amount, target, rule, share, language):
    figure = make_figure(indicator, amount, target)
    assert figure.headline_rule == rule
    headline = describe_headline(figure, get_locale(language))
    assert share in headline
    others = {
        describe_headline(make_figure(indicator, 50, 50), get_locale(language)) for indicator in (FLOW, FALLING, STEADY)
    }
    assert len(others) == 3, "each rule has words of its own"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_headline_that_cannot_be_formed_gives_its_reason(language):
    figure = make_figure(FLOW, 150, None)
    assert describe_headline(figure, get_locale(language)) == get_locale(language).gettext(
        NO_VALUE_LABELS[NoValue.NO_TARGET]
    )
    assert describe_headline(figure, get_locale(language)) in format_calculation(figure, FLOW, get_locale(language))


def make_outlook(needed: object, *, remaining: int, per_quarter: object) -> Outlook:
    pace = None if per_quarter is None else Decimal(str(per_quarter))
    return Outlook(Decimal(100), Decimal(str(needed)), remaining, pace, None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("indicator", "needed", "remaining", "pace", "text"),
    [
        (FLOW, 800, 8, 100, "+100"),
        (FLOW, 12, 8, "1.5", "+1.5"),
        (FLOW, 32, 8, 4, "+4"),
        (FALLING, -80, 8, -10, "\N{MINUS SIGN}10.0"),
    ],
)
def test_the_needed_pace_has_its_sign(indicator, needed, remaining, pace, text, language):
    words = describe_needed_pace(
        make_outlook(needed, remaining=remaining, per_quarter=pace), indicator, get_locale(language)
    )
    assert f"{text} {indicator.unit_label.get_text(language)}" in words
    assert list_numbers_in(words)[-1] == remaining


@pytest.mark.parametrize("frequency", [ReportingFrequency.ANNUAL, ReportingFrequency.MILESTONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_reported_each_quarter_is_needed_by_the_end_of_the_plan(frequency, language):
    yearly = replace(FLOW, reported=frequency)
    words = describe_needed_pace(make_outlook(800, remaining=8, per_quarter=100), yearly, get_locale(language))
    assert list_numbers_in(words) == [800] and "+800" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_that_differ_only_after_rounding_have_more_decimals(language):
    """So 8.458 is not "8.5 of 8.5, off track"."""
    share = replace(FLOW, decimals=1)
    title = make_figure_title(make_figure(share, "8.458", "8.5"), share, get_locale(language))
    assert "8.458" in title and "8.5 " in title
    assert "8.5" in make_figure_title(make_figure(share, "8.5", "8.5"), share, get_locale(language))


@pytest.mark.parametrize(("count", "text"), [(0, "0 figures"), (1, "1 figure"), (2, "2 figures")])
def test_the_count_of_restated_figures_has_its_plural(count, text):
    assert describe_restatement_count(count, "2026-Q2", get_locale("en")) == f"{text} restated since 2026-Q2"
    assert "2026-Q2" in describe_restatement_count(count, "2026-Q2", get_locale("km"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("indicator", "needed"), [(FLOW, 0), (FLOW, -5), (FALLING, 0), (FALLING, 5)])
def test_nothing_is_needed_beyond_the_target_in_either_direction(indicator, needed, language):
    words = describe_needed_pace(make_outlook(needed, remaining=4, per_quarter=needed), indicator, get_locale(language))
    assert words == get_locale(language).gettext("target reached")


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_the_last_quarter_there_is_no_pace(language):
    words = describe_needed_pace(make_outlook(5, remaining=0, per_quarter=None), FLOW, get_locale(language))
    assert words == get_locale(language).gettext("no quarters left")
    assert describe_needed_pace(None, FLOW, get_locale(language)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_needed_pace_is_that_of_the_outlook(language):
    figure = make_figure(FLOW, 150, 200, period=PlanToDate())
    assert figure.outlook is not None
    assert figure.outlook.needed_per_quarter is not None
    words = describe_needed_pace(figure.outlook, FLOW, get_locale(language))
    assert list_numbers_in(words) == [
        Decimal(get_locale("en").format_amount(figure.outlook.needed_per_quarter, 0).replace(",", "")),
        Decimal(figure.outlook.remaining_quarters),
    ]


def evaluate(sentence: str) -> Fraction:
    """Evaluate the left side of the calculation."""
    left = sentence.partition(" = ")[0].replace(",", "").replace("\N{MINUS SIGN}", "-").replace("÷", "/")
    left = re.sub(r"\|(.*?)\|", r"abs(\1)", left)
    return eval(re.sub(r"(\d+(?:\.\d+)?)", r'Fraction("\1")', left), {"Fraction": Fraction, "abs": abs})


def format_percentage(share: Fraction) -> Decimal:
    """Return the share as a percentage with one decimal, rounded half up."""
    return (Decimal(share.numerator) / share.denominator * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("indicator", "amount", "target", "calculation"),
    [
        (FLOW, 150, 200, "150 ÷ 200"),
        (FLOW, 3480, 4500, "3,480 ÷ 4,500"),
        (RISING, "8.461", "9.5", "(8.461 − 8.4) ÷ (9.5 − 8.4)"),
        (FALLING, 70, 40, "(70.0 − 60.0) ÷ (40.0 − 60.0)"),
        (STEADY, "47.25", 50, "|47.25 − 50.0| ÷ 50.0"),
    ],
)
def test_the_calculation_gives_its_percentage(indicator, amount, target, calculation, language):
    figure = make_figure(indicator, amount, target)
    sentence = format_calculation(figure, indicator, get_locale(language))
    assert sentence == f"{calculation} = {describe_headline(figure, get_locale(language))}"
    assert isinstance(figure.headline, Decimal)
    assert f"{format_percentage(evaluate(sentence))}".replace("-", "\N{MINUS SIGN}") in describe_headline(
        figure, get_locale(language)
    )


@given(st.decimals(min_value=0, max_value=100, places=3))
def test_a_calculation_with_three_decimals_gives_its_percentage(amount):
    figure = make_figure(RISING, amount, "9.5")
    sentence = format_calculation(figure, RISING, get_locale("en"))
    assert isinstance(figure.headline, Decimal)
    assert abs(evaluate(sentence) - Fraction(figure.headline)) < Fraction(1, 10**9)
    assert get_locale("en").format_share(figure.headline) in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_of_the_overview_counts_rated_good_and_other_indicators(language):
    ratings = [Rating.ACHIEVED, Rating.ON_TRACK, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK, Rating.NO_DATA]
    assert list_numbers_in(make_rating_counts_title(count_ratings(ratings), get_locale(language))) == [3, 5, 2]
    assert list_numbers_in(make_rating_counts_title(count_ratings(ratings[:3]), get_locale(language))) == [3]
    assert list_numbers_in(make_rating_counts_title(count_ratings(ratings[5:]), get_locale(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rating_that_occurs_is_listed_with_its_count(language):
    counted = count_ratings([Rating.ON_TRACK, Rating.ON_TRACK, Rating.NO_DATA])
    assert describe_rating_counts(counted, get_locale(language)) == " · ".join(
        [
            f"2 {describe_rating(Rating.ON_TRACK, get_locale(language))}",
            f"1 {describe_rating(Rating.NO_DATA, get_locale(language))}",
        ]
    )
    assert describe_rating_counts(count_ratings([]), get_locale(language)) == get_locale(language).gettext(
        "no indicator"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_completeness_is_described_only_if_something_is_missing(language):
    assert describe_completeness(make_figure(FLOW, 150, 200).actual, get_locale(language)) == ""
    assert list_numbers_in(describe_completeness(make_figure(FLOW, None, 200).actual, get_locale(language))) == [0, 4]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("period", "numbers"),
    [(PlanToDate(), []), (YEAR, [2022]), (Years(2022, 2024), [2022, 2024]), (Quarter(2025, 3), [2025, 3])],
)
def test_a_period_has_its_years_and_quarter_in_its_name(period, numbers, language):
    assert sorted(list_numbers_in(describe_period(period, get_locale(language)))) == sorted(numbers)


CARRIED = (CarriedLevel("one", Quarter(2022, 1)),)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(NoValue.NOT_DUE), "nothing due"),
        (Value(NoValue.NOT_APPLICABLE), "nothing due"),
        (Value(Decimal(1), reported=2, expected=2), "complete"),
        (Value(Decimal(1), reported=1, expected=2), "1 of 2 numbers received"),
        (Value(NoValue.NOTHING_REPORTED, reported=0, expected=2), "0 of 2 numbers received"),
        (Value(Decimal(1), carried=CARRIED), "1 carried from an earlier quarter"),
        (Value(NoValue.NOT_COLLECTED, expected=1, not_collected=1), "0 of 1 number received · 1 not collected"),
    ],
)
def test_only_what_was_due_is_complete(value: Value, text: str) -> None:
    assert summarize_completeness(value, get_locale("en")) == text
    assert summarize_completeness(value, get_locale("km")) != text
    figure = EditionFigure(
        FigureKey("A-01", "", "", "plan"),
        "value",
        reported=value.reported,
        expected=value.expected,
        carried=len(value.carried),
        not_collected=value.not_collected,
    )
    assert summarize_edition_completeness(figure, get_locale("en")) == text


def test_a_suppressed_figure_is_complete_only_if_all_of_it_is_in() -> None:
    figures = [
        EditionFigure(FigureKey("A-01", "", "", "plan"), Suppression.SMALL, reported=reported, expected=2)
        for reported in (1, 2)
    ]
    assert [summarize_edition_completeness(figure, get_locale("en")) for figure in figures] == ["", "complete"]


def test_the_lowest_stage_of_some_sites_is_not_shown_while_another_site_could_be_lower():
    indicator = make_stage_indicator("A-01", "no", "yes")
    figure = EditionFigure(FigureKey("A-01", "", "", "2026Q3"), "value", Decimal(2), reported=2, expected=5)
    assert get_shown_value(figure, indicator) is None
    for known in (
        replace(figure, value=Decimal(1)),
        replace(figure, reported=5),
        replace(figure, reported=2, carried=3),
    ):
        assert get_shown_value(known, indicator) == known.value
    assert get_shown_value(figure, make_indicator("A-01")) == Decimal(2)
