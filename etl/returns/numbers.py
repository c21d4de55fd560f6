"""Read the cell of a form as a number, in every notation that people use."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.indicators.stage_words import describe_stages, find_stage_by_text, normalize_stage_text
from etl.indicators.vocabulary import LocalizedText, Stage
from etl.returns.digits import MAX_DIGITS, DigitsReading, FoldedText, Notation, count_digits, fold_text, parse_digits
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.number_format import PLAIN, read_format_text
from etl.returns.workbook.cells import CellData, CellKind


class NumberState(StrEnum):
    """The state of a number cell. An unreadable cell has an error among its findings."""

    VALUE = "value"
    NOT_COLLECTED = "not_collected"
    BLANK = "blank"
    UNREADABLE = "unreadable"


class Formula(StrEnum):
    """Whether a cell holds a formula, and whether its result can be used."""

    NONE = "none"
    SAVED = "saved"
    WITHOUT_VALUE = "without_value"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """What the number cell of a row accepts."""

    key: str
    whole: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    units: tuple[str, ...] = ()
    """Accepted spellings of the unit, in any language."""
    unit: LocalizedText = LocalizedText("-")
    """The name of the unit in messages."""
    stages: tuple[Stage, ...] = ()
    """The stages of a row that accepts one of them; their ranks are its numbers."""


@dataclass(frozen=True)
class NumberReading:
    """A cell read as a number, with the findings about its notation."""

    state: NumberState
    value: Decimal | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CellLocation:
    """The location of a value cell: its sheet, address and key."""

    sheet: str
    cell: str
    key: str

    def make_finding(self, code: str, suggestion: str = "", **parameters: object) -> Finding:
        return make_finding(code, sheet=self.sheet, cell=self.cell, key=self.key, suggestion=suggestion, **parameters)

    def reject(self, code: str, suggestion: str = "", **parameters: object) -> NumberReading:
        """Return an unreadable number with a finding at this cell."""
        return NumberReading(NumberState.UNREADABLE, None, (self.make_finding(code, suggestion, **parameters),))


NOT_COLLECTED_WORDS = frozenset(("n/a", "nc", "មិនមានទិន្នន័យ"))
NONE_WORDS = frozenset(("គ្មាន", "មិនមាន", "none", "nil"))
_DOLLARS = frozenset(("$", "us$", "usd$"))
_PERCENT_WORDS = frozenset(("percent", "per cent", "pct", "ភាគរយ"))
_ERROR_TEXT = re.compile(r"#[A-Z0-9_/]+[!?]?|Err:[0-9]{3}", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(?P<number>[-+]?\s*[0-9](?:[0-9.,\s]*[0-9])?)\s*(?P<unit>\D+)")
_UNIT_FIRST = re.compile(r"(?P<unit>[^\d+-]+?)\s*(?P<number>[-+]?\s*[0-9](?:[0-9.,\s]*[0-9])?)")
_FORMAT_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LINE_BREAK_IN_NUMBER = re.compile(r"\d[^\S\n\r\v\f\x85\u2028\u2029]*[\n\r\v\f\x85\u2028\u2029]\s*\d")
_ROUNDING_NOISE = Decimal("1e-9")
_MAX_QUOTED_LENGTH = 60


def read_number(
    cell: CellData | None, spec: NumberSpec, location: CellLocation, formula: Formula = Formula.NONE
) -> NumberReading:
    """Return the number in a cell; `cell` is None for an empty one. The checks decide whether a blank matters."""
    if formula is Formula.EXTERNAL:
        return location.reject("number-formula-external")
    if formula is Formula.WITHOUT_VALUE or (cell is None and formula is Formula.SAVED):
        return location.reject("number-formula-without-value")
    if cell is None:
        return NumberReading(NumberState.BLANK)
    reading = read_stage(cell, spec, location) if spec.stages else _READERS[cell.kind](cell, spec, location)
    if formula is Formula.SAVED and reading.value is not None:
        note = location.make_finding("number-formula", read=reading.value)
        return NumberReading(reading.state, reading.value, (*reading.findings, note))
    return reading


def read_stage(cell: CellData, spec: NumberSpec, location: CellLocation) -> NumberReading:
    """Return the rank of the stage that a cell names, by its words in either language, its code or its rank."""
    if cell.kind in (CellKind.ERROR, CellKind.DATE):
        return _READERS[cell.kind](cell, spec, location)
    compact_text = "".join(normalize_stage_text(cell.text).split())
    if not compact_text.strip("-"):
        return NumberReading(NumberState.BLANK)
    if compact_text in NOT_COLLECTED_WORDS:
        return NumberReading(NumberState.NOT_COLLECTED)
    is_number = cell.kind is CellKind.NUMBER and Decimal(cell.text).is_finite() and "%" not in cell.number_format
    text = format_plain(Decimal(cell.text)) if is_number else cell.text
    stage = find_stage_by_text(spec.stages, text) if is_number or cell.kind is CellKind.TEXT else None
    quoted_text = shorten_text(cell.text)
    if stage is None:
        return location.reject("stage-unknown", found=quoted_text, stages=describe_stages(spec.stages))
    notes: tuple[Finding, ...] = ()
    if normalize_stage_text(text) == str(stage.rank):
        notes = (location.make_finding("stage-rank", found=quoted_text, stage=stage.label),)
    return NumberReading(NumberState.VALUE, Decimal(stage.rank), notes)


def _read_number_cell(cell: CellData, spec: NumberSpec, location: CellLocation) -> NumberReading:
    if _is_plain(cell, spec):
        return NumberReading(NumberState.VALUE, Decimal(cell.text))
    return read_stored_number(cell, spec, location)


def _is_plain(cell: CellData, spec: NumberSpec) -> bool:
    """Whether the cell holds a short whole number, which needs no further check in this row."""
    text = cell.text
    is_short = len(text) < MAX_DIGITS and text.isascii() and text.isdigit()
    is_unbounded = (spec.minimum is None or spec.minimum <= 0) and spec.maximum is None
    has_plain_format = cell.number_format == "General" or (
        "%" not in cell.number_format and read_format_text(cell.number_format) is PLAIN
    )
    return is_short and has_plain_format and is_unbounded


def read_stored_number(cell: CellData, spec: NumberSpec, location: CellLocation) -> NumberReading:
    """Return a stored number after all checks."""
    value = Decimal(cell.text)
    if not value.is_finite():
        return location.reject("number-not-finite", found=cell.text)
    if "%" in cell.number_format:
        percentage = value * 100 if "%" in _FORMAT_LITERAL.sub("", cell.number_format) else value
        return location.reject("number-percent", found=f"{format_plain(percentage)}%")
    shown = read_format_text(cell.number_format)
    if shown.is_other_number:
        return location.reject("number-format", found=format_plain(value))
    if shown.unit and not _is_own_unit(shown.unit, spec.units):
        unit = shorten_text(shown.unit)
        quoted_text = f"{format_plain(value)} {unit}"
        return location.reject("number-other-unit", found=quoted_text, unit=unit, expected=spec.unit)
    return _check_value(value, spec, location, (), cell.text)


def _read_text(cell: CellData, spec: NumberSpec, location: CellLocation) -> NumberReading:
    folded_text = fold_text(cell.text)
    quoted_text = shorten_text(cell.text)
    compact_text = "".join(folded_text.text.split()).casefold()
    if not compact_text.strip("-"):
        return NumberReading(NumberState.BLANK)
    if compact_text in NOT_COLLECTED_WORDS:
        return NumberReading(NumberState.NOT_COLLECTED)
    if compact_text in NONE_WORDS:
        return location.reject("number-none-word", found=quoted_text)
    if _ERROR_TEXT.fullmatch(folded_text.text):
        return location.reject("number-error-cell", found=folded_text.text)
    if folded_text.has_foreign_digits:
        return location.reject("number-foreign-digits", found=quoted_text)
    if _LINE_BREAK_IN_NUMBER.search(cell.text):
        return location.reject("number-unreadable", found=quoted_text)
    return _read_text_number(folded_text, spec, location, quoted_text)


def has_no_value(text: str) -> bool:
    """Return whether a text says that there is no number: only dashes, `n/a` or `NC`."""
    compact_text = "".join(fold_text(text).text.split()).casefold()
    return not compact_text.strip("-") or compact_text in NOT_COLLECTED_WORDS


def _read_text_number(
    folded_text: FoldedText, spec: NumberSpec, location: CellLocation, quoted_text: str
) -> NumberReading:
    number, unit = _split_unit(folded_text.text)
    if "%" in folded_text.text or unit.strip(". ").casefold() in _PERCENT_WORDS:
        return location.reject("number-percent", found=quoted_text)
    reading = parse_digits(number, whole=spec.whole)
    if unit and not _is_own_unit(unit, spec.units):
        return _reject_unit(unit, reading, spec, location, quoted_text)
    if reading.value is None:
        return _reject_reading(reading, location, quoted_text)
    if count_digits(reading.value) > MAX_DIGITS:
        return location.reject("number-too-long", found=quoted_text)
    codes: tuple[str, ...] = (*folded_text.notations, *reading.notations, *(("number-unit",) if unit else ()))
    return _check_value(reading.value, spec, location, tuple(dict.fromkeys(codes)) or ("number-as-text",), quoted_text)


def _reject_unit(
    unit: str, reading: DigitsReading, spec: NumberSpec, location: CellLocation, quoted_text: str
) -> NumberReading:
    if reading.value is None:
        return _reject_reading(reading, location, quoted_text)
    if not any(letter.isalpha() or unicodedata.category(letter) == "Sc" for letter in unit):
        return location.reject("number-unreadable", found=quoted_text)
    return location.reject("number-other-unit", found=quoted_text, unit=unit, expected=spec.unit)


def _reject_reading(reading: DigitsReading, location: CellLocation, quoted_text: str) -> NumberReading:
    if Notation.AMBIGUOUS in reading.notations:
        first, second = (format_plain(value) for value in reading.readings)
        return location.reject("number-ambiguous", f"{first} / {second}", found=quoted_text, first=first, second=second)
    return location.reject("number-unreadable", found=quoted_text)


def _check_value(
    value: Decimal, spec: NumberSpec, location: CellLocation, codes: tuple[str, ...], quoted_text: str
) -> NumberReading:
    """Return the value without float noise, or a rejection if the row does not accept it."""
    clean_value = _remove_noise(value, spec.whole)
    if clean_value != value:
        codes = (*codes, "number-noise")
    if count_digits(clean_value) > MAX_DIGITS:
        return location.reject("number-too-long", found=quoted_text)
    if spec.whole and clean_value != clean_value.to_integral_value():
        return location.reject("number-not-whole", found=quoted_text)
    if spec.minimum is not None and clean_value < spec.minimum:
        return location.reject("number-below-minimum", found=quoted_text, minimum=format_plain(spec.minimum))
    if spec.maximum is not None and clean_value > spec.maximum:
        return location.reject("number-above-maximum", found=quoted_text, maximum=format_plain(spec.maximum))
    notes = tuple(location.make_finding(code, found=quoted_text, read=format_plain(clean_value)) for code in codes)
    return NumberReading(NumberState.VALUE, clean_value, notes)


def _remove_noise(value: Decimal, whole: bool) -> Decimal:
    if value == value.to_integral_value():
        return Decimal(format_plain(value)) + 0 if value.adjusted() < 400 else value
    nearest = value.to_integral_value()
    if abs(value - nearest) < _ROUNDING_NOISE and (whole or nearest == 0):
        return nearest + 0
    if count_digits(value) > MAX_DIGITS:
        places = MAX_DIGITS - 1 - value.adjusted()
        rounded_value = round(value, places) if 0 <= places <= 400 else value
        if abs(rounded_value - value) < _ROUNDING_NOISE:
            return rounded_value.normalize() + 0
    return value


def _reject_as(code: str) -> Callable[[CellData, NumberSpec, CellLocation], NumberReading]:
    return lambda cell, _spec, location: location.reject(code, found=cell.text)


_READERS = {
    CellKind.NUMBER: _read_number_cell,
    CellKind.TEXT: _read_text,
    CellKind.BOOLEAN: _reject_as("number-unreadable"),
    CellKind.ERROR: _reject_as("number-error-cell"),
    CellKind.DATE: _reject_as("number-date"),
}


def _split_unit(text: str) -> tuple[str, str]:
    """Split a text into number and unit. The unit is blank where there is none."""
    for pattern in (_WITH_UNIT, _UNIT_FIRST):
        parts = pattern.fullmatch(text)
        if parts and not set(parts["unit"]) <= set(" .,+-"):
            return parts["number"].strip(), parts["unit"].strip()
    return text, ""


def _is_own_unit(unit: str, units: tuple[str, ...]) -> bool:
    folded_unit = _fold_word(unit)
    return any(folded_unit == _fold_word(name) for name in units if name)


def _fold_word(text: str) -> str:
    word = "".join(fold_text(text).text.split()).strip(".").casefold()
    return "usd" if word in _DOLLARS else word


def format_plain(value: Decimal) -> str:
    """Return a number with its own digits, without an exponent or trailing zeros."""
    text = format(value, "f") if abs(value.adjusted()) < 400 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def shorten_text(text: str) -> str:
    """Return a text for use in a message: at most 60 characters on one line, zero-width spaces as dots."""
    line = "".join(letter if letter.isprintable() or letter == "\u200b" else " " for letter in text)
    line = line.replace("\u200b", "·")
    return line if len(line) <= _MAX_QUOTED_LENGTH else f"{line[:_MAX_QUOTED_LENGTH]}..."
