"""How a percentage came about, in words with its actual numbers: each sentence can be followed with a pencil."""

from decimal import Decimal

from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.indicators.year_step import YearStep
from etl.locale.translations import format_quarter, speak
from etl.wording import (
    amount_words,
    completeness_words,
    how_computed,
    input_words,
    rating_words,
    share_words,
    with_unit,
)


def explain_words(figure: Figure, indicator: Indicator, language: str) -> tuple[str, ...]:
    """The sum itself, what its numbers are, what was expected by now, and so the rating."""
    said = [how_computed(figure, indicator, language), _actual(figure, indicator, language)]
    said += [_pace(figure, indicator, language), completeness_words(figure.actual, language)]
    return tuple(one for one in said if one)


def _actual(figure: Figure, indicator: Indicator, language: str) -> str:
    """What the actual is made of: a pair, or so many sites' numbers."""
    say = speak(language)
    value = figure.actual
    if isinstance(value.amount, NoValue):
        return ""
    shown = with_unit(amount_words(value.amount, indicator, language), indicator, language)
    if value.numerator is not None and value.denominator is not None:
        pair = {"numerator": input_words(value.numerator, 0, language)}
        pair["denominator"] = input_words(value.denominator, 0, language)
        if indicator.scale == 1:
            return say("{actual} is {numerator} ÷ {denominator}.", actual=shown, **pair)
        scale = input_words(indicator.scale, 0, language)
        return say("{actual} is {numerator} ÷ {denominator} × {scale}.", actual=shown, scale=scale, **pair)
    sites = len(value.sites)
    if sites < 2:
        return ""
    if indicator.is_stock:
        return say("{actual} is the sum of the latest levels of {count} sites.", actual=shown, count=sites)
    if indicator.is_flow:
        return say("{actual} is the sum of what {count} sites reported in the period.", actual=shown, count=sites)
    return say("{actual} is put together from {count} sites.", actual=shown, count=sites)


def _pace(figure: Figure, indicator: Indicator, language: str) -> str:
    """What was expected by the counted quarter, the share reached of it, and the rating that follows."""
    say = speak(language)
    if not figure.rating.is_rated or not isinstance(figure.expected, Decimal) or figure.counted_quarter is None:
        return ""
    parts = {
        "expected": with_unit(input_words(figure.expected, indicator.decimals, language), indicator, language),
        "quarter": format_quarter(figure.counted_quarter, language),
        "rating": rating_words(figure.rating, language),
    }
    if isinstance(figure.pace, NoValue):
        return say("Expected by the end of {quarter}: {expected}; so: {rating}.", **parts)
    pace = share_words(figure.pace, language)
    if figure.headline_rule == "distance":
        return say("Expected by the end of {quarter}: {expected}; {pace} away from it: {rating}.", pace=pace, **parts)
    return say("Expected by the end of {quarter}: {expected}; {pace} of that pace: {rating}.", pace=pace, **parts)


def step_words(step: YearStep, indicator: Indicator, language: str) -> tuple[str, ...]:
    """The year's own step as a sum: `(16 − 14) ÷ (20 − 16) = 50.0 % of the step of 2026`."""
    say = speak(language)
    parts = (step.now, step.start, step.target, step.target_before)
    if isinstance(step.share, NoValue) or any(isinstance(one, NoValue) for one in parts):
        return (share_words(step.share, language),)
    now, start, target, before = (
        input_words(one, indicator.decimals, language) for one in parts if isinstance(one, Decimal)
    )
    return (
        say(
            "({now} − {start}) ÷ ({target} − {before}) = {share} of the step of {year}",
            now=now,
            start=start,
            target=target,
            before=before,
            share=share_words(step.share, language),
            year=step.year,
        ),
        say("Level now and a year's end before, against both years' targets; the baseline before the first year."),
    )
