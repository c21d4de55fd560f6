"""Convert between dataclasses and table rows: a field is a column, a bilingual text is two columns."""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from sqlalchemy import RowMapping

from etl.indicators.vocabulary import LocalizedText

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Instance = TypeVar("_Instance", bound="DataclassInstance")


def make_row(instance: "DataclassInstance") -> dict[str, Any]:
    """Return the instance's fields as column values. Items in a table of their own are left out."""
    row: dict[str, Any] = {}
    for name, is_bilingual in _list_fields(type(instance)):
        value = getattr(instance, name)
        if is_bilingual:
            row[f"{name}_en"], row[f"{name}_km"] = value.en, value.km
        else:
            row[name] = value
    return row


def build_from_row(kind: type[_Instance], row: RowMapping) -> _Instance:
    """Build an instance of the class from a row; surplus columns are ignored, a missing one is a KeyError."""
    values = {
        name: LocalizedText(row[f"{name}_en"], row[f"{name}_km"]) if is_bilingual else row[name]
        for name, is_bilingual in _list_fields(kind)
    }
    return kind(**values)


@cache
def _list_fields(kind: "type[DataclassInstance]") -> tuple[tuple[str, bool], ...]:
    """Return the name of each field that has a column, and whether its text is bilingual."""
    types = get_type_hints(kind)
    return tuple(
        (field.name, types[field.name] is LocalizedText) for field in fields(kind) if not field.metadata.get("is_item")
    )
