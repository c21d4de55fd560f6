"""Source map of a plan: where each row was read, so that later issues can name its line or cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from etl.plan.issues import Message, PlanIssue, Severity
from etl.plan.items import Key
from etl.plan.schemas import FILE_SCHEMAS, SCHEMA_BY_NAME
from etl.plan.tables import Row


@dataclass(frozen=True)
class SourceMap:
    """The rows behind a plan's items. It is empty for a plan without files: issues then name codes."""

    rows: Mapping[tuple[str, Key], Row] = field(default_factory=dict)
    bad_cells: frozenset[tuple[str, Key, str]] = frozenset()
    """Cells already reported: rules ignore them, since their values are fallbacks."""
    unread_files: frozenset[str] = frozenset()
    """Names of the files that could not be read."""

    def is_sound(self, name: str, key: Key, columns: Iterable[str]) -> bool:
        """Return whether these cells of the row are valid, so that a rule may check them."""
        return not any((name, key, column) in self.bad_cells for column in columns)

    def with_bad_cells(self, bad_cells: Iterable[tuple[str, Key, str]]) -> "SourceMap":
        """Return a copy with more bad cells."""
        return replace(self, bad_cells=self.bad_cells.union(bad_cells))

    def make_issue(self, name: str, key: Key, column: str, message: Message, severity: Severity = "error") -> PlanIssue:
        """Create an issue at the location of a cell, or at its codes if the row has no source."""
        row = self.rows.get((name, key))
        if row is not None:
            return row.make_issue(column, message, severity)
        file, location = self.locate(name, key, column)
        return PlanIssue(file, location, message, severity, (FILE_SCHEMAS.index(SCHEMA_BY_NAME[name]), 0, 0))

    def locate(self, name: str, key: Key, column: str) -> tuple[str, str]:
        """Return the file and the location of a cell; its codes as location if the row has no source."""
        row = self.rows.get((name, key))
        if row is not None:
            return row.file, row.locations.get(column, row.locations[""])
        location = " ".join(part for part in key if part)
        return SCHEMA_BY_NAME[name].file, f"{location}, column {column}" if column and name != "plan" else location
