"""The core and the slow oracle agree on random plans, returns and questions; and sums hold whatever the order."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.figures import compute_figure, compute_part_value
from etl.indicators.periods import Years
from etl.indicators.record import build_record
from etl.indicators.reporting import compute_reporting_rate
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.vocabulary import Basis, CellKey, list_received_returns
from tests.support.compare_figures import assert_figures_match, list_value_differences
from tests.support.random_plans import Scenario, scenarios
from tests.support.reference_arithmetic import reference_figure, reference_reporting
from tests.support.reference_rows import reference_site_quarters
from tests.support.reference_values import reference_part


@given(scenarios)
def test_every_figure_is_the_oracles(world: Scenario) -> None:
    record = build_record(world.plans, world.returns)
    asked = world.query
    for indicator in world.plans.latest.indicators:
        ours = compute_figure(
            world.plans, record, indicator=indicator.code, sites=asked.sites, period=asked.period, today=asked.today
        )
        theirs = reference_figure(
            world.plans,
            world.returns,
            indicator=indicator.code,
            sites=asked.sites,
            period=asked.period,
            today=asked.today,
        )
        assert_figures_match(ours, theirs)


@given(scenarios)
def test_every_row_of_a_site_is_the_oracles(world: Scenario) -> None:
    for site in world.plans.latest.sites:
        rows = roll_up_site(world.plans, [one for one in world.returns if one.site == site.code])
        ours = {(row.indicator, row.part, row.quarter): _told(row) for row in rows}
        theirs = reference_site_quarters(world.plans, world.returns, site.code)
        assert ours == {key: _told(row) for key, row in theirs.items()}


def _told(row: object) -> tuple[object, ...]:
    state, value, denominator, covered_by = (
        getattr(row, name) for name in ("state", "value", "denominator", "covered_by")
    )
    exact = [None if number is None else Fraction(number) for number in (value, denominator)]
    return str(state), *exact, covered_by


@given(scenarios)
def test_every_part_is_the_oracles(world: Scenario) -> None:
    record = build_record(world.plans, world.returns)
    asked = world.query
    for part in world.plans.latest.parts:
        named = {"indicator": part.indicator, "part": part.key}
        ours = compute_part_value(
            world.plans, record, **named, sites=asked.sites, period=asked.period, today=asked.today
        )
        theirs = reference_part(
            world.plans, world.returns, **named, sites=asked.sites, period=asked.period, today=asked.today
        )
        assert not list_value_differences(f"{part.indicator}/{part.key}", ours, theirs)


@given(scenarios)
def test_the_reporting_rate_is_the_oracles(world: Scenario) -> None:
    sites, today = world.query.sites, world.query.today
    rate = compute_reporting_rate(world.plans, list_received_returns(world.returns), sites=sites, today=today)
    expected = reference_reporting(world.plans, world.returns, sites=sites, today=today)
    assert (rate.expected, rate.received, rate.on_time) == expected


@given(scenarios, st.integers(0, 1000))
def test_the_order_of_loading_does_not_matter(world: Scenario, seed: int) -> None:
    shuffled = list(world.returns)
    Random(seed).shuffle(shuffled)
    asked = world.query
    question = {"indicator": asked.indicator, "sites": asked.sites, "period": asked.period, "today": asked.today}
    in_order = compute_figure(world.plans, build_record(world.plans, world.returns), **question)
    assert compute_figure(world.plans, build_record(world.plans, shuffled), **question) == in_order


@given(scenarios, st.integers(0, 1000))
def test_the_order_of_the_chosen_sites_does_not_matter(world: Scenario, seed: int) -> None:
    codes = [site.code for site in world.plans.latest.sites]
    Random(seed).shuffle(codes)
    record, asked = build_record(world.plans, world.returns), world.query
    question = {"indicator": asked.indicator, "period": asked.period, "today": asked.today}
    everybody = compute_figure(world.plans, record, **question, sites=None)
    named = compute_figure(world.plans, record, **question, sites=tuple(codes))
    assert (named.actual, named.rating, named.pace) == (everybody.actual, everybody.rating, everybody.pace)


@given(scenarios)
def test_a_total_of_sites_is_the_sum_of_its_sites(world: Scenario) -> None:
    record, plan = build_record(world.plans, world.returns), world.plans.latest
    if len(world.plans.versions) > 1:
        return
    period = Years(plan.settings.first_year, plan.settings.last_year)
    for one in plan.indicators:
        sites = plan.reporting_sites(one)
        # A closed site's level stays its own last one, and has left the total.
        has_closed = any(site.closed_after for site in sites)
        if one.is_ratio or not (one.is_flow or (one.is_stock and not has_closed)):
            continue
        question = {"indicator": one.code, "period": period, "today": world.query.today}
        total = compute_figure(world.plans, record, sites=None, **question).actual.amount
        each = [compute_figure(world.plans, record, sites=(site.code,), **question).actual.amount for site in sites]
        numbers = [amount for amount in each if isinstance(amount, Decimal)]
        assert total == sum(numbers) if numbers else not isinstance(total, Decimal)


@given(scenarios)
def test_a_year_is_the_sum_of_its_quarters_where_nothing_is_covered(world: Scenario) -> None:
    record, plan = build_record(world.plans, world.returns), world.plans.latest
    if len(world.plans.versions) > 1:
        return
    year = plan.settings.first_year
    for one in plan.indicators:
        rows = [row for site in plan.sites for row in record.site_rows(one.code, "", site.code).values()]
        if one.is_ratio or not one.is_flow or any(row.covered_by for row in rows):
            continue
        question = {"indicator": one.code, "sites": None, "today": world.query.today}
        whole = compute_figure(world.plans, record, period=Years(year, year), **question).actual.amount
        quarters = [
            compute_figure(
                world.plans, record, period=plan.settings.first_quarter.plus(ahead), **question
            ).actual.amount
            for ahead in range(4)
        ]
        numbers = [amount for amount in quarters if isinstance(amount, Decimal)]
        assert whole == sum(numbers) if numbers else not isinstance(whole, Decimal)


@given(scenarios, st.integers(0, 1000))
def test_one_more_in_a_cell_of_a_flow_is_one_more_in_its_sum(world: Scenario, place: int) -> None:
    plan = world.plans.latest
    flows = [one for one in plan.indicators if one.is_number_flow and not plan.parts_of(one.code)]
    quarterly = [one for one in world.returns if one.basis is Basis.QUARTER]
    if len(world.plans.versions) > 1 or not flows or len(quarterly) < len(world.returns):
        return
    period = Years(plan.settings.first_year, plan.settings.last_year)
    for flow in flows:
        question = {"indicator": flow.code, "sites": None, "period": period, "today": world.query.today}
        cells = [
            (one, cell)
            for one in quarterly
            for cell in one.observations
            if cell.key == CellKey(flow.code) and cell.value is not None
            if one.site in [site.code for site in plan.expected_sites(flow, one.quarter)]
        ]
        if not cells:
            continue
        raised, cell = cells[place % len(cells)]
        assert cell.value is not None
        more = replace(cell, value=cell.value + 1)
        changed = replace(raised, observations=tuple(more if one is cell else one for one in raised.observations))
        returns = [changed if one is raised else one for one in world.returns]
        before = compute_figure(world.plans, build_record(world.plans, world.returns), **question).actual.amount
        after = compute_figure(world.plans, build_record(world.plans, returns), **question).actual.amount
        assert isinstance(before, Decimal)
        assert after == before + 1
