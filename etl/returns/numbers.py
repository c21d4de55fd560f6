"""One cell of a form as a number: every way of writing it, the words for what has no number, and what is refused."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from etl.indicators.vocabulary import LocalizedText
from etl.returns.digits import MAX_DIGITS, DigitsReading, FoldedText, Notation, count_digits, fold_text, parse_digits
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.cells import CellData, CellKind


class NumberState(StrEnum):
    """What a cell says. An unreadable one has an error among its findings."""

    VALUE = "value"
    NOT_COLLECTED = "not_collected"
    BLANK = "blank"
    UNREADABLE = "unreadable"


class Formula(StrEnum):
    """Whether a cell is typed or computed, and whether its result can be taken."""

    NONE = "none"
    SAVED = "saved"
    WITHOUT_VALUE = "without_value"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """What a row takes."""

    key: str
    whole: bool = False
    minimum: Decimal | None = None
    units: tuple[str, ...] = ()
    """How the unit of the row may be written, in any language."""
    unit: LocalizedText = LocalizedText("-")
    """What a sentence calls the unit."""


@dataclass(frozen=True)
class NumberReading:
    """What a cell says as a number, and everything found about how it was written."""

    state: NumberState
    value: Decimal | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CellLocation:
    """Where a value cell stands, filled or not."""

    sheet: str
    cell: str
    key: str

    def make_finding(self, code: str, suggestion: str = "", **parameters: object) -> Finding:
        return make_finding(code, sheet=self.sheet, cell=self.cell, key=self.key, suggestion=suggestion, **parameters)

    def reject(self, code: str, suggestion: str = "", **parameters: object) -> NumberReading:
        return NumberReading(NumberState.UNREADABLE, None, (self.make_finding(code, suggestion, **parameters),))


NOT_COLLECTED_WORDS = frozenset(("n/a", "nc", "មិនមានទិន្នន័យ"))
NONE_WORDS = frozenset(("គ្មាន", "មិនមាន", "none", "nil"))
_PERCENT_WORDS = frozenset(("percent", "per cent", "pct", "ភាគរយ"))
_ERROR_TEXT = re.compile(r"#[A-Z0-9_/]+[!?]?|Err:[0-9]{3}", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(?P<number>[-+]?\s*[0-9](?:[0-9.,\s]*[0-9])?)\s*(?P<unit>\D+)")
_UNIT_FIRST = re.compile(r"(?P<unit>[^\d+-]+?)\s*(?P<number>[-+]?\s*[0-9](?:[0-9.,\s]*[0-9])?)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_NOISE = Decimal("1e-9")
_LONGEST_SHOWN = 60


def read_number(
    cell: CellData | None, spec: NumberSpec, location: CellLocation, formula: Formula = Formula.NONE
) -> NumberReading:
    """What the cell says; None is an empty one. Whether a blank matters is for the checks to say."""
    if formula is Formula.EXTERNAL:
        return location.reject("number-formula-external")
    if formula is Formula.WITHOUT_VALUE or (cell is None and formula is Formula.SAVED):
        return location.reject("number-formula-without-value")
    if cell is None:
        return NumberReading(NumberState.BLANK)
    read = _READERS[cell.kind](cell, spec, location)
    if formula is Formula.SAVED and read.value is not None:
        note = location.make_finding("number-formula", read=read.value)
        return NumberReading(read.state, read.value, (*read.findings, note))
    return read


def _read_stored(cell: CellData, row: NumberSpec, spot: CellLocation) -> NumberReading:
    if _is_plain(cell, row):
        return NumberReading(NumberState.VALUE, Decimal(cell.text))
    return read_stored_number(cell, row, spot)


def _is_plain(cell: CellData, row: NumberSpec) -> bool:
    """Whether there is nothing to look at: a whole number of some digits where any number from 0 on may stand."""
    text = cell.text
    is_short = len(text) < MAX_DIGITS and text.isascii() and text.isdigit()
    return is_short and "%" not in cell.number_format and (row.minimum is None or not row.minimum > 0)


def read_stored_number(cell: CellData, spec: NumberSpec, location: CellLocation) -> NumberReading:
    """What a stored number says, looked at from all sides."""
    stored = Decimal(cell.text)
    if not stored.is_finite():
        return location.reject("number-not-finite", found=cell.text)
    if "%" in cell.number_format:
        shown = stored * 100 if "%" in _QUOTED.sub("", cell.number_format) else stored
        return location.reject("number-percent", found=f"{format_plain(shown)}%")
    return _fit(stored, spec, location, (), cell.text)


def _read_text(cell: CellData, row: NumberSpec, spot: CellLocation) -> NumberReading:
    folded = fold_text(cell.text)
    shown = repr_text(cell.text)
    word = "".join(folded.text.split()).casefold()
    if not word.strip("-"):
        return NumberReading(NumberState.BLANK)
    if word in NOT_COLLECTED_WORDS:
        return NumberReading(NumberState.NOT_COLLECTED)
    if word in NONE_WORDS:
        return spot.reject("number-none-word", found=shown)
    if _ERROR_TEXT.fullmatch(folded.text):
        return spot.reject("number-error-cell", found=folded.text)
    if folded.has_foreign_digits:
        return spot.reject("number-foreign-digits", found=shown)
    return _read_written(folded, row, spot, shown)


def _read_written(folded: FoldedText, row: NumberSpec, spot: CellLocation, shown: str) -> NumberReading:
    number, unit = _split_unit(folded.text)
    if "%" in folded.text or unit.strip(". ").casefold() in _PERCENT_WORDS:
        return spot.reject("number-percent", found=shown)
    reading = parse_digits(number, whole=row.whole)
    if unit and not _is_known(unit, row.units):
        return _refuse_unit(unit, reading, row, spot, shown)
    if reading.value is None:
        return _refuse_reading(reading, spot, shown)
    if count_digits(reading.value) > MAX_DIGITS:
        return spot.reject("number-too-long", found=shown)
    writings: tuple[str, ...] = (*folded.notations, *reading.notations, *(("number-unit",) if unit else ()))
    return _fit(reading.value, row, spot, tuple(dict.fromkeys(writings)) or ("number-as-text",), shown)


def _refuse_unit(unit: str, reading: DigitsReading, row: NumberSpec, spot: CellLocation, shown: str) -> NumberReading:
    if reading.value is None:
        return _refuse_reading(reading, spot, shown)
    return spot.reject("number-other-unit", format_plain(reading.value), found=shown, unit=unit, expected=row.unit)


def _refuse_reading(reading: DigitsReading, spot: CellLocation, shown: str) -> NumberReading:
    if Notation.AMBIGUOUS in reading.notations:
        first, second = (format_plain(one) for one in reading.readings)
        return spot.reject("number-ambiguous", f"{first} / {second}", found=shown, first=first, second=second)
    return spot.reject("number-unreadable", found=shown)


def _fit(value: Decimal, row: NumberSpec, spot: CellLocation, codes: tuple[str, ...], shown: str) -> NumberReading:
    """The value within what the row takes: without the noise of floats, whole, at least the minimum."""
    cleaned = _without_noise(value, row.whole)
    if cleaned != value:
        codes = (*codes, "number-noise")
    if count_digits(cleaned) > MAX_DIGITS:
        return spot.reject("number-too-long", found=shown)
    if row.whole and cleaned != cleaned.to_integral_value():
        return spot.reject("number-not-whole", found=shown)
    if row.minimum is not None and cleaned < row.minimum:
        return spot.reject("number-below-minimum", found=shown, minimum=format_plain(row.minimum))
    notes = tuple(spot.make_finding(code, found=shown, read=format_plain(cleaned)) for code in codes)
    return NumberReading(NumberState.VALUE, cleaned, notes)


def _without_noise(value: Decimal, whole: bool) -> Decimal:
    if value == value.to_integral_value():
        return Decimal(format_plain(value)) + 0 if value.adjusted() < 400 else value
    nearest = value.to_integral_value()
    if abs(value - nearest) < _NOISE and (whole or nearest == 0):
        return nearest + 0
    if count_digits(value) > MAX_DIGITS:
        places = MAX_DIGITS - 1 - value.adjusted()
        rounded = round(value, places) if 0 <= places <= 400 else value
        if abs(rounded - value) < _NOISE:
            return rounded.normalize() + 0
    return value


def _read_boolean(cell: CellData, row: NumberSpec, spot: CellLocation) -> NumberReading:
    return spot.reject("number-unreadable", found=cell.text)


def _read_error(cell: CellData, row: NumberSpec, spot: CellLocation) -> NumberReading:
    return spot.reject("number-error-cell", found=cell.text)


def _read_date(cell: CellData, row: NumberSpec, spot: CellLocation) -> NumberReading:
    return spot.reject("number-date", found=cell.text)


_READERS = {
    CellKind.NUMBER: _read_stored,
    CellKind.TEXT: _read_text,
    CellKind.BOOLEAN: _read_boolean,
    CellKind.ERROR: _read_error,
    CellKind.DATE: _read_date,
}


def _split_unit(text: str) -> tuple[str, str]:
    """The number and the unit in a text; the unit is blank where there is none."""
    for pattern in (_WITH_UNIT, _UNIT_FIRST):
        parts = pattern.fullmatch(text)
        if parts and not set(parts["unit"]) <= set(" .,+-"):
            return parts["number"].strip(), parts["unit"].strip()
    return text, ""


def _is_known(unit: str, units: tuple[str, ...]) -> bool:
    wanted = _folded_word(unit)
    return any(wanted == _folded_word(one) for one in units if one)


def _folded_word(text: str) -> str:
    return "".join(fold_text(text).text.split()).strip(".").casefold()


def format_plain(value: Decimal) -> str:
    """The number with its own digits, without an exponent or zeros after the last decimal."""
    text = format(value, "f") if abs(value.adjusted()) < 400 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def repr_text(text: str) -> str:
    """A text as a message shows it: short, on one line, invisible letters made visible as a dot."""
    shown = "".join(letter if letter.isprintable() or letter == "\u200b" else " " for letter in text)
    shown = shown.replace("\u200b", "·")
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."
