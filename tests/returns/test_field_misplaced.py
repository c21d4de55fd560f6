"""Numbers in columns of texts, and rows and headings that stand where a table expects something else."""

import pytest

from tests.support.tracking_tables import FLOW, STOCK, TableVariant, list_errors, list_reasons, list_values

NAME, AREA = "Farmers trained", "Area under CA"
HEADER = ("Code", "Indicator", "Unit", "2025 Q3", "Remarks")
OTHER = (STOCK, AREA, "ha", 300, None)
MISPLACED = [
    (TableVariant([HEADER, (FLOW, NAME, 60, None, None), OTHER]), "C2"),
    (TableVariant([HEADER, (FLOW, NAME, "៦០", None, None), OTHER]), "C2"),
    (TableVariant([HEADER, (FLOW, NAME, None, None, 60), OTHER]), "E2"),
    (TableVariant([HEADER, (FLOW, NAME, 60, 61, None), OTHER]), "C2"),
    (TableVariant([HEADER, (FLOW, 60, "people", None, None), OTHER]), "B2"),
    (TableVariant([("Code", "2025 Q2", "2025 Q3", "Note"), (FLOW, 55, None, 60), (STOCK, 300, 300, None)]), "D2"),
    (
        TableVariant([("Code", "Period", "Value", "Note"), (FLOW, "2025 Q3", None, 60), (STOCK, "2025 Q3", 9)], "long"),
        "D2",
    ),
]


@pytest.mark.parametrize(("table", "cell"), MISPLACED)
def test_a_number_in_a_column_of_texts_is_named_in_a_warning(table: TableVariant, cell: str) -> None:
    parsed = table.read()
    assert list_reasons(parsed)[cell] == "misplaced"
    assert [finding.cell for finding in parsed.findings if finding.code == "layout-numbers-unread"] == [cell]


def test_a_number_in_a_note_beside_its_value_is_part_of_the_note() -> None:
    parsed = TableVariant([HEADER, (FLOW, NAME, None, 60, 5)]).read()
    assert list_reasons(parsed) == {"E2": "note"} and not parsed.findings


@pytest.mark.parametrize("heading", ["2024 Q3", "Target", "គោលដៅ", "ត្រីមាសទី៣ ២០២៤", "Baseline"])
def test_a_heading_of_values_below_the_table_begins_another_table(heading: str) -> None:
    rows = [("Code", "2025 Q3"), (FLOW, 60), (), (None, heading), (STOCK, 30)]
    parsed = TableVariant(rows).read()
    assert list_errors(parsed) == [("layout-second-table", "B4")] and list_reasons(parsed)["B5"] == "row_unknown"


def test_a_merged_heading_over_two_columns_is_named_at_both_columns() -> None:
    table = TableVariant([("Code", "2025 Q1", None), (FLOW, 50, 40)], merges=("B1:C1",))
    (finding,) = [finding for finding in table.read().findings if finding.code == "layout-period-twice"]
    assert (finding.cell, dict(finding.parameters)["first_cell"]) == ("C1", "B1")


def test_numbers_outside_the_plan_and_computed_ones_are_named_by_cell() -> None:
    parsed = TableVariant([("Code", "2019 Q1", "2025 Q3"), ("SO3-02", 40, 45), (STOCK, 8, 9), (FLOW, 1, 2)]).read()
    cells = {finding.code: (finding.cell, dict(finding.parameters)["cells"]) for finding in parsed.findings}
    assert cells == {"layout-computed": ("B2", "B2, C2"), "layout-outside-plan": ("B3", "B3:B4")}


NUMBERED = [
    [(1, NAME, 60), ("1.1", "of which women", 25)],
    [(1, NAME, 60), ("a", "Women", 25)],
    [(FLOW, NAME, 60), ("SO3-01a", "Women", 25)],
    [("១", NAME, 60), ("១.១", "ក្នុងនោះស្រី", 25)],
    [(1, NAME, 60), ("b", "Men", 35)],
    [(1, NAME, 60), ("1.2", "Youth", 20)],
]


@pytest.mark.parametrize("rows", NUMBERED)
def test_a_numbered_row_of_a_part_gets_advice_about_its_number(rows: list[tuple[object, ...]]) -> None:
    (finding,) = TableVariant([("No.", "Indicator", "2025 Q3"), *rows]).read().findings
    assert (finding.code, finding.cell, dict(finding.parameters)["code_cell"]) == ("layout-part-code", "B3", "A3")


def test_a_column_that_calls_a_stock_cumulative_does_not_set_it_aside() -> None:
    header = ("Code", "Indicator", "Frequency", "2025 Q3")
    rows = [(STOCK, AREA, "cumulative", 300), (FLOW, NAME, "cumulative", 60)]
    parsed = TableVariant([header, *rows]).read()
    assert list_values(parsed) == {("2025Q3", STOCK): "300"} and list_reasons(parsed) == {"D3": "cumulative"}
