"""Whole years beside columns that divide them, and fiscal years over months: read by the calendar, or an error."""

import pytest

from etl.returns.layouts.table_periods import FiscalYear
from tests.support.tracking_tables import (
    FLOW,
    STOCK,
    TableVariant,
    list_errors,
    list_reasons,
    list_values,
)

NAME = "Farmers trained"


def make_divided(heading: str, text: object) -> TableVariant:
    header = ("Site", "Indicator", "Year", heading, "Value")
    return TableVariant([header, ("RVG", NAME, 2025, text, 60)], "long")


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Month", "September"),
        ("Reporting month", 9),
        ("ខែ", 9),
        ("ខែ", "កញ្ញា"),
        ("Mois", "mai"),
        ("Season", "Wet season"),
        ("រដូវ", "រដូវវស្សា"),
        ("Saison", "2"),
        ("Quarter of FY", "Q1"),
        ("Fiscal quarter", "Q1"),
        ("Fiscal quarter", 1),
        ("Week", 14),
        ("When", "Q1"),
        ("Time", "Sept"),
        ("ពេល", "ត្រីមាសទី១"),
    ],
)
def test_a_quarter_month_or_season_beside_a_year_is_never_the_whole_year(heading: str, text: object) -> None:
    parsed = make_divided(heading, text).read()
    assert list_errors(parsed) == [("layout-year-divided", "D2")] and list_reasons(parsed)["E2"] == "row_unknown"


@pytest.mark.parametrize(
    ("heading", "text"),
    [("ត្រីមាសទី", "ត្រីមាសទី១"), ("ត្រីមាសទី", "១"), ("Trim.", 1), ("Q", "I"), ("Trimestre", "T1"), ("Quarter no.", 1)],
)
def test_plain_headings_of_quarters_are_read(heading: str, text: object) -> None:
    parsed = make_divided(heading, text).read()
    assert parsed.is_acceptable and list_values(parsed) == {("2025Q1", FLOW): "60"}


@pytest.mark.parametrize(("heading", "text"), [("Trainer", "Dara"), ("Months of training", 3), ("Village", "Romtum")])
def test_a_column_that_does_not_divide_the_year_leaves_it_whole(heading: str, text: object) -> None:
    assert list_values(make_divided(heading, text).read()) == {("2025Q4", FLOW): "60"}


def test_rows_of_one_number_and_period_that_differ_in_an_unknown_column_are_an_error() -> None:
    header = ("Site", "Indicator", "Year", "Kind", "Value")
    for first, second in (("x", "y"), ("Hoped", "Counted"), ("១", "២")):
        rows = [("RVG", NAME, 2025, first, 60), ("RVG", NAME, 2025, second, None)]
        assert list_errors(TableVariant([header, *rows], "long").read()) == [("layout-rows-alike", "D3")]
    other_years = [("RVG", NAME, 2024, "x", 60), ("RVG", NAME, 2025, "y", None)]
    assert list_errors(TableVariant([header, *other_years], "long").read()) == []


MONTHS = ("Oct-Dec", "Jan-Mar", "Apr-Jun", "Jul-Sep")
KHMER_MONTHS = ("តុលា-ធ្នូ", "មករា-មីនា", "មេសា-មិថុនា", "កក្កដា-កញ្ញា")
IN_FISCAL_2025 = {("2024Q4", FLOW): "1", ("2025Q1", FLOW): "2", ("2025Q2", FLOW): "3", ("2025Q3", FLOW): "4"}
ROW = (FLOW, 1, 2, 3, 4)
BELOW_FISCAL_YEARS = [
    TableVariant([("Progress FY2025",), ("Code", *MONTHS), ROW]),
    TableVariant([("ឆ្នាំសារពើពន្ធ ២០២៥",), ("Code", *KHMER_MONTHS), ROW]),
    TableVariant([(None, "FY2025", None, None, None), ("Code", *MONTHS), ROW]),
    TableVariant([(None, "FY24/25", None, None, None), ("Code", *MONTHS), ROW], merges=("B1:E1",)),
    TableVariant([("Code", *(f"FY25 {months}" for months in MONTHS)), ROW]),
    TableVariant([("FY2025",), ("Code", "Q1 (Oct-Dec)", "Q2 (Jan-Mar)", "Q3: Apr-Jun", "Jul to Sep (Q4)"), ROW]),
    TableVariant([("Code", "FY24/25 Q1", "FY 24-25 Q2", "FY'24/25 Q3", "FY2024-25 Q4"), ROW]),
    TableVariant(
        [
            (None, "FY2025", None, None, None),
            ("Code", "Oct-Dec 2024", "Q2 Jan-Mar 2025", "Apr-Jun 2025", "Jul-Sep 2025"),
            ROW,
        ],
    ),
    TableVariant([("Code", "Year", "Quarter", "Value"), *((FLOW, "FY25", MONTHS[n], n + 1) for n in range(4))], "long"),
    TableVariant(
        [
            ("Fiscal year October to September",),
            ("Code", "Year", "Quarter", "Value"),
            *((FLOW, 2025, months, number) for number, months in enumerate(MONTHS, 1)),
        ],
        "long",
    ),
]


