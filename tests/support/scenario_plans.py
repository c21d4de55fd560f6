"""Plans beyond the shipped one, with generated returns: forty sites, an indicator of every kind."""

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
from etl.indicators.periods import Quarter, list_quarters_between
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
from tests.support.builders import (
    make_indicator,
    make_part,
    make_plan,
    make_return,
    make_stage_indicator,
    make_targets,
)
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
    """Store a plan with generated returns in a migrated database, as the use cases do."""
    with writing(engine) as connection:
        store_plan(connection, plan, when=LOADED_AT)
        for site_return in _generate_returns(plan, Random(7)):
            store_return(connection, site_return)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)


def _generate_returns(plan: Plan, rng: Random) -> Iterator[Any]:
    """Yield the returns of the last two years. One in twelve is missing; half of the last quarter is pending."""
    for quarter in list_quarters_between(LAST_QUARTER.shift(-7), LAST_QUARTER):
        for site in plan.sites:
            if rng.random() < 1 / 12:
                continue
            cells = {
                str(key): _generate_amount(indicator, key, rng)
                for indicator in plan.list_site_indicators(site.code)
                if plan.is_scheduled(indicator, quarter)
                for key in plan.list_entry_keys(indicator)
            }
            if cells:
                yield make_return(site.code, quarter, cells, approved=quarter < LAST_QUARTER or rng.random() < 0.5)


def _generate_amount(indicator: Indicator, key: CellKey, rng: Random) -> object:
    if rng.random() < 0.03:
        return "NC"
    if indicator.is_stage:
        return rng.choice(indicator.stages).rank
    largest = 400 if key.part in ("", "denominator") else 90
    smallest = 100 if key.part in ("", "denominator") else 5
    return rng.randint(smallest, largest)


def extend_to_forty_sites(plan: Plan) -> Plan:
    """Return a plan with 34 more sites, which report all additive indicators."""
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
        replace(indicator, reporting_sites=()) if indicator.across_sites is AcrossSites.SUM else indicator
        for indicator in plan.indicators
    )
    return replace(plan, sites=(*plan.sites, *added), indicators=indicators)


def make_plan_of_every_kind() -> Plan:
    """Return a plan with every kind of indicator: long names, large and tiny numbers, some without targets."""
    names = {"name": LocalizedText(_LONG_ENGLISH, _LONG_KHMER), "unit_label": LocalizedText("people", "នាក់")}
    kinds: list[tuple[dict[str, Any], list[int | None]]] = [
        (names, [1000, 2000, 3000, 4000, 5000]),
        ({**names, "target_basis": TargetBasis.CUMULATIVE}, [1000, 2500, 4000, 6000, 9000]),
        ({**_LEVEL, **_CHANGE, "baseline_value": 200}, [300, 500, 700, 900, 1200]),
        ({**_LEVEL, **_CHANGE, "baseline_value": 900, "direction": Direction.DECREASE}, [800, 700, 600, 500, 400]),
        ({**_LEVEL, "direction": Direction.DECREASE}, [800, 700, 600, 500, 400]),
        ({**_LEVEL, "direction": Direction.MAINTAIN}, [600] * 5),
        (_SHARE, [20, 25, 30, 35, 40]),
        ({**_SHARE, **_LEVEL, **_CHANGE, "baseline_value": 5}, [10, 15, 20, 25, 30]),
        ({**_LEVEL, "over_time": OverTime.AVERAGE, "decimals": 2}, [200, 220, 240, 260, 280]),
        ({**_LEVEL, "over_time": OverTime.MAXIMUM, "across_sites": AcrossSites.MAXIMUM}, [300, 310, 320, 330, 340]),
        ({**names, "reported": ReportingFrequency.ANNUAL}, [500, 600, 700, 800, 900]),
        ({**_LEVEL, "reported": ReportingFrequency.MILESTONE}, [None, 500, None, 700, 900]),
        ({"name": LocalizedText("Without any target", "គ្មានគោលដៅ")}, [None] * 5),
        ({"name": LocalizedText("A target of zero", "គោលដៅសូន្យ")}, [0] * 5),
        ({**names, "decimals": 3, "scale": 1}, [10_000_000, 20_000_000, 30_000_000, 40_000_000, 50_000_000]),
    ]
    indicators = [
        make_indicator(f"K{number % 3 + 1}-{number:02}", **fields) for number, (fields, _) in enumerate(kinds, 1)
    ]
    targets: list[Target] = []
    for indicator, (_, amounts) in zip(indicators, kinds, strict=True):
        targets += make_targets(indicator.code, dict(zip(range(2022, 2027), amounts, strict=True)))
    system = make_indicator("K3-90", **_SHARE, source=Source.SYSTEM)
    derived = make_indicator(
        "K1-91", **_SHARE, source=Source.DERIVED, numerator_ref="K2-01/sex/women", denominator_ref="K2-01"
    )
    parts = [make_part("K2-01", f"sex/{key}") for key in ("women", "men")]
    parts += [make_part("K2-01", f"group/{key}", exhaustive=False) for key in "abcdefgh"]
    building = make_stage_indicator("K2-92")
    targets += make_targets(building.code, {2022: 1, 2023: 2, 2024: 3, 2025: 3, 2026: 4})
    plan = make_plan(
        *indicators,
        system,
        derived,
        building,
        sites=("one", "two", "three"),
        years=(2022, 2026),
        targets=targets,
        parts=parts,
    )
    objectives = tuple(
        Objective(objective.code, LocalizedText(_LONG_ENGLISH, _LONG_KHMER), LocalizedText("Short"))
        for objective in plan.objectives
    )
    return replace(plan, objectives=objectives, programmes=(Programme("P1", LocalizedText("A programme")),))
