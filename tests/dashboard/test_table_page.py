"""Test the page that checks tables of other layouts: the account of numbers, rights and the import."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from etl.database.connection import reading
from etl.database.read.audit import read_all_audit_events
from etl.database.read.returns import read_returns
from etl.database.records import AuditFilter
from tests.dashboard.returns_app import ReturnsApp

TABLES = "/staff/tables"


def make_table(*rows: tuple[object, ...], merges: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.active.title = "Tracking"
    for row in rows:
        book.active.append(row)
    for area in merges:
        book.active.merge_cells(area)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def post_table(app: ReturnsApp, name: str, data: bytes, address: str = TABLES, **fields: str):
    fields = {"layout": "wide", "site": "01", "rest": "keep", **fields}
    return app.post(app.make_client(name), address, file=(BytesIO(data), "table.xlsx"), **fields)


def test_every_number_of_a_table_is_listed_with_its_place_or_its_reason(returns_app):
    table = make_table(("Code", "2025 Q3 target", "2025 Q3", "Cost"), ("P.1", 80, 7, 1200))
    text = post_table(returns_app, "one", table, action="import").text
    assert "Taken: 1" in text and "Not taken: 2" in text
    assert "Tracking!C2" in text and "a target, not a result" in text and "Tracking!D2" in text
    assert 'data-code="layout-numbers-unread"' in text and "Submit the returns" not in text
    as_csv = post_table(returns_app, "one", b"Code;2025 Q3 target;2025 Q3;Cost\nP.1;80;7;1200\n").text
    assert "Taken: 1" in as_csv and "Not taken: 2" in as_csv and "table!C2" in as_csv
    khmer = post_table(returns_app, "one", table, f"/km{TABLES}").text
    assert '<html lang="km">' in khmer and "គោលដៅ មិនមែនលទ្ធផល" in khmer
    assert returns_app.count_returns() == 0


def test_a_refused_table_and_a_wrong_choice_are_answered_with_advice(returns_app):
    table = make_table(("Code", "FY2025 Q1"), ("P.1", 7))
    assert 'data-code="layout-fiscal-year"' in post_table(returns_app, "one", table, action="import").text
    assert post_table(returns_app, "one", table, layout="no").status_code == 422
    assert post_table(returns_app, "one", table, site="Atlantis").status_code == 422
    assert post_table(returns_app, "one", b"no workbook").status_code == 200
    assert returns_app.post(returns_app.make_client("one"), TABLES).status_code == 422
    assert returns_app.count_returns() == 0


def test_a_table_of_the_own_site_is_submitted_and_one_of_another_site_is_not(returns_app):
    table = make_table(("Code", "2025 Q3"), ("L.1", 7))
    refused = post_table(returns_app, "two", table, action="import").text
    assert "You cannot submit returns of 01" in refused and returns_app.count_returns() == 0
    checked = post_table(returns_app, "one", table).text
    assert "Submit the returns" in checked and returns_app.count_returns() == 0
    assert "The returns wait for approval" in post_table(returns_app, "one", table, action="import").text
    with reading(returns_app.staffed_app.source.engine) as connection:
        (stored,) = read_returns(connection)
    assert (stored.site, str(stored.quarter), stored.sender) == ("01", "2025Q3", "one")


def test_every_number_of_the_file_of_a_return_is_listed_with_its_place_or_its_reason(returns_app):
    number = returns_app.create_draft(change={"L.2": "4,25"})
    client = returns_app.make_client("one")
    assert f'href="/staff/returns/{number}/numbers"' in client.get(f"/staff/returns/{number}").text
    text = client.get(f"/staff/returns/{number}/numbers").text
    assert re.search(r"Return!G\d+", text) and "P.1/sex/women" in text and "Taken: " in text
    khmer = client.get(f"/km/staff/returns/{number}/numbers").text
    assert "លេខទាំងអស់ក្នុងឯកសារ" in khmer


LAYOUTS = "/staff/layouts"
HEADINGS = ("Ref no", "When", "Goal (target)", "Counted", "Cost")
UNKNOWN = (HEADINGS, ("P.1", "2025 Q3", 80, 7, 5), ("L.1", "2025 Q3", 9, 8, 6))


def post_mapping(app: ReturnsApp, user: str = "manager", address: str = LAYOUTS, table: bytes = b"", **fields: object):
    file = (BytesIO(table or make_table(*UNKNOWN)), "table.xlsx")
    return app.post(app.make_client(user), address, file=file, site="01", **fields)


def save_partner_layout(app: ReturnsApp) -> None:
    choices = {"role": ["code", "period", "", "value", "ignore"], "why": [*[""] * 4, "money"]}
    assert post_mapping(app, name="partner", action="save", **choices).status_code == 200


def list_layout_events(app: ReturnsApp) -> list[tuple[str, str, str]]:
    with reading(app.staffed_app.source.engine) as connection:
        events = [event.event for batch in read_all_audit_events(connection, AuditFilter()) for event in batch]
    return [(event.action, event.subject, event.new) for event in events if event.action.startswith("layout")]


def test_columns_are_proposed_confirmed_and_saved_as_a_layout(returns_app):
    proposed = post_mapping(returns_app).text
    selected = re.findall(r'<option[^>]*value="([^"]*)"[^>]*selected', proposed)
    assert "value" not in selected and {"code", "period"} <= set(selected), selected
    assert "D: Counted" in proposed and "7 · 8" in proposed
    roles = ["code", "period", "", "value", "ignore"]
    unexplained = post_mapping(returns_app, role=roles, why=[""] * 5)
    assert unexplained.status_code == 422 and "Say why the numbers of Cost are no results" in unexplained.text
    target = post_mapping(returns_app, role=["code", "period", "value", "", "ignore"], why=[*[""] * 4, "money"])
    assert target.status_code == 422 and "a target, not a result" in target.text
    whys = [*[""] * 4, "money"]
    checked = post_mapping(returns_app, role=roles, why=whys).text
    assert "Taken: 2" in checked and "Not taken: 4" in checked and "the layout ignores its column" in checked
    saved = post_mapping(returns_app, role=roles, why=whys, name="partner", action="save").text
    assert "/staff/tables?layout=partner" in saved
    again = post_table(returns_app, "one", make_table(*UNKNOWN), layout="partner").text
    assert "Taken: 2" in again
    khmer = post_mapping(returns_app, address=f"/km{LAYOUTS}", role=roles, why=whys).text
    assert "បានយក" in khmer


def test_a_bad_name_a_product_layout_and_other_people_save_nothing(returns_app):
    choices = {"role": ["code", "period", "", "value", "ignore"], "why": [*[""] * 4, "money"], "action": "save"}
    for name in ("", "Wide!", "wide", "../x"):
        assert post_mapping(returns_app, name=name, **choices).status_code == 422, name
    assert post_mapping(returns_app, "one", **choices).status_code == 404
    carried = returns_app.post(returns_app.make_client("manager"), LAYOUTS, carried="%%%")
    assert carried.status_code == 422


def test_saved_layouts_are_listed_viewed_renamed_and_deleted(returns_app):
    manager = returns_app.make_client("manager")
    assert "Saved layouts" not in manager.get(LAYOUTS).text
    save_partner_layout(returns_app)
    assert f'href="{LAYOUTS}/partner"' in manager.get(LAYOUTS).text
    text = manager.get(f"{LAYOUTS}/partner").text
    assert "Ref no" in text and "Cost: money" in text and "Saved by manager" in text
    renamed = returns_app.post(manager, f"{LAYOUTS}/partner", action="rename", name="partner-a")
    assert renamed.status_code == 303 and renamed.headers["Location"].endswith(f"{LAYOUTS}/partner-a?notice=renamed")
    assert manager.get(f"{LAYOUTS}/partner").status_code == 404
    assert "The layout has been renamed." in manager.get(f"{LAYOUTS}/partner-a?notice=renamed").text
    assert "Taken: 2" in post_table(returns_app, "one", make_table(*UNKNOWN), layout="partner-a").text
    unconfirmed = returns_app.post(manager, f"{LAYOUTS}/partner-a", action="delete")
    assert unconfirmed.status_code == 422 and "Tick the box" in unconfirmed.text
    deleted = returns_app.post(manager, f"{LAYOUTS}/partner-a", action="delete", confirmed="partner-a")
    assert deleted.status_code == 303
    assert "The layout has been deleted." in manager.get(f"{LAYOUTS}?notice=deleted").text
    assert post_table(returns_app, "one", make_table(*UNKNOWN), layout="partner-a").status_code == 422
    events = list_layout_events(returns_app)
    assert {(action, subject) for action, subject, _ in events} == {
        ("layout saved", "partner"),
        ("layout renamed", "partner"),
        ("layout deleted", "partner-a"),
    }


def test_a_layout_takes_no_name_of_another_one_and_only_managers_change_it(returns_app):
    save_partner_layout(returns_app)
    choices = {"role": ["code", "period", "", "value", "ignore"], "why": [*[""] * 4, "money"], "action": "save"}
    post_mapping(returns_app, name="second", **choices)
    manager, site_user = returns_app.make_client("manager"), returns_app.make_client("one")
    for name in ("second", "wide", "", "No!"):
        assert returns_app.post(manager, f"{LAYOUTS}/partner", action="rename", name=name).status_code == 422, name
    assert site_user.get(f"{LAYOUTS}/partner").status_code == 404
    refused = returns_app.post(site_user, f"{LAYOUTS}/partner", action="delete", confirmed="partner")
    assert refused.status_code == 404
    assert manager.get(f"{LAYOUTS}/partner").status_code == 200 and manager.get(f"{LAYOUTS}/wide").status_code == 404


def test_the_reason_stands_at_ignored_columns_only(returns_app):
    proposed = post_mapping(returns_app).text
    assert proposed.count('class="if-ignored"') == len(HEADINGS)
    assert proposed.count('class="if-ignored" hidden') == len(HEADINGS)
    checked = post_mapping(returns_app, role=["code", "period", "", "value", "ignore"], why=[*[""] * 4, "money"]).text
    assert checked.count('class="if-ignored" hidden') == len(HEADINGS) - 1
    style = (Path(__file__).parents[2] / "dashboard" / "assets" / "sending.css").read_text()
    assert '.mapped-column:not(:has(option[value="ignore"]:checked)) .if-ignored { display: none; }' in style


YEAR_ABOVE_QUARTER = make_table(
    ("Code", 2025, None, None),
    (None, "Q2", "Q3", "Cost"),
    ("P.1", 6, 7, 500),
    ("L.1", 8, 9, 600),
    merges=("A1:A2", "B1:D1"),
)
PERIOD_ABOVE_PART = make_table(
    ("Code", "2025 Q2", None, "2025 Q3", None),
    (None, "Total", "Women", "Total", "Women"),
    ("P.1", 6, 3, 7, 4),
    ("L.1", 8, None, 9, None),
    merges=("A1:A2", "B1:C1", "D1:E1"),
)


@pytest.mark.parametrize(
    ("table", "roles", "headings", "counts"),
    [
        (YEAR_ABOVE_QUARTER, ["code", "", "", "ignore"], ["2025 / Q2", "2025 / Q3", "2025 / Cost"], (4, 3)),
        (PERIOD_ABOVE_PART, ["code", "", "", "", ""], ["2025 Q2 / Total", "2025 Q3 / Women"], (6, 0)),
        (PERIOD_ABOVE_PART, ["code", "ignore", "ignore", "", ""], ["2025 Q2 / Women"], (3, 3)),
    ],
)
def test_headings_in_two_rows_are_offered_previewed_and_saved(returns_app, table, roles, headings, counts):
    proposed = post_mapping(returns_app, table=table).text
    assert [heading for heading in headings if heading not in proposed] == []
    whys = ["old" if role == "ignore" else "" for role in roles]
    checked = post_mapping(returns_app, table=table, role=roles, why=whys)
    assert checked.status_code == 200
    taken, not_taken = counts
    assert f"Taken: {taken}" in checked.text and f"Not taken: {not_taken}" in checked.text
    post_mapping(returns_app, table=table, role=roles, why=whys, name="two-rows", action="save")
    read = post_table(returns_app, "one", table, layout="two-rows").text
    # Parts that have to add up to the total do not: the returns are refused.
    is_refused = table is PERIOD_ABOVE_PART
    assert ("the return of its site and quarter was refused" in read) == is_refused
    assert f"Taken: {0 if is_refused else taken}" in read


def test_a_group_above_the_columns_of_a_long_table_does_not_hide_them(returns_app):
    table = make_table(
        ("Ref no", "When", "Result", None),
        (None, None, "Part", "Counted"),
        ("P.1", "2025 Q3", "sex/women", 3),
        ("P.1", "2025 Q3", None, 7),
        merges=("A1:A2", "B1:B2", "C1:D1"),
    )
    roles = ["code", "period", "part", "value"]
    proposed = post_mapping(returns_app, table=table)
    assert "C: Result / Part" in proposed.text
    checked = post_mapping(returns_app, table=table, role=roles, why=[""] * 4)
    assert checked.status_code == 200 and "Taken: 2" in checked.text
