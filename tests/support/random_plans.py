"""Random small valid plans, returns and queries for property tests."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.site_groups import SiteSelection, group_by_province
from etl.indicators.vocabulary import (
    AcrossSites,
    Basis,
    Indicator,
    Measure,
    Part,
    ReportingFrequency,
    Site,
    SiteReturn,
    Target,
)
from tests.support.builders import (
    make_indicator,
    make_part,
    make_plan,
    make_plans,
    make_return,
    make_site,
    make_stage_indicator,
)
from tests.support.random_totals import add_total


@dataclass(frozen=True)
class FigureQuery:
    """The query of one figure."""

    indicator: str
    sites: SiteSelection | None
    period: Period
    today: date


@dataclass(frozen=True)
class Scenario:
    """A history of plans, returns of sites, and a query."""

    plans: Plans
    returns: tuple[SiteReturn, ...]
    query: FigureQuery

    def __repr__(self) -> str:
        """Show what matters in a failing example, cell by cell."""
        lines = [f"query {self.query}"]
        for version in self.plans.versions:
            lines.append(f"version {version.number} from {version.effective}")
            for indicator in version.plan.indicators:
                words = [
                    indicator.code,
                    indicator.measure,
                    indicator.over_time,
                    indicator.target_basis,
                    indicator.direction,
                    indicator.percent_rule,
                ]
                words += [
                    indicator.reported,
                    indicator.source,
                    indicator.across_sites,
                    f"whole={indicator.whole}",
                    f"unit={indicator.unit}",
                ]
                words += [
                    f"refs={indicator.numerator_ref},{indicator.denominator_ref}",
                    f"sites={indicator.reporting_sites}",
                ]
                words += [f"sum_of={indicator.sum_of}"] if indicator.is_total else []
                words += [f"base={indicator.baseline_year},{indicator.baseline_value}", f"season={indicator.season}"]
                lines.append("  " + " ".join(words))
            for site in version.plan.sites:
                lines.append(f"  site {site.code} in {site.iso_3166_2} from {site.reports_from} to {site.closed_after}")
            lines += [
                f"  target {t.indicator}/{t.part} {t.site or '-'} {t.year} {t.value}" for t in version.plan.targets
            ]
            lines += [f"  part {part.indicator} {part.key} {part.exhaustive}" for part in version.plan.parts]
        for return_ in self.returns:
            cells = ", ".join(f"{cell.key}={cell.value}" for cell in return_.observations)
            lines.append(f"  {return_.site} {return_.quarter} {return_.basis}: {cells}")
        return "\n".join(lines)


class _Dice:
    """A seeded source of choices. It is faster than one strategy per cell; Hypothesis picks the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.is_calm = seed % 2 == 0
        """Amounts lie close together and targets near what comes, so that ratings are close calls."""

    def is_lucky(self, chance: float) -> bool:
        return self.random.random() < chance

    def choose(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def amount(self, *, negative: bool = False) -> Decimal:
        if self.is_calm:
            return Decimal(self.random.randint(8, 12))
        low = -20 if negative else 0
        return Decimal(self.random.choice((0, 1, *range(low, 41)))) / self.random.choice((1, 1, 1, 10))


REGISTER = {"counts_people": True, "unique_people": "register"}


def _draw_indicator(dice: _Dice, code: str, first_year: int, sites: list[Site]) -> Indicator:
    """Return an indicator with any valid combination of fields."""
    if dice.is_lucky(0.15):
        return _draw_stage_indicator(dice, code, first_year, sites)
    fields: dict[str, Any] = {}
    is_ratio = dice.is_lucky(0.3)
    over_time = dice.choose("flow", "stock") if is_ratio else dice.choose("flow", "flow", "stock", "average", "maximum")
    basis = "level"
    if over_time == "flow":
        basis = "annual" if is_ratio else dice.choose("annual", "annual", "cumulative", "level")
    across = dice.choose("sum", "sum", "maximum") if over_time in ("average", "maximum") else "sum"
    if not is_ratio and over_time != "flow" and dice.is_lucky(0.25):
        across = "mean"
    reporting = [site.code for site in sites if dice.is_lucky(0.7)] if dice.is_lucky(0.4) else []
    if dice.is_lucky(0.1):
        across, reporting = "centre", [sites[0].code]
    direction = dice.choose("increase", "increase", "decrease", "maintain")
    rule = dice.choose("of_target", "of_change") if basis != "cumulative" else "of_target"
    if basis != "cumulative" and dice.is_lucky(0.6):
        baseline = dice.amount() * dice.choose(1, 1, 4, 8)
        fields |= {"baseline_year": first_year - dice.choose(1, 1, 2), "baseline_value": baseline}
    if over_time == "flow" and not is_ratio and basis == "annual" and dice.is_lucky(0.4):
        seasons = ("0.1", "0.2", "0.3", "0.4"), ("0", "0.5", "0.5", "0"), ("0.7", "0.1", "0.1", "0.1")
        fields["season"] = dice.choose(*seasons)
    if is_ratio:
        fields |= dice.choose({"unit": "%", "scale": 100}, {"unit": "kg/ha"})
        if dice.is_lucky(0.3):
            fields["maximum"] = dice.choose("90", "150")
    whole = not is_ratio and dice.is_lucky(0.4)
    if dice.is_lucky(0.2):
        fields |= {"on_track": "1", "at_risk": "0.5"}
    fields |= dice.choose({}, REGISTER) if basis in ("annual", "cumulative") and not is_ratio else {}
    return make_indicator(
        code,
        **_read_enums(measure="ratio" if is_ratio else "number", over_time=over_time, target_basis=basis),
        **_read_enums(across_sites=across, direction=direction, percent_rule=rule),
        **_read_enums(reported=dice.choose("quarterly", "quarterly", "quarterly", "annual", "milestone")),
        whole=whole,
        minimum=None if dice.is_lucky(0.2) else 0,
        reporting_sites=tuple(reporting),
        **fields,
    )


def _draw_stage_indicator(dice: _Dice, code: str, first_year: int, sites: list[Site]) -> Indicator:
    """Return an indicator of two to four stages: the lowest of its sites, or the stage of one site."""
    names, first_rank = ("no", "planned", "under-way", "in-use")[: dice.choose(2, 3, 4)], dice.choose(0, 1)
    fields: dict[str, Any] = {"reported": dice.choose(*(ReportingFrequency))}
    if dice.is_lucky(0.6):
        baseline = first_rank + dice.choose(0, 0, 1)
        fields |= {"baseline_year": first_year - 1, "baseline_value": baseline}
    if dice.is_lucky(0.2):
        fields |= {"across_sites": AcrossSites.CENTRE, "reporting_sites": (sites[0].code,)}
    elif dice.is_lucky(0.4):
        fields["reporting_sites"] = tuple(site.code for site in sites if dice.is_lucky(0.7))
    return make_stage_indicator(code, *names, first_rank=first_rank, minimum=0, **fields)


def _draw_rank(dice: _Dice, indicator: Indicator) -> Decimal:
    return Decimal(dice.choose(*(stage.rank for stage in indicator.stages)))


def _read_enums(**texts: str) -> dict[str, Any]:
    kinds = {name: type(getattr(make_indicator(), name)) for name in texts}
    return {name: kinds[name](text) for name, text in texts.items()}


def _add_references(dice: _Dice, numbers: list[Indicator], parts: list[Part], code: str) -> Indicator:
    """Return a ratio with one or both sides from another number of the same kind."""
    of = dice.choose(*numbers)
    keys = [of.code, *(f"{of.code}/{part.key}" for part in parts if part.indicator == of.code)]
    if of.unique_people and dice.is_lucky(0.5):
        keys.append(f"{of.code}/participations")
    over_time, fields = "flow" if of.is_flow else "stock", dict[str, Any](denominator_ref=of.code)
    if len(keys) > 1 and dice.is_lucky(0.6):
        fields |= {"numerator_ref": keys[-1], **_read_enums(source="derived")}
    basis = "annual" if over_time == "flow" else "level"
    return make_indicator(
        code,
        **_read_enums(measure="ratio", over_time=over_time, target_basis=basis),
        **_read_enums(direction=dice.choose("increase", "decrease")),
        **_read_enums(percent_rule=dice.choose("of_target", "of_change")),
        unit="%",
        scale=100,
        reporting_sites=of.reporting_sites,
        **fields,
    )


def _draw_targets(dice: _Dice, indicator: Indicator, years: range, sites: list[Site]) -> list[Target]:
    targets: list[Target] = []
    provinces = [] if indicator.across_sites == "centre" else [province.code for province in group_by_province(sites)]
    places = [place for place in (*[site.code for site in sites], *provinces) if dice.is_lucky(0.4)]
    for site in ["", *places]:
        rising = Decimal(0)
        for year in years:
            rising += dice.amount() if indicator.target_basis == "cumulative" else 0
            if not dice.is_lucky(0.12):
                amount = dice.amount(negative=indicator.minimum is None)
                value = rising if indicator.target_basis == "cumulative" else amount * dice.choose(1, 3)
                if dice.is_calm:
                    value = _draw_near(dice, indicator, year - years[0] + 1, 1 if site else len(sites))
                    value *= max(1, len(indicator.sum_of))
                value = _draw_rank(dice, indicator) if indicator.is_stage else value
                targets.append(Target(indicator.code, site, year, value))
        if site and indicator.baseline_year is not None and dice.is_lucky(0.7):
            baseline = _draw_rank(dice, indicator) if indicator.is_stage else dice.amount()
            targets.append(Target(indicator.code, site, indicator.baseline_year, baseline))
    return targets


def _draw_part_targets(dice: _Dice, parts: list[Part], targets: list[Target]) -> list[Target]:
    """Return targets of parts, each a share of a target (or site's baseline) of its indicator."""
    return [
        replace(target, part=part.key, value=target.value * dice.random.randint(0, 10) / 10)
        for part in parts
        if dice.is_lucky(0.6)
        for target in targets
        if target.indicator == part.indicator and dice.is_lucky(0.8)
    ]


def _draw_part_baselines(dice: _Dice, indicators: list[Indicator], parts: list[Part]) -> list[Target]:
    by_code = {indicator.code: indicator for indicator in indicators}
    baselines = ((part, by_code[part.indicator].baseline_year) for part in parts)
    return [
        Target(part.indicator, "", year, dice.amount(), part=part.key)
        for part, year in baselines
        if year is not None and dice.is_lucky(0.7)
    ]


def _draw_near(dice: _Dice, indicator: Indicator, years: int, sites: int) -> Decimal:
    """Return a target close to calm returns of about ten per quarter and site."""
    if indicator.is_ratio:
        return Decimal(dice.random.randint(7, 13)) / 10 * indicator.scale
    quarters = 4 if indicator.reported == "quarterly" else 1
    times = 1 if not indicator.is_flow else quarters * years if indicator.target_basis == "cumulative" else quarters
    return Decimal(dice.random.randint(7, 13)) * times * sites


def _draw_plan(dice: _Dice) -> Plan:
    first = 2022
    years = range(first, first + dice.choose(1, 2, 3, 4))
    sites = []
    for code in ("one", "two", "three", "four")[: dice.choose(1, 2, 3, 4)]:
        opened = f"{first}Q{dice.choose(2, 3)}" if dice.is_lucky(0.15) else ""
        closed = f"{first}Q4" if dice.is_lucky(0.15) else ""
        province = dice.choose("KH-1", "KH-1", "KH-2", "")
        sites.append(make_site(code, reports_from=opened, closed_after=closed, iso_3166_2=province))
    indicators = [_draw_indicator(dice, f"A-0{number}", first, sites) for number in range(1, dice.choose(2, 3))]
    parts: list[Part] = []
    for indicator in indicators:
        if indicator.measure is Measure.NUMBER and dice.is_lucky(0.5):
            parts += [make_part(indicator.code, "sex/women"), make_part(indicator.code, "sex/men")]
            if dice.is_lucky(0.3):
                parts.append(make_part(indicator.code, "age/youth", exhaustive=False))
    numbers = [
        indicator
        for indicator in indicators
        if indicator.measure is Measure.NUMBER and (indicator.is_flow or indicator.is_stock)
    ]
    if dice.is_lucky(0.5):
        add_total(dice, indicators, parts, numbers, sites)
    if numbers and dice.is_lucky(0.5):
        indicators.append(_add_references(dice, numbers, parts, "A-08"))
    if dice.is_lucky(0.2):
        kind = _read_enums(measure="ratio", source="system", target_basis="annual", percent_rule="of_target")
        indicators.append(make_indicator("A-09", **kind, unit="%", scale=100))
    targets = _draw_targets_of_all(dice, indicators, years, sites, parts)
    return make_plan(*indicators, sites=sites, years=(first, years[-1]), targets=targets, parts=parts)


def _draw_targets_of_all(
    dice: _Dice, indicators: list[Indicator], years: range, sites: list[Site], parts: list[Part]
) -> list[Target]:
    targets = [target for indicator in indicators for target in _draw_targets(dice, indicator, years, sites)]
    if dice.is_lucky(0.5):
        targets += _draw_part_targets(dice, parts, targets) + _draw_part_baselines(dice, indicators, parts)
    return targets


def _draw_plans(dice: _Dice) -> Plans:
    plan = _draw_plan(dice)
    if not dice.is_lucky(0.3):
        return make_plans((date.min, plan))
    settings = plan.settings
    years = range(settings.first_year, settings.last_year + 1)
    indicators = list(plan.indicators)
    index = dice.random.randrange(len(indicators))
    totals = [position for position, indicator in enumerate(indicators) if indicator.is_total]
    if totals:
        last = indicators[totals[-1]]
        alone = {"sum_of": (), "reporting_sites": plan.indicator_by_code[plan.list_terms(last)[0]].reporting_sites}
        fields = dice.choose({"sum_of": (last.sum_of[-1],)}, {**alone, **_read_enums(source="return")}, {})
        indicators[totals[-1]] = replace(last, **fields)
    elif dice.is_lucky(0.5) and indicators[index].source == "return":
        change = {"unit": "other"}
        if indicators[index].is_number_flow and dice.is_lucky(0.5):
            change = {"unique_people": "" if indicators[index].unique_people else "register"}
        indicators[index] = replace(indicators[index], **change)
        if indicators[index].is_stage:
            *stages, last = indicators[index].stages
            stages = (*stages, replace(last, code="other"))
            indicators[index] = replace(indicators[index], unit="stage", stages=stages)
    newer_versions = []
    for _ in range(dice.choose(1, 1, 2)):
        sites = plan.sites
        if dice.is_lucky(0.3):
            sites = tuple(replace(site, iso_3166_2=dice.choose("KH-1", "KH-2", "")) for site in sites)
        targets = _draw_targets_of_all(dice, indicators, years, list(sites), list(plan.parts))
        day = date(settings.first_year, 1, 1) + timedelta(days=dice.random.randrange(700))
        newer = replace(plan, indicators=tuple(indicators), sites=sites, targets=tuple(targets))
        newer_versions.append((day, newer))
    return make_plans((date.min, plan), *newer_versions)


def _draw_returns(dice: _Dice, plans: Plans) -> tuple[SiteReturn, ...]:
    settings = plans.latest.settings
    is_sparse, is_yearly = dice.choose(0.05, 0.05, 0.3, 0.7), dice.choose(0.0, 0.0, 0.3, 1.0)
    returns = []
    for site in plans.latest.sites:
        for quarter in list_quarters_between(settings.first_quarter, settings.last_quarter):
            if dice.is_lucky(is_sparse):
                continue
            basis = Basis.YEAR_TO_DATE if dice.is_lucky(is_yearly) else Basis.QUARTER
            cells = _draw_cells(dice, plans.get_plan_in_force(quarter))
            end = settings.calendar.get_end_date(quarter)
            submitted = datetime(end.year, end.month, end.day, 12, tzinfo=UTC) + timedelta(
                days=dice.choose(1, 30, 31, 60)
            )
            approved = dice.is_lucky(0.8)
            returns.append(
                make_return(site.code, quarter, cells, basis=basis, first_submitted=submitted, approved=approved)
            )
    return tuple(returns)


def _draw_cells(dice: _Dice, plan: Plan) -> dict[str, object]:
    cells: dict[str, object] = {}
    for indicator in plan.indicators:
        for key in plan.list_entry_keys(indicator):
            is_blank_total = not key.part and dice.is_lucky(0.3) and bool(plan.list_parts(indicator.code))
            if is_blank_total or dice.is_lucky(0.1):
                continue
            amount = dice.amount(negative=indicator.minimum is None)
            amount = _draw_rank(dice, indicator) if indicator.is_stage else amount
            cells[str(key)] = "NC" if dice.is_lucky(0.1) else amount
    return cells


def _draw_query(dice: _Dice, plans: Plans) -> FigureQuery:
    plan = plans.latest
    first, last = plan.settings.first_year, plan.settings.last_year
    begin = dice.random.randint(first, last)
    period: Period = dice.choose(
        PlanToDate(),
        PlanToDate(),
        Years(begin, begin),
        Years(begin, dice.random.randint(begin, last)),
        Quarter(begin, dice.random.randint(1, 4)),
    )
    codes = [site.code for site in plan.sites]
    sites: SiteSelection | None = None
    if dice.is_lucky(0.5):
        sites = tuple(code for code in codes if dice.is_lucky(0.6)) or (codes[0],)
        if plans.provinces and dice.is_lucky(0.4):
            sites = dice.choose(*plans.provinces.values())
    today = date(first, 1, 1) + timedelta(days=dice.random.randrange((last - first + 1) * 366 + 90))
    if dice.is_lucky(0.3):
        today = dice.choose(date(begin, 4, 30), date(begin, 5, 1), date(begin, 7, 1), date(begin + 1, 1, 31))
    return FigureQuery(dice.choose(*plan.indicators).code, sites, period, today)


def make_scenario(seed: int) -> Scenario:
    """Return the scenario of a seed, always the same."""
    dice = _Dice(seed)
    plans = _draw_plans(dice)
    return Scenario(plans, _draw_returns(dice, plans), _draw_query(dice, plans))


scenarios = st.integers(min_value=0, max_value=2**32).map(make_scenario)
