"""The administrator sees how old the last backup is and makes one on the server."""

from dataclasses import replace
from datetime import timedelta

import pytest

from etl.database.connection import writing
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.jobs.worker import Worker

PATH = "/admin/backups"


def test_a_backup_is_made_at_the_press_of_a_button(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    assert "No backup has been made yet" in client.get(PATH).text
    job = client.post(PATH, data={"csrf": client.get_cookie("csrf").value}).headers["Location"]
    assert job.startswith("/staff/jobs/")
    Worker(staffed_app.source, replace(staffed_app.settings, backup_folder=str(tmp_path / "backups"))).run(once=True)
    (path,) = (tmp_path / "backups").iterdir()
    page = client.get(PATH).text
    assert path.name in page and "less than a day old" in page
    assert "ច្បាប់ចម្លងបម្រុង" in client.get(f"/km{PATH}").text


@pytest.mark.parametrize(
    ("days", "words"), [(1, "The last backup is 1 day old"), (9, 'class="fault">The last backup is 9 days old')]
)
def test_an_old_backup_is_a_warning(staffed_app, now, days, words):
    with writing(staffed_app.source.engine) as connection:
        moment = staffed_app.settings.now() - timedelta(days=days)
        event = AuditEvent(at=moment, actor="worker", action="backup", subject="database", new="cardec.zip")
        write_audit_event(connection, event)
    assert words in staffed_app.make_client("administrator").get(PATH).text
