"""Units in formats, strokes, footnotes and formulas without a result mean the same in .ods and .xls as in .xlsx."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from etl.returns.intake import FileContents, read_file
from etl.returns.number_format import FormatText, read_format_text
from etl.returns.workbook.cells import CellData, CellKind
from tests.returns.test_table_formats import make_ods, row
from tests.support.layout_tables import save_workbook
from tests.support.libreoffice import needs_libreoffice, save_as
from tests.support.workbooks import change_part

FORMATS = (
    *("General", "0", "0.00", "#,##0", "#,##0.00", "0%", '0.0" t"', r"0\ \k\g", '#,##0" រ៉ៃ"', '"US$ "#,##0.00'),
    *("[$៛-453]#,##0", "#,##0 €", '0" ha";-0" ha";"none"', '0;[Red]-0" t"', "#,##0,", "0.0,,", '0",000"', "0.00E+00"),
    *('_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)'),
    *('[>=1000]#,##0" kg";0" g"', '0" (target)"'),
)
RAISED, STRUCK = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
RUNS: tuple[tuple[tuple[str, InlineFont | None], ...], ...] = (
    (("12", None), ("1", RAISED)),
    (("12 ", None), ("2", RAISED)),
    (("12", STRUCK), (" 15", None)),
    (("12", STRUCK),),
    (("12 m", None), ("2", RAISED)),
    (("12", InlineFont(b=True)), (" ha", None)),
    (("១២", None), ("1", RAISED)),
)


def make_workbook() -> Workbook:
    """Return a column of 2,500 in each format, one of texts with runs, and one of crossed out cells."""
    workbook = Workbook()
    sheet = workbook.active
    for line, number_format in enumerate(FORMATS, start=1):
        sheet.cell(line, 1, 2500).number_format = number_format
    for line, runs in enumerate(RUNS, start=1):
        sheet.cell(line, 2).value = CellRichText(
            *(text if font is None else TextBlock(font, text) for text, font in runs)
        )
    for line, value in enumerate((12, 12.5, "12", "12 ha", "none"), start=1):
        sheet.cell(line, 3, value).font = Font(strike=True)
    return workbook


def read_cells(data: bytes, name: str) -> dict[str, tuple[CellKind, str, FormatText]]:
    """Return of each cell its kind, its text with marks, and what its format shows besides the number."""
    contents = read_file(name, data, reads_tables=True)
    assert contents.workbook is not None, contents.findings
    return {cell.address: describe_cell(cell) for cell in contents.workbook.sheets[0].cells}


def describe_cell(cell: CellData) -> tuple[CellKind, str, FormatText]:
    is_number = cell.kind is CellKind.NUMBER
    text = repr(float(cell.text)) if is_number else cell.text
    shown = read_format_text(cell.number_format) if is_number else FormatText()
    # What another number is shown with does not matter: it is refused.
    return cell.kind, text, FormatText(is_other_number=True) if shown.is_other_number else shown


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_marks_and_formats_mean_the_same_in_each_format(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "marks.xlsx"
    workbook = make_workbook()
    workbook.save(path)
    expected = read_cells(save_workbook(workbook), "marks.xlsx")
    assert len(expected) == len(FORMATS) + len(RUNS) + 5
    actual = read_cells(save_as(path, kind, sheet="Sheet").read_bytes(), f"marks.{kind}")
    assert [(address, actual.get(address)) for address, cell in expected.items() if actual.get(address) != cell] == []


STYLES = """<office:automatic-styles>
<number:number-style style:name="N1"><number:number/><number:text> rai</number:text></number:number-style>
<number:number-style style:name="N2"><number:number number:display-factor="1000"/></number:number-style>
<number:number-style style:name="N3P0"><number:number/><number:text> kg</number:text></number:number-style>
<number:number-style style:name="N3"><number:text>-</number:text><number:number/>
<style:map style:condition="value()&gt;=0" style:apply-style-name="N3P0"/></number:number-style>
<style:style style:name="unit" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="unit"/>
<style:style style:name="scaled" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="signed" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="struck" style:family="table-cell">
<style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="unstruck" style:family="table-cell" style:parent-style-name="struck">
<style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="endless" style:family="table-cell" style:parent-style-name="endless"/>
<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="down" style:family="text"><style:text-properties style:text-position="sub 58%"/></style:style>
</office:automatic-styles>"""


def make_styled_ods(cells: str, *, columns: str = "", row_attributes: str = "") -> bytes:
    content = make_ods(columns + row(cells, row_attributes))
    return _replace_content(content, lambda xml: xml.replace("<office:body>", f"{STYLES}<office:body>"))


def _replace_content(data: bytes, change: Callable[[str], str]) -> bytes:
    with ZipFile(BytesIO(data)) as archive:
        xml = archive.read("content.xml").decode()
    namespace = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    xml = change(xml).replace("<office:document-content", f"<office:document-content {namespace}")
    return make_ods(content=xml.encode())


def number(style: str = "", value: str = "7", attributes: str = "") -> str:
    name = f'table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell {name} {attributes} office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def read_single(data: bytes) -> Any:
    (cell,) = read_cells(data, "table.ods").values()
    return cell


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("", FormatText()),
        ("unit", FormatText("rai")),
        ("child", FormatText("rai")),
        ("signed", FormatText("kg")),
        ("scaled", FormatText(is_other_number=True)),
        ("unstruck", FormatText()),
        ("endless", FormatText()),
        ("unknown", FormatText()),
    ],
)
def test_the_format_of_a_cell_comes_from_its_style_and_the_parents(style: str, shown: FormatText) -> None:
    assert read_single(make_styled_ods(number(style))) == (CellKind.NUMBER, "7.0", shown)


@pytest.mark.parametrize("style", ["unit", "struck"])
def test_a_cell_without_a_style_has_that_of_its_row_or_column(style: str) -> None:
    expected = read_single(make_styled_ods(number(style)))
    column = f'<table:table-column table:default-cell-style-name="{style}"/>'
    assert read_single(make_styled_ods(number(), columns=column)) == expected
    attributes = f'table:default-cell-style-name="{style}"'
    assert read_single(make_styled_ods(number(), row_attributes=attributes)) == expected
    assert read_single(make_styled_ods(number("unstruck"), columns=column)) == (CellKind.NUMBER, "7.0", FormatText())


def test_a_crossed_out_number_is_no_number() -> None:
    assert read_single(make_styled_ods(number("struck", "12.5")))[:2] == (CellKind.TEXT, "1̶2̶.5̶")


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ('12<text:span text:style-name="up">1</text:span>', "12¹"),
        ('12<text:s/><text:span text:style-name="up">3</text:span>', "12 ³"),
        ('12<text:span text:style-name="down">1</text:span>', "121"),
        ('m<text:span text:style-name="up">2</text:span>', "m2"),
        ('<text:span text:style-name="struck">12</text:span>15', "1̶2̶15"),
        ('<text:span text:style-name="struck">1<text:span text:style-name="up">2</text:span></text:span>', "1̶²"),
    ],
)
def test_the_marks_of_a_run_are_kept(paragraph: str, text: str) -> None:
    cell = f'<table:table-cell office:value-type="string"><text:p>{paragraph}</text:p></table:table-cell>'
    assert read_single(make_styled_ods(cell))[:2] == (CellKind.TEXT, text)


def test_styles_with_names_are_read_too() -> None:
    data = make_ods(
        row(number("crossed")),
        **{
            "styles.xml": '<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:styles><style:style '
            'style:name="crossed"><style:text-properties style:text-line-through-type="single"/></style:style>'
            "</office:styles></office:document-styles>"
        },
    )
    assert read_single(data)[0] is CellKind.TEXT


def read_facts(data: bytes) -> FileContents:
    return read_file("table.ods", data, reads_tables=True)


def test_a_formula_without_a_result_is_no_blank_cell() -> None:
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    text = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string"><text:p/></table:table-cell>'
    facts = read_facts(make_ods(row(number() + formula + text))).facts
    assert facts is not None and facts.sheets[0].formulas_without_value == {"B1"}


def test_the_accounting_format_of_excel_is_in_dollars() -> None:
    """Format 44, which openpyxl lists without the semicolons between its sections."""
    workbook = Workbook()
    sheet = workbook.active
    sheet["A1"] = 2500
    sheet["A1"].number_format = "0.000"
    data = change_part(
        save_workbook(workbook),
        "xl/styles.xml",
        lambda part: part.replace(b'<xf numFmtId="164"', b'<xf numFmtId="44"'),
    )
    assert read_cells(data, "money.xlsx")["A1"] == (CellKind.NUMBER, "2500.0", FormatText("$"))
