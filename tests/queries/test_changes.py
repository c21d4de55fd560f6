"""What changed since a day: ratings then and now, numbers said twice, targets of a newer plan; firsts are no change."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, only_plan
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import SiteReturn, Target
from etl.queries.changes import Changes, find_changes_since
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from tests.support.builders import make_indicator, make_plan, make_return, make_targets
from tests.support.random_plans import make_scenario
from tests.support.stored_returns import store_plan, store_plans, store_return

LOADED = datetime.fromisoformat("2022-01-05T08:00+07:00")
TODAY = date(2023, 6, 1)


def plan_of(target_of_2023: int) -> Plan:
    old = make_targets("A-01", {2022: 100})
    new = Target("A-01", "", 2023, Decimal(target_of_2023), reason="fewer staff" if target_of_2023 != 200 else "")
    return make_plan(make_indicator("A-01"), make_indicator("A-02"), sites=("one", "two"), targets=(*old, new))


def sent(site: str, quarter: str, amount: object, when: str) -> SiteReturn:
    return make_return(site, quarter, {"A-01": amount}, first_submitted=datetime.fromisoformat(f"{when}T08:00+07:00"))


def source_with(engine: Engine, *returns: SiteReturn, revised: int | None = None) -> DataSource:
    with writing(engine) as connection:
        store_plan(connection, plan_of(200), when=LOADED)
        if revised is not None:
            when = datetime.fromisoformat("2023-03-01T08:00+07:00")
            store_plan(connection, plan_of(revised), when=when, effective=date(2023, 1, 1))
        for one in returns:
            store_return(connection, one)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    return DataSource(engine)


def asked(source: DataSource, since: str, **choice: object) -> Changes | None:
    scope = QueryScope(source.get_snapshot(), TODAY, **choice)  # type: ignore[arg-type]
    return find_changes_since(source, scope, date.fromisoformat(since))


def test_a_corrected_number_is_restated_and_a_first_one_is_not(engine: Engine) -> None:
    source = source_with(
        engine,
        sent("one", "2022Q1", 20, "2022-04-10"),
        sent("one", "2022Q1", 25, "2022-09-01"),
        sent("one", "2022Q2", 30, "2022-09-02"),
    )
    found = asked(source, "2022-08-01")
    assert found is not None
    (only,) = found.number_restatements
    assert (only.indicator.code, only.site, only.quarter) == ("A-01", "one", Quarter(2022, 1))
    assert (only.before, only.after) == (Decimal(20), Decimal(25))
    assert found.new_return_count == 1
    later = asked(source, "2022-09-02")
    assert later is not None and later.number_restatements == () and later.new_return_count == 0


def test_a_number_that_was_taken_back_says_so(engine: Engine) -> None:
    source = source_with(engine, sent("one", "2022Q1", 20, "2022-04-10"), sent("one", "2022Q1", "NC", "2022-09-01"))
    found = asked(source, "2022-08-01")
    assert found is not None
    assert [(one.before, one.after) for one in found.number_restatements] == [(Decimal(20), NoValue.NOT_COLLECTED)]


def test_a_rating_moves_from_what_was_shown_on_the_day_to_what_is_shown_now(engine: Engine) -> None:
    every = [sent(site, "2022Q1", 20, "2022-04-10") for site in ("one", "two")]
    late = [sent(site, f"2022Q{number}", 1, "2023-01-10") for site in ("one", "two") for number in (2, 3, 4)]
    source = source_with(engine, *every, *late)
    found = asked(source, "2022-05-15")
    assert found is not None
    moved = {one.indicator.code: (one.before.rating, one.after.rating) for one in found.rating_changes}
    assert moved["A-01"] == (Rating.ON_TRACK, Rating.OFF_TRACK)
    assert "A-02" not in moved


def test_a_revised_target_names_its_reason_and_only_a_newer_plan_revises(engine: Engine) -> None:
    source = source_with(engine, sent("one", "2022Q1", 20, "2022-04-10"), revised=150)
    found = asked(source, "2023-02-01")
    assert found is not None
    (only,) = found.target_revisions
    assert (only.indicator.code, only.site, only.year) == ("A-01", "", 2023)
    assert (only.before, only.after, only.reason) == (Decimal(200), Decimal(150), "fewer staff")
    later = asked(source, "2023-03-02")
    assert later is not None and later.target_revisions == ()


def test_another_site_is_left_out_of_what_changed(engine: Engine) -> None:
    source = source_with(engine, sent("one", "2022Q1", 20, "2022-04-10"), sent("one", "2022Q1", 25, "2022-09-01"))
    found = asked(source, "2022-08-01", sites=("two",))
    assert found is not None and found.number_restatements == ()


@pytest.mark.parametrize(("since", "is_known"), [("2022-01-04", False), ("2022-01-05", True)])
def test_before_the_first_plan_there_is_nothing_to_compare_with(engine: Engine, since: str, is_known: bool) -> None:
    source = source_with(engine, sent("one", "2022Q1", 20, "2022-04-10"))
    assert (asked(source, since) is not None) is is_known


def test_submitted_numbers_count_only_where_they_were_asked_for(engine: Engine) -> None:
    moment = datetime.fromisoformat("2022-09-01T08:00+07:00")
    waiting = make_return("one", "2022Q1", {"A-01": 25}, first_submitted=moment, approved=False)
    source = source_with(engine, sent("one", "2022Q1", 20, "2022-04-10"), waiting)
    with_them = asked(source, "2022-08-01")
    without = asked(source, "2022-08-01", include_unapproved=False)
    assert with_them is not None and [one.after for one in with_them.number_restatements] == [Decimal(25)]
    assert without is not None and without.number_restatements == ()


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_what_changed_is_told_by_a_few_sites_as_it_would_be_by_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Only the sites that took a step since the day are looked at; all of them would tell the same."""
    world = make_scenario(seed)
    with writing(engine) as connection:
        store_plans(connection, only_plan(world.plans.latest), when=LOADED)
        for place, one in enumerate(world.returns):
            when = datetime(2022, 2, 1, 8, tzinfo=CAMBODIA) + timedelta(days=20 * place)
            store_return(connection, replace(one, first_submitted=when))
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    source = DataSource(engine)
    days = [date(2022, 2, 1) + timedelta(days=20 * place) for place in range(0, len(world.returns), 3)]
    scope = QueryScope(source.get_snapshot(), date(2024, 6, 1))
    few = [find_changes_since(source, scope, day) for day in days]
    monkeypatch.setattr("etl.queries.changes.read_sites_changed_since", lambda *_: None)
    assert few == [find_changes_since(source, scope, day) for day in days]
    assert any(one is not None and not one.is_empty for one in few)
