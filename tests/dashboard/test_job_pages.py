"""Tests of the page of a job and of who may see it."""

import json

import pytest

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.jobs import read_job_files
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.locale import get_locale
from tests.dashboard.app_constants import ROUTER

POLL = "..job-standing.children...job-poll.disabled.."


@pytest.fixture
def number(staffed_app, now):
    return start_job(staffed_app.source.engine, "audit-csv", owner="administrator", now=now)


def work(staffed_app):
    Worker(staffed_app.source, staffed_app.settings).run(once=True)


def get_page(staffed_app, client, number, prefix=""):
    answer = staffed_app.call_callback(client, ROUTER, f"{prefix}/staff/jobs/{number}", "")
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json, ensure_ascii=False)


def poll(staffed_app, client, path):
    return staffed_app.call_callback(client, POLL, 1, path).json["response"]


def file_address(staffed_app, number):
    with reading(staffed_app.source.engine) as connection:
        (file,) = read_job_files(connection, number)
    return f"/staff/jobs/{number}/files/{file.id}"


def test_a_queued_job_without_a_worker_shows_how_to_start_one(staffed_app, number):
    client = staffed_app.make_client("administrator")
    text = get_page(staffed_app, client, number)
    assert "No worker has been seen for a minute" in text and "python -m etl work" in text
    assert "systemctl restart cardec-worker" in text
    assert "python -m etl audit" in text
    assert "មិនបានឃើញ" in get_page(staffed_app, client, number, "/km")


def test_polling_stops_when_the_job_is_done(staffed_app, number):
    client = staffed_app.make_client("administrator")
    before = poll(staffed_app, client, f"/staff/jobs/{number}")
    assert before["job-poll"]["disabled"] is False
    work(staffed_app)
    after = poll(staffed_app, client, f"/km/staff/jobs/{number}")
    assert after["job-poll"]["disabled"] is True
    content = json.dumps(after, ensure_ascii=False)
    assert f"/km{file_address(staffed_app, number)}" in content and "រួចរាល់" in content


def test_the_file_of_a_job_is_a_download_that_is_not_cached(staffed_app, number):
    work(staffed_app)
    answer = staffed_app.make_client("administrator").get(file_address(staffed_app, number))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-2026-11-23.csv"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.decode("utf-8-sig").startswith("number,at,who")
    with reading(staffed_app.source.engine) as connection:
        newest = read_audit_events(connection)[0]
    assert (newest.action, newest.subject) == ("export", f"job {number}, audit-2026-11-23.csv")


def test_the_audit_log_shows_the_title_of_a_job_in_the_page_language(staffed_app, number):
    work(staffed_app)
    client = staffed_app.make_client("administrator")
    for prefix, title in (("", "Audit log as CSV"), ("/km", get_locale("km").gettext("Audit log as CSV"))):
        trail = client.get(f"{prefix}/admin/audit?act=long+work+done").text
        assert f">{title}</td>" in trail
        assert "audit-csv" not in trail


@pytest.mark.parametrize("name", ["officer", "manager"])
def test_the_job_of_another_user_looks_like_an_unknown_job(staffed_app, number, name):
    work(staffed_app)
    client = staffed_app.make_client(name)

    def read_page(job_id):
        return get_page(staffed_app, client, job_id).replace(f"jobs/{job_id}", "HERE").replace(f"Job {job_id}", "HERE")

    assert read_page(number) == read_page(99)
    assert poll(staffed_app, client, f"/staff/jobs/{number}") == poll(staffed_app, client, "/staff/jobs/99")
    other, none = client.get(file_address(staffed_app, number)), client.get("/staff/jobs/99/files/1")
    assert (other.status_code, other.data) == (404, none.data)


@pytest.mark.parametrize("number_in_address", ["0", "-1", "abc", "1e3", "99999999999999999999", "១"])
def test_an_invalid_job_number_is_not_found(staffed_app, number_in_address):
    client = staffed_app.make_client("administrator")
    assert "Page not found" in get_page(staffed_app, client, number_in_address)
    assert client.get(f"/staff/jobs/{number_in_address}/files/{number_in_address}").status_code == 404
