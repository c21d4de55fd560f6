"""What is wrong with a plan file, where, and what to do; in English, for whoever loads a plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class PlanFault:
    """One fault. A plan with an error is not loaded; a warning is shown and the plan loads."""

    file: str
    place: str
    """`line 7, column direction` of a CSV file, `Indicators!F7` of a workbook; blank: the whole file."""
    message: str
    severity: Severity = "error"
    order: tuple[int, int, int] = field(default=(0, 0, 0), compare=False, repr=False)
    """File, line and column as numbers, so that faults are told from the top down."""

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.message}"


def in_reading_order(faults: Iterable[PlanFault]) -> tuple[PlanFault, ...]:
    """The faults as a reader meets them: file by file, from the top down; each once."""
    return tuple(dict.fromkeys(sorted(faults, key=lambda one: one.order)))


def has_errors(faults: Iterable[PlanFault]) -> bool:
    return any(one.severity == "error" for one in faults)


def joined(names: Iterable[str], last: str = "or") -> str:
    """`increase, decrease or maintain`."""
    *most, final = list(names)
    return f"{', '.join(most)} {last} {final}" if most else final


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean SO3-01?` where a known name is close, else nothing."""
    near = get_close_matches(name.upper(), {one.upper(): one for one in known}, n=1)
    found = {one.upper(): one for one in known}.get(near[0], "") if near else ""
    return f"; did you mean {found}?" if found else ""
