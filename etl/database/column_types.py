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

_MOST_DIGITS = 1000
"""Far above any figure and far below what PostgreSQL's NUMERIC holds, so that both databases refuse the same."""

_Word = TypeVar("_Word", bound=StrEnum)


def plain_digits(value: Decimal) -> str:
    """The shortest way to write the number without an exponent: 1000 for 1E+3 and for 1000.00.

    ValueError for what is no number, or has more than a thousand digits.
    """
    digits = str(value)
    if digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return digits
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS or len(value.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(f"{value} can't be kept as an exact number")
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
        digits = plain_digits(value)
        return digits if dialect.name == "sqlite" else Decimal(digits)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value) if dialect.name == "sqlite" else Decimal(plain_digits(value))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone, kept and given back in UTC. A time without a zone is refused."""

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
    """A quarter as `2025Q3`, which sorts as time does."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Quarter | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value.year:04d}Q{value.number}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Quarter | None:
        return None if value is None else parse_quarter(value)


class KeyText(TypeDecorator[CellKey]):
    """The name of a number: `SO3-01/sex/women`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: CellKey | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> CellKey | None:
        return None if value is None else parse_key(value)


class EnumText(TypeDecorator[_Word]):
    """One of the words of a closed list, kept as itself."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[_Word]) -> None:
        super().__init__()
        self.enum_class = words
        self._known = {str(word): word for word in words}
        """Looked up, because rows are read by the thousand."""
        self._plain = {word: str(word) for word in words}
        """The other way, for rows that are written."""

    def process_bind_param(self, value: _Word | None, dialect: Dialect) -> str | None:
        return None if value is None else self._plain.get(value) or str(self.enum_class(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> _Word | None:
        return None if value is None else self._known.get(value) or self.enum_class(value)


class TextTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of texts, or of pairs of texts, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        if value is None:
            return None
        return tuple(tuple(one) if isinstance(one, list) else one for one in json.loads(value))


class JsonText(TypeDecorator[dict[str, Any]]):
    """A small object of what JSON can hold, as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(dict(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else dict(json.loads(value))


class DecimalTuple(TypeDecorator[tuple[Decimal, ...]]):
    """A tuple of exact numbers, as a JSON list of their digits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Decimal, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([plain_digits(one) for one in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Decimal, ...] | None:
        return None if value is None else tuple(Decimal(one) for one in json.loads(value))
