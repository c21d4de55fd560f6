"""Small graphics for ratings and shares: badge, strip, bullet and meter, each with a text."""

from decimal import Decimal
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.components.markup import make_aria_hidden, make_aria_label, tags
from dashboard.components.signs import build_sign
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Figure, NoValue, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_amount, describe_rating, describe_rating_counts

_MAX_RATIO = Decimal("1.5")
"""The largest value that a bullet shows, as a multiple of its target. Larger values end at the edge."""


def build_badge(rating: Rating, locale: Locale) -> Any:
    """Return the sign and the word of a rating."""
    style = RATING_STYLES[rating]
    return tags.Span([build_sign(style.sign), " ", describe_rating(rating, locale)], className=f"badge {style.name}")


def build_strip(tally: RatingCounts, locale: Locale) -> Any:
    """Return a bar divided by the number of indicators in each rating."""
    pieces = [
        tags.Span(className="strip-piece", style={"flexGrow": count, "background": RATING_STYLES[rating].fill})
        for rating, count in tally.counts
        if count
    ]
    return tags.Div(pieces, className="strip", role="img", **make_aria_label(describe_rating_counts(tally, locale)))


def build_bullet(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """Return a bullet: actual as a bar, target as a line, expected value as a dotted line. A dash without values."""
    actual, target = figure.rated_actual, figure.target
    if indicator.is_stage or isinstance(actual, NoValue) or isinstance(target, NoValue) or target <= 0:
        return tags.Span("–", className="muted")
    widest = max(target, min(actual, target * _MAX_RATIO), Decimal(0)) * Decimal("1.05")
    text = f"{describe_amount(actual, indicator, locale)} / {describe_amount(target, indicator, locale)}"
    fill = RATING_STYLES[figure.rating].fill
    bar = {"width": _format_percent(max(actual, Decimal(0)), widest), "background": fill}
    marks = [tags.Span(className="bullet-bar", style=bar)]
    expected = figure.expected
    if isinstance(expected, Decimal) and 0 <= expected <= widest:
        marks.append(tags.Span(className="bullet-expected", style={"left": _format_percent(expected, widest)}))
    marks.append(tags.Span(className="bullet-target", style={"left": _format_percent(target, widest)}))
    return tags.Div(marks, className="bullet", role="img", **make_aria_label(append_unit(text, indicator, locale)))


def _format_percent(amount: Decimal, widest: Decimal) -> str:
    return f"{min(amount / widest, Decimal(1)) * 100:.1f}%"


def build_meter(share: Decimal, label: str, value: str) -> Any:
    """Return a bar for an elapsed share, with a label and a value."""
    bar = dbc.Progress(value=round(float(min(share, Decimal(1)) * 100), 1))
    return tags.Div([tags.P(label), tags.Div(bar, className="meter", **make_aria_hidden()), tags.B(value)])
