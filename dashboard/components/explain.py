"""Numbers that open an explanation of how they are calculated."""

from typing import Any

from dashboard.components.markup import tags
from dashboard.components.tables import build_number_cell
from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import describe_headline_share
from etl.wording.explanations import explain_figure


def build_explained_share(figure: Figure, indicator: Indicator, locale: Locale, *, name: str = "") -> Any:
    """Return the headline percentage with its explanation, above a name if given; or the reason for its absence."""
    text, exact = describe_headline_share(figure, locale), serialize_amount(figure.headline)
    if isinstance(figure.headline, NoValue):
        return tags.Span(text, className="reason", **{"data-exact": exact})
    number = build_number_cell(text, exact)
    return build_explained_number(number, explain_figure(figure, indicator, locale), locale, name=name)


def build_explained_number(number: Any, sentences: tuple[str, ...], locale: Locale, *, name: str = "") -> Any:
    """Return a number with its name, and sentences that the reader can open."""
    question = locale.gettext("How is this calculated?")
    name_parts = [tags.Small(name)] if name else []
    summary = tags.Summary([number, *name_parts, tags.Span(f" {question}", className="vh")], title=question)
    return tags.Details([summary, *(tags.P(sentence) for sentence in sentences)], className="why")
