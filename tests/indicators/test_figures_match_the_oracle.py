"""The core equals the reference implementation on random scenarios, and sums do not depend on order."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Years
from etl.indicators.received_returns import list_received_returns
from etl.indicators.record import build_record
from etl.indicators.reporting import compute_reporting_rate
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.vocabulary import AcrossSites, Basis, CellKey
from tests.support.compare_figures import assert_figures_match, list_value_differences
from tests.support.few_examples import limit_examples
from tests.support.random_plans import Scenario, scenarios
from tests.support.reference_arithmetic import compute_reference_figure, list_reference_reporting
from tests.support.reference_rows import compute_reference_site_quarters
from tests.support.reference_values import compute_reference_part


@given(scenarios)
def test_every_figure_equals_the_reference(scenario: Scenario) -> None:
    record = build_record(scenario.plans, scenario.returns)
    query = scenario.query
    for indicator in scenario.plans.latest.indicators:
        ours = compute_figure(
            scenario.plans, record, indicator=indicator.code, sites=query.sites, period=query.period, today=query.today
        )
        theirs = compute_reference_figure(
            scenario.plans,
            scenario.returns,
            indicator=indicator.code,
            sites=query.sites,
            period=query.period,
            today=query.today,
        )
        assert_figures_match(ours, theirs)


@given(scenarios)
def test_every_row_of_a_site_equals_the_reference(scenario: Scenario) -> None:
    for site in scenario.plans.latest.sites:
        rows = roll_up_site(scenario.plans, [return_ for return_ in scenario.returns if return_.site == site.code])
        ours = {(row.indicator, row.part, row.quarter): _list_comparable_row(row) for row in rows}
        theirs = compute_reference_site_quarters(scenario.plans, scenario.returns, site.code)
        assert ours == {key: _list_comparable_row(row) for key, row in theirs.items()}


def _list_comparable_row(row: object) -> tuple[object, ...]:
    state, value, denominator, covered_by = (
        getattr(row, name) for name in ("state", "value", "denominator", "covered_by")
    )
    exact = [None if number is None else Fraction(number) for number in (value, denominator)]
    return str(state), *exact, covered_by


@given(scenarios)
def test_every_part_equals_the_reference(scenario: Scenario) -> None:
    record = build_record(scenario.plans, scenario.returns)
    query = scenario.query
    plan = scenario.plans.latest
    participations = [plan.find_participations(indicator.code) for indicator in plan.indicators]
    for part in (*plan.parts, *filter(None, participations)):
        named = {"indicator": part.indicator, "part": part.key}
        ours = compute_figure(
            scenario.plans, record, **named, sites=query.sites, period=query.period, today=query.today
        ).actual
        theirs = compute_reference_part(
            scenario.plans, scenario.returns, **named, sites=query.sites, period=query.period, today=query.today
        )
        assert not list_value_differences(f"{part.indicator}/{part.key}", ours, theirs)


@given(scenarios)
def test_every_rated_part_equals_the_reference(scenario: Scenario) -> None:
    record, query = build_record(scenario.plans, scenario.returns), scenario.query
    for part in scenario.plans.latest.parts:
        named = {"indicator": part.indicator, "part": part.key, "sites": query.sites, "period": query.period}
        ours = compute_figure(scenario.plans, record, **named, today=query.today)
        assert_figures_match(
            ours, compute_reference_figure(scenario.plans, scenario.returns, **named, today=query.today)
        )


@given(scenarios)
def test_the_reporting_rate_equals_the_reference(scenario: Scenario) -> None:
    sites, today = scenario.query.sites, scenario.query.today
    rate = compute_reporting_rate(scenario.plans, list_received_returns(scenario.returns), sites=sites, today=today)
    expected = list_reference_reporting(scenario.plans, scenario.returns, sites=sites, today=today)
    assert (rate.expected, rate.received, rate.on_time) == expected


@given(scenarios, st.integers(0, 1000))
def test_the_order_of_loading_does_not_matter(scenario: Scenario, seed: int) -> None:
    shuffled = list(scenario.returns)
    Random(seed).shuffle(shuffled)
    query = scenario.query
    arguments = {"indicator": query.indicator, "sites": query.sites, "period": query.period, "today": query.today}
    in_order = compute_figure(scenario.plans, build_record(scenario.plans, scenario.returns), **arguments)
    assert compute_figure(scenario.plans, build_record(scenario.plans, shuffled), **arguments) == in_order


@given(scenarios, st.integers(0, 1000))
def test_the_order_of_the_chosen_sites_does_not_matter(scenario: Scenario, seed: int) -> None:
    codes = [site.code for site in scenario.plans.latest.sites]
    Random(seed).shuffle(codes)
    record, query = build_record(scenario.plans, scenario.returns), scenario.query
    arguments = {"indicator": query.indicator, "period": query.period, "today": query.today}
    all_sites = compute_figure(scenario.plans, record, **arguments, sites=None)
    named = compute_figure(scenario.plans, record, **arguments, sites=tuple(codes))
    assert (named.actual, named.rating, named.pace) == (all_sites.actual, all_sites.rating, all_sites.pace)


@given(scenarios)
def test_a_total_of_sites_is_the_sum_of_its_sites(scenario: Scenario) -> None:
    record, plan = build_record(scenario.plans, scenario.returns), scenario.plans.latest
    assume(len(scenario.plans.versions) == 1)
    period = Years(plan.settings.first_year, plan.settings.last_year)
    for indicator in plan.indicators:
        sites = plan.list_reporting_sites(indicator)
        # The level of a closed site is no longer in the total.
        has_closed = any(site.closed_after for site in sites)
        if indicator.is_ratio or indicator.across_sites not in (AcrossSites.SUM, AcrossSites.CENTRE):
            continue
        if not (indicator.is_flow or (indicator.is_stock and not has_closed)):
            continue
        arguments = {"indicator": indicator.code, "period": period, "today": scenario.query.today}
        total = compute_figure(scenario.plans, record, sites=None, **arguments).actual.amount
        each = [compute_figure(scenario.plans, record, sites=(site.code,), **arguments).actual.amount for site in sites]
        numbers = [amount for amount in each if isinstance(amount, Decimal)]
        assert total == sum(numbers) if numbers else not isinstance(total, Decimal)


@given(scenarios)
def test_a_year_is_the_sum_of_its_quarters_where_nothing_is_covered(scenario: Scenario) -> None:
    record, plan = build_record(scenario.plans, scenario.returns), scenario.plans.latest
    assume(len(scenario.plans.versions) == 1)
    year = plan.settings.first_year
    for indicator in plan.indicators:
        rows = [
            row
            for code in plan.list_terms(indicator)
            for site in plan.sites
            for row in record.get_site_rows(code, "", site.code).values()
        ]
        if indicator.is_ratio or not indicator.is_flow or any(row.covered_by for row in rows):
            continue
        arguments = {"indicator": indicator.code, "sites": None, "today": scenario.query.today}
        whole = compute_figure(scenario.plans, record, period=Years(year, year), **arguments).actual.amount
        quarters = [
            compute_figure(
                scenario.plans, record, period=plan.settings.first_quarter.shift(ahead), **arguments
            ).actual.amount
            for ahead in range(4)
        ]
        numbers = [amount for amount in quarters if isinstance(amount, Decimal)]
        assert whole == sum(numbers) if numbers else not isinstance(whole, Decimal)


@limit_examples(8, suppress_health_check=[HealthCheck.filter_too_much])
@given(scenarios, st.integers(0, 1000))
def test_raising_a_cell_of_a_flow_by_one_raises_its_sum_by_one(scenario: Scenario, position: int) -> None:
    plan = scenario.plans.latest
    flows = [
        indicator for indicator in plan.indicators if indicator.is_number_flow and not plan.list_parts(indicator.code)
    ]
    quarterly = [return_ for return_ in scenario.returns if return_.basis is Basis.QUARTER]
    assume(len(scenario.plans.versions) == 1 and flows and len(quarterly) == len(scenario.returns))
    period = Years(plan.settings.first_year, plan.settings.last_year)
    for flow in flows:
        arguments = {"indicator": flow.code, "sites": None, "period": period, "today": scenario.query.today}
        cells = [
            (return_, cell)
            for return_ in quarterly
            for cell in return_.observations
            if cell.key == CellKey(flow.code) and cell.value is not None
            if return_.site in [site.code for site in plan.list_expected_sites(flow, return_.quarter)]
        ]
        if not cells:
            continue
        raised, cell = cells[position % len(cells)]
        assert cell.value is not None
        more = replace(cell, value=cell.value + 1)
        changed = replace(
            raised,
            observations=tuple(more if observation is cell else observation for observation in raised.observations),
        )
        returns = [changed if return_ is raised else return_ for return_ in scenario.returns]
        before = compute_figure(
            scenario.plans, build_record(scenario.plans, scenario.returns), **arguments
        ).actual.amount
        after = compute_figure(scenario.plans, build_record(scenario.plans, returns), **arguments).actual.amount
        assert isinstance(before, Decimal)
        assert after == before + 1
