"""Published targets and achievements, reproduced digit by digit through forms, returns and figures."""

import csv
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText, ReportingFrequency, Role, Site, Target
from etl.plan.write_plan import write_plan_workbook
from etl.settings import CAMBODIA
from etl.use_cases.accounts.users import add_user
from tests.support.builders import make_indicator, make_plan
from tests.support.command_line import CommandLine
from tests.support.fill_forms import fill_form

CASES = Path(__file__).parents[1] / "cases" / "published.csv"
PRINTED_CUT = {"A13": "318.94"}
"""Published as 318, without its fraction: the only value that differs from rounding half up."""
TOTAL, RAINY, DRY = "A7", "A8", "A9"
"""Kampong Cham in 2022: the published total and its two seasons."""


def read_cases() -> dict[str, dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


PUBLISHED = read_cases()
REPORTED = {case: row for case, row in PUBLISHED.items() if case != TOTAL}


def get_year(row: Mapping[str, str]) -> int:
    return int(row["as_of"][:4])


def get_place(row: Mapping[str, str]) -> str:
    return f"{row['place']}, {row['item']}"


SITES = {get_place(row): case for case, row in reversed(REPORTED.items())}
"""The code of each place and crop: its first case."""


def get_site(case: str) -> str:
    return SITES[get_place(PUBLISHED[case])]


def make_harvest_plan() -> Plan:
    """Make a plan in which each crop of a place is a site, with the published plan as its target."""
    years = [get_year(row) for row in REPORTED.values()]
    site_targets = [
        Target("R-01", get_site(case), get_year(row), Decimal(row["target_ha"]), "official")
        for case, row in REPORTED.items()
    ]
    total_targets = [
        Target(
            "R-01",
            "",
            year,
            sum((target.value for target in site_targets if target.year == year), Decimal(0)),
            "official",
        )
        for year in sorted(set(years))
    ]
    area = make_indicator(
        "R-01",
        name=LocalizedText("Area planted or harvested"),
        unit="ha",
        reported=ReportingFrequency.ANNUAL,
        minimum=0,
        status="official",
    )
    sites = (Site(code, LocalizedText(name)) for name, code in SITES.items())
    return make_plan(area, sites=sites, years=(min(years), max(years)), targets=(*site_targets, *total_targets))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Return the command line after loading the plan's workbook and every filled form."""
    folder = tmp_path_factory.mktemp("published")
    command = CommandLine(f"sqlite:///{folder / 'published.db'}")
    (folder / "plan.xlsx").write_bytes(write_plan_workbook(make_harvest_plan()))
    command.succeed("plan", "load", folder / "plan.xlsx")
    add_manager(command)
    for case, row in REPORTED.items():
        form = folder / f"{case}.xlsx"
        command.succeed("form", get_site(case), f"{get_year(row)}Q4", "-o", form)
        form.write_bytes(fill_form(form.read_bytes(), {"R-01": int(row["actual_ha"])}))
        (loaded,) = command.succeed("load", form, "--as", "mana", "--approve", "--format", "json").json
        assert (loaded["outcome"], loaded["findings"]) == ("approved", [])
    return command


def add_manager(command: CommandLine) -> None:
    engine = open_engine(command.database_url)
    when = datetime(2026, 11, 23, 9, tzinfo=CAMBODIA)
    add_user(engine, "mana", Role.MANAGER, "long enough to pass", now=when, actor="test")
    engine.dispose()


def parse_percent(achievement: str, decimals: int) -> Decimal:
    return (Decimal(achievement) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def get_decimals(printed: str) -> int:
    return max(0, -int(Decimal(printed).normalize().as_tuple().exponent))


@pytest.mark.parametrize("case", REPORTED)
def test_a_published_percentage_comes_out_of_the_workbook_as_it_was_printed(run: CommandLine, case: str) -> None:
    row = REPORTED[case]
    figure = run.figure("R-01", "--site", get_site(case), "--year", get_year(row))
    assert figure["actual"]["amount"] == row["actual_ha"]
    assert figure["target"] == row["target_ha"]
    printed = PRINTED_CUT.get(case, row["published_pct"])
    assert parse_percent(figure["achievement"], get_decimals(printed)) == Decimal(printed)
    assert parse_percent(figure["achievement"], 3) == Decimal(row["own_calc_pct"])
    assert figure["shown"]["headline"].startswith(str(parse_percent(figure["achievement"], 1)))


def test_the_publisher_of_battambang_truncated_a_percentage_that_we_round(run: CommandLine) -> None:
    figure = run.figure("R-01", "--site", get_site("A13"), "--year", 2025)
    assert int(parse_percent(figure["achievement"], 2)) == int(PUBLISHED["A13"]["published_pct"]) == 318
    assert parse_percent(figure["achievement"], 0) == 319
    assert figure["over_target"]


def test_the_total_of_a_province_is_the_sum_of_its_seasons_and_not_their_mean(run: CommandLine) -> None:
    total = PUBLISHED[TOTAL]
    figure = run.figure("R-01", "--site", get_site(RAINY), "--site", get_site(DRY), "--year", get_year(total))
    assert (figure["actual"]["amount"], figure["target"]) == (total["actual_ha"], total["target_ha"])
    assert parse_percent(figure["achievement"], 2) == Decimal(total["published_pct"]) == Decimal("114.73")
    seasons = [run.figure("R-01", "--site", get_site(case), "--year", 2022)["achievement"] for case in (RAINY, DRY)]
    assert parse_percent(str(sum(map(Decimal, seasons)) / 2), 2) == Decimal("113.25")
