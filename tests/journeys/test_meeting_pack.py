"""The meeting pack: report and workbook with date, completeness, remarks, actions and marks."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dashboard.app import create_app
from etl.database.job_records import JobState
from etl.exports.pack_workbook import render_pack_workbook
from etl.indicators.periods import Quarter, Years
from etl.indicators.vocabulary import Role
from etl.jobs.queue import find_job_status, get_utc_now
from etl.jobs.worker import Worker
from etl.locale import get_locale
from etl.publication.pack_page import render_pack_page
from etl.publication.print_pdf import find_chromium
from etl.queries.data_source import DataSource, open_data_source
from etl.queries.meeting_pack import MeetingPack
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.reporting.meeting_pack import PackChoice, gather_pack, make_pack, parse_pack_choice
from etl.use_cases.reporting.remarks import RemarkInput, write_remark
from tests.support.command_line import CLOCK, CommandLine
from tests.support.shared_fixtures import SampleDatabase
from tests.support.workbook_numbers import SHARE_DECIMALS, is_stored_number

TODAY = date(2026, 11, 23)
NOW = datetime.fromisoformat(CLOCK)
PASSWORD = "a password of tests"
needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="CHROMIUM IS NOT INSTALLED: no PDF was printed")


@pytest.fixture(scope="module")
def source(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataSource]:
    """Yield the sample with a remark on an indicator that is behind, and its open action. Tests only add jobs."""
    path = shutil.copyfile(shared_sample.path, tmp_path_factory.mktemp("pack") / "copy.db")
    opened = open_data_source(f"sqlite:///{path}")
    add_user(opened.engine, "mia", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    write_remark(
        opened.engine,
        RemarkInput(
            indicator="SO1-02",
            quarter=Quarter(2026, 3),
            reason="Two trials <late> & one lost to the flood",
            agreed_action="=Finish both trials",
            responsible="Research unit",
            due="2026-10-31",
        ),
        actor="mia",
        # Agreed before it became overdue.
        now=NOW.replace(month=10, day=15),
    )
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def run(source: DataSource) -> CommandLine:
    return CommandLine(str(source.engine.url))


@pytest.fixture(scope="module")
def whole_plan(source: DataSource) -> MeetingPack:
    """Return the pack of the plan to date, which takes a second to compute."""
    return gather_pack(source, PackChoice(), today=TODAY)


def read_pdf_text(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "pack.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(tmp_path / "pack.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_chromium
@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_report_is_a_pdf_on_a4_with_a_page_per_objective_and_its_footer_on_each(source, tmp_path, language):
    pack = make_pack(source, PackChoice(language=language), today=TODAY)
    report, workbook = pack.files
    assert pack.is_pdf and report.name == f"meeting-pack-2026-11-23-{language}.pdf"
    assert report.data.startswith(b"%PDF-") and workbook.data.startswith(b"PK")
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", report.data)
    objectives = source.get_snapshot().plans.latest.objectives
    assert len(sizes) >= 1 + len(objectives)
    assert all(abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for w, h in sizes)
    pages = read_pdf_text(report.data, tmp_path).split("\f")[:-1]
    assert len(pages) == len(sizes)
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page.replace(" / ", "/")
        if language == "en":
            assert "Provisional indicators · sample data, not results" in page and "As of 23 Nov 2026" in page
    whole = "".join(pages)
    assert "SO1-02" in whole and "=Finish both trials" in whole
    if language == "en":
        assert "Two trials <late> & one lost to the flood" in re.sub(r"\s+", " ", whole)
        assert "Returns for 2026 Q3 received: 5 of 6" in re.sub(r"\s+", " ", whole)


def test_without_chromium_the_report_is_a_page_to_print(source):
    pack = make_pack(source, PackChoice(), today=TODAY, chromium="")
    report = pack.files[0]
    page = report.data.decode()
    assert not pack.is_pdf and report.name.endswith(".html")
    assert "Print this report from the browser" in page
    assert "Two trials &lt;late&gt; &amp; one lost to the flood" in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page), "the report must need no other file"
    assert page.count('class="sheet"') == 1 + len(source.get_snapshot().plans.latest.objectives)


def test_the_workbook_contains_figures_as_numbers_and_their_selection(source):
    choice = PackChoice(period=Years(2025, 2025), include_unapproved=False)
    pack = gather_pack(source, choice, today=TODAY)
    workbook = load_workbook(io.BytesIO(make_pack(source, choice, today=TODAY, chromium="").files[1].data))
    assert workbook.sheetnames == [
        *("Matrix", "Charts", "Summary", "Indicators", "Tracking table", "Open actions", "Remarks"),
    ]
    for sheet in workbook.worksheets:
        notes = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=9))
        for words in ("As of 23 Nov 2026.", "Approved returns only.", "Period: 2025.", "Provisional", "Sample data"):
            assert words in notes, (sheet.title, words)
        assert sheet.freeze_panes
    rows = {row[0].value: row for row in workbook["Indicators"].iter_rows()}
    for progress in pack.objectives:
        for indicator in progress.indicators:
            row, figure = rows[indicator.indicator.code], indicator.figure
            decimals = indicator.indicator.decimals
            amounts = (
                (4, figure.actual.amount, decimals),
                (6, figure.target, decimals),
                (7, figure.headline, SHARE_DECIMALS),
            )
            for place, amount, displayed in amounts:
                if isinstance(amount, Decimal) and not indicator.indicator.is_stage:
                    assert is_stored_number(row[place].value, amount, displayed)
                else:
                    assert isinstance(row[place].value, str)
    (action,) = [row for row in workbook["Open actions"].iter_rows(values_only=True) if row[0] == "SO1-02"]
    assert action[2:5] == ("'=Finish both trials", "Research unit", "31 Oct 2026") and action[5] == "overdue"
    (remark,) = [row for row in workbook["Remarks"].iter_rows(values_only=True) if row[0] == "SO1-02"]
    assert remark[2:4] == ("Two trials <late> & one lost to the flood", "mia")


def test_the_workbook_begins_with_the_matrix_and_native_charts(whole_plan):
    pack = whole_plan
    workbook = load_workbook(io.BytesIO(render_pack_workbook(pack, locale=get_locale("en"))))
    assert len(workbook["Charts"]._charts) == 2
    counts = {row[0].value: [cell.value for cell in row[2:]] for row in workbook["Charts"].iter_rows()}
    matrix = {row[0].value: row for row in workbook["Matrix"].iter_rows()}
    for progress in pack.objectives:
        assert counts[progress.objective.code] == [count for _rating, count in progress.rating_counts.counts]
        for indicator in progress.indicators:
            shares = [cell.value for cell in matrix[indicator.indicator.code][2::2]]
            for value, (_year, figure) in zip(shares, indicator.years, strict=True):
                if isinstance(value, int | float):
                    assert is_stored_number(value, figure.headline, SHARE_DECIMALS)


def test_the_report_begins_with_the_matrix_and_prints_on_slides(whole_plan):
    pack = whole_plan
    page, slides = (render_pack_page(pack, get_locale("en"), is_slides=is_slides) for is_slides in (False, True))
    first_sheet = page.partition("</section>")[0]
    assert all(f"<small>{code}</small>" in first_sheet for code in pack.indicators)
    assert not re.search(r"<td[^>]*>(<i>)?–(</i>)? *\d", first_sheet), "a dash before a number reads as a minus"
    assert "size: A4" in page and "size: 338.67mm 190.5mm" in slides and 'class="slides"' in slides


def test_a_pack_of_one_objective_or_programme_holds_only_its_indicators(source):
    plan = source.get_snapshot().plans.latest
    objective = plan.objectives[1].code
    pack = gather_pack(source, PackChoice(objectives=(objective,)), today=TODAY)
    assert [objective.objective.code for objective in pack.objectives] == [objective]
    assert {row.indicator.objective for row in pack.tracking_table.rows} == {objective}
    assert not pack.open_actions
    programme = plan.indicator_programmes[0].programme
    of_programme = gather_pack(source, PackChoice(programme=programme), today=TODAY)
    linked = {link.indicator for link in plan.indicator_programmes if link.programme == programme}
    assert set(of_programme.indicators) == linked


def test_a_choice_survives_the_parameters_of_a_job():
    choice = PackChoice(
        period=Quarter(2025, 2), sites=("BKN", "RVG"), programme="CASIC", include_unapproved=False, language="km"
    )
    assert parse_pack_choice(choice.to_dict()) == choice
    assert parse_pack_choice({}) == PackChoice()
    assert parse_pack_choice(replace(choice, period=Years(2023, 2025)).to_dict()).period == Years(2023, 2025)


@needs_chromium
@pytest.mark.browser
def test_the_button_starts_a_job_whose_owner_downloads_both_files(source, run):
    settings = Settings(database_url=run.database_url, secret_key="a secret of tests, not real", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.post("/staff/meeting-pack").status_code in (302, 403)
    assert client.post("/sign-in", data={"name": "mia", "password": PASSWORD}).status_code == 303
    assert client.post("/km/staff/meeting-pack?period=2025").status_code == 403
    csrf = client.get_cookie("csrf").value
    answer = client.post("/km/staff/meeting-pack?period=2025&objective=SO2", data={"csrf": csrf})
    assert answer.status_code == 303
    number = int(answer.headers["Location"].removeprefix("/km/staff/jobs/"))
    assert Worker(source, settings).run(once=True) == 1
    status = find_job_status(source.engine, number, actor="mia", can_see_all=False, now=get_utc_now())
    assert status is not None and status.job.state is JobState.DONE, status
    names = [file.name for file in status.output_files]
    assert names == ["meeting-pack-2026-11-23-km.pdf", "meeting-pack-2026-11-23-km.xlsx"]
    assert client.get(f"/staff/jobs/{number}/files/{status.output_files[0].id}").data.startswith(b"%PDF-")


def test_report_and_workbook_can_be_downloaded_without_a_worker(source, run):
    settings = Settings(database_url=run.database_url, secret_key="a secret of tests, not real", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.get("/staff/meeting-pack.html").status_code in (302, 303)
    client.post("/sign-in", data={"name": "mia", "password": PASSWORD})
    page = client.get("/km/staff/meeting-pack.html?objective=SO1&site=BKN").text
    assert '<html lang="km">' in page and page.count('class="sheet"') == 2
    answer = client.get("/staff/meeting-pack.xlsx?objective=SO1")
    assert load_workbook(io.BytesIO(answer.data)).sheetnames[0] == "Matrix"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_command_writes_the_same_files_and_names_unknown_codes(source, run, tmp_path):
    result = run.succeed("pack", "--html", "--language", "km", "--output", tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["meeting-pack-2026-11-23-km.html", "meeting-pack-2026-11-23-km.xlsx"]
    assert [Path(line).name for line in result.out.split()] == names
    refused = run("pack", "--site", "NO", "--objective", "SO9", "--period", "1999", "--programme", "X")
    assert refused.code == 2 and all(code in refused.err for code in ("NO", "SO9", "1999", "X"))
