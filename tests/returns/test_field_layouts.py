"""Tables as people keep them: each kind in several words, orders, languages, sheets and mergings."""

import pytest

from etl.indicators.vocabulary import Basis
from etl.returns.layouts.table_periods import FiscalYear
from tests.support.tracking_tables import (
    FLOW,
    SEED,
    STOCK,
    WOMEN,
    TableVariant,
    list_errors,
    list_reasons,
    list_values,
)

NAME, AREA = "Farmers trained", "Area under CA"
CODE_NAME = ("Code", "Indicator", "Unit")
Q3, Q4 = "2025Q3", "2025Q4"


def make_wide(*headings: object, values: tuple[object, ...], **options: object) -> TableVariant:
    """Return a wide table of one flow."""
    return TableVariant([(*CODE_NAME, *headings), (FLOW, NAME, "people", *values)], **options)  # type: ignore[arg-type]


def make_long(*rows: tuple[object, ...], header: tuple[str, ...] = (), **options: object) -> TableVariant:
    header = header or ("Site", "Indicator", "Part", "Period", "Value", "Unit", "Note")
    return TableVariant([header, *rows], "long", **options)  # type: ignore[arg-type]


TARGET_ROWS = [
    TableVariant([("Code", "Indicator", "Type", "2025 Q3"), (FLOW, NAME, "Target", 80), (None, None, "Actual", None)]),
    TableVariant([("Code", "Data", "2025 Q3"), (FLOW, "Planned", 80), (FLOW, "Achieved", None)]),
    TableVariant([("Code", "Indicator", "Row", "2025 Q3"), (FLOW, NAME, "Actual", None), (None, None, "Target", 80)]),
    TableVariant([("លេខកូដ", "ប្រភេទទិន្នន័យ", "2025 Q3"), (FLOW, "គោលដៅ", 80), (None, "លទ្ធផល", None)]),
    TableVariant([("Code", "Part", "2025 Q3"), (FLOW, "Cible", 80), (None, "Réalisé", None)]),
    TableVariant([("Indicator", "2025 Q3"), (NAME, None), ("Milestone", 80), ("Actual", None)]),
    TableVariant([("Code", "", "2025 Q3"), (FLOW, "Baseline", 80), (FLOW, "% achieved", 0.8), (FLOW, "Actual", None)]),
    TableVariant(
        [("Code", "Indicator", "Type", "2025 Q3"), (FLOW, NAME, "Target", 80), (None, None, "Actual", None)],
        merges=("A2:A3", "B2:B3"),
    ),
]


@pytest.mark.parametrize("table", TARGET_ROWS)
def test_target_rows_are_set_aside_and_never_results(table: TableVariant) -> None:
    parsed = table.read()
    assert list_values(parsed) == {} and not parsed.is_acceptable
    assert set(list_reasons(parsed).values()) <= {"target", "baseline", "percent"}
    assert "layout-numbers-aside" in {finding.code for finding in parsed.findings}
    assert {code for code, _ in list_errors(parsed)} == {"layout-no-results"}


def test_actual_rows_below_target_rows_belong_to_their_part() -> None:
    header = ("Code", "Indicator", "Type", "2025 Q3")
    rows = [(FLOW, NAME, "Target", 80), (None, None, "Actual", None), (None, "of which women", "Target", 40)]
    parsed = TableVariant([header, *rows, (None, None, "Actual", 35)]).read()
    assert list_values(parsed) == {(Q3, WOMEN): "35"}


def test_a_blank_row_below_an_unknown_name_is_never_taken_for_the_indicator_above() -> None:
    header = ("Code", "Type", "2025 Q3")
    known = [(FLOW, "Target", 80), (None, "Actual", 70)]
    for name in ("Cattle owners", "Other farmers", "SO9-99", "កសិករផ្សេង", "Trainers"):
        parsed = TableVariant([header, *known, (name, "Target", 40), (None, "Actual", 35)]).read()
        assert [(code, cell) for code, cell in list_errors(parsed)] == [("layout-cell-blank", "A5")], name
    women = [("of which women", "Target", 40), (None, "Actual", 35)]
    assert list_values(TableVariant([header, *known, *women]).read()) == {(Q3, FLOW): "70", (Q3, WOMEN): "35"}


def test_rows_that_differ_in_an_unknown_label_are_an_error() -> None:
    for labels in (("Hoped", "Counted"), ("T", "A"), ("ក", "ខ"), ("1st", "2nd"), ("Wanted", None)):
        rows = [(FLOW, NAME, labels[0], 80), (FLOW, NAME, labels[1], None)]
        parsed = TableVariant([("Code", "Indicator", "Kind", "2025 Q3"), *rows]).read()
        assert [code for code, _ in list_errors(parsed)] == ["layout-rows-alike"], labels


