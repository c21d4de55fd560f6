"""Compare every field printed by `python -m etl figures --format json` with the reference."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from etl.indicators.results import NoValue
from tests.support.reference_arithmetic import ReferenceFigure
from tests.support.reference_values import ReferenceValue

TOLERANCE = Fraction(1, 10**30)


def list_printed_differences(row: dict[str, Any], reference: ReferenceFigure) -> list[str]:
    """Return a line for every printed field that differs."""
    lines = list_printed_value_differences("actual", row["actual"], reference.actual)
    if reference.counted_quarter is not None:
        lines += list_printed_value_differences("counted", row["counted"], reference.counted_value)
    pairs: list[tuple[str, object, object]] = [
        ("counted_quarter", row["counted_quarter"], _get_text(reference.counted_quarter)),
        ("rating", row["rating"], reference.rating),
        ("headline_rule", row["headline_rule"], reference.headline_rule),
        ("over_target", row["over_target"], reference.over_target),
        ("deciding", set(row["deciding"]), {f"{site} {quarter}" for site, quarter in reference.deciding_returns}),
        ("has outlook", row["outlook"] is not None, reference.outlook is not None),
    ]
    for name in ("target", "baseline", "expected", "achievement", "progress", "headline", "pace"):
        pairs.append((name, row[name], getattr(reference, name)))
    if row["outlook"] is not None and reference.outlook is not None:
        ours, theirs = row["outlook"], reference.outlook
        pairs += [
            ("outlook.needed", ours["needed"], theirs.needed),
            ("outlook.remaining_quarters", ours["remaining_quarters"], theirs.remaining),
            ("outlook.needed_per_quarter", ours["needed_per_quarter"], theirs.per_quarter),
            ("outlook.projected", ours["projected"], theirs.projected),
        ]
    return lines + [f"{name}: printed {a!s}, oracle {b!s}" for name, a, b in pairs if _differs(a, b)]


def list_printed_value_differences(name: str, row: dict[str, Any], reference: ReferenceValue) -> list[str]:
    pairs: list[tuple[str, object, object]] = [
        (field, row[field], getattr(reference, field))
        for field in ("amount", "numerator", "denominator", "reported", "expected", "not_collected")
    ]
    for field in ("missing", "carried"):
        there = {f"{site} {quarter}" for site, quarter in getattr(reference, field)}
        assert len(row[field]) == len(set(row[field])), f"{name}.{field} names a place twice"
        pairs.append((field, set(row[field]), there))
    return [f"{name}.{field}: printed {a!s}, oracle {b!s}" for field, a, b in pairs if _differs(a, b)]


def list_printed_part_differences(name: str, row: dict[str, Any], reference: ReferenceFigure) -> list[str]:
    """Return a line for every printed field of a part that differs; a part with a target has a rating too."""
    lines = list_printed_value_differences(name, row, reference.actual)
    if isinstance(reference.target, NoValue) and "target" not in row:
        return lines
    pairs: list[tuple[str, object, object]] = [
        (field, row[field], getattr(reference, "expected" if field == "expected_value" else field))
        for field in (
            "target",
            "baseline",
            "expected_value",
            "headline_rule",
            "headline",
            "pace",
            "rating",
            "over_target",
        )
    ]
    return lines + [f"{name}.{field}: printed {a!s}, oracle {b!s}" for field, a, b in pairs if _differs(a, b)]


def _get_text(thing: object) -> str | None:
    return None if thing is None else str(thing)


def _differs(printed: object, reference: object) -> bool:
    if isinstance(reference, NoValue):
        return printed != reference.value
    if isinstance(reference, Fraction):
        try:
            number = Fraction(Decimal(str(printed)))
        except ArithmeticError:
            return True
        return abs(number - reference) > TOLERANCE * max(abs(reference), Fraction(1, 10**6))
    return printed != reference
