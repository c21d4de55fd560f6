"""A plan revision retires an indicator and a site, adds an indicator and changes a target."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from etl.database.authorization import COMMAND_LINE
from etl.database.connection import open_engine
from etl.indicators.vocabulary import ReturnState
from etl.plan.read_plan import read_plan
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns.review import approve_return
from etl.use_cases.returns.upload_return import SubmitOutcome, upload_return
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CLOCK, CommandLine
from tests.support.database_fixtures import add_people
from tests.support.page_client import PAGE_CALLBACK_ID, PAGE_OUTPUTS
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan, read_records, write_records

RETIRED, SUCCESSOR, RETIRED_SITE = "L.2", "L.4", "N-2"
EFFECTIVE = date(2025, 7, 1)


def write_first_plan(folder: Path) -> Path:
    """Write the other plan, with a successor for the indicator that will be retired."""
    plan = copy_plan(folder)
    apply_edits(plan, Edit("indicators", RETIRED, "successor", SUCCESSOR))
    return plan


def write_revised_plan(folder: Path) -> Path:
    """Write the revised plan."""
    plan = copy_plan(folder)
    follower = {
        **next(record for record in read_records(plan, "indicators") if record["code"] == "L.1"),
        "code": SUCCESSOR,
    }
    for file in ("indicators", "targets", "disaggregations", "indicator_programmes", "sites", "site_aliases"):
        records = [
            record
            for record in read_records(plan, file)
            if RETIRED not in (record.get("code"), record.get("indicator"))
            and RETIRED_SITE not in (record.get("code") if file == "sites" else None, record.get("site"))
        ]
        write_records(plan, file, records)
    for code in ("S.1", "S.2"):
        apply_edits(plan, Edit("indicators", code, "reporting_sites", "01"))
    apply_edits(plan, Edit("targets", "L.1//2026", "value", "4321"), Edit("targets", "L.1//2026", "reason", "review"))
    append_row(
        plan, "indicators", {**follower, "name_en": "Gullies mended", "definition_en": "Gullies closed for good."}
    )
    append_row(
        plan, "targets", {"indicator": SUCCESSOR, "site": "", "year": "2025", "value": "10", "provenance": "official"}
    )
    return plan


class RevisedPlan:
    """A database after the revision, with returns, a draft and a filled form of the old plan."""

    def __init__(self, engine, now: datetime, folder: Path) -> None:
        self.engine, self.now = engine, now
        self.sending = ReturnWorkflow(engine, now)
        self._load(write_first_plan(folder / "before"))
        for site in ("01", RETIRED_SITE):
            self._send(site, "2025Q1")
        drafted = self.sending.upload(quarter="2025Q3")
        assert drafted.return_id is not None
        self.draft = drafted.return_id
        old = read_plan(folder / "before").plan
        assert old is not None
        self.old_form = make_filled_form(old, "01", "2025Q4")
        self._load(write_revised_plan(folder / "after"), effective=EFFECTIVE, reason="Mid-term review")
        settings = Settings(secret_key="a secret of tests only, long enough", fixed_now=now)
        app = create_app(settings, DataSource(engine))
        self.client: FlaskClient = app.server.test_client()
        signed_in = self.client.post("/sign-in", data={"name": "mana", "password": "long enough to pass"})
        assert signed_in.status_code == 303

    def _load(self, path: Path, **how: object) -> None:
        loaded = load_plan(self.engine, path, actor=COMMAND_LINE, now=self.now, **how)
        assert loaded.version is not None, loaded.issues

    def _send(self, site: str, quarter: str) -> None:
        number = self.sending.upload(site=site, quarter=quarter).return_id
        assert number is not None
        self.submit(number)
        approve_return(self.engine, number, actor="mana", now=self.now, expected_state=ReturnState.SUBMITTED)

    def submit(self, number: int) -> set[str]:
        """Confirm the warnings, submit the return, and return the confirmed codes."""
        done = self.sending.submit(number)
        confirmed = set(done.unconfirmed_codes)
        if done.outcome is SubmitOutcome.UNCONFIRMED:
            done = self.sending.submit(number, confirmed_codes=done.unconfirmed_codes)
        assert done.outcome is SubmitOutcome.SUBMITTED, done.findings
        return confirmed

    def page(self, path: str, search: str = "") -> str:
        """Return the response of the page callback as text."""
        cookie = self.client.get_cookie("csrf")
        assert cookie is not None
        values = (("address", "pathname", path), ("address", "search", search))
        body = {
            "output": PAGE_CALLBACK_ID,
            "outputs": PAGE_OUTPUTS,
            "inputs": [{"id": component_id, "property": name, "value": value} for component_id, name, value in values],
            "changedPropIds": [],
        }
        answer = self.client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie.value})
        assert answer.status_code == 200, (path, search, answer.text[:300])
        return json.dumps(answer.json, ensure_ascii=False)


def shows_exact_number(page: str, number: int) -> bool:
    """Whether an element, sent as a component or as HTML, has the number without rounding."""
    return bool(re.search(rf"data-exact\W+{number}\W", page))


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    return with_people(database_url)


@pytest.fixture
def revised(run: CommandLine, open_database, now: datetime, tmp_path: Path) -> RevisedPlan:
    """Return a database after the revision that the test may change."""
    return RevisedPlan(open_database(run.database_url), now, tmp_path)


@pytest.fixture(scope="module")
def shared_revised(
    database_kind: str, make_shared_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RevisedPlan]:
    """Yield a database after the revision for the tests that only read."""
    now = datetime.fromisoformat(CLOCK)
    engine = open_engine(add_people(make_shared_url(database_kind), now).database_url)
    yield RevisedPlan(engine, now, tmp_path_factory.mktemp("revised"))
    engine.dispose()


def test_a_retired_indicator_keeps_its_page_and_names_its_successor(shared_revised: RevisedPlan):
    page = shared_revised.page(f"/staff/indicator/{RETIRED}")
    assert "Deepest erosion gully" in page and "Retired on 1 Jul 2025 by version 2 of the plan" in page
    assert f"/staff/indicator/{SUCCESSOR}" in page and "Gullies mended" in page
    # 4.5 - 0.5 at both sites in 2025 Q1, the fifth quarter.
    assert shows_exact_number(page, 4)
    number = shared_revised.page(f"/staff/number/{RETIRED}/2025Q1")
    assert "01-2025Q1.xlsx" in number and re.search(rf'[">]{re.escape(RETIRED)}["<]', number)


def test_a_retired_site_keeps_its_page_with_its_last_figures(shared_revised: RevisedPlan):
    page = shared_revised.page(f"/staff/site/{RETIRED_SITE}")
    assert "North terraces" in page and "Retired on 1 Jul 2025 by version 2 of the plan" in page
    assert "Trees planted since the plan began" in page and shows_exact_number(page, 250)
    assert f"{RETIRED_SITE}-2025Q1.xlsx" in shared_revised.page("/staff/number/L.1/2025Q1", f"?site={RETIRED_SITE}")


PAGES = (
    "/staff/overview",
    "/staff/objective/LAND",
    "/staff/indicator/L.1",
    f"/staff/indicator/{SUCCESSOR}",
    f"/staff/indicator/{RETIRED}",
    "/staff/tracking-table",
    "/staff/returns",
    "/staff/number/L.1/2025",
    f"/staff/number/{RETIRED}/plan",
    "/staff/site/01",
)


@pytest.mark.parametrize(
    "search", [f"?site={RETIRED_SITE}", f"?period=2025&site={RETIRED_SITE}&site=01", "?period=2025Q1&unapproved=no"]
)
def test_a_bookmark_with_a_filter_still_opens(shared_revised: RevisedPlan, search: str):
    for path in PAGES:
        page = shared_revised.page(path, search)
        assert "Not in the plan, so ignored" not in page, path


def test_an_unknown_code_is_reported_with_a_list_of_codes(shared_revised: RevisedPlan):
    page = shared_revised.page("/staff/indicator/X.9")
    assert "Code not found: X.9" in page and f"/staff/indicator/{SUCCESSOR}" in page
    assert f"/staff/indicator/{RETIRED}" not in page
    assert "Code not found: nowhere" in shared_revised.page("/staff/site/nowhere")


def test_a_form_of_the_older_version_loads_with_a_warning(revised: RevisedPlan):
    upload = upload_return(revised.engine, "01-2025Q4.xlsx", revised.old_form, actor="offi", now=revised.now)
    assert upload.return_id is not None and not any(finding.is_error for finding in upload.findings)
    assert "form-older-plan" in {finding.code for finding in upload.findings}
    assert "form-older-plan" in revised.submit(upload.return_id)


def test_an_open_draft_is_checked_against_the_current_plan_and_can_be_submitted(revised: RevisedPlan, run: CommandLine):
    assert "form-older-plan" in revised.submit(revised.draft)
    assert revised.sending.get_state(revised.draft) is ReturnState.SUBMITTED
    # Numbers of retired indicators are in no figure; those of the others are.
    figure = run.figure("L.1", "--quarter", "2025Q3", "--site", "01")
    assert Decimal(figure["actual"]["amount"]) == 170


def test_a_changed_target_applies_from_its_date_and_the_old_one_stays_readable(shared_revised: RevisedPlan):
    run = CommandLine(shared_revised.engine.url.render_as_string(hide_password=False))
    assert run.figure("L.1", "--year", "2026")["plan_version"] == 2
    assert run.figure("L.1", "--quarter", "2025Q1")["plan_version"] == 1
    page = shared_revised.page("/staff/indicator/L.1")
    assert "4,321" in page and "review" in page
