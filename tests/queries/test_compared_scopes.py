"""Comparisons of a scope with other years and sites."""

from datetime import date
from decimal import Decimal

import pytest

from etl.indicators.periods import Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.queries.compared_scopes import compute_difference, list_compared_scopes
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from tests.support.builders import make_indicator, make_plan, make_returns

INDICATOR = make_indicator("A-01")


def make_scope(sites: tuple[str, ...] | None = None) -> QueryScope:
    plans = make_single_plan(make_plan(INDICATOR, sites=("one", "two", "three")))
    returns = [
        *make_returns("one", "A-01", {"2022Q1": 10, "2023Q1": 30}),
        *make_returns("two", "A-01", {"2022Q1": 5, "2023Q1": 2}),
    ]
    record = build_record(plans, returns)
    snapshot = Snapshot(
        data_version=1, plans=plans, approved=record, submitted=record, returns_by_site={}, has_sample_data=False
    )
    return QueryScope(snapshot, date(2023, 8, 15), Years(2023, 2023), sites)


@pytest.mark.parametrize(
    ("key", "sites", "amounts", "differences"),
    [
        ("2022", None, [15], [17]),
        ("2022", ("one",), [10], [20]),
        ("site-two", None, [2], [30]),
        ("site-two", ("one",), [2], [28]),
        ("each-site", ("one", "two"), [30, 2], [2, 30]),
    ],
)
def test_figures_are_compared_with_another_year_or_sites(
    key: str, sites: tuple[str, ...] | None, amounts: list[int], differences: list[int]
) -> None:
    scope = make_scope(sites)
    figure = scope.get_figure("A-01")
    others = [compared.find_figure(scope, INDICATOR) for compared in list_compared_scopes(scope, key)]
    assert [other.actual.amount for other in others if other] == [Decimal(amount) for amount in amounts]
    assert [compute_difference(figure, other, INDICATOR) for other in others] == differences


@pytest.mark.parametrize("key", ["", "1999", "site-nowhere", "nothing"])
def test_an_unknown_key_compares_with_nothing(key: str) -> None:
    assert list_compared_scopes(make_scope(), key) == ()


def test_each_site_needs_chosen_sites() -> None:
    assert list_compared_scopes(make_scope(), "each-site") == ()


def test_a_difference_needs_both_figures() -> None:
    scope = make_scope(("one",))
    figure = scope.get_figure("A-01")
    assert compute_difference(figure, None, INDICATOR) is None
    assert compute_difference(figure, figure, INDICATOR) == 0
