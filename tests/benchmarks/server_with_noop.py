"""The app for gunicorn with an additional empty callback, for comparison with other callbacks."""

from typing import Any

from dash import Input, Output

from dashboard.access.registry import registry
from dashboard.app import create_app, tune_garbage_collection
from etl.queries.data_source import open_data_source
from etl.settings import read_settings

NOOP = "nothing.children"


@registry.callback(Output("nothing", "children"), Input("anything", "value"), permission="staff")
def answer_nothing(value: Any) -> Any:
    """Return the value, after the permission gate, the session and Dash."""
    return value


_settings = read_settings()
server = create_app(_settings, open_data_source(_settings.database_url)).server
tune_garbage_collection()
