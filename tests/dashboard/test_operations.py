"""What operators see: readiness, metrics, request ids in logs and on error pages, and addresses that are refused."""

import io
import json
import logging
import re
import threading
from typing import Any

import pytest

from etl.database.connection import BusyError, DiskFullError, migrate, open_engine
from etl.jobs.queue import get_utc_now
from etl.logs import JsonFormatter
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.operations import readiness as module
from etl.use_cases.operations.readiness import check_readiness

TOKEN = "t" * 40
FROM_OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}
FORWARDED = {"X-Forwarded-For": "203.0.113.9"}


def test_this_machine_reads_whether_the_server_is_ready(staffed_app):
    answer = staffed_app.make_client().get("/ready")
    assert answer.status_code == 200
    assert answer.json["ready"] and answer.json["database"] and answer.json["schema"] == "current"
    assert answer.json["waiting_jobs"] == 0 and answer.json["backup_age_seconds"] is None


def test_this_machine_reads_the_metrics(staffed_app):
    client = staffed_app.make_client()
    client.get("/health")
    text = client.get("/metrics").text
    assert re.search(r'cardec_requests_total\{method="GET",route="/health",status="200"\} [1-9]', text)
    assert "cardec_ready 1.0" in text and "cardec_jobs_waiting 0.0" in text


@pytest.mark.parametrize("path", ["/ready", "/metrics"])
@pytest.mark.parametrize("name", [None, "administrator"])
@pytest.mark.parametrize("origin", [{"environ_overrides": FROM_OUTSIDE}, {"headers": FORWARDED}])
def test_nobody_else_reads_them(staffed_app, path, name, origin):
    assert staffed_app.make_client(name).get(path, **origin).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/ready/x", "/metrics/x", "/livez", "/status", "/.well-known/x"])
def test_an_unknown_operational_address_is_not_found(staffed_app, path):
    assert staffed_app.make_client().get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/km/editions/2026-Q3/a%0ab", "/staff/%00", "/%7f", "/sign-in?next=%00", "/editions/a%1bb", "/km/%0d%0a"]
)
@pytest.mark.parametrize("name", [None, "manager"])
def test_control_characters_in_an_address_are_refused(staffed_app, path, name):
    assert staffed_app.make_client(name).get(path).status_code == 404


def test_a_form_with_a_nul_is_refused(staffed_app):
    answer = staffed_app.make_client().post("/sign-in", data={"name": "a\x00b", "password": "x"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (RuntimeError("secret detail"), 500, "Something went wrong"),
        (DiskFullError(), 503, "disk of the server is full"),
        (BusyError(), 503, "The service is busy"),
    ],
)
def test_an_error_page_names_the_reference_of_its_log_line(staffed_app, monkeypatch, caplog, error, status, text):
    def fail(*_args: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(DataSource, "find_snapshot", fail)
    monkeypatch.setattr(DataSource, "read_data_version", fail)
    with caplog.at_level(logging.WARNING):
        answer = staffed_app.make_client("administrator").get("/admin/plan")
    assert answer.status_code == status and text in answer.text and "secret detail" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_log_lines_are_json_with_the_fields_of_their_request():
    record = logging.LogRecord("cardec", logging.INFO, "", 0, "request %s", ("done",), None)
    record.fields = {"status": 200}
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["status"], line["level"]) == ("request done", 200, "info")


def test_a_full_disk_or_an_old_schema_is_not_ready(sqlite_url, tmp_path, monkeypatch):
    settings = Settings(database_url=sqlite_url, backup_folder=str(tmp_path))
    engine = open_engine(sqlite_url)
    assert check_readiness(engine, settings, real_now=get_utc_now()).is_ready
    monkeypatch.setattr(module, "MIN_FREE_BYTES", 1 << 60)
    assert check_readiness(engine, settings, real_now=get_utc_now()).problems == ("disk full",)
    monkeypatch.undo()
    engine.dispose()
    old_url = f"sqlite:///{tmp_path / 'old.db'}"
    old = open_engine(old_url)
    migrate(old, "0012")
    state = check_readiness(old, Settings(database_url=old_url, backup_folder=str(tmp_path)), real_now=get_utc_now())
    assert (state.schema, state.problems) == ("old", ("schema not current",))
    old.dispose()


def test_a_database_that_does_not_answer_is_not_ready(tmp_path):
    url = "postgresql://someone:secret@127.0.0.1:1/cardec"
    engine = open_engine(url)
    settings = Settings(database_url=url, backup_folder=str(tmp_path))
    state = check_readiness(engine, settings, real_now=get_utc_now())
    assert not state.database and not state.is_ready and "secret" not in str(state)


class SlowBody(io.BytesIO):
    """A body whose sender stops in the middle until the test lets it go on."""

    def __init__(self, is_reading: threading.Semaphore, go_on: threading.Event) -> None:
        super().__init__(b"name=administrator&password=x")
        self.is_reading, self.go_on = is_reading, go_on

    def read(self, size: int | None = -1) -> bytes:
        self._wait()
        return super().read(size)

    def readinto(self, buffer: Any) -> int:
        self._wait()
        return super().readinto(buffer)

    def _wait(self) -> None:
        self.is_reading.release()
        self.go_on.wait(30)


def test_slow_senders_leave_threads_for_everybody_else(staffed_app):
    """Without a proxy that reads bodies first, strangers who send theirs slowly would hold every thread."""
    is_reading, go_on = threading.Semaphore(0), threading.Event()
    signed_in = staffed_app.make_client("administrator")

    def send_slowly() -> None:
        body = SlowBody(is_reading, go_on)
        staffed_app.make_client().post("/sign-in", input_stream=body, content_type="application/x-www-form-urlencoded")

    senders = [threading.Thread(target=send_slowly) for _ in range(3)]
    for sender in senders:
        sender.start()
    try:
        assert all(is_reading.acquire(timeout=30) for _ in senders)
        form = {"name": "administrator", "password": "x"}
        refused = staffed_app.make_client().post("/sign-in", data=form)
        assert refused.status_code == 503 and "The service is busy" in refused.text
        assert staffed_app.make_client().get("/sign-in").status_code == 200
        assert signed_in.post("/sign-out", data={}).status_code == 403
    finally:
        go_on.set()
        for sender in senders:
            sender.join()
    assert staffed_app.make_client().post("/sign-in", data=form).status_code == 403
