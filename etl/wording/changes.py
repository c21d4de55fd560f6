"""Texts about changes since an earlier day: changed ratings, restated numbers and revised targets."""

from decimal import Decimal

from etl.indicators.results import Amount, NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import NO_VALUE_LABELS, append_unit, describe_number, describe_rating

_MAX_DECIMALS = 6


def describe_rating_change(before: Rating, after: Rating, locale: Locale) -> str:
    """Return `was at risk, now off track`."""
    return locale.gettext(
        "was {before}, now {after}", before=describe_rating(before, locale), after=describe_rating(after, locale)
    )


def describe_amount_change(before: Amount | None, after: Amount | None, indicator: Indicator, locale: Locale) -> str:
    """Return `120 → 125 people`, with enough decimals to show the difference. None means no target."""
    decimals = indicator.decimals
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        while (
            not indicator.is_stage
            and decimals < _MAX_DECIMALS
            and locale.format_amount(before, decimals) == locale.format_amount(after, decimals)
        ):
            decimals += 1
    texts = (_describe_amount(amount, indicator, decimals, locale) for amount in (before, after))
    text = " → ".join(texts)
    return append_unit(text, indicator, locale) if isinstance(after, Decimal) else text


def _describe_amount(amount: Amount | None, indicator: Indicator, decimals: int, locale: Locale) -> str:
    if amount is None:
        return locale.gettext("no target")
    if isinstance(amount, NoValue):
        return locale.gettext(NO_VALUE_LABELS[amount])
    return describe_number(amount, indicator, locale, decimals=decimals)
