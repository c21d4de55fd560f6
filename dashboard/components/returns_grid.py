"""The returns by site and quarter: a square with a shape and a word for each."""

from typing import Any

from dashboard.components.tables import aria, element, hidden
from etl.language import format_quarter, speak, to_say
from etl.questions.reporting_status import ReturnsGrid, Square, Standing

_SQUARES = {
    Standing.APPROVED: ("✓", "approved", to_say("approved")),
    Standing.SUBMITTED: ("◑", "submitted", to_say("waiting for approval")),
    Standing.SENT_BACK: ("↩", "sent-back", to_say("sent back")),
    Standing.DRAFT: ("✎", "draft", to_say("draft")),
    Standing.MISSING: ("✗", "missing", to_say("missing")),
    Standing.NOT_DUE: ("·", "not-due", to_say("not due yet")),
    Standing.NOT_ASKED: ("", "not-asked", to_say("nothing asked")),
}


def build_returns_grid(grid: ReturnsGrid, language: str) -> Any:
    """The grid, scrolling inside itself, with each site's rate at the end of its row."""
    say = speak(language)
    if not grid.quarters:
        return element("P", say("No quarter of the plan has ended yet."))
    corner = element("Th", say("Site"), scope="col")
    quarters = [element("Th", format_quarter(one, "en"), scope="col") for one in grid.quarters]
    head = element("Thead", element("Tr", [corner, *quarters, element("Th", say("Received"), scope="col")]))
    body = element(
        "Tbody",
        [
            element(
                "Tr",
                [
                    element("Th", site.name.in_language(language), scope="row"),
                    *(_square(square, language) for square in squares),
                    element(
                        "Td",
                        say("{received} of {expected}", received=rate.received, expected=rate.expected),
                        className="n",
                    ),
                ],
            )
            for site, squares, rate in grid.rows
        ],
    )
    caption = element("Caption", say("Returns by site and quarter"), className="vh")
    table = element("Table", [caption, head, body], className="grid", id="returns")
    key = " · ".join(f"{shape} {say(word)}" for shape, _, word in _SQUARES.values() if shape)
    frame = element(
        "Div",
        table,
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(say("Returns by site and quarter")),
    )
    return element("Div", [frame, element("P", f"{key} · ◷ {say('late')}", className="key")])


def _square(square: Square, language: str) -> Any:
    say = speak(language)
    shape, name, word = _SQUARES[square.standing]
    said = say(word) + (f", {say('late')}" if square.is_late else "")
    shown = shape + ("◷" if square.is_late else "")
    children = [element("Span", shown, **hidden()), element("Span", said, className="vh")]
    return element("Td", children, className=f"cell {name}", title=f"{square.site} {square.quarter}: {said}")
