"""Many at once: exactly one return is open, exactly one stands, one act of two counts and the other is told."""

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
from tests.support.plan_edits import OTHER_PLAN

AT_ONCE = 20
Act = Callable[[Engine], object]


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture
def office(run: CommandLine, open_database, now) -> ReturnWorkflow:
    office = ReturnWorkflow(open_database(run.database_url), now)
    for name, role in (("mana2", Role.MANAGER), ("admin", Role.ADMINISTRATOR)):
        add_user(office.engine, name, role, "long enough to pass", now=now, actor="test")
    return office


def at_once(url: str, acts: Sequence[Act]) -> list[object]:
    """What each act answered or raised, all of them begun at one moment, each with an engine of its own."""
    ready = Barrier(len(acts))

    def do(act: Act) -> object:
        engine = open_engine(url, busy_seconds=60)
        try:
            ready.wait()
            return act(engine)
        except TranslatableError as fault:
            return fault
        finally:
            engine.dispose()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_of_twenty_simultaneous_submissions_one_is_open_and_all_are_kept(office, run):
    standing = office.upload_and_approve()
    drafts = [office.upload({"L.1": 100 + one}).return_id for one in range(AT_ONCE)]

    def submit(number: int) -> Act:
        return lambda engine: submit_return(engine, number, actor="offi", now=office.now).outcome

    answers = at_once(run.database_url, [submit(one) for one in drafts])
    assert answers == [SubmitOutcome.SUBMITTED] * AT_ONCE
    states = Counter(office.list_states())
    assert states == {ReturnState.APPROVED: 1, ReturnState.SUBMITTED: 1, ReturnState.SUPERSEDED: AT_ONCE - 1}
    assert office.get_state(standing) is ReturnState.APPROVED
    assert run("verify").code == 0


def test_one_draft_submitted_twenty_times_at_once_is_submitted_once(office, run):
    number = office.upload().return_id

    def submit(engine: Engine) -> SubmitOutcome:
        return submit_return(engine, number, actor="offi", now=office.now).outcome

    answers = Counter(at_once(run.database_url, [submit] * AT_ONCE))
    assert answers == {SubmitOutcome.SUBMITTED: 1, SubmitOutcome.ALREADY_SUBMITTED: AT_ONCE - 1}
    assert [step[1] for step in office.list_events(number)] == ["draft", "submitted"]


def test_one_file_uploaded_twenty_times_at_once_is_one_draft(office, run):
    data = make_filled_form(PLAN, "01", "2025Q1")

    def upload(engine: Engine) -> object:
        done = upload_return(engine, "one.xlsx", data, actor="offi", now=office.now)
        return done.outcome, done.return_id

    answers = at_once(run.database_url, [upload] * AT_ONCE)
    (number,) = {one for _, one in answers}
    assert Counter(one for one, _ in answers) == {UploadOutcome.DRAFT: 1, UploadOutcome.UNCHANGED: AT_ONCE - 1}
    assert office.list_states() == [ReturnState.DRAFT] and office.get_state(number) is ReturnState.DRAFT


def test_of_twenty_approvals_at_once_exactly_one_stands(office, run):
    number = office.upload_and_submit({"L.1": 777})

    def approve(who: str) -> Act:
        return lambda engine: approve_return(
            engine, number, actor=who, now=office.now, expected_state=ReturnState.SUBMITTED
        )

    answers = at_once(run.database_url, [approve(("mana", "mana2")[one % 2]) for one in range(AT_ONCE)])
    assert answers.count(None) == 1
    others = [one for one in answers if one is not None]
    assert all(isinstance(one, DecisionError) and "is now approved" in str(one) for one in others)
    assert [step[1] for step in office.list_events(number)].count("approved") == 1
    assert Counter(office.list_states()) == {ReturnState.APPROVED: 1}
    assert run("verify").code == 0


@pytest.mark.parametrize("turn", range(4))
def test_two_managers_who_decide_at_once_are_told_who_was_first(office, run, turn):
    number = office.upload_and_submit()
    acts: list[Act] = [
        lambda engine: approve_return(
            engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED
        ),
        lambda engine: send_back_return(
            engine, number, actor="mana2", now=office.now, expected_state=ReturnState.SUBMITTED, comment="Look at L.1"
        ),
    ]
    random.Random(turn).shuffle(acts)
    answers = at_once(run.database_url, acts)
    assert answers.count(None) == 1
    (told,) = [one for one in answers if one is not None]
    assert isinstance(told, DecisionError) and office.get_state(number).value in str(told)


