"""What every kind of finding has: a stable code, a severity, what is wrong and what to do, in English."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Errors block a return, warnings must be seen, notes are only recorded. In this order."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue. Both texts are msgids and may name `sheet`, `cell`, `key` and their parameters."""

    code: str
    severity: Severity
    problem: str
    advice: str


def error(code: str, problem: str, advice: str) -> FindingKind:
    return FindingKind(code, Severity.ERROR, problem, advice)


def warning(code: str, problem: str, advice: str) -> FindingKind:
    return FindingKind(code, Severity.WARNING, problem, advice)


def note(code: str, problem: str, advice: str) -> FindingKind:
    return FindingKind(code, Severity.NOTE, problem, advice)
