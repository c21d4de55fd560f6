"""People who count once, from returns to every page and file: participations stand beside them under their own name."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from dashboard.app import create_app
from etl.database.connection import migrate, open_engine, writing
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.exports.edition.iati import render_iati
from etl.exports.edition.json_response import render_edition_json
from etl.exports.edition.workbook import render_edition_workbook
from etl.exports.figure_files import render_figures_csv
from etl.exports.figure_rows import serialize_figure
from etl.exports.frames import figures_frame
from etl.exports.pack_workbook import render_pack_workbook
from etl.exports.tracking_rows import render_tracking_csv
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.editions import EditionContents
from etl.indicators.periods import CAMBODIA, Quarter, Years
from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import PARTICIPATIONS, LocalizedText, Role
from etl.locale import get_locale
from etl.publication.pack_page import render_pack_page
from etl.queries.data_source import DataSource
from etl.queries.meeting_pack import get_meeting_pack
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import get_tracking_table
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.wording.participations import NEW_PEOPLE_NOTE, PARTICIPATIONS_LABEL
from tests.support.builders import make_indicator, make_plan, make_return, make_targets
from tests.support.edition_database import publish_quarter
from tests.support.rendered_pages import fetch_page
from tests.support.stored_returns import store_plan, store_return

PASSWORD = "a password of tests"
NOW = datetime(2023, 8, 10, 9, 0, tzinfo=CAMBODIA)
PEOPLE = {"2022": 1_000 + 200 + 30 + 4, "2023": 500 + 60, "plan": 1_794}
PARTICIPATION_COUNTS = {"2022": 3_000 + 3_100 + 3_200 + 3_300, "2023": 2_000 + 2_100, "plan": 16_700}
SHARED_TEXT = f"{PARTICIPATIONS_LABEL}: 16,700"
ENGLISH, KHMER = get_locale("en"), get_locale("km")
PLAN = make_plan(
    make_indicator(
        "A-01",
        counts_people=True,
        unique_people="register",
        unit="people",
        unit_label=LocalizedText("farmers", "កសិករ"),
        name=LocalizedText("Farmers trained", "កសិករដែលបានបណ្តុះបណ្តាល"),
        whole=True,
    ),
    sites=("one",),
    years=(2022, 2024),
    targets=make_targets("A-01", {2022: 1_500, 2023: 900, 2024: 900}),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataSource]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('register') / 'register.db'}")
    migrate(engine)
    rows = {
        "2022Q1": (1_000, 3_000),
        "2022Q2": (200, 3_100),
        "2022Q3": (30, 3_200),
        "2022Q4": (4, 3_300),
        "2023Q1": (500, 2_000),
        "2023Q2": (60, 2_100),
    }
    with writing(engine) as connection:
        store_plan(connection, PLAN, when=NOW)
        for quarter, (people, participations) in rows.items():
            cells = {"A-01": people, "A-01/participations": participations}
            store_return(connection, make_return("one", quarter, cells))
        refresh_all_rollups(connection, make_single_plan(PLAN))
        increment_data_version(connection)
    add_user(engine, "mana", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    yield DataSource(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def client(source: DataSource) -> FlaskClient:
    settings = Settings(
        database_url=str(source.engine.url), secret_key="a secret of tests only, long enough", fixed_now=NOW
    )
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "mana", "password": PASSWORD}).status_code == 303
    return client


@pytest.fixture(scope="module")
def scope(source: DataSource) -> QueryScope:
    return QueryScope(snapshot=source.get_snapshot(), today=NOW.date())


@pytest.fixture(scope="module")
def contents(source: DataSource) -> EditionContents:
    draft = publish_quarter(source, Quarter(2023, 2), now=NOW)
    return EditionContents(draft.edition, draft.figures)


def test_the_page_of_the_indicator_shows_both_with_the_note(client: FlaskClient) -> None:
    page = fetch_page(client, "/staff/indicator/A-01")
    assert NEW_PEOPLE_NOTE in page.text and SHARED_TEXT in page.text
    _, rows = page.tables["participations"]
    assert [[cell.text for cell in row] for row in rows[:2]] == [["2022", "1,234", "12,600"], ["2023", "560", "4,100"]]
    assert "1,794 of 3,300 farmers (each counted once)" in page.text
    khmer = fetch_page(client, "/km/staff/indicator/A-01").text
    assert KHMER.gettext(NEW_PEOPLE_NOTE) in khmer and KHMER.gettext(PARTICIPATIONS_LABEL) in khmer


def test_the_source_of_participations_never_calls_them_people(client: FlaskClient) -> None:
    page = fetch_page(client, f"/staff/number/A-01/2022?part={PARTICIPATIONS}")
    assert f"Where this number comes from: {PARTICIPATIONS_LABEL}, 12,600 participations" in page.text
    assert "3,000 + 3,100 + 3,200 + 3,300 = 12,600 participations" in page.text
    people = fetch_page(client, "/staff/number/A-01/2022").text
    assert "1,000 + 200 + 30 + 4 = 1,234 farmers (each counted once)" in people


def test_the_explanation_shows_participations_apart(client: FlaskClient) -> None:
    text = client.get("/staff/why/A-01/plan").text
    assert SHARED_TEXT in text and NEW_PEOPLE_NOTE in text


def test_the_tracking_table_has_a_row_of_participations(client: FlaskClient, scope: QueryScope) -> None:
    _, rows = fetch_page(client, "/staff/tracking-table?columns=all").tables["tracking"]
    texts = [[cell.text for cell in row] for row in rows]
    people = next(row for row in texts if row[0].startswith("Farmers trained"))
    participations = texts[texts.index(people) + 1]
    assert participations[0] == PARTICIPATIONS_LABEL
    assert "1,234" in people and "12,600" not in people
    assert [text for text in participations[1:] if text] == [
        "12,600",
        "4,100",
        "not due yet",
        "2,000",
        "2,100",
        "16,700",
    ]
    lines = list(csv.reader(io.StringIO(render_tracking_csv(get_tracking_table(scope), ENGLISH, []).lstrip("\ufeff"))))
    row = next(line for line in lines if line[0] == "A-01/participations")
    assert row[1:3] == [PARTICIPATIONS_LABEL, "attendances"] and row[-3:] == ["16700", "", ""]
    data = render_tracking_workbook(get_tracking_table(scope), title="", about=(), locale=ENGLISH)
    values = list(load_workbook(BytesIO(data)).worksheets[0].values)
    row = next(value for value in values if value[0] == "A-01/participations")
    assert row[-3] == 16_700 and values[values.index(row) - 1][-3] == 1_794


def test_the_pack_names_participations(source: DataSource, scope: QueryScope) -> None:
    pack = get_meeting_pack(source, scope)
    html = render_pack_page(pack, ENGLISH)
    assert f'<small>{PARTICIPATIONS_LABEL}: <span data-exact="16700">16,700</span></small>' in html
    assert "farmers (each counted once)" in html
    sheet = load_workbook(BytesIO(render_pack_workbook(pack, locale=ENGLISH)))["Indicators"]
    heading = next(cell for row in sheet.iter_rows() for cell in row if cell.value == PARTICIPATIONS_LABEL)
    assert sheet.cell(heading.row + 1, heading.column).value == 16_700
    assert sheet.cell(heading.row + 1, heading.column - 1).value == 1_794


def test_programs_get_participations_under_their_own_name(scope: QueryScope) -> None:
    figure = scope.get_figure("A-01", period=Years(2022, 2022))
    participations = scope.compute_participations("A-01", period=Years(2022, 2022))
    row = serialize_figure(figure, PLAN.indicators[0], participations=participations)
    assert (row["unique"], row["actual"]["amount"], row["participations"]["amount"]) == ("register", "1234", "12600")
    assert row["parts"] == {}
    values = figures_frame(scope, periods=[Years(2022, 2022)], rated_parts_only=True)
    line, *_ = csv.DictReader(io.StringIO(render_figures_csv(values)))
    assert (line["actual"], line["participations"]) == ("1234", "12600")


@pytest.mark.parametrize("period", ["2022", "2023", "plan"])
def test_an_edition_publishes_both(contents: EditionContents, period: str) -> None:
    people, participations = (
        contents.find("A-01", period=period),
        contents.find("A-01", part=PARTICIPATIONS, period=period),
    )
    assert people is not None and participations is not None
    assert (people.value, participations.value) == (PEOPLE[period], PARTICIPATION_COUNTS[period])
    assert participations.target is None and participations.rating == ""


def test_a_small_number_of_new_people_is_withheld_in_an_edition(contents: EditionContents) -> None:
    """4 people are new in 2022 Q4; their participations (3,300) tell nothing about them."""
    small = contents.find("A-01", period="2022Q4")
    participations = contents.find("A-01", part=PARTICIPATIONS, period="2022Q4")
    assert small is not None and participations is not None
    assert (small.state, small.value, participations.value) == ("small", None, 3_300)


def test_the_files_of_an_edition_label_participations(contents: EditionContents) -> None:
    tables = json.loads(render_edition_json(contents))
    figure = {(item["part"], item["period"]): item["value"] for item in tables["figures"] if item["site"] == ""}
    assert (figure["", "2022"], figure[PARTICIPATIONS, "2022"]) == (1234, 12600)
    assert [item["part"] for item in tables["parts"]] == [PARTICIPATIONS]
    assert tables["indicators"][0]["unique"] == "register"
    values = list(load_workbook(BytesIO(render_edition_workbook(contents, ENGLISH)))["Indicators"].values)
    assert values[2][0] == "A-01/participations" and 12_600 in values[2] and 1_234 in values[1]
    indicators = {
        node.findtext("title/narrative", ""): node
        for node in ElementTree.fromstring(render_iati(contents)).iter("indicator")
    }
    people, participations = indicators.values()
    assert list(indicators)[1] == f"A-01/participations Farmers trained: {PARTICIPATIONS_LABEL}"
    assert "1234" in [actual.get("value") for actual in people.iter("actual")]
    assert "12600" not in [actual.get("value") for actual in people.iter("actual")]
    assert "12600" in [actual.get("value") for actual in participations.iter("actual")]
    assert not list(participations.iter("target")) and not list(participations.iter("dimension"))
