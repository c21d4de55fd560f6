"""The tracking table, its workbook and its CSV file contain the same figures as everything else."""

import csv
import io
import random
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from dashboard.app import create_app
from etl.exports.tracking_rows import (
    format_column_group,
    format_column_heading,
    make_tracking_cell,
    render_tracking_csv,
)
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.figures import compute_figure
from etl.indicators.periods import CAMBODIA, PlanToDate, Quarter, Years
from etl.indicators.vocabulary import PARTICIPATIONS, CellKey, Role
from etl.locale import get_locale
from etl.queries.data_source import DataSource, open_data_source
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import Column, ColumnKind, SortOrder, get_tracking_table
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from tests.support.shared_fixtures import TODAY

PASSWORD = "a password of tests"


@pytest.fixture
def source(sample_run):
    opened = open_data_source(sample_run.database_url)
    yield opened
    opened.engine.dispose()


def make_random_scope(source: DataSource, dice: random.Random) -> QueryScope:
    snapshot = source.get_snapshot()
    settings = snapshot.plans.latest.settings
    first = dice.randint(settings.first_year, settings.last_year)
    codes = [site.code for site in snapshot.plans.latest.sites]
    return QueryScope(
        snapshot=snapshot,
        today=TODAY,
        period=dice.choice(
            [PlanToDate(), Years(first, dice.randint(first, settings.last_year)), Quarter(first, dice.randint(1, 4))]
        ),
        sites=dice.choice([None, tuple(sorted(dice.sample(codes, dice.randint(1, 3)), key=codes.index))]),
        include_unapproved=dice.random() < 0.7,
    )


def compute_amount(scope: QueryScope, key: CellKey, column: Column):
    """Return the amount of a cell, recomputed by the core."""
    figure = compute_figure(
        scope.snapshot.plans,
        scope.record,
        indicator=key.indicator,
        part=key.part,
        sites=scope.sites,
        period=PlanToDate() if column.period is None else column.period,
        today=scope.today,
    )
    amounts = {
        ColumnKind.BASELINE: figure.baseline,
        ColumnKind.TARGET: figure.target,
        ColumnKind.ACTUAL: figure.actual.amount,
        ColumnKind.SHARE: figure.headline,
        ColumnKind.RATING: figure.rating,
    }
    return amounts[column.kind]


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_of_table_workbook_and_csv_is_its_figure(source, seed):
    dice = random.Random(seed)
    scope = make_random_scope(source, dice)
    language = dice.choice(["en", "km"])
    table = get_tracking_table(scope, order=dice.choice(list(SortOrder)))
    about = ["As of a day."]
    data = render_tracking_workbook(table, title="=A plan", about=about, locale=get_locale(language))
    sheet = load_workbook(io.BytesIO(data)).active
    lines = list(
        csv.reader(io.StringIO(render_tracking_csv(table, get_locale(language), about).removeprefix("\ufeff")))
    )
    assert sheet["A1"].value == "'=A plan" and lines[-1] == ["# As of a day."]
    by_code = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
    assert list(by_code) == [line[0] for line in lines[1:-1]]
    # Participations have a row of their own below the people.
    lines_of_people = [line for line in lines[1:-1] if not line[0].endswith(PARTICIPATIONS)]
    assert [line[0] for line in lines_of_people] == [str(row.key) for row in table.rows]
    for row, line in zip(table.rows, lines_of_people, strict=True):
        for place, column in enumerate(table.columns, start=3):
            amount = compute_amount(scope, row.key, column)
            cell = by_code[str(row.key)][place]
            tracking_cell = make_tracking_cell(row, column, get_locale(language))
            if isinstance(amount, Decimal) and row.indicator.is_stage:
                word = row.indicator.find_stage(amount).label.get_text(language)
                assert (cell.value, line[place]) == (word, f"{amount} ({word})")
            elif isinstance(amount, Decimal):
                assert Decimal(line[place]) == amount
                assert cell.value == pytest.approx(float(tracking_cell.number), rel=1e-14)
                assert abs(tracking_cell.number - amount) < Decimal("0.001")
                assert cell.number_format.endswith("%") is (column.kind is ColumnKind.SHARE)
            else:
                assert (tracking_cell.exact_value, tracking_cell.number) == (amount.value, None)
                assert cell.value == tracking_cell.text == line[place]


def test_the_columns_are_the_selected_years_and_their_quarters(source):
    snapshot = source.get_snapshot()
    table = get_tracking_table(QueryScope(snapshot=snapshot, today=TODAY, period=Years(2024, 2025)))
    years = [
        column.period
        for column in table.columns
        if column.kind is ColumnKind.TARGET and isinstance(column.period, Years)
    ]
    quarters = [column.period for column in table.columns if isinstance(column.period, Quarter)]
    assert years == [Years(2024, 2024), Years(2025, 2025)] and len(quarters) == 8
    headings = [
        (format_column_group(column, get_locale("en")), format_column_heading(column, get_locale("en")))
        for column in table.columns
    ]
    assert headings[:3] == [("", "Baseline"), ("2024", "Target"), ("2024", "Actual")]
    assert headings[-1] == ("Plan to date", "Rating")


def test_rows_are_in_the_requested_order(source):
    scope = QueryScope(snapshot=source.get_snapshot(), today=TODAY)
    rows = get_tracking_table(scope, order=SortOrder.SHARE).rows
    # Parts are below their indicators.
    shares = [row.figure.headline for row in rows if row.part is None]
    numbers = [share for share in shares if isinstance(share, Decimal)]
    assert numbers == sorted(numbers) and shares[: len(numbers)] == numbers
    in_plan = [str(row.key) for row in get_tracking_table(scope).rows]
    assert [key for key in in_plan if "/" not in key] == [indicator.code for indicator in scope.list_indicators()]
    assert in_plan.index("SO3-01/sex/women") == in_plan.index("SO3-01") + 1
    only = get_tracking_table(replace(scope, objectives=(scope.plan.objectives[0].code,)))
    assert {row.indicator.objective for row in only.rows} == {scope.plan.objectives[0].code}


def test_the_page_s_downloads_are_for_staff_and_carry_the_marks(sample_run, source):
    now = datetime(2026, 11, 23, 9, 0, tzinfo=CAMBODIA)
    add_user(source.engine, "ofi", Role.OFFICER, PASSWORD, now=now, actor="test")
    settings = Settings(
        database_url=sample_run.database_url, secret_key="a secret of tests only, long enough", fixed_now=now
    )
    app = create_app(settings, source)
    client = app.server.test_client()
    assert client.get("/staff/tracking-table.csv").status_code in (302, 303)
    assert client.post("/sign-in", data={"name": "ofi", "password": PASSWORD}).status_code == 303
    answer = client.get("/km/staff/tracking-table.csv?order=need&period=2025&site=ZZZ")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    assert "Sample data, not results" in client.get("/staff/tracking-table.csv").text
    workbook = load_workbook(io.BytesIO(client.get("/staff/tracking-table.xlsx").data)).active
    notes = [row[0].value for row in workbook.iter_rows(max_row=6)]
    assert any("provisional" in str(line).casefold() for line in notes)
    assert workbook.freeze_panes == "C8" or workbook.freeze_panes.startswith("C")
