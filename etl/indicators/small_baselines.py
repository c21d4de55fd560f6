"""Baselines that count few people: which of them an edition leaves out of its plan and its figures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator, Target


@dataclass(frozen=True)
class SmallBaselines:
    """The codes of the indicators whose baselines are not published: of the centre, of places, or of parts."""

    of_centre: frozenset[str]
    of_places: frozenset[str]
    of_parts: frozenset[str]

    def include(self, indicator: str, *, site: str, part: str) -> bool:
        """Whether the baseline of that indicator is not published for the place (blank: the centre) and part."""
        return (
            indicator in self.of_centre
            or (site != "" and indicator in self.of_places)
            or (part != "" and indicator in self.of_parts)
        )


def find_small_baselines(plan: Plan) -> SmallBaselines:
    """Return the baselines of people that show, or leave, a small count.

    Such counts are the baseline of the centre, of a place or of a part, what the sites of a province or of the centre
    leave of its baseline, and what the parts of a dimension leave of the total. If one of them is small, all baselines
    of that kind are left out, so that none follows from the others.
    """
    cached: SmallBaselines | None = plan.cache.get("small baselines")
    if cached is None:
        people = [indicator for indicator in plan.indicators if indicator.counts_people]
        cached = plan.cache["small baselines"] = SmallBaselines(
            _select_small(plan, ((item.code, [item.baseline_value or Decimal(0)]) for item in people)),
            _select_small(plan, ((item.code, _iterate_counts_of_places(plan, item)) for item in people)),
            _select_small(plan, ((item.code, _iterate_counts_of_parts(plan, item)) for item in people)),
        )
    return cached


def withhold_small_baselines(plan: Plan) -> Plan:
    """Return the plan without its small baselines (`find_small_baselines`); the plan itself if it has none."""
    cached: Plan | None = plan.cache.get("plan without small baselines")
    if cached is not None:
        return cached
    small = find_small_baselines(plan)
    years = {indicator.code: indicator.baseline_year for indicator in plan.indicators}
    targets = tuple(
        target
        for target in plan.targets
        if years.get(target.indicator) != target.year
        or not small.include(target.indicator, site=target.site, part=target.part)
    )
    indicators = tuple(
        replace(indicator, baseline_value=None) if indicator.code in small.of_centre else indicator
        for indicator in plan.indicators
    )
    has_small = small.of_centre or len(targets) < len(plan.targets)
    public_plan = replace(plan, indicators=indicators, targets=targets) if has_small else plan
    plan.cache["plan without small baselines"] = public_plan
    return public_plan


def _select_small(plan: Plan, counts: Iterable[tuple[str, Iterable[Decimal]]]) -> frozenset[str]:
    limit = plan.settings.small_count
    return frozenset(code for code, numbers in counts if any(0 < number < limit for number in numbers))


def _list_baseline_rows(plan: Plan, indicator: Indicator) -> list[Target]:
    return [row for row in plan.targets if row.indicator == indicator.code and row.year == indicator.baseline_year]


def _iterate_counts_of_places(plan: Plan, indicator: Indicator) -> Iterator[Decimal]:
    """Yield the baselines of sites and provinces, and what they leave of the province and of the centre."""
    rows = {row.site: row.value for row in _list_baseline_rows(plan, indicator) if row.site and not row.part}
    yield from rows.values()
    of_sites = {code: value for code, value in rows.items() if code in plan.site_by_code}
    for code in rows.keys() - of_sites.keys():
        inside = [of_sites[site] for site in plan.province_by_code.get(code, ()) if site in of_sites]
        if inside:
            yield rows[code] - sum(inside)
    if of_sites and indicator.baseline_value is not None:
        yield indicator.baseline_value - sum(of_sites.values())


def _iterate_counts_of_parts(plan: Plan, indicator: Indicator) -> Iterator[Decimal]:
    """Yield the baselines of parts, what they leave of the totals, and what the sites leave of the centre's parts."""
    year, code = indicator.baseline_year or 0, indicator.code
    parts = plan.list_parts(code)
    dimensions = {part.dimension: [other.key for other in parts if other.dimension == part.dimension] for part in parts}
    places = list(dict.fromkeys(row.site for row in _list_baseline_rows(plan, indicator)))
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