@pytest.mark.parametrize("table", BELOW_FISCAL_YEARS)
def test_months_below_a_fiscal_year_are_those_of_the_calendar_within_it(table: TableVariant) -> None:
    parsed = TableVariant(table.rows, table.layout, merges=table.merges, fiscal_year=FiscalYear(10)).read()
    assert list_values(parsed) == IN_FISCAL_2025 and parsed.is_acceptable


@pytest.mark.parametrize(
    ("heading", "quarter"),
    [
        ("Q1 (Jan-Mar) 2025", "2025Q1"),
        ("Q4 (Oct-Dec 2024)", "2024Q4"),
        ("2025 Q3: July - September", "2025Q3"),
        ("Jul-Sep 2025 (Q3)", "2025Q3"),
        ("Q2 (1 April - 30 June 2025)", "2025Q2"),
        ("ត្រីមាសទី១ (មករា-មីនា) ២០២៥", "2025Q1"),
        ("T1 (janvier-mars) 2025", "2025Q1"),
    ],
)
def test_a_quarter_with_its_months_is_read(heading: str, quarter: str) -> None:
    assert list_values(TableVariant([("Code", heading), (STOCK, 5)]).read()) == {(quarter, STOCK): "5"}


@pytest.mark.parametrize(
    "heading", ["Q1 (Oct-Dec 2024)", "Q2 (Jan-Mar) 2025", "Q1-Q2 2025 (Jan-Sep)", "Q1 (1 April - 30 June 2025)"]
)
def test_a_quarter_whose_months_are_those_of_another_is_an_error(heading: str) -> None:
    assert list_errors(TableVariant([("Code", heading), (STOCK, 5)]).read()) == [("layout-period-unknown", "B1")]


def test_months_outside_the_fiscal_year_above_them_are_an_error() -> None:
    table = TableVariant([(None, "FY2025"), ("Code", "Oct-Dec 2025"), (STOCK, 5)], fiscal_year=FiscalYear(10))
    assert list_errors(table.read()) == [("layout-period-unknown", "B2")]


OTHER_ORDERS = [
    TableVariant([("Results 2025",), ("Code", *MONTHS), ROW]),
    TableVariant([(None, 2025, None, None, None), ("Code", *MONTHS), ROW], merges=("B1:E1",)),
    TableVariant([("Code", "Q4", "Q1", "Q2", "Q3"), ROW], title="2025"),
    TableVariant([("លទ្ធផល ២០២៥",), ("Code", *KHMER_MONTHS), ROW]),
    TableVariant([("Results 2025",), ("Code", "Jul-Sep", "Oct-Dec", "Jan-Mar", "Apr-Jun"), ROW]),
]


@pytest.mark.parametrize("table", OTHER_ORDERS)
def test_quarters_in_the_order_of_another_year_are_never_quarters_of_the_year_above(table: TableVariant) -> None:
    assert [code for code, _ in list_errors(table.read())] == ["layout-year-order"]


def test_quarters_from_the_last_to_the_first_and_with_their_own_years_are_read() -> None:
    newest_first = TableVariant([("Results 2025",), ("Code", "Q4", "Q3", "Q2", "Q1"), (FLOW, 4, 3, 2, 1)]).read()
    own_years = TableVariant([("Code", "Q4 2025", "Q1 2025"), (FLOW, 4, 1)]).read()
    assert newest_first.is_acceptable and own_years.is_acceptable
