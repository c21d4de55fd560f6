"""Who owes a return and who must act: the grid, each person's next steps, reminders, and the rates behind SO4-06."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.write.data_version import increment_data_version
from etl.database.write.locks import set_quarter_lock
from etl.database.write.returns import change_return_state
from etl.indicators.periods import CAMBODIA, Quarter, Years
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource
from etl.queries.next_steps import list_next_steps, list_site_reminders
from etl.queries.reporting_status import get_overall_rate, get_returns_grid
from etl.queries.scope import QueryScope
from tests.support.builders import make_indicator, make_plan, make_return
from tests.support.stored_returns import store_draft, store_plan, store_return, submit_return

TODAY = date(2022, 10, 10)
"""2022 Q1 and Q2 were due, Q3 has ended and is due on 30 October."""
WHEN = datetime(2022, 10, 9, 12, tzinfo=CAMBODIA)
RATE = make_indicator(
    "S-01", measure="ratio", source="system", scale=100, unit="%", objective="A", percent_rule="of_target"
)


@pytest.fixture
def source(engine: Engine) -> DataSource:
    """Sites one, two and three; one indicator that is typed and the system's own of returns on time."""
    plan = make_plan(make_indicator("A-01"), RATE, sites=("one", "two", "three"), years=(2022, 2024))
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        increment_data_version(connection)
    return DataSource(engine)


def store(source: DataSource, *returns, lock: Quarter | None = None) -> list[int]:
    with writing(source.engine) as connection:
        numbers = [store_return(connection, one) for one in returns]
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


