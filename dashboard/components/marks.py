"""Ratings and shares as small marks: a badge, a strip of counts, a bullet; each with its words."""

from decimal import Decimal
from typing import Any

from dashboard.components.tables import aria_hidden, aria_label, element
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Figure, NoValue, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_amount, describe_rating, describe_rating_counts

_WIDEST = Decimal("1.5")
"""A bullet shows up to one and a half times its target; what goes past that ends at the edge."""


def build_badge(rating: Rating, locale: Locale) -> Any:
    """Shape and word of a rating."""
    style = RATING_STYLES[rating]
    shape = element("Span", style.shape, **aria_hidden())
    return element("Span", [shape, " ", describe_rating(rating, locale)], className=f"badge {style.name}")


def build_strip(tally: RatingCounts, locale: Locale) -> Any:
    """One bar cut by how many indicators are in each rating; its words stand below it."""
    pieces = [
        element("Span", className="strip-piece", style={"flexGrow": count, "background": RATING_STYLES[rating].fill})
        for rating, count in tally.counts
        if count
    ]
    return element("Div", pieces, className="strip", role="img", **aria_label(describe_rating_counts(tally, locale)))


def build_bullet(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """The actual as a bar, the target as a stroke, a thin one where it should be by now; a dash without both."""
    actual, target = figure.rated_actual, figure.target
    if isinstance(actual, NoValue) or isinstance(target, NoValue) or target <= 0:
        return element("Span", "–", className="muted")
    widest = max(target, min(actual, target * _WIDEST), Decimal(0)) * Decimal("1.05")
    words = f"{describe_amount(actual, indicator, locale)} / {describe_amount(target, indicator, locale)}"
    fill = RATING_STYLES[figure.rating].fill
    bar = {"width": _percent(max(actual, Decimal(0)), widest), "background": fill}
    marks = [element("Span", className="bullet-bar", style=bar)]
    expected = figure.expected
    if isinstance(expected, Decimal) and 0 <= expected <= widest:
        marks.append(element("Span", className="bullet-expected", style={"left": _percent(expected, widest)}))
    marks.append(element("Span", className="bullet-target", style={"left": _percent(target, widest)}))
    return element("Div", marks, className="bullet", role="img", **aria_label(append_unit(words, indicator, locale)))


def _percent(amount: Decimal, widest: Decimal) -> str:
    return f"{min(amount / widest, Decimal(1)) * 100:.1f}%"


def build_meter(share: Decimal, label: str, value: str) -> Any:
    """A clock: what share is gone, said in words beside it."""
    fill = element("Span", style={"width": f"{min(share, Decimal(1)) * 100:.1f}%"})
    return element(
        "Div", [element("P", label), element("Div", fill, className="clock", **aria_hidden()), element("B", value)]
    )
