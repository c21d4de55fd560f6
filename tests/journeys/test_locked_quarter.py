"""A locked quarter accepts no returns from anyone; locks are logged with their reason."""

from datetime import datetime
from pathlib import Path

import pytest

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.data_version import read_data_version
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import read_returns
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState, Role
from etl.queries.data_source import DataSource
from etl.queries.periods import list_plan_quarters
from etl.queries.scope import QueryScope
from etl.returns.intake import read_file
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from etl.use_cases.returns.locks import LockError, set_quarter_locks
from etl.use_cases.returns.review import DecisionError, approve_return, send_back_return
from etl.use_cases.returns.upload_return import SubmitOutcome
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.command_line import CommandLine

FIRST = Quarter(2025, 1)


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


@pytest.fixture
def workflow(run: CommandLine, open_database, now) -> ReturnWorkflow:
    workflow = ReturnWorkflow(open_database(run.database_url), now)
    add_user(workflow.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return workflow


def lock(
    workflow: ReturnWorkflow, *quarters: Quarter, locked: bool = True, actor: str = "admin", reason: str = "Audited"
):
    locked_quarters = quarters or (FIRST,)
    return set_quarter_locks(
        workflow.engine, locked_quarters, locked=locked, actor=actor, now=workflow.now, reason=reason
    )


def list_codes(findings) -> set[str]:
    return {finding.code for finding in findings}


def list_stored_states(workflow: ReturnWorkflow) -> list[ReturnState]:
    with reading(workflow.engine) as connection:
        return [return_.state for return_ in read_returns(connection, quarters=[FIRST])]


def test_a_locked_quarter_accepts_no_file_from_the_command_line(
    workflow: ReturnWorkflow, run: CommandLine, tmp_path: Path
):
    lock(workflow)
    file = tmp_path / "return.xlsx"
    file.write_bytes(make_filled_form(PLAN, "01", "2025Q1"))
    for arguments in (["--as", "offi"], ["--as", "mana", "--approve"]):
        result = run("load", file, *arguments)
        assert result.code == 1 and "2025 Q1 is locked" in result.out + result.err
    assert run("load", tmp_path, "--as", "mana").code == 1
    assert list_stored_states(workflow) == []


def test_a_locked_quarter_accepts_no_file_that_was_read_before_the_lock(workflow: ReturnWorkflow):
    data = make_filled_form(PLAN, "01", "2025Q1")
    read = read_file("a.xlsx", data)
    lock(workflow)
    done = import_return_file(workflow.engine, "a.xlsx", data, actor="admin", now=workflow.now, contents=read)
    assert done.outcome is ImportOutcome.REFUSED and "quarter-locked" in list_codes(done.findings)
    assert list_stored_states(workflow) == []


def test_an_upload_to_a_locked_quarter_says_so_and_can_not_be_submitted(workflow: ReturnWorkflow):
    lock(workflow)
    upload = workflow.upload()
    assert "quarter-locked" in list_codes(upload.findings)
    assert upload.return_id is not None and workflow.submit(upload.return_id).outcome is SubmitOutcome.BLOCKED
    lock(workflow, locked=False)
    assert workflow.submit(upload.return_id).outcome is not SubmitOutcome.BLOCKED


def test_a_draft_that_was_there_before_the_lock_can_not_be_submitted(workflow: ReturnWorkflow):
    number = workflow.upload().return_id
    lock(workflow)
    assert number is not None
    done = workflow.submit(number)
    assert done.outcome is SubmitOutcome.BLOCKED and "quarter-locked" in list_codes(done.findings)
    assert workflow.get_state(number) is ReturnState.DRAFT


def test_a_pending_return_of_a_locked_quarter_can_be_sent_back_but_not_approved(
    workflow: ReturnWorkflow, run: CommandLine
):
    number = workflow.upload_and_submit()
    lock(workflow)
    before = run.figures("--year", 2025, "--approved")
    with pytest.raises(DecisionError, match="locked"):
        approve_return(workflow.engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    assert workflow.get_state(number) is ReturnState.SUBMITTED and run.figures("--year", 2025, "--approved") == before
    send_back_return(
        workflow.engine,
        number,
        actor="mana",
        now=workflow.now,
        expected_state=ReturnState.SUBMITTED,
        comment="after the audit",
    )
    assert workflow.get_state(number) is ReturnState.SENT_BACK


def test_other_quarters_accept_returns_as_before(workflow: ReturnWorkflow):
    lock(workflow)
    assert workflow.get_state(workflow.upload_and_approve(quarter="2025Q2")) is ReturnState.APPROVED


def test_each_changed_quarter_is_logged_and_an_unchanged_one_is_not(workflow: ReturnWorkflow):
    assert lock(workflow, Quarter(2025, 2), FIRST) == (FIRST, Quarter(2025, 2))
    with reading(workflow.engine) as connection:
        version = read_data_version(connection)
    assert lock(workflow, FIRST) == ()
    assert lock(workflow, FIRST, locked=False, reason="A correction\nof RVG") == (FIRST,)
    with reading(workflow.engine) as connection:
        assert read_locked_quarters(connection) == {Quarter(2025, 2)}
        assert read_data_version(connection) == version + 1
        newest, oldest = read_audit_events(connection, subject="2025Q1")
    assert (oldest.action, oldest.old, oldest.new, oldest.reason) == ("quarter locked", "open", "locked", "Audited")
    assert (newest.action, newest.actor, newest.reason) == ("quarter unlocked", "admin", "A correction of RVG")


@pytest.mark.parametrize(
    "how",
    [{"actor": "mana"}, {"actor": "offi"}, {"actor": "nobody"}, {"reason": " "}, {"reason": "x" * 501}],
    ids=["a manager", "an officer", "nobody", "no reason", "a long reason"],
)
def test_a_lock_without_permission_or_reason_changes_nothing(workflow: ReturnWorkflow, how: dict[str, str]):
    with pytest.raises(TranslatableError):
        lock(workflow, **how)
    with reading(workflow.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_a_quarter_outside_the_plan_or_no_quarter_is_refused(workflow: ReturnWorkflow):
    with pytest.raises(LockError, match="2031Q1"):
        lock(workflow, FIRST, Quarter(2031, 1))
    with pytest.raises(LockError, match="at least one"):
        set_quarter_locks(workflow.engine, (), locked=True, actor="admin", now=workflow.now, reason="Audited")
    with reading(workflow.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_the_periods_show_received_and_pending_returns_and_the_reason_of_a_lock(
    workflow: ReturnWorkflow, now: datetime
):
    workflow.upload_and_submit()
    lock(workflow)
    source = DataSource(workflow.engine)
    asking = QueryScope(source.get_snapshot(), now.date())
    status_by_quarter = {status.quarter: status for status in list_plan_quarters(source, asking)}
    assert (next(iter(status_by_quarter)), len(status_by_quarter)) == (Quarter(2028, 4), 20)
    status = status_by_quarter[FIRST]
    assert (status.is_locked, status.pending_count, status.reporting_rate.received, status.due.isoformat()) == (
        True,
        1,
        1,
        "2025-04-30",
    )
    assert status.lock_change is not None and (status.lock_change.actor, status.lock_change.reason) == (
        "admin",
        "Audited",
    )
    assert not status_by_quarter[Quarter(2025, 2)].is_locked and status_by_quarter[Quarter(2025, 2)].lock_change is None
