"""Tests of previewing and publishing editions."""

import html
import re
from datetime import datetime

import pytest

from dashboard.app import create_app
from etl.database.connection import migrate, open_engine
from etl.exports.edition.iati_omissions import describe_iati_omissions
from etl.indicators.vocabulary import Role
from etl.jobs.handlers import HANDLERS, JobRun
from etl.locale import get_locale
from etl.queries.editions import find_newest_edition_contents, list_editions
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.support.builders import make_return
from tests.support.edition_database import (
    NOW,
    make_edition_returns,
    publish_quarter,
    replace_return,
    store_edition_data,
)

PASSWORD = "a password of tests"


@pytest.fixture
def admin_client(tmp_path):
    url = f"sqlite:///{tmp_path / 'admin_client.db'}"
    engine = open_engine(url)
    migrate(engine)
    source = store_edition_data(engine, extra_returns=[make_return("two", "2022Q3", {"B-02": 9}, approved=False)])
    add_user(engine, "admin", Role.ADMINISTRATOR, PASSWORD, now=NOW, actor="test")
    settings = Settings(database_url=url, secret_key="a secret of tests only, long enough", fixed_now=NOW)
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "admin", "password": PASSWORD}).status_code == 303
    yield client, source, settings
    engine.dispose()


def send(client, **fields: str):
    return client.post("/admin/editions", data={"csrf": client.get_cookie("csrf").value, **fields})


def make_job_run(source, settings, name: str, reason: str = "") -> JobRun:
    return JobRun(
        source=source,
        settings=settings,
        owner="admin",
        parameters={"edition": name, "reason": reason},
        input_files=(),
        report_progress=lambda done, of: None,
    )


def test_the_preview_shows_contents_excluded_returns_and_restatements(admin_client):
    client, _, _ = admin_client
    page = client.get("/admin/editions?quarter=2023Q2").text
    text = re.sub(r"<[^>]+>", " ", page)
    for words in (
        "Edition 2023-Q2",
        "Site returns approved: 11 of 12.",
        "Small counts that are withheld: ",
        "two",
        "2022 Q3",
        "first edition",
    ):
        assert words in text, words
    assert "Publish edition 2023-Q2" in text and not list_editions(admin_client[1])
    assert client.get("/km/admin/editions?quarter=2023Q2").status_code == 200


def test_a_quarter_that_cannot_be_published_shows_the_reason(admin_client):
    client, _, _ = admin_client
    assert "outside the plan" in client.get("/admin/editions?quarter=2020Q1").text
    assert "has not ended" in client.get("/admin/editions?quarter=2023Q4").text


def test_the_publishing_job_can_safely_run_twice(admin_client):
    client, source, settings = admin_client
    answer = send(client, edition="2023-Q2")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/staff/jobs/")
    for _ in range(2):
        outcome = HANDLERS["edition"](make_job_run(source, settings, "2023-Q2"))
        assert outcome.messages[0].parameters == {"edition": "2023-Q2"}
    assert [line.id for line in list_editions(source)] == ["2023-Q2"]


def test_a_replacement_needs_a_reason(admin_client):
    client, source, settings = admin_client
    publish_quarter(source)
    answer = send(client, edition="2023-Q2-r2")
    assert answer.status_code == 422 and "Enter the reason" in answer.text
    assert send(client, edition="2023-Q2-r2", reason="A typing mistake.").status_code == 303
    HANDLERS["edition"](make_job_run(source, settings, "2023-Q2-r2", "A typing mistake."))
    assert [line.id for line in list_editions(source)] == ["2023-Q2", "2023-Q2-r2"]
    page = client.get("/admin/editions").text
    assert "replaced by 2023-Q2-r2" in page
    # What its IATI file leaves out, in both languages and with the numbers of the command line.
    assert 'href="/editions/2023-Q2-r2/downloads/iati.xml"' in page and "IATI_ORGANISATION" in page
    contents = find_newest_edition_contents(source)
    for address, language in (("/admin/editions", "en"), ("/km/admin/editions", "km")):
        section = client.get(address).text.partition('id="iati"')[2]
        lines = describe_iati_omissions(contents, get_locale(language))
        assert lines and all(text in section and f">{count}<" in section for text, count in lines)


def test_the_preview_names_what_is_restated_in_words(admin_client):
    client, source, _ = admin_client
    publish_quarter(source)
    plan = source.get_snapshot().plans.latest
    (changed,) = [item for item in make_edition_returns() if (item.site, str(item.quarter)) == ("one", "2022Q4")]
    cells = {str(observation.key): observation.value for observation in changed.observations} | {"B-02": 77}
    replace_return(source.engine, make_return("one", "2022Q4", cells, first_submitted=changed.first_submitted))
    for prefix, language in (("", "en"), ("/km", "km")):
        text = html.unescape(re.sub(r"<[^>]+>", " ", client.get(f"{prefix}/admin/editions?quarter=2023Q2").text))
        assert f"B-02 · {plan.indicator_by_code['B-02'].name.get_text(language)}" in text
        assert plan.site_by_code["one"].name.get_text(language) in text


def test_the_fixed_time_of_the_tests_is_after_the_quarter():
    assert datetime(2023, 7, 1, tzinfo=NOW.tzinfo) < NOW
