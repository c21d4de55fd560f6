"""The kinds of findings: a stable code, a severity, the problem and the advice, in English."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Errors block a return, warnings must be confirmed, notes are only recorded. In descending order."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """An entry of the catalogue. Both texts are msgids with `sheet`, `cell`, `key` and parameters as placeholders."""

    code: str
    severity: Severity
    problem: str
    advice: str
    other_advice: str = ""
    """The advice for a finding without the suggestion or cell that `advice` names; blank where it always has them."""


def make_error(code: str, problem: str, advice: str, other_advice: str = "") -> FindingKind:
    return FindingKind(code, Severity.ERROR, problem, advice, other_advice)


def make_warning(code: str, problem: str, advice: str, other_advice: str = "") -> FindingKind:
    return FindingKind(code, Severity.WARNING, problem, advice, other_advice)


def make_note(code: str, problem: str, advice: str, other_advice: str = "") -> FindingKind:
    return FindingKind(code, Severity.NOTE, problem, advice, other_advice)
