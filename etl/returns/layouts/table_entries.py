"""What was read from a table: the entries, the cells that were not taken, and the findings."""

from dataclasses import dataclass, field

from etl.indicators.vocabulary import CellKey
from etl.returns.findings.finding import Finding
from etl.returns.layouts.shape import TableShape
from etl.returns.layouts.table_periods import TablePeriod
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A value cell of a table and what it means."""

    site: str
    key: CellKey
    period: TablePeriod
    cell: CellData
    note: str = ""


@dataclass(frozen=True, slots=True)
class SkippedCell:
    """A cell of a table that is not taken, and why."""

    cell: CellData
    reason: Reason


@dataclass
class TableEntries:
    """The entries of a table, the cells that were not taken, and the findings about it."""

    shape: TableShape
    entries: list[TableEntry] = field(default_factory=list)
    skipped: list[SkippedCell] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    computed: dict[str, list[CellData]] = field(default_factory=dict)
    """The cells with values by indicator, for indicators that the system computes itself."""
