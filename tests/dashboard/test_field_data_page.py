"""The page of field data: administrators see the sources and start a job that reads one."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from etl.jobs.worker import Worker
from tests.dashboard.conftest import StaffedApp, open_staffed_app
from tests.support.field_servers import FORM, KOBO_TOKEN, serve_form

SOURCE = """
title = "Tree days"
platform = "kobo"
server = "{server}"
form = "{form}"
site = "site"
date = "day"
[[numbers]]
key = "L.1"
take = "sum"
field = "trees"
"""


@pytest.fixture
def reading_app(tmp_path: Path, staffed_database: Path, now: datetime) -> Iterator[StaffedApp]:
    """Serve an app with a ready source, an invalid one, and one without a secret."""
    folder = tmp_path / "sources"
    folder.mkdir()
    with serve_form("kobo") as server:
        server.rows += [server.make_row(7, {"site": "01", "day": "2025-02-03", "trees": "12"})]
        text = SOURCE.format(server=server.origin, form=FORM)
        (folder / "trees.toml").write_text(text)
        (folder / "wrong.toml").write_text('platform = "fax"')
        (folder / "secretless.toml").write_text(text)
        yield from open_staffed_app(
            staffed_database, tmp_path / "app.db", now, field_sources=str(folder), field_tokens={"trees": KOBO_TOKEN}
        )


def test_an_administrator_reads_a_source_and_sees_its_numbers(reading_app: StaffedApp) -> None:
    client = reading_app.make_client("administrator")
    page = client.get("/admin/field-data").text
    assert page.count("Read now") == 1 and "wrong.toml has an error" in page
    assert "FIELD_TOKENS has no secret for secretless" in page and KOBO_TOKEN not in page
    csrf = client.get_cookie("csrf").value
    refused = client.post("/admin/field-data", data={"csrf": csrf, "source": "secretless"})
    assert refused.status_code == 422
    started = client.post("/admin/field-data", data={"csrf": csrf, "source": "trees"})
    assert started.status_code == 303
    Worker(reading_app.source, reading_app.settings).run(once=True)
    page = client.get("/km/admin/field-data").text
    assert "L.1" in page and "1: 7" in page and "បានរាប់: 1" in page
    typed = client.get("/staff/returns/new/01/2025Q1").text
    assert 'value="12"' in typed and "Tree days: 1 submissions" in typed


def test_the_page_explains_how_to_begin_without_a_source(staffed_app: StaffedApp) -> None:
    page = staffed_app.make_client("administrator").get("/admin/field-data").text
    assert "docs/field-data.md" in page
