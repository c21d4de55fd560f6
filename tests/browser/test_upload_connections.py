"""Uploads over slow and broken connections, and without scripts."""

import io
import os
import random
import re
import signal
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession

from etl.indicators.plans import Plan
from tests.browser.chromium import BrowserVisitor, create_session, free_port, open_visitor, start_forked_server
from tests.browser.forked_server import ForkedServer
from tests.browser.network_proxy import start_proxy
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    PASSWORD,
    PREFIXES,
    ReturnsScenario,
    choose_file,
    confirm_and_submit,
    upload_return,
)
from tests.support.command_line import CLOCK
from tests.support.faulty_return import make_faulty_return

pytestmark = pytest.mark.browser

SLOW = 200 * 1000 // 8
"""200 kbit/s in bytes per second."""
LOST = {"en": "The connection was lost. Nothing was saved.", "km": "គ្មានអ្វីត្រូវបានរក្សាទុកទេ"}


def padded(data: bytes, size: int = 300_000) -> bytes:
    """Return the workbook with additional bytes, so that the upload takes a while."""
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.bin", random.Random(1).randbytes(size))
    return file.getvalue()


def slow_down(visitor: BrowserVisitor) -> CDPSession:
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("Network.enable")
    set_speed(line, SLOW, 300)
    return line


def set_speed(line: CDPSession, speed: int, latency: int) -> None:
    """Limit the speed in bytes per second and set the latency in milliseconds; -1 and 0 remove the limits."""
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": speed, "uploadThroughput": speed},
    )


