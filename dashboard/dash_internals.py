"""The parts of Dash that have no public interface, each with the reason why the app needs it.

`tests/dashboard/test_dash_internals.py` has a test for each that fails when a new version of Dash changes it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash
from flask import Request, Response

CALLBACK_PATH = "/_dash-update-component"
"""The path to which the browser posts callbacks. The gate checks their permission before Dash reads them."""

DEPENDENCIES_PATH = "/_dash-dependencies"
LAYOUT_PATH = "/_dash-layout"

COMPONENT_SUITES_PREFIX = "/_dash-component-suites/"
"""The scripts of component libraries. They are the same for everybody."""

PLOTLY_PATH = f"{COMPONENT_SUITES_PREFIX}plotly/package_data/plotly.min.js"
"""The path of plotly.js, which `dcc.Graph` fetches for the first chart; the app serves its smaller bundle there."""

UNUSED_SCRIPTS = ("/dash_table/", "/dash/deps/polyfill")
"""Scripts that Dash puts on every page and that no page needs: tables are plain HTML, old browsers are not supported.

The polyfill also defines `regeneratorRuntime`, without which dcc draws no chart. `assets/regenerator.js` replaces it.
"""


@dataclass(frozen=True)
class CallbackCall:
    """The body of a callback request: the callback's id and the values of its inputs."""

    callback_id: str
    inputs: tuple[Any, ...]


def read_callback_call(request: Request) -> CallbackCall | None:
    """Return what a request to CALLBACK_PATH calls; None when the body isn't one.

    Dash has no public reader of these bodies, and both the gate and the page cache need one before Dash runs.
    """
    body = request.get_json(silent=True) if request.method == "POST" else None
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return None
    inputs = body.get("inputs", ())
    values = [item.get("value") if isinstance(item, dict) else None for item in inputs if not isinstance(item, str)]
    return CallbackCall(body["output"], tuple(values))


def find_callback_id(app: Dash, *, inputs: tuple[tuple[str, str], ...]) -> str | None:
    """Return the id of the callback with exactly these inputs (component id, property); None without one.

    Dash derives the id from the outputs. Asking for it keeps its spelling out of our code.
    """
    for callback_id, callback in app.callback_map.items():
        if tuple((item["id"], item["property"]) for item in callback["inputs"]) == inputs:
            return str(callback_id)
    return None


def filter_dependencies(response: Response, is_allowed: Callable[[str], bool]) -> Response:
    """Remove from Dash's list of callbacks those that the visitor may not call."""
    callbacks = json.loads(response.get_data())
    response.set_data(json.dumps([callback for callback in callbacks if is_allowed(callback["output"])]))
    return response
