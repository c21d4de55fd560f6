"""Tests of selections and their addresses."""

from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.selection import Selection, localize_path, make_address, parse_selection, split_language
from etl.indicators.periods import PlanToDate, Quarter, Years
from tests.support.builders import make_indicator, make_plan, make_plans, make_site

SITES = ("one", "two & 3", "ទីបី")
PLAN = make_plan(
    make_indicator("A-01"), make_indicator("B-01"), sites=[make_site(code) for code in SITES], years=(2022, 2026)
)
PLANS = make_plans((date(2022, 1, 1), PLAN))

years = st.integers(2022, 2026)
periods = st.one_of(
    st.just(PlanToDate()),
    st.builds(Quarter, years, st.integers(1, 4)),
    st.tuples(years, years).map(lambda pair: Years(min(pair), max(pair))),
)
selections = st.builds(
    Selection,
    objectives=st.sampled_from([(), ("A",), ("B",), ("A", "B")]),
    period=periods,
    sites=st.sets(st.sampled_from(SITES)).map(lambda chosen: tuple(code for code in SITES if code in chosen)),
    include_unapproved=st.booleans(),
    plan_version=st.sampled_from([None, 1]),
    compare=st.sampled_from(["", "year-before", "each-site", "2024", "site-one"]),
    language=st.sampled_from(["en", "km"]),
)
names = st.sampled_from(["objective", "programme", "period", "site", "unapproved", "plan"])


@given(selections)
def test_a_selection_round_trips_through_its_address(selection):
    path, _, query = make_address(selection, "/staff/overview").partition("?")
    language, path_only = split_language(path)
    assert path_only == "/staff/overview"
    assert parse_selection(query, PLANS, language) == selection


@given(st.text(max_size=200))
def test_no_address_is_an_error(query):
    parse_selection(query, PLANS)
    parse_selection(query, None)


@given(st.lists(st.tuples(names, st.text(max_size=60))))
def test_unknown_values_are_reported_and_ignored(pairs):
    selection = parse_selection(urlencode(pairs), PLANS)
    assert set(selection.sites) <= set(SITES)
    assert all(len(value) <= 41 for value in selection.unknown)


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        ("site=nowhere&site=one", ("nowhere",)),
        ("objective=Z", ("Z",)),
        ("period=1999", ("1999",)),
        ("period=2026-2022", ("2026-2022",)),
        ("period=2025Q5", ("2025Q5",)),
        ("programme=GIZ", ("GIZ",)),
        ("unapproved=maybe", ("maybe",)),
        ("compare=1999", ("1999",)),
        ("compare=site-nowhere&compare=2024", ("site-nowhere",)),
        ("utm_source=telegram", ()),
    ],
)
def test_each_unknown_value_is_reported(query, unknown):
    assert parse_selection(query, PLANS).unknown == unknown


def test_a_blank_form_field_selects_nothing():
    assert parse_selection("site=&programme=&period=plan&unapproved=", PLANS) == Selection()


@pytest.mark.parametrize(
    ("address", "language", "path"),
    [
        ("/", "en", "/"),
        ("/km", "km", "/"),
        ("/km/", "km", "/"),
        ("/km/staff/overview", "km", "/staff/overview"),
        ("/kmx", "en", "/kmx"),
    ],
)
def test_the_prefix_alone_decides_the_language(address, language, path):
    assert split_language(address) == (language, path)
    assert split_language(localize_path(path, language)) == (language, path)
