"""How a percentage came about, in words with its actual numbers: each sentence can be followed with a pencil."""

from decimal import Decimal

from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.indicators.year_step import YearStep
from etl.locale import Locale
from etl.wording import (
    append_unit,
    describe_amount,
    describe_completeness,
    describe_rating,
    describe_share,
    format_calculation,
    format_input_amount,
)


def explain_figure(figure: Figure, indicator: Indicator, locale: Locale) -> tuple[str, ...]:
    """The sum itself, what its numbers are, what was expected by now, and so the rating."""
    said = [format_calculation(figure, indicator, locale), _actual(figure, indicator, locale)]
    said += [_pace(figure, indicator, locale), describe_completeness(figure.actual, locale)]
    return tuple(one for one in said if one)


def _actual(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """What the actual is made of: a pair, or so many sites' numbers."""
    _ = locale.gettext
    value = figure.actual
    if isinstance(value.amount, NoValue):
        return ""
    shown = append_unit(describe_amount(value.amount, indicator, locale), indicator, locale)
    if value.numerator is not None and value.denominator is not None:
        pair = {"numerator": format_input_amount(value.numerator, 0, locale)}
        pair["denominator"] = format_input_amount(value.denominator, 0, locale)
        if indicator.scale == 1:
            return _("{actual} is {numerator} ÷ {denominator}.", actual=shown, **pair)
        scale = format_input_amount(indicator.scale, 0, locale)
        return _("{actual} is {numerator} ÷ {denominator} × {scale}.", actual=shown, scale=scale, **pair)
    sites = len(value.sites)
    if sites < 2:
        return ""
    if indicator.is_stock:
        return _("{actual} is the sum of the latest levels of {count} sites.", actual=shown, count=sites)
    if indicator.is_flow:
        return _("{actual} is the sum of what {count} sites reported in the period.", actual=shown, count=sites)
    return _("{actual} is put together from {count} sites.", actual=shown, count=sites)


def _pace(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """What was expected by the counted quarter, the share reached of it, and the rating that follows."""
    _ = locale.gettext
    if not figure.rating.is_rated or not isinstance(figure.expected, Decimal) or figure.counted_quarter is None:
        return ""
    parts = {
        "expected": append_unit(format_input_amount(figure.expected, indicator.decimals, locale), indicator, locale),
        "quarter": locale.format_quarter(figure.counted_quarter),
        "rating": describe_rating(figure.rating, locale),
    }
    if isinstance(figure.pace, NoValue):
        return _("Expected by the end of {quarter}: {expected}; so: {rating}.", **parts)
    pace = describe_share(figure.pace, locale)
    if figure.headline_rule == "distance":
        return _("Expected by the end of {quarter}: {expected}; {pace} away from it: {rating}.", pace=pace, **parts)
    return _("Expected by the end of {quarter}: {expected}; {pace} of that pace: {rating}.", pace=pace, **parts)


def explain_year_step(step: YearStep, indicator: Indicator, locale: Locale) -> tuple[str, ...]:
    """The year's own step as a sum: `(16 − 14) ÷ (20 − 16) = 50.0 % of the step of 2026`."""
    _ = locale.gettext
    parts = (step.now, step.start, step.target, step.target_before)
    if isinstance(step.share, NoValue) or any(isinstance(one, NoValue) for one in parts):
        return (describe_share(step.share, locale),)
    now, start, target, before = (
        format_input_amount(one, indicator.decimals, locale) for one in parts if isinstance(one, Decimal)
    )
    return (
        _(
            "({now} − {start}) ÷ ({target} − {before}) = {share} of the step of {year}",
            now=now,
            start=start,
            target=target,
            before=before,
            share=describe_share(step.share, locale),
            year=step.year,
        ),
        _("Level now and a year's end before, against both years' targets; the baseline before the first year."),
    )
