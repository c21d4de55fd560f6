"""On random plans, in both languages: titles and texts have the numbers, direction and rating of their figures."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import Figure, NoValue, Rating
from etl.indicators.vocabulary import Direction, Indicator, LocalizedText
from etl.locale import LANGUAGES, get_locale
from etl.queries.comparisons import compare_figure
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot, make_record_snapshot
from etl.wording import describe_amount, describe_rating, make_figure_title
from etl.wording.changes import describe_amount_change, describe_rating_change
from etl.wording.chart_titles import make_history_title, make_sites_title, make_years_title, summarize_series
from etl.wording.explanations import explain_figure, explain_year_step
from tests.support.builders import make_indicator, make_plan, make_return, make_stage_indicator, make_targets
from tests.support.few_examples import limit_examples
from tests.support.random_plans import make_scenario

DIRECTIONS = {
    "en": ("ahead of the", "behind the", "as expected", "above the", "below the", "as planned"),
    "km": ("ល្អជាង", "ខ្សោយជាង", "ដូចដែលបានរំពឹងទុក", "ខ្ពស់ជាង", "ទាបជាង", "រក្សាបានតាម"),
}
"""Better, worse, equal; above, below, equal for `maintain`."""
PROGRESS_RATINGS = (Rating.ACHIEVED, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK)
EXAMPLES = 10


def seeds(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with random seeds."""
    return limit_examples(EXAMPLES)(given(st.integers(0, 100_000))(test))


both = pytest.mark.parametrize("language", LANGUAGES)


def iterate_histories(seed: int) -> Iterator[tuple[QueryScope, IndicatorHistory]]:
    """Yield the history of every indicator of a random scenario, except those in stages, whose titles have words."""
    scenario = make_scenario(seed)
    record = build_record(scenario.plans, scenario.returns)
    snapshot = Snapshot(
        data_version=1,
        plans=scenario.plans,
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=False,
    )
    query = scenario.query
    scope = QueryScope(snapshot, query.today, query.period, query.sites)
    for indicator in (indicator for indicator in scope.plan.indicators if not indicator.is_stage):
        history = find_indicator_history(scope, indicator.code)
        assert history is not None
        yield scope, history


def list_numbers_in(sentence: str) -> list[str]:
    return re.findall("\N{MINUS SIGN}?" + r"\d+(?:,\d{3})*(?:\.\d+)?", sentence)


def format_for(amount: Decimal, indicator: Indicator) -> str:
    return get_locale("en").format_amount(amount, indicator.decimals)


def format_pair(amounts: list[Decimal], indicator: Indicator) -> list[str]:
    """Return the amounts, with up to two decimals more where two differ only there."""
    texts = [format_for(amount, indicator) for amount in amounts]
    if len(set(texts)) == len(set(amounts)) or len(set(texts)) > 1:
        return texts
    with_decimals = [get_locale("en").format_amount(amount, indicator.decimals + 2) for amount in amounts]
    return [re.sub(r"\.?0{1,2}$", "", text) if "." in text else text for text in with_decimals]


def mentions(rating: Rating, sentence: str, language: str) -> bool:
    return describe_rating(rating, get_locale(language)) in sentence


@both
@seeds
def test_the_history_title_has_the_position_of_the_last_number(language: str, seed: int) -> None:
    for _, history in iterate_histories(seed):
        indicator = history.indicator
        title = make_history_title(history.points, indicator, get_locale(language))
        reported = [
            point
            for point in history.points
            if isinstance(point.to_date.amount, Decimal) and point.in_quarter.amount != NoValue.NOT_DUE
        ]
        if not reported:
            assert list_numbers_in(title) == []
            continue
        last = reported[-1]
        actual, expected = last.to_date.amount, last.expected
        assert isinstance(actual, Decimal)
        when = list_numbers_in(get_locale(language).format_quarter(last.quarter))
        mentioned = [place for place, words in enumerate(DIRECTIONS[language]) if words in title]
        if not isinstance(expected, Decimal):
            assert (list_numbers_in(title), mentioned) == ([*when, format_for(actual, indicator)], [])
            continue
        pair = format_pair([actual, expected], indicator)
        differs = pair[0] != pair[1]
        assert list_numbers_in(title) == [*when, *(pair if differs else pair[:1])]
        offset = 3 if indicator.direction is Direction.MAINTAIN else 0
        worse = actual < expected if indicator.direction is not Direction.DECREASE else actual > expected
        assert mentioned == [offset + ((1 if worse else 0) if differs else 2)]


@both
@seeds
def test_the_years_title_has_the_last_rated_year_and_counts_good_years(language: str, seed: int) -> None:
    for _, history in iterate_histories(seed):
        years = history.progress.years
        title = make_years_title(years, history.indicator, get_locale(language))
        rated = [(year, figure) for year, figure in years if figure.rating in PROGRESS_RATINGS]
        if not rated:
            assert list_numbers_in(title) == []
            continue
        year, last = rated[-1]
        amounts = [amount for amount in (last.actual.amount, last.target) if isinstance(amount, Decimal)]
        good = sum(figure.rating in (Rating.ACHIEVED, Rating.ON_TRACK) for _, figure in rated)
        counts = [str(good), str(len(rated))] if len(rated) > 1 else []
        assert list_numbers_in(title) == [
            str(year),
            *format_pair(amounts, history.indicator),
            *counts,
        ]
        first = title.partition("; " if language == "en" else " · ")[0]
        assert [rating for rating in PROGRESS_RATINGS if mentions(rating, first, language)] == [last.rating]


