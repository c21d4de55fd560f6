"""A figure as plain data: exact numbers as text, reasons as their codes, and the same as they are shown."""

import csv
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from etl.indicators.periods import Period
from etl.indicators.results import Amount, Figure, Place, Value
from etl.indicators.vocabulary import Indicator, Part
from etl.wording import amount_words, headline_words, rating_words

PlainFigure = dict[str, Any]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_figure(figure: Figure, indicator: Indicator, parts: Sequence[tuple[Part, Value]] = ()) -> PlainFigure:
    """The figure as JSON takes it. A number that can't be formed stands as its reason, such as `no_target`."""
    return {
        "indicator": figure.indicator,
        "objective": indicator.objective,
        "name": indicator.name.en,
        "unit": indicator.unit,
        "sites": list(figure.sites),
        "period": _period(figure.asked),
        "judged_period": _period(figure.period),
        "plan_version": figure.plan_version,
        "actual": plain_value(figure.actual),
        "judged": plain_amount(figure.judged),
        "counted_quarter": str(figure.counted_quarter) if figure.counted_quarter else None,
        "counted": plain_value(figure.counted),
        "target": plain_amount(figure.target),
        "baseline": plain_amount(figure.baseline),
        "expected": plain_amount(figure.expected),
        "achievement": plain_amount(figure.achievement),
        "progress": plain_amount(figure.progress),
        "headline_rule": figure.headline_rule,
        "headline": plain_amount(figure.headline),
        "pace": plain_amount(figure.pace),
        "rating": figure.rating.value,
        "over_target": figure.over_target,
        "deciding": _places(figure.deciding),
        "outlook": _outlook(figure),
        "parts": {part.key: plain_value(value) for part, value in parts},
        "shown": {
            "actual": amount_words(figure.actual.amount, indicator, "en"),
            "target": amount_words(figure.target, indicator, "en"),
            "headline": headline_words(figure, "en"),
            "rating": rating_words(figure.rating, "en"),
        },
    }


def plain_amount(amount: Amount) -> str:
    """The exact number in plain digits, or its reason."""
    return plain_number(amount) if isinstance(amount, Decimal) else amount.value


def plain_number(number: Decimal) -> str:
    """`12`, `12.5`, never `1.2E+1` nor `12.50`."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def plain_value(value: Value) -> PlainFigure:
    return {
        "amount": plain_amount(value.amount),
        "numerator": None if value.numerator is None else plain_number(value.numerator),
        "denominator": None if value.denominator is None else plain_number(value.denominator),
        "reported": value.reported,
        "expected": value.expected,
        "not_collected": value.not_collected,
        "missing": _places(value.missing),
        "carried": [f"{one.site} {one.since}" for one in value.carried],
    }


def _places(places: Sequence[Place]) -> list[str]:
    return [f"{place.site} {place.quarter}" for place in places]


def _period(period: Period) -> str:
    return str(period)


def _outlook(figure: Figure) -> PlainFigure | None:
    outlook = figure.outlook
    if outlook is None:
        return None
    per_quarter, projected = outlook.needed_per_quarter, outlook.projected
    return {
        "target": plain_number(outlook.target),
        "needed": plain_number(outlook.needed),
        "remaining_quarters": outlook.remaining_quarters,
        "needed_per_quarter": None if per_quarter is None else plain_number(per_quarter),
        "projected": None if projected is None else plain_number(projected),
    }


def as_json(figures: Sequence[PlainFigure]) -> str:
    """One JSON array, Khmer as it is."""
    return json.dumps(figures, ensure_ascii=False, indent=2)


_COLUMNS = (
    "indicator", "objective", "name", "unit", "sites", "period", "judged_period", "actual", "reported", "of",
    "target", "baseline", "counted_quarter", "counted", "expected", "achievement", "progress", "headline_rule",
    "headline", "pace", "rating", "over_target", "numerator", "denominator", "missing", "carried", "plan_version",
)  # fmt: skip


def as_csv(figures: Sequence[PlainFigure]) -> str:
    """A row for each figure; text that a spreadsheet would take for a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in figures:
        actual = one["actual"]
        row = {
            **one,
            "sites": ";".join(one["sites"]),
            "actual": actual["amount"],
            "reported": actual["reported"],
            "of": actual["expected"],
            "counted": one["counted"]["amount"],
            "numerator": actual["numerator"],
            "denominator": actual["denominator"],
            "missing": ";".join(actual["missing"]),
            "carried": ";".join(actual["carried"]),
        }
        writer.writerow([escape_formula(row[column]) for column in _COLUMNS])
    return out.getvalue()


def escape_formula(cell: object) -> object:
    """The cell, with a quote before text that begins like a formula; numbers below zero stay numbers."""
    if not isinstance(cell, str) or not cell or cell[0] not in "=+-@\t\r":
        return cell
    try:
        Decimal(cell)
    except ArithmeticError:
        return f"'{cell}"
    return cell


def escape_text(text: str) -> str:
    """The same for what is text anyway, without what no workbook may hold."""
    return str(escape_formula(without_controls(text)))


def without_controls(text: str) -> str:
    """The text without the control characters that neither XML nor a workbook may hold."""
    return _CONTROLS.sub("", text)
