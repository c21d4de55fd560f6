"""A locked quarter takes no return by any way in, whoever brings it; locking and unlocking leave their reason."""

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
from tests.support.plan_edits import OTHER_PLAN

FIRST = Quarter(2025, 1)


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture
def office(run: CommandLine, open_database, now) -> ReturnWorkflow:
    office = ReturnWorkflow(open_database(run.database_url), now)
    add_user(office.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return office


def lock(office: ReturnWorkflow, *quarters: Quarter, locked: bool = True, who: str = "admin", reason: str = "Audited"):
    chosen = quarters or (FIRST,)
    return set_quarter_locks(office.engine, chosen, locked=locked, actor=who, now=office.now, reason=reason)


def codes(findings) -> set[str]:
    return {one.code for one in findings}


def stored(office: ReturnWorkflow) -> list[ReturnState]:
    with reading(office.engine) as connection:
        return [one.state for one in read_returns(connection, quarters=[FIRST])]


def test_a_locked_quarter_takes_no_file_from_the_command_line(office: ReturnWorkflow, run: CommandLine, tmp_path: Path):
    lock(office)
    file = tmp_path / "return.xlsx"
    file.write_bytes(make_filled_form(PLAN, "01", "2025Q1"))
    for arguments in (["--as", "offi"], ["--as", "mana", "--approve"]):
        answered = run("load", file, *arguments)
        assert answered.code == 1 and "2025Q1 is locked" in answered.out + answered.err
    assert run("load", tmp_path, "--as", "mana").code == 1
    assert stored(office) == []


def test_a_locked_quarter_takes_no_file_that_was_read_before_it_was_locked(office: ReturnWorkflow):
    data = make_filled_form(PLAN, "01", "2025Q1")
    read = read_file("a.xlsx", data)
    lock(office)
    done = import_return_file(office.engine, "a.xlsx", data, actor="admin", now=office.now, contents=read)
    assert done.outcome is ImportOutcome.REFUSED and "quarter-locked" in codes(done.findings)
    assert stored(office) == []


def test_an_upload_to_a_locked_quarter_says_so_and_can_not_be_submitted(office: ReturnWorkflow):
    lock(office)
    sent = office.upload()
    assert "quarter-locked" in codes(sent.findings)
    assert sent.return_id is not None and office.submit(sent.return_id).outcome is SubmitOutcome.BLOCKED
    lock(office, locked=False)
    assert office.submit(sent.return_id).outcome is not SubmitOutcome.BLOCKED


def test_a_draft_that_was_there_before_the_lock_can_not_be_submitted(office: ReturnWorkflow):
    number = office.upload().return_id
    lock(office)
    assert number is not None
    done = office.submit(number)
    assert done.outcome is SubmitOutcome.BLOCKED and "quarter-locked" in codes(done.findings)
    assert office.get_state(number) is ReturnState.DRAFT


def test_what_waited_when_its_quarter_was_locked_is_not_approved_but_may_be_sent_back(
    office: ReturnWorkflow, run: CommandLine
):
    number = office.upload_and_submit()
    lock(office)
    before = run.all_figures((2025,), "--approved")
    with pytest.raises(DecisionError, match="locked"):
        approve_return(office.engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    assert office.get_state(number) is ReturnState.SUBMITTED and run.all_figures((2025,), "--approved") == before
    send_back_return(
        office.engine,
        number,
        actor="mana",
        now=office.now,
        expected_state=ReturnState.SUBMITTED,
        comment="after the audit",
    )
    assert office.get_state(number) is ReturnState.SENT_BACK


def test_other_quarters_take_returns_as_before(office: ReturnWorkflow):
    lock(office)
    assert office.get_state(office.upload_and_approve(quarter="2025Q2")) is ReturnState.APPROVED


def test_each_quarter_leaves_its_trace_and_what_is_so_already_leaves_none(office: ReturnWorkflow):
    assert lock(office, Quarter(2025, 2), FIRST) == (FIRST, Quarter(2025, 2))
    with reading(office.engine) as connection:
        version = read_data_version(connection)
    assert lock(office, FIRST) == ()
    assert lock(office, FIRST, locked=False, reason="A correction\nof RVG") == (FIRST,)
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == {Quarter(2025, 2)}
        assert read_data_version(connection) == version + 1
        newest, oldest = read_audit_events(connection, subject="2025Q1")
    assert (oldest.action, oldest.old, oldest.new, oldest.reason) == ("quarter locked", "open", "locked", "Audited")
    assert (newest.action, newest.actor, newest.reason) == ("quarter unlocked", "admin", "A correction of RVG")


@pytest.mark.parametrize(
    "how",
    [{"who": "mana"}, {"who": "offi"}, {"who": "nobody"}, {"reason": " "}, {"reason": "x" * 501}],
    ids=["a manager", "an officer", "nobody", "no reason", "a long reason"],
)
def test_a_lock_without_a_right_or_a_reason_changes_nothing(office: ReturnWorkflow, how: dict[str, str]):
    with pytest.raises(TranslatableError):
        lock(office, **how)
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_a_quarter_of_no_plan_or_none_at_all_is_refused(office: ReturnWorkflow):
    with pytest.raises(LockError, match="2031Q1"):
        lock(office, FIRST, Quarter(2031, 1))
    with pytest.raises(LockError, match="at least one"):
        set_quarter_locks(office.engine, (), locked=True, actor="admin", now=office.now, reason="Audited")
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_the_periods_say_what_is_in_what_waits_and_why_one_is_locked(office: ReturnWorkflow, now: datetime):
    office.upload_and_submit()
    lock(office)
    source = DataSource(office.engine)
    asking = QueryScope(source.get_snapshot(), now.date())
    found = {one.quarter: one for one in list_plan_quarters(source, asking)}
    assert (next(iter(found)), len(found)) == (Quarter(2028, 4), 20)
    one = found[FIRST]
    assert (one.is_locked, one.pending_count, one.reporting_rate.received, one.due.isoformat()) == (
        True,
        1,
        1,
        "2025-04-30",
    )
    assert one.lock_change is not None and (one.lock_change.actor, one.lock_change.reason) == ("admin", "Audited")
    assert not found[Quarter(2025, 2)].is_locked and found[Quarter(2025, 2)].lock_change is None