@both
@seeds
def test_the_sites_title_has_the_highest_and_the_lowest_site(language: str, seed: int) -> None:
    for _, history in iterate_histories(seed):
        title = make_sites_title(history.sites, history.indicator, get_locale(language))
        amounts = [figure.actual.amount for _, figure in history.sites if isinstance(figure.actual.amount, Decimal)]
        if not amounts:
            assert not re.search(r"; \d", title)
            continue
        assert format_for(max(amounts), history.indicator) in title
        assert format_for(min(amounts), history.indicator) in title
        ratings = [figure.rating for _, figure in history.sites if figure.rating in PROGRESS_RATINGS]
        if len(ratings) > 1:
            good = sum(rating in (Rating.ACHIEVED, Rating.ON_TRACK) for rating in ratings)
            assert [int(number) for number in list_numbers_in(title)[-2:]] == [good, len(ratings)]


@both
@seeds
def test_the_title_and_explanation_have_the_numbers_and_rating_of_the_figure(language: str, seed: int) -> None:
    for _, history in iterate_histories(seed):
        figure = history.figure
        named = replace(history.indicator, name=LocalizedText("Nameless", "គ្មានឈ្មោះ"))
        check_title(figure, named, make_figure_title(figure, named, get_locale(language)), language)
        sentences = explain_figure(figure, history.indicator, get_locale(language))
        if isinstance(figure.headline, Decimal):
            assert get_locale(language).format_share(figure.headline) in sentences[0]
        if figure.rating in PROGRESS_RATINGS and isinstance(figure.expected, Decimal):
            (sentence_of_pace,) = [
                sentence
                for sentence in sentences
                if get_locale(language).format_quarter(figure.counted_quarter) in sentence
            ]  # type: ignore[arg-type]
            assert [rating for rating in PROGRESS_RATINGS if mentions(rating, sentence_of_pace, language)] == [
                figure.rating
            ]
            if isinstance(figure.pace, Decimal):
                assert get_locale(language).format_share(figure.pace) in sentence_of_pace


def check_title(figure: Figure, indicator: Indicator, title: str, language: str) -> None:
    actual, target = figure.actual.amount, figure.target
    if isinstance(actual, NoValue):
        assert list_numbers_in(title) == []
        return
    amounts = [amount for amount in (actual, target) if isinstance(amount, Decimal)]
    assert list_numbers_in(title) == format_pair(amounts, indicator)
    mentioned = [rating for rating in PROGRESS_RATINGS if mentions(rating, title, language)]
    assert mentioned == ([figure.rating] if figure.rating in PROGRESS_RATINGS else [])


@both
@seeds
def test_a_summary_has_the_first_last_lowest_and_highest_number(language: str, seed: int) -> None:
    for _, history in iterate_histories(seed):
        named = [(get_locale(language).format_quarter(point.quarter), point.to_date.amount) for point in history.points]
        reported = [amount for _, amount in named if isinstance(amount, Decimal)]
        sentence = summarize_series(named, history.indicator, get_locale(language))
        if len(reported) > 1:
            expected_numbers = [
                format_for(amount, history.indicator)
                for amount in (reported[0], reported[-1], min(reported), max(reported))
            ]
            parts = list_numbers_in(re.sub(r"\([^)]*\)", "", sentence))
            assert parts == [str(len(reported)), *expected_numbers]


@both
@seeds
def test_the_step_of_a_year_equals_its_calculation(language: str, seed: int) -> None:
    for scope, history in iterate_histories(seed):
        step = compare_figure(scope, history.indicator).year_step
        if step is None or not isinstance(step.share, Decimal):
            continue
        sentence = explain_year_step(step, history.indicator, get_locale(language))[0]
        assert get_locale(language).format_share(step.share) in sentence
        now, start, target, before = (
            Decimal(amount) for amount in (step.now, step.start, step.target, step.target_before)
        )
        assert abs((now - start) / (target - before) - step.share) < Decimal("1e-20")


@both
def test_changed_ratings_and_numbers_show_both_values_in_order(language: str) -> None:
    sentence = describe_rating_change(Rating.AT_RISK, Rating.OFF_TRACK, get_locale(language))
    places = [
        sentence.index(describe_rating(rating, get_locale(language))) for rating in (Rating.AT_RISK, Rating.OFF_TRACK)
    ]
    assert places == sorted(places)
    indicator = make_indicator(decimals=0)
    assert list_numbers_in(
        describe_amount_change(Decimal("10.2"), Decimal("10.4"), indicator, get_locale(language))
    ) == [
        "10.2",
        "10.4",
    ]
    assert describe_amount_change(None, Decimal(4), indicator, get_locale(language)).endswith("→ 4")
    assert describe_amount(NoValue.NOT_COLLECTED, indicator, get_locale(language)) in describe_amount_change(
        Decimal(4), NoValue.NOT_COLLECTED, indicator, get_locale(language)
    )


def test_titles_of_stages_have_words() -> None:
    plan = make_plan(make_stage_indicator("A-01"), sites=("one", "two"), targets=make_targets("A-01", {2022: 3}))
    plans = make_single_plan(plan)
    returns = [make_return("one", "2022Q4", {"A-01": 2}), make_return("two", "2022Q4", {"A-01": 4})]
    record = build_record(plans, returns)
    scope = QueryScope(make_record_snapshot(plans, record, has_sample_data=False), date(2023, 2, 1))
    history = find_indicator_history(scope, "A-01")
    assert history is not None
    indicator, english, khmer = history.indicator, get_locale("en"), get_locale("km")
    title = make_history_title(history.points, indicator, english)
    assert title == "2022 Q4: under way, behind the finished expected by then"
    assert "under-way-km" in make_history_title(history.points, indicator, khmer)
    years = make_years_title(history.progress.years, indicator, english)
    assert years.startswith("2022: under way, target finished, at risk")
    sites = make_sites_title(history.sites, indicator, english)
    assert sites == "Highest Site two, in use; lowest Site one, under way"
