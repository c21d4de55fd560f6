"""Factories with defaults for plans and returns."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.vocabulary import (
    AcrossSites,
    Basis,
    CellKey,
    Indicator,
    LocalizedText,
    Measure,
    Objective,
    Observation,
    OverTime,
    Part,
    Site,
    SiteReturn,
    Stage,
    Target,
    TargetBasis,
    parse_key,
)

NOT_COLLECTED = "NC"


def make_indicator(code: str = "A-01", **fields: Any) -> Indicator:
    """Make an indicator: by default an increasing number flow with annual targets. Accepts texts and numbers."""
    for name in ("baseline_value", "minimum", "maximum", "on_track", "at_risk", "scale"):
        if fields.get(name) is not None:
            fields[name] = Decimal(str(fields[name]))
    for name in ("numerator_ref", "denominator_ref"):
        if isinstance(fields.get(name), str):
            fields[name] = parse_key(fields[name])
    if fields.get("season") is not None:
        fields["season"] = tuple(Decimal(str(share)) for share in fields["season"])
    defaults = {"code": code, "objective": code.partition("-")[0], "name": LocalizedText(f"Indicator {code}")}
    return Indicator(**{**defaults, **fields})


def make_stages(indicator: str, *codes: str, first_rank: int = 1) -> tuple[Stage, ...]:
    """Make the stages of an indicator, lowest first, each with its code as English and Khmer label."""
    return tuple(
        Stage(indicator, code, LocalizedText(code.replace("-", " "), f"{code}-km"), rank)
        for rank, code in enumerate(codes, start=first_rank)
    )


def make_stage_indicator(code: str = "A-01", *codes: str, first_rank: int = 1, **fields: Any) -> Indicator:
    """Make an indicator of stages: by default planned, under way, finished and in use, the lowest of the sites."""
    stages = make_stages(code, *(codes or ("planned", "under-way", "finished", "in-use")), first_rank=first_rank)
    kind = {"measure": Measure.STAGE, "over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
    defaults = {**kind, "across_sites": AcrossSites.MINIMUM, "unit": "stage", "whole": True, "stages": stages}
    return make_indicator(code, **{**defaults, **fields})


def make_site(code: str, *, reports_from: str = "", closed_after: str = "", **fields: Any) -> Site:
    return Site(
        code=code,
        name=LocalizedText(f"Site {code}"),
        reports_from=parse_quarter(reports_from) if reports_from else None,
        closed_after=parse_quarter(closed_after) if closed_after else None,
        **fields,
    )


def make_part(indicator: str, key: str, *, exhaustive: bool = True) -> Part:
    """Make a part: `make_part("A-01", "sex/women")`."""
    dimension, _, category = key.partition("/")
    return Part(indicator, dimension, category, exhaustive, LocalizedText(category))


def make_targets(
    indicator: str, by_year: Mapping[int, object], *, site: str = "", part: str = ""
) -> tuple[Target, ...]:
    """Make the targets of an indicator or part, for the centre or a site. None is a blank year."""
    values = {year: value for year, value in by_year.items() if value is not None}
    return tuple(Target(indicator, site, year, Decimal(str(value)), part=part) for year, value in values.items())


def make_plan(
    *indicators: Indicator,
    sites: Iterable[Site | str] = ("one", "two"),
    years: tuple[int, int] = (2022, 2024),
    targets: Iterable[Target] = (),
    parts: Iterable[Part] = (),
    **settings: Any,
) -> Plan:
    """Make a plan with these indicators and their objectives."""
    objectives = dict.fromkeys(indicator.objective for indicator in indicators)
    return Plan(
        settings=PlanSettings(name=LocalizedText("A plan"), first_year=years[0], last_year=years[1], **settings),
        objectives=tuple(
            Objective(code, LocalizedText(f"Objective {code}"), LocalizedText(code)) for code in objectives
        ),
        indicators=indicators,
        sites=tuple(site if isinstance(site, Site) else make_site(site) for site in sites),
        parts=tuple(parts),
        targets=tuple(targets),
    )


def make_plans(*versions: tuple[date, Plan]) -> Plans:
    """Make a history of plan versions, each with its effective day."""
    return Plans(tuple(PlanVersion(number, day, plan) for number, (day, plan) in enumerate(versions, start=1)))


def make_return(
    site: str,
    quarter: str | Quarter,
    cells: Mapping[str, object],
    *,
    basis: Basis | str = Basis.QUARTER,
    first_submitted: datetime | None = None,
    approved: bool = True,
) -> SiteReturn:
    """Make a current return: `make_return("one", "2022Q1", {"A-01": 12, "A-01/sex/women": "NC"})`.

    A cell of None is blank. By default it was submitted on the day after the quarter ended.
    """
    when = parse_quarter(quarter) if isinstance(quarter, str) else quarter
    if first_submitted is None:
        following = when.shift(1)
        first_submitted = datetime.combine(date(following.year, following.number * 3 - 2, 1), time(3), UTC)
    observations = tuple(
        Observation(key, None if value == NOT_COLLECTED else Decimal(str(value)))
        for key, value in ((parse_key(text), value) for text, value in cells.items())
        if value is not None
    )
    return SiteReturn(site, when, Basis(basis), first_submitted, approved, observations)


def make_observation(text: str, value: object) -> Observation:
    """Make one observation: `make_observation("A-01/sex/women", 3)`."""
    key: CellKey = parse_key(text)
    return Observation(key, None if value == NOT_COLLECTED else Decimal(str(value)))


def make_returns(site: str, code: str, by_quarter: Mapping[str, object], **fields: Any) -> list[SiteReturn]:
    """Make one return per quarter with one number each. None is no return."""
    values = {quarter: value for quarter, value in by_quarter.items() if value is not None}
    return [make_return(site, quarter, {code: value}, **fields) for quarter, value in values.items()]
