"""A percentage that opens into how it was computed: the number itself is what the reader clicks."""

from typing import Any

from dashboard.components.tables import element, number_cell
from etl.exports.figure_rows import plain_amount
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.language import speak
from etl.wording import share_words
from etl.wording.explaining import explain_words


def explained_share(figure: Figure, indicator: Indicator, language: str) -> Any:
    """The headline percentage with its sentences behind it; a reason for none stands as itself."""
    words, exact = share_words(figure.headline, language), plain_amount(figure.headline)
    if isinstance(figure.headline, NoValue):
        return element("Span", words, className="reason", **{"data-exact": exact})
    number = number_cell(words, exact)
    return explained(number, explain_words(figure, indicator, language), language)


def explained(number: Any, sentences: tuple[str, ...], language: str) -> Any:
    """A number with the sentences that open under it."""
    question = speak(language)("How is this computed?")
    summary = element("Summary", [number, element("Span", f" {question}", className="vh")], title=question)
    return element("Details", [summary, *(element("P", one) for one in sentences)], className="why")
