"""Rows that a transaction has collected but not yet written, so that many returns need few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from etl.indicators.periods import Quarter

Rows = list[Sequence[Any]]


@dataclass
class PendingRows:
    """Rows in the order of their tables' columns. Flush them before reading anything that they change."""

    new_files: set[str] = field(default_factory=set)
    """SHA-256 of files that the database is known not to hold."""
    quarters_by_site: dict[str, set[Quarter]] = field(default_factory=dict)
    """The quarters with a pending return, by site."""
    added_files: set[str] = field(default_factory=set)
    """SHA-256 of the files added in this transaction."""
    files: Rows = field(default_factory=list)
    returns: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    cells: Rows = field(default_factory=list)
    carried_cells: Rows = field(default_factory=list)
    findings: Rows = field(default_factory=list)
    audit_events: Rows = field(default_factory=list)
    submissions: list[tuple[int, str, Quarter, str, datetime]] = field(default_factory=list)
    """The id, site, quarter, sender and time of each return that is submitted and not approved at once."""
    last_number: int | None = None
    """The highest return id so far; None until it is read from the database."""

    def has_return(self, site: str, quarter: Quarter) -> bool:
        return quarter in self.quarters_by_site.get(site, ())

    def clear(self) -> None:
        """Empty the buffer after its rows are written, or after the transaction is rolled back."""
        self.quarters_by_site.clear()
        self.added_files.clear()
        self.submissions.clear()
        rows_of_returns = (self.returns, self.events, self.cells, self.carried_cells, self.findings)
        for rows in (self.files, *rows_of_returns, self.audit_events):
            rows.clear()
        self.last_number = None
