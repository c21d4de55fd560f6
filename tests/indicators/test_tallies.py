"""Tallies of sites add up, and one site's can be exchanged, without a look at the others' rows."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.effects import returns_with
from etl.indicators.figures import figure
from etl.indicators.outlook import theil_sen
from etl.indicators.periods import PlanToDate
from etl.indicators.record import Record, record_of, record_with_site
from etl.indicators.site_rows import Number
from etl.indicators.site_sets import SiteNumbers, count_sites
from etl.indicators.tallies import EMPTY, Tallies, add_tallies, tallies_of_site
from tests.support.random_plans import World, worlds


def by_site(world: World, record: Record, number: Number) -> list[Tallies]:
    rows = record.rows.of(number, None)
    return [tallies_of_site(world.plans, rows[site]) for site in sorted(rows)]


@given(worlds)
def test_what_is_added_can_be_taken_out_again(world: World) -> None:
    record = record_of(world.plans, world.returns)
    for number in record.rows.numbers():
        sites = by_site(world, record, number)
        for place, one in enumerate(sites):
            others = add_tallies([*sites[:place], *sites[place + 1 :]])
            together = add_tallies(sites)
            left = {quarter: tally.minus(one.get(quarter, EMPTY)) for quarter, tally in together.items()}
            assert {quarter: tally for quarter, tally in left.items() if tally.groups} == others


@given(worlds, st.integers(0, 10_000))
def test_what_is_brought_to_some_quarters_is_that_part_of_all(world: World, seed: int) -> None:
    record = record_of(world.plans, world.returns)
    for number in record.rows.numbers():
        for site, rows in record.rows.of(number, None).items():
            everything = tallies_of_site(world.plans, rows)
            several = sorted({*everything, *rows})
            first = several[seed % len(several)]
            last = first.plus(seed % 7)
            some = tallies_of_site(world.plans, rows, (first, last))
            assert some == {quarter: tally for quarter, tally in everything.items() if first <= quarter <= last}, site


@given(worlds)
def test_no_tally_holds_a_site_that_is_not_asked(world: World) -> None:
    record = record_of(world.plans, world.returns)
    for number in record.rows.numbers():
        for quarter, tally in record.tallies(world.plans, number, None).items():
            asked = world.plans.asked_sites(world.plans.in_force(quarter).indicator_by_code[number[0]], quarter)
            assert all(brought.sites and not brought.sites & ~asked for brought in tally.groups.values())


@given(worlds, st.integers(0, 10_000))
def test_a_kept_centre_with_one_site_exchanged_gives_the_figures_of_a_fresh_record(world: World, seed: int) -> None:
    if not world.returns:
        return
    added = world.returns[seed % len(world.returns)]
    others = [one for one in world.returns if one is not added]
    kept = with_kept_centre(world, record_of(world.plans, others))
    of_site = [one for one in others if one.site == added.site]
    exchanged = record_with_site(world.plans, kept, added.site, returns_with(of_site, added))
    fresh = record_of(world.plans, world.returns)
    assert centre_of(world, exchanged) == centre_of(world, fresh)
    for period in (world.question.period, PlanToDate()):
        for indicator in world.plans.latest.indicators:
            asked = {"indicator": indicator.code, "period": period, "sites": None, "today": world.question.today}
            assert figure(world.plans, exchanged, **asked) == figure(world.plans, fresh, **asked)


@given(worlds, st.integers(0, 10_000))
def test_a_record_that_stops_at_a_quarter_is_one_of_the_returns_until_then(world: World, seed: int) -> None:
    quarters = sorted({one.quarter for one in world.returns})
    if not quarters:
        return
    last = quarters[seed % len(quarters)]
    stopped = with_kept_centre(world, record_of(world.plans, world.returns)).until(last)
    rows_stopped = record_of(world.plans, world.returns).until(last)
    for indicator in world.plans.latest.indicators:
        asked = {"indicator": indicator.code, "period": PlanToDate(), "sites": None, "today": world.question.today}
        assert figure(world.plans, stopped, **asked) == figure(world.plans, rows_stopped, **asked)


def with_kept_centre(world: World, record: Record) -> Record:
    """The same record as a database keeps it, with the tallies of all sites beside the rows."""
    kept = centre_of(world, record)
    return replace(record, centre=lambda _, number: kept.get(number, {}))


def centre_of(world: World, record: Record) -> dict[Number, Tallies]:
    found = {number: record.tallies(world.plans, number, None) for number in record.rows.numbers()}
    told = {
        number: {quarter: tally for quarter, tally in tallies.items() if tally.groups}
        for number, tallies in found.items()
    }
    return {number: tallies for number, tallies in told.items() if tallies}


@given(st.lists(st.sampled_from([f"site {place}" for place in range(70)]), unique=True))
def test_a_set_of_sites_names_each_of_them_once_in_their_order(codes: list[str]) -> None:
    numbers = SiteNumbers(f"site {place}" for place in range(70))
    found = numbers.set_of([*codes, "unknown"])
    assert count_sites(found) == len(codes)
    assert numbers.names(found) == tuple(sorted(codes, key=numbers.order))
    assert numbers.set_named(found) == frozenset(codes)


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
