"""Parse a cell's text by the kind of its column, and format values as text."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.errors import CardecError
from etl.indicators import vocabulary as words
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import PARTICIPATIONS, CellKey, parse_key
from etl.locale import N_
from etl.plan.columns import Column, ColumnKind
from etl.plan.issues import Message, join_with_or, make_message

Value = str | int | bool | Decimal | Quarter | date | CellKey | tuple[str, ...] | None

MAX_CHARACTERS = 32_000
"""A workbook cell holds at most 32,767 characters."""
MAX_DIGITS = 15
"""A workbook stores at most 15 digits of a number exactly."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_ENUMS: Mapping[str, type[StrEnum]] = {
    "measure": words.Measure,
    "over_time": words.OverTime,
    "across_sites": words.AcrossSites,
    "target_basis": words.TargetBasis,
    "direction": words.Direction,
    "percent_rule": words.PercentRule,
    "reported": words.ReportingFrequency,
}


class BadCellError(CardecError):
    """A cell that is invalid for its column. `fallback` replaces it while the rest is checked."""

    def __init__(self, message: Message, fallback: Value = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.fallback = fallback


def parse_cell(column: Column, text: str) -> Value:
    """Parse a cell; a blank one is None, or "" in a text column. The error says what to write instead."""
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        raise BadCellError(
            make_message(N_("{column} holds a character that can't be shown; type the cell again"), column=column.name)
        )
    if len(text) > MAX_CHARACTERS:
        raise BadCellError(
            make_message(
                N_("{column} has {count} characters; write at most {max}"),
                column=column.name,
                count=f"{len(text):,}",
                max=f"{MAX_CHARACTERS:,}",
            )
        )
    if not text and column.required:
        raise BadCellError(
            make_message(N_("{column} is blank; write {advice}"), column=column.name, advice=_make_advice(column))
        )
    if not text and column.kind not in (ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.REFERENCE, ColumnKind.CHOICE):
        return None
    return _PARSERS[column.kind](column, text)


def format_cell(column: Column, value: object) -> str:
    """Format a value as text that `parse_cell` parses to the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)


def is_code(text: str) -> bool:
    """Return whether the text is a valid code, which is used in URLs and keys."""
    return bool(_CODE.fullmatch(text))


def _make_invalid_error(column: Column, text: str, fallback: Value = None) -> BadCellError:
    excerpt = text if len(text) <= 60 else text[:57] + "..."
    return BadCellError(
        make_message(
            N_("{column} is {value}; write {advice}"),
            column=column.name,
            value=repr(excerpt),
            advice=_make_advice(column),
        ),
        fallback,
    )


def _make_advice(column: Column) -> Message | str:
    if column.choices:
        return join_with_or(column.choices)
    return make_message(_ADVICE.get(column.kind, column.description), range=_describe_range(column))


_ADVICE: Mapping[ColumnKind, str] = {
    ColumnKind.CODE: N_("a code of at most 40 letters (a to z), digits, . _ or -, starting with a letter or digit"),
    ColumnKind.CODES: N_("codes with ; between them"),
    ColumnKind.WHOLE: N_("a whole number{range}"),
    ColumnKind.YEAR: N_("a year{range}"),
    ColumnKind.DECIMAL: N_("a number such as 1500 or 0.5, without thousands separator or unit{range}"),
    ColumnKind.TARGET: N_("a number such as 1500 or 0.5, without thousands separator or unit{range}"),
    ColumnKind.QUARTER: N_("a quarter such as 2025Q3"),
    ColumnKind.DAY: N_("a day such as 2026-01-31"),
    ColumnKind.KEY: N_("the key of a number, such as SO3-01 or SO3-01/sex/women"),
}


def _describe_range(column: Column) -> Message | str:
    if column.low is None or column.high is None:
        return ""
    return make_message(N_(", from {low} to {high}"), low=column.low, high=column.high)


def _parse_text(column: Column, text: str) -> Value:
    return text


def _parse_code(column: Column, text: str) -> Value:
    if not is_code(text):
        raise _make_invalid_error(column, text, text)
    return text


def _parse_codes(column: Column, text: str) -> Value:
    codes = tuple(code.strip() for code in text.split(";") if code.strip())
    if len(set(codes)) < len(codes):
        raise BadCellError(
            make_message(
                N_("{column} names a code twice ({value}); write each code once"), column=column.name, value=text
            ),
            tuple(dict.fromkeys(codes)),
        )
    return codes


def _parse_choice(column: Column, text: str) -> Value:
    if not text:
        return None
    if text not in column.choices:
        raise _make_invalid_error(column, text)
    if column.name == "source":
        return words.Source(text)
    return _ENUMS[column.name](text) if column.name in _ENUMS else text


def _parse_yes_no(column: Column, text: str) -> Value:
    if text not in ("yes", "no"):
        raise _make_invalid_error(column, text)
    return text == "yes"


def _parse_whole(column: Column, text: str) -> Value:
    if not _WHOLE.fullmatch(text):
        raise _make_invalid_error(column, text)
    return int(_check_range(column, text, Decimal(text)))


def _parse_decimal(column: Column, text: str) -> Value:
    if not _DECIMAL.fullmatch(text):
        raise _make_invalid_error(column, text)
    if len(text.lstrip("-0.").replace(".", "")) > MAX_DIGITS or len(text) > 2 * MAX_DIGITS:
        raise BadCellError(
            make_message(
                N_("{column} is {value}; write at most {max} digits, since a workbook stores no more"),
                column=column.name,
                value=text[:40],
                max=MAX_DIGITS,
            )
        )
    return _check_range(column, text, Decimal(text))


def _check_range(column: Column, text: str, value: Decimal) -> Decimal:
    if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
        raise _make_invalid_error(column, text)
    return value


def _parse_quarter(column: Column, text: str) -> Value:
    try:
        return parse_quarter(text)
    except ValueError:
        raise _make_invalid_error(column, text) from None


def _parse_day(column: Column, text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _make_invalid_error(column, text) from None


def _parse_key(column: Column, text: str) -> Value:
    key = parse_key(text)
    names = [key.indicator, *key.part.split("/")] if key.part else [key.indicator]
    is_known_form = len(names) in (1, 3) or key.part == PARTICIPATIONS
    if not all(is_code(name) for name in names) or not is_known_form or text.endswith("/"):
        raise _make_invalid_error(column, text)
    return key


_PARSERS: Mapping[ColumnKind, Callable[[Column, str], Value]] = {
    ColumnKind.TEXT: _parse_text,
    ColumnKind.CODE: _parse_code,
    ColumnKind.REFERENCE: _parse_text,
    ColumnKind.CODES: _parse_codes,
    ColumnKind.CHOICE: _parse_choice,
    ColumnKind.YES_NO: _parse_yes_no,
    ColumnKind.WHOLE: _parse_whole,
    ColumnKind.YEAR: _parse_whole,
    ColumnKind.DECIMAL: _parse_decimal,
    ColumnKind.TARGET: _parse_decimal,
    ColumnKind.QUARTER: _parse_quarter,
    ColumnKind.DAY: _parse_day,
    ColumnKind.KEY: _parse_key,
}
