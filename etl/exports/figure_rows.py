"""A figure as plain data: exact numbers as text, reasons as their codes, and the same as they are shown."""

import csv
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from etl.indicators.periods import Period
from etl.indicators.results import Amount, Figure, SiteQuarterKey, Value
from etl.indicators.vocabulary import Indicator, Part
from etl.locale import get_locale
from etl.wording import describe_amount, describe_headline, describe_rating

FigureDict = dict[str, Any]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def serialize_figure(figure: Figure, indicator: Indicator, parts: Sequence[tuple[Part, Value]] = ()) -> FigureDict:
    """The figure as JSON takes it. A number that can't be formed stands as its reason, such as `no_target`."""
    return {
        "indicator": figure.indicator,
        "objective": indicator.objective,
        "name": indicator.name.en,
        "unit": indicator.unit,
        "sites": list(figure.sites),
        "period": _period(figure.requested_period),
        "judged_period": _period(figure.period),
        "plan_version": figure.plan_version,
        "actual": serialize_value(figure.actual),
        "judged": serialize_amount(figure.rated_actual),
        "counted_quarter": str(figure.counted_quarter) if figure.counted_quarter else None,
        "counted": serialize_value(figure.counted_value),
        "target": serialize_amount(figure.target),
        "baseline": serialize_amount(figure.baseline),
        "expected": serialize_amount(figure.expected),
        "achievement": serialize_amount(figure.achievement),
        "progress": serialize_amount(figure.progress),
        "headline_rule": figure.headline_rule,
        "headline": serialize_amount(figure.headline),
        "pace": serialize_amount(figure.pace),
        "rating": figure.rating.value,
        "over_target": figure.over_target,
        "deciding": _places(figure.deciding_returns),
        "outlook": _outlook(figure),
        "parts": {part.key: serialize_value(value) for part, value in parts},
        "shown": {
            "actual": describe_amount(figure.actual.amount, indicator, get_locale("en")),
            "target": describe_amount(figure.target, indicator, get_locale("en")),
            "headline": describe_headline(figure, get_locale("en")),
            "rating": describe_rating(figure.rating, get_locale("en")),
        },
    }


def serialize_amount(amount: Amount) -> str:
    """The exact number in plain digits, or its reason."""
    return format_plain_number(amount) if isinstance(amount, Decimal) else amount.value


def format_plain_number(number: Decimal) -> str:
    """`12`, `12.5`, never `1.2E+1` nor `12.50`."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def serialize_value(value: Value) -> FigureDict:
    return {
        "amount": serialize_amount(value.amount),
        "numerator": None if value.numerator is None else format_plain_number(value.numerator),
        "denominator": None if value.denominator is None else format_plain_number(value.denominator),
        "reported": value.reported,
        "expected": value.expected,
        "not_collected": value.not_collected,
        "missing": _places(value.missing),
        "carried": [f"{one.site} {one.since}" for one in value.carried],
    }


def _places(places: Sequence[SiteQuarterKey]) -> list[str]:
    return [f"{place.site} {place.quarter}" for place in places]


def _period(period: Period) -> str:
    return str(period)


def _outlook(figure: Figure) -> FigureDict | None:
    outlook = figure.outlook
    if outlook is None:
        return None
    per_quarter, projected = outlook.needed_per_quarter, outlook.projected
    return {
        "target": format_plain_number(outlook.target),
        "needed": format_plain_number(outlook.needed),
        "remaining_quarters": outlook.remaining_quarters,
        "needed_per_quarter": None if per_quarter is None else format_plain_number(per_quarter),
        "projected": None if projected is None else format_plain_number(projected),
    }


def render_figures_json(figures: Sequence[FigureDict]) -> str:
    """One JSON array, Khmer as it is."""
    return json.dumps(figures, ensure_ascii=False, indent=2)


_COLUMNS = (
    "indicator", "objective", "name", "unit", "sites", "period", "judged_period", "actual", "reported", "of",
    "target", "baseline", "counted_quarter", "counted", "expected", "achievement", "progress", "headline_rule",
    "headline", "pace", "rating", "over_target", "numerator", "denominator", "missing", "carried", "plan_version",
)  # fmt: skip


def render_figures_csv(figures: Sequence[FigureDict]) -> str:
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
    return str(escape_formula(remove_control_characters(text)))


def remove_control_characters(text: str) -> str:
    """The text without the control characters that neither XML nor a workbook may hold."""
    return _CONTROLS.sub("", text)
