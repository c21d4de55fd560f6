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
    advice_without_suggestion: str = ""
    """The advice where nothing can be suggested; blank if the advice suggests nothing."""


def make_error(code: str, problem: str, advice: str, advice_without_suggestion: str = "") -> FindingKind:
    return FindingKind(code, Severity.ERROR, problem, advice, advice_without_suggestion)


def make_warning(code: str, problem: str, advice: str, advice_without_suggestion: str = "") -> FindingKind:
    return FindingKind(code, Severity.WARNING, problem, advice, advice_without_suggestion)


def make_note(code: str, problem: str, advice: str, advice_without_suggestion: str = "") -> FindingKind:
    return FindingKind(code, Severity.NOTE, problem, advice, advice_without_suggestion)
