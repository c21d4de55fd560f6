"""Frozen values as JSON and back, by their types: what an edition keeps of the plan stays readable as code changes.

A field that the text doesn't have takes its default, one that the code no longer has is left alone.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from etl.database.column_types import plain_digits
from etl.indicators.periods import Quarter, parse_quarter

_Value = TypeVar("_Value")


def dump_dataclass(value: object) -> str:
    """The value as JSON, Khmer as it is; what is as its type has it anyway is left out."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def load_dataclass(kind: type[_Value], text: str) -> _Value:
    """The value of that kind that the text holds."""
    made: _Value = _made(kind, json.loads(text))
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Quarter):
        return str(value)
    if isinstance(value, Decimal):
        return plain_digits(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: (getattr(value, field.name), field.default) for field in fields(value)}
        return {name: _plain(found) for name, (found, usual) in held.items() if usual is MISSING or found != usual}
    return value


def _made(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if plain is None else _made(next(one for one in get_args(kind) if one is not NoneType), plain)
    if origin is tuple:
        return _made_tuple(get_args(kind), plain)
    if kind in _READERS:
        return None if plain is None else _READERS[kind](plain)
    if isinstance(kind, type) and is_dataclass(kind):
        types: dict[str, Any] = _types(kind)
        make: Callable[..., Any] = kind
        return make(**{name: _made(types[name], found) for name, found in plain.items() if name in types})
    return kind(plain) if isinstance(kind, type) and issubclass(kind, StrEnum) else plain


def _made_tuple(kinds: tuple[Any, ...], plain: list[Any]) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_made(kinds[0], one) for one in plain)
    return tuple(_made(kind, one) for kind, one in zip(kinds, plain, strict=True))


@cache
def _types(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


_READERS: dict[Any, Callable[[Any], Any]] = {
    Decimal: Decimal,
    Quarter: parse_quarter,
    date: date.fromisoformat,
}