FISCAL = [
    (make_wide("FY2025 Q1", "FY2025 Q2", values=(41, 56)), "D1"),
    (make_wide("FY25 Q1", "FY25 Q2", values=(41, 56)), "D1"),
    (make_wide("2024/25 Q1", "2024/25 Q2", values=(41, 56)), "D1"),
    (make_wide("Q1 fiscal year 2025", "Q2 fiscal year 2025", values=(41, 56)), "D1"),
    (make_wide("ឆ្នាំសារពើពន្ធ ២០២៥ ត្រីមាសទី១", "ឆ្នាំសារពើពន្ធ ២០២៥ ត្រីមាសទី២", values=(41, 56)), "D1"),
    (TableVariant([(None, "FY2025", None), ("Code", "Q1", "Q2"), (FLOW, 41, 56)], merges=("B1:C1",)), "B2"),
    (TableVariant([("Training, FY2025",), ("Code", "Q1", "Q2"), (FLOW, 41, 56)]), "B2"),
    (make_wide("USG FY 2025 Q1", "USG FY 2025 Q2", values=(41, 56)), "D1"),
]


@pytest.mark.parametrize(("table", "cell"), FISCAL)
def test_fiscal_quarters_are_refused_until_the_layout_says_when_the_year_begins(table: TableVariant, cell: str) -> None:
    parsed = table.read()
    assert list_errors(parsed) == [("layout-fiscal-year", cell)] and list_values(parsed) == {}


@pytest.mark.parametrize(("table", "cell"), FISCAL)
@pytest.mark.parametrize(
    ("fiscal_year", "first", "second"),
    [
        (FiscalYear(10), "2024Q4", "2025Q1"),
        (FiscalYear(7), "2024Q3", "2024Q4"),
        (FiscalYear(4, is_named_after_end=False), "2025Q2", "2025Q3"),
        (FiscalYear(1), "2025Q1", "2025Q2"),
    ],
)
def test_fiscal_quarters_become_the_quarters_of_the_calendar(
    table: TableVariant, cell: str, fiscal_year: FiscalYear, first: str, second: str
) -> None:
    is_split = "2024/25" in str(table.rows)
    if is_split and not fiscal_year.is_named_after_end:
        first, second = "2024Q2", "2024Q3"
    parsed = TableVariant(table.rows, merges=table.merges, fiscal_year=fiscal_year).read()
    assert list_values(parsed) == {(first, FLOW): "41", (second, FLOW): "56"}


def test_whole_fiscal_years_of_flows_cannot_be_divided_and_stocks_belong_to_the_last_quarter() -> None:
    assert list_errors(make_wide("FY2024", "FY2025", values=(210, 225)).read()) == [("layout-fiscal-year", "D1")]
    october = FiscalYear(10)
    flows = make_wide("FY2024", "FY2025", values=(210, 225), fiscal_year=october).read()
    assert list_errors(flows) == [("layout-fiscal-total", "D2"), ("layout-fiscal-total", "E2")]
    stocks = TableVariant([("Code", "FY2024", "FY2025"), (STOCK, 210, 225)], fiscal_year=october).read()
    assert list_values(stocks) == {("2024Q3", STOCK): "210", ("2025Q3", STOCK): "225"}
    assert list_values(make_wide("FY2024", values=(210,), fiscal_year=FiscalYear(1)).read()) == {
        ("2024Q4", FLOW): "210"
    }


EVENTS = [
    make_long(*[("RVG", NAME, None, "2025 Q3", 20, "people", note) for note in ("12 July", "9 Aug", "1 Sept")]),
    make_long(*[(None, NAME, None, "ត្រីមាសទី៣ ឆ្នាំ២០២៥", "២០", "នាក់", None)] * 3),
    make_long((NAME, 2025, 3, 20), (NAME, 2025, 3, 20.0), header=("Indicator", "Year", "Quarter", "Value")),
    make_long((NAME, "2025 Q3", 20), (FLOW, "Jul-Sep 2025", "20"), header=("Indicator", "Period", "Value")),
    TableVariant([("Code", "2025 Q3"), (FLOW, 20), (FLOW, 20)]),
    TableVariant([("Code", "2025 Q3"), (FLOW, 20)], other_sheets=(("Training 2", [("Code", "2025 Q3"), (FLOW, 20)]),)),
]


@pytest.mark.parametrize("table", EVENTS)
def test_equal_rows_are_an_error_and_never_one_number(table: TableVariant) -> None:
    parsed = table.read()
    assert not parsed.is_acceptable
    assert {code for code, _ in list_errors(parsed)} <= {"layout-value-twice", "layout-value-differs"}


HIDDEN = [
    (make_long(("RVG", NAME, None, Q3, 112), ("RVG", NAME, None, "2025Q2", 70), hidden_rows=(3,)), "E3"),
    (make_wide("2025 Q3", values=(5,), hidden_rows=(2,)), "D2"),
    (TableVariant([("Code", "2025 Q3"), (FLOW, 5), (STOCK, 6), (SEED, 7)], hidden_rows=(2, 3)), "B2:B3"),
    (make_long((NAME, Q3, "៧០"), header=("Indicator", "Period", "Value"), hidden_rows=(2,)), "C2"),
    (TableVariant([("Title",), ("Code", "2025 Q3"), (FLOW, 5), (STOCK, 6)], hidden_rows=(1, 4)), "B4"),
]


