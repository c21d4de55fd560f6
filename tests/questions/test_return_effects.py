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
from etl.database.write.data_version import raise_data_version
from etl.indicators.effects import ChangeKind, compare_numbers, figure_effects, periods_of, returns_with
from etl.indicators.figures import figure
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import record_of, record_with_site
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import Basis, SiteReturn
from etl.queries.asking import Asking
from etl.queries.return_effects import NewReturnNumbers, effects_of_numbers, effects_of_stored
from etl.queries.source import Source
from etl.wording.effects import change_words, changes_summary, effect_words
from tests.support.builders import a_cell, a_part, a_plan, a_return, an_indicator, plans_of, targets_of
from tests.support.random_plans import World, world_of, worlds
from tests.support.stored_returns import approve, store_draft, store_plans, store_return, submit

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
        raise_data_version(connection)


def take(engine: Engine, plans: Plans, said: SiteReturn) -> None:
    with writing(engine) as connection:
        store_return(connection, said)
        refresh_rollups(connection, plans, site=said.site, quarter=said.quarter)
        raise_data_version(connection)


def new_numbers(said: SiteReturn) -> NewReturnNumbers:
    return NewReturnNumbers(said.site, said.quarter, said.basis, said.observations)


def all_figures(source: Source, site: str, quarter: Quarter, *, include_unapproved: bool, now: datetime = NOW) -> Told:
    """Every figure that a return can be asked about, computed from what the database holds now."""
    asking = Asking(source.get_snapshot(), now.date(), include_unapproved=include_unapproved)
    codes = {one.code for version in asking.snapshot.plans.versions for one in version.plan.indicators}
    return {
        (code, chosen, str(period)): asking.figure(code, period=period, sites=(chosen,) if chosen else None)
        for code in codes
        for chosen in ("", site)
        for period in periods_of(quarter)
    }


def differing(before: Told, after: Told) -> dict[tuple[str, str, str], tuple[Figure, Figure]]:
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def one_that_matters(world: World) -> SiteReturn:
    """The world's middle return that changes any figure; many are of what nobody asks for."""
    returns = world.returns[len(world.returns) // 2 :] + world.returns

    def matters(one: SiteReturn) -> bool:
        others = [said for said in world.returns if said is not one]
        of_site = [said for said in others if said.site == one.site]
        return bool(figure_effects(world.plans, record_of(world.plans, others), of_site, one, today=LATER.date()))

    return next(one for one in returns if matters(one))


@pytest.mark.parametrize("is_approved", [False, True])
@pytest.mark.parametrize("seed", range(1, 8))
def test_the_effects_told_before_are_the_figures_after_loading(engine: Engine, seed: int, is_approved: bool) -> None:
    world = world_of(seed * 7919)
    one = one_that_matters(world)
    added = replace(one, first_submitted=LATER, approved=is_approved)
    earlier = [said for said in world.returns if said is not one]
    if seed % 2:
        earlier.append(a_return(one.site, one.quarter, {"A-01": 3}, approved=seed % 4 == 1))
    store_world(engine, world.plans, earlier)
    source = Source(engine)
    asked = {"site": one.site, "quarter": one.quarter, "include_unapproved": True, "now": LATER}
    before = all_figures(source, **asked)
    told = effects_of_numbers(source, new_numbers(added), now=LATER, approve=is_approved)
    take(engine, world.plans, added)
    effects = {(one.indicator, one.site, str(one.period)): (one.before, one.after) for one in told.figures}
    assert effects == differing(before, all_figures(source, **asked))
    assert effects


@given(worlds, st.integers(0, 10_000))
def test_no_figure_changes_beside_those_that_are_told(world: World, seed: int) -> None:
    if not world.returns:
        return
    one = world.returns[seed % len(world.returns)]
    others = [said for said in world.returns if said is not one]
    before, after = record_of(world.plans, others), record_of(world.plans, world.returns)
    of_site = [said for said in others if said.site == one.site]
    assert record_with_site(world.plans, before, one.site, returns_with(of_site, one)).received == after.received
    today = world.question.today
    effects = figure_effects(world.plans, before, of_site, one, today=today)
    told = {(one.indicator, one.site, one.period): one.after for one in effects}
    for version in world.plans.versions:
        for indicator in version.plan.indicators:
            for site in ("", one.site):
                for period in periods_of(one.quarter):
                    asked = {
                        "indicator": indicator.code,
                        "sites": (site,) if site else None,
                        "period": period,
                        "today": today,
                    }
                    was, becomes = (figure(world.plans, record, **asked) for record in (before, after))
                    assert told.get((indicator.code, site, period), was) == becomes


PLANS = plans_of(
    (
        datetime.min.date(),
        a_plan(
            an_indicator("A-01", unit="people"),
            an_indicator("A-02"),
            parts=[a_part("A-01", "sex/women")],
            targets=targets_of("A-01", {2024: 40}),
        ),
    )
)


def test_each_number_is_new_changed_unchanged_or_dropped() -> None:
    before = [a_cell("A-01", 12), a_cell("A-01/sex/women", 5), a_cell("A-02", "NC")]
    after = [a_cell("A-01", 15), a_cell("A-02", "NC"), a_cell("A-03", 0)]
    changes = {str(one.key): one for one in compare_numbers(before, after)}
    assert {key: one.kind for key, one in changes.items()} == {
        "A-01": ChangeKind.CHANGED,
        "A-02": ChangeKind.UNCHANGED,
        "A-03": ChangeKind.NEW,
        "A-01/sex/women": ChangeKind.DROPPED,
    }
    assert changes["A-01"].by == Decimal(3)
    assert [changes[key].by for key in ("A-02", "A-03", "A-01/sex/women")] == [None, None, None]


def test_a_new_return_is_compared_with_the_open_one_and_with_the_standing_one(engine: Engine) -> None:
    standing = a_return("one", "2024Q1", {"A-01": 10, "A-01/sex/women": 4})
    opened = a_return("one", "2024Q1", {"A-01": 20, "A-02": 1}, approved=False, basis=Basis.YEAR_TO_DATE)
    store_world(engine, PLANS, [standing, opened])
    added = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, (a_cell("A-01", 20),))
    told = effects_of_numbers(Source(engine), added, now=NOW)
    assert [one.stored and one.stored.state.value for one in told.comparisons] == ["submitted", "approved"]
    assert [one.is_other_basis for one in told.comparisons] == [True, False]
    to_open, to_standing = told.comparisons
    assert [str(one.key) for one in to_open.of_kind(ChangeKind.DROPPED)] == ["A-02"]
    assert [str(one.key) for one in to_standing.of_kind(ChangeKind.DROPPED)] == ["A-01/sex/women"]
    assert (to_open.count(ChangeKind.UNCHANGED), to_standing.count(ChangeKind.CHANGED)) == (1, 1)


