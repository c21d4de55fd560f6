"""Where each part of a plan was read, so that a fault found later can still name its line or cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from etl.plan.columns import FILE_SCHEMAS, SCHEMA_BY_NAME
from etl.plan.issues import Message, PlanIssue, Severity
from etl.plan.items import Key
from etl.plan.tables import Row


@dataclass(frozen=True)
class SourceMap:
    """The rows behind a plan's items. Empty for a plan that came from no file: its faults name the codes instead."""

    rows: Mapping[tuple[str, Key], Row] = field(default_factory=dict)
    bad_cells: frozenset[tuple[str, Key, str]] = frozenset()
    """Cells already reported: what stands for them is made up, so nothing is concluded from it."""
    unread_files: frozenset[str] = frozenset()

    def is_sound(self, name: str, key: Key, columns: Iterable[str]) -> bool:
        """Whether these cells of the row say what they say, so that a rule may judge them."""
        return not any((name, key, column) in self.bad_cells for column in columns)

    def with_bad_cells(self, bad_cells: Iterable[tuple[str, Key, str]]) -> "SourceMap":
        """The same places, with more cells that nothing is concluded from."""
        return replace(self, bad_cells=self.bad_cells.union(bad_cells))

    def make_issue(self, name: str, key: Key, column: str, message: Message, severity: Severity = "error") -> PlanIssue:
        row = self.rows.get((name, key))
        if row is not None:
            return row.make_issue(column, message, severity)
        shape = SCHEMA_BY_NAME[name]
        place = " ".join(part for part in key if part)
        place = f"{place}, column {column}" if column and name != "plan" else place
        return PlanIssue(shape.file, place, message, severity, (FILE_SCHEMAS.index(shape), 0, 0))
