"""Build small tracking tables, read them with a layout, and compare their account with the workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook

from etl.indicators.plans import make_single_plan
from etl.locale import get_locale
from etl.plan.read_plan import read_plan
from etl.returns.findings.finding import Finding, render_advice, render_message
from etl.returns.intake import read_file
from etl.returns.layouts.layout import read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.layouts.table_periods import FiscalYear
from tests.support.layout_tables import append_rows, save_workbook
from tests.support.plan_edits import SHIPPED_PLAN

PLANS = make_single_plan(read_plan(SHIPPED_PLAN).plan)
FLOW, WOMEN, YOUTH, STOCK, SEED = "SO3-01", "SO3-01/sex/women", "SO3-01/age/youth", "SO3-07", "SO2-05"
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class TableVariant:
    """A table of one sheet, and how it is read."""

    rows: Rows
    layout: str = "wide"
    merges: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    title: str = "Tracking"
    other_sheets: tuple[tuple[str, Rows], ...] = ()
    fiscal_year: FiscalYear | None = None

    def build(self) -> Workbook:
        book = Workbook()
        sheet = book.active
        sheet.title = self.title
        append_rows(sheet, self.rows)
        for area in self.merges:
            sheet.merge_cells(area)
        for row in self.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for name, rows in self.other_sheets:
            append_rows(book.create_sheet(name), rows)
        return book

    def read(self) -> ParsedTable:
        """Read the table for the site RVG, and check that every number is accounted for."""
        book = self.build()
        contents = read_file("table.xlsx", save_workbook(book))
        assert contents.workbook is not None and contents.facts is not None, contents.findings
        layout = replace(read_layout(self.layout), fiscal_year=self.fiscal_year)
        table = parse_table(contents.workbook, contents.facts, plans=PLANS, layout=layout, site="RVG")
        assert_accounted(table, book)
        for finding in list_all_findings(table):
            assert_named(finding)
        return table


def assert_accounted(table: ParsedTable, book: Workbook) -> None:
    """Assert that the account has every number of the workbook once, taken or with a reason."""
    numbers = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    accounted = [(number.sheet, number.cell) for number in table.account]
    assert len(accounted) == len(set(accounted)) and numbers <= set(accounted)
    assert all((number.taken is None) != (number.reason is None) for number in table.account)


def assert_named(finding: Finding) -> None:
    """Assert that no question mark stands where a finding should name something."""
    for language in ("en", "km"):
        text = render_message(finding, get_locale(language)) + render_advice(finding, get_locale(language))
        assert "?" not in text, text


def list_all_findings(table: ParsedTable) -> list[Finding]:
    return [*table.findings, *(finding for return_ in table.returns for finding in return_.findings)]


def list_errors(table: ParsedTable) -> list[tuple[str, str]]:
    """Return code and cell of each error."""
    return [(finding.code, finding.cell) for finding in list_all_findings(table) if finding.is_error]


def list_values(table: ParsedTable) -> dict[tuple[str, str], str]:
    """Return the numbers by quarter and key."""
    return {
        (str(return_.quarter), str(cell.key)): str(cell.value)
        for return_ in table.returns
        for cell in return_.cells
        if cell.value is not None
    }


def list_reasons(table: ParsedTable) -> dict[str, str]:
    """Return the reason of each number that is not taken, by cell."""
    return {number.cell: number.reason.value for number in table.account if number.reason is not None}


def label_rows(rows: Iterable[Sequence[object]], *header: str) -> Rows:
    return [header, *rows]
