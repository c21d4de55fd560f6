"""Follow the guide *Send a return*: each name in bold is on the screen and is used."""

import io
import re
from collections.abc import Mapping

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from etl.indicators.periods import parse_quarter
from etl.publication.guides import FOLDER
from etl.returns.form.rows import list_form_rows
from tests.browser.chromium import BrowserVisitor
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    PREFIXES,
    QUARTER,
    SITE,
    ReturnsScenario,
    choose_file,
    click_action,
    fill_return_form,
    read_download,
    return_number,
)
from tests.house.test_guides import NAME
from tests.support.faulty_return import collect_valid_entries
from tests.support.fill_forms import fill_form

pytestmark = pytest.mark.browser

FIND, FILL_IN, UPLOAD, TYPE, EVIDENCE, CORRECT = range(6)
NOT_MEASURED, UNREADABLE, CHANGED = "SO2-05", "SO1-03/phase/released", "SO2-04"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class GuideReader:
    """An officer who takes the names of a guide's section one by one, and finds each on the page."""

    def __init__(self, officer: BrowserVisitor, language: str) -> None:
        self.officer, self.page = officer, officer.page
        text = (FOLDER / language / "send-a-return.md").read_text(encoding="utf-8")
        self.sections = [NAME.findall(section) for section in text.split("\n## ")[1:]]

    def take(self, section: int) -> str:
        return self.sections[section].pop(0)

    def see_heading(self, section: int) -> None:
        expect(self.page.get_by_role("heading", name=self.take(section), exact=True)).to_be_visible()

    def find_link(self, section: int, within: str = "body") -> Locator:
        """Return the first visible link of the name. Screen readers hear more after it, such as the return."""
        name = re.compile(f"^{re.escape(self.take(section))}")
        link = self.page.locator(within).get_by_role("link", name=name).filter(visible=True).first
        expect(link).to_be_visible()
        return link

    def find_button(self, section: int) -> Locator:
        return self.page.get_by_role("button", name=self.take(section), exact=True)

    def find_field(self, section: int, within: str = "main") -> Locator:
        return self.page.locator(within).get_by_label(self.take(section), exact=True).first

    def click_to_document(self, target: Locator) -> None:
        """Click what opens another document, and wait for that."""
        with self.page.expect_event("load"):
            target.click()

    def confirm_and_submit(self, section: int) -> None:
        """Tick each warning and choose the button that the guide names."""
        for box in self.page.locator("input[name=confirmed]").all():
            box.check()
        self.find_button(section).click()
        self.page.wait_for_selector(".done")


def find_form_texts(form: bytes) -> set[str]:
    workbook = load_workbook(io.BytesIO(form))
    values = (str(value) for sheet in workbook for row in sheet.iter_rows(values_only=True) for value in row if value)
    return {line for value in values for line in value.splitlines()}


def fill_with(form: bytes, entries: Mapping[str, object]) -> bytes:
    return fill_form(form, {**entries, NOT_MEASURED: "NC"}, notes={NOT_MEASURED: "The scale was broken."})


def upload(reader: GuideReader, button: Locator, form: bytes) -> int:
    choose_file(reader.officer, form)
    reader.click_to_document(button)
    return return_number(reader.officer)


def decide(scenario: ReturnsScenario, manager: BrowserVisitor, number: int, action: str) -> None:
    manager.page.goto(f"{scenario.origin}/staff/returns/{number}")
    if action == "send-back":
        manager.page.fill("#decision", "Please check SO2-05.")
    click_action(manager, action)


def find_the_form(reader: GuideReader) -> bytes:
    """Follow the guide from the first page to the downloaded form."""
    page = reader.page
    reader.find_link(FIND, "header").click()
    reader.see_heading(FIND)
    reader.click_to_document(page.locator("#next-steps .steps a").first)
    page.go_back()
    reader.click_to_document(reader.find_link(FIND, "#next-steps"))
    reader.see_heading(FILL_IN)
    reader.find_field(FILL_IN).select_option(SITE)
    reader.find_field(FILL_IN).select_option(str(QUARTER))
    with page.expect_download() as download:
        reader.find_button(FILL_IN).click()
    form = read_download(download.value)
    texts = find_form_texts(form) | set(load_workbook(io.BytesIO(form)).sheetnames)
    while reader.sections[FILL_IN]:
        name = reader.take(FILL_IN)
        assert any(text.startswith(name) for text in texts), name
    return form


