"""Sentences on what changed since an earlier day: a rating that moved, a number restated, a target revised."""

from decimal import Decimal

from etl.indicators.results import Amount, NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_amount, speak
from etl.wording import REASONS, rating_words, with_unit

_MORE_DECIMALS = 6


def rating_moved_words(before: Rating, after: Rating, language: str) -> str:
    """`was at risk, now off track`."""
    words = (rating_words(one, language) for one in (before, after))
    return speak(language)("was {before}, now {after}", **dict(zip(("before", "after"), words, strict=True)))


def from_to_words(before: Amount | None, after: Amount | None, indicator: Indicator, language: str) -> str:
    """`120 → 125 people`: with as many decimals as it takes to tell them apart; None is no target at all."""
    decimals = indicator.decimals
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        while decimals < _MORE_DECIMALS and _shown(before, decimals, language) == _shown(after, decimals, language):
            decimals += 1
    words = [_amount(one, decimals, language) for one in (before, after)]
    said = f"{words[0]} → {words[1]}"
    return with_unit(said, indicator, language) if isinstance(after, Decimal) else said


def _amount(amount: Amount | None, decimals: int, language: str) -> str:
    if amount is None:
        return speak(language)("no target")
    if isinstance(amount, NoValue):
        return speak(language)(REASONS[amount])
    return _shown(amount, decimals, language)


def _shown(amount: Decimal, decimals: int, language: str) -> str:
    return format_amount(amount, decimals, language)