def sent(site: str, quarter: str, *, approved: bool = True, days_late: int = 0):
    """A return that came on the last day on which it was on time, or some days after."""
    year, number = int(quarter[:4]), int(quarter[-1])
    end = date(year + number // 4, number * 3 % 12 + 1, 1) - timedelta(1)
    day = end + timedelta(30 + days_late)
    first = datetime(day.year, day.month, day.day, 23, 0, tzinfo=CAMBODIA)
    return make_return(site, quarter, {"A-01": 1}, approved=approved, first_submitted=first)


def scope(source: DataSource, today: date = TODAY) -> QueryScope:
    return QueryScope(source.get_snapshot(), today)


def grid_of(source: DataSource, **how: object) -> dict[str, list[str]]:
    found = get_returns_grid(scope(source), **how)
    return {site.code: [square.status.value for square in squares] for site, squares, _ in found.rows}


def steps_of(
    source: DataSource, who: str = "officer", sites: str = "one two three", decides: bool = False
) -> list[str]:
    found = list_next_steps(
        scope(source), username=who, may_send=lambda site: site in sites.split(), may_decide=decides
    )
    return [f"{step.task} {step.site.code} {step.quarter}" for step in found]


def test_the_grid_says_approved_waiting_sent_back_missing_and_not_due(source: DataSource):
    numbers = store(
        source, sent("one", "2022Q1"), sent("two", "2022Q1", approved=False), sent("three", "2022Q1", approved=False)
    )
    send_back(source, numbers[2])
    assert grid_of(source) == {
        "one": ["approved", "missing", "not_due"],
        "two": ["submitted", "missing", "not_due"],
        "three": ["sent_back", "missing", "not_due"],
    }


def test_a_draft_is_seen_by_those_of_its_site_only(source: DataSource):
    with writing(source.engine) as connection:
        store_draft(connection, sent("one", "2022Q1"))
        store_draft(connection, sent("two", "2022Q1"))
        increment_data_version(connection)
    seen = grid_of(source, sees_drafts=lambda site: site == "one")
    assert (seen["one"][0], seen["two"][0]) == ("draft", "missing")


def test_a_draft_that_corrects_an_approved_return_hides_it_from_nobody_else(source: DataSource):
    store(source, sent("one", "2022Q1"))
    with writing(source.engine) as connection:
        store_draft(connection, sent("one", "2022Q1", days_late=3))
        increment_data_version(connection)
    assert grid_of(source)["one"][0] == "approved"
    assert grid_of(source, sees_drafts=lambda site: True)["one"][0] == "draft"


def test_an_officer_is_told_what_to_correct_then_what_to_send_of_their_sites_only(source: DataSource):
    numbers = store(source, sent("one", "2022Q1"), sent("two", "2022Q2", approved=False))
    send_back(source, numbers[1])
    assert steps_of(source, sites="one two") == [
        "correct two 2022Q2",
        "send two 2022Q1",
        "send one 2022Q2",
        "send one 2022Q3",
        "send two 2022Q3",
    ]


def test_a_manager_is_told_what_to_decide_and_not_on_what_they_sent_themselves(source: DataSource):
    store(source, sent("one", "2022Q1", approved=False))
    with writing(source.engine) as connection:
        number = store_draft(connection, sent("two", "2022Q1"), sender="mana")
        submit_return(connection, number, when=WHEN, actor="mana")
        store_draft(connection, sent("three", "2022Q1"), sender="mana")
        increment_data_version(connection)
    assert steps_of(source, who="mana", decides=True) == [
        "decide one 2022Q1",
        "finish three 2022Q1",
        "wait two 2022Q1",
    ]


def test_a_locked_quarter_asks_nobody_for_a_return(source: DataSource):
    store(source, lock=Quarter(2022, 1))
    assert "send one 2022Q1" not in steps_of(source) and "send one 2022Q2" in steps_of(source)
    found = get_returns_grid(scope(source))
    assert found.locked_quarters == {Quarter(2022, 1)}
    assert {square.quarter for square in found.cells if square.is_locked} == {Quarter(2022, 1)}


def test_a_reminder_names_what_a_site_owes_with_its_days_and_counts_a_draft_as_not_sent(source: DataSource):
    store(source, *(sent(site, quarter) for site in ("one", "two") for quarter in ("2022Q1", "2022Q2")))
    with writing(source.engine) as connection:
        store_draft(connection, sent("three", "2022Q1"))
        increment_data_version(connection)
    found = {
        one.site.code: [(str(step.quarter), step.due, step.is_overdue) for step in one.steps]
        for one in list_site_reminders(scope(source), is_included=lambda site: site != "two")
    }
    due = [date(2022, 4, 30), date(2022, 7, 30), date(2022, 10, 30)]
    assert found == {
        "one": [("2022Q3", due[2], False)],
        "three": [("2022Q1", due[0], True), ("2022Q2", due[1], True), ("2022Q3", due[2], False)],
    }


def test_a_site_that_a_newer_plan_leaves_out_keeps_its_row_where_a_quarter_was_its(source: DataSource):
    with writing(source.engine) as connection:
        left = make_plan(make_indicator("A-01"), RATE, sites=("one", "two"), years=(2022, 2024))
        store_plan(connection, left, when=WHEN, effective=date(2022, 5, 1))
        increment_data_version(connection)
    assert grid_of(source)["three"] == ["missing", "not_asked", "not_asked"]
    assert "send three 2022Q1" in steps_of(source)


def test_the_system_s_indicator_is_on_time_and_approved_of_the_returns_expected(source: DataSource):
    store(
        source,
        sent("one", "2022Q1"),
        sent("two", "2022Q1", days_late=1),
        sent("three", "2022Q1", approved=False),
        sent("one", "2022Q2"),
        sent("two", "2022Q3"),
    )
    asked = scope(source)
    rate = get_overall_rate(asked)
    # Six of the two quarters that were due, and one of the third that came before its day.
    assert (rate.expected, rate.received, rate.on_time) == (7, 5, 4)
    value = asked.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (3, 7)
    assert round(Decimal(str(value.amount)), 1) == Decimal("42.9")
    second = asked.get_figure("S-01", period=Quarter(2022, 2)).actual
    assert (second.numerator, second.denominator) == (1, 3)


def test_approved_returns_alone_leave_the_others_missing_from_both_rates(source: DataSource):
    store(source, sent("one", "2022Q1"), sent("three", "2022Q1", approved=False), sent("two", "2022Q3", approved=False))
    asked = QueryScope(source.get_snapshot(), TODAY, include_unapproved=False)
    value = asked.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (1, 6)


def test_a_site_that_owes_no_return_of_a_quarter_is_in_neither_rate(engine: Engine):
    yearly = make_indicator("A-02", reported="annual", reporting_sites=("two",))
    plan = make_plan(
        make_indicator("A-01", reporting_sites=("one",)), yearly, RATE, sites=("one", "two"), years=(2022, 2024)
    )
    with writing(engine) as connection:
        store_plan(connection, plan, when=WHEN)
        increment_data_version(connection)
    source = DataSource(engine)
    store(source, sent("one", "2022Q1"), sent("one", "2022Q2"))
    asked = scope(source)
    assert (get_overall_rate(asked).expected, get_overall_rate(asked).received) == (2, 2)
    value = asked.get_figure("S-01", period=Years(2022, 2022)).actual
    assert (value.numerator, value.denominator) == (2, 2)
