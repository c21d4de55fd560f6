"""Spreadsheets display the numbers of exported workbooks with the digits of the pages (docs/arithmetic.md, E10)."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from etl.exports.edition.workbook import render_edition_workbook
from etl.exports.figure_rows import get_amount_number
from etl.exports.pack_workbook import render_pack_workbook
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.editions import PLAN_TO_DATE, Edition, EditionContents, EditionFigure, FigureKey
from etl.indicators.periods import Quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.vocabulary import Measure
from etl.locale import get_locale
from etl.locale.formats import format_amount
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import find_objective_progress
from etl.queries.plan_overview import get_plan_overview
from etl.queries.scope import QueryScope
from etl.queries.snapshot import make_record_snapshot
from etl.queries.tracking_table import get_tracking_table
from tests.support.builders import make_indicator, make_plan, make_return, make_targets
from tests.support.libreoffice import needs_libreoffice, read_displayed_cells

TODAY = date(2023, 2, 1)
SHARES = {
    "A-01": (6665, 10000, "66.7%"),
    "A-02": (9996, 10000, "99.9%"),
    "A-03": (10000, 10000, "100.0%"),
    "A-04": (2845, 10000, "28.5%"),
    "A-05": (66649999, 100000000, "66.6%"),
    "A-06": (8996, 10000, "89.9%"),
    "A-07": (2, 3, "66.7%"),
    "A-08": (10005, 10000, "100.1%"),
    "A-09": (66649999999999, 100000000000000, "66.6%"),
}
"""Actual, target and the displayed percentage; 0.6665 x 100 is 66.64999999999999 in a spreadsheet."""
RATIO = make_indicator("A-10", measure=Measure.RATIO, unit="%", scale=100, decimals=1)
PLAN = make_plan(
    *(make_indicator(code) for code in SHARES),
    RATIO,
    sites=["one"],
    years=(2022, 2022),
    targets=[target for code, (_, goal, _) in SHARES.items() for target in make_targets(code, {2022: goal})],
)


@pytest.fixture(scope="module")
def scope() -> QueryScope:
    """One site that reported all amounts in the fourth quarter; the ratio is 6,665 of 10,000, which is 66.65 %."""
    plans = make_single_plan(PLAN)
    zeros = dict.fromkeys(SHARES, 0) | {"A-10/numerator": 0, "A-10/denominator": 0}
    amounts = {code: actual for code, (actual, *_) in SHARES.items()}
    last = make_return("one", "2022Q4", {**amounts, "A-10/numerator": 6665, "A-10/denominator": 10000})
    record = build_record(plans, [*(make_return("one", f"2022Q{number}", zeros) for number in (1, 2, 3)), last])
    return QueryScope(make_record_snapshot(plans, record, has_sample_data=False), TODAY)


def render_workbooks(scope: QueryScope) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, sheet and content of each workbook that has percentages."""
    locale = get_locale("en")
    table = get_tracking_table(scope)
    yield "tracking", "Tracking table", render_tracking_workbook(table, title="A plan", about=[], locale=locale)
    progress = find_objective_progress(scope, "A")
    assert progress is not None
    pack = MeetingPack(scope, get_plan_overview(scope), (progress,), {}, (), table)
    yield "pack", "Indicators", render_pack_workbook(pack, locale=locale)
    yield "edition", "Indicators", render_edition_workbook(make_contents(scope), locale)


def make_contents(scope: QueryScope) -> EditionContents:
    edition = Edition("2022-Q4", Quarter(2022, 4), 1, TODAY, TODAY, PLAN, 1)
    return EditionContents(edition, tuple(make_edition_figure(scope, indicator.code) for indicator in PLAN.indicators))


def make_edition_figure(scope: QueryScope, code: str) -> EditionFigure:
    figure = scope.get_figure(code)
    value, target, share = (
        amount if isinstance(amount, Decimal) else None
        for amount in (figure.actual.amount, figure.target, figure.headline)
    )
    key = FigureKey(code, "", "", PLAN_TO_DATE)
    return EditionFigure(key, "value", value=value, target=target, share=share, rule=figure.headline_rule)


def multiply_and_round(cell: Cell) -> str:
    """Return a percentage as a careless spreadsheet computes it: in binary, without a correction of its error."""
    assert cell.number_format == "0.0%"
    return f"{Decimal(float(cell.value) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def test_every_workbook_stores_percentages_that_binary_arithmetic_displays_as_pages_do(scope: QueryScope) -> None:
    for name, sheet, data in render_workbooks(scope):
        rows = {row[0].value: row for row in load_workbook(BytesIO(data))[sheet].iter_rows()}
        for code, (_, _, text) in SHARES.items():
            cells = [cell for cell in rows[code] if cell.number_format.endswith("%")]
            displayed = {multiply_and_round(cell) for cell in cells if cell.value is not None}
            assert displayed == {text}, (name, code)


@needs_libreoffice
def test_libreoffice_displays_the_percentages_and_amounts_of_the_pages(scope: QueryScope, tmp_path: Path) -> None:
    for name, sheet, data in render_workbooks(scope):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        rows = {row[0]: row for row in read_displayed_cells(path, sheet=sheet)}
        for code, (actual, goal, text) in SHARES.items():
            assert {cell for cell in rows[code] if cell.endswith("%")} == {text}, (name, code)
            assert {f"{actual:,}", f"{goal:,}"} <= set(rows[code]), (name, code)
        assert "66.7" in rows["A-10"], (name, "66.65 is 66.7")


@pytest.mark.parametrize(
    ("amount", "decimals", "number"),
    [
        ("2.5", 0, "2.5"),
        ("66.65", 1, "66.65"),
        ("0.33333333333333333333", 2, "0.33333333333333333333"),
        ("123456.49999999999999", 0, "123456"),
        ("1.0499999999999999999", 1, "1.0"),
    ],
)
def test_an_amount_is_rounded_only_where_a_spreadsheet_with_15_digits_shows_another_one(
    amount: str, decimals: int, number: str
) -> None:
    stored = get_amount_number(Decimal(amount), make_indicator(decimals=decimals))
    assert stored == Decimal(number)
    assert format_amount(stored, decimals) == format_amount(Decimal(amount), decimals)
