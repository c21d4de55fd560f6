"""Tests of the messages on the page of a typed return: they name rows, since the page has no cells."""

import re
from html import unescape

from tests.dashboard.returns_app import ReturnsApp
from tests.dashboard.test_typed_return import VALUES, send

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
CELL = re.compile(r"\b[A-Z]\d{1,3}\b")


def test_advice_names_the_row_in_place_of_its_cell(returns_app: ReturnsApp) -> None:
    answer = send(returns_app, returns_app.make_client("one"), changes={"L.1": "many"})
    (finding,) = re.findall(r'<li class="error" data-code="number-unreadable">([^<]*)</li>', unescape(answer.text))
    assert "Enter a number in “" in finding and not CELL.search(finding)


def test_a_message_that_begins_with_its_row_is_not_repeated(returns_app: ReturnsApp) -> None:
    answer = send(returns_app, returns_app.make_client("one"), changes={"P.1/sex/women": "99999"})
    summary = unescape(answer.text.partition('class="error-summary"')[2].partition("</div>")[0])
    words = re.search(r"#value-[^>]*>([^<]*) [(]99999", summary)[1].split(": ")
    assert len(words) == len({word.casefold() for word in words}) == 2


def test_parts_are_named_by_their_labels(returns_app: ReturnsApp) -> None:
    answer = send(returns_app, returns_app.make_client("one"), changes={"P.1": "99999"})
    (finding,) = re.findall(r'data-code="parts-not-total">([^<]*)</li>', unescape(answer.text))
    assert finding.startswith("The parts “") and "P.1" not in finding and not CELL.search(finding)


def test_a_row_with_only_a_note_is_not_marked_as_a_block(returns_app: ReturnsApp) -> None:
    answer = send(
        returns_app,
        returns_app.make_client("one"),
        changes={"L.1": "many", "P.1": VALUES["P.1"].translate(KHMER_DIGITS)},
    )
    rows = re.findall(r'<div class="(typed-row[^"]*)"[^>]*>.*?(<ul class="at-field".*?</ul>)', answer.text, re.DOTALL)
    marked = [name for name, findings in rows if re.findall(r'<li class="(\w+)"', findings)[:1] == ["note"]]
    assert marked and not any("note" in name.split() for name in marked)
    assert "typed-row error" in answer.text
