"""Where each part of a plan was read, so that a fault found later can still name its line or cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from etl.plan.columns import SHAPE_BY_NAME, SHAPES
from etl.plan.faults import Message, PlanFault, Severity
from etl.plan.items import Key
from etl.plan.tables import Row


@dataclass(frozen=True)
class Places:
    """The rows behind a plan's items. Empty for a plan that came from no file: its faults name the codes instead."""

    rows: Mapping[tuple[str, Key], Row] = field(default_factory=dict)
    bad: frozenset[tuple[str, Key, str]] = frozenset()
    """Cells already reported: what stands for them is made up, so nothing is concluded from it."""
    unread: frozenset[str] = frozenset()

    def is_sound(self, name: str, key: Key, columns: Iterable[str]) -> bool:
        """Whether these cells of the row say what they say, so that a rule may judge them."""
        return not any((name, key, column) in self.bad for column in columns)

    def without(self, bad: Iterable[tuple[str, Key, str]]) -> "Places":
        """The same places, with more cells that nothing is concluded from."""
        return replace(self, bad=self.bad.union(bad))

    def fault(self, name: str, key: Key, column: str, message: Message, severity: Severity = "error") -> PlanFault:
        row = self.rows.get((name, key))
        if row is not None:
            return row.fault(column, message, severity)
        shape = SHAPE_BY_NAME[name]
        place = " ".join(part for part in key if part)
        place = f"{place}, column {column}" if column and name != "plan" else place
        return PlanFault(shape.file, place, message, severity, (SHAPES.index(shape), 0, 0))
