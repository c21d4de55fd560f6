"""The grid of returns, next steps, reminders, and the reporting rates behind indicator SO4-06."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading, writing
from etl.database.read.as_of import read_returns_at
from etl.database.write.data_version import increment_data_version
from etl.database.write.locks import set_quarter_lock
from etl.database.write.returns import change_return_state
from etl.indicators.periods import CAMBODIA, Quarter, Years
from etl.indicators.record import build_record
from etl.indicators.vocabulary import Basis, ReturnState
from etl.queries.data_source import DataSource
from etl.queries.next_steps import NextStep, list_next_steps, list_site_reminders
from etl.queries.reporting_status import get_overall_rate, get_returns_grid
from etl.queries.return_effects import NewReturnNumbers, compute_effects
from etl.queries.scope import QueryScope
from etl.queries.snapshot import make_record_snapshot
from tests.support.builders import make_indicator, make_observation, make_plan, make_return
from tests.support.stored_returns import store_draft, store_plan, store_return, submit_return

TODAY = date(2022, 10, 10)
"""2022 Q1 and Q2 were due, Q3 has ended and is due on 30 October."""
WHEN = datetime(2022, 10, 9, 12, tzinfo=CAMBODIA)
RATE = make_indicator(
    "S-01", measure="ratio", source="system", scale=100, unit="%", objective="A", percent_rule="of_target"
)


@pytest.fixture
def source(engine: Engine) -> DataSource:
    """Return a database with three sites, a reported indicator, and the system's indicator of returns on time."""
    plan = make_plan(make_indicator("A-01"), RATE, sites=("one", "two", "three"), years=(2022, 2024))
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        increment_data_version(connection)
    return DataSource(engine)


def store_returns(source: DataSource, *returns, lock: Quarter | None = None) -> list[int]:
    with writing(source.engine) as connection:
        numbers = [store_return(connection, return_) for return_ in returns]
        if lock is not None:
            set_quarter_lock(connection, lock, locked=True, actor="admin", when=WHEN)
        increment_data_version(connection)
    return numbers


def send_back(source: DataSource, number: int) -> None:
    with writing(source.engine) as connection:
        assert change_return_state(
            connection,
            return_id=number,
            expected_state=ReturnState.SUBMITTED,
            new_state=ReturnState.SENT_BACK,
            actor="manager",
            when=WHEN,
            comment="why",
        )
        increment_data_version(connection)


