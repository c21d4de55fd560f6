"""Every chart that the pages can draw is a figure by plotly's own schema and carries its exact numbers."""

import json
from collections.abc import Iterator
from datetime import date

import plotly.graph_objects as go
import pytest
from sqlalchemy import Engine

from dashboard.charts.comparison_charts import draw_sites, draw_years
from dashboard.charts.config import graph_config
from dashboard.charts.detail_charts import draw_parts, draw_site_quarters, highest_of
from dashboard.charts.frame import MOST_LABELS, FigureDict, thinned
from dashboard.charts.history_chart import draw_history
from dashboard.theme import RATING_STYLES
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.queries.asking import Asking
from etl.queries.indicator_details import parts_by_year, series_of_sites
from etl.queries.indicator_history import indicator_history
from etl.queries.source import Source
from tests.support.worlds import store_world, with_each_kind

BASIC = {"bar", "scatter"}
"""What the light bundle can draw."""
PERIODS = (PlanToDate(), Years(2026, 2026), Quarter(2026, 2))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    engine: Engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('kinds') / 'cardec.db'}")
    migrate(engine)
    store_world(engine, with_each_kind())
    yield Source(engine)
    engine.dispose()


def every_figure(source: Source, period: Period, language: str) -> Iterator[tuple[str, FigureDict]]:
    asking = Asking(source.get_snapshot(), date(2026, 11, 23), period)
    for indicator in asking.plan.indicators:
        history = indicator_history(asking, indicator.code)
        assert history is not None
        yield f"{indicator.code} history", draw_history(history, language)
        yield f"{indicator.code} years", draw_years(indicator, history.progress.years, language, waiting={2026})
        yield f"{indicator.code} sites", draw_sites(indicator, history.sites, language, waiting={"one"})
        series = series_of_sites(asking, indicator, history.sites, most=9)
        for one in series:
            drawn = draw_site_quarters(one, indicator, language, highest=highest_of(series))
            yield f"{indicator.code} {one.site.code}", drawn
        for group in parts_by_year(asking, indicator):
            yield f"{indicator.code} {group.dimension}", draw_parts(group, indicator, language)


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_every_figure_is_one_by_plotlys_schema(source: Source, period: Period, language: str) -> None:
    count = 0
    for name, drawn in every_figure(source, period, language):
        go.Figure(drawn)
        assert {trace["type"] for trace in drawn["data"]} <= BASIC, name
        assert json.loads(json.dumps(drawn)) == drawn, name
        count += 1
    assert count > 60


def test_the_schema_refuses_what_plotly_does_not_know(source: Source) -> None:
    _, drawn = next(every_figure(source, PlanToDate(), "en"))
    with pytest.raises(ValueError, match="colour"):
        go.Figure({**drawn, "layout": {**drawn["layout"], "colour": "red"}})


def test_every_drawn_point_carries_its_exact_number_and_a_gap_its_reason(source: Source) -> None:
    for name, drawn in every_figure(source, PlanToDate(), "en"):
        for trace in drawn["data"]:
            lying = trace.get("orientation") == "h" or trace.get("marker", {}).get("symbol") == "line-ns"
            values = trace["x" if lying else "y"]
            assert len(values) == len(trace["customdata"]), name
            for value, exact in zip(values, trace["customdata"], strict=True):
                if value is None:
                    assert not exact.replace("-", "").replace(".", "").isdigit(), name
                else:
                    assert float(exact) == value, name


def test_a_rated_bar_has_the_shape_of_its_rating_besides_its_colour(source: Source) -> None:
    shape_of = {style.fill: style.shape for rating, style in RATING_STYLES.items() if rating.is_rated}
    seen = set()
    for name, drawn in every_figure(source, PlanToDate(), "en"):
        for trace in drawn["data"] if name.endswith((" years", " sites")) else ():
            colours = trace["marker"]["color"]
            for colour, shape in zip(colours, trace["text"], strict=True) if isinstance(colours, list) else ():
                assert shape == shape_of.get(colour, ""), name
                seen.add(shape)
    assert set(shape_of.values()) <= seen


def test_no_chart_offers_plotlys_own_buttons_or_a_cloud() -> None:
    config = graph_config()
    assert (config["displayModeBar"], config["showSendToCloud"], config["displaylogo"]) == (False, False, False)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 12, 13, 40])
def test_no_more_labels_stand_side_by_side_than_a_phone_has_room_for(count: int) -> None:
    labels = [str(2020 + place) for place in range(count)]
    told = [one for one in thinned(labels) if one]
    assert len(told) <= MOST_LABELS and told[-1:] == labels[-1:]
    assert len(thinned(labels)) == count and (count > MOST_LABELS or told == labels)
