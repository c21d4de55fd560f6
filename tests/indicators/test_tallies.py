"""Tallies of sites add up, and one site's can be exchanged, without a look at the others' rows."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.effects import replace_return
from etl.indicators.figures import compute_figure
from etl.indicators.outlook import theil_sen
from etl.indicators.periods import PlanToDate
from etl.indicators.record import Record, build_record, record_with_site
from etl.indicators.site_rows import NumberKey
from etl.indicators.site_sets import SiteBits, count_sites
from etl.indicators.tallies import EMPTY_TALLY, Tallies, add_tallies, tally_site
from tests.support.random_plans import Scenario, scenarios


def by_site(world: Scenario, record: Record, number: NumberKey) -> list[Tallies]:
    rows = record.rows.find_rows(number, None)
    return [tally_site(world.plans, rows[site]) for site in sorted(rows)]


@given(scenarios)
def test_what_is_added_can_be_taken_out_again(world: Scenario) -> None:
    record = build_record(world.plans, world.returns)
    for number in record.rows.number_keys():
        sites = by_site(world, record, number)
        for place, one in enumerate(sites):
            others = add_tallies([*sites[:place], *sites[place + 1 :]])
            together = add_tallies(sites)
            left = {quarter: tally.minus(one.get(quarter, EMPTY_TALLY)) for quarter, tally in together.items()}
            assert {quarter: tally for quarter, tally in left.items() if tally.groups} == others


@given(scenarios, st.integers(0, 10_000))
def test_what_is_brought_to_some_quarters_is_that_part_of_all(world: Scenario, seed: int) -> None:
    record = build_record(world.plans, world.returns)
    for number in record.rows.number_keys():
        for site, rows in record.rows.find_rows(number, None).items():
            everything = tally_site(world.plans, rows)
            several = sorted({*everything, *rows})
            first = several[seed % len(several)]
            last = first.plus(seed % 7)
            some = tally_site(world.plans, rows, (first, last))
            assert some == {quarter: tally for quarter, tally in everything.items() if first <= quarter <= last}, site


@given(scenarios)
def test_no_tally_holds_a_site_that_is_not_asked(world: Scenario) -> None:
    record = build_record(world.plans, world.returns)
    for number in record.rows.number_keys():
        for quarter, tally in record.tallies(world.plans, number, None).items():
            asked = world.plans.expected_sites(world.plans.plan_in_force(quarter).indicator_by_code[number[0]], quarter)
            assert all(brought.sites and not brought.sites & ~asked for brought in tally.groups.values())


@given(scenarios, st.integers(0, 10_000))
def test_a_kept_centre_with_one_site_exchanged_gives_the_figures_of_a_fresh_record(world: Scenario, seed: int) -> None:
    if not world.returns:
        return
    added = world.returns[seed % len(world.returns)]
    others = [one for one in world.returns if one is not added]
    kept = with_kept_centre(world, build_record(world.plans, others))
    of_site = [one for one in others if one.site == added.site]
    exchanged = record_with_site(world.plans, kept, added.site, replace_return(of_site, added))
    fresh = build_record(world.plans, world.returns)
    assert centre_of(world, exchanged) == centre_of(world, fresh)
    for period in (world.query.period, PlanToDate()):
        for indicator in world.plans.latest.indicators:
            asked = {"indicator": indicator.code, "period": period, "sites": None, "today": world.query.today}
            assert compute_figure(world.plans, exchanged, **asked) == compute_figure(world.plans, fresh, **asked)


@given(scenarios, st.integers(0, 10_000))
def test_a_record_that_stops_at_a_quarter_is_one_of_the_returns_until_then(world: Scenario, seed: int) -> None:
    quarters = sorted({one.quarter for one in world.returns})
    if not quarters:
        return
    last = quarters[seed % len(quarters)]
    stopped = with_kept_centre(world, build_record(world.plans, world.returns)).until(last)
    rows_stopped = build_record(world.plans, world.returns).until(last)
    for indicator in world.plans.latest.indicators:
        asked = {"indicator": indicator.code, "period": PlanToDate(), "sites": None, "today": world.query.today}
        assert compute_figure(world.plans, stopped, **asked) == compute_figure(world.plans, rows_stopped, **asked)


def with_kept_centre(world: Scenario, record: Record) -> Record:
    """The same record as a database keeps it, with the tallies of all sites beside the rows."""
    kept = centre_of(world, record)
    return replace(record, load_centre_tallies=lambda _, number: kept.get(number, {}))


def centre_of(world: Scenario, record: Record) -> dict[NumberKey, Tallies]:
    found = {number: record.tallies(world.plans, number, None) for number in record.rows.number_keys()}
    told = {
        number: {quarter: tally for quarter, tally in tallies.items() if tally.groups}
        for number, tallies in found.items()
    }
    return {number: tallies for number, tallies in told.items() if tallies}


@given(st.lists(st.sampled_from([f"site {place}" for place in range(70)]), unique=True))
def test_a_set_of_sites_names_each_of_them_once_in_their_order(codes: list[str]) -> None:
    numbers = SiteBits(f"site {place}" for place in range(70))
    found = numbers.make_set([*codes, "unknown"])
    assert count_sites(found) == len(codes)
    assert numbers.codes_in_order(found) == tuple(sorted(codes, key=numbers.sort_key))
    assert numbers.code_set(found) == frozenset(codes)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.fractions(-1000, 1000, max_denominator=100)), min_size=2, max_size=9),
    st.integers(0, 60),
)
def test_a_line_through_points_has_the_median_of_all_slopes(points: list[tuple[int, Fraction]], at: int) -> None:
    distinct = sorted(dict(points).items())
    if len(distinct) < 2:
        return
    slopes = [(high - low) / (end - start) for (start, low), (end, high) in combinations(distinct, 2)]
    slope = median(slopes)
    start = median([height - slope * place for place, height in distinct])
    assert theil_sen(distinct, at) == start + slope * at
