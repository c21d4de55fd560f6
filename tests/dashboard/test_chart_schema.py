"""Tests that every chart is valid by the schema of plotly and carries exact numbers."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain

import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from dashboard.charts.compared import ComparedSeries
from dashboard.charts.comparison_charts import draw_sites, draw_years
from dashboard.charts.config import make_graph_config
from dashboard.charts.detail_charts import draw_parts, draw_site_quarters, find_highest
from dashboard.charts.frame import MAX_LABELS, ChartDict, thin_labels
from dashboard.charts.history_chart import HistoryMark, draw_history
from dashboard.charts.overview_charts import (
    ComparedRatings,
    RatingBar,
    draw_objective_ratings,
    draw_on_track_years,
    draw_rating_bars,
)
from dashboard.charts.site_dots import draw_site_dots
from dashboard.charts.target_bars import draw_target_bars
from dashboard.theme import RATING_STYLES
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.vocabulary import Indicator
from etl.locale import get_locale
from etl.queries.compared_scopes import ComparedScope
from etl.queries.data_source import DataSource
from etl.queries.indicator_details import find_parts_by_year, list_site_series
from etl.queries.indicator_history import find_indicator_history
from etl.queries.overview_wording import sort_objectives_by_share
from etl.queries.place_ratings import rank_sites
from etl.queries.plan_overview import get_plan_overview
from etl.queries.rating_matrix import get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from etl.queries.site_shares import select_site_shares
from tests.support.scenario_plans import make_plan_of_every_kind, store_scenario

BASIC = {"bar", "scatter"}
"""Trace types of the basic plotly bundle."""
PERIODS = (PlanToDate(), Years(2026, 2026), Quarter(2026, 2))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataSource]:
    engine: Engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('kinds') / 'cardec.db'}")
    migrate(engine)
    store_scenario(engine, make_plan_of_every_kind())
    yield DataSource(engine)
    engine.dispose()


def make_series(indicator: Indicator, scope: QueryScope, count: int, position: int = 0) -> ComparedSeries:
    """Make a series with the figure of a site for each of so many marks."""
    figure = ComparedScope(sites=(scope.plan.sites[0].code,)).find_figure(scope, indicator)
    return ComparedSeries(label="other", figures=[figure] * count, addresses=["/other"] * count, position=position)


def draw_every_chart(source: DataSource, period: Period, language: str) -> Iterator[tuple[str, ChartDict]]:
    scope = QueryScope(source.get_snapshot(), date(2026, 11, 23), period)
    for indicator in scope.plan.indicators:
        history = find_indicator_history(scope, indicator.code)
        assert history is not None
        yield (
            f"{indicator.code} history",
            draw_history(
                history,
                get_locale(language),
                addresses={},
                marks=[HistoryMark(Quarter(2025, 4), "Flood.", "/i#remarks")],
            ),
        )
        yield (
            f"{indicator.code} years",
            draw_years(
                indicator,
                history.progress.years,
                get_locale(language),
                addresses=["/i"] * len(history.progress.years),
                pending_years={2026},
                compared=[make_series(indicator, scope, len(history.progress.years), place) for place in range(3)],
                compared_year=2025,
            ),
        )
        yield (
            f"{indicator.code} sites",
            draw_sites(
                indicator,
                history.sites,
                get_locale(language),
                addresses={site.code: f"/site/{site.code}" for site, _ in history.sites},
                pending_sites={"one"},
                compared=[make_series(indicator, scope, len(history.sites), place) for place in range(2)],
            ),
        )
        all_series = list_site_series(scope, indicator, history.sites, limit=9)
        for series in all_series:
            chart = draw_site_quarters(series, indicator, get_locale(language), highest=find_highest(all_series))
            yield f"{indicator.code} {series.site.code}", chart
        group = find_parts_by_year(scope, indicator)
        if group is not None:
            addresses = {(part.key, year): "/number" for part, _ in group.parts for year in group.years}
            yield f"{indicator.code} parts", draw_parts(group, indicator, get_locale(language), addresses=addresses)


def draw_overview_charts(source: DataSource, period: Period, language: str) -> Iterator[tuple[str, ChartDict]]:
    scope, locale = QueryScope(source.get_snapshot(), date(2026, 11, 23), period), get_locale(language)
    summaries, matrix = get_plan_overview(scope).objectives, get_year_matrix(scope)
    objective_addresses = [f"/objective/{summary.objective.code}" for summary in summaries]
    year_addresses = [f"/overview?period={year}" for year in matrix.years]
    yield "overview objectives", draw_objective_ratings(summaries, locale, addresses=objective_addresses)
    yield (
        "overview on-track",
        draw_on_track_years(matrix, locale, addresses=year_addresses, current_year=2026, compared_years=[2025]),
    )


def draw_place_charts(source: DataSource, period: Period, language: str) -> Iterator[tuple[str, ChartDict]]:
    scope, locale = QueryScope(source.get_snapshot(), date(2026, 11, 23), period), get_locale(language)
    matrix = get_site_matrix(scope)
    shares = select_site_shares(matrix, scope)
    yield (
        "site dots",
        draw_site_dots(
            shares,
            locale,
            make_address=lambda indicator, site: f"/i/{indicator.code}",
            compared=[make_series(scope.plan.indicators[0], scope, len(shares.rows))],
        ),
    )
    bars = [
        RatingBar(
            site.code,
            site.name.en,
            counts,
            "/site",
            has_code=False,
            compared=(ComparedRatings("2025", counts, "/y"),) * 2,
        )
        for site, counts in rank_sites(matrix)
    ]
    yield "site ratings", draw_rating_bars(bars, locale, is_of_share=True)
    figures = [(indicator, scope.get_figure(indicator.code)) for indicator in scope.plan.indicators]
    yield (
        "target bars",
        draw_target_bars(
            figures, locale, addresses=["/i"] * len(figures), compared=[make_series(figures[0][0], scope, len(figures))]
        ),
    )


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_every_chart_is_valid_by_the_schema_of_plotly(source: DataSource, period: Period, language: str) -> None:
    count = 0
    charts = chain(
        draw_every_chart(source, period, language),
        draw_overview_charts(source, period, language),
        draw_place_charts(source, period, language),
    )
    for name, chart in charts:
        go.Figure(chart)
        assert {trace["type"] for trace in chart["data"]} <= BASIC, name
        assert json.loads(json.dumps(chart)) == chart, name
        count += 1
    assert count > 60


def test_the_schema_rejects_unknown_attributes(source: DataSource) -> None:
    _, chart = next(draw_every_chart(source, PlanToDate(), "en"))
    with pytest.raises(ValueError, match="colour"):
        go.Figure({**chart, "layout": {**chart["layout"], "colour": "red"}})


def read_exact(entry: str | list[str]) -> str:
    """Return the exact number of a point, without the address that it leads to."""
    return entry if isinstance(entry, str) else entry[0]


def test_every_point_has_its_exact_number_and_every_gap_its_reason(source: DataSource) -> None:
    for name, chart in draw_every_chart(source, PlanToDate(), "en"):
        for trace in chart["data"]:
            lying = trace.get("orientation") == "h" or trace.get("marker", {}).get("symbol") == "line-ns"
            values = trace["x" if lying else "y"]
            # A mark for a remark has its number and no amount.
            if trace.get("name") == "remarks and revisions":
                continue
            assert len(values) == len(trace["customdata"]), name
            for value, exact in zip(values, map(read_exact, trace["customdata"]), strict=True):
                if value is None:
                    assert not exact.replace("-", "").replace(".", "").isdigit(), name
                else:
                    assert float(exact) == value, name


def test_a_click_on_a_mark_of_the_overview_leads_to_what_it_shows(source: DataSource) -> None:
    (_, objectives), (_, years) = draw_overview_charts(source, PlanToDate(), "en")
    for trace in objectives["data"]:
        for code, count, (exact, address) in zip(trace["y"], trace["x"], trace["customdata"], strict=True):
            assert (exact, address) == (count or 0, f"/objective/{code}")
    for trace in years["data"]:
        for year, share, (exact, address) in zip(trace["x"], trace["y"], trace["customdata"], strict=True):
            assert address == f"/overview?period={year}"
            assert (share is None and exact == "") or float(exact) * 100 == pytest.approx(share)


def test_the_objective_with_the_lowest_share_is_on_top(source: DataSource) -> None:
    _, chart = next(draw_overview_charts(source, PlanToDate(), "en"))
    scope = QueryScope(source.get_snapshot(), date(2026, 11, 23))
    ordered = sort_objectives_by_share(get_plan_overview(scope).objectives)
    assert chart["layout"]["yaxis"]["categoryarray"] == [item.objective.code for item in reversed(ordered)]


def test_a_rated_bar_shows_shape_and_colour_of_its_rating(source: DataSource) -> None:
    shape_of = {style.fill: style.shape for rating, style in RATING_STYLES.items() if rating.is_rated}
    shapes = set()
    for name, chart in draw_every_chart(source, PlanToDate(), "en"):
        for trace in chart["data"] if name.endswith((" years", " sites")) else ():
            # Points of stages have a shape of their own.
            colours = trace["marker"]["color"] if trace["type"] == "bar" else None
            for colour, shape in zip(colours, trace["text"], strict=True) if isinstance(colours, list) else ():
                assert shape == shape_of.get(colour, ""), name
                shapes.add(shape)
    assert set(shape_of.values()) <= shapes


def test_charts_have_no_mode_bar_and_no_cloud_button() -> None:
    config = make_graph_config()
    assert (config["displayModeBar"], config["showSendToCloud"], config["displaylogo"]) == (False, False, False)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 12, 13, 40])
def test_labels_are_thinned_to_what_fits_on_a_phone(count: int) -> None:
    labels = [str(2020 + place) for place in range(count)]
    labels_shown = [label for label in thin_labels(labels) if label]
    assert len(labels_shown) <= MAX_LABELS and labels_shown[-1:] == labels[-1:]
    assert len(thin_labels(labels)) == count and (count > MAX_LABELS or labels_shown == labels)
