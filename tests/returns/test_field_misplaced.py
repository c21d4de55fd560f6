"""Numbers in columns of texts, and rows and headings that stand where a table expects something else."""

import pytest

from tests.support.tracking_tables import FLOW, STOCK, TableVariant, list_reasons

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
