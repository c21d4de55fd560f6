"""A target that a later plan version revised is marked beside its figures on every page and in every file."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from dashboard.app import create_app
from etl.database.connection import open_engine, writing
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.exports.figure_rows import serialize_figure
from etl.indicators.periods import CAMBODIA, PlanToDate, Years
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.vocabulary import Role
from etl.locale import get_locale
from etl.publication.pack_page import render_pack_page
from etl.queries.data_source import DataSource
from etl.queries.editions import find_file
from etl.queries.meeting_pack import get_meeting_pack
from etl.queries.scope import QueryScope
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.support.edition_database import NOW, make_edition_plan, publish_quarter, store_edition_data
from tests.support.rendered_pages import fetch_page
from tests.support.stored_returns import store_plan

LOADED = datetime(2023, 8, 9, 23, 30, tzinfo=CAMBODIA)
"""Before midnight in Cambodia, where the day counts; it is still 9 August there."""
NOTE = "Target revised on 9 Aug 2023: 80 → 60"
KHMER_NOTE = "80 → 60"
MACHINE_NOTE = "2023-08-09: 80 -> 60"
PASSWORD = "a password of tests"


@pytest.fixture(scope="module")
def source(make_shared_url: Callable[[str], str]) -> Iterator[DataSource]:
    """Yield the plan of editions, whose target of A-01 for 2022 became 60, not 80, from the start of the plan."""
    engine = open_engine(make_shared_url("sqlite"))
    source = store_edition_data(engine)
    plan = make_edition_plan()
    targets = tuple(
        replace(target, value=target.value - 20) if (target.indicator, target.year) == ("A-01", 2022) else target
        for target in plan.targets
    )
    revised = replace(plan, targets=targets)
    with writing(engine) as connection:
        store_plan(connection, revised, when=LOADED, effective=date(2022, 1, 1))
        both = Plans((PlanVersion(1, date.min, plan), PlanVersion(2, date(2022, 1, 1), revised)))
        refresh_all_rollups(connection, both)
        increment_data_version(connection)
    yield source
    engine.dispose()


@pytest.fixture(scope="module")
def client(source: DataSource):
    add_user(source.engine, "mana", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    settings = Settings(secret_key="a secret of tests only, long enough", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "mana", "password": PASSWORD}).status_code == 303
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/staff/objective/A?period=2022",
        "/staff/indicator/A-01?period=2022",
        "/staff/indicator/A-01",
        "/staff/tracking-table",
    ],
)
def test_the_pages_of_staff_show_the_revision_beside_the_figure(client, address: str) -> None:
    assert NOTE in fetch_page(client, address).text
    assert KHMER_NOTE in fetch_page(client, f"/km{address}").text


def test_a_year_whose_target_is_the_same_is_not_marked(client) -> None:
    _, rows = fetch_page(client, "/staff/indicator/A-01").tables["years"]
    marked = {row[0].text for row in rows if "revised" in " ".join(cell.text for cell in row)}
    assert marked == {"2022"}


def test_the_explanation_of_the_percentage_says_when_the_target_was_revised(client) -> None:
    assert f"{NOTE}." in client.get("/staff/why/A-01/2022").text


def test_the_tracking_table_s_files_have_a_column_of_revised_targets(client) -> None:
    header, *rows = csv.reader(io.StringIO(client.get("/staff/tracking-table.csv").text.removeprefix("\ufeff")))
    texts = {row[0]: row[len(header) - 1] for row in rows if len(row) == len(header)}
    assert header[-1] == "Revised targets" and texts["A-01"].startswith(f"2022: {NOTE}") and texts["B-01"] == ""
    sheet = load_workbook(io.BytesIO(client.get("/staff/tracking-table.xlsx").data)).active
    assert any(NOTE in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_without_a_revision_the_tracking_table_has_no_such_column(sqlite_engine) -> None:
    pack = get_meeting_pack(source := store_edition_data(sqlite_engine), QueryScope(source.get_snapshot(), NOW.date()))
    assert all(column.kind != "revisions" for column in pack.tracking_table.columns)


@pytest.mark.parametrize(("language", "note"), [("en", NOTE), ("km", KHMER_NOTE)])
def test_the_meeting_pack_shows_the_revision(source: DataSource, language: str, note: str) -> None:
    scope = QueryScope(source.get_snapshot(), NOW.date(), Years(2022, 2022))
    assert note in render_pack_page(get_meeting_pack(source, scope), get_locale(language))


def test_figures_for_programs_have_the_revision(source: DataSource) -> None:
    scope = QueryScope(source.get_snapshot(), NOW.date(), Years(2022, 2022))
    row = serialize_figure(scope.get_figure("A-01"), scope.plan.indicator_by_code["A-01"])
    assert row["target_revised"] == MACHINE_NOTE


def test_an_edition_has_the_revision_on_its_pages_and_in_its_downloads(source: DataSource) -> None:
    draft = publish_quarter(source)

    def read(path: str) -> bytes:
        file = find_file(source, draft.edition.id, path)
        assert file is not None, path
        return file.data

    assert read("indicators/A-01.html").decode().count(NOTE) == 1
    assert read("km/indicators/A-01.html").decode().count(KHMER_NOTE) == 1
    rows = {
        (row["indicator"], row["part"], row["site"], row["period"]): row["target_revised"]
        for row in csv.DictReader(io.StringIO(read("downloads/figures.csv").decode("utf-8-sig")))
    }
    assert rows["A-01", "", "", "2022"] == MACHINE_NOTE and rows["A-01", "", "", "2023"] == ""
    total = next(text for key, text in rows.items() if key == ("A-01", "", "", "plan"))
    assert total == "2023-08-09: 270 -> 250", "80 + 90 + 100 became 60 + 90 + 100"
    indicators = load_workbook(io.BytesIO(read("downloads/figures-en.xlsx")))["Indicators"]
    assert any(f"2022: {NOTE}" in str(cell.value) for row in indicators.iter_rows() for cell in row)
    activity = ElementTree.fromstring(read("downloads/iati.xml"))
    comments = ["".join(node.itertext()).strip() for node in activity.iter("comment")]
    assert f"target revised on {MACHINE_NOTE}" in comments
    assert MACHINE_NOTE in read("api/figures.json").decode()


def test_the_plan_to_date_shows_the_sum_of_its_years(source: DataSource) -> None:
    """80 + 90 + 100 = 270 becomes 60 + 90 + 100 = 250."""
    scope = QueryScope(source.get_snapshot(), NOW.date(), PlanToDate())
    (revision,) = scope.get_figure("A-01").target_revisions
    assert (revision.on, revision.before, revision.after) == (date(2023, 8, 9), 270, 250)
