"""Test the matrix of figures by year and by site."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from etl.database.connection import migrate, open_engine
from etl.indicators.figures import compute_figure
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.queries import rating_matrix
from etl.queries.data_source import DataSource
from etl.queries.rating_matrix import get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from tests.support.scenario_plans import make_plan_of_every_kind, store_scenario

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryScope]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'cardec.db'}")
    migrate(engine)
    plan = make_plan_of_every_kind()
    first, *others = plan.indicators
    first = replace(first, reporting_sites=(plan.sites[0].code,))
    targets = tuple(target for target in plan.targets if not target.site)
    store_scenario(engine, replace(plan, indicators=(first, *others), targets=targets))
    yield QueryScope(DataSource(engine).get_snapshot(), TODAY)
    engine.dispose()


def test_each_cell_by_year_is_the_figure_of_that_year(scope: QueryScope) -> None:
    matrix = get_year_matrix(scope)
    settings = scope.plan.settings
    assert matrix.years == tuple(range(settings.first_year, settings.last_year + 1))
    assert [group.objective for group in matrix.objectives] == list(scope.plan.objectives)
    indicators = [indicator for group in matrix.objectives for indicator, _ in group.rows]
    assert sorted(indicator.code for indicator in indicators) == sorted(item.code for item in scope.plan.indicators)
    for group in matrix.objectives:
        for indicator, figures in group.rows:
            for year, figure in zip(matrix.years, figures, strict=True):
                assert figure == compute_figure(
                    scope.snapshot.plans,
                    scope.record,
                    indicator=indicator.code,
                    sites=None,
                    period=Years(year, year),
                    today=TODAY,
                )


@pytest.mark.parametrize("period", [PlanToDate(), Years(2026, 2026), Quarter(2026, 2)], ids=str)
def test_each_cell_by_site_is_the_figure_of_a_site_that_reports(scope: QueryScope, period) -> None:
    scope = replace(scope, period=period)
    matrix = get_site_matrix(scope)
    assert matrix.sites == scope.plan.sites and matrix.hidden_count == 0
    empty = 0
    for group in matrix.objectives:
        for indicator, figures in group.rows:
            for site, figure in zip(matrix.sites, figures, strict=True):
                if indicator.reporting_sites and site.code not in indicator.reporting_sites:
                    assert figure is None
                    empty += 1
                else:
                    assert figure is not None
                    assert (figure.sites, figure.requested_period) == ((site.code,), period)
    assert empty


def test_chosen_sites_are_the_columns_and_the_scope_of_the_years(scope: QueryScope) -> None:
    chosen = scope.plan.sites[1].code
    scope = replace(scope, sites=(chosen,))
    assert [site.code for site in get_site_matrix(scope).sites] == [chosen]
    figures = [figure for group in get_year_matrix(scope).objectives for figure in group.list_column(0)]
    assert {figure.sites for figure in figures} <= {(chosen,), ()}


def test_sites_beyond_the_limit_are_counted(scope: QueryScope, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_site_matrix(scope, limit=1).hidden_count == 0
    monkeypatch.setattr(rating_matrix, "MAX_MATRIX_SITES", 2)
    matrix = get_site_matrix(scope, limit=1)
    assert len(matrix.sites) == 1 and matrix.hidden_count == len(scope.plan.sites) - 1


def test_counts_of_a_column_leave_out_sites_that_do_not_report(scope: QueryScope) -> None:
    matrix = get_site_matrix(scope)
    for group in matrix.objectives:
        for index in range(len(matrix.sites)):
            present = [figures[index] for _, figures in group.rows if figures[index] is not None]
            assert group.count_column(index).total == len(present) == len(group.list_column(index))
