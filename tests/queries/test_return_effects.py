"""What a return is said to change before it is saved is what it changes once it is."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.rollups import refresh_all_rollups, refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.effects import ChangeKind, affected_periods, compare_numbers, compute_figure_effects, replace_return
from etl.indicators.figures import compute_figure
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import build_record, record_with_site
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import Basis, SiteReturn
from etl.locale import get_locale
from etl.queries.data_source import DataSource
from etl.queries.return_effects import NewReturnNumbers, compute_effects, find_stored_effects
from etl.queries.scope import QueryScope
from etl.wording.effects import describe_effect, describe_number_change, summarize_changes
from tests.support.builders import (
    make_indicator,
    make_observation,
    make_part,
    make_plan,
    make_plans,
    make_return,
    make_targets,
)
from tests.support.random_plans import Scenario, make_scenario, scenarios
from tests.support.stored_returns import approve_return, store_draft, store_plans, store_return, submit_return

Told = dict[tuple[str, str, str], Figure]
NOW = datetime(2024, 7, 10, 9, 0, tzinfo=CAMBODIA)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=CAMBODIA)
"""After every quarter of the random plans."""


def store_world(engine: Engine, plans: Plans, returns: list[SiteReturn]) -> None:
    with writing(engine) as connection:
        store_plans(connection, plans, when=NOW)
        for said in returns:
            store_return(connection, said)
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)


def take(engine: Engine, plans: Plans, said: SiteReturn) -> None:
    with writing(engine) as connection:
        store_return(connection, said)
        refresh_rollups(connection, plans, site=said.site, quarter=said.quarter)
        increment_data_version(connection)


def new_numbers(said: SiteReturn) -> NewReturnNumbers:
    return NewReturnNumbers(said.site, said.quarter, said.basis, said.observations)


def all_figures(
    source: DataSource, site: str, quarter: Quarter, *, include_unapproved: bool, now: datetime = NOW
) -> Told:
    """Every figure that a return can be asked about, computed from what the database holds now."""
    scope = QueryScope(source.get_snapshot(), now.date(), include_unapproved=include_unapproved)
    codes = {one.code for version in scope.snapshot.plans.versions for one in version.plan.indicators}
    return {
        (code, chosen, str(period)): scope.get_figure(code, period=period, sites=(chosen,) if chosen else None)
        for code in codes
        for chosen in ("", site)
        for period in affected_periods(quarter)
    }


def differing(before: Told, after: Told) -> dict[tuple[str, str, str], tuple[Figure, Figure]]:
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def one_that_matters(world: Scenario) -> SiteReturn:
    """The world's middle return that changes any figure; many are of what nobody asks for."""
    returns = world.returns[len(world.returns) // 2 :] + world.returns

    def matters(one: SiteReturn) -> bool:
        others = [said for said in world.returns if said is not one]
        of_site = [said for said in others if said.site == one.site]
        return bool(
            compute_figure_effects(world.plans, build_record(world.plans, others), of_site, one, today=LATER.date())
        )

    return next(one for one in returns if matters(one))


@pytest.mark.parametrize("is_approved", [False, True])
@pytest.mark.parametrize("seed", range(1, 8))
def test_the_effects_told_before_are_the_figures_after_loading(engine: Engine, seed: int, is_approved: bool) -> None:
    world = make_scenario(seed * 7919)
    one = one_that_matters(world)
    added = replace(one, first_submitted=LATER, approved=is_approved)
    earlier = [said for said in world.returns if said is not one]
    if seed % 2:
        earlier.append(make_return(one.site, one.quarter, {"A-01": 3}, approved=seed % 4 == 1))
    store_world(engine, world.plans, earlier)
    source = DataSource(engine)
    asked = {"site": one.site, "quarter": one.quarter, "include_unapproved": True, "now": LATER}
    before = all_figures(source, **asked)
    told = compute_effects(source, new_numbers(added), now=LATER, approve=is_approved)
    take(engine, world.plans, added)
    effects = {(one.indicator, one.site, str(one.period)): (one.before, one.after) for one in told.figures}
    assert effects == differing(before, all_figures(source, **asked))
    assert effects


@given(scenarios, st.integers(0, 10_000))
def test_no_figure_changes_beside_those_that_are_told(world: Scenario, seed: int) -> None:
    if not world.returns:
        return
    one = world.returns[seed % len(world.returns)]
    others = [said for said in world.returns if said is not one]
    before, after = build_record(world.plans, others), build_record(world.plans, world.returns)
    of_site = [said for said in others if said.site == one.site]
    assert (
        record_with_site(world.plans, before, one.site, replace_return(of_site, one)).received_returns
        == after.received_returns
    )
    today = world.query.today
    effects = compute_figure_effects(world.plans, before, of_site, one, today=today)
    told = {(one.indicator, one.site, one.period): one.after for one in effects}
    for version in world.plans.versions:
        for indicator in version.plan.indicators:
            for site in ("", one.site):
                for period in affected_periods(one.quarter):
                    asked = {
                        "indicator": indicator.code,
                        "sites": (site,) if site else None,
                        "period": period,
                        "today": today,
                    }
                    was, becomes = (compute_figure(world.plans, record, **asked) for record in (before, after))
                    assert told.get((indicator.code, site, period), was) == becomes


PLANS = make_plans(
    (
        datetime.min.date(),
        make_plan(
            make_indicator("A-01", unit="people"),
            make_indicator("A-02"),
            parts=[make_part("A-01", "sex/women")],
            targets=make_targets("A-01", {2024: 40}),
        ),
    )
)


def test_each_number_is_new_changed_unchanged_or_dropped() -> None:
    before = [make_observation("A-01", 12), make_observation("A-01/sex/women", 5), make_observation("A-02", "NC")]
    after = [make_observation("A-01", 15), make_observation("A-02", "NC"), make_observation("A-03", 0)]
    changes = {str(one.key): one for one in compare_numbers(before, after)}
    assert {key: one.kind for key, one in changes.items()} == {
        "A-01": ChangeKind.CHANGED,
        "A-02": ChangeKind.UNCHANGED,
        "A-03": ChangeKind.NEW,
        "A-01/sex/women": ChangeKind.DROPPED,
    }
    assert changes["A-01"].difference == Decimal(3)
    assert [changes[key].difference for key in ("A-02", "A-03", "A-01/sex/women")] == [None, None, None]


def test_a_new_return_is_compared_with_the_open_one_and_with_the_standing_one(engine: Engine) -> None:
    standing = make_return("one", "2024Q1", {"A-01": 10, "A-01/sex/women": 4})
    opened = make_return("one", "2024Q1", {"A-01": 20, "A-02": 1}, approved=False, basis=Basis.YEAR_TO_DATE)
    store_world(engine, PLANS, [standing, opened])
    added = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, (make_observation("A-01", 20),))
    told = compute_effects(DataSource(engine), added, now=NOW)
    assert [one.stored_return and one.stored_return.state.value for one in told.comparisons] == [
        "submitted",
        "approved",
    ]
    assert [one.has_other_basis for one in told.comparisons] == [True, False]
    to_open, to_standing = told.comparisons
    assert [str(one.key) for one in to_open.list_changes(ChangeKind.DROPPED)] == ["A-02"]
    assert [str(one.key) for one in to_standing.list_changes(ChangeKind.DROPPED)] == ["A-01/sex/women"]
    assert (to_open.count(ChangeKind.UNCHANGED), to_standing.count(ChangeKind.CHANGED)) == (1, 1)


