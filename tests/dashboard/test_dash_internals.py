"""Tests of the private parts of Dash that the app relies on."""

import json
import re
from pathlib import Path

import dash
import pytest
from dash import Dash, Input, Output, dcc, html
from flask import request

from dashboard import dash_internals
from dashboard.access.registry import RegistryError, registry
from dashboard.app import create_app, import_modules
from dashboard.static_files import make_static_url
from etl.settings import Settings


@pytest.fixture
def app() -> Dash:
    """Return a Dash app with one callback and a chart."""
    app = Dash("plain")
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="page"), dcc.Graph(id="chart")])
    app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))(
        lambda pathname, search: f"{pathname}{search}"
    )
    return app


def test_a_callback_is_found_by_its_inputs(app):
    inputs = (("address", "pathname"), ("address", "search"))
    assert dash_internals.find_callback_id(app, inputs=inputs) == "page.children"
    assert dash_internals.find_callback_id(app, inputs=inputs[:1]) is None


def test_a_callback_request_names_its_id_and_the_values_of_its_inputs(app):
    inputs = [{"id": "address", "property": name, "value": f"/{name}"} for name in ("pathname", "search")]
    outputs = {"id": "page", "property": "children"}
    body = {"output": "page.children", "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    client = app.server.test_client()
    with app.server.test_request_context(dash_internals.CALLBACK_PATH, method="POST", json=body):
        call = dash_internals.read_callback_call(request)
    assert call == dash_internals.CallbackCall("page.children", ("/pathname", "/search"))
    answer = client.post(dash_internals.CALLBACK_PATH, json=body).get_json()
    assert answer["response"] == {"page": {"children": "/pathname/search"}}


@pytest.mark.parametrize("body", [None, [], {}, {"output": 3}, "text"])
def test_another_body_calls_nothing(app, body):
    with app.server.test_request_context(dash_internals.CALLBACK_PATH, method="POST", json=body):
        assert dash_internals.read_callback_call(request) is None


def test_the_list_of_callbacks_and_the_layout_are_where_the_gate_expects_them(app):
    client = app.server.test_client()
    callbacks = client.get(dash_internals.DEPENDENCIES_PATH).get_json()
    assert [callback["output"] for callback in callbacks] == ["page.children"]
    assert client.get(dash_internals.LAYOUT_PATH).get_json()["props"]["children"]


def test_callbacks_that_are_not_allowed_are_removed_from_the_list(app):
    response = app.server.test_client().get(dash_internals.DEPENDENCIES_PATH)
    filtered = dash_internals.filter_dependencies(response, lambda callback_id: callback_id != "page.children")
    assert json.loads(filtered.get_data()) == []


def test_the_index_page_names_plotly_and_the_unused_scripts_where_the_app_expects_them(app):
    index = app.server.test_client().get("/").get_data(as_text=True)
    scripts = re.findall(r'src="([^"]+)"', index)
    assert scripts
    assert all(script.startswith(dash_internals.COMPONENT_SUITES_PREFIX) for script in scripts)
    for name in dash_internals.UNUSED_SCRIPTS:
        assert [script for script in scripts if name in script], name


def test_plotly_is_served_from_our_bundle_at_the_address_that_dash_gives_to_the_browser(staffed_app):
    renderer = (Path(dash.__file__).parent / "dash-renderer" / "build" / "dash_renderer.min.js").read_text()
    assert dash_internals.PLOTLY_PATH.removeprefix("/") in renderer
    client = staffed_app.make_client("manager")
    page = client.get("/staff/overview").get_data(as_text=True)
    assert not [name for name in dash_internals.UNUSED_SCRIPTS if name in page]
    answer = client.get(dash_internals.PLOTLY_PATH)
    assert answer.get_data() == client.get(make_static_url("plotly.js")).get_data()
    again = client.get(dash_internals.PLOTLY_PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_callback_outside_of_the_registry_stops_the_start(staffed_app):
    import_modules()
    dash.callback(Output("stray", "children"), Input("stray", "title"))(lambda value: value)
    settings = Settings(
        database_url=staffed_app.settings.database_url, secret_key="a secret of tests only, long enough"
    )
    with pytest.raises(RegistryError, match="stray"):
        create_app(settings, staffed_app.source, registry)
