"""Concurrent submissions and reviews: exactly one succeeds, and the others are refused."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest

from etl.database.authorization import NotAllowedError
from etl.database.connection import BusyError, Engine, open_engine, reading
from etl.database.read.effective_returns import read_effective_values
from etl.errors import TranslatableError
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import CellKey, ReturnState, Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.review import (
    Approval,
    DecisionError,
    approve_return,
    approve_returns,
    send_back_return,
    set_own_approval,
    withdraw_return,
)
from etl.use_cases.returns.upload_return import (
    SubmissionError,
    SubmitOutcome,
    UploadOutcome,
    submit_return,
    upload_return,
)
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.command_line import CommandLine

AT_ONCE, AT_ONCE_IN_SOAK = 4, 20
ReviewAction = Callable[[Engine], object]


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


@pytest.fixture
def at_once(is_soak: bool) -> int:
    """Return the number of simultaneous requests."""
    return AT_ONCE_IN_SOAK if is_soak else AT_ONCE


@pytest.fixture
def workflow(run: CommandLine, open_database, now) -> ReturnWorkflow:
    workflow = ReturnWorkflow(open_database(run.database_url), now)
    for name, role in (("mana2", Role.MANAGER), ("admin", Role.ADMINISTRATOR)):
        add_user(workflow.engine, name, role, "long enough to pass", now=now, actor="test")
    return workflow


def run_concurrently(url: str, actions: Sequence[ReviewAction]) -> list[object]:
    """Run actions at the same time, each with its own engine, and return their results or errors."""
    ready = Barrier(len(actions))

    def do(action: ReviewAction) -> object:
        engine = open_engine(url, busy_seconds=60)
        try:
            ready.wait()
            return action(engine)
        except TranslatableError as fault:
            return fault
        finally:
            engine.dispose()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(do, actions))


def test_of_many_simultaneous_submissions_one_is_pending_and_all_are_stored(workflow, run, at_once):
    approved_id = workflow.upload_and_approve()
    drafts = [workflow.upload({"L.1": 100 + index}).return_id for index in range(at_once)]

    def submit(number: int) -> ReviewAction:
        return lambda engine: submit_return(engine, number, actor="offi", now=workflow.now).outcome

    answers = run_concurrently(run.database_url, [submit(return_id) for return_id in drafts])
    assert answers == [SubmitOutcome.SUBMITTED] * at_once
    states = Counter(workflow.list_states())
    assert states == {ReturnState.APPROVED: 1, ReturnState.SUBMITTED: 1, ReturnState.SUPERSEDED: at_once - 1}
    assert workflow.get_state(approved_id) is ReturnState.APPROVED
    assert run("verify").code == 0


def test_one_draft_submitted_many_times_at_once_is_submitted_once(workflow, run, at_once):
    number = workflow.upload().return_id

    def submit(engine: Engine) -> SubmitOutcome:
        return submit_return(engine, number, actor="offi", now=workflow.now).outcome

    answers = Counter(run_concurrently(run.database_url, [submit] * at_once))
    assert answers == {SubmitOutcome.SUBMITTED: 1, SubmitOutcome.ALREADY_SUBMITTED: at_once - 1}
    assert [step[1] for step in workflow.list_events(number)] == ["draft", "submitted"]


def test_one_file_uploaded_many_times_at_once_is_one_draft(workflow, run, at_once):
    data = make_filled_form(PLAN, "01", "2025Q1")

    def upload(engine: Engine) -> object:
        done = upload_return(engine, "one.xlsx", data, actor="offi", now=workflow.now)
        return done.outcome, done.return_id

    answers = run_concurrently(run.database_url, [upload] * at_once)
    (number,) = {answer for _, answer in answers}
    assert Counter(answer for answer, _ in answers) == {UploadOutcome.DRAFT: 1, UploadOutcome.UNCHANGED: at_once - 1}
    assert workflow.list_states() == [ReturnState.DRAFT] and workflow.get_state(number) is ReturnState.DRAFT


def test_of_many_concurrent_approvals_exactly_one_succeeds(workflow, run, at_once):
    number = workflow.upload_and_submit({"L.1": 777})

    def approve(actor: str) -> ReviewAction:
        return lambda engine: approve_return(
            engine, number, actor=actor, now=workflow.now, expected_state=ReturnState.SUBMITTED
        )

    answers = run_concurrently(run.database_url, [approve(("mana", "mana2")[index % 2]) for index in range(at_once)])
    assert answers.count(None) == 1
    others = [answer for answer in answers if answer is not None]
    assert all(isinstance(return_, DecisionError) and "is now approved" in str(return_) for return_ in others)
    assert [step[1] for step in workflow.list_events(number)].count("approved") == 1
    assert Counter(workflow.list_states()) == {ReturnState.APPROVED: 1}
    assert run("verify").code == 0


@pytest.mark.parametrize("turn", range(2))
def test_of_two_concurrent_decisions_the_second_is_refused(workflow, run, turn):
    number = workflow.upload_and_submit()
    actions: list[ReviewAction] = [
        lambda engine: approve_return(
            engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED
        ),
        lambda engine: send_back_return(
            engine, number, actor="mana2", now=workflow.now, expected_state=ReturnState.SUBMITTED, comment="Look at L.1"
        ),
    ]
    random.Random(turn).shuffle(actions)
    answers = run_concurrently(run.database_url, actions)
    assert answers.count(None) == 1
    (error,) = [answer for answer in answers if answer is not None]
    assert isinstance(error, DecisionError) and workflow.get_state(number).value in str(error)


def test_of_a_concurrent_withdrawal_and_approval_one_is_refused(workflow, run):
    number = workflow.upload_and_submit()
    withdraw, approve = run_concurrently(
        run.database_url,
        [
            lambda engine: withdraw_return(
                engine, number, actor="offi", now=workflow.now, expected_state=ReturnState.SUBMITTED
            ),
            lambda engine: approve_return(
                engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED
            ),
        ],
    )
    assert [withdraw, approve].count(None) == 1
    assert workflow.get_state(number) is (ReturnState.WITHDRAWN if withdraw is None else ReturnState.APPROVED)
    assert isinstance(approve if withdraw is None else withdraw, DecisionError)


def test_a_decision_in_an_invalid_state_is_refused(workflow):
    draft, approved_id = workflow.upload({"L.1": 1}).return_id, workflow.upload_and_approve({"L.1": 2})
    for number, seen in ((draft, ReturnState.DRAFT), (approved_id, ReturnState.APPROVED)):
        for decide in (approve_return, send_back_return):
            options = {"comment": "no"} if decide is send_back_return else {}
            with pytest.raises(DecisionError):
                decide(workflow.engine, number, actor="mana", now=workflow.now, expected_state=seen, **options)
    with pytest.raises(DecisionError):
        withdraw_return(
            workflow.engine, approved_id, actor="offi", now=workflow.now, expected_state=ReturnState.APPROVED
        )
    assert (workflow.get_state(draft), workflow.get_state(approved_id)) == (ReturnState.DRAFT, ReturnState.APPROVED)


def test_officers_and_senders_cannot_approve_unless_the_setting_allows_it(workflow):
    number = workflow.upload_and_submit()
    with pytest.raises(DecisionError, match="Ask a manager"):
        approve_return(workflow.engine, number, actor="offi", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    own = workflow.upload_and_submit({"L.1": 5}, actor="mana")
    with pytest.raises(DecisionError, match="Ask somebody else"):
        approve_return(workflow.engine, own, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    with pytest.raises(DecisionError, match="Ask an administrator"):
        set_own_approval(workflow.engine, allowed=True, actor="mana", now=workflow.now, reason="small team")
    set_own_approval(workflow.engine, allowed=True, actor="admin", now=workflow.now, reason="small team")
    approve_return(workflow.engine, own, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    assert workflow.get_state(own) is ReturnState.APPROVED


def test_sending_a_return_back_requires_a_comment(workflow):
    number = workflow.upload_and_submit()
    with pytest.raises(DecisionError, match="Enter a comment"):
        send_back_return(
            workflow.engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED, comment="  "
        )
    send_back_return(
        workflow.engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED, comment="L.1?"
    )
    assert workflow.list_events(number)[-1] == ("mana", "sent_back", "L.1?")


def test_approving_several_returns_reports_each_result(workflow):
    first, second = workflow.upload_and_submit(quarter="2025Q1"), workflow.upload_and_submit(quarter="2025Q2")
    own = workflow.upload_and_submit(actor="mana", quarter="2024Q4")
    chosen = [Approval(result, ReturnState.SUBMITTED) for result in (first, own, 999, second)]
    decided = approve_returns(workflow.engine, chosen, actor="mana", now=workflow.now)
    assert [result.error is None for result in decided] == [True, False, False, True]
    assert isinstance(decided[2].error, NotAllowedError)
    assert [workflow.get_state(result) for result in (first, own, second)] == [
        ReturnState.APPROVED,
        ReturnState.SUBMITTED,
        ReturnState.APPROVED,
    ]


def test_a_correction_is_effective_after_approval_and_keeps_the_old_version(workflow, run):
    old = workflow.upload_and_approve({"L.1": 100})
    new = workflow.upload_and_submit({"L.1": 130})

    def planted(basis: str) -> Decimal:
        with reading(workflow.engine) as connection:
            typed = read_effective_values(connection, site="01", quarter=parse_quarter("2025Q1"), basis=basis)
        return typed[CellKey("L.1")]

    assert (planted("approved"), planted("submitted")) == (100, 130)
    approve_return(workflow.engine, new, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    assert planted("approved") == 130
    assert workflow.get_state(old) is ReturnState.SUPERSEDED
    assert workflow.get_return(new).supersedes == old
    assert workflow.list_events(old)[-1][1] == "superseded"


def test_a_busy_database_leaves_nothing_half_done(workflow, run):
    number = workflow.upload_and_submit()
    busy = open_engine(run.database_url, busy_seconds=0.2)
    with workflow.engine.connect() as holder:
        holder.execution_options(**({"writes": True} if holder.dialect.name == "sqlite" else {}))
        with holder.begin():
            if holder.dialect.name == "postgresql":
                from etl.database.connection import _WRITERS_LOCK

                holder.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
            with pytest.raises(BusyError):
                approve_return(busy, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    busy.dispose()
    assert workflow.get_state(number) is ReturnState.SUBMITTED
    with pytest.raises(SubmissionError):
        withdraw_return(workflow.engine, number, actor="offi", now=workflow.now, expected_state=ReturnState.SUBMITTED)
        workflow.submit(number)
