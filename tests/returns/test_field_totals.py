"""Rows and columns of totals beside the numbers that they add up: never a number of one indicator or site."""

import pytest

from etl.returns.layouts.parse_table import ParsedTable
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
Q3 = "2025Q3"
HEADER = ("Code", "Indicator", "Unit", "2025 Q3")
SITES = ("Site", "Code", "2025 Q3")
FIRST, BLANK = (STOCK, AREA, "ha", 60), (FLOW, NAME, None, None)
TOTAL_ROWS = [
    ("Total", None, None, 60),
    (None, "Total", None, 60),
    (None, "សរុប", None, 60),
    (None, "Grand total", "people", 60),
    (None, "Sub-total SO3", None, 60),
    (None, "សរុបរួម", None, 60),
]


@pytest.mark.parametrize("row", TOTAL_ROWS)
@pytest.mark.parametrize("above", [BLANK, (FLOW, NAME, None, 40)])
def test_a_row_labelled_total_is_never_the_indicator_above(row: tuple[object, ...], above: tuple[object, ...]) -> None:
    parsed = TableVariant([HEADER, FIRST, above, row]).read()
    cell = "A4" if row[0] else "B4"
    assert list_errors(parsed) == [("layout-total-row", cell)] and list_reasons(parsed)["D4"] == "row_unknown"


@pytest.mark.parametrize("unit", [None, "people", "participants"])
@pytest.mark.parametrize("above", [BLANK, (FLOW, NAME, None, 40)])
def test_a_row_without_a_label_is_never_the_indicator_above(unit: str | None, above: tuple[object, ...]) -> None:
    parsed = TableVariant([HEADER, FIRST, above, (None, None, unit, 60)]).read()
    assert list_errors(parsed) == [("layout-cell-blank", "B4")] and list_reasons(parsed)["D4"] == "row_unknown"


def test_a_total_in_the_column_of_parts_is_never_the_indicator_above() -> None:
    header = ("Code", "Disaggregation", "2025 Q3")
    parsed = TableVariant([header, (STOCK, None, 60), (FLOW, None, None), (None, "Total", 60)]).read()
    assert list_errors(parsed) == [("layout-total-row", "B4")]


AMONG_PARTS = [
    [("Code", "2025 Q3"), (STOCK, 5), (FLOW, None), ("Women", 25), ("Men", 35), ("Total", 60)],
    [("Code", "2025 Q3"), (STOCK, 5), (FLOW, None), ("Total", 60), ("Women", 25)],
    [("Code", "2025 Q3"), (STOCK, 5), (FLOW, None), ("សរុប", 60), ("ស្រី", 25)],
    [("Code", "Part", "2025 Q3"), (STOCK, None, 5), (FLOW, "Women", 25), (None, "Total", 60)],
    [("Code", "Part", "2025 Q3"), (STOCK, None, 5), (FLOW, None, None), (None, "Total", 60), (None, "Women", 25)],
]


@pytest.mark.parametrize("rows", AMONG_PARTS)
def test_a_total_among_the_parts_of_an_indicator_is_its_number(rows: list[tuple[object, ...]]) -> None:
    assert list_values(TableVariant(rows).read()) == {(Q3, STOCK): "5", (Q3, FLOW): "60", (Q3, WOMEN): "25"}


UNNAMED_SITES = [
    ([("RVG", FLOW, 60), ("RTM", FLOW, None), (None, None, 60)], "B4"),
    ([("RVG", FLOW, 60), ("RTM", FLOW, None), (None, FLOW, 60)], "A4"),
    ([("RVG", FLOW, 60), ("RTM", FLOW, 40), (None, STOCK, 100)], "A4"),
    ([("RTM", FLOW, 60), ("Total", FLOW, 60), (None, STOCK, 100)], "A4"),
    ([("RTM", FLOW, 60), ("សរុប", FLOW, 60), (None, FLOW, 100)], "A4"),
]


@pytest.mark.parametrize(("rows", "cell"), UNNAMED_SITES)
def test_a_row_without_a_site_is_never_of_the_last_of_a_list_of_sites(
    rows: list[tuple[object, ...]], cell: str
) -> None:
    assert list_errors(TableVariant([SITES, *rows]).read()) == [("layout-cell-blank", cell)]


def test_blank_cells_repeat_the_site_and_the_indicator_where_another_label_differs() -> None:
    blocks = [SITES, ("RVG", STOCK, 60), (None, SEED, 5), ("RTM", STOCK, 40), (None, SEED, 4)]
    parsed = TableVariant(blocks).read()
    assert parsed.is_acceptable and len(parsed.account) == 4
    sites = TableVariant([SITES, ("RVG", STOCK, 60), ("RTM", None, 40), ("BKN", None, 30)]).read()
    assert sites.is_acceptable and not any(list_reasons(sites))
    header = ("Site", "Indicator", "Period", "Value")
    periods = TableVariant([header, ("RVG", NAME, "2025 Q2", 60), (None, None, "2025 Q3", 40)], "long").read()
    assert list_values(periods) == {("2025Q2", FLOW): "60", (Q3, FLOW): "40"}
    twice = TableVariant([header, ("RVG", NAME, "2025 Q3", None), (None, None, "2025 Q3", 40)], "long").read()
    assert list_errors(twice) == [("layout-cell-blank", "B3")]


YEAR = ("Code", "2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4", "2025")
FISCAL_YEAR = ("Code", "FY2025 Q1", "FY2025 Q2", "FY2025 Q3", "FY2025 Q4", "FY2025")


def list_warnings(table: ParsedTable) -> list[tuple[str, str]]:
    return [(finding.code, finding.cell) for finding in table.findings if finding.code.endswith("-differs")]


@pytest.mark.parametrize("header", [YEAR, FISCAL_YEAR])
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((FLOW, 1, 2, 3, None, 10), "layout-total-differs"),
        ((FLOW, 1, 2, 3, None, 4), "layout-total-differs"),
        ((FLOW, 1, 2, 3, "-", 10), "layout-total-differs"),
        ((FLOW, None, 10, None, 20, 300), "layout-total-differs"),
        ((FLOW, 1, 2, 3, 4, 11), "layout-total-differs"),
        ((FLOW, "៥", None, None, None, "១០"), "layout-total-differs"),
        ((STOCK, None, None, 100, None, 120), "layout-latest-differs"),
        ((STOCK, None, None, 100, "-", 120), "layout-latest-differs"),
        ((STOCK, None, None, 100, 110, 210), "layout-latest-differs"),
        ((STOCK, "-", None, None, None, 210), "layout-latest-differs"),
        ((FLOW, 1, 2, 3, None, 6), ""),
        ((FLOW, 1, 2, 3, 4, 10), ""),
        ((STOCK, 90, 100, None, None, 100), ""),
        ((FLOW, 1, 2, 3, None, "-"), ""),
    ],
)
def test_a_year_that_says_something_else_than_its_quarters_is_a_warning(
    header: tuple[str, ...], row: tuple[object, ...], code: str
) -> None:
    parsed = TableVariant([header, row], fiscal_year=FiscalYear(10)).read()
    assert list_warnings(parsed) == ([(code, "F2")] if code else [])
    assert parsed.is_acceptable or not any(isinstance(value, int) for value in row[1:5])


def test_a_fiscal_total_beside_its_quarters_is_only_compared() -> None:
    parsed = TableVariant([FISCAL_YEAR, (FLOW, 1, 2, 3, 4, 10)], fiscal_year=FiscalYear(10)).read()
    assert list(list_values(parsed).values()) == ["1", "2", "3", "4"] and list_reasons(parsed)["F2"] == "compared"
