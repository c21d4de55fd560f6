"""Tests of the markers, gaps and paths of an indicator's series."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dashboard.charts.frame import ChartDict
from dashboard.charts.history_chart import HistoryMark, draw_history, find_outlook_end
from etl.indicators.history import select_due_points
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import NoValue, Value
from etl.indicators.vocabulary import Indicator, OverTime, ReportingFrequency, SiteReturn, TargetBasis
from etl.locale import get_locale
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from etl.wording.chart_titles import make_history_title
from tests.support.builders import make_indicator, make_plan, make_return, make_returns, make_targets

LEVEL = make_indicator(
    "A-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL, baseline_year=2021, baseline_value=0
)
FLOW = make_indicator("A-01")
PLAN = PlanToDate()
TARGETS = make_targets("A-01", {2022: 40, 2023: 80, 2024: 120})


def draw(
    indicator: Indicator, returns: list[SiteReturn], today: str = "2023-05-15", *, period: Period = PLAN
) -> tuple[ChartDict, IndicatorHistory]:
    plans = make_single_plan(make_plan(indicator, sites=("one", "two"), targets=TARGETS))
    snapshot = Snapshot(
        data_version=1,
        plans=plans,
        approved=build_record(plans, [return_ for return_ in returns if return_.approved]),
        submitted=build_record(plans, returns),
        returns_by_site={},
        has_sample_data=False,
    )
    history = find_indicator_history(QueryScope(snapshot, date.fromisoformat(today), period), "A-01")
    assert history is not None
    addresses = {point.quarter: f"/number/{point.quarter}" for point in history.points}
    return draw_history(history, get_locale("en"), addresses=addresses), history


def find_trace(figure: ChartDict, name: str) -> ChartDict | None:
    return next((item for item in figure["data"] if item["name"] == name), None)


def make_both_returns(by_quarter: dict[str, object]) -> list[SiteReturn]:
    return [return_ for site in ("one", "two") for return_ in make_returns(site, "A-01", by_quarter)]


def test_only_quarters_pending_approval_have_hollow_markers() -> None:
    returns = [
        *make_both_returns({"2022Q1": 5, "2022Q2": 9}),
        make_return("one", "2022Q3", {"A-01": 12}, approved=False),
    ]
    figure, _ = draw(LEVEL, returns, "2022-11-15")
    hollow = find_trace(figure, "pending approval")
    assert hollow is not None
    assert hollow["x"] == ["2022Q3"]
    assert hollow["marker"]["color"] == "#ffffff"
    plain, _ = draw(LEVEL, make_both_returns({"2022Q1": 5}), "2022-05-15")
    assert find_trace(plain, "pending approval") is None


def test_a_partly_carried_level_has_a_marker() -> None:
    figure, _ = draw(
        LEVEL, [*make_both_returns({"2022Q1": 5}), make_return("one", "2022Q2", {"A-01": 9})], "2022-08-15"
    )
    carried = find_trace(figure, "partly carried forward")
    assert carried is not None
    assert (carried["x"], carried["customdata"]) == (["2022Q2"], [["14", "/number/2022Q2"]])


def test_a_quarter_without_a_number_is_a_gap_and_not_zero() -> None:
    figure, history = draw(FLOW, make_both_returns({"2022Q1": 5, "2023Q1": 7}))
    actual = find_trace(figure, "actual")
    assert actual is not None and actual["connectgaps"] is False
    at = dict(zip(actual["x"], zip(actual["y"], actual["customdata"], strict=True), strict=True))
    assert at["2022Q1"] == (10.0, ["10", "/number/2022Q1"])
    assert [point.quarter.number for point in history.points if point.has_break] == []
    assert at["2023Q1"] == (24.0, ["24", "/number/2023Q1"])
    thin, _ = draw(LEVEL, make_both_returns({"2022Q4": 5}))
    first = find_trace(thin, "actual")
    assert first is not None
    assert (first["y"][0], first["customdata"][0]) == (None, ["nothing_reported", "/number/2022Q1"])


def test_the_line_of_an_annual_flow_is_cumulative_and_agrees_with_the_headline() -> None:
    figure, history = draw(FLOW, make_both_returns({"2022Q1": 5, "2022Q2": 6, "2023Q1": 7}))
    actual, expected = find_trace(figure, "actual"), find_trace(figure, "expected")
    assert actual is not None and expected is not None
    assert (actual["x"][-1], actual["y"][-1]) == ("2023Q1", 36.0)
    assert (actual["customdata"][-1][0], expected["customdata"][-1][0]) == ("36", "60")
    assert history.figure.counted_value.amount == 36 and history.figure.expected == 60
    targets = find_trace(figure, "target")
    assert targets is not None and targets["text"] == ["40", "120", "240"]


def test_the_line_of_one_year_starts_with_it() -> None:
    figure, _ = draw(FLOW, make_both_returns({"2022Q4": 5, "2023Q1": 7}), period=Years(2023, 2023))
    actual = find_trace(figure, "actual")
    assert actual is not None and (actual["x"], actual["y"]) == (["2023Q1"], [14.0])


def test_a_quarter_with_a_missing_return_has_a_hollow_square() -> None:
    returns = [*make_both_returns({"2022Q1": 5}), *make_returns("one", "A-01", {"2022Q2": 6})]
    figure, _ = draw(FLOW, returns, "2022-08-15")
    square = find_trace(figure, "returns missing")
    assert square is not None and square["x"] == ["2022Q2"]
    assert (square["marker"]["symbol"], square["marker"]["color"]) == ("square", "#ffffff")


def test_remarks_and_revisions_are_numbered_marks_on_the_line() -> None:
    _, history = draw(LEVEL, make_both_returns({"2022Q3": 20, "2022Q4": 30}))
    marks = [
        HistoryMark(Quarter(2022, 4), "Drought.", "/i#remarks"),
        HistoryMark(Quarter(2023, 1), "New.", "/i#targets"),
    ]
    figure = draw_history(history, get_locale("en"), addresses={}, marks=marks)
    trace = find_trace(figure, "remarks and revisions")
    assert trace is not None
    assert (trace["x"], trace["y"][0]) == (["2022Q4", "2023Q1"], 60.0)
    assert trace["customdata"] == [["1", "/i#remarks"], ["2", "/i#targets"]]
    assert [label["text"] for label in figure["layout"]["annotations"][-2:]] == ["1", "2"]


def test_the_expected_path_of_a_level_continues_to_future_targets() -> None:
    figure, history = draw(LEVEL, make_both_returns({"2022Q4": 30, "2023Q1": 40}))
    paths = [trace for trace in figure["data"] if trace["name"] == "expected"]
    assert len(paths) == 2 and paths[1]["showlegend"] is False
    assert paths[1]["x"] == ["2023Q1", "2023Q4", "2024Q4"]
    assert [Decimal(value) for value, _address in paths[1]["customdata"]] == [history.points[-1].expected, 80, 120]


def test_each_target_has_a_label() -> None:
    figure, _ = draw(LEVEL, make_both_returns({"2022Q4": 30}))
    targets = find_trace(figure, "target")
    assert targets is not None
    assert targets["text"] == ["40", "80", "120"]
    assert targets["mode"] == "markers+text"


def test_a_quarter_in_a_year_to_date_return_is_not_missing() -> None:
    """Site one sends the second quarter together with the first, which it had not sent."""
    returns = [
        *make_returns("two", "A-01", {"2022Q1": 5, "2022Q2": 5, "2022Q3": 5}),
        make_return("one", "2022Q2", {"A-01": 30}, basis="year_to_date"),
    ]
    figure, history = draw(FLOW, returns, "2022-11-15")
    assert [str(key.quarter) for key in history.covered] == ["2022Q1", "2022Q2"]
    assert [(key.site, str(key.quarter)) for key in history.missing] == [("one", "2022Q3")]
    incomplete = find_trace(figure, "returns missing")
    assert incomplete is not None and incomplete["x"] == ["2022Q1", "2022Q3"]


def test_a_level_that_is_measured_each_fourth_quarter_has_points_in_these_only() -> None:
    """Also the title and the label at the end of the line are those of the last measurement."""
    yearly = replace(LEVEL, reported=ReportingFrequency.ANNUAL)
    figure, history = draw(yearly, make_both_returns({"2022Q4": 20, "2023Q4": 45}), "2024-08-15")
    line = find_trace(figure, "actual")
    assert line is not None and line["x"] == ["2022Q4", "2023Q4"]
    assert [note["x"] for note in figure["layout"]["annotations"] if "90" in note["text"]] == ["2023Q4"]
    assert make_history_title(history.points, yearly, get_locale("en")).startswith("2023 Q4: 90, ahead")
    assert [str(point.quarter) for point in history.points][-1] == "2024Q2"


def test_a_break_between_measurements_stays_where_quarters_between_are_left_out() -> None:
    _, history = draw(LEVEL, make_both_returns({"2022Q1": 5, "2022Q4": 9}), "2023-01-15")
    first, *_, last = history.points
    between = replace(first, quarter=Quarter(2022, 2), in_quarter=Value(NoValue.NOT_DUE), has_break=True)
    assert [point.has_break for point in select_due_points([first, between, last])] == [False, True]


def test_the_line_at_the_recent_pace_is_named_only_where_it_is_drawn() -> None:
    levels = {"2022Q1": 5, "2022Q2": 9, "2022Q3": 10}
    figure, history = draw(LEVEL, make_both_returns(levels), "2022-11-15")
    assert find_trace(figure, "at the recent pace") is not None and find_outlook_end(history) is not None
    figure, history = draw(LEVEL, make_both_returns({"2022Q1": 5}), "2022-05-15")
    assert find_trace(figure, "at the recent pace") is None and find_outlook_end(history) is None