def make_site_return(site: str, quarter: str, *, approved: bool = True, days_late: int = 0):
    """Return a site return that arrived on its due date, or some days later."""
    year, number = int(quarter[:4]), int(quarter[-1])
    end = date(year + number // 4, number * 3 % 12 + 1, 1) - timedelta(1)
    day = end + timedelta(30 + days_late)
    first = datetime(day.year, day.month, day.day, 23, 0, tzinfo=CAMBODIA)
    return make_return(site, quarter, {"A-01": 1}, approved=approved, first_submitted=first)


def make_scope(source: DataSource, today: date = TODAY) -> QueryScope:
    return QueryScope(source.get_snapshot(), today)


def get_statuses(source: DataSource, **options: object) -> dict[str, list[str]]:
    grid = get_returns_grid(make_scope(source), **options)
    return {site.code: [cell.status.value for cell in cells] for site, cells, _ in grid.rows}


def list_steps(
    source: DataSource, username: str = "officer", sites: str = "one two three", may_decide: bool = False
) -> list[str]:
    steps = get_steps(source, username, sites, may_decide)
    return [f"{step.task} {step.site.code} {step.quarter}" for step in steps]


def get_steps(
    source: DataSource, username: str = "officer", sites: str = "one two three", may_decide: bool = False
) -> tuple[NextStep, ...]:
    return list_next_steps(
        make_scope(source), username=username, may_send=lambda site: site in sites.split(), may_decide=may_decide
    )


def test_the_grid_has_the_status_of_each_site_and_quarter(source: DataSource):
    numbers = store_returns(
        source,
        make_site_return("one", "2022Q1"),
        make_site_return("two", "2022Q1", approved=False),
        make_site_return("three", "2022Q1", approved=False),
    )
    send_back(source, numbers[2])
    assert get_statuses(source) == {
        "one": ["approved", "missing", "not_due"],
        "two": ["submitted", "missing", "not_due"],
        "three": ["sent_back", "missing", "not_due"],
    }


def test_only_senders_of_a_site_see_its_drafts(source: DataSource):
    with writing(source.engine) as connection:
        store_draft(connection, make_site_return("one", "2022Q1"))
        store_draft(connection, make_site_return("two", "2022Q1"))
        increment_data_version(connection)
    statuses = get_statuses(source, sees_drafts=lambda site: site == "one")
    assert (statuses["one"][0], statuses["two"][0]) == ("draft", "missing")


def test_a_draft_does_not_hide_the_approved_return_from_others(source: DataSource):
    store_returns(source, make_site_return("one", "2022Q1"))
    with writing(source.engine) as connection:
        store_draft(connection, make_site_return("one", "2022Q1", days_late=3))
        increment_data_version(connection)
    assert get_statuses(source)["one"][0] == "approved"


@pytest.mark.parametrize("approved", [True, False])
def test_a_draft_stands_beside_the_return_that_it_would_replace(source: DataSource, approved: bool):
    (sent,) = store_returns(source, make_site_return("one", "2022Q1", approved=approved))
    with writing(source.engine) as connection:
        draft = store_draft(connection, make_site_return("one", "2022Q1", days_late=3))
        increment_data_version(connection)
    (_, (cell, *_), _), *_ = get_returns_grid(make_scope(source), sees_drafts=lambda site: True).rows
    assert (cell.status, cell.return_id) == ("approved" if approved else "submitted", sent)
    assert cell.newer_draft is not None and cell.newer_draft.return_id == draft
    (_, (cell, *_), _), *_ = get_returns_grid(make_scope(source)).rows
    assert cell.newer_draft is None
    (step,) = [step for step in get_steps(source) if (step.site.code, step.quarter) == ("one", Quarter(2022, 1))]
    assert (step.task, step.return_id, step.is_overdue, step.is_received) == ("finish", draft, False, True)
    decisions = list_steps(source, "mana", may_decide=True)
    assert decisions == ([] if approved else ["decide one 2022Q1"])


def test_a_correction_that_was_sent_back_is_not_overdue(source: DataSource):
    store_returns(source, make_site_return("one", "2022Q1"))
    (correction,) = store_returns(source, make_site_return("one", "2022Q1", approved=False, days_late=3))
    send_back(source, correction)
    (step,) = [step for step in get_steps(source) if (step.site.code, step.quarter) == ("one", Quarter(2022, 1))]
    assert (step.task, step.return_id, step.is_overdue) == ("correct", correction, False)
    with writing(source.engine) as connection:
        draft = store_draft(connection, make_site_return("one", "2022Q1", days_late=4))
        increment_data_version(connection)
    assert get_statuses(source, sees_drafts=lambda site: True)["one"][0] == "approved"
    (step,) = [step for step in get_steps(source) if (step.site.code, step.quarter) == ("one", Quarter(2022, 1))]
    assert (step.task, step.return_id, step.is_overdue) == ("finish", draft, False)


def test_an_officer_gets_corrections_then_missing_returns_of_own_sites(source: DataSource):
    numbers = store_returns(
        source, make_site_return("one", "2022Q1"), make_site_return("two", "2022Q2", approved=False)
    )
    send_back(source, numbers[1])
    assert list_steps(source, sites="one two") == [
        "correct two 2022Q2",
        "send two 2022Q1",
        "send one 2022Q2",
        "send one 2022Q3",
        "send two 2022Q3",
    ]


def test_a_manager_gets_reviews_but_not_of_own_returns(source: DataSource):
    store_returns(source, make_site_return("one", "2022Q1", approved=False))
    with writing(source.engine) as connection:
        number = store_draft(connection, make_site_return("two", "2022Q1"), sender="mana")
        submit_return(connection, number, when=WHEN, actor="mana")
        store_draft(connection, make_site_return("three", "2022Q1"), sender="mana")
        increment_data_version(connection)
    assert list_steps(source, username="mana", may_decide=True) == [
        "decide one 2022Q1",
        "finish three 2022Q1",
        "wait two 2022Q1",
    ]


def test_a_locked_quarter_gives_no_steps(source: DataSource):
    store_returns(source, lock=Quarter(2022, 1))
    assert "send one 2022Q1" not in list_steps(source) and "send one 2022Q2" in list_steps(source)
    grid = get_returns_grid(make_scope(source))
    assert grid.locked_quarters == {Quarter(2022, 1)}
    assert {cell.quarter for cell in grid.cells if cell.is_locked} == {Quarter(2022, 1)}


def test_a_reminder_lists_due_dates_and_counts_a_draft_as_missing(source: DataSource):
    store_returns(
        source, *(make_site_return(site, quarter) for site in ("one", "two") for quarter in ("2022Q1", "2022Q2"))
    )
    with writing(source.engine) as connection:
        store_draft(connection, make_site_return("three", "2022Q1"))
        increment_data_version(connection)
    reminders = {
        reminder.site.code: [(str(step.quarter), step.due, step.is_overdue) for step in reminder.steps]
        for reminder in list_site_reminders(make_scope(source), is_included=lambda site: site != "two")
    }
    due = [date(2022, 4, 30), date(2022, 7, 30), date(2022, 10, 30)]
    assert reminders == {
        "one": [("2022Q3", due[2], False)],
        "three": [("2022Q1", due[0], True), ("2022Q2", due[1], True), ("2022Q3", due[2], False)],
    }


def test_a_retired_site_keeps_its_row_where_it_had_to_report(source: DataSource):
    with writing(source.engine) as connection:
        newer_plan = make_plan(make_indicator("A-01"), RATE, sites=("one", "two"), years=(2022, 2024))
        store_plan(connection, newer_plan, when=WHEN, effective=date(2022, 5, 1))
        increment_data_version(connection)
    assert get_statuses(source)["three"] == ["missing", "not_asked", "not_asked"]
    assert "send three 2022Q1" in list_steps(source)


def test_the_system_indicator_counts_returns_on_time_and_approved(source: DataSource):
    store_returns(
        source,
        make_site_return("one", "2022Q1"),
        make_site_return("two", "2022Q1", days_late=1),
        make_site_return("three", "2022Q1", approved=False),
        make_site_return("one", "2022Q2"),
        make_site_return("two", "2022Q3"),
    )
    scope = make_scope(source)
    rate = get_overall_rate(scope)
    # Six returns of the two quarters that were due, and one early return of the third.
    assert (rate.expected, rate.received, rate.on_time) == (7, 5, 4)
    value = scope.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (3, 7)
    assert round(Decimal(str(value.amount)), 1) == Decimal("42.9")
    second = scope.get_figure("S-01", period=Quarter(2022, 2)).actual
    assert (second.numerator, second.denominator) == (1, 3)


def test_unapproved_returns_count_as_missing_without_unapproved_numbers(source: DataSource):
    store_returns(
        source,
        make_site_return("one", "2022Q1"),
        make_site_return("three", "2022Q1", approved=False),
        make_site_return("two", "2022Q3", approved=False),
    )
    scope = QueryScope(source.get_snapshot(), TODAY, include_unapproved=False)
    value = scope.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (1, 6)


@pytest.mark.parametrize("is_as_of_a_day", [False, True])
def test_an_approved_return_stays_on_time_and_approved_while_its_correction_waits(
    source: DataSource, is_as_of_a_day: bool
):
    store_returns(source, make_site_return("one", "2022Q1"), make_site_return("two", "2022Q1", approved=False))
    before = make_scope(source).get_figure("S-01", period=Years(2022, 2022)).actual
    correction = make_return("one", "2022Q1", {"A-01": 2}, approved=False, first_submitted=WHEN)
    store_returns(source, correction)
    scope = make_scope(source)
    if is_as_of_a_day:
        moment = datetime.combine(TODAY, datetime.max.time(), CAMBODIA)
        with reading(source.engine) as connection:
            returns = read_returns_at(connection, moment, basis="submitted")
        plans = source.get_snapshot().plans
        scope = QueryScope(make_record_snapshot(plans, build_record(plans, returns), has_sample_data=False), TODAY)
    value = scope.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (before.numerator, before.denominator) == (1, 6)
    received = scope.record.received_returns["one", Quarter(2022, 1)]
    assert received.approved and received.is_pending
    assert set(scope.record.received_returns.iterate_pending_approval()) == {
        ("one", Quarter(2022, 1)),
        ("two", Quarter(2022, 1)),
    }


def test_the_preview_of_a_correction_leaves_returns_on_time_and_approved(source: DataSource):
    store_returns(source, make_site_return("one", "2022Q1"))
    numbers = NewReturnNumbers("one", Quarter(2022, 1), Basis.QUARTER, (make_observation("A-01", 2),))
    effects = compute_effects(source, numbers, now=WHEN)
    assert {figure.indicator for figure in effects.figures} == {"A-01"}


def test_a_site_without_a_due_return_is_in_neither_rate(engine: Engine):
    yearly = make_indicator("A-02", reported="annual", reporting_sites=("two",))
    plan = make_plan(
        make_indicator("A-01", reporting_sites=("one",)), yearly, RATE, sites=("one", "two"), years=(2022, 2024)
    )
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        increment_data_version(connection)
    source = DataSource(engine)
    store_returns(source, make_site_return("one", "2022Q1"), make_site_return("one", "2022Q2"))
    scope = make_scope(source)
    assert (get_overall_rate(scope).expected, get_overall_rate(scope).received) == (2, 2)
    value = scope.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (2, 2)
