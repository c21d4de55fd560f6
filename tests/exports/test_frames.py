"""Data frames hold the core's exact numbers; docs/frames.md describes every column."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pandas import DataFrame
from plotly.basedatatypes import BaseFigure

from etl.exports.edition.csv_file import format_value, render_table_csv
from etl.exports.edition.tables import EDITION_TABLES
from etl.exports.figure_files import (
    render_edition_parquet,
    render_figures_csv,
    render_figures_parquet,
    render_figures_workbook,
)
from etl.exports.figure_rows import serialize_amount
from etl.exports.frames import (
    edition_frame,
    figures_frame,
    observations_frame,
    pivot_figures,
    returns_frame,
    sites_frame,
    targets_frame,
)
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Years, parse_quarter
from etl.indicators.record import build_record
from etl.indicators.results import Amount, Figure
from etl.indicators.site_groups import SiteSelection
from etl.queries.data_source import DataSource, open_data_source
from etl.queries.scope import QueryScope
from etl.queries.snapshot import make_record_snapshot
from tests.support.command_line import CLOCK
from tests.support.random_editions import make_random_edition
from tests.support.random_plans import Scenario, scenarios
from tests.support.shared_fixtures import TODAY, SampleDatabase

DOCUMENT = Path("docs/frames.md")
FIELDS = ("target", "baseline", "baseline_for_period", "expected", "achievement", "progress", "headline", "pace")


@pytest.fixture(scope="module")
def source(shared_sample: SampleDatabase) -> Iterator[DataSource]:
    source = open_data_source(f"sqlite:///{shared_sample.path}")
    yield source
    source.engine.dispose()


@pytest.fixture(scope="module")
def scope(source: DataSource) -> QueryScope:
    return QueryScope(source.get_snapshot(), TODAY)


def list_amounts(figure: Figure) -> dict[str, Amount | None]:
    """Return the amounts of a figure by the names of their measures."""
    value = figure.actual
    amounts = {"actual": value.amount, "numerator": value.numerator, "denominator": value.denominator}
    amounts |= {"rated_actual": figure.rated_actual, "counted": figure.counted_value.amount}
    return amounts | {name: getattr(figure, name) for name in FIELDS}


def assert_frame_equals_core(scope: QueryScope, periods: list[Period], places: list[SiteSelection | None]) -> None:
    """Compare every row with a figure that the core computes by itself, and expect every figure."""
    frame = figures_frame(scope, periods=periods, places=places)
    rows: dict[int, list[dict[str, object]]] = {}
    for row in frame.to_dict("records"):
        rows.setdefault(row["figure"], []).append(row)
    plan = scope.plan
    queries = [
        (period, indicator.code, place, part)
        for period in periods
        for indicator in plan.indicators
        for place in places
        for part in ("", *(part.key for part in plan.list_parts(indicator.code)))
    ]
    assert len(rows) == len(queries)
    for number, (period, code, place, part) in enumerate(queries):
        query = {"indicator": code, "period": period, "sites": place, "today": scope.today}
        figure = compute_figure(scope.snapshot.plans, scope.record, part=part, **query)
        amounts = list_amounts(figure)
        if not part and plan.find_participations(code):
            attendances = compute_figure(scope.snapshot.plans, scope.record, part="participations", **query)
            amounts["participations"] = attendances.actual.amount
        in_frame = {row["measure"]: row["reason"] if row["number"] is None else row["number"] for row in rows[number]}
        assert in_frame == {name: amount for name, amount in amounts.items() if amount is not None}, queries[number]
        first = rows[number][0]
        assert (first["indicator"], first["part"], first["rating"]) == (code, part, figure.rating)
        assert (first["reported"], first["of"]) == (figure.actual.reported, figure.actual.expected)


def test_every_figure_of_the_sample_equals_that_of_the_core(scope: QueryScope) -> None:
    site, province = (scope.plan.sites[0].code,), scope.plan.provinces[-1]
    assert_frame_equals_core(scope, [PlanToDate(), Years(2024, 2024), parse_quarter("2025Q3")], [None])
    assert_frame_equals_core(scope, [Years(2025, 2025)], [site, province])


@given(scenarios)
def test_figures_of_random_plans_equal_those_of_the_core(scenario: Scenario) -> None:
    record = build_record(scenario.plans, list(scenario.returns))
    scope = QueryScope(make_record_snapshot(scenario.plans, record, has_sample_data=False), scenario.query.today)
    assert_frame_equals_core(scope, [scenario.query.period, PlanToDate()], [scenario.query.sites])


def test_the_pivoted_frame_and_its_files_have_the_exact_numbers(scope: QueryScope) -> None:
    values = figures_frame(scope, rated_parts_only=True)
    table = pivot_figures(values)
    lines = list(csv.DictReader(io.StringIO(render_figures_csv(values))))
    header, *rows = load_workbook(io.BytesIO(render_figures_workbook(values)))["Figures"].values
    assert len(table) == len(lines) == len(rows)
    for (_, pivoted), line, row in zip(table.iterrows(), lines, rows, strict=True):
        figure = scope.get_figure(line["indicator"], part=line["part"])
        cells = dict(zip(header, row, strict=True))
        for name in ("target", "headline", "pace"):
            text = serialize_amount(getattr(figure, name))
            assert pivoted[name] == line[name] == text
            is_number = isinstance(getattr(figure, name), Decimal)
            assert cells[name] == (pytest.approx(float(text), rel=1e-14) if is_number else text)


def test_parquet_keeps_the_exact_numbers_as_text(scope: QueryScope) -> None:
    values = figures_frame(scope)
    stored = pandas.read_parquet(io.BytesIO(render_figures_parquet(values)))
    assert list(stored.columns) == [*values.columns, "exact"]
    for number, reason, exact, approximate in zip(
        values["number"], values["reason"], stored["exact"], stored["number"], strict=True
    ):
        assert (exact == reason) if number is None else (Decimal(exact) == number and float(number) == approximate)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_frames_of_an_edition_are_its_published_tables(seed: int) -> None:
    contents = make_random_edition(seed)
    for table in EDITION_TABLES:
        texts = edition_frame(contents, table).map(format_value)
        assert texts.to_csv(index=False, lineterminator="\r\n").encode() == render_table_csv(table, contents)
    frame = edition_frame(contents)
    stored = pandas.read_parquet(io.BytesIO(render_edition_parquet(contents)))
    for name in frame.columns:
        for exact, written in zip(frame[name], stored[name], strict=True):
            expected = float(exact) if isinstance(exact, Decimal) else exact
            assert pandas.isna(written) if exact is None else written == expected, name


def test_observations_are_the_typed_numbers_with_their_cells(source: DataSource, shared_sample: SampleDatabase) -> None:
    frame = observations_frame(source)
    typed = {}
    for entry in sorted(shared_sample.sample.entries, key=lambda entry: entry.submitted):
        typed.setdefault((entry.site, entry.quarter), {}).setdefault(entry.file, {})[entry.key] = entry.value
    expected = {
        (site, quarter, key, file): value
        for (site, quarter), files in typed.items()
        for file, values in [list(files.items())[-1]]
        for key, value in values.items()
    }
    in_frame = {
        (row.site, row.quarter, f"{row.indicator}/{row.part}".rstrip("/"), row.file): row.number
        for row in frame.itertuples(index=False)
    }
    assert in_frame == {key: None if value == "NC" else Decimal(value) for key, value in expected.items()}
    assert (frame["sheet"] != "").all() and frame["cell"].str.fullmatch("[A-Z]+[0-9]+").all()
    assert set(frame["state"]) <= {"reported", "not_collected"}
    approved = observations_frame(source, include_unapproved=False)
    assert set(approved["return_state"]) == {"approved"}


def test_targets_returns_and_sites_are_those_of_the_plan_and_the_database(
    source: DataSource, scope: QueryScope
) -> None:
    targets = targets_frame(scope)
    plan = scope.plan
    baselines = [indicator for indicator in plan.indicators if indicator.baseline_value is not None]
    assert len(targets) == len(plan.targets) + len(baselines)
    numbers = {(row.indicator, row.part, row.place, row.year): row.number for row in targets.itertuples(index=False)}
    assert numbers == {
        **{(indicator.code, "", "", indicator.baseline_year): indicator.baseline_value for indicator in baselines},
        **{(target.indicator, target.part, target.site, target.year): target.value for target in plan.targets},
    }
    assert list(sites_frame(scope)["site"]) == [site.code for site in plan.sites]
    returns = returns_frame(source)
    assert set(observations_frame(source)["return_id"]) <= set(returns["return_id"])
    assert set(scope.snapshot.returns_by_site) == set(returns["site"])


def test_the_document_describes_every_column_of_every_frame(source: DataSource, scope: QueryScope) -> None:
    frames: dict[str, DataFrame] = {
        "figures_frame": figures_frame(scope),
        "observations_frame": observations_frame(source),
        "targets_frame": targets_frame(scope),
        "returns_frame": returns_frame(source),
        "sites_frame": sites_frame(scope),
    }
    sections = re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)
    for name, frame in frames.items():
        (section,) = [section for section in sections if section.startswith(f"`{name}`")]
        documented = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
        assert documented == list(frame.columns), name


def test_the_recipe_for_a_notebook_draws_the_figures_of_the_sample(
    shared_sample: SampleDatabase, scope: QueryScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{shared_sample.path}")
    monkeypatch.setenv("CLOCK", CLOCK)
    charts: list[Any] = []
    monkeypatch.setattr(BaseFigure, "show", lambda chart: charts.append(chart))
    (recipe,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(recipe, names)
    names["source"].engine.dispose()
    code = scope.plan.indicators[0].code
    for trace in charts[0].data:
        for period, number in zip(trace.x, trace.y, strict=True):
            figure = scope.get_figure(code, period=Years(int(period), int(period)))
            amount = figure.target if trace.name == "target" else figure.actual.amount
            assert isnan(number) if not isinstance(amount, Decimal) else number == float(amount)
    assert {trace.name for trace in charts[0].data} == {"actual", "target"}
    assert names["matrix"].loc[code, "2025"] == scope.get_figure(code, period=Years(2025, 2025)).rating
    assert (
        names["table"].loc[code, ("2025", "target")].iloc[0] == scope.get_figure(code, period=Years(2025, 2025)).target
    )


def test_a_web_worker_starts_without_pandas(sqlite_url: str) -> None:
    code = "import dashboard.wsgi, sys; print({'pandas', 'pyarrow'}.intersection(sys.modules))"
    environment = {**os.environ, "DATABASE_URL": sqlite_url, "SECRET_KEY": "a secret of tests only, not real"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout.strip() == "set()"
