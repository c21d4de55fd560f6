"""Sentences on what changed since an earlier day: a rating that moved, a number restated, a target revised."""

from decimal import Decimal

from etl.indicators.results import Amount, NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import NO_VALUE_LABELS, append_unit, describe_rating

_MORE_DECIMALS = 6


def describe_rating_change(before: Rating, after: Rating, locale: Locale) -> str:
    """`was at risk, now off track`."""
    words = (describe_rating(one, locale) for one in (before, after))
    return locale.gettext("was {before}, now {after}", **dict(zip(("before", "after"), words, strict=True)))


def describe_amount_change(before: Amount | None, after: Amount | None, indicator: Indicator, locale: Locale) -> str:
    """`120 → 125 people`: with as many decimals as it takes to tell them apart; None is no target at all."""
    decimals = indicator.decimals
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        while decimals < _MORE_DECIMALS and _shown(before, decimals, locale) == _shown(after, decimals, locale):
            decimals += 1
    words = [_amount(one, decimals, locale) for one in (before, after)]
    said = f"{words[0]} → {words[1]}"
    return append_unit(said, indicator, locale) if isinstance(after, Decimal) else said


def _amount(amount: Amount | None, decimals: int, locale: Locale) -> str:
    if amount is None:
        return locale.gettext("no target")
    if isinstance(amount, NoValue):
        return locale.gettext(NO_VALUE_LABELS[amount])
    return _shown(amount, decimals, locale)


def _shown(amount: Decimal, decimals: int, locale: Locale) -> str:
    return locale.format_amount(amount, decimals)
