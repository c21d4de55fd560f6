"""Column types that give the same Python value back from SQLite and from PostgreSQL."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import CellKey, parse_key

_MAX_DIGITS = 1000
"""Far above any real figure and far below PostgreSQL's limit for NUMERIC, so that both databases accept the same."""

_Enum = TypeVar("_Enum", bound=StrEnum)


def format_digits(value: Decimal) -> str:
    """Format the number as briefly as possible without an exponent: 1000 for 1E+3 and for 1000.00.

    Raise ValueError for NaN, infinity, and numbers of more than a thousand digits.
    """
    digits = str(value)
    if digits.isdigit() and len(digits) <= _MAX_DIGITS:
        return digits
    if not value.is_finite() or abs(value.adjusted()) > _MAX_DIGITS or len(value.as_tuple().digits) > _MAX_DIGITS:
        raise ValueError(f"{value} can't be stored as an exact number")
    digits = format(value, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


class ExactDecimal(TypeDecorator[Decimal]):
    """An exact number: NUMERIC without bounds on PostgreSQL, its plain digits as text on SQLite, never a float."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        digits = format_digits(value)
        return digits if dialect.name == "sqlite" else Decimal(digits)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value) if dialect.name == "sqlite" else Decimal(format_digits(value))


class UtcDateTime(TypeDecorator[datetime]):
    """A datetime stored and returned in UTC; a naive datetime is a ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class QuarterText(TypeDecorator[Quarter]):
    """A quarter as text such as `2025Q3`, which sorts chronologically."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Quarter | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value.year:04d}Q{value.number}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Quarter | None:
        return None if value is None else parse_quarter(value)


class KeyText(TypeDecorator[CellKey]):
    """The key of a number as text: `SO3-01/sex/women`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: CellKey | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> CellKey | None:
        return None if value is None else parse_key(value)


class EnumText(TypeDecorator[_Enum]):
    """A member of a StrEnum, stored as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, enum_class: type[_Enum]) -> None:
        super().__init__()
        self.enum_class = enum_class
        self._by_value = {str(member): member for member in enum_class}
        """A lookup table, since rows are read by the thousand."""
        self._by_member = {member: str(member) for member in enum_class}
        """The reverse, for writing."""

    def process_bind_param(self, value: _Enum | None, dialect: Dialect) -> str | None:
        return None if value is None else self._by_member.get(value) or str(self.enum_class(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> _Enum | None:
        return None if value is None else self._by_value.get(value) or self.enum_class(value)


class TextTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of strings, or of pairs of strings, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        if value is None:
            return None
        return tuple(tuple(item) if isinstance(item, list) else item for item in json.loads(value))


class JsonText(TypeDecorator[dict[str, Any]]):
    """A small JSON object, as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(dict(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else dict(json.loads(value))


class DecimalTuple(TypeDecorator[tuple[Decimal, ...]]):
    """A tuple of exact numbers, as a JSON list of strings."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Decimal, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([format_digits(number) for number in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Decimal, ...] | None:
        return None if value is None else tuple(Decimal(digits) for digits in json.loads(value))