def test_where_nothing_was_sent_before_every_number_is_new_and_the_rating_moves(engine: Engine) -> None:
    store_world(engine, PLANS, [])
    said = (make_observation("A-01", 40), make_observation("A-01/sex/women", 1))
    told = compute_effects(DataSource(engine), NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, said), now=NOW)
    assert told.main_comparison.stored_return is None and told.main_comparison.count(ChangeKind.NEW) == 2
    of_year = next(one for one in told.figures if one.indicator == "A-01" and not one.site)
    assert of_year.changes_amount and of_year.changes_rating and of_year.after.rating is Rating.ACHIEVED
    assert of_year.after.actual.amount == Decimal(40)


def test_who_decides_sees_what_approving_a_submission_does_to_approved_figures(engine: Engine) -> None:
    store_world(engine, PLANS, [make_return("one", "2024Q1", {"A-01": 10})])
    source = DataSource(engine)
    waits = make_return("one", "2024Q1", {"A-01": 17}, approved=False)
    take(engine, PLANS, waits)
    number = max(one.return_id for one in source.get_snapshot().returns)
    before = all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    told = find_stored_effects(source, number, now=NOW, approve=True, include_unapproved=False)
    assert (
        told is not None
        and told.main_comparison.stored_return is not None
        and told.main_comparison.stored_return.state.value == "approved"
    )
    with writing(engine) as connection:
        approve_return(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        increment_data_version(connection)
    after = all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    found = {(one.indicator, one.site, str(one.period)): (one.before, one.after) for one in told.figures}
    assert found == differing(before, after) and found
    assert find_stored_effects(source, number, now=NOW) is None


def test_a_draft_tells_what_submitting_it_would_do_and_changes_nothing(engine: Engine) -> None:
    store_world(engine, PLANS, [])
    source = DataSource(engine)
    with writing(engine) as connection:
        number = store_draft(connection, make_return("one", "2024Q1", {"A-01": 17}))
        increment_data_version(connection)
    before = all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    told = find_stored_effects(source, number, now=NOW)
    assert told is not None and told.figures
    assert all_figures(source, "one", Quarter(2024, 1), include_unapproved=True) == before
    assert find_stored_effects(source, number, now=NOW, include_unapproved=False).figures == ()
    with writing(engine) as connection:
        submit_return(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        increment_data_version(connection)
    after = all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    assert {(one.indicator, one.site, str(one.period)) for one in told.figures} == set(differing(before, after))


def test_every_change_is_said_in_both_languages(sqlite_engine: Engine) -> None:
    store_world(sqlite_engine, PLANS, [make_return("one", "2024Q1", {"A-01": 12, "A-01/sex/women": "NC", "A-02": 7})])
    said = (make_observation("A-01", "15.5"), make_observation("A-01/sex/women", 5))
    new = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, said)
    told = compute_effects(DataSource(sqlite_engine), new, now=NOW)
    english = [describe_number_change(one, told.plans, get_locale("en")) for one in told.main_comparison.changes]
    assert english == [
        "Indicator A-01: 12 → 15.5 (+3.5)",
        "Indicator A-01: women: not collected → 5",
        "Indicator A-02: 7 → blank",
    ]
    summary = "0 new, 2 changed, 0 unchanged, 1 becoming blank"
    assert summarize_changes(told.main_comparison.changes, get_locale("en")) == summary
    assert summarize_changes(told.main_comparison.changes, get_locale("km")) != summary
    (of_year,) = [one for one in told.figures if (one.indicator, one.site, str(one.period)) == ("A-01", "", "2024")]
    assert describe_effect(of_year, told.plans, get_locale("en")) == (
        "Indicator A-01, 2024: 12 (30.0 % of target), 1 of 2 numbers received, on track"
        " → 16 (38.8 % of target), 1 of 2 numbers received, on track"
    )
    assert "នៃគោលដៅ" in describe_effect(of_year, told.plans, get_locale("km"))
