"""Comparisons of a scope with other years and sites."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dashboard.charts.compared import describe_compared_share
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.vocabulary import OverTime, TargetBasis
from etl.locale import get_locale
from etl.queries.compared_scopes import ComparedScope, compute_difference, list_compared_scopes
from etl.queries.data_source import DataSource
from etl.queries.editions import find_newest_edition_contents
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from etl.wording import describe_headline_share
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets
from tests.support.edition_database import publish_quarter, store_edition_data

INDICATOR = make_indicator("A-01")


@pytest.fixture(scope="module")
def edition_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataSource]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('editions') / 'cardec.db'}")
    migrate(engine)
    source = store_edition_data(engine)
    publish_quarter(source)
    yield source
    engine.dispose()


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
    assert [other.amount for other in others if other] == [Decimal(amount) for amount in amounts]
    assert [compute_difference(figure.actual.amount, other, INDICATOR) for other in others] == differences


def test_a_compared_percentage_has_the_digits_of_its_own_page() -> None:
    """1,799 of 2,000 is 89.95 %: below "on track", so neither page shows 90.0 %."""
    indicator = make_indicator("A-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL)
    plan = make_plan(indicator, sites=("one",), targets=make_targets("A-01", {2022: 2000, 2023: 2000}))
    plans = make_single_plan(plan)
    record = build_record(plans, make_returns("one", "A-01", {"2022Q4": 1799, "2023Q1": 30}))
    snapshot = Snapshot(
        data_version=1, plans=plans, approved=record, submitted=record, returns_by_site={}, has_sample_data=False
    )
    scope = QueryScope(snapshot, date(2023, 8, 15), Years(2023, 2023), None)
    (compared,) = list_compared_scopes(scope, "2022")
    locale = get_locale("en")
    assert describe_compared_share(compared.find_figure(scope, indicator), locale) == "89.9 %"
    assert describe_headline_share(scope.get_figure("A-01", period=Years(2022, 2022)), locale) == "89.9 %"
    assert describe_compared_share(None, locale) == "–"


@pytest.mark.parametrize("key", ["", "1999", "site-nowhere", "nothing"])
def test_an_unknown_key_compares_with_nothing(key: str) -> None:
    assert list_compared_scopes(make_scope(), key) == ()


def test_each_site_needs_chosen_sites() -> None:
    assert list_compared_scopes(make_scope(), "each-site") == ()


def test_a_difference_needs_both_figures() -> None:
    scope = make_scope(("one",))
    amount = scope.get_figure("A-01").actual.amount
    assert compute_difference(amount, None, INDICATOR) is None
    same = ComparedScope(sites=("one",)).find_figure(scope, INDICATOR)
    assert compute_difference(amount, same, INDICATOR) == 0


def test_an_edition_is_compared_as_it_was_published(edition_source: DataSource) -> None:
    scope = QueryScope(edition_source.get_snapshot(), date(2023, 8, 10), Years(2023, 2023))
    edition = find_newest_edition_contents(edition_source)
    assert edition is not None
    (compared,) = list_compared_scopes(scope, f"edition-{edition.edition.id}", edition_source)
    for indicator in scope.plan.indicators:
        published, figure = edition.find(indicator.code, period="2023"), compared.find_figure(scope, indicator)
        assert published is not None and figure is not None
        assert (figure.amount, figure.rating) == (published.amount, published.public_rating)
        place = replace(scope, sites=("one",))
        at_site, published = (
            compared.find_figure(place, indicator),
            edition.find(indicator.code, site="one", period="2023"),
        )
        assert (at_site is None) == (published is None)
        assert at_site is None or published is None or at_site.amount == published.amount
    together = replace(scope, sites=("one", "two"))
    assert compared.list_figures(together, scope.plan.indicators) == [None] * len(scope.plan.indicators)


def test_an_unknown_edition_compares_with_nothing(edition_source: DataSource) -> None:
    scope = QueryScope(edition_source.get_snapshot(), date(2023, 8, 10))
    assert list_compared_scopes(scope, "edition-1999-Q1", edition_source) == ()
    assert list_compared_scopes(scope, "edition-2023-Q2") == ()
