"""Convert between dataclasses and table rows: a field is a column, a bilingual text is two columns."""

from dataclasses import Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import RowMapping

from etl.indicators.vocabulary import LocalizedText

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Instance = TypeVar("_Instance", bound="DataclassInstance")


def make_row(instance: "DataclassInstance") -> dict[str, Any]:
    """Return the instance's fields as column values. Items in a table of their own are left out."""
    row: dict[str, Any] = {}
    for field in _list_columns(instance):
        value = getattr(instance, field.name)
        if isinstance(value, LocalizedText):
            row[f"{field.name}_en"], row[f"{field.name}_km"] = value.en, value.km
        else:
            row[field.name] = value
    return row


def build_from_row(kind: type[_Instance], row: RowMapping) -> _Instance:
    """Build an instance of the class from a row; surplus columns are ignored, a missing one is a KeyError."""
    values = {
        field.name: LocalizedText(row[f"{field.name}_en"], row[f"{field.name}_km"])
        if f"{field.name}_en" in row
        else row[field.name]
        for field in _list_columns(kind)
    }
    return kind(**values)


def _list_columns(kind: "type[DataclassInstance] | DataclassInstance") -> "list[Field[Any]]":
    return [field for field in fields(kind) if not field.metadata.get("is_item")]
