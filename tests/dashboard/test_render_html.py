"""Tests of rendering components as HTML."""

import pytest
from dash import dcc, html

from dashboard.components.markup import make_element
from dashboard.components.render_html import render_html


def test_texts_and_attributes_are_escaped():
    part = html.P(["<b>", make_element("A", "x", href='"><script>', title="a'b")], className="a&b")
    assert render_html(part) == (
        '<p class="a&amp;b">&lt;b&gt;<a href="&#34;&gt;&lt;script&gt;" title="a&#39;b">x</a></p>'
    )


def test_only_forms_that_post_have_a_csrf_token():
    forms = [html.Form("a", method="post", action="/x"), html.Form("b", method="get", action="/y")]
    html_text = render_html(forms, csrf="token")
    assert html_text.count('name="csrf"') == 1 and html_text.index("csrf") < html_text.index("/y")


def test_attributes_get_their_html_names():
    part = make_element(
        "Input", htmlFor="i", tabIndex=-1, readOnly=True, hidden=False, style={"flexGrow": 2}, **{"aria-live": "polite"}
    )
    assert render_html(part) == '<input for="i" tabindex="-1" readonly style="flex-grow:2" aria-live="polite">'


def test_links_lists_and_empty_values_are_rendered():
    parts = [dcc.Link("here", href="/a"), None, False, ["x", [html.Br(), 3]]]
    assert render_html(parts) == '<a href="/a">here</a>x<br>3'


def test_a_component_that_needs_a_script_is_refused():
    with pytest.raises(TypeError, match="Graph"):
        render_html(html.Div(dcc.Graph(id="g")))
