"""What came in within a transaction and isn't written yet: gathered, so that many returns take few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.indicators.periods import Quarter

Rows = list[Sequence[Any]]


@dataclass
class PendingRows:
    """Rows as their tables take them. Whoever reads what they would change has them written first."""

    new_files: set[str] = field(default_factory=set)
    """The SHA-256 of files of which it is known that the database doesn't hold them."""
    quarters_by_site: dict[str, set[Quarter]] = field(default_factory=dict)
    """The sites and quarters of which a return came in."""
    added_files: set[str] = field(default_factory=set)
    """The SHA-256 of those that came in."""
    files: Rows = field(default_factory=list)
    returns: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    cells: Rows = field(default_factory=list)
    findings: Rows = field(default_factory=list)
    audit_events: Rows = field(default_factory=list)
    last_number: int | None = None
    """The highest number of a return so far; None before the database was asked."""

    def has_return(self, site: str, quarter: Quarter) -> bool:
        return quarter in self.quarters_by_site.get(site, ())

    def clear(self) -> None:
        """They are written, or undone with their transaction."""
        self.quarters_by_site.clear()
        self.added_files.clear()
        for rows in (self.files, self.returns, self.events, self.cells, self.findings, self.audit_events):
            rows.clear()
        self.last_number = None
