"""Layouts by name: those of `data/layouts`, and those that people saved on the page that maps a table."""

import tomllib

from etl.database.connection import Engine, reading
from etl.database.read.confirmations import find_office_setting, list_office_settings
from etl.returns.layouts.layout import Layout, list_layout_names, parse_layout, read_layout

SAVED_LAYOUT = "layout:"
"""The beginning of the names of the settings that hold saved layouts, as TOML."""


def find_layout(engine: Engine, name: str) -> Layout:
    """Return a layout of the product or a saved one. Raises LayoutError if there is none."""
    if name not in list_layout_names():
        with reading(engine) as connection:
            text = find_office_setting(connection, SAVED_LAYOUT + name)
        if text is not None:
            return parse_layout(name, tomllib.loads(text))
    return read_layout(name)


def list_layouts(engine: Engine) -> tuple[Layout, ...]:
    """Return all layouts: those of the product first, then the saved ones."""
    with reading(engine) as connection:
        saved = list_office_settings(connection, SAVED_LAYOUT)
    own = tuple(read_layout(name) for name in list_layout_names())
    return (*own, *(parse_layout(name, tomllib.loads(text)) for name, text in saved.items()))
