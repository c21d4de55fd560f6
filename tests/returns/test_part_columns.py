"""Long tables with columns for the total, women, men and other parts: each number is read right or named."""

import pytest

from etl.returns.reasons import Reason
from tests.support.tracking_tables import (
    FLOW,
    STOCK,
    WOMEN,
    YOUTH,
    TableVariant,
    list_errors,
    list_reasons,
    list_values,
)

NAME, AREA = "Farmers trained", "Area under CA"
HEAD = ("Site", "Indicator", "Period")
ROW = ("RVG", NAME, "2025 Q3")
Q3 = "2025Q3"


def make_table(*headings: object, values: tuple[object, ...], **options: object) -> TableVariant:
    """Return a long table with one row of farmers trained."""
    return TableVariant([(*HEAD, *headings), (*ROW, *values)], "long", **options)  # type: ignore[arg-type]


READ = {
    "total and women": make_table("Total", "Of which women", values=(90, 40)),
    "women first": make_table("Women", "Total", values=(40, 90)),
    "with youth": make_table("Total", "Women", "Youth", values=(90, 40, 12)),
    "value and women": make_table("Value", "of which women", "of which youth", values=(90, 40, 12)),
    "men are checked": make_table("Male", "Female", "Total", values=(50, 40, 90)),
    "Khmer": TableVariant(
        [("ទីតាំង", "សូចនាករ", "រយៈពេល", "សរុប", "ស្រី", "យុវជន"), ("រវៀង", NAME, "ត្រីមាសទី៣ ឆ្នាំ២០២៥", "៩០", "៤០", "១២")],
        "long",
    ),
    "Khmer, of which": make_table("លទ្ធផល", "ក្នុងនោះស្រី", values=(90, 40)),
    "French": make_table("Femmes", "Total", values=(40, 90)),
    "targets beside results": make_table(
        "Target total", "Target women", "Actual total", "Actual women", values=(200, 100, 90, 40)
    ),
    "merged above": TableVariant(
        [
            (None, None, None, "Target", None, "Actual", None),
            (*HEAD, "Total", "Women", "Total", "Women"),
            (*ROW, 200, 100, 90, 40),
        ],
        "long",
        merges=("D1:E1", "F1:G1"),
    ),
    "merged header, women first": TableVariant(
        [(*HEAD, "Actual", None), (None, None, None, "Women", "Total"), (*ROW, 40, 90)],
        "long",
        merges=("A1:A2", "B1:B2", "C1:C2", "D1:E1"),
    ),
    "parts below one heading": TableVariant(
        [(*HEAD, "Total", "Of which", None), (None, None, None, None, "women", "youth"), (*ROW, 90, 40, 12)],
        "long",
        merges=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"),
    ),
    "other sheet": TableVariant(
        [("Notes on the courses",)],
        "long",
        other_sheets=(("Data 2025", [("Results by site",), (), (*HEAD, "Total", "Women"), (*ROW, 90, 40)]),),
    ),
}


@pytest.mark.parametrize("table", READ.values(), ids=READ)
def test_each_column_is_read_as_the_total_or_its_part(table: TableVariant) -> None:
    parsed = table.read()
    assert list_errors(parsed) == []
    values = list_values(parsed)
    assert {key: values.pop((Q3, key)) for key in (FLOW, WOMEN)} == {FLOW: "90", WOMEN: "40"}
    assert values in ({}, {(Q3, YOUTH): "12"})
    assert set(list_reasons(parsed).values()) <= {"label", "target", "men"}
    assert "layout-numbers-unread" not in {finding.code for finding in parsed.findings}


REFUSED = [
    (make_table("Women", "Men", values=(40, 50)), ("layout-no-total", "D1")),
    (make_table("Total", "Grand total", "Women", values=(90, 95, 40)), ("layout-column-twice", "E1")),
    (make_table("Number", "Total", "Women", values=(3, 90, 40)), ("layout-column-twice", "E1")),
    (make_table("Total", "Women", "Girls", values=(90, 40, 4)), ("layout-column-twice", "F1")),
    (make_table("Total", "Women (revised)", values=(90, 40)), ("layout-no-value", "A1")),
    (
        TableVariant(
            [(*HEAD, "Actual", None), (None, None, None, "Women", "Men"), (*ROW, 40, 50)], "long", merges=("D1:E1",)
        ),
        ("layout-no-total", "D2"),
    ),
    (
        TableVariant([(*HEAD, "Total", "Women"), (*ROW, 90, 40), ("RVG", AREA, "2025 Q3", 7, 2)], "long"),
        ("layout-column-part", "E3"),
    ),
    (
        TableVariant([(*HEAD, "Total", "Women"), (*ROW, 90, 40), ("RVG", AREA, "2025 Q3", 7, "a few")], "long"),
        ("layout-column-part", "E3"),
    ),
    (
        TableVariant([(*HEAD, "Part", "Total", "Women"), (*ROW, "Youth", 90, 40)], "long"),
        ("layout-column-part", "F2"),
    ),
    (
        TableVariant([(*HEAD, "Part", "Total", "Women"), (*ROW, None, 90, 40), (*ROW, "Women", 41, None)], "long"),
        ("layout-value-differs", "E3"),
    ),
    (make_table("Women", "Men", "Total", values=(40, 51, 90)), ("layout-men-differ", "E2")),
]


@pytest.mark.parametrize(("table", "error"), REFUSED)
def test_columns_that_contradict_each_other_are_an_error_at_their_heading(
    table: TableVariant, error: tuple[str, str]
) -> None:
    assert error in list_errors(table.read())


def test_a_part_that_a_row_cannot_have_may_be_blank_or_a_dash() -> None:
    rows = [(*HEAD, "Total", "Women"), (*ROW, 90, 40), ("RVG", AREA, "2025 Q3", 7, "-"), ("RVG", AREA, "2025 Q2", 6)]
    parsed = TableVariant(rows, "long").read()
    assert list_errors(parsed) == []
    assert list_values(parsed)[Q3, STOCK] == "7"
    assert "E3" not in list_reasons(parsed)


@pytest.mark.parametrize("title", ["Women", "Men", "Female 2025", "ស្រី", "Total women"])
@pytest.mark.parametrize("place", ["sheet", "above"])
def test_a_table_titled_women_or_men_is_never_read_as_totals(title: str, place: str) -> None:
    rows = [("Code", "2025 Q3"), (FLOW, 40)]
    if place == "sheet":
        parsed = TableVariant(rows, title=title).read()
    else:
        parsed = TableVariant([("Trainings", None, title), (), *rows]).read()
    assert [code for code, _ in list_errors(parsed)] == ["layout-title-unclear"]
    both = TableVariant([("Code", "2025 Q3", "2025 Q3 women"), (FLOW, 90, 40)], title="Women").read()
    assert list_errors(both) == []


def test_a_column_named_like_a_part_beside_a_value_is_no_part_unless_it_says_so() -> None:
    """A table of seed by user may count farmers in a column of their own."""
    header = (*HEAD, "Value", "Unit", "Farmers")
    parsed = TableVariant([header, ("RVG", "SO2-06", "2025 Q3", 90, "kg", 12)], "long").read()
    assert list_values(parsed) == {(Q3, "SO2-06"): "90"}
    assert list_reasons(parsed)["F2"] == Reason.COLUMN_UNKNOWN
