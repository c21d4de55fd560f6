"""Ratings and shares as small marks: a badge, a strip of counts, a bullet; each with its words."""

from decimal import Decimal
from typing import Any

from dashboard.components.tables import aria, element, hidden
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Figure, NoValue, Rating, Tally
from etl.indicators.vocabulary import Indicator
from etl.wording import amount_words, rating_words, tally_words, with_unit

_WIDEST = Decimal("1.5")
"""A bullet shows up to one and a half times its target; what goes past that ends at the edge."""


def build_badge(rating: Rating, language: str) -> Any:
    """Shape and word of a rating."""
    style = RATING_STYLES[rating]
    shape = element("Span", style.shape, **hidden())
    return element("Span", [shape, " ", rating_words(rating, language)], className=f"badge {style.name}")


def build_strip(tally: Tally, language: str) -> Any:
    """One bar cut by how many indicators are in each rating; its words stand below it."""
    pieces = [
        element("Span", className="strip-piece", style={"flexGrow": count, "background": RATING_STYLES[rating].fill})
        for rating, count in tally.counts
        if count
    ]
    return element("Div", pieces, className="strip", role="img", **aria(tally_words(tally, language)))


def build_bullet(figure: Figure, indicator: Indicator, language: str) -> Any:
    """The actual as a bar, the target as a stroke, a thin one where it should be by now; a dash without both."""
    actual, target = figure.judged, figure.target
    if isinstance(actual, NoValue) or isinstance(target, NoValue) or target <= 0:
        return element("Span", "–", className="muted")
    widest = max(target, min(actual, target * _WIDEST), Decimal(0)) * Decimal("1.05")
    words = f"{amount_words(actual, indicator, language)} / {amount_words(target, indicator, language)}"
    fill = RATING_STYLES[figure.rating].fill
    bar = {"width": _percent(max(actual, Decimal(0)), widest), "background": fill}
    marks = [element("Span", className="bullet-bar", style=bar)]
    expected = figure.expected
    if isinstance(expected, Decimal) and 0 <= expected <= widest:
        marks.append(element("Span", className="bullet-expected", style={"left": _percent(expected, widest)}))
    marks.append(element("Span", className="bullet-target", style={"left": _percent(target, widest)}))
    return element("Div", marks, className="bullet", role="img", **aria(with_unit(words, indicator, language)))


def _percent(amount: Decimal, widest: Decimal) -> str:
    return f"{min(amount / widest, Decimal(1)) * 100:.1f}%"


def build_meter(share: Decimal, label: str, value: str) -> Any:
    """A clock: what share is gone, said in words beside it."""
    fill = element("Span", style={"width": f"{min(share, Decimal(1)) * 100:.1f}%"})
    return element(
        "Div", [element("P", label), element("Div", fill, className="clock", **hidden()), element("B", value)]
    )