def begin(visitor: BrowserVisitor, data: bytes, prefix: str = "") -> CDPSession:
    """Start the upload of a file over a slow connection and wait until a part of it is sent."""
    visitor.page.goto(f"{visitor.origin}{prefix}/staff/upload")
    choose_file(visitor, data)
    line = slow_down(visitor)
    visitor.page.click("form[data-upload] button[type=submit]")
    visitor.page.wait_for_function("() => (document.querySelector('.upload-row progress') || {}).value > 5")
    return line


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_a_lost_connection_is_reported_and_the_file_can_be_sent_again(
    scenario: ReturnsScenario, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "return.xlsx"
    file.write_bytes(padded(make_faulty_return(scenario.plan).corrected_data, 6_000_000))
    session = scenario.create_session(OFFICER)
    with (
        start_proxy(scenario.origin) as line,
        open_visitor(scenario.browser, line.origin, width=360, session=session) as officer,
    ):
        page = officer.page
        page.goto(f"{line.origin}{PREFIXES[language]}/staff/upload")
        page.set_input_files("#return-file", file)
        line.seconds_per_chunk = 0.2
        page.click("form[data-upload] button[type=submit]")
        page.wait_for_function("() => (document.querySelector('.upload-row progress') || {}).value > 0")
        line.disconnect()
        page.wait_for_selector("button.again")
        assert LOST[language] in page.inner_text(".upload-row")
        assert page.evaluate("document.querySelector('#return-file').files.length") == 1
        assert scenario.return_states() == []
        line.seconds_per_chunk = 0
        line.reconnect()
        page.click("button.again")
        page.wait_for_url(re.compile(r"/staff/returns/1$"), timeout=60_000)
        assert scenario.return_states() == ["draft"]


def test_a_server_killed_during_an_upload_saves_nothing(
    browser: Browser, shipped_plan: Plan, staffed_database: Path, tmp_path: Path
) -> None:
    url, port, data = (
        f"sqlite:///{staffed_database}",
        free_port(),
        padded(make_faulty_return(shipped_plan).corrected_data),
    )
    with (
        start_forked_server(url, tmp_path / "one.log", port=port, CLOCK=CLOCK) as (origin, server),
        open_visitor(browser, origin, session=create_session(browser, origin, OFFICER, PASSWORD)) as officer,
    ):
        line = begin(officer, data)
        kill_with_workers(server)
        officer.page.wait_for_selector("button.again")
        assert LOST["en"] in officer.page.inner_text(".upload-row")
        set_speed(line, -1, 0)
        with start_forked_server(url, tmp_path / "two.log", port=port, CLOCK=CLOCK):
            officer.page.click("button.again")
            officer.page.wait_for_url(re.compile(r"/staff/returns/1$"), timeout=60_000)


def kill_with_workers(server: ForkedServer) -> None:
    """Kill a gunicorn and its workers, which would otherwise end later by themselves."""
    workers = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    assert workers
    server.kill()
    for worker in workers:
        os.kill(int(worker), signal.SIGKILL)
    server.wait(60)


def test_an_upload_succeeds_after_a_lost_response_or_an_expired_session(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER) as officer:
        page = officer.page
        page.goto(f"{officer.origin}/staff/upload")
        choose_file(officer, make_faulty_return(scenario.plan).corrected_data)

        def swallow(route) -> None:
            route.fetch()
            route.abort("connectionreset")

        page.route("**/staff/upload", swallow, times=1)
        page.click("form[data-upload] button[type=submit]")
        page.wait_for_selector("button.again")
        assert scenario.return_states() == ["draft"]
        page.click("button.again")
        page.wait_for_url(re.compile(r"/staff/returns/1\?notice=unchanged$"))
        assert scenario.return_states() == ["draft"]

        page.goto(f"{officer.origin}/staff/upload")
        choose_file(officer, make_faulty_return(scenario.plan).data)
        page.context.clear_cookies()
        page.click("form[data-upload] button[type=submit]")
        page.wait_for_selector("button.again")
        assert "no longer signed in. Nothing was saved" in page.inner_text(".upload-row")
        assert scenario.return_states() == ["draft"]
        other = page.context.new_page()
        other.goto(f"{officer.origin}/sign-in")
        other.fill("#name", OFFICER)
        other.fill("#password", PASSWORD)
        other.click("button[type=submit]")
        other.wait_for_url("**/staff/returns")
        page.click("button.again")
        page.wait_for_url(re.compile(r"/staff/returns/2$"))
        assert scenario.return_states() == ["draft", "draft"]


@pytest.mark.soak
def test_an_upload_works_over_200_kilobits_on_a_phone_in_khmer(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER, width=360) as officer:
        slow_down(officer)
        officer.page.goto(f"{officer.origin}/km/staff/upload", timeout=60_000)
        choose_file(officer, make_faulty_return(scenario.plan).corrected_data)
        officer.page.click("form[data-upload] button[type=submit]")
        officer.page.wait_for_url(re.compile(r"/km/staff/returns/1$"), timeout=60_000)
        confirm_and_submit(officer)
        assert scenario.return_states() == ["submitted"]


def test_dropped_files_are_uploaded_one_by_one_and_a_too_large_file_is_not_sent(
    scenario: ReturnsScenario, tmp_path: Path
) -> None:
    too_large = tmp_path / "large.xlsx"
    too_large.write_bytes(bytes(10 * 1024 * 1024 + 1))
    with scenario.visit(OFFICER, width=360) as officer:
        page = officer.page
        page.goto(f"{officer.origin}/staff/upload")
        page.set_input_files("#return-file", too_large)
        before = len(officer.requests)
        page.click("form[data-upload] button[type=submit]")
        page.wait_for_selector(".upload-message.bad")
        assert "larger than 10 MB" in page.inner_text(".upload-row")
        assert len(officer.requests) == before

        page.goto(f"{officer.origin}/staff/upload")
        data_transfer = page.evaluate_handle(
            """([bytes, words]) => { const all = new DataTransfer();
                all.items.add(new File([new Uint8Array(bytes)], 'good.xlsx'));
                all.items.add(new File([words], 'bad.xlsx')); return all; }""",
            [list(make_faulty_return(scenario.plan).corrected_data), "no workbook"],
        )
        page.dispatch_event("#return-file", "drop", {"dataTransfer": data_transfer})
        assert "2" in page.inner_text(".chosen")
        page.click("form[data-upload] button[type=submit]")
        page.wait_for_function(
            "() => document.querySelectorAll('.upload-row .upload-message:is(.good, .bad)').length == 2"
        )
        assert page.locator(".upload-row").nth(0).locator("a").get_attribute("href") == "/staff/returns/1"
        assert page.locator(".upload-row").nth(1).locator("li[data-code]").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_upload_review_and_comments_work_without_scripts(scenario: ReturnsScenario) -> None:
    sessions = {name: scenario.create_session(name) for name in (OFFICER, MANAGER)}
    pages = {}
    for name, session in sessions.items():
        context = scenario.browser.new_context(java_script_enabled=False, storage_state=session)
        pages[name] = context.new_page()
    officer, manager = pages[OFFICER], pages[MANAGER]
    officer.goto(f"{scenario.origin}/staff/upload")
    good = make_faulty_return(scenario.plan).corrected_data
    officer.set_input_files("#return-file", files=[{"name": "a.xlsx", "mimeType": "", "buffer": good}])
    officer.click("form[enctype] button[type=submit]")
    assert officer.url.endswith("/staff/returns/1")
    for box in officer.query_selector_all("input[name=confirmed]"):
        box.check()
    officer.click("form[action$='/submit'] button")
    manager.goto(f"{scenario.origin}/staff/returns/1")
    manager.click("form[action$='/approve'] button[type=submit]:not([formaction])")
    assert scenario.return_states() == ["approved"]
    officer.goto(f"{scenario.origin}/staff/returns/1")
    officer.fill("#comment", "អរគុណ")
    officer.click("form[action$='/comment'] button")
    assert "អរគុណ" in officer.inner_text("#thread")
    for page in pages.values():
        page.context.close()


def test_a_photo_is_attached_and_comes_back_as_a_download(scenario: ReturnsScenario) -> None:
    photo = b"\xff\xd8\xff\xe0" + bytes(2000)
    with scenario.visit(OFFICER, width=360) as officer:
        number = upload_return(officer, make_faulty_return(scenario.plan).corrected_data)
        assert officer.page.get_attribute("#evidence-photo", "capture") == "environment"
        choose_file(officer, photo, "photo of the form.jpg", "#evidence-photo")
        officer.page.select_option("#evidence-key", "SO3-01")
        officer.page.click("form.attach button[type=submit]")
        officer.page.wait_for_selector("ul.evidence li")
        with officer.page.expect_download() as download:
            officer.page.click("ul.evidence a")
        assert Path(download.value.path()).read_bytes() == photo
        choose_file(officer, b"MZ a program", "photo.jpg", "#evidence-file")
        officer.page.click("form.attach button[type=submit]")
        officer.page.wait_for_selector(".upload-message.bad")
        assert "must be a photo" in officer.page.inner_text(".upload-row")
        officer.page.click("form[action$='/remove-evidence'] button")
        officer.page.wait_for_selector(".done")
        assert officer.page.locator("ul.evidence li").count() == 0 and number == 1


@pytest.mark.soak
def test_the_upload_page_is_within_its_size_budgets(scenario: ReturnsScenario) -> None:
    session = scenario.create_session(OFFICER)
    with scenario.visit(OFFICER, session=session, width=360) as officer:
        sizes: list[int] = []
        line = officer.page.context.new_cdp_session(officer.page)
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        officer.page.goto(f"{officer.origin}/km/staff/upload", wait_until="networkidle")
        first = sum(sizes)
        sizes.clear()
        officer.page.goto(f"{officer.origin}/km/staff/upload?site=BKN", wait_until="networkidle")
        assert first < 150_000 and sum(sizes) < 30_000, (first, sum(sizes))
