"""An app with returns, evidence, a job and accounts that other users must not reach."""

from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.connection import reading
from etl.database.read.evidence import read_evidence
from etl.database.read.jobs import read_job_files
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.plan.write_plan import write_plan_workbook
from etl.queries.data_source import DataSource
from etl.returns.layouts.layout import read_layout
from etl.settings import Settings
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import store_plan_workbook
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.evidence import attach_evidence
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.review import comment_on_return
from etl.use_cases.returns.save_layouts import save_layout
from etl.use_cases.returns.upload_return import upload_return
from tests.dashboard.app_constants import PASSWORD
from tests.journeys.other_returns import make_filled_form, read_other_plan

SITE, OTHER_SITE = "01", "N-2"
PHOTO = b"\xff\xd8\xff\xe0 a photo"
SECRETS = ("secret-draft", "secret-photo", "secret-comment", "Secret Person")
"""Private words in the file name, evidence and comments of a return, and in a display name."""


@dataclass(frozen=True)
class PopulatedApp:
    """The app, and the values that fill its address templates."""

    staffed_app: object
    names: dict[str, object]

    def address(self, template: str) -> str:
        return template.format_map(self.names)

    def make_client(self, name: str):
        return self.staffed_app.make_client(None if name == "nobody" else name)

    def post(self, client, address: str, *, token: str | None = None, **fields):
        cookie = client.get_cookie("csrf")
        csrf = token if token is not None else (cookie.value if cookie else "")
        return client.post(address, data={"csrf": csrf, **fields}, content_type="multipart/form-data")


def create_private_data(source: DataSource, settings: Settings, now: datetime) -> dict[str, object]:
    """Create returns, evidence and comments of site 01, a job of the administrator and a spare account.

    Return the values that fill the variable parts of addresses.
    """
    engine, plan = source.engine, read_other_plan()
    for name, site in (("one", SITE), ("elsewhere", OTHER_SITE)):
        add_user(engine, name, Role.OFFICER, PASSWORD, [site], now=now, actor="test")
    add_user(engine, "spare", Role.MANAGER, PASSWORD, now=now, actor="test", display_name=SECRETS[3])
    submitted = import_return_file(engine, "sent.xlsx", make_filled_form(plan, SITE, "2025Q2"), actor="one", now=now)
    approved = import_return_file(
        engine, "old.xlsx", make_filled_form(plan, SITE, "2025Q1"), actor="manager", now=now, approve=True
    )
    assert approved.return_id is not None
    edition = publish_edition(source, Quarter(2025, 1), actor="administrator", now=now).edition
    draft = upload_return(engine, f"{SECRETS[0]}.xlsx", make_filled_form(plan, SITE, "2025Q3"), actor="one", now=now)
    assert submitted.return_id is not None and draft.return_id is not None
    attach_evidence(engine, submitted.return_id, key="", name=f"{SECRETS[1]}.jpg", data=PHOTO, actor="one", now=now)
    comment_on_return(engine, submitted.return_id, actor="one", now=now, comment=SECRETS[2])
    job = start_job(engine, "audit-csv", owner="administrator", now=now)
    Worker(source, settings).run(once=True)
    with reading(engine) as connection:
        (evidence,) = read_evidence(connection, submitted.return_id)
        (file,) = read_job_files(connection, job)
    plan_file = store_plan_workbook(engine, "plan.xlsx", write_plan_workbook(plan), actor="administrator", now=now)
    latest = source.get_snapshot().plans.latest
    layout = replace(read_layout("wide"), name="partner")
    save_layout(engine, layout, actor="manager", now=now)
    return {
        "layout": layout.name,
        "draft": draft.return_id,
        "submitted": submitted.return_id,
        "evidence": evidence.id,
        "job": job,
        "file": file.id,
        "link": make_link(engine, "spare", actor="test", now=now),
        "edition": edition.id,
        "plan_file": plan_file,
        "objective": latest.objectives[0].code,
        "indicator": latest.indicators[0].code,
        "programme": latest.programmes[0].code if latest.programmes else "none",
    }
