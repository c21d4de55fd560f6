"""Add findings at cells of a table, each text once."""

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.names import NameMatch
from etl.returns.layouts.shape import TableShape
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cells import CellData, format_column


class TableFindings:
    """Adds findings about a table to a list."""

    def __init__(self, shape: TableShape, findings: list[Finding]) -> None:
        self.shape = shape
        self.findings = findings
        self.used_columns: set[int] = set()
        """Columns that are not known and of which a finding about a row speaks."""
        self._reported: set[tuple[str, str]] = set()

    def add_name(self, code: str, cell: CellData | None, match: NameMatch) -> None:
        """Add a finding about a name that is not known, or that is ambiguous."""
        if match.candidates:
            self.add("layout-name-ambiguous", cell, several=", ".join(match.candidates))
        else:
            self.add(code, cell, suggestion=match.nearest)

    def add(self, code: str, cell: CellData | None, suggestion: str = "", key: str = "", **parameters: str) -> None:
        """Add a finding at a cell. The same text is reported once, at its first cell."""
        details = {"found": shorten_text(cell.text)} if cell is not None and "found" not in parameters else {}
        identity = (code, parameters.get("found", "") or details.get("found", "") + str(parameters))
        if identity in self._reported:
            return
        self._reported.add(identity)
        location = {"sheet": self.shape.sheet.name, "cell": cell.address if cell is not None else ""}
        self.findings.append(
            make_finding(code, **location, key=key, suggestion=suggestion, **{**details, **parameters})
        )

    def add_blank(self, row: int, role: ColumnRole) -> None:
        """Add an error about a blank cell that should name the site, indicator or period of a row."""
        column = self.shape.column_by_role[role]
        if ("layout-cell-blank", f"{column} {row}") in self._reported:
            return
        self._reported.add(("layout-cell-blank", f"{column} {row}"))
        heading = self.shape.grid.find_cell(self.shape.header_row, column)
        self.findings.append(
            make_finding(
                "layout-cell-blank",
                sheet=self.shape.sheet.name,
                cell=f"{format_column(column)}{row}",
                heading=shorten_text(heading.text) if heading is not None else format_column(column),
                row=row,
            )
        )