def test_a_sender_who_withdraws_while_a_manager_approves_or_the_manager_is_told(office, run):
    number = office.upload_and_submit()
    withdraw, approve = at_once(
        run.database_url,
        [
            lambda engine: withdraw_return(
                engine, number, actor="offi", now=office.now, expected_state=ReturnState.SUBMITTED
            ),
            lambda engine: approve_return(
                engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED
            ),
        ],
    )
    assert [withdraw, approve].count(None) == 1
    assert office.get_state(number) is (ReturnState.WITHDRAWN if withdraw is None else ReturnState.APPROVED)
    assert isinstance(approve if withdraw is None else withdraw, DecisionError)


def test_a_decision_on_a_state_that_nobody_may_decide_on_is_refused(office):
    draft, standing = office.upload({"L.1": 1}).return_id, office.upload_and_approve({"L.1": 2})
    for number, seen in ((draft, ReturnState.DRAFT), (standing, ReturnState.APPROVED)):
        for act in (approve_return, send_back_return):
            more = {"comment": "no"} if act is send_back_return else {}
            with pytest.raises(DecisionError):
                act(office.engine, number, actor="mana", now=office.now, expected_state=seen, **more)
    with pytest.raises(DecisionError):
        withdraw_return(office.engine, standing, actor="offi", now=office.now, expected_state=ReturnState.APPROVED)
    assert (office.get_state(draft), office.get_state(standing)) == (ReturnState.DRAFT, ReturnState.APPROVED)


def test_officers_decide_nothing_and_senders_not_on_their_own_unless_the_office_says_so(office):
    number = office.upload_and_submit()
    with pytest.raises(DecisionError, match="Ask a manager"):
        approve_return(office.engine, number, actor="offi", now=office.now, expected_state=ReturnState.SUBMITTED)
    own = office.upload_and_submit({"L.1": 5}, actor="mana")
    with pytest.raises(DecisionError, match="Ask somebody else"):
        approve_return(office.engine, own, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    with pytest.raises(DecisionError, match="Ask an administrator"):
        set_own_approval(office.engine, allowed=True, actor="mana", now=office.now, reason="small team")
    set_own_approval(office.engine, allowed=True, actor="admin", now=office.now, reason="small team")
    approve_return(office.engine, own, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    assert office.get_state(own) is ReturnState.APPROVED


def test_a_return_is_sent_back_with_a_comment_only_and_its_sender_reads_it(office):
    number = office.upload_and_submit()
    with pytest.raises(DecisionError, match="Enter a comment"):
        send_back_return(
            office.engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED, comment="  "
        )
    send_back_return(
        office.engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED, comment="L.1?"
    )
    assert office.list_events(number)[-1] == ("mana", "sent_back", "L.1?")


def test_approving_several_does_each_by_itself_and_tells_what_could_not_be_done(office):
    first, second = office.upload_and_submit(quarter="2025Q1"), office.upload_and_submit(quarter="2025Q2")
    own = office.upload_and_submit(actor="mana", quarter="2024Q4")
    chosen = [Approval(one, ReturnState.SUBMITTED) for one in (first, own, 999, second)]
    decided = approve_returns(office.engine, chosen, actor="mana", now=office.now)
    assert [one.error is None for one in decided] == [True, False, False, True]
    assert isinstance(decided[2].error, NotAllowedError)
    assert [office.get_state(one) for one in (first, own, second)] == [
        ReturnState.APPROVED,
        ReturnState.SUBMITTED,
        ReturnState.APPROVED,
    ]


def test_a_correction_leaves_the_old_version_readable_and_counts_once_it_is_approved(office, run):
    old = office.upload_and_approve({"L.1": 100})
    new = office.upload_and_submit({"L.1": 130})

    def planted(basis: str) -> Decimal:
        with reading(office.engine) as connection:
            typed = read_effective_values(connection, site="01", quarter=parse_quarter("2025Q1"), basis=basis)
        return typed[CellKey("L.1")]

    assert (planted("approved"), planted("submitted")) == (100, 130)
    approve_return(office.engine, new, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    assert planted("approved") == 130
    assert office.get_state(old) is ReturnState.SUPERSEDED
    assert office.get_return(new).supersedes == old
    assert office.list_events(old)[-1][1] == "superseded"


def test_nothing_is_half_done_when_the_database_is_busy(office, run):
    number = office.upload_and_submit()
    busy = open_engine(run.database_url, busy_seconds=0.2)
    with office.engine.connect() as holder:
        holder.execution_options(**({"writes": True} if holder.dialect.name == "sqlite" else {}))
        with holder.begin():
            if holder.dialect.name == "postgresql":
                from etl.database.connection import _WRITERS_LOCK

                holder.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
            with pytest.raises(BusyError):
                approve_return(busy, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    busy.dispose()
    assert office.get_state(number) is ReturnState.SUBMITTED
    with pytest.raises(SubmissionError):
        withdraw_return(office.engine, number, actor="offi", now=office.now, expected_state=ReturnState.SUBMITTED)
        office.submit(number)
