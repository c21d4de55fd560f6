"""Changes since a day: ratings, restated numbers and revised targets."""

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
from etl.indicators.plans import Plan, make_single_plan
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


def make_plan_with_target(target_of_2023: int) -> Plan:
    old = make_targets("A-01", {2022: 100})
    new = Target("A-01", "", 2023, Decimal(target_of_2023), reason="fewer staff" if target_of_2023 != 200 else "")
    return make_plan(make_indicator("A-01"), make_indicator("A-02"), sites=("one", "two"), targets=(*old, new))


def make_site_return(site: str, quarter: str, amount: object, when: str) -> SiteReturn:
    return make_return(site, quarter, {"A-01": amount}, first_submitted=datetime.fromisoformat(f"{when}T08:00+07:00"))


def make_source(engine: Engine, *returns: SiteReturn, revised: int | None = None) -> DataSource:
    with writing(engine) as connection:
        store_plan(connection, make_plan_with_target(200), when=LOADED)
        if revised is not None:
            when = datetime.fromisoformat("2023-03-01T08:00+07:00")
            store_plan(connection, make_plan_with_target(revised), when=when, effective=date(2023, 1, 1))
        for return_ in returns:
            store_return(connection, return_)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    return DataSource(engine)


def find_changes(source: DataSource, since: str, **choice: object) -> Changes | None:
    scope = QueryScope(source.get_snapshot(), TODAY, **choice)  # type: ignore[arg-type]
    return find_changes_since(source, scope, date.fromisoformat(since))


def test_a_corrected_number_is_a_restatement_and_a_first_number_is_not(engine: Engine) -> None:
    source = make_source(
        engine,
        make_site_return("one", "2022Q1", 20, "2022-04-10"),
        make_site_return("one", "2022Q1", 25, "2022-09-01"),
        make_site_return("one", "2022Q2", 30, "2022-09-02"),
    )
    changes = find_changes(source, "2022-08-01")
    assert changes is not None
    (only,) = changes.number_restatements
    assert (only.indicator.code, only.site, only.quarter) == ("A-01", "one", Quarter(2022, 1))
    assert (only.before, only.after) == (Decimal(20), Decimal(25))
    assert changes.new_return_count == 1
    later = find_changes(source, "2022-09-02")
    assert later is not None and later.number_restatements == () and later.new_return_count == 0


def test_a_number_corrected_to_not_collected_is_a_restatement(engine: Engine) -> None:
    source = make_source(
        engine,
        make_site_return("one", "2022Q1", 20, "2022-04-10"),
        make_site_return("one", "2022Q1", "NC", "2022-09-01"),
    )
    changes = find_changes(source, "2022-08-01")
    assert changes is not None
    assert [(restatement.before, restatement.after) for restatement in changes.number_restatements] == [
        (Decimal(20), NoValue.NOT_COLLECTED)
    ]


def test_a_rating_change_compares_the_rating_displayed_then_and_now(engine: Engine) -> None:
    every = [make_site_return(site, "2022Q1", 20, "2022-04-10") for site in ("one", "two")]
    late = [
        make_site_return(site, f"2022Q{number}", 1, "2023-01-10") for site in ("one", "two") for number in (2, 3, 4)
    ]
    source = make_source(engine, *every, *late)
    changes = find_changes(source, "2022-05-15")
    assert changes is not None
    moved = {change.indicator.code: (change.before.rating, change.after.rating) for change in changes.rating_changes}
    assert moved["A-01"] == (Rating.ON_TRACK, Rating.OFF_TRACK)
    assert "A-02" not in moved


def test_a_target_revision_has_a_reason_and_needs_a_newer_plan(engine: Engine) -> None:
    source = make_source(engine, make_site_return("one", "2022Q1", 20, "2022-04-10"), revised=150)
    changes = find_changes(source, "2023-02-01")
    assert changes is not None
    (only,) = changes.target_revisions
    assert (only.indicator.code, only.site, only.year) == ("A-01", "", 2023)
    assert (only.before, only.after, only.reason) == (Decimal(200), Decimal(150), "fewer staff")
    later = find_changes(source, "2023-03-02")
    assert later is not None and later.target_revisions == ()


def test_changes_of_sites_outside_the_scope_are_excluded(engine: Engine) -> None:
    source = make_source(
        engine, make_site_return("one", "2022Q1", 20, "2022-04-10"), make_site_return("one", "2022Q1", 25, "2022-09-01")
    )
    changes = find_changes(source, "2022-08-01", sites=("two",))
    assert changes is not None and changes.number_restatements == ()


@pytest.mark.parametrize(("since", "is_known"), [("2022-01-04", False), ("2022-01-05", True)])
def test_there_are_no_changes_before_the_first_plan(engine: Engine, since: str, is_known: bool) -> None:
    source = make_source(engine, make_site_return("one", "2022Q1", 20, "2022-04-10"))
    assert (find_changes(source, since) is not None) is is_known


def test_submitted_numbers_count_only_in_a_scope_that_includes_them(engine: Engine) -> None:
    moment = datetime.fromisoformat("2022-09-01T08:00+07:00")
    waiting = make_return("one", "2022Q1", {"A-01": 25}, first_submitted=moment, approved=False)
    source = make_source(engine, make_site_return("one", "2022Q1", 20, "2022-04-10"), waiting)
    with_them = find_changes(source, "2022-08-01")
    without = find_changes(source, "2022-08-01", include_unapproved=False)
    assert with_them is not None and [restatement.after for restatement in with_them.number_restatements] == [
        Decimal(25)
    ]
    assert without is not None and without.number_restatements == ()


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_changed_sites_give_the_same_changes_as_all_sites(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Compare a lookup of the changed sites with a lookup of all sites."""
    scenario = make_scenario(seed)
    with writing(engine) as connection:
        store_plans(connection, make_single_plan(scenario.plans.latest), when=LOADED)
        for index, return_ in enumerate(scenario.returns):
            when = datetime(2022, 2, 1, 8, tzinfo=CAMBODIA) + timedelta(days=20 * index)
            store_return(connection, replace(return_, first_submitted=when))
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    source = DataSource(engine)
    days = [date(2022, 2, 1) + timedelta(days=20 * index) for index in range(0, len(scenario.returns), 3)]
    scope = QueryScope(source.get_snapshot(), date(2024, 6, 1))
    by_changed_sites = [find_changes_since(source, scope, day) for day in days]
    monkeypatch.setattr("etl.queries.changes.read_sites_changed_since", lambda *_: None)
    assert by_changed_sites == [find_changes_since(source, scope, day) for day in days]
    assert any(changes is not None and not changes.is_empty for changes in by_changed_sites)
