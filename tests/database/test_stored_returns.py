"""Test stored returns: a site and quarter has at most one submitted and one approved return."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from etl.database.connection import open_engine, reading, writing
from etl.database.read.effective_returns import read_effective_values, read_site_returns
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import (
    find_approved_return,
    find_received_file,
    find_return,
    read_cells,
    read_events,
    read_findings,
    read_returns,
    read_returns_of_file,
)
from etl.database.read.sources import read_sources
from etl.database.records import ReturnCell
from etl.database.tables import returns
from etl.database.write.locks import set_quarter_lock
from etl.database.write.returns import change_return_state, insert_cells, insert_findings, store_file
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis, CellKey, ReturnState, SiteReturn
from etl.returns.findings.finding import Finding, Severity
from tests.support.builders import make_indicator, make_plan, make_return
from tests.support.stored_returns import (
    approve_return,
    read_received_returns,
    store_draft,
    store_plan,
    store_return,
    submit_return,
)

QUARTER = Quarter(2022, 3)


@pytest.fixture
def plan_engine(engine: Engine, now: datetime) -> Engine:
    """Return a database with a plan."""
    with writing(engine) as connection:
        store_plan(connection, make_plan(make_indicator("A-01")), when=now)
    return engine


def _make_return(value: object, *, approved: bool = True, quarter: Quarter = QUARTER, **fields: object) -> SiteReturn:
    return make_return("one", quarter, {"A-01": value}, approved=approved, **fields)  # type: ignore[arg-type]


def test_file_is_stored_once_byte_for_byte(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        assert store_file(connection, sha256="a" * 64, data=b"\x00bytes", name="first.xlsx", when=now)
        assert not store_file(connection, sha256="a" * 64, data=b"\x00bytes", name="again.xlsx", when=now)
    with reading(engine) as connection:
        file = find_received_file(connection, "a" * 64)
        assert find_received_file(connection, "b" * 64) is None
    assert file is not None
    assert (file.data, file.name, file.received_at) == (b"\x00bytes", "first.xlsx", now)


def test_return_is_read_with_its_cells_findings_and_events(plan_engine: Engine, now: datetime) -> None:
    typed = (
        ReturnCell(CellKey("A-02"), None, "NC", "Return", "F9", "the counter was broken"),
        ReturnCell(CellKey("A-02", "sex/women"), Decimal("85.15"), "៨៥,១៥", "Return", "F10"),
    )
    findings = (
        Finding("part_over_total", Severity.WARNING, "Return", "F10", "A-02/sex/women", (("part", "៨៥"),), "85"),
        Finding("anything", Severity.NOTE),
    )
    with writing(plan_engine) as connection:
        draft = store_draft(connection, make_return("one", QUARTER, {}, basis=Basis.YEAR_TO_DATE))
        insert_cells(connection, draft, typed)
        insert_findings(connection, draft, findings)
        submit_return(connection, draft, when=now)
    with reading(plan_engine) as connection:
        stored = find_return(connection, draft)
        assert read_cells(connection, draft) == typed
        assert read_findings(connection, draft) == findings
        events = read_events(connection, draft)
        assert stored is not None
        assert read_returns_of_file(connection, stored.sha256) == (stored,)
        assert find_return(connection, draft + 1) is None
    assert (stored.site, stored.quarter, stored.basis) == ("one", QUARTER, Basis.YEAR_TO_DATE)
    assert (stored.state, stored.submitted_at, stored.file_name) == (ReturnState.SUBMITTED, now, "one-2022Q3.xlsx")
    assert [(event.actor, event.old_state, event.new_state) for event in events] == [
        ("officer", None, ReturnState.DRAFT),
        ("officer", ReturnState.DRAFT, ReturnState.SUBMITTED),
    ]


def test_duplicate_key_in_a_return_is_refused(plan_engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(plan_engine) as connection:
        draft = store_draft(connection, _make_return(1))
        insert_cells(connection, draft, [ReturnCell(CellKey("A-01"), Decimal(2))])


def test_newer_submission_and_approval_supersede_the_older(plan_engine: Engine, now: datetime) -> None:
    with writing(plan_engine) as connection:
        first = store_return(connection, _make_return(1))
        second = store_draft(connection, _make_return(2))
        submit_return(connection, second, when=now)
        third = store_draft(connection, _make_return(3))
        submit_return(connection, third, when=now)
    with reading(plan_engine) as connection:
        (submitted_return,) = read_returns(connection, states=[ReturnState.SUBMITTED])
        approved = find_approved_return(connection, site="one", quarter=QUARTER)
        assert approved is not None
        assert (submitted_return.id, submitted_return.supersedes, approved.id) == (third, second, first)
    with writing(plan_engine) as connection:
        approve_return(connection, third, when=now)
    with reading(plan_engine) as connection:
        assert read_returns(connection, states=[ReturnState.SUBMITTED]) == ()
        states = {stored.id: (stored.state, stored.supersedes) for stored in read_returns(connection, sites=["one"])}
        assert read_returns(connection, sites=["two"]) == ()
    assert states == {
        first: (ReturnState.SUPERSEDED, None),
        second: (ReturnState.SUPERSEDED, None),
        third: (ReturnState.APPROVED, first),
    }


@pytest.mark.parametrize("step", [submit_return, approve_return])
def test_second_submitted_or_approved_return_is_refused(
    plan_engine: Engine, now: datetime, step: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.stored_returns.supersede_return", lambda *_, **__: None)
    with writing(plan_engine) as connection:
        store_return(connection, _make_return(1, approved=step is approve_return))
        other = store_draft(connection, _make_return(2))
        if step is approve_return:
            submit_return(connection, other, when=now)
    with pytest.raises(IntegrityError), writing(plan_engine) as connection:
        step(connection, other, when=now)


def test_second_decision_fails_and_writes_no_event(plan_engine: Engine, now: datetime) -> None:
    def decide(connection: Connection, new_state: ReturnState) -> bool:
        return change_return_state(
            connection,
            return_id=submitted,
            expected_state=ReturnState.SUBMITTED,
            new_state=new_state,
            actor="manager",
            when=now,
            comment="F14 is too low",
        )

    with writing(plan_engine) as connection:
        submitted = store_return(connection, _make_return(1, approved=False))
        assert decide(connection, ReturnState.SENT_BACK)
        assert not decide(connection, ReturnState.APPROVED)
    with reading(plan_engine) as connection:
        stored = find_return(connection, submitted)
        events = read_events(connection, submitted)
    assert stored is not None
    assert (stored.state, stored.decided_at, stored.approver) == (ReturnState.SENT_BACK, now, "")
    assert (len(events), events[-1].comment) == (3, "F14 is too low")


@pytest.mark.parametrize(
    ("ending", "keeps"), [(ReturnState.SENT_BACK, True), (ReturnState.WITHDRAWN, False), (None, True)]
)
def test_corrected_return_keeps_its_first_date_but_a_withdrawn_return_does_not_set_it(
    plan_engine: Engine, now: datetime, ending: ReturnState | None, keeps: bool
) -> None:
    early = now - timedelta(days=50)
    with writing(plan_engine) as connection:
        first = store_return(connection, _make_return(1, first_submitted=early, approved=ending is None))
        if ending is not None:
            assert change_return_state(
                connection,
                return_id=first,
                expected_state=ReturnState.SUBMITTED,
                new_state=ending,
                actor="someone",
                when=early,
            )
        second = store_draft(connection, _make_return(2))
        submit_return(connection, second, when=now)
    with reading(plan_engine) as connection:
        stored = find_return(connection, second)
    assert stored is not None
    assert (stored.first_submitted_at, stored.submitted_at) == (early if keeps else now, now)


def test_submitted_return_overrides_the_approved_return_only_on_basis_submitted(
    plan_engine: Engine, now: datetime
) -> None:
    with writing(plan_engine) as connection:
        store_return(connection, _make_return(1))
        store_return(connection, _make_return(5, quarter=QUARTER.shift(-1)))
        submit_return(connection, store_draft(connection, _make_return("NC", approved=False)), when=now)
        store_draft(connection, _make_return(9, quarter=QUARTER.shift(1)))
    with reading(plan_engine) as connection:
        approved = read_site_returns(connection, "one", basis="approved")
        submitted = read_site_returns(connection, "one", basis="submitted", first=QUARTER)
        received = read_received_returns(connection, basis="submitted")
        typed = read_effective_values(connection, site="one", quarter=QUARTER.shift(-1), basis="approved")
    observations = _make_return("NC").observations
    assert [site_return.observations for site_return in approved] == [
        _make_return(5).observations,
        _make_return(1).observations,
    ]
    assert [
        (site_return.quarter, site_return.observations, site_return.is_correction) for site_return in submitted
    ] == [(QUARTER, observations, True)]
    # The approved return stays approved while its correction is pending.
    assert [(receipt.quarter, receipt.approved, receipt.is_pending) for receipt in received] == [
        (QUARTER.shift(-1), True, False),
        (QUARTER, True, True),
    ]
    assert typed == {CellKey("A-01"): Decimal(5)}


def test_sources_name_file_cell_sender_and_approver(plan_engine: Engine, now: datetime) -> None:
    with writing(plan_engine) as connection:
        return_id = store_return(connection, make_return("one", QUARTER, {"A-01": 12, "A-01/sex/women": 3, "A-02": 9}))
        submit_return(connection, store_draft(connection, _make_return(13, approved=False)), when=now)
    with reading(plan_engine) as connection:
        arguments = {"indicators": ["A-01"], "sites": ["one"], "quarters": [QUARTER]}
        approved = read_sources(connection, basis="approved", **arguments)
        women = read_sources(connection, basis="approved", part="sex/women", **arguments)
        submitted = read_sources(connection, basis="submitted", **arguments)
    assert [(str(source.cell.key), source.cell.value, source.cell.raw, source.cell.address) for source in approved] == [
        ("A-01", Decimal(12), "12", "F9"),
        ("A-01/sex/women", Decimal(3), "3", "F10"),
    ]
    origin = approved[0].origin
    assert (origin.id, origin.file_name, origin.sender, origin.approver) == (
        return_id,
        "one-2022Q3.xlsx",
        "officer",
        "manager",
    )
    assert [str(source.cell.key) for source in women] == ["A-01/sex/women"]
    assert [(source.cell.value, source.origin.approver) for source in submitted] == [(Decimal(13), "")]


def test_parallel_senders_leave_one_submitted_and_one_approved_return(
    plan_engine: Engine, database_url: str, now: datetime
) -> None:
    errors: list[Exception] = []

    def send(number: int) -> None:
        try:
            engine = open_engine(database_url, busy_seconds=30)
            with writing(engine) as connection:
                store_return(connection, _make_return(number))
            with writing(engine) as connection:
                store_return(connection, _make_return(number + 100, approved=False))
            engine.dispose()
        except Exception as error:  # the thread's own end would hide it
            errors.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(plan_engine) as connection:
        counts = connection.execute(select(returns.c.state, func.count()).group_by(returns.c.state))
        assert {row[0]: row[1] for row in counts} == {
            ReturnState.SUBMITTED: 1,
            ReturnState.APPROVED: 1,
            ReturnState.SUPERSEDED: 10,
        }


def test_quarter_is_locked_until_it_is_unlocked(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        set_quarter_lock(connection, QUARTER, locked=True, actor="admin", when=now)
        set_quarter_lock(connection, QUARTER.shift(1), locked=True, actor="admin", when=now)
        set_quarter_lock(connection, QUARTER.shift(1), locked=False, actor="admin", when=now)
    with reading(engine) as connection:
        assert read_locked_quarters(connection) == frozenset({QUARTER})
