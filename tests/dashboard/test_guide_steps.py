"""Who follows a guide finds each of its names on the pages, in the words of the guide, in both languages."""

import io
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from etl.locale import LANGUAGES
from etl.publication.guides import PUBLIC_GUIDE, STAFF_GUIDES
from tests.dashboard.test_plan_page import make_revised_workbook, upload
from tests.house.test_guides import read_names
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.plan_edits import Edit
from tests.support.rendered_pages import fetch_children, join_texts, list_elements

PREFIXES = {"en": "", "km": "/km"}
APPROVED = 2
"""The number of the approved return of `populated_app`."""


class TextParser(HTMLParser):
    """Collects the texts of a page, and the values of attributes that scripts and screen readers show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts.update(value or "" for name, value in attrs if name.startswith("data-"))

    def handle_data(self, data: str) -> None:
        self.texts.add(" ".join(data.split()))


class Reader:
    """A person who opens pages in one language and remembers what stands there."""

    def __init__(self, app, language: str) -> None:
        self.app, self.prefix, self.texts = app, PREFIXES[language], set[str]()

    def open(self, client, *addresses: str) -> None:
        """Read pages; those of Dash, and their header, come from callbacks."""
        for address in addresses:
            answer = client.get(self.prefix + address)
            assert answer.status_code in (200, 422), (address, answer.status_code)
            if "react-entry-point" in answer.text:
                children = fetch_children(client, self.prefix + address)
                self.texts.update(join_texts(element) for element in list_elements(children))
            else:
                self.texts.update(TextParser(answer.text).texts)

    def send_file(self, client, data: bytes) -> str:
        """Upload a return and open its page. Return its path."""
        fields = {"csrf": client.get_cookie("csrf").value, "file": (io.BytesIO(data), "return.xlsx")}
        answer = client.post(f"{self.prefix}/staff/upload", data=fields, content_type="multipart/form-data")
        path = answer.headers["Location"].partition("?")[0].removeprefix(self.prefix)
        self.open(client, path)
        return path


def read_officer_pages(reader: Reader, app) -> None:
    client = app.make_client("one")
    plan = read_other_plan()
    reader.open(client, "/staff/returns", "/staff/upload", "/staff/returns/new/01/2025Q3")
    form = client.get(f"{reader.prefix}/staff/forms?site=01&quarter=2025Q3").data
    for sheet in load_workbook(io.BytesIO(form)):
        cells = (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
        reader.texts.update(line for cell in cells for line in cell.splitlines())
    reader.open(client, app.address("/staff/returns/{submitted}"), f"/staff/returns/{APPROVED}")
    reader.send_file(client, make_filled_form(plan, "01", "2025Q4", changes={"P.1/sex/women": 999}))
    path = reader.send_file(client, make_filled_form(plan, "01", "2025Q3"))
    assert app.post(client, f"{path}/submit", seen="draft").status_code == 303


def read_manager_pages(reader: Reader, app) -> None:
    client = app.make_client("manager")
    submitted = app.address("/staff/returns/{submitted}")
    reader.open(client, "/staff/returns", "/staff/approve", submitted, "/staff/overview")
    reader.open(client, app.address("/staff/indicator/{indicator}"))
    assert app.post(client, f"{submitted}/send-back", seen="submitted", comment="Too high.").status_code == 303
    reader.open(app.make_client("one"), "/staff/returns", submitted)


def read_administrator_pages(reader: Reader, app, workbook: bytes) -> None:
    client = app.make_client("administrator")
    reader.open(client, "/admin/plan", "/admin/periods", "/admin/editions?quarter=2025Q1", "/admin/users/spare")
    reader.open(client, upload(app.staffed_app, client, workbook))


def read_public_pages(reader: Reader, app) -> None:
    indicator = app.address("/indicators/{indicator}")
    reader.open(app.make_client("nobody"), "/", "/about/figures", "/downloads.html", "/explore", indicator, "/sign-in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_in_a_guide_stands_on_the_pages_that_its_reader_sees(populated_app, language, tmp_path):
    workbook = make_revised_workbook(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    reader = Reader(populated_app, language)
    read_officer_pages(reader, populated_app)
    read_manager_pages(reader, populated_app)
    read_administrator_pages(reader, populated_app, workbook)
    read_public_pages(reader, populated_app)
    seen = {re.sub(r"\d", "0", text) for text in reader.texts}
    missing = [
        f"{guide}: {name}"
        for guide in (*STAFF_GUIDES, PUBLIC_GUIDE)
        for name in sorted(set(read_names(guide, language)))
        if not any(text.startswith(re.sub(r"\d", "0", name)) for text in seen)
    ]
    assert not missing
