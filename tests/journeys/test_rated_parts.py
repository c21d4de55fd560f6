"""Women, 400 of 1,000 farmers: rated on pages, in the tracking table, the pack, the edition and on the command line."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from dashboard.app import create_app
from etl.database.connection import open_engine, writing
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.exports.edition.iati import render_iati
from etl.exports.edition.json_response import render_edition_json
from etl.exports.edition.workbook import render_edition_workbook
from etl.exports.pack_workbook import render_pack_workbook
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.editions import EditionContents
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.vocabulary import LocalizedText, OverTime, PercentRule, Role, TargetBasis
from etl.locale import get_locale
from etl.publication.pack_page import render_pack_page
from etl.publication.render_edition import render_edition
from etl.queries.data_source import DataSource
from etl.queries.edition_draft import draft_edition
from etl.queries.meeting_pack import get_meeting_pack
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import get_tracking_table
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.support.builders import make_indicator, make_part, make_plan, make_return, make_targets
from tests.support.command_line import CommandLine
from tests.support.rendered_pages import fetch_page
from tests.support.stored_returns import store_plan, store_return

WOMEN, MEN = "sex/women", "sex/men"
NOW = datetime(2023, 8, 10, 9, 0, tzinfo=CAMBODIA)
QUARTER = Quarter(2023, 2)
PASSWORD = "a password of tests"


def make_farmers_plan() -> Plan:
    """Make a plan of 1,000 farmers in 2023, of which 400 women (site one: 500 and 240), after 800 and 300 in 2022."""
    return make_plan(
        make_indicator(
            "A-01", name=LocalizedText("Farmers trained"), counts_people=True, unit="people",
            baseline_year=2022, baseline_value=800, whole=True,
        ),
        sites=("one", "two"),
        years=(2023, 2024),
        parts=(make_part("A-01", WOMEN), make_part("A-01", MEN)),
        targets=(
            *make_targets("A-01", {2023: 1000}),
            *make_targets("A-01", {2023: 400, 2022: 300}, part=WOMEN),
            *make_targets("A-01", {2023: 500}, site="one"),
            *make_targets("A-01", {2023: 240}, site="one", part=WOMEN),
        ),
    )  # fmt: skip


def store(engine: Engine, plan: Plan, *, women: int = 40) -> DataSource:
    """Store the plan, and returns of 130 farmers from each site and quarter, of which the given number of women."""
    with writing(engine) as connection:
        store_plan(connection, plan, when=NOW)
        for site in ("one", "two"):
            for quarter in ("2023Q1", "2023Q2"):
                cells = {"A-01": 130, f"A-01/{WOMEN}": women, f"A-01/{MEN}": 130 - women}
                store_return(connection, make_return(site, quarter, cells))
        refresh_all_rollups(connection, make_single_plan(plan))
        increment_data_version(connection)
    return DataSource(engine)


@pytest.fixture(scope="module")
def source(make_shared_url: Callable[[str], str]) -> Iterator[DataSource]:
    """Women: 160 of 400, where 200 are expected by the second quarter; all: 520 of 1,000. Tests only read it."""
    engine = open_engine(make_shared_url("sqlite"))
    yield store(engine, make_farmers_plan())
    engine.dispose()


@pytest.fixture(scope="module")
def client(source: DataSource) -> Iterator[object]:
    add_user(source.engine, "mia", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    url = source.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "mia", "password": PASSWORD}).status_code == 303
    return client


def make_contents(source: DataSource) -> EditionContents:
    draft = draft_edition(source, QUARTER, today=NOW.date())
    return EditionContents(draft.edition, draft.figures)


def test_the_indicator_page_rates_women_in_a_table_with_links_to_their_source(client):
    (row,) = fetch_page(client, "/staff/indicator/A-01").tables["part-targets"][1]
    texts = [cell.text for cell in row]
    assert "Farmers trained: women" in texts[0] and "A-01/sex/women" in texts[0]
    assert "at risk" in texts[1] and texts[3].startswith("160") and texts[4] == "400" and "40.0 %" in texts[5]


def test_targets_of_parts_stand_below_those_of_the_total_in_the_table_of_targets(client):
    rows = fetch_page(client, "/staff/indicator/A-01").tables["target-history"][1]
    assert [(row[0].text, row[1].text) for row in rows] == [("2023", "1,000"), ("2023 · women", "400")]


def test_the_page_of_the_number_of_women_explains_their_rating(client):
    text = fetch_page(client, "/staff/number/A-01/plan?part=sex/women").text
    assert "Where this number comes from: women, 160" in text and "Rating: at risk" in text and "160 ÷ 400" in text
    men = fetch_page(client, "/staff/number/A-01/plan?part=sex/men").text
    assert "Percentage" not in men


def test_the_explanation_is_of_the_part_that_its_link_names(client):
    text = client.get("/staff/why/A-01/plan?part=sex/women").text
    assert "Farmers trained: women" in text and "40.0 %" in text and "part=sex%2Fwomen" in text
    assert client.get("/staff/why/A-01/plan?part=sex/others").status_code == 404
    assert "52.0 %" in client.get("/staff/why/A-01/plan").text


def test_the_page_of_a_site_rates_women_by_its_own_target(client):
    """Site one: 80 women of 240, where 120 are expected."""
    (row,) = fetch_page(client, "/staff/site/one").tables["part-targets"][1]
    assert row[3].text.startswith("80") and row[4].text == "240" and "off track" in row[1].text
    assert "part-targets" not in fetch_page(client, "/staff/site/two").tables


def test_the_tracking_table_has_a_row_for_women_on_the_page_in_csv_and_in_excel(client, source):
    rows = fetch_page(client, "/staff/tracking-table").tables["tracking"][1]
    assert [row[0].text for row in rows[-2:]] == ["Farmers trained A-01", "Farmers trained: women A-01/sex/women"]
    lines = list(csv.reader(io.StringIO(client.get("/staff/tracking-table.csv").text.lstrip("\ufeff"))))
    women = next(line for line in lines if line and line[0] == "A-01/sex/women")
    named = dict(zip(lines[0], women, strict=True))
    assert named["Indicator"] == "Farmers trained: women"
    assert [named[f"Plan to date {name}"] for name in ("Target", "Actual", "%", "Rating")] == [
        "400",
        "160",
        "0.4",
        "at risk",
    ]
    assert named["Baseline"] == "300"
    table = get_tracking_table(QueryScope(source.get_snapshot(), NOW.date()))
    sheet = load_workbook(
        io.BytesIO(render_tracking_workbook(table, title="t", about=[], locale=get_locale("en")))
    ).active
    assert ["A-01/sex/women", "Farmers trained: women"] in [
        [cell.value for cell in row[:2]] for row in sheet.iter_rows()
    ]


def test_the_meeting_pack_has_a_row_for_women_in_print_and_in_its_workbook(source):
    pack, locale = get_meeting_pack(source, QueryScope(source.get_snapshot(), NOW.date())), get_locale("en")
    sheets = load_workbook(io.BytesIO(render_pack_workbook(pack, locale=locale))).worksheets
    rows = [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()]
    assert sum(row[0] == "A-01/sex/women" for row in rows) == 2
    assert "Farmers trained: women" in render_pack_page(pack, locale)


def test_the_command_line_prints_rated_parts_below_their_indicator_and_within_it_in_json(source):
    run = CommandLine(source.engine.url.render_as_string(hide_password=False), NOW.isoformat())
    lines = list(csv.DictReader(io.StringIO(run.succeed("figures", "--format", "csv").out)))
    values = [(line["indicator"], line["part"], line["actual"], line["target"], line["rating"]) for line in lines]
    assert values == [("A-01", "", "520", "1000", "on_track"), ("A-01", WOMEN, "160", "400", "at_risk")]
    assert "A-01/sex/women" in run.succeed("figures").out
    (row,) = run.figures()
    assert (row["parts"][WOMEN]["target"], row["parts"][WOMEN]["rating"]) == ("400", "at_risk")
    assert (row["parts"][WOMEN]["expected"], row["parts"][MEN]["expected"]) == (row["actual"]["expected"],) * 2
    assert "target" not in row["parts"][MEN] and "part" not in row


def test_counts_of_ratings_leave_parts_out(client, source):
    text = fetch_page(client, "/staff/").text
    assert "A-01/sex/women" not in text
    (figure,) = [
        row for row in get_tracking_table(QueryScope(source.get_snapshot(), NOW.date())).rows if row.part is None
    ]
    assert figure.figure.target == 1000 and figure.figure.actual.amount == 520


def test_iati_has_the_target_the_actual_and_the_baseline_of_women_with_their_dimension(source):
    root = ElementTree.fromstring(render_iati(make_contents(source)))
    values_of_women = {name: list_values_of_women(root, name) for name in ("baseline", "target", "actual")}
    assert values_of_women == {"baseline": ["300"], "target": ["400", "400"], "actual": ["160", "160"]}


def list_values_of_women(root: ElementTree.Element, name: str) -> list[str | None]:
    elements = [(element, element.find("dimension")) for element in root.iter(name)]
    return [
        element.get("value")
        for element, dimension in elements
        if dimension is not None and (dimension.get("name"), dimension.get("value")) == ("sex", "women")
    ]


def test_the_edition_has_target_and_rating_of_women_and_none_of_men(source):
    response = json.loads(render_edition_json(make_contents(source)))
    by_part = {row["part"]: row for row in response["figures"] if row["period"] == "2023" and not row["site"]}
    women, men = by_part[WOMEN], by_part[MEN]
    assert (women["value"], women["target"], women["share"], women["rating"]) == (160, 400, 0.4, "at_risk")
    assert (men["value"], men["target"], men["rating"]) == (360, None, "")
    targets = [row for row in response["targets"] if row["part"] and not row["site"]]
    assert [(row["part"], row["year"], row["value"]) for row in targets] == [(WOMEN, 2023, 400), (WOMEN, 2022, 300)]


def test_the_public_page_and_workbook_show_women_against_their_target(source):
    contents = make_contents(source)
    pages = {file.path: file.data for file in render_edition(contents)}
    page = next(
        data.decode() for path, data in pages.items() if path.endswith("indicators/A-01.html") and "km" not in path
    )
    assert "Parts with targets of their own" in page and ">400<" in page
    sheet = load_workbook(io.BytesIO(render_edition_workbook(contents, get_locale("en")))).worksheets[1]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["A-01", "A-01/sex/women"]


def test_a_small_count_of_women_takes_its_percentage_and_rating_with_it(sqlite_engine: Engine):
    source = store(sqlite_engine, make_farmers_plan(), women=1)
    figures = {figure.key: figure for figure in draft_edition(source, QUARTER, today=NOW.date()).figures}
    women = [figure for key, figure in figures.items() if key.part == WOMEN]
    assert all(figure.is_suppressed for figure in women if figure.reported)
    assert {(figure.value, figure.share, figure.rating) for figure in women if figure.reported} == {(None, None, "")}


@pytest.mark.parametrize(
    ("women", "men", "is_public"), [(300, None, True), (3, None, False), (797, None, False), (300, 498, False)]
)
def test_baselines_of_parts_that_show_or_leave_a_small_count_are_not_published(
    sqlite_engine: Engine, women: int, men: int | None, is_public: bool
):
    """Of 800 people, 3 women are few; 797 leave 3 men; 300 and 498 leave 2 without a part."""
    plan = make_farmers_plan()
    others = tuple(target for target in plan.targets if target.year != 2022)
    baselines = (*make_targets("A-01", {2022: women}, part=WOMEN), *make_targets("A-01", {2022: men}, part=MEN))
    source = store(sqlite_engine, replace(plan, targets=(*others, *baselines)))
    draft = draft_edition(source, QUARTER, today=NOW.date())
    assert {figure.baseline for figure in draft.figures if figure.key.part == WOMEN} == {
        Decimal(women) if is_public else None
    }
    assert any(target.part and target.year == 2022 for target in draft.edition.plan.targets) is is_public


def test_baselines_of_sites_that_show_a_small_count_are_not_published_and_do_not_follow_from_percentages(
    sqlite_engine: Engine,
):
    """Site one had 3 people in post in 2022: neither its baseline nor the share of its change is published."""
    posts = make_indicator(
        "A-01", counts_people=True, unit="people", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL,
        baseline_year=2022, baseline_value=93, whole=True,
        percent_rule=PercentRule.OF_CHANGE,
    )  # fmt: skip
    targets = [
        *make_targets("A-01", {2023: 200}),
        *make_targets("A-01", {2022: 3, 2023: 180}, site="one"),
        *make_targets("A-01", {2022: 90, 2023: 180}, site="two"),
    ]
    source = store(sqlite_engine, replace(make_farmers_plan(), indicators=(posts,), targets=tuple(targets)))
    rows = json.loads(render_edition_json(make_contents(source)))
    assert [row for row in rows["targets"] if row["year"] == 2022] == []
    figures = {row["site"]: row for row in rows["figures"] if row["period"] == "2023" and not row["part"]}
    assert [(figures[site]["baseline"], figures[site]["share"]) for site in ("one", "two")] == [(None, None)] * 2
    assert figures[""]["baseline"] == 93 and figures[""]["share"] is not None
    assert figures["one"]["target"] == 180 and figures["one"]["value"] is not None
    files = render_edition(make_contents(source))
    pages = [file.data.decode() for file in files if file.path.endswith("indicators/A-01.html")]
    assert pages and all("71.8 %" not in page for page in pages)  # (130 - 3) / (180 - 3)
