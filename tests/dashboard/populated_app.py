"""An office with somebody of each kind, and with things of one site and one person that others must not reach."""

from dataclasses import dataclass
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
from etl.settings import Settings
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import store_plan_workbook
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.evidence import attach_evidence
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.review import comment_on_return
from etl.use_cases.returns.upload_return import upload_return
from tests.dashboard.app_constants import PASSWORD
from tests.journeys.other_returns import make_filled_form, read_other_plan

SITE, OTHER_SITE = "01", "N-2"
PHOTO = b"\xff\xd8\xff\xe0 a photo"
SECRETS = ("secret-draft", "secret-photo", "secret-comment", "Secret Person")
"""Words that stand in the return's file name, evidence and thread, and in the name of an account."""


@dataclass(frozen=True)
class World:
    """The office, and the names of what is in it as the addresses to try have them."""

    office: object
    names: dict[str, object]

    def address(self, template: str) -> str:
        return template.format_map(self.names)

    def visitor(self, name: str):
        return self.office.visitor(None if name == "nobody" else name)

    def post(self, client, address: str, *, token: str | None = None, **fields):
        cookie = client.get_cookie("csrf")
        sent = token if token is not None else (cookie.value if cookie else "")
        return client.post(address, data={"csrf": sent, **fields}, content_type="multipart/form-data")


def make_own_things(source: DataSource, settings: Settings, now: datetime) -> dict[str, object]:
    """Site 01's draft, submitted return and evidence, sent by `one`; the administrator's job; an account to spare.

    What they are called in addresses.
    """
    engine, plan = source.engine, read_other_plan()
    for name, site in (("one", SITE), ("elsewhere", OTHER_SITE)):
        add_user(engine, name, Role.OFFICER, PASSWORD, [site], now=now, actor="test")
    add_user(engine, "spare", Role.MANAGER, PASSWORD, now=now, actor="test", display_name=SECRETS[3])
    sent = import_return_file(engine, "sent.xlsx", make_filled_form(plan, SITE, "2025Q2"), actor="one", now=now)
    standing = import_return_file(
        engine, "old.xlsx", make_filled_form(plan, SITE, "2025Q1"), actor="manager", now=now, approve=True
    )
    assert standing.return_id is not None
    edition = publish_edition(source, Quarter(2025, 1), actor="manager", now=now).edition
    draft = upload_return(engine, f"{SECRETS[0]}.xlsx", make_filled_form(plan, SITE, "2025Q3"), actor="one", now=now)
    assert sent.return_id is not None and draft.return_id is not None
    attach_evidence(engine, sent.return_id, key="", name=f"{SECRETS[1]}.jpg", data=PHOTO, actor="one", now=now)
    comment_on_return(engine, sent.return_id, actor="one", now=now, comment=SECRETS[2])
    job = start_job(engine, "audit-csv", owner="administrator", now=now)
    Worker(source, settings).run(once=True)
    with reading(engine) as connection:
        (evidence,) = read_evidence(connection, sent.return_id)
        (file,) = read_job_files(connection, job)
    plan_file = store_plan_workbook(engine, "plan.xlsx", write_plan_workbook(plan), actor="administrator", now=now)
    latest = source.get_snapshot().plans.latest
    return {
        "draft": draft.return_id,
        "submitted": sent.return_id,
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
