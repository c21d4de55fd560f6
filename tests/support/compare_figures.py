"""Compare a figure of the core with the reference: amounts to a relative 1e-30, all else exactly."""

from decimal import Decimal
from fractions import Fraction

from etl.indicators.results import Figure, NoValue, Value
from tests.support.reference_arithmetic import ReferenceFigure
from tests.support.reference_values import ReferenceValue

_REVISION_FIELDS = ("on", "before", "after", "is_expected_value")
TOLERANCE = Fraction(1, 10**30)


def _differs(core: object, reference: object) -> bool:
    if isinstance(core, Decimal) and isinstance(reference, Fraction):
        return abs(Fraction(core) - reference) > TOLERANCE * max(abs(reference), Fraction(1, 10**6))
    if isinstance(core, NoValue) or isinstance(reference, NoValue):
        return core is not reference
    return core != reference


def list_value_differences(name: str, core: Value, reference: ReferenceValue) -> list[str]:
    pairs: list[tuple[str, object, object]] = [
        ("amount", core.amount, reference.amount),
        ("numerator", core.numerator, reference.numerator),
        ("denominator", core.denominator, reference.denominator),
        ("reported", core.reported, reference.reported),
        ("expected", core.expected, reference.expected),
        ("not_collected", core.not_collected, reference.not_collected),
        ("missing", {(place.site, place.quarter) for place in core.missing}, reference.missing),
        ("carried", {(level.site, level.since) for level in core.carried}, reference.carried),
    ]
    return [f"{name}.{field}: core {a!s}, oracle {b!s}" for field, a, b in pairs if _differs(a, b)]


def list_differences(core: Figure, reference: ReferenceFigure) -> list[str]:
    """Return a line for every field that differs."""
    lines = list_value_differences("actual", core.actual, reference.actual)
    if core.counted_quarter is not None and reference.counted_quarter is not None:
        lines += list_value_differences("counted", core.counted_value, reference.counted_value)
    pairs: list[tuple[str, object, object]] = [
        ("counted_quarter", core.counted_quarter, reference.counted_quarter),
        ("rating", str(core.rating), reference.rating),
        ("headline_rule", core.headline_rule, reference.headline_rule),
        ("over_target", core.over_target, reference.over_target),
        ("deciding", {(place.site, place.quarter) for place in core.deciding_returns}, reference.deciding_returns),
        ("revisions", len(core.target_revisions), len(reference.target_revisions)),
        ("has outlook", core.outlook is not None, reference.outlook is not None),
    ]
    for name in (
        "target",
        "baseline",
        "baseline_for_period",
        "expected",
        "achievement",
        "progress",
        "headline",
        "pace",
    ):
        pairs.append((name, getattr(core, name), getattr(reference, name)))
    for ours, theirs in zip(core.target_revisions, reference.target_revisions, strict=False):
        pairs += [(f"revision.{name}", getattr(ours, name), getattr(theirs, name)) for name in _REVISION_FIELDS]
    if core.outlook is not None and reference.outlook is not None:
        outlook, reference_outlook = core.outlook, reference.outlook
        pairs += [
            ("outlook.needed", outlook.needed, reference_outlook.needed),
            ("outlook.remaining", outlook.remaining_quarters, reference_outlook.remaining),
            ("outlook.per_quarter", outlook.needed_per_quarter, reference_outlook.per_quarter),
            ("outlook.projected", outlook.projected, reference_outlook.projected),
        ]
    return lines + [f"{name}: core {a!s}, oracle {b!s}" for name, a, b in pairs if _differs(a, b)]


def assert_figures_match(figure: Figure, reference: ReferenceFigure) -> None:
    lines = list_differences(figure, reference)
    assert not lines, f"{figure.indicator}, {figure.requested_period}, {figure.sites}:\n" + "\n".join(lines)
