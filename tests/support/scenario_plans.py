"""Plans larger and odder than the shipped one, with invented returns: forty sites, an indicator of each kind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from etl.database.connection import Engine, writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    AcrossSites,
    CellKey,
    Direction,
    Indicator,
    LocalizedText,
    Measure,
    Objective,
    OverTime,
    PercentRule,
    Programme,
    ReportingFrequency,
    Site,
    Source,
    Target,
    TargetBasis,
)
from tests.support.builders import make_indicator, make_part, make_plan, make_return, make_targets
from tests.support.stored_returns import store_plan, store_return

LOADED_AT = datetime(2022, 1, 5, 8, tzinfo=UTC)
LAST_QUARTER = Quarter(2026, 3)
_LONG_KHMER = "ចំនួនមន្ត្រីផ្សព្វផ្សាយ អ្នកផ្តល់សេវា បុគ្គលិកក្រុមហ៊ុន និងអង្គការដែលបានទទួលការបណ្តុះបណ្តាល"
_LONG_ENGLISH = "Extension staff, service providers, firm and NGO staff trained in soil, water and seed"
_LEVEL: dict[str, Any] = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
_CHANGE: dict[str, Any] = {"percent_rule": PercentRule.OF_CHANGE, "baseline_year": 2021}
_SHARE: dict[str, Any] = {
    "measure": Measure.RATIO,
    "scale": 100,
    "unit": "%",
    "unit_label": LocalizedText("%", "ភាគរយ"),
}


def store_scenario(engine: Engine, plan: Plan) -> None:
    """The plan with invented returns, put into a migrated database as their use cases do."""
    with writing(engine) as connection:
        store_plan(connection, plan, when=LOADED_AT)
        for said in _returns(plan, Random(7)):
            store_return(connection, said)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)


def _returns(plan: Plan, dice: Random) -> Iterator[Any]:
    """Every site's latest two years; one in twelve is missing, the last ones wait for approval."""
    for quarter in quarters_between(LAST_QUARTER.plus(-7), LAST_QUARTER):
        for site in plan.sites:
            if dice.random() < 1 / 12:
                continue
            cells = {
                str(key): _amount(one, key, dice)
                for one in plan.indicators_of_site(site.code)
                if plan.is_scheduled(one, quarter)
                for key in plan.entry_keys(one)
            }
            if cells:
                yield make_return(site.code, quarter, cells, approved=quarter < LAST_QUARTER or dice.random() < 0.5)


def _amount(indicator: Indicator, key: CellKey, dice: Random) -> object:
    if dice.random() < 0.03:
        return "NC"
    largest = 400 if key.part in ("", "denominator") else 90
    smallest = 100 if key.part in ("", "denominator") else 5
    return dice.randint(smallest, largest)


def extend_to_forty_sites(plan: Plan) -> Plan:
    """The shipped plan with thirty-four more sites, which report everything that adds up."""
    names = [(f"Commune {number} of the north-east", f"ឃុំទី {number} ភាគឦសាន") for number in range(7, 41)]
    added = tuple(
        Site(
            code=f"C{number:02}",
            name=LocalizedText(*words),
            kind="outreach",
            province=LocalizedText("Kratie", "ក្រចេះ"),
            lat=Decimal("11.2") + Decimal(number * 37 % 31) / 10,
            lon=Decimal("102.9") + Decimal(number * 53 % 41) / 10,
            reports_from=Quarter(2022, 1),
        )
        for number, words in enumerate(names, start=7)
    )
    indicators = tuple(
        replace(one, reporting_sites=()) if one.across_sites is AcrossSites.SUM else one for one in plan.indicators
    )
    return replace(plan, sites=(*plan.sites, *added), indicators=indicators)


def make_plan_of_every_kind() -> Plan:
    """Every kind of indicator that a plan may hold, with long names, large and tiny numbers, and some without aims."""
    named = {"name": LocalizedText(_LONG_ENGLISH, _LONG_KHMER), "unit_label": LocalizedText("people", "នាក់")}
    kinds: list[tuple[dict[str, Any], list[int | None]]] = [
        (named, [1000, 2000, 3000, 4000, 5000]),
        ({**named, "target_basis": TargetBasis.CUMULATIVE}, [1000, 2500, 4000, 6000, 9000]),
        ({**_LEVEL, **_CHANGE, "baseline_value": 200}, [300, 500, 700, 900, 1200]),
        ({**_LEVEL, **_CHANGE, "baseline_value": 900, "direction": Direction.DECREASE}, [800, 700, 600, 500, 400]),
        ({**_LEVEL, "direction": Direction.DECREASE}, [800, 700, 600, 500, 400]),
        ({**_LEVEL, "direction": Direction.MAINTAIN}, [600] * 5),
        (_SHARE, [20, 25, 30, 35, 40]),
        ({**_SHARE, **_LEVEL, **_CHANGE, "baseline_value": 5}, [10, 15, 20, 25, 30]),
        ({**_LEVEL, "over_time": OverTime.AVERAGE, "decimals": 2}, [200, 220, 240, 260, 280]),
        ({**_LEVEL, "over_time": OverTime.MAXIMUM, "across_sites": AcrossSites.MAXIMUM}, [300, 310, 320, 330, 340]),
        ({**named, "reported": ReportingFrequency.ANNUAL}, [500, 600, 700, 800, 900]),
        ({**_LEVEL, "reported": ReportingFrequency.MILESTONE}, [None, 500, None, 700, 900]),
        ({"name": LocalizedText("Without any target", "គ្មានគោលដៅ")}, [None] * 5),
        ({"name": LocalizedText("A target of zero", "គោលដៅសូន្យ")}, [0] * 5),
        ({**named, "decimals": 3, "scale": 1}, [10_000_000, 20_000_000, 30_000_000, 40_000_000, 50_000_000]),
    ]
    indicators = [
        make_indicator(f"K{place % 3 + 1}-{place:02}", **fields) for place, (fields, _) in enumerate(kinds, 1)
    ]
    targets: list[Target] = []
    for one, (_, amounts) in zip(indicators, kinds, strict=True):
        targets += make_targets(one.code, dict(zip(range(2022, 2027), amounts, strict=True)))
    system = make_indicator("K3-90", **_SHARE, source=Source.SYSTEM)
    derived = make_indicator(
        "K1-91", **_SHARE, source=Source.DERIVED, numerator_ref="K2-01/sex/women", denominator_ref="K2-01"
    )
    parts = [make_part("K2-01", f"sex/{one}") for one in ("women", "men")]
    parts += [make_part("K2-01", f"group/{one}", exhaustive=False) for one in "abcdefgh"]
    plan = make_plan(
        *indicators, system, derived, sites=("one", "two", "three"), years=(2022, 2026), targets=targets, parts=parts
    )
    objectives = tuple(
        Objective(one.code, LocalizedText(_LONG_ENGLISH, _LONG_KHMER), LocalizedText("Short"))
        for one in plan.objectives
    )
    return replace(plan, objectives=objectives, programmes=(Programme("P1", LocalizedText("A programme")),))
