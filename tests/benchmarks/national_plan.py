"""Make a plan of a whole country for benchmarks: copies of the shipped plan's indicators, and many sites."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    AcrossSites,
    CellKey,
    Indicator,
    LocalizedText,
    Objective,
    Site,
    SiteAlias,
    Source,
    Target,
)
from etl.plan.read_plan import read_plan
from tests.support.plan_edits import SHIPPED_PLAN

FIRST_QUARTER = Quarter(2020, 4)
"""The first reported quarter: 24 quarters until the end of 2026 Q3."""
_FIRST_YEAR, _LAST_YEAR = 2020, 2026
_EARLIER = _FIRST_YEAR - 2022
"""The shipped plan starts in 2022; the targets of its first year apply to earlier years too."""

_KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
_PLACES = (
    ("Kampong Cham", "កំពង់ចាម"),
    ("Kampong Thom", "កំពង់ធំ"),
    ("Battambang", "បាត់ដំបង"),
    ("Preah Vihear", "ព្រះវិហារ"),
    ("Kratie", "ក្រចេះ"),
)

_INDICATORS_WITH_SITE_TARGETS = ("SO3-01", "SO3-06", "SO3-07")
"""With targets of thousands of sites for every indicator, a plan would have millions of rows."""


def make_national_plan(*, sites: int, indicators: int = 100) -> Plan:
    """Make a plan with a number of sites, which all report additive indicators, and a number of indicators."""
    shipped = read_plan(SHIPPED_PLAN).plan
    assert shipped is not None
    shipped = _remove_stages(shipped)
    chosen = tuple(_iterate_sites(shipped, sites))
    growth = Decimal(sites)
    copies = -(-indicators // len(shipped.indicators))
    plan = replace(
        shipped,
        settings=replace(shipped.settings, first_year=_FIRST_YEAR, last_year=_LAST_YEAR),
        objectives=tuple(
            _make_objective(objective, copy) for copy in range(copies) for objective in shipped.objectives
        ),
        indicators=tuple(
            _make_indicator(indicator, copy, growth) for copy in range(copies) for indicator in shipped.indicators
        ),
        parts=tuple(
            replace(amount, indicator=_get_code(amount.indicator, copy))
            for copy in range(copies)
            for amount in shipped.parts
        ),
        targets=tuple(target for copy in range(copies) for target in _iterate_targets(shipped, copy, chosen)),
        sites=chosen,
        aliases=tuple(SiteAlias(site.code, f"site {site.code}") for site in chosen),
        indicator_programmes=tuple(
            replace(programme, indicator=_get_code(programme.indicator, copy))
            for copy in range(copies)
            for programme in shipped.indicator_programmes
        ),
    )
    return _limit_indicators(plan, indicators)


def _remove_stages(plan: Plan) -> Plan:
    """Return the plan without indicators in stages: its sites are invented, and have no stage targets."""
    indicators = tuple(indicator for indicator in plan.indicators if not indicator.is_stage)
    codes = {indicator.code for indicator in indicators}
    return replace(
        plan, indicators=indicators, targets=tuple(target for target in plan.targets if target.indicator in codes)
    )


def _limit_indicators(plan: Plan, indicators: int) -> Plan:
    """Limit the plan to a number of indicators and their data."""
    codes = {indicator.code for indicator in plan.indicators[:indicators]}
    objective_codes = {indicator.objective for indicator in plan.indicators[:indicators]}
    return replace(
        plan,
        objectives=tuple(objective for objective in plan.objectives if objective.code in objective_codes),
        indicators=plan.indicators[:indicators],
        parts=tuple(amount for amount in plan.parts if amount.indicator in codes),
        targets=tuple(target for target in plan.targets if target.indicator in codes),
        indicator_programmes=tuple(
            programme for programme in plan.indicator_programmes if programme.indicator in codes
        ),
    )


def _get_code(code: str, copy: int) -> str:
    """Return the code of a copy: `SO3-01` becomes `SO7-01`, since the shipped plan has four objectives."""
    objective, dash, rest = code.partition("-")
    return f"SO{int(objective.removeprefix('SO')) + 4 * copy}{dash}{rest}"


def _make_key(key: CellKey | None, copy: int) -> CellKey | None:
    return None if key is None else CellKey(_get_code(key.indicator, copy), key.part)


def _make_objective(objective: Objective, copy: int) -> Objective:
    return replace(objective, code=_get_code(objective.code, copy))


def _make_indicator(indicator: Indicator, copy: int, growth: Decimal) -> Indicator:
    baseline = indicator.baseline_value
    if baseline is not None and indicator.is_additive and indicator.across_sites is AcrossSites.SUM:
        baseline = baseline * growth / 6
    return replace(
        indicator,
        code=_get_code(indicator.code, copy),
        objective=_get_code(indicator.objective, copy),
        numerator_ref=_make_key(indicator.numerator_ref, copy),
        denominator_ref=_make_key(indicator.denominator_ref, copy),
        sum_of=tuple(_get_code(term, copy) for term in indicator.sum_of),
        reporting_sites=() if indicator.across_sites is AcrossSites.SUM else indicator.reporting_sites,
        baseline_year=None if indicator.baseline_year is None else indicator.baseline_year + _EARLIER,
        baseline_value=baseline if baseline is None else baseline.quantize(Decimal("0.01")),
    )


def _iterate_targets(shipped: Plan, copy: int, sites: tuple[Site, ...]) -> Iterator[Target]:
    """Yield the centre's targets, scaled by the number of sites, and for some indicators a target of every site."""
    known = shipped.indicator_by_code
    of_first_site = {
        target.indicator: target.site
        for target in reversed(shipped.targets)
        if target.site and target.indicator in _INDICATORS_WITH_SITE_TARGETS
    }
    for target in shipped.targets:
        indicator = known[target.indicator]
        is_scaled = indicator.is_additive and indicator.across_sites is AcrossSites.SUM
        for year in _list_years(target, indicator):
            copied_target = replace(target, indicator=_get_code(target.indicator, copy), year=year)
            if not target.site:
                yield (
                    replace(copied_target, value=(target.value * len(sites) / 6).quantize(Decimal(1)))
                    if is_scaled
                    else copied_target
                )
            elif target.site == of_first_site.get(target.indicator):
                yield from (replace(copied_target, site=site.code) for site in sites)


def _list_years(target: Target, indicator: Indicator) -> tuple[int, ...]:
    """Return the years to which a target of the shipped plan applies."""
    if target.year == indicator.baseline_year:
        return (target.year + _EARLIER,)
    if target.year == 2022 and indicator.source is not Source.SYSTEM:
        return tuple(range(_FIRST_YEAR, 2023))
    return (target.year,)


def _iterate_sites(shipped: Plan, count: int) -> Iterator[Site]:
    """Yield the station and the office of the shipped plan, and invented communes."""
    by_code = shipped.site_by_code
    for code in ("BKN", "PNH"):
        yield replace(by_code[code], reports_from=FIRST_QUARTER)
    for number in range(1, count - 1):
        english, khmer = _PLACES[number % len(_PLACES)]
        yield Site(
            code=f"N{number:04}",
            name=LocalizedText(f"{english} commune {number}", f"ឃុំទី {str(number).translate(_KHMER_DIGITS)} {khmer}"),
            kind="outreach",
            province=LocalizedText(english, khmer),
            lat=Decimal("10.6") + Decimal(number * 37 % 383) / 100,
            lon=Decimal("102.6") + Decimal(number * 53 % 457) / 100,
            reports_from=FIRST_QUARTER,
        )
