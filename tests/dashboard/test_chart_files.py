"""The CSV file of a chart has the figures that the chart compares with."""

import csv
import io
from typing import Any

import pytest

from tests.dashboard.populated_app import PopulatedApp
from tests.support.rendered_pages import fetch_children, find_elements

CHARTS = (
    ("years", "chart-years", "x", "compare=site-N-2"),
    ("quarters", "chart-history", "x", "compare=site-N-2"),
    ("quarters", "chart-history", "x", "period=2025&compare=2024"),
    ("sites", "chart-sites", "y", "period=2025&compare=2024"),
)


def read_rows(client: Any, address: str) -> tuple[list[str], list[dict[str, str]]]:
    """Return what the file says of itself, and its rows."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    blank = lines.index([])
    header, *rows = lines[blank + 1 :]
    return [line[0] for line in lines[:blank]], [dict(zip(header, row, strict=True)) for row in rows]


def list_traces(client: Any, address: str, chart: str) -> list[Any]:
    graphs = find_elements(fetch_children(client, address), "Graph")
    return next(graph["props"]["figure"]["data"] for graph in graphs if graph["props"]["id"]["name"] == chart)


@pytest.mark.parametrize(("chart", "chart_id", "axis", "query"), CHARTS)
@pytest.mark.parametrize("language", ["", "/km"])
def test_a_file_has_a_column_for_each_compared_trace(
    shared_populated_app: PopulatedApp, chart: str, chart_id: str, axis: str, query: str, language: str
) -> None:
    client = shared_populated_app.make_client("manager")
    code = "P.1"
    about, rows = read_rows(client, f"{language}/staff/chart/{code}/{chart}/csv?{query}")
    (column,) = [name for name in rows[0] if ": " in name]
    label = column.partition(": ")[0]
    assert f"compared with {label}" in about
    traces = list_traces(client, f"/staff/indicator/{code}?{query}", chart_id)
    (trace,) = [trace for trace in traces if trace["name"] == label]
    shown = [entry[0] for entry in trace["customdata"]]
    assert shown and [row[column] for row in rows if row[column]] == shown
    assert len(trace[axis]) == len(shown)


def test_the_parts_of_other_sites_stand_beside_the_parts_in_chart_table_and_file(
    shared_populated_app: PopulatedApp,
) -> None:
    client = shared_populated_app.make_client("manager")
    plan = shared_populated_app.staffed_app.source.get_snapshot().plans.latest
    compared_count = 0
    for indicator in plan.indicators:
        address = f"/staff/indicator/{indicator.code}?compare=site-01"
        if not [graph for graph in find_elements(fetch_children(client, address), "Graph") if is_parts(graph)]:
            continue
        _, rows = read_rows(client, f"/staff/chart/{indicator.code}/parts/csv?compare=site-01")
        columns = [name for name in rows[0] if ": " in name]
        for column in columns:
            label = column.partition(": ")[0]
            traces = list_traces(client, address, "chart-parts")
            shown = [
                entry[0] for trace in traces if trace["name"].endswith(f", {label}") for entry in trace["customdata"]
            ]
            assert [row[column] or "nothing_reported" for row in rows] == shown
            compared_count += 1
    assert compared_count > 0


def is_parts(graph: Any) -> bool:
    return graph["props"]["id"]["name"] == "chart-parts"


@pytest.mark.parametrize("query", ["compare=2024&period=2025", "compare=site-01", "compare=edition-{edition}"])
def test_a_file_of_the_overview_has_the_compared_ratings(shared_populated_app: PopulatedApp, query: str) -> None:
    client = shared_populated_app.make_client("manager")
    query = shared_populated_app.address(query)
    _, rows = read_rows(client, f"/staff/plan-chart/objectives/csv?{query}")
    columns = [name for name in rows[0] if ": " in name]
    assert columns and {row["objective"] for row in rows}
    traces = list_traces(client, f"/staff/overview?{query}", "chart-objectives")
    label = columns[0].partition(": ")[0]
    shown = sum(value or 0 for trace in traces if trace["name"].startswith(f"{label}: ") for value in trace["x"])
    assert sum(int(row[column]) for row in rows for column in columns) == shown
    _, years = read_rows(client, f"/staff/plan-chart/on-track/csv?{query}")
    assert any(": rated" in name for name in years[0]) is ("2024" not in query)
