"""The returns by site and quarter: a square with a shape and a word for each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dashboard.components.plain import dcc
from dashboard.components.tables import aria, element, hidden
from etl.indicators.results import ReportingRate
from etl.locale.translations import format_amount, format_day, format_quarter, speak, to_say
from etl.queries.reporting_status import ReturnsGrid, Square, Standing

_SQUARES = {
    Standing.APPROVED: ("✓", "approved", to_say("approved")),
    Standing.SUBMITTED: ("◑", "submitted", to_say("waiting for approval")),
    Standing.SENT_BACK: ("↩", "sent-back", to_say("sent back")),
    Standing.DRAFT: ("✎", "draft", to_say("draft")),
    Standing.MISSING: ("✗", "missing", to_say("missing")),
    Standing.NOT_DUE: ("○", "not-due", to_say("not due yet")),
    Standing.NOT_ASKED: ("", "not-asked", to_say("nothing asked")),
}

QUARTERS = (1, 2, 3, 4)

AddressOf = Callable[[Square], str]
"""Where a square leads its reader; blank: nowhere."""


def no_address(square: Square) -> str:
    """For grids whose squares lead nowhere."""
    return ""


def build_returns_grid(
    grid: ReturnsGrid, language: str, *, address_of: AddressOf = no_address, all_of_them: str = ""
) -> Any:
    """The grid, scrolling inside itself, with each site's rates at the end of its row.

    Where it holds fewer sites than there are, a sentence says so and leads to `all_of_them`, if an address is given.
    """
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
    frame = element(
        "Div",
        table,
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(say("Returns by site and quarter")),
    )
    return element("Div", [_left_out(grid, all_of_them, language) if all_of_them else None, frame, _key(language)])


def _left_out(grid: ReturnsGrid, address: str, language: str) -> Any:
    """How many sites are shown of how many, with the way to all."""
    say = speak(language)
    if len(grid.rows) >= grid.in_all:
        return None
    said = say(
        "{shown} of {count} sites are shown, those that owe returns first.",
        shown=len(grid.rows),
        count=format_amount(Decimal(grid.in_all), 0, language),
    )
    return element("P", [said, " ", dcc.Link(say("All sites and their returns"), href=address)], className="shown")


def build_returns_by_year(grid: ReturnsGrid, language: str) -> Any:
    """The returns of one site, a row for each year: all of them fit beside each other on a phone."""
    say = speak(language)
    squares = {(one.quarter.year, one.quarter.number): one for one in grid.squares}
    if not squares:
        return element("P", say("No quarter of the plan has ended yet."))
    corner = element("Th", say("Year"), scope="col")
    head = element("Tr", [corner, *(element("Th", f"Q{number}", scope="col") for number in QUARTERS)])
    rows = [
        element(
            "Tr",
            [
                element("Th", str(year), scope="row"),
                *(_found_square(squares.get((year, number)), language) for number in QUARTERS),
            ],
        )
        for year in sorted({year for year, _ in squares})
    ]
    caption = element("Caption", say("Returns by year and quarter"), className="vh")
    table = element("Table", [caption, element("Thead", head), element("Tbody", rows)], className="grid", id="returns")
    return element("Div", [table, _key(language)])


def _found_square(square: Square | None, language: str) -> Any:
    """An empty cell for a quarter that has not ended; the word where it is locked, which no column can say here."""
    if square is None:
        return element("Td")
    cell = _square(square, language, "")
    if square.is_locked:
        cell["props"]["children"] = [*cell["props"]["children"], element("Small", speak(language)("locked"))]
    return cell


def _key(language: str) -> Any:
    say = speak(language)
    key = " · ".join(f"{shape} {say(word)}" for shape, _, word in _SQUARES.values() if shape)
    return element("P", f"{key} · ◷ {say('late')}", className="key")


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
    shown = element("Span", shape + ("◷" if square.is_late else ""), **hidden())
    where = f"{square.site} {square.quarter}: {said}"
    if address:
        children: Any = dcc.Link([shown, element("Span", where, className="vh")], href=address)
    else:
        children = [shown, element("Span", said, className="vh")]
    return element("Td", children, className=f"cell {name}", title=where)


def square_words(square: Square, language: str) -> str:
    """`missing, locked`, `waiting for approval, late`, `not due yet, due by 30 Jan 2026`."""
    due = square.due if square.standing is Standing.NOT_DUE else None
    return _words(square.standing, square.is_late, square.is_locked, due, language)


@lru_cache(maxsize=1024)
def _words(standing: Standing, is_late: bool, is_locked: bool, due: date | None, language: str) -> str:
    say = speak(language)
    said = [say(_SQUARES[standing][2])]
    if is_late:
        said.append(say("late"))
    if due is not None:
        said.append(say("due by {day}", day=format_day(due, language)))
    if is_locked:
        said.append(say("locked"))
    return ", ".join(said)
