"""Find formulas without a saved result where a table has its headings, labels and values."""

from openpyxl.utils.cell import coordinate_to_tuple

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.shape import TableShape
from etl.returns.reasons import Reason
from etl.returns.workbook.facts import SheetFacts

_MAX_FINDINGS = 20


def check_formulas(shape: TableShape, facts: SheetFacts | None) -> list[Finding]:
    """Return an error for each formula without a saved result in a table, at most 20.

    The cell looks blank to a reader: a value would be missing, and a label would repeat the one above.
    """
    if facts is None or not facts.formulas_without_value:
        return []
    findings = []
    for address in sorted(facts.formulas_without_value, key=coordinate_to_tuple):
        if not _is_in_table(shape, *coordinate_to_tuple(address)):
            continue
        is_external = address in facts.external_formulas
        code = "number-formula-external" if is_external else "number-formula-without-value"
        findings.append(make_finding(code, sheet=shape.sheet.name, cell=address))
    return findings[:_MAX_FINDINGS]


def _is_in_table(shape: TableShape, row: int, column: int) -> bool:
    """Whether the cell is above the table, where its title and headings are, or in a column that its reading uses.

    Columns that are understood and hold no results, such as percentages, are not used.
    """
    if row < shape.first_row:
        return True
    last_row = max((cell.row for cell in shape.sheet.cells), default=0)
    columns = {value_column.column for value_column in shape.value_columns} | set(shape.column_by_role.values())
    is_aside = any(
        other.column == column and other.reason is not Reason.COLUMN_UNKNOWN for other in shape.other_columns
    )
    return row <= last_row and column <= max(columns, default=0) and not is_aside
