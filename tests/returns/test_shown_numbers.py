"""What a cell shows beside its stored number: units and digits of formats, footnotes, strokes, formulas, commas."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from etl.returns.number_format import PLAIN, FormatText, read_format_text
from etl.returns.number_like import is_number_like
from etl.returns.workbook.cells import CellData, CellKind
from tests.returns.intake_cases import VALID_ENTRIES, find_row, list_codes
from tests.returns.test_hazards import VALUE, examine_edited, value_by_key
from tests.returns.test_layouts import parse_sample
from tests.support.layout_tables import save_workbook
from tests.support.tracking_tables import FLOW, TableVariant
from tests.support.workbooks import change_part


@pytest.mark.parametrize(
    "number_format",
    [
        *("General", "0", "0.00", "#,##0", "#,##0.00", "0%", "0.00E+00", "# ?/?", "@", "yyyy-mm-dd", "[h]:mm", ""),
        *('_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', '0;[Red]-0;"none"', "[$-409]0.0", r"0\ ", '0" "', "+0;-0"),
        *('0;-0" t"', "[Blue]#,##0;;", '"', "\\", "[", '"' * 400),
    ],
)
def test_a_format_without_text_shows_the_stored_number(number_format: str) -> None:
    assert read_format_text(number_format) is PLAIN


@pytest.mark.parametrize(
    ("number_format", "unit"),
    [
        ('0.0" t"', "t"),
        (r"0\ \k\g", "kg"),
        ('#,##0" រ៉ៃ"', "រ៉ៃ"),
        ('"US$ "#,##0.00', "US$"),
        ("[$៛-453]#,##0", "៛"),
        ("[$THB] #,##0.00;[Red]-0", "THB"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"),
        ('0" (target)"', "target"),
        ("#,##0 €", "€"),
    ],
)
def test_the_text_of_a_format_is_a_unit(number_format: str, unit: str) -> None:
    assert read_format_text(number_format) == FormatText(unit)


@pytest.mark.parametrize("number_format", ['0",000"', '0"000"', "#,##0,", "0.0,,", '#,##0,"k"', "#,##0,;-0", '"1"0'])
def test_a_format_may_show_another_number(number_format: str) -> None:
    assert read_format_text(number_format).is_other_number


def examine_cell(change: Callable[[Any], None]) -> Any:
    """Examine the valid return with a change of the value cell of A-02, an area in hectares."""
    return examine_edited(change=lambda sheet: change(sheet.cell(find_row(sheet, "A-02"), VALUE)))


def set_format(number_format: str) -> Callable[[Any], None]:
    def change(cell: Any) -> None:
        cell.number_format = number_format

    return change


@pytest.mark.parametrize("number_format", ["#,##0.0", '0.0" ha"', '0.0" hectares"', '0.0" ហិកតា"'])
def test_the_own_unit_in_a_format_is_read(number_format: str) -> None:
    result = examine_cell(set_format(number_format))
    assert (list_codes(result), value_by_key(result)) == ([], VALID_ENTRIES)


@pytest.mark.parametrize(
    ("number_format", "code"),
    [
        ('0.0" rai"', "number-other-unit"),
        ("[$៛-453]#,##0", "number-other-unit"),
        ('0" (target)"', "number-other-unit"),
        ('0",000"', "number-format"),
        ("#,##0,", "number-format"),
    ],
)
def test_another_unit_or_magnitude_in_a_format_is_refused_at_the_cell(number_format: str, code: str) -> None:
    result = examine_cell(set_format(number_format))
    assert list_codes(result) == [code]
    (finding,) = [finding for finding in result.findings if finding.code == code]
    assert finding.cell and finding.key == "A-02"


def set_runs(*runs: tuple[str, dict[str, Any]]) -> Callable[[Any], None]:
    def change(cell: Any) -> None:
        cell.value = CellRichText(*(TextBlock(InlineFont(**font), text) for text, font in runs))

    return change


RAISED, STRUCK = {"vertAlign": "superscript"}, {"strike": True}


@pytest.mark.parametrize(
    "runs",
    [
        [("12", {}), ("1", RAISED)],
        [("១២", {}), ("1", RAISED)],
        [("12 ", {}), ("2", RAISED)],
        [("12", STRUCK), ("15", {})],
        [("12", STRUCK), (" ", {}), ("15", {})],
        [("12", STRUCK)],
    ],
)
def test_a_footnote_or_a_crossed_out_number_is_no_part_of_a_number(runs: list[tuple[str, dict[str, Any]]]) -> None:
    """12 with the footnote 1 was read as 121, and 12 crossed out before 15 as 1215."""
    assert list_codes(examine_cell(set_runs(*runs))) == ["number-unreadable"]


def test_runs_in_bold_are_one_number() -> None:
    assert value_by_key(examine_cell(set_runs(("7", {"b": True}), ("32.5", {}))))["A-02"] == VALID_ENTRIES["A-02"]


def test_a_unit_with_a_raised_digit_stays_a_unit() -> None:
    codes = list_codes(examine_cell(set_runs(("12 m", {}), ("2", RAISED))))
    assert codes == ["number-unreadable"] or codes == ["number-other-unit"]


@pytest.mark.parametrize("value", [12, 12.5, "12", "12 ha"])
def test_a_crossed_out_cell_is_refused(value: object) -> None:
    def change(cell: Any) -> None:
        cell.value, cell.font = value, Font(strike=True)

    assert list_codes(examine_cell(change)) == ["number-unreadable"]


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("60 65", True),
        ("1 2,5", True),
        ("12 1.234", True),
        ("T3 2024", False),
        ("Q2 2024", False),
        ("3 of 2024 5", False),
    ],
)
def test_two_numbers_are_like_a_number_and_a_quarter_is_not(text: str, is_number: bool) -> None:
    assert is_number_like(CellData("Sheet", 1, 1, CellKind.TEXT, text)) == is_number


FORMULA_TABLES = [
    (TableVariant([("Code", "2025 Q1", "2025 Q2"), (FLOW, "=1+2", 55)]), ["B2"]),
    (TableVariant([("Code", "2025 Q1", "2025 Q2"), (FLOW, "=1+2", "=3+4")]), ["B2", "C2"]),
    (TableVariant([("Code", '="2025 Q1"', "2025 Q2"), (FLOW, 40, 55)]), ["B1"]),
    (TableVariant([("Site", "Code", "2025 Q1"), ('="RTM"', FLOW, 40)]), ["A2"]),
    (TableVariant([("Code", "2025 Q1"), (FLOW, 40), ('="SO2-05"', 55)]), ["A3"]),
    (TableVariant([("Code", "Type", "2025 Q1"), (FLOW, '="Target"', 40)]), ["B2"]),
    (TableVariant([("Code", "Unit", "2025 Q1"), (FLOW, '="kg"', 40)]), ["B2"]),
]


@pytest.mark.parametrize(("table", "cells"), FORMULA_TABLES)
def test_a_formula_without_a_result_in_a_table_is_refused_at_its_cell(table: TableVariant, cells: list[str]) -> None:
    """Headings, labels and values: a blank label would repeat the row above, a blank type would be an actual."""
    errors = [finding for finding in table.read().findings if finding.code == "number-formula-without-value"]
    assert [finding.cell for finding in errors] == cells and all(finding.sheet for finding in errors)


UNCALCULATED = b'fullCalcOnLoad="1"'


@pytest.mark.parametrize(
    ("results", "flag", "is_refused"),
    [
        (("0", "0"), UNCALCULATED, True),
        (("", "0"), UNCALCULATED, True),
        (("0", "0"), b"", False),
        (("0", "7"), UNCALCULATED, False),
        (("0", "0"), b'fullCalcOnLoad="0"', False),
    ],
)
def test_the_zeros_of_a_program_that_does_not_calculate_are_no_results(
    results: tuple[str, str], flag: bytes, is_refused: bool
) -> None:
    """Such programs write 0 for each formula, and ask the program that opens the workbook to calculate."""
    table = TableVariant([("Code", "2025 Q1", "2025 Q2"), (FLOW, "=1+2", "=3+4")])
    left = iter(results)

    def write_results(part: bytes) -> bytes:
        return re.sub(rb"</f><v ?/>|</f><v></v>", lambda _: f"</f><v>{next(left)}</v>".encode(), part)

    data = change_part(save_workbook(table.build()), "xl/worksheets/sheet1.xml", write_results)
    data = change_part(data, "xl/workbook.xml", lambda part: part.replace(UNCALCULATED, flag))
    assert next(left, None) is None
    codes = [finding.code for finding in parse_sample(data, "wide", site="RVG").findings]
    assert codes.count("number-formula-without-value") == (2 if is_refused else 0)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_point_beside_decimal_commas_in_a_csv_file_is_ambiguous(separator: str, encoding: str) -> None:
    rows = [("Code", "2025 Q1", "2025 Q2"), ("SO3-07", "12,5", "1.234")]
    text = "\n".join(separator.join(row) for row in rows)
    assert list_csv_codes(text, encoding) == {"number-decimal-comma", "number-ambiguous"}
    assert list_csv_codes(text.replace("12,5", "12.5"), encoding) == set()


def list_csv_codes(text: str, encoding: str) -> set[str]:
    table = parse_sample(text.encode(encoding), "wide", site="RVG", name="t.csv")
    codes = {finding.code for return_ in table.returns for finding in return_.findings}
    return codes - {"layout-not-in-table"}
