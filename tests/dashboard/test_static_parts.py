"""Test the parts of pages that are sent as HTML."""

from typing import Any

import pytest
from dash import dcc, html

from dashboard.components.markup import make_link, tags
from dashboard.components.static_parts import FEWEST_ELEMENTS, FoldingRules, build_static_part, fold_static_parts
from tests.support.rendered_pages import find_elements, join_texts, unfold_static_parts

USED, DOCUMENT = "a-callback-uses-it", "/document/"


def fold(content: Any) -> Any:
    rules = FoldingRules(
        is_used=lambda component_id: component_id == USED, is_page=lambda address: not address.startswith(DOCUMENT)
    )
    return fold_static_parts(content, rules)


def make_rows(count: int) -> list[Any]:
    return [
        tags.Tr([tags.Th(f"row {row}", scope="row"), tags.Td(make_link("number", href=f"/{row}"))])
        for row in range(count)
    ]


def test_a_table_becomes_one_part_with_the_attributes_of_its_element() -> None:
    table = tags.Table(tags.Tbody(make_rows(9)), className="list", id="numbers")
    part = fold([tags.H1("Numbers"), table])[1]
    assert part["type"] == "StaticPart"
    assert part["props"]["tag"] == "table" and part["props"]["attributes"] == {"className": "list", "id": "numbers"}
    assert part["props"]["html"].startswith(
        '<tbody><tr><th scope="row">row 0</th><td><a href="/0" data-page>number</a>'
    )


def test_a_part_has_the_elements_and_texts_that_the_components_had() -> None:
    page = [
        tags.H1("Numbers"),
        tags.Div([tags.P(["a < b ", tags.B("& c"), None, 3]), tags.Table(tags.Tbody(make_rows(4)))]),
    ]
    unfolded = unfold_static_parts(fold(page))
    assert join_texts(unfolded) == join_texts(page)
    for kind in ("P", "B", "Tr", "Th", "Td", "Link"):
        assert len(find_elements(unfolded, kind)) == len(find_elements(page, kind))


def test_elements_around_a_component_stay_components_and_its_neighbours_are_folded() -> None:
    table = tags.Table(tags.Tbody(make_rows(9)))
    chart = dcc.Graph(id="chart")
    folded = fold(tags.Section([table, tags.Div([chart, table])]))
    assert folded["type"] == "Section"
    first, second = folded["props"]["children"]
    assert first["type"] == "StaticPart" and second["type"] == "Div"
    assert second["props"]["children"][0] is chart and second["props"]["children"][1]["type"] == "StaticPart"


def test_the_content_of_a_component_object_is_folded() -> None:
    folded = fold(html.Div(tags.Table(tags.Tbody(make_rows(9))), id=USED))
    assert isinstance(folded, html.Div) and folded.children["type"] == "StaticPart"


def test_an_element_that_a_callback_uses_stays_a_component() -> None:
    rows = make_rows(9)
    rows[4] = tags.Tr(tags.Td("changes", id=USED))
    folded = fold(tags.Table(tags.Tbody(rows)))
    used = [element for element in find_elements(folded, "Td") if element["props"].get("id") == USED]
    assert len(used) == 1 and find_elements(folded, "StaticPart") == []
    pattern = tags.Div(make_rows(9), id={"type": "row", "name": "x"})
    assert fold(pattern)["type"] == "Div"


def test_small_parts_and_links_stay_components() -> None:
    small = tags.P([tags.B("x") for _ in range(FEWEST_ELEMENTS - 2)])
    assert fold([small]) == [small]
    link = make_link([tags.B("x") for _ in range(FEWEST_ELEMENTS)], href="/")
    assert fold([link]) == [link]


def test_a_form_gets_no_token_since_the_script_adds_it_when_it_is_sent() -> None:
    form = tags.Form([tags.Button("Send") for _ in range(FEWEST_ELEMENTS)], method="post", action="/send")
    assert "csrf" not in fold([form])[0]["props"]["html"]


def test_a_part_of_given_html_has_its_attributes() -> None:
    part = build_static_part("Div", "<p>x</p>", className="frame", tabIndex=0)
    assert part["props"] == {"tag": "div", "attributes": {"className": "frame", "tabIndex": 0}, "html": "<p>x</p>"}


@pytest.mark.parametrize("count", [1, 9])
def test_a_link_to_a_document_is_a_plain_one_alone_and_within_a_part(count: int) -> None:
    links = [tags.P(make_link("file", href=f"{DOCUMENT}{number}", className="x")) for number in range(count)]
    folded = fold(tags.Section([*links, tags.P(make_link("page", href="/page"))]))
    unfolded = unfold_static_parts(folded)
    plain = find_elements(unfolded, "A")
    assert [link["props"]["href"] for link in plain] == [f"{DOCUMENT}{number}" for number in range(count)]
    assert {link["props"]["className"] for link in plain} == {"x"}
    (page,) = find_elements(unfolded, "Link")
    assert page["props"]["href"] == "/page"
