"""The returns by site and quarter: a square with a shape and a word for each."""

from collections.abc import Callable
from typing import Any

from dash import dcc

from dashboard.components.tables import aria, element, hidden
from etl.indicators.results import ReportingRate
from etl.language import format_day, format_quarter, speak, to_say
from etl.questions.reporting_status import ReturnsGrid, Square, Standing

_SQUARES = {
    Standing.APPROVED: ("✓", "approved", to_say("approved")),
    Standing.SUBMITTED: ("◑", "submitted", to_say("waiting for approval")),
    Standing.SENT_BACK: ("↩", "sent-back", to_say("sent back")),
    Standing.DRAFT: ("✎", "draft", to_say("draft")),
    Standing.MISSING: ("✗", "missing", to_say("missing")),
    Standing.NOT_DUE: ("○", "not-due", to_say("not due yet")),
    Standing.NOT_ASKED: ("", "not-asked", to_say("nothing asked")),
}

AddressOf = Callable[[Square], str]
"""Where a square leads its reader; blank: nowhere."""


def no_address(square: Square) -> str:
    """For grids whose squares lead nowhere."""
    return ""


def build_returns_grid(grid: ReturnsGrid, language: str, *, address_of: AddressOf = no_address) -> Any:
    """The grid, scrolling inside itself, with each site's rates at the end of its row."""
    say = speak(language)
    if not grid.quarters:
        return element("P", say("No quarter of the plan has ended yet."))
    body = element(
        "Tbody",
        [
            element(
                "Tr",
                [
                    element("Th", site.name.in_language(language), scope="row"),
                    *(_square(square, language, address_of(square)) for square in squares),
                    *_rates(rate, language),
                ],
            )
            for site, squares, rate in grid.rows
        ],
    )
    caption = element("Caption", say("Returns by site and quarter"), className="vh")
    table = element("Table", [caption, _head(grid, language), body], className="grid", id="returns")
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


def _head(grid: ReturnsGrid, language: str) -> Any:
    """The quarters, each with a word where it is locked."""
    say = speak(language)
    quarters = [
        element(
            "Th",
            [format_quarter(one, "en"), element("Small", say("locked")) if one in grid.locked else None],
            scope="col",
        )
        for one in grid.quarters
    ]
    corner = element("Th", say("Site"), scope="col")
    rates = [element("Th", say(words), scope="col") for words in (_RECEIVED, _ON_TIME)]
    return element("Thead", element("Tr", [corner, *quarters, *rates]))


_RECEIVED, _ON_TIME = to_say("Received"), to_say("On time")


def _rates(rate: ReportingRate, language: str) -> list[Any]:
    say = speak(language)
    return [
        element("Td", say("{received} of {expected}", received=count, expected=rate.expected), className="n")
        for count in (rate.received, rate.on_time)
    ]


def _square(square: Square, language: str, address: str) -> Any:
    shape, name, _ = _SQUARES[square.standing]
    said = square_words(square, language)
    shown = shape + ("◷" if square.is_late else "")
    where = f"{square.site} {square.quarter}"
    if address:
        words = element("Span", f"{where}: {said}", className="vh")
        children: Any = dcc.Link([element("Span", shown, **hidden()), words], href=address)
    else:
        children = [element("Span", shown, **hidden()), element("Span", said, className="vh")]
    return element("Td", children, className=f"cell {name}", title=f"{where}: {said}")


def square_words(square: Square, language: str) -> str:
    """`missing, locked`, `waiting for approval, late`, `not due yet, due by 30 Jan 2026`."""
    say = speak(language)
    said = [say(_SQUARES[square.standing][2])]
    if square.is_late:
        said.append(say("late"))
    if square.standing is Standing.NOT_DUE:
        said.append(say("due by {day}", day=format_day(square.due, language)))
    if square.is_locked:
        said.append(say("locked"))
    return ", ".join(said)
