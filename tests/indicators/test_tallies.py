"""Tallies of sites add up, and the tally of one site can be replaced without the rows of the others."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from statistics import median

from hypothesis import assume, given
from hypothesis import strategies as st

from etl.indicators.effects import replace_return
from etl.indicators.figures import compute_figure
from etl.indicators.outlook import compute_theil_sen
from etl.indicators.periods import PlanToDate
from etl.indicators.record import Record, build_record, replace_site_returns
from etl.indicators.site_rows import NumberKey
from etl.indicators.site_sets import SiteBits, count_sites
from etl.indicators.tallies import EMPTY_TALLY, Tallies, add_tallies, tally_site
from etl.indicators.vocabulary import SiteReturn
from tests.support.random_plans import Scenario, scenarios


def split_by_site(scenario: Scenario, record: Record, number: NumberKey) -> list[Tallies]:
    rows = record.rows.find_rows(number, None)
    return [tally_site(scenario.plans, rows[site]) for site in sorted(rows)]


@given(scenarios)
def test_added_tallies_can_be_subtracted_again(scenario: Scenario) -> None:
    record = build_record(scenario.plans, scenario.returns)
    for number in record.rows.list_number_keys():
        sites = split_by_site(scenario, record, number)
        for position, site in enumerate(sites):
            others = add_tallies([*sites[:position], *sites[position + 1 :]])
            together = add_tallies(sites)
            left = {quarter: tally.subtract(site.get(quarter, EMPTY_TALLY)) for quarter, tally in together.items()}
            assert {quarter: tally for quarter, tally in left.items() if tally.groups} == others


@given(scenarios, st.integers(0, 10_000))
def test_tallies_of_a_span_equal_those_quarters_of_all_tallies(scenario: Scenario, seed: int) -> None:
    record = build_record(scenario.plans, scenario.returns)
    for number in record.rows.list_number_keys():
        for site, rows in record.rows.find_rows(number, None).items():
            everything = tally_site(scenario.plans, rows)
            several = sorted({*everything, *rows})
            first = several[seed % len(several)]
            last = first.shift(seed % 7)
            some = tally_site(scenario.plans, rows, (first, last))
            assert some == {quarter: tally for quarter, tally in everything.items() if first <= quarter <= last}, site


@given(scenarios)
def test_no_tally_contains_a_site_that_is_not_expected_to_report(scenario: Scenario) -> None:
    record = build_record(scenario.plans, scenario.returns)
    for number in record.rows.list_number_keys():
        for quarter, tally in record.get_tallies(scenario.plans, number, None).items():
            expected = scenario.plans.get_expected_sites(
                scenario.plans.get_plan_in_force(quarter).indicator_by_code[number[0]], quarter
            )
            assert all(total.sites and not total.sites & ~expected for total in tally.groups.values())


@given(scenarios)
def test_the_quarter_that_closes_a_cover_has_a_tally_of_the_same_sites(scenario: Scenario) -> None:
    """So a value that ends at the last answered quarter never cuts a cover off."""
    record = build_record(scenario.plans, scenario.returns)
    for number in record.rows.list_number_keys():
        tallies = record.get_tallies(scenario.plans, number, None)
        for tally in tallies.values():
            for group, total in tally.groups.items():
                if group.covered_by is not None:
                    assert not total.sites & ~tallies[group.covered_by].groups[group].sites


@given(scenarios, st.integers(0, 10_000))
def test_stored_tallies_with_one_site_replaced_give_the_figures_of_a_new_record(scenario: Scenario, seed: int) -> None:
    assume(scenario.returns)
    added = scenario.returns[seed % len(scenario.returns)]
    others = [return_ for return_ in scenario.returns if return_ is not added]
    stored = store_tallies(scenario, build_record(scenario.plans, others))
    of_site = [return_ for return_ in others if return_.site == added.site]
    replaced = replace_site_returns(scenario.plans, stored, added.site, replace_return(of_site, added))
    fresh = build_record(scenario.plans, scenario.returns)
    assert collect_centre(scenario, replaced) == collect_centre(scenario, fresh)
    for period in (scenario.query.period, PlanToDate()):
        for indicator in scenario.plans.latest.indicators:
            query = {"indicator": indicator.code, "period": period, "sites": None, "today": scenario.query.today}
            assert compute_figure(scenario.plans, replaced, **query) == compute_figure(scenario.plans, fresh, **query)


@given(scenarios, st.integers(0, 10_000))
def test_a_record_until_a_quarter_gives_the_figures_of_the_returns_until_then(scenario: Scenario, seed: int) -> None:
    quarters = sorted({return_.quarter for return_ in scenario.returns})
    assume(quarters)
    last = quarters[seed % len(quarters)]
    earlier = store_tallies(scenario, build_record(scenario.plans, scenario.returns)).select_until(last)
    earlier_from_rows = build_record(scenario.plans, scenario.returns).select_until(last)
    for indicator in scenario.plans.latest.indicators:
        query = {"indicator": indicator.code, "period": PlanToDate(), "sites": None, "today": scenario.query.today}
        assert compute_figure(scenario.plans, earlier, **query) == compute_figure(
            scenario.plans, earlier_from_rows, **query
        )


@given(scenarios, st.integers(0, 10_000))
def test_a_record_until_a_quarter_does_not_know_of_later_returns(scenario: Scenario, seed: int) -> None:
    """Except that "not collected" in a quarter that a later year-to-date return covers is not remembered."""
    returns = [drop_not_collected(return_) for return_ in scenario.returns]
    quarters = sorted({return_.quarter for return_ in returns})
    assume(quarters)
    last = quarters[seed % len(quarters)]
    until_then = build_record(scenario.plans, [return_ for return_ in returns if return_.quarter <= last])
    everything = build_record(scenario.plans, returns)
    for earlier in (everything.select_until(last), store_tallies(scenario, everything).select_until(last)):
        for indicator in scenario.plans.latest.indicators:
            for period in (scenario.query.period, PlanToDate()):
                query = {"indicator": indicator.code, "period": period, "sites": None, "today": scenario.query.today}
                assert compute_figure(scenario.plans, earlier, **query) == compute_figure(
                    scenario.plans, until_then, **query
                )


def drop_not_collected(return_: SiteReturn) -> SiteReturn:
    return replace(return_, observations=tuple(cell for cell in return_.observations if cell.value is not None))


def store_tallies(scenario: Scenario, record: Record) -> Record:
    """Return the record with stored tallies of all sites, as a database has them."""
    stored = collect_centre(scenario, record)
    return replace(record, load_centre_tallies=lambda _, number: stored.get(number, {}))


def collect_centre(scenario: Scenario, record: Record) -> dict[NumberKey, Tallies]:
    by_number = {
        number: {
            quarter: tally
            for quarter, tally in record.get_tallies(scenario.plans, number, None).items()
            if tally.groups
        }
        for number in record.rows.list_number_keys()
    }
    return {number: tallies for number, tallies in by_number.items() if tallies}


@given(st.lists(st.sampled_from([f"site {position}" for position in range(70)]), unique=True))
def test_a_set_of_sites_lists_each_code_once_in_order(codes: list[str]) -> None:
    site_bits = SiteBits(f"site {position}" for position in range(70))
    site_set = site_bits.make_set([*codes, "unknown"])
    assert count_sites(site_set) == len(codes)
    assert site_bits.list_codes(site_set) == tuple(sorted(codes, key=site_bits.get_position))
    assert site_bits.get_codes(site_set) == frozenset(codes)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.fractions(-1000, 1000, max_denominator=100)), min_size=2, max_size=9),
    st.integers(0, 60),
)
def test_the_line_has_the_median_of_all_slopes(points: list[tuple[int, Fraction]], at: int) -> None:
    distinct = sorted(dict(points).items())
    assume(len(distinct) >= 2)
    slopes = [(high - low) / (end - start) for (start, low), (end, high) in combinations(distinct, 2)]
    slope = median(slopes)
    start = median([height - slope * position for position, height in distinct])
    assert compute_theil_sen(distinct, at) == start + slope * at
