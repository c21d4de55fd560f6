"""How a percentage came about, told when it is asked for: a link beside the number, and what stands behind it."""

from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.tables import element, link
from dashboard.selection import Selection, address_of
from etl.exports.about import chosen_words
from etl.exports.figure_rows import plain_amount
from etl.indicators.periods import Period, PlanToDate, period_key
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.queries.asking import Asking
from etl.wording import headline_words, period_words, share_words
from etl.wording.explaining import explain_words

PATH = "/staff/why"
_LEAVE = {"method": "dialog", "className": "leave"}
PART = "why"
"""The id of the part of the page that a script shows beside the number."""


class WhyLinks:
    """The addresses that explain percentages of one choice; what they share is spelled once for a whole table."""

    def __init__(self, selection: Selection) -> None:
        self._path, _, query = address_of(_of_any_period(selection), PATH).partition("?")
        self._query = f"?{query}" if query else ""
        self._language = selection.language

    def build(self, figure: Figure) -> Any:
        """The percentage, which leads to its explanation. It must be a number."""
        address = f"{self._path}/{figure.indicator}/{period_key(figure.asked)}{self._query}"
        words, exact = share_words(figure.headline, self._language), plain_amount(figure.headline)
        return element("A", words, href=address, className="ask", **{"data-exact": exact})


def build_why(request: PageRequest, asking: Asking, indicator: Indicator, figure: Figure) -> Any:
    """The percentage with its sum, what its numbers are and what follows; and where to go on from there."""
    language = request.language
    chosen = [period_words(figure.asked, language), *chosen_words(replace(asking, period=PlanToDate()), language)]
    return element(
        "Section",
        [
            element("H2", indicator.name.in_language(language)),
            element("P", " · ".join(chosen), className="sub"),
            element("P", headline_words(figure, language), className="big"),
            *(element("P", one) for one in explain_words(figure, indicator, language)),
            element("P", _onward(request, indicator, figure.asked), className="onward"),
            # Seen only where a script shows this part over another page.
            element("Form", element("Button", request.say("Close"), className="plain-button"), **_LEAVE),
        ],
        id=PART,
    )


def _onward(request: PageRequest, indicator: Indicator, period: Period) -> list[Any]:
    say, selection = request.say, request.selection
    source = address_of(_of_any_period(selection), f"/staff/number/{indicator.code}/{period_key(period)}")
    page = address_of(selection, f"/staff/indicator/{indicator.code}")
    return [link(say("Where the number comes from"), href=source), " ", link(say("All of the indicator"), href=page)]


def _of_any_period(selection: Selection) -> Selection:
    """The period stands in the path, and one objective's rows are the same as everybody's."""
    return replace(selection, period=PlanToDate(), objective="")
