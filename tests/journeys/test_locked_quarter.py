"""A locked quarter takes no return by any way in, whoever brings it; locking and unlocking leave their reason."""

from datetime import datetime
from pathlib import Path

import pytest

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.data_version import read_data_version
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import read_returns
from etl.errors import SaidError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState, Role
from etl.queries.asking import Asking
from etl.queries.periods import plan_quarters
from etl.queries.source import Source
from etl.returns.intake import read_file
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import Outcome, load_return
from etl.use_cases.returns.locks import LockError, lock_quarters
from etl.use_cases.returns.review import DecisionError, approve_return, send_back_return
from etl.use_cases.returns.upload_return import Submission
from tests.journeys.other_returns import filled_form
from tests.journeys.sending import PLAN, Sending
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN

FIRST = Quarter(2025, 1)


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.done("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture
def office(run: CommandLine, open_database, now) -> Sending:
    office = Sending(open_database(run.database_url), now)
    add_user(office.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, who="test")
    return office


def lock(office: Sending, *quarters: Quarter, locked: bool = True, who: str = "admin", reason: str = "Audited"):
    chosen = quarters or (FIRST,)
    return lock_quarters(office.engine, chosen, locked=locked, who=who, now=office.now, reason=reason)


def codes(findings) -> set[str]:
    return {one.code for one in findings}


def stored(office: Sending) -> list[ReturnState]:
    with reading(office.engine) as connection:
        return [one.state for one in read_returns(connection, quarters=[FIRST])]


def test_a_locked_quarter_takes_no_file_from_the_command_line(office: Sending, run: CommandLine, tmp_path: Path):
    lock(office)
    file = tmp_path / "return.xlsx"
    file.write_bytes(filled_form(PLAN, "01", "2025Q1"))
    for arguments in (["--as", "offi"], ["--as", "mana", "--approve"]):
        answered = run("load", file, *arguments)
        assert answered.code == 1 and "2025Q1 is locked" in answered.out + answered.err
    assert run("load", tmp_path, "--as", "mana").code == 1
    assert stored(office) == []


def test_a_locked_quarter_takes_no_file_that_was_read_before_it_was_locked(office: Sending):
    data = filled_form(PLAN, "01", "2025Q1")
    read = read_file("a.xlsx", data)
    lock(office)
    done = load_return(office.engine, "a.xlsx", data, who="admin", now=office.now, read=read)
    assert done.outcome is Outcome.REFUSED and "quarter-locked" in codes(done.findings)
    assert stored(office) == []


def test_an_upload_to_a_locked_quarter_says_so_and_can_not_be_submitted(office: Sending):
    lock(office)
    sent = office.upload()
    assert "quarter-locked" in codes(sent.findings)
    assert sent.number is not None and office.submit(sent.number).outcome is Submission.BLOCKED
    lock(office, locked=False)
    assert office.submit(sent.number).outcome is not Submission.BLOCKED


def test_a_draft_that_was_there_before_the_lock_can_not_be_submitted(office: Sending):
    number = office.upload().number
    lock(office)
    assert number is not None
    done = office.submit(number)
    assert done.outcome is Submission.BLOCKED and "quarter-locked" in codes(done.findings)
    assert office.state(number) is ReturnState.DRAFT


def test_what_waited_when_its_quarter_was_locked_is_not_approved_but_may_be_sent_back(
    office: Sending, run: CommandLine
):
    number = office.submitted()
    lock(office)
    before = run.everything((2025,), "--approved")
    with pytest.raises(DecisionError, match="locked"):
        approve_return(office.engine, number, who="mana", now=office.now, seen=ReturnState.SUBMITTED)
    assert office.state(number) is ReturnState.SUBMITTED and run.everything((2025,), "--approved") == before
    send_back_return(
        office.engine, number, who="mana", now=office.now, seen=ReturnState.SUBMITTED, comment="after the audit"
    )
    assert office.state(number) is ReturnState.SENT_BACK


def test_other_quarters_take_returns_as_before(office: Sending):
    lock(office)
    assert office.state(office.approved(quarter="2025Q2")) is ReturnState.APPROVED


def test_each_quarter_leaves_its_trace_and_what_is_so_already_leaves_none(office: Sending):
    assert lock(office, Quarter(2025, 2), FIRST) == (FIRST, Quarter(2025, 2))
    with reading(office.engine) as connection:
        version = read_data_version(connection)
    assert lock(office, FIRST) == ()
    assert lock(office, FIRST, locked=False, reason="A correction\nof RVG") == (FIRST,)
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == {Quarter(2025, 2)}
        assert read_data_version(connection) == version + 1
        newest, oldest = read_audit_events(connection, subject="2025Q1")
    assert (oldest.act, oldest.old, oldest.new, oldest.why) == ("quarter locked", "open", "locked", "Audited")
    assert (newest.act, newest.who, newest.why) == ("quarter unlocked", "admin", "A correction of RVG")


@pytest.mark.parametrize(
    "how",
    [{"who": "mana"}, {"who": "offi"}, {"who": "nobody"}, {"reason": " "}, {"reason": "x" * 501}],
    ids=["a manager", "an officer", "nobody", "no reason", "a long reason"],
)
def test_a_lock_without_a_right_or_a_reason_changes_nothing(office: Sending, how: dict[str, str]):
    with pytest.raises(SaidError):
        lock(office, **how)
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_a_quarter_of_no_plan_or_none_at_all_is_refused(office: Sending):
    with pytest.raises(LockError, match="2031Q1"):
        lock(office, FIRST, Quarter(2031, 1))
    with pytest.raises(LockError, match="at least one"):
        lock_quarters(office.engine, (), locked=True, who="admin", now=office.now, reason="Audited")
    with reading(office.engine) as connection:
        assert read_locked_quarters(connection) == frozenset()


def test_the_periods_say_what_is_in_what_waits_and_why_one_is_locked(office: Sending, now: datetime):
    office.submitted()
    lock(office)
    source = Source(office.engine)
    asking = Asking(source.get_snapshot(), now.date())
    found = {one.quarter: one for one in plan_quarters(source, asking)}
    assert (next(iter(found)), len(found)) == (Quarter(2028, 4), 20)
    one = found[FIRST]
    assert (one.is_locked, one.waiting, one.rate.received, one.due.isoformat()) == (True, 1, 1, "2025-04-30")
    assert one.change is not None and (one.change.who, one.change.why) == ("admin", "Audited")
    assert not found[Quarter(2025, 2)].is_locked and found[Quarter(2025, 2)].change is None
