"""The preview of a return's effects equals the changes after it is stored."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from etl.database.connection import writing
from etl.database.rollups import refresh_all_rollups, refresh_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.effects import (
    ChangeKind,
    compare_numbers,
    compute_figure_effects,
    list_affected_periods,
    replace_return,
)
from etl.indicators.figures import compute_figure
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import build_record, replace_site_returns
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

Figures = dict[tuple[str, str, str], Figure]
NOW = datetime(2024, 7, 10, 9, 0, tzinfo=CAMBODIA)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=CAMBODIA)
"""After every quarter of the random plans."""


def store_scenario(engine: Engine, plans: Plans, returns: list[SiteReturn]) -> None:
    with writing(engine) as connection:
        store_plans(connection, plans, when=NOW)
        for site_return in returns:
            store_return(connection, site_return)
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)


def store_one_return(engine: Engine, plans: Plans, site_return: SiteReturn) -> None:
    with writing(engine) as connection:
        store_return(connection, site_return)
        refresh_rollups(connection, plans, site=site_return.site, quarter=site_return.quarter)
        increment_data_version(connection)


def make_numbers(site_return: SiteReturn) -> NewReturnNumbers:
    return NewReturnNumbers(site_return.site, site_return.quarter, site_return.basis, site_return.observations)


def compute_all_figures(
    source: DataSource, site: str, quarter: Quarter, *, include_unapproved: bool, now: datetime = NOW
) -> Figures:
    """Compute every figure that a return can affect from the present database."""
    scope = QueryScope(source.get_snapshot(), now.date(), include_unapproved=include_unapproved)
    codes = {indicator.code for version in scope.snapshot.plans.versions for indicator in version.plan.indicators}
    return {
        (code, chosen, str(period)): scope.get_figure(code, period=period, sites=(chosen,) if chosen else None)
        for code in codes
        for chosen in ("", site)
        for period in list_affected_periods(quarter)
    }


def find_differences(before: Figures, after: Figures) -> dict[tuple[str, str, str], tuple[Figure, Figure]]:
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def find_effective_return(scenario: Scenario) -> SiteReturn:
    """Return a return from the middle of the scenario that changes a figure; many report unused cells."""
    returns = scenario.returns[len(scenario.returns) // 2 :] + scenario.returns

    def has_effect(new_return: SiteReturn) -> bool:
        others = [site_return for site_return in scenario.returns if site_return is not new_return]
        of_site = [site_return for site_return in others if site_return.site == new_return.site]
        return bool(
            compute_figure_effects(
                scenario.plans, build_record(scenario.plans, others), of_site, new_return, today=LATER.date()
            )
        )

    return next(return_ for return_ in returns if has_effect(return_))


@pytest.mark.parametrize("is_approved", [False, True])
@pytest.mark.parametrize("seed", (1, 2, 4, 5, 6, 7, 11))
def test_previewed_effects_equal_the_figures_after_import(engine: Engine, seed: int, is_approved: bool) -> None:
    scenario = make_scenario(seed * 7919)
    new_return = find_effective_return(scenario)
    added = replace(new_return, first_submitted=LATER, approved=is_approved)
    earlier = [site_return for site_return in scenario.returns if site_return is not new_return]
    if seed % 2:
        earlier.append(make_return(new_return.site, new_return.quarter, {"A-01": 3}, approved=seed % 4 == 1))
    store_scenario(engine, scenario.plans, earlier)
    source = DataSource(engine)
    query = {"site": new_return.site, "quarter": new_return.quarter, "include_unapproved": True, "now": LATER}
    before = compute_all_figures(source, **query)
    effects = compute_effects(source, make_numbers(added), now=LATER, approve=is_approved)
    store_one_return(engine, scenario.plans, added)
    differences = {
        (figure.indicator, figure.site, str(figure.period)): (figure.before, figure.after) for figure in effects.figures
    }
    assert differences == find_differences(before, compute_all_figures(source, **query))
    assert differences


@given(scenarios, st.integers(0, 10_000))
def test_no_other_figure_changes(scenario: Scenario, seed: int) -> None:
    assume(scenario.returns)
    new_return = scenario.returns[seed % len(scenario.returns)]
    others = [site_return for site_return in scenario.returns if site_return is not new_return]
    before, after = build_record(scenario.plans, others), build_record(scenario.plans, scenario.returns)
    of_site = [site_return for site_return in others if site_return.site == new_return.site]
    assert (
        replace_site_returns(
            scenario.plans, before, new_return.site, replace_return(of_site, new_return)
        ).received_returns
        == after.received_returns
    )
    today = scenario.query.today
    effect_list = compute_figure_effects(scenario.plans, before, of_site, new_return, today=today)
    effects = {(effect.indicator, effect.site, effect.period): effect.after for effect in effect_list}
    for version in scenario.plans.versions:
        for indicator in version.plan.indicators:
            for site in ("", new_return.site):
                for period in list_affected_periods(new_return.quarter):
                    query = {
                        "indicator": indicator.code,
                        "sites": (site,) if site else None,
                        "period": period,
                        "today": today,
                    }
                    was, becomes = (compute_figure(scenario.plans, record, **query) for record in (before, after))
                    assert effects.get((indicator.code, site, period), was) == becomes


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
    changes = {str(number.key): number for number in compare_numbers(before, after)}
    assert {key: change.kind for key, change in changes.items()} == {
        "A-01": ChangeKind.CHANGED,
        "A-02": ChangeKind.UNCHANGED,
        "A-03": ChangeKind.NEW,
        "A-01/sex/women": ChangeKind.DROPPED,
    }
    assert changes["A-01"].difference == Decimal(3)
    assert [changes[key].difference for key in ("A-02", "A-03", "A-01/sex/women")] == [None, None, None]


def test_a_new_return_is_compared_with_the_submitted_and_the_approved_return(engine: Engine) -> None:
    approved = make_return("one", "2024Q1", {"A-01": 10, "A-01/sex/women": 4})
    open_return = make_return("one", "2024Q1", {"A-01": 20, "A-02": 1}, approved=False, basis=Basis.YEAR_TO_DATE)
    store_scenario(engine, PLANS, [approved, open_return])
    added = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, (make_observation("A-01", 20),))
    effects = compute_effects(DataSource(engine), added, now=NOW)
    assert [
        comparison.stored_return and comparison.stored_return.state.value for comparison in effects.comparisons
    ] == [
        "submitted",
        "approved",
    ]
    assert [comparison.has_other_basis for comparison in effects.comparisons] == [True, False]
    to_open, to_standing = effects.comparisons
    assert [str(change.key) for change in to_open.list_changes(ChangeKind.DROPPED)] == ["A-02"]
    assert [str(change.key) for change in to_standing.list_changes(ChangeKind.DROPPED)] == ["A-01/sex/women"]
    assert (to_open.count(ChangeKind.UNCHANGED), to_standing.count(ChangeKind.CHANGED)) == (1, 1)


def test_without_an_earlier_return_every_number_is_new(engine: Engine) -> None:
    store_scenario(engine, PLANS, [])
    site_return = (make_observation("A-01", 40), make_observation("A-01/sex/women", 1))
    effects = compute_effects(
        DataSource(engine), NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, site_return), now=NOW
    )
    assert effects.main_comparison.stored_return is None and effects.main_comparison.count(ChangeKind.NEW) == 2
    of_year = next(figure for figure in effects.figures if figure.indicator == "A-01" and not figure.site)
    assert of_year.changes_amount and of_year.changes_rating and of_year.after.rating is Rating.ACHIEVED
    assert of_year.after.actual.amount == Decimal(40)


def test_a_reviewer_sees_the_effects_of_approval_on_approved_figures(engine: Engine) -> None:
    store_scenario(engine, PLANS, [make_return("one", "2024Q1", {"A-01": 10})])
    source = DataSource(engine)
    pending = make_return("one", "2024Q1", {"A-01": 17}, approved=False)
    store_one_return(engine, PLANS, pending)
    number = max(return_.return_id for return_ in source.get_snapshot().returns)
    before = compute_all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    effects = find_stored_effects(source, number, now=NOW, approve=True, include_unapproved=False)
    assert (
        effects is not None
        and effects.main_comparison.stored_return is not None
        and effects.main_comparison.stored_return.state.value == "approved"
    )
    with writing(engine) as connection:
        approve_return(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        increment_data_version(connection)
    after = compute_all_figures(source, "one", Quarter(2024, 1), include_unapproved=False)
    differences = {
        (figure.indicator, figure.site, str(figure.period)): (figure.before, figure.after) for figure in effects.figures
    }
    assert differences == find_differences(before, after) and differences
    assert find_stored_effects(source, number, now=NOW) is None


def test_the_preview_of_a_draft_changes_nothing(engine: Engine) -> None:
    store_scenario(engine, PLANS, [])
    source = DataSource(engine)
    with writing(engine) as connection:
        number = store_draft(connection, make_return("one", "2024Q1", {"A-01": 17}))
        increment_data_version(connection)
    before = compute_all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    effects = find_stored_effects(source, number, now=NOW)
    assert effects is not None and effects.figures
    assert compute_all_figures(source, "one", Quarter(2024, 1), include_unapproved=True) == before
    assert find_stored_effects(source, number, now=NOW, include_unapproved=False).figures == ()
    with writing(engine) as connection:
        submit_return(connection, number, when=NOW)
        refresh_rollups(connection, PLANS, site="one", quarter=Quarter(2024, 1))
        increment_data_version(connection)
    after = compute_all_figures(source, "one", Quarter(2024, 1), include_unapproved=True)
    assert {(figure.indicator, figure.site, str(figure.period)) for figure in effects.figures} == set(
        find_differences(before, after)
    )


def test_changes_are_described_in_both_languages(sqlite_engine: Engine) -> None:
    store_scenario(
        sqlite_engine, PLANS, [make_return("one", "2024Q1", {"A-01": 12, "A-01/sex/women": "NC", "A-02": 7})]
    )
    site_return = (make_observation("A-01", "15.5"), make_observation("A-01/sex/women", 5))
    new = NewReturnNumbers("one", Quarter(2024, 1), Basis.QUARTER, site_return)
    effects = compute_effects(DataSource(sqlite_engine), new, now=NOW)
    english = [
        describe_number_change(change, effects.plans, get_locale("en")) for change in effects.main_comparison.changes
    ]
    assert english == [
        "Indicator A-01: 12 → 15.5 (+3.5)",
        "Indicator A-01: women: not collected → 5",
        "Indicator A-02: 7 → blank",
    ]
    summary = "0 new, 2 changed, 0 unchanged, 1 becoming blank"
    assert summarize_changes(effects.main_comparison.changes, get_locale("en")) == summary
    assert summarize_changes(effects.main_comparison.changes, get_locale("km")) != summary
    (of_year,) = [
        figure
        for figure in effects.figures
        if (figure.indicator, figure.site, str(figure.period)) == ("A-01", "", "2024")
    ]
    assert describe_effect(of_year, effects.plans, get_locale("en")) == (
        "Indicator A-01, 2024: 12 (30.0 % of target), 1 of 2 numbers received, on track"
        " → 16 (38.8 % of target), 1 of 2 numbers received, on track"
    )
    assert "នៃគោលដៅ" in describe_effect(of_year, effects.plans, get_locale("km"))
