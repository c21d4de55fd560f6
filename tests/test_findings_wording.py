"""On random plans and returns, in both languages: each finding's direction, numbers and rating are its figure's."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.record import build_record
from etl.indicators.results import Figure, NoValue, Rating
from etl.indicators.vocabulary import Direction, Indicator, LocalizedText
from etl.locale import LANGUAGES, get_locale
from etl.queries.comparisons import compare_figure
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from etl.wording import describe_amount, describe_rating, figure_title
from etl.wording.changes import describe_amount_change, describe_rating_change
from etl.wording.chart_titles import history_title, sites_title, summarize_series, years_title
from etl.wording.explanations import explain_figure, explain_year_step
from tests.support.builders import make_indicator
from tests.support.random_plans import make_scenario

DIRECTIONS = {
    "en": ("ahead of the", "behind the", "as expected", "above the", "below the", "as planned"),
    "km": ("ល្អជាង", "ខ្សោយជាង", "ដូចដែលបានរំពឹងទុក", "ខ្ពស់ជាង", "ទាបជាង", "រក្សាបានតាម"),
}
"""Better, worse, equal; above, below, equal for what is to be kept."""
CLAIMS = (Rating.ACHIEVED, Rating.ON_TRACK, Rating.AT_RISK, Rating.OFF_TRACK)
seeds = given(st.integers(0, 100_000))
both = pytest.mark.parametrize("language", LANGUAGES)


def histories(seed: int) -> Iterator[tuple[QueryScope, IndicatorHistory]]:
    """Every indicator of a random plan with random returns, as its page has it."""
    world = make_scenario(seed)
    record = build_record(world.plans, world.returns)
    snapshot = Snapshot(
        data_version=1, plans=world.plans, approved=record, submitted=record, returns_by_site={}, has_sample_data=False
    )
    question = world.query
    asking = QueryScope(snapshot, question.today, question.period, question.sites)
    for indicator in asking.plan.indicators:
        found = find_indicator_history(asking, indicator.code)
        assert found is not None
        yield asking, found


def numbers_in(sentence: str) -> list[str]:
    return re.findall("\N{MINUS SIGN}?" + r"\d+(?:,\d{3})*(?:\.\d+)?", sentence)


def shown(amount: Decimal, indicator: Indicator) -> str:
    return get_locale("en").format_amount(amount, indicator.decimals)


def is_claimed(rating: Rating, sentence: str, language: str) -> bool:
    return describe_rating(rating, get_locale(language)) in sentence


@both
@seeds
def test_the_series_title_says_where_its_last_number_stands(language: str, seed: int) -> None:
    for _, history in histories(seed):
        indicator = history.indicator
        title = history_title(history.points, indicator, get_locale(language))
        told = [one for one in history.points if isinstance(one.to_date.amount, Decimal)]
        if not told:
            assert numbers_in(title) == []
            continue
        last = told[-1]
        actual, expected = last.to_date.amount, last.expected
        assert isinstance(actual, Decimal)
        wanted = [*numbers_in(get_locale(language).format_quarter(last.quarter)), shown(actual, indicator)]
        said = [place for place, words in enumerate(DIRECTIONS[language]) if words in title]
        if not isinstance(expected, Decimal):
            assert (numbers_in(title), said) == (wanted, [])
            continue
        differs = shown(actual, indicator) != shown(expected, indicator)
        assert numbers_in(title) == [*wanted, *([shown(expected, indicator)] if differs else [])]
        kept = 3 if indicator.direction is Direction.MAINTAIN else 0
        worse = actual < expected if indicator.direction is not Direction.DECREASE else actual > expected
        assert said == [kept + ((1 if worse else 0) if differs else 2)]


@both
@seeds
def test_the_years_title_is_its_last_rated_years_and_counts_the_good_ones(language: str, seed: int) -> None:
    for _, history in histories(seed):
        years = history.progress.years
        title = years_title(years, history.indicator, get_locale(language))
        rated = [(year, one) for year, one in years if one.rating in CLAIMS]
        if not rated:
            assert numbers_in(title) == []
            continue
        year, last = rated[-1]
        amounts = [one for one in (last.actual.amount, last.target) if isinstance(one, Decimal)]
        good = sum(one.rating in (Rating.ACHIEVED, Rating.ON_TRACK) for _, one in rated)
        counts = [str(good), str(len(rated))] if len(rated) > 1 else []
        assert numbers_in(title) == [str(year), *(shown(one, history.indicator) for one in amounts), *counts]
        first = title.partition("; " if language == "en" else " · ")[0]
        assert [one for one in CLAIMS if is_claimed(one, first, language)] == [last.rating]


@both
@seeds
def test_the_sites_title_names_the_highest_and_the_lowest(language: str, seed: int) -> None:
    for _, history in histories(seed):
        title = sites_title(history.sites, history.indicator, get_locale(language))
        amounts = [one.actual.amount for _, one in history.sites if isinstance(one.actual.amount, Decimal)]
        if not amounts:
            assert not re.search(r"; \d", title)
            continue
        assert shown(max(amounts), history.indicator) in title
        assert shown(min(amounts), history.indicator) in title
        ratings = [one.rating for _, one in history.sites if one.rating in CLAIMS]
        if len(ratings) > 1:
            good = sum(one in (Rating.ACHIEVED, Rating.ON_TRACK) for one in ratings)
            assert [int(one) for one in numbers_in(title)[-2:]] == [good, len(ratings)]


@both
@seeds
def test_an_indicators_title_and_its_explanation_hold_the_figures_numbers_and_rating(language: str, seed: int) -> None:
    for _, history in histories(seed):
        figure = history.figure
        named = make_indicator(**{**vars(history.indicator), "name": LocalizedText("Nameless", "គ្មានឈ្មោះ")})
        check_title(figure, named, figure_title(figure, named, get_locale(language)), language)
        sentences = explain_figure(figure, history.indicator, get_locale(language))
        if isinstance(figure.headline, Decimal):
            assert get_locale(language).format_share(figure.headline) in sentences[0]
        if figure.rating in CLAIMS and isinstance(figure.expected, Decimal):
            (paced,) = [one for one in sentences if get_locale(language).format_quarter(figure.counted_quarter) in one]  # type: ignore[arg-type]
            assert [one for one in CLAIMS if is_claimed(one, paced, language)] == [figure.rating]
            if isinstance(figure.pace, Decimal):
                assert get_locale(language).format_share(figure.pace) in paced


def check_title(figure: Figure, indicator: Indicator, title: str, language: str) -> None:
    actual, target = figure.actual.amount, figure.target
    if isinstance(actual, NoValue):
        assert numbers_in(title) == []
        return
    amounts = [one for one in (actual, target) if isinstance(one, Decimal)]
    assert numbers_in(title) == [shown(one, indicator) for one in amounts]
    said = [one for one in CLAIMS if is_claimed(one, title, language)]
    assert said == ([figure.rating] if figure.rating in CLAIMS else [])


@both
@seeds
def test_a_summary_gives_first_last_lowest_and_highest(language: str, seed: int) -> None:
    for _, history in histories(seed):
        named = [(get_locale(language).format_quarter(one.quarter), one.to_date.amount) for one in history.points]
        told = [amount for _, amount in named if isinstance(amount, Decimal)]
        sentence = summarize_series(named, history.indicator, get_locale(language))
        if len(told) > 1:
            wanted = [shown(one, history.indicator) for one in (told[0], told[-1], min(told), max(told))]
            parts = numbers_in(re.sub(r"\([^)]*\)", "", sentence))
            assert parts == [str(len(told)), *wanted]


@both
@seeds
def test_a_years_step_is_the_sum_that_its_sentence_shows(language: str, seed: int) -> None:
    for asking, history in histories(seed):
        step = compare_figure(asking, history.indicator).year_step
        if step is None or not isinstance(step.share, Decimal):
            continue
        sentence = explain_year_step(step, history.indicator, get_locale(language))[0]
        assert get_locale(language).format_share(step.share) in sentence
        now, start, target, before = (Decimal(one) for one in (step.now, step.start, step.target, step.target_before))
        assert abs((now - start) / (target - before) - step.share) < Decimal("1e-20")


@both
def test_a_moved_rating_and_a_restated_number_say_both_sides_in_their_order(language: str) -> None:
    sentence = describe_rating_change(Rating.AT_RISK, Rating.OFF_TRACK, get_locale(language))
    places = [sentence.index(describe_rating(one, get_locale(language))) for one in (Rating.AT_RISK, Rating.OFF_TRACK)]
    assert places == sorted(places)
    one = make_indicator(decimals=0)
    assert numbers_in(describe_amount_change(Decimal("10.2"), Decimal("10.4"), one, get_locale(language))) == [
        "10.2",
        "10.4",
    ]
    assert describe_amount_change(None, Decimal(4), one, get_locale(language)).endswith("→ 4")
    assert describe_amount(NoValue.NOT_COLLECTED, one, get_locale(language)) in describe_amount_change(
        Decimal(4), NoValue.NOT_COLLECTED, one, get_locale(language)
    )
