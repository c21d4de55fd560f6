"""Dump frozen dataclasses to JSON and load them by type, so that published editions stay readable as the code changes.

A field that is missing from the JSON takes its default; a field that the class no longer has is ignored.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from etl.database.column_types import format_digits
from etl.indicators.periods import Quarter, parse_quarter

_Value = TypeVar("_Value")


def dump_dataclass(value: object) -> str:
    """Dump the value as JSON, with Khmer unescaped; fields that equal their default are left out."""
    return json.dumps(_dump(value), ensure_ascii=False, separators=(",", ":"))


def load_dataclass(kind: type[_Value], text: str) -> _Value:
    """Load a value of that class from JSON."""
    value: _Value = _load(kind, json.loads(text))
    return value


def _dump(value: Any) -> Any:
    if isinstance(value, Quarter):
        return str(value)
    if isinstance(value, Decimal):
        return format_digits(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        values = {field.name: (getattr(value, field.name), field.default) for field in fields(value)}
        return {
            name: _dump(field_value)
            for name, (field_value, default) in values.items()
            if default is MISSING or field_value != default
        }
    return value


def _load(kind: Any, json_value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if json_value is None:
            return None
        return _load(next(argument for argument in get_args(kind) if argument is not NoneType), json_value)
    if origin is tuple:
        return _load_tuple(get_args(kind), json_value)
    if kind in _LOADERS:
        return None if json_value is None else _LOADERS[kind](json_value)
    if isinstance(kind, type) and is_dataclass(kind):
        types: dict[str, Any] = _get_field_types(kind)
        make: Callable[..., Any] = kind
        return make(
            **{name: _load(types[name], field_value) for name, field_value in json_value.items() if name in types}
        )
    return kind(json_value) if isinstance(kind, type) and issubclass(kind, StrEnum) else json_value


def _load_tuple(kinds: tuple[Any, ...], json_values: list[Any]) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_load(kinds[0], item) for item in json_values)
    return tuple(_load(kind, item) for kind, item in zip(kinds, json_values, strict=True))


@cache
def _get_field_types(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


_LOADERS: dict[Any, Callable[[Any], Any]] = {
    Decimal: Decimal,
    Quarter: parse_quarter,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
