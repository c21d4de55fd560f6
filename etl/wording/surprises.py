"""Sentences for ratings that differ from what the percentage or the target beside them suggests."""

from decimal import Decimal

from etl.indicators.progress import DISTANCE
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_amount


def explain_rating(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the value expected by the counted quarter, where the rating surprises without it; blank elsewhere.

    A low percentage of the full target is on track where little is expected yet, and a year between two milestones has
    a rating without a target of its own.
    """
    if not figure.rating.is_rated or figure.counted_quarter is None or not isinstance(figure.expected, Decimal):
        return ""
    if not (_is_low_but_good(figure) or isinstance(figure.target, NoValue)):
        return ""
    amount = append_unit(describe_amount(figure.expected, indicator, locale), indicator, locale)
    quarter = locale.format_quarter(figure.counted_quarter)
    return locale.gettext("{amount} expected by {quarter}", amount=amount, quarter=quarter)


def describe_target(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the target; where a year between milestones is rated, that it has none of its own."""
    if figure.target is NoValue.NO_TARGET and figure.rating.is_rated and isinstance(figure.expected, Decimal):
        return locale.gettext("between milestones")
    return describe_amount(figure.target, indicator, locale)


def _is_low_but_good(figure: Figure) -> bool:
    """Return whether the headline alone would be below the threshold of on track."""
    has_thresholds = bool(figure.thresholds) and figure.headline_rule != DISTANCE
    is_low = isinstance(figure.headline, Decimal) and has_thresholds and figure.headline < max(figure.thresholds)
    return figure.rating.is_good and is_low