def upload_and_fix(reader: GuideReader, form: bytes, entries: Mapping[str, object]) -> int:
    """Upload a form with a fault, fix it in the file that marks the fault, upload that and submit it."""
    reader.see_heading(UPLOAD)
    upload(reader, reader.find_button(UPLOAD), fill_with(form, {**entries, UNREADABLE: "twelve or so"}))
    button = reader.page.locator("form[data-upload] button[type=submit]")
    reader.see_heading(UPLOAD)
    with reader.page.expect_download() as download:
        reader.find_link(UPLOAD).click()
    fixed = fill_return_form(read_download(download.value), {UNREADABLE: entries[UNREADABLE]})
    again = reader.find_link(UPLOAD)
    reader.find_link(UPLOAD)
    reader.click_to_document(again)
    number = upload(reader, button, fixed)
    reader.confirm_and_submit(UPLOAD)
    return number


def attach(reader: GuideReader) -> None:
    reader.see_heading(EVIDENCE)
    photo = {"name": "sheet.png", "mimeType": "image/png", "buffer": PIXEL}
    reader.find_field(EVIDENCE, "#evidence").set_input_files(files=[photo])
    reader.find_button(EVIDENCE).click()
    expect(reader.page.locator("ul.evidence li")).to_have_count(1)


def type_return(reader: GuideReader, scenario: ReturnsScenario) -> int:
    """Type the return of the first step on a phone."""
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    reader.see_heading(TYPE)
    reader.click_to_document(reader.find_link(TYPE, "#next-steps"))
    quarter = parse_quarter(page.url.rpartition("/")[2])
    entries = collect_valid_entries(list_form_rows(scenario.plan, SITE, quarter))
    for row in page.locator(".typed-row").all():
        key = str(row.get_attribute("data-key"))
        if row.locator("select").count():
            row.locator("select").select_option(index=1)
        elif key != NOT_MEASURED:
            row.locator("input[name=value]").fill(str(entries[key]))
    row = page.locator(f".typed-row[data-key='{NOT_MEASURED}']")
    row.get_by_label(reader.take(TYPE), exact=True).check()
    note = reader.take(TYPE)
    if not row.get_by_label(note).is_visible():
        row.locator("summary", has_text=note).click()
    row.get_by_label(note).fill("The scale was broken.")
    reader.click_to_document(reader.find_button(TYPE))
    reader.confirm_and_submit(TYPE)
    return return_number(reader.officer)


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_an_officer_who_follows_the_guide_finds_each_name_and_gets_the_return_approved(
    scenario: ReturnsScenario, language: str
) -> None:
    start, entries = f"{scenario.origin}{PREFIXES[language]}/staff/returns", scenario.valid_entries()
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        reader, page = GuideReader(officer, language), officer.page
        page.goto(start)
        form = find_the_form(reader)
        number = upload_and_fix(reader, form, entries)
        attach(reader)

        decide(scenario, manager, number, "send-back")
        page.goto(start)
        reader.see_heading(CORRECT)
        step = page.locator("#next-steps li", has_text=reader.take(CORRECT))
        reader.click_to_document(step.get_by_role("link").first)
        expect(page.locator("#why")).to_contain_text("Please check SO2-05.")
        reader.click_to_document(reader.find_link(CORRECT))
        button = page.locator("form[data-upload] button[type=submit]")
        upload(reader, button, fill_with(form, {**entries, CHANGED: 59}))
        submit = GuideReader(officer, language).sections[UPLOAD][-1]
        reader.sections[UPLOAD] += [submit, submit]
        reader.confirm_and_submit(UPLOAD)
        reader.click_to_document(reader.find_button(CORRECT))
        page.goto(f"{scenario.origin}{PREFIXES[language]}/staff/upload")
        number = upload(reader, button, fill_with(form, {**entries, CHANGED: 58}))
        reader.confirm_and_submit(UPLOAD)
        decide(scenario, manager, number, "approve")
        page.reload()
        expect(reader.find_link(CORRECT)).to_be_enabled()

        page.goto(start)
        decide(scenario, manager, type_return(reader, scenario), "approve")
        assert scenario.return_states() == ["superseded", "sent_back", "withdrawn", "approved", "approved"]
        assert not any(reader.sections), "the guide names what nobody used"
        assert officer.console_errors == []
