"""Test the page that checks tables of other layouts: the account of numbers, rights and the import."""

import re
from io import BytesIO

from openpyxl import Workbook

from etl.database.connection import reading
from etl.database.read.returns import read_returns
from tests.dashboard.test_return_pages import ReturnsApp, returns_app

__all__ = ["returns_app"]
TABLES = "/staff/tables"


def make_table(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    book.active.title = "Tracking"
    for row in rows:
        book.active.append(row)
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


def post_mapping(app: ReturnsApp, user: str = "manager", address: str = LAYOUTS, **fields: object):
    table = (BytesIO(make_table(*UNKNOWN)), "table.xlsx")
    return app.post(app.make_client(user), address, file=table, site="01", **fields)


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
