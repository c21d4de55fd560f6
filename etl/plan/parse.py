"""From a cell's text to its value, and back: what each kind of column may hold, and what to do where it doesn't."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.errors import CardecError
from etl.indicators import vocabulary as words
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import CellKey, parse_key
from etl.locale.translations import to_say
from etl.plan.columns import Column, Kind
from etl.plan.faults import Message, either, worded

Value = str | int | bool | Decimal | Quarter | date | CellKey | tuple[str, ...] | None

MOST_CHARACTERS = 32_000
"""A cell of a workbook holds little more."""
MOST_DIGITS = 15
"""A workbook keeps no more digits of a number exactly."""

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
    "reported": words.Reported,
}


class BadCellError(CardecError):
    """A cell that doesn't hold what its column asks for. `kept` is what stands for it while the rest is checked."""

    def __init__(self, message: Message, kept: Value = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.kept = kept


def parse_cell(column: Column, text: str) -> Value:
    """The cell's value; None for a blank one, "" where the column holds text. The error says what to write instead."""
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        raise BadCellError(
            worded(to_say("{column} holds a character that can't be shown; type the cell again"), column=column.name)
        )
    if len(text) > MOST_CHARACTERS:
        raise BadCellError(
            worded(
                to_say("{column} has {count} characters; write at most {most}"),
                column=column.name,
                count=f"{len(text):,}",
                most=f"{MOST_CHARACTERS:,}",
            )
        )
    if not text and column.required:
        raise BadCellError(
            worded(to_say("{column} is blank; write {advice}"), column=column.name, advice=_advice(column))
        )
    if not text and column.kind not in (Kind.TEXT, Kind.CODE, Kind.REFERENCE, Kind.CHOICE):
        return None
    return _PARSERS[column.kind](column, text)


def write_cell(column: Column, value: object) -> str:
    """The text that `parse_cell` reads back as the same value."""
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
    """Whether the text may be a code: it becomes an address and a key."""
    return bool(_CODE.fullmatch(text))


def _bad(column: Column, text: str, kept: Value = None) -> BadCellError:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return BadCellError(
        worded(
            to_say("{column} is {found}; write {advice}"), column=column.name, found=repr(shown), advice=_advice(column)
        ),
        kept,
    )


def _advice(column: Column) -> Message | str:
    if column.choices:
        return either(column.choices)
    return worded(_ADVICE.get(column.kind, column.about), range=_range(column))


_ADVICE: Mapping[Kind, str] = {
    Kind.CODE: to_say("a code of at most 40 letters (a to z), digits, . _ or -, starting with a letter or digit"),
    Kind.CODES: to_say("codes with ; between them"),
    Kind.WHOLE: to_say("a whole number{range}"),
    Kind.YEAR: to_say("a year{range}"),
    Kind.DECIMAL: to_say("a number such as 1500 or 0.5, without thousands separator or unit{range}"),
    Kind.QUARTER: to_say("a quarter such as 2025Q3"),
    Kind.DAY: to_say("a day such as 2026-01-31"),
    Kind.KEY: to_say("the key of a number, such as SO3-01 or SO3-01/sex/women"),
}


def _range(column: Column) -> Message | str:
    if column.low is None or column.high is None:
        return ""
    return worded(to_say(", from {low} to {high}"), low=column.low, high=column.high)


def _parse_text(column: Column, text: str) -> Value:
    return text


def _parse_code(column: Column, text: str) -> Value:
    if not is_code(text):
        raise _bad(column, text, text)
    return text


def _parse_codes(column: Column, text: str) -> Value:
    codes = tuple(one.strip() for one in text.split(";") if one.strip())
    if len(set(codes)) < len(codes):
        raise BadCellError(
            worded(to_say("{column} names a code twice ({found}); write each once"), column=column.name, found=text),
            tuple(dict.fromkeys(codes)),
        )
    return codes


def _parse_choice(column: Column, text: str) -> Value:
    if not text:
        return None
    if text not in column.choices:
        raise _bad(column, text)
    if column.name == "source":
        return words.Source(text)
    return _ENUMS[column.name](text) if column.name in _ENUMS else text


def _parse_yes_no(column: Column, text: str) -> Value:
    if text not in ("yes", "no"):
        raise _bad(column, text)
    return text == "yes"


def _parse_whole(column: Column, text: str) -> Value:
    if not _WHOLE.fullmatch(text):
        raise _bad(column, text)
    return int(_in_range(column, text, Decimal(text)))


def _parse_decimal(column: Column, text: str) -> Value:
    if not _DECIMAL.fullmatch(text):
        raise _bad(column, text)
    if len(text.lstrip("-0.").replace(".", "")) > MOST_DIGITS or len(text) > 2 * MOST_DIGITS:
        raise BadCellError(
            worded(
                to_say("{column} is {found}; write at most {most} digits, a workbook keeps no more"),
                column=column.name,
                found=text[:40],
                most=MOST_DIGITS,
            )
        )
    return _in_range(column, text, Decimal(text))


def _in_range(column: Column, text: str, value: Decimal) -> Decimal:
    if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
        raise _bad(column, text)
    return value


def _parse_quarter(column: Column, text: str) -> Value:
    try:
        return parse_quarter(text)
    except ValueError:
        raise _bad(column, text) from None


def _parse_day(column: Column, text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad(column, text) from None


def _parse_key(column: Column, text: str) -> Value:
    key = parse_key(text)
    names = [key.indicator, *key.part.split("/")] if key.part else [key.indicator]
    if not all(is_code(name) for name in names) or len(names) not in (1, 3) or text.endswith("/"):
        raise _bad(column, text)
    return key


_PARSERS: Mapping[Kind, Callable[[Column, str], Value]] = {
    Kind.TEXT: _parse_text,
    Kind.CODE: _parse_code,
    Kind.REFERENCE: _parse_text,
    Kind.CODES: _parse_codes,
    Kind.CHOICE: _parse_choice,
    Kind.YES_NO: _parse_yes_no,
    Kind.WHOLE: _parse_whole,
    Kind.YEAR: _parse_whole,
    Kind.DECIMAL: _parse_decimal,
    Kind.QUARTER: _parse_quarter,
    Kind.DAY: _parse_day,
    Kind.KEY: _parse_key,
}