@pytest.mark.parametrize(("table", "cells"), HIDDEN)
def test_numbers_in_hidden_rows_are_named_in_a_warning(table: TableVariant, cells: str) -> None:
    parsed = table.read()
    (finding,) = [finding for finding in parsed.findings if finding.code == "layout-rows-hidden"]
    assert dict(finding.parameters)["hidden_cells"] == cells and parsed.is_acceptable


REVISED = [
    (make_wide("2025 Q1", "2025 Q1 (revised)", "2025 Q2", values=(40, 44, 55)), "layout-period-twice", "E1"),
    (make_wide("2025 Q1 corrected", "2025 Q1", values=(44, 40)), "layout-period-twice", "E1"),
    (make_wide("Q1 2025", "2025Q1", values=(40, 44)), "layout-period-twice", "E1"),
    (make_wide("2025 Q1 (revised)", values=(44,)), "layout-heading-unclear", "D1"),
    (make_wide("ត្រីមាសទី១ ២០២៥", "ត្រីមាសទី១ ២០២៥ (កែសម្រួល)", values=(40, 44)), "layout-period-twice", "E1"),
    (
        TableVariant([(None, "2025 Q1", None), ("Code", "Actual", "Updated"), (FLOW, 40, 44)]),
        "layout-period-twice",
        "C2",
    ),
    (make_wide("2025 Q1", "2025 Q1 v2", values=(40, 44)), "layout-period-twice", "E1"),
    (make_wide("2025 Q1 as of June", values=(44,)), "layout-heading-unclear", "D1"),
]


@pytest.mark.parametrize(("table", "code", "cell"), REVISED)
def test_two_columns_for_one_quarter_are_an_error_at_the_second(table: TableVariant, code: str, cell: str) -> None:
    assert list_errors(table.read()) == [(code, cell)]


CUMULATIVE = [
    make_wide("Q1 2025", "Q1-Q2 2025", "Q1-Q3 2025", values=(40, 95, 155)),
    make_wide("2025 Q1", "2025 Q1 to Q2", "2025 Q1–Q3", values=(40, 95, 155)),
    make_wide("Jan-Mar 2025", "Jan-Jun 2025", "Jan-Sep 2025", values=(40, 95, 155)),
    make_wide("2025 Q1", "2025 Q2 YTD", "2025 Q3 year to date", values=(40, 95, 155)),
    make_wide("ត្រីមាស១ ២០២៥", "ត្រីមាស១-២ ២០២៥", "ត្រីមាស១-៣ ២០២៥", values=(40, 95, 155)),
    make_wide("1 Jan - 31 Mar 2025", "01/01/2025 - 30/06/2025", "2025-01-01 to 2025-09-30", values=(40, 95, 155)),
    TableVariant([(None, 2025, None, None), ("Code", "Q1", "Q1+Q2", "Q1 through Q3"), (FLOW, 40, 95, 155)]),
]


@pytest.mark.parametrize("table", CUMULATIVE)
def test_quarters_since_the_first_are_read_as_year_to_date(table: TableVariant) -> None:
    parsed = table.read()
    assert list_values(parsed) == {("2025Q1", FLOW): "40", ("2025Q2", FLOW): "95", ("2025Q3", FLOW): "155"}
    assert [return_.basis for return_ in parsed.returns] == [Basis.QUARTER, Basis.YEAR_TO_DATE, Basis.YEAR_TO_DATE]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("2025 Q2 cumulative", "layout-heading-unclear"),
        ("Cumulative to date 2025 Q2", "layout-heading-unclear"),
        ("បូកបន្ត 2025 Q2", "layout-heading-unclear"),
        ("Cumul 2025", "layout-heading-unclear"),
        ("2025 Q2-Q3", "layout-period-unknown"),
        ("Apr-Sep 2025", "layout-period-unknown"),
    ],
)
def test_a_cumulative_column_that_does_not_say_its_start_is_an_error(heading: str, code: str) -> None:
    assert list_errors(make_wide(heading, values=(95,)).read()) == [(code, "D1")]


@pytest.mark.parametrize("heading", ["Cumulative", "To date", "2025 Q1 cumulative", "បូកបន្ត", "Cumul 2025", "YTD"])
def test_a_cumulative_column_beside_its_quarters_is_named_as_not_taken(heading: str) -> None:
    parsed = make_wide("2025 Q1", heading, values=(40, 95)).read()
    assert list_values(parsed) == {("2025Q1", FLOW): "40"} and list_reasons(parsed) == {"E2": "cumulative"}
    assert [finding.cell for finding in parsed.findings if finding.code == "layout-numbers-aside"] == ["E2"]
