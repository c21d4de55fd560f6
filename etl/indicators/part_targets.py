"""The parts of a plan, and those that are rated by targets of their own (docs/arithmetic.md, D10)."""

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Part


def find_part(plan: Plan, indicator: str, key: str) -> Part | None:
    """Return the part of that key; None for the total and where the plan has no such part."""
    return next((part for part in plan.list_parts(indicator) if part.key == key), None)


def has_targets(plan: Plan, part: Part) -> bool:
    """Whether the part has a target or a baseline of its own, of the centre or of any site."""
    cached = plan.cache.get("parts with targets")
    if cached is None:
        keys = frozenset(CellKey(target.indicator, target.part) for target in plan.targets if target.part)
        cached = plan.cache["parts with targets"] = keys
    keys_with_targets: frozenset[CellKey] = cached
    return CellKey(part.indicator, part.key) in keys_with_targets


def list_parts_with_targets(plan: Plan, indicator: str) -> tuple[Part, ...]:
    """Return the parts of the indicator that have targets of their own, in the plan's order."""
    return tuple(part for part in plan.list_parts(indicator) if has_targets(plan, part))
