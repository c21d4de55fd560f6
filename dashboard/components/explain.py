"""A percentage that opens into how it was computed: the number itself is what the reader clicks."""

from typing import Any

from dashboard.components.tables import element, number_cell
from etl.exports.figure_rows import plain_amount
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import speak
from etl.wording import share_words
from etl.wording.explaining import explain_words


def explained_share(figure: Figure, indicator: Indicator, language: str, *, name: str = "") -> Any:
    """The headline percentage (above its name, if one is given), its sentences behind it; a reason stands as itself."""
    words, exact = share_words(figure.headline, language), plain_amount(figure.headline)
    if isinstance(figure.headline, NoValue):
        return element("Span", words, className="reason", **{"data-exact": exact})
    number = number_cell(words, exact)
    return explained(number, explain_words(figure, indicator, language), language, name=name)


def explained(number: Any, sentences: tuple[str, ...], language: str, *, name: str = "") -> Any:
    """A number with its name under it and the sentences that open under both."""
    question = speak(language)("How is this computed?")
    named = [element("Small", name)] if name else []
    summary = element("Summary", [number, *named, element("Span", f" {question}", className="vh")], title=question)
    return element("Details", [summary, *(element("P", one) for one in sentences)], className="why")