def test_where_nothing_was_sent_before_every_number_is_new_and_the_rating_moves(engine: Engine) -> None:
    store_world(engine, PLANS, [])
    said = (a_cell("A-01", 40), a_cell("A-01/sex/women", 1))
    told = effects_of_numbers(Source(engine), NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, said), now=NOW)
    assert told.main.stored is None and told.main.count(ChangeKind.NEW) == 2
    of_year = next(one for one in told.figures if one.indicator == "A-01" and not one.site)
    assert of_year.moves_amount and of_year.moves_rating and of_year.after.rating is Rating.ACHIEVED
    assert of_year.after.actual.amount == Decimal(40)


def test_who_decides_sees_what_approving_a_submission_does_to_approved_figures(engine: Engine) -> None:
    store_world(engine, PLANS, [a_return("one", "2024Q1", {"A-01": 10})])
    source = Source(engine)
    waits = a_return("one", "2024Q1", {"A-01": 17}, approved=False)
    take(engine, PLANS, waits)
    number = max(one.number for one in source.get_snapshot().returns)
    before = all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    told = effects_of_stored(source, number, now=NOW, approve=True, include_unapproved=False)
    assert told is not None and told.main.stored is not None and told.main.stored.state.value == "approved"
    with writing(engine) as connection:
        approve(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        raise_data_version(connection)
    after = all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    found = {(one.indicator, one.site, str(one.period)): (one.before, one.after) for one in told.figures}
    assert found == differing(before, after) and found
    assert effects_of_stored(source, number, now=NOW) is None


def test_a_draft_tells_what_submitting_it_would_do_and_changes_nothing(engine: Engine) -> None:
    store_world(engine, PLANS, [])
    source = Source(engine)
    with writing(engine) as connection:
        number = store_draft(connection, a_return("one", "2024Q1", {"A-01": 17}))
        raise_data_version(connection)
    before = all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    told = effects_of_stored(source, number, now=NOW)
    assert told is not None and told.figures
    assert all_figures(source, "one", Quarter(2024, 1), include_unapproved=True) == before
    assert effects_of_stored(source, number, now=NOW, include_unapproved=False).figures == ()
    with writing(engine) as connection:
        submit(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        raise_data_version(connection)
    after = all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    assert {(one.indicator, one.site, str(one.period)) for one in told.figures} == set(differing(before, after))


def test_every_change_is_said_in_both_languages(sqlite_engine: Engine) -> None:
    store_world(sqlite_engine, PLANS, [a_return("one", "2024Q1", {"A-01": 12, "A-01/sex/women": "NC", "A-02": 7})])
    said = (a_cell("A-01", "15.5"), a_cell("A-01/sex/women", 5))
    new = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, said)
    told = effects_of_numbers(Source(sqlite_engine), new, now=NOW)
    english = [change_words(one, told.plans, "en") for one in told.main.changes]
    assert english == [
        "Indicator A-01: 12 → 15.5 (+3.5)",
        "Indicator A-01: women: not collected → 5",
        "Indicator A-02: 7 → blank",
    ]
    summary = "0 new, 2 changed, 0 unchanged, 1 that would become blank"
    assert changes_summary(told.main.changes, "en") == summary
    assert changes_summary(told.main.changes, "km") != summary
    (of_year,) = [one for one in told.figures if (one.indicator, one.site, str(one.period)) == ("A-01", "", "2024")]
    assert effect_words(of_year, told.plans, "en") == (
        "Indicator A-01, 2024: 12 (30.0 % of target), 1 of 2 numbers in, on track"
        " → 16 (38.8 % of target), 1 of 2 numbers in, on track"
    )
    assert "នៃគោលដៅ" in effect_words(of_year, told.plans, "km")
