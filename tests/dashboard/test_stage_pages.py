"""Stages are shown as words, in the language of the reader, on pages, in files and in editions."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from etl.database.authorization import COMMAND_LINE
from etl.indicators.periods import Quarter
from etl.queries.data_source import open_data_source
from etl.returns.form.build import list_form_rows
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.plans.read_plan_file import read_plan_file
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.dashboard.conftest import NOW, PEOPLE, StaffedApp, open_staffed_app
from tests.support.cached_forms import get_form
from tests.support.rendered_pages import unfold_static_parts
from tests.support.stage_plans import make_stage_plan

SITES = {"01": "In Use", "N-2": "កំពុងដំណើរការ", "east.3": 3}
QUARTER = Quarter(2025, 1)
UNDER_WAY, UNDER_WAY_KM = "under way", "កំពុងដំណើរការ"


@pytest.fixture(scope="module")
def stage_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a database with a stage at each of three sites: in use, under way, in use."""
    folder = tmp_path_factory.mktemp("stages")
    plan_folder = make_stage_plan(folder / "plan")
    plan = read_plan_file(plan_folder).plan
    assert plan is not None
    source = open_data_source(f"sqlite:///{folder / 'stages.db'}")
    source.ensure_schema()
    for name, role in PEOPLE.items():
        add_user(source.engine, name, role, PASSWORD, now=NOW, actor="test")
    load_plan(source.engine, plan_folder, actor=COMMAND_LINE, now=NOW)
    for site, stage in SITES.items():
        entries = {str(row.key): "NC" for row in list_form_rows(plan, site, QUARTER)} | {"S.1": stage}
        data = get_form(plan, 1, site, QUARTER, entries=entries)
        result = import_return_file(source.engine, f"{site}.xlsx", data, actor="manager", now=NOW, approve=True)
        assert result.outcome is ImportOutcome.APPROVED, result
    source.engine.dispose()
    return folder / "stages.db"


@pytest.fixture
def stage_app(stage_database: Path, tmp_path: Path) -> Iterator[StaffedApp]:
    yield from open_staffed_app(stage_database, tmp_path / "app.db", NOW)


def read_page(app: StaffedApp, path: str) -> str:
    answer = app.call_callback(app.make_client("manager"), ROUTER, path, "")
    return json.dumps(unfold_static_parts(answer.json), ensure_ascii=False)


def test_the_indicator_page_shows_words_and_how_many_sites_stand_at_each_stage(stage_app: StaffedApp) -> None:
    text = read_page(stage_app, "/staff/indicator/S.1")
    assert "Seed lots stored: under way, target in use" in text
    assert "Sites by stage" in text and "North terraces" in text
    assert '"ticktext": ["planned", "under way", "in use"]' in text
    assert "target not reached" in text
    assert "under way is the lowest stage of 3 sites." in text
    assert "%" not in text.partition("Sites by stage")[2].partition("How the stage is assessed")[0]


def test_pages_are_in_the_language_of_the_reader(stage_app: StaffedApp) -> None:
    for path in ("/staff/indicator/S.1", "/staff/number/S.1/2025Q1", "/staff/tracking-table", "/staff/site/N-2"):
        text = read_page(stage_app, f"/km{path}")
        assert UNDER_WAY_KM in text and UNDER_WAY not in text, path


@pytest.mark.parametrize("path", ["/staff/objective/SEED", "/staff/site/N-2", "/staff/tracking-table"])
def test_other_pages_show_words_in_place_of_ranks(stage_app: StaffedApp, path: str) -> None:
    assert UNDER_WAY in read_page(stage_app, path)


def test_the_source_of_a_stage_is_its_cell(stage_app: StaffedApp) -> None:
    text = read_page(stage_app, "/staff/number/S.1/2025Q1")
    assert "lowest of in use, under way, in use = under way" in text
    assert f'"{UNDER_WAY_KM}"' in text, "the text of the cell"
    assert "N-2.xlsx" in text


def test_a_return_page_shows_the_words_of_the_cell(stage_app: StaffedApp) -> None:
    answer = stage_app.make_client("manager").get("/staff/returns/2")
    assert answer.status_code == 200
    assert UNDER_WAY in answer.text


def test_an_edition_has_the_rank_and_the_words(stage_app: StaffedApp) -> None:
    publish_edition(stage_app.source, QUARTER, actor="administrator", now=NOW)
    client = stage_app.make_client()
    page = client.get("/editions/2025-Q1/indicators/S.1.html").text
    assert "Seed lots stored: under way, target in use, on track" in page and "Sites by stage" in page
    assert UNDER_WAY_KM in client.get("/km/editions/2025-Q1/indicators/S.1.html", follow_redirects=True).text
    figures = csv.DictReader(io.StringIO(client.get("/editions/2025-Q1/downloads/figures.csv").text))
    total_key = {"indicator": "S.1", "part": "", "site": "", "period": "plan"}
    total = next(row for row in figures if {name: row[name] for name in total_key} == total_key)
    assert (total["value"], total["value_stage"], total["target_stage"]) == ("2", "under way", "in use")
    assert (total["share"], total["rule"]) == ("", "stage")
    objects = client.get("/api/v1/editions/2025-Q1/figures").json["figures"]
    json_figure = next(
        item for item in objects if (item["indicator"], item["site"], item["period"]) == ("S.1", "", "plan")
    )
    assert (json_figure["value"], json_figure["value_stage"]) == (2, "under way")


def test_iati_has_ordinal_values_with_their_words(stage_app: StaffedApp) -> None:
    publish_edition(stage_app.source, QUARTER, actor="administrator", now=NOW)
    data = stage_app.make_client().get("/editions/2025-Q1/downloads/iati.xml").data
    titles = {node.findtext("title/narrative"): node for node in ElementTree.fromstring(data).iter("indicator")}
    node = titles["S.1 Seed lots stored"]
    assert node.get("measure") == "4"
    baseline = node.find("baseline")
    assert baseline is not None and (baseline.get("value"), baseline.findtext("comment/narrative")) == ("1", "planned")
    targets = {item.get("value"): item.findtext("comment/narrative") for item in node.iter("target")}
    assert targets == {"2": "under way", "3": "in use"}
    actual = next(item for item in node.iter("actual") if item.find("location") is None)
    assert (actual.get("value"), actual.findtext("comment/narrative")) == ("2", "under way (up to 2025Q1)")
    assert "Values are the ranks of stages: 1 planned, 2 under way, 3 in use." in node.findtext(
        "description/narrative", ""
    )


def test_workbooks_show_words_in_the_cells_of_stages(stage_app: StaffedApp) -> None:
    publish_edition(stage_app.source, QUARTER, actor="administrator", now=NOW)
    client = stage_app.make_client("manager")
    addresses = {
        "Indicators": "/editions/2025-Q1/downloads/figures-en.xlsx",
        "Tracking table": "/staff/tracking-table.xlsx",
    }
    for sheet, address in addresses.items():
        book = load_workbook(io.BytesIO(client.get(address).data))
        row = next(row for row in book[sheet].values if row[0] == "S.1")
        assert {"under way", "in use"} <= set(row), sheet
        assert not any(isinstance(value, int | float) for value in row), sheet
    text = client.get("/staff/tracking-table.csv").text
    assert "2 (under way)" in next(line for line in text.splitlines() if line.startswith("S.1"))
