"""A job's page: how far it is, for its owner and the administrator, and nothing of it for anybody else."""

import json

import pytest

from etl.database.connection import reading
from etl.database.read.jobs import read_job_files
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.locale import get_locale
from tests.dashboard.app_constants import ROUTER

POLL = "..job-standing.children...job-poll.disabled.."


@pytest.fixture
def number(office, now):
    return start_job(office.source.engine, "audit-csv", owner="administrator", now=now)


def work(office):
    Worker(office.source, office.settings).run(once=True)


def page(office, client, number, prefix=""):
    answer = office.call(client, ROUTER, f"{prefix}/staff/jobs/{number}", "")
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json, ensure_ascii=False)


def poll(office, client, path):
    return office.call(client, POLL, 1, path).json["response"]


def file_address(office, number):
    with reading(office.source.engine) as connection:
        (file,) = read_job_files(connection, number)
    return f"/staff/jobs/{number}/files/{file.id}"


def test_a_waiting_job_without_a_worker_says_how_to_start_one(office, number):
    client = office.visitor("administrator")
    text = page(office, client, number)
    assert "No worker has been seen for a minute" in text and "python -m etl work" in text
    assert "python -m etl audit" in text
    assert "មិនបានឃើញ" in page(office, client, number, "/km")


def test_the_page_is_told_when_the_job_is_done_and_then_asks_no_more(office, number):
    client = office.visitor("administrator")
    before = poll(office, client, f"/staff/jobs/{number}")
    assert before["job-poll"]["disabled"] is False
    work(office)
    after = poll(office, client, f"/km/staff/jobs/{number}")
    assert after["job-poll"]["disabled"] is True
    told = json.dumps(after, ensure_ascii=False)
    assert f"/km{file_address(office, number)}" in told and "រួចរាល់" in told


def test_its_file_comes_as_a_download_that_nobody_keeps(office, number):
    work(office)
    answer = office.visitor("administrator").get(file_address(office, number))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-2026-11-23.csv"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.decode("utf-8-sig").startswith("number,at,who")


def test_the_audit_trail_calls_long_work_by_its_title_in_the_readers_language(office, number):
    work(office)
    client = office.visitor("administrator")
    for prefix, title in (("", "Audit log as CSV"), ("/km", get_locale("km").gettext("Audit log as CSV"))):
        trail = client.get(f"{prefix}/admin/audit?act=long+work+done").text
        assert f">{title}</td>" in trail
        assert "audit-csv" not in trail


@pytest.mark.parametrize("name", ["officer", "manager"])
def test_another_person_s_job_is_as_if_it_did_not_exist(office, number, name):
    work(office)
    client = office.visitor(name)

    def told(wanted):
        return page(office, client, wanted).replace(f"jobs/{wanted}", "HERE").replace(f"work {wanted}", "HERE")

    assert told(number) == told(99)
    assert poll(office, client, f"/staff/jobs/{number}") == poll(office, client, "/staff/jobs/99")
    theirs, none = client.get(file_address(office, number)), client.get("/staff/jobs/99/files/1")
    assert (theirs.status_code, theirs.data) == (404, none.data)


@pytest.mark.parametrize("number_in_address", ["0", "-1", "abc", "1e3", "99999999999999999999", "១"])
def test_an_address_without_a_job_s_number_is_no_page(office, number_in_address):
    client = office.visitor("administrator")
    assert "Page not found" in page(office, client, number_in_address)
    assert client.get(f"/staff/jobs/{number_in_address}/files/{number_in_address}").status_code == 404
