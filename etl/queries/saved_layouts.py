"""Layouts by name: those of `data/layouts`, and those that people saved on the page that maps a table."""

import tomllib
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine, reading
from etl.database.read.confirmations import list_office_settings
from etl.returns.layouts.layout import Layout, list_layout_names, parse_layout, read_layout

SAVED_LAYOUT = "layout:"
"""The beginning of the names of the settings that hold saved layouts, as TOML."""


@dataclass(frozen=True)
class SavedLayout:
    """A layout that somebody saved, and when."""

    layout: Layout
    saved_by: str
    saved_at: datetime


def list_saved_layouts(engine: Engine) -> tuple[SavedLayout, ...]:
    """Return the layouts that people saved, in the order of their names."""
    with reading(engine) as connection:
        settings = list_office_settings(connection, SAVED_LAYOUT)
    return tuple(
        SavedLayout(parse_layout(setting.name, tomllib.loads(setting.value)), setting.changed_by, setting.changed_at)
        for setting in settings
    )


def find_saved_layout(engine: Engine, name: str) -> SavedLayout | None:
    """Return the layout that somebody saved under a name; None if there is none."""
    return next((saved for saved in list_saved_layouts(engine) if saved.layout.name == name), None)


def find_layout(engine: Engine, name: str) -> Layout:
    """Return a layout of the product or a saved one. Raises LayoutError if there is none."""
    saved = None if name in list_layout_names() else find_saved_layout(engine, name)
    return read_layout(name) if saved is None else saved.layout


def list_layouts(engine: Engine) -> tuple[Layout, ...]:
    """Return all layouts: those of the product first, then the saved ones."""
    own = tuple(read_layout(name) for name in list_layout_names())
    return (*own, *(saved.layout for saved in list_saved_layouts(engine)))
