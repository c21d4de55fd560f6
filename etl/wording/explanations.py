"""Explanations of percentages, with all numbers of the calculation."""

from decimal import Decimal

from etl.indicators.progress import OF_CHANGE
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import AcrossSites, Indicator
from etl.indicators.year_step import YearStep
from etl.locale import Locale
from etl.wording import (
    append_unit,
    describe_amount,
    describe_completeness,
    describe_pace,
    describe_rating,
    describe_share,
    format_calculation,
    format_input_amount,
)
from etl.wording.participations import describe_new_people
from etl.wording.target_revisions import describe_target_revisions


def explain_figure(figure: Figure, indicator: Indicator, locale: Locale) -> tuple[str, ...]:
    """Return sentences: the calculation, its baseline and actual, the expected value and rating, and completeness."""
    pace = _explain_pace(figure, indicator, locale)
    has_percentage = not isinstance(figure.headline, NoValue)
    sentences = [
        format_calculation(figure, indicator, locale) if has_percentage or not pace else "",
        _explain_baseline(figure, indicator, locale),
        _explain_revisions(figure, indicator, locale),
        _explain_actual(figure, indicator, locale),
        pace,
        describe_completeness(figure.actual, locale),
        describe_new_people(indicator, locale),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _explain_baseline(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return how the baseline of the period follows from that of one year; blank where both are the same."""
    yearly, total = figure.baseline, figure.baseline_for_period
    is_used = figure.headline_rule == OF_CHANGE and isinstance(figure.headline, Decimal)
    if not is_used or not isinstance(yearly, Decimal) or not isinstance(total, Decimal) or yearly == total:
        return ""
    return locale.gettext(
        "The baseline is {baseline} a year, which is {total} for the years with a target.",
        baseline=append_unit(format_input_amount(yearly, indicator.decimals, locale), indicator, locale),
        total=append_unit(format_input_amount(total, indicator.decimals, locale), indicator, locale),
    )


def _explain_revisions(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    revisions = describe_target_revisions(figure, indicator, locale)
    return f"{revisions}." if revisions else ""


def _explain_actual(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return how the actual is calculated: from a pair, or from the numbers of several sites."""
    _ = locale.gettext
    value = figure.actual
    if isinstance(value.amount, NoValue):
        return ""
    actual = append_unit(describe_amount(value.amount, indicator, locale), indicator, locale)
    if value.numerator is not None and value.denominator is not None:
        pair = {"numerator": format_input_amount(value.numerator, 0, locale)}
        pair["denominator"] = format_input_amount(value.denominator, 0, locale)
        if indicator.scale == 1:
            return _("{actual} is {numerator} ÷ {denominator}.", actual=actual, **pair)
        scale = format_input_amount(indicator.scale, 0, locale)
        return _("{actual} is {numerator} ÷ {denominator} × {scale}.", actual=actual, scale=scale, **pair)
    if indicator.is_total:
        return _("{actual} is the sum of {terms}.", actual=actual, terms=" + ".join(indicator.sum_of))
    sites = len(value.sites)
    if sites < 2:
        return ""
    if indicator.across_sites is AcrossSites.MEAN:
        return _("{actual} is the mean of {count} sites.", actual=actual, count=sites)
    if indicator.across_sites is AcrossSites.MINIMUM:
        return _("{actual} is the lowest stage of {count} sites.", actual=actual, count=sites)
    if indicator.is_stock:
        return _("{actual} is the sum of the latest levels of {count} sites.", actual=actual, count=sites)
    if indicator.is_flow:
        return _(
            "{actual} is the sum of the amounts that {count} sites reported in the period.", actual=actual, count=sites
        )
    return _("{actual} is combined from {count} sites.", actual=actual, count=sites)


def _explain_pace(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the value expected by the counted quarter, the share of it that is reached, and the rating."""
    _ = locale.gettext
    if not figure.rating.is_rated or not isinstance(figure.expected, Decimal) or figure.counted_quarter is None:
        return ""
    parts = {
        "expected": append_unit(
            describe_amount(figure.expected, indicator, locale)
            if indicator.is_stage
            else format_input_amount(figure.expected, indicator.decimals, locale),
            indicator,
            locale,
        ),
        "quarter": locale.format_quarter(figure.counted_quarter),
        "rating": describe_rating(figure.rating, locale),
    }
    if isinstance(figure.pace, NoValue):
        return _("Expected by the end of {quarter}: {expected}. Rating: {rating}.", **parts)
    pace = describe_pace(figure, locale)
    if figure.headline_rule == "distance":
        return _(
            "Expected by the end of {quarter}: {expected}. Distance from it: {pace}. Rating: {rating}.",
            pace=pace,
            **parts,
        )
    return _("Expected by the end of {quarter}: {expected}. Reached: {pace}. Rating: {rating}.", pace=pace, **parts)


def explain_year_step(step: YearStep, indicator: Indicator, locale: Locale) -> tuple[str, ...]:
    """Return the calculation of the year's step: `(16 − 14) ÷ (20 − 16) = 50.0 % of the change planned for 2026`."""
    _ = locale.gettext
    amounts = [
        format_input_amount(amount, indicator.decimals, locale)
        for amount in (step.now, step.start, step.target, step.target_before)
        if isinstance(amount, Decimal)
    ]
    if isinstance(step.share, NoValue) or len(amounts) < 4:
        return (describe_share(step.share, locale),)
    now, start, target, before = amounts
    return (
        _(
            "({now} − {start}) ÷ ({target} − {before}) = {share} of the change planned for {year}",
            now=now,
            start=start,
            target=target,
            before=before,
            share=describe_share(step.share, locale),
            year=step.year,
        ),
        _(
            "Change of the level since the end of the previous year, compared with the change between the two targets. "
            "In the first year both start at the baseline."
        ),
    )
