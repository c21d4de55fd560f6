"""The parts of a plan, and those that are rated by targets of their own (docs/arithmetic.md, D10)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Indicator, Part


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


def withhold_small_baselines(plan: Plan) -> Plan:
    """Return the plan without the baselines of parts of people that show, or leave, a small count.

    A part, what the parts of a dimension leave of the total, and what the sites leave of the centre are such counts. If
    one of them is small, all baselines of the indicator's parts are left out, so that none follows from the others.
    """
    cached: Plan | None = plan.cache.get("plan without small baselines")
    if cached is not None:
        return cached
    years = {
        indicator.code: indicator.baseline_year
        for indicator in plan.indicators
        if indicator.counts_people
        and any(0 < count < plan.settings.small_count for count in _iterate_baseline_counts(plan, indicator))
    }
    targets = (target for target in plan.targets if not target.part or years.get(target.indicator) != target.year)
    public_plan = plan.cache["plan without small baselines"] = replace(plan, targets=tuple(targets)) if years else plan
    return public_plan


def _iterate_baseline_counts(plan: Plan, indicator: Indicator) -> Iterator[Decimal]:
    """Yield the baselines of the parts, and the differences that follow from them and the totals."""
    year, code = indicator.baseline_year or 0, indicator.code
    parts = plan.list_parts(code)
    dimensions = {part.dimension: [other.key for other in parts if other.dimension == part.dimension] for part in parts}
    rows = (target for target in plan.targets if target.indicator == code and target.year == year)
    places = list(dict.fromkeys(target.site for target in rows))
    for place in places:
        total = plan.find_target(code, place, year)
        whole = indicator.baseline_value if not place else total.value if total else None
        for keys in dimensions.values():
            values = _list_values(plan, code, [place], year, keys)
            yield from values
            if values and whole is not None:
                yield whole - sum(values)
    for part in parts:
        of_centre = plan.find_target(code, "", year, part.key)
        of_sites = _list_values(plan, code, [place for place in places if place in plan.site_by_code], year, [part.key])
        if of_centre is not None and of_sites:
            yield of_centre.value - sum(of_sites)


def _list_values(plan: Plan, code: str, places: list[str], year: int, parts: list[str]) -> list[Decimal]:
    rows = [plan.find_target(code, place, year, part) for place in places for part in parts]
    return [row.value for row in rows if row is not None]
