"""What was found in a file, as a page tells it: in words, each with its place, cut at what a person can take in."""

from collections.abc import Collection
from dataclasses import dataclass

from etl.locale.translations import speak, to_say
from etl.returns.findings.finding import Finding, Severity, advice, list_findings, message

__all__ = ["Severity", "ToldFinding", "ToldFindings", "tell_findings"]

HEADINGS = {
    Severity.ERROR: to_say("Errors: {count}"),
    Severity.WARNING: to_say("Warnings: {count}"),
    Severity.NOTE: to_say("Notes: {count}"),
}


@dataclass(frozen=True)
class ToldFinding:
    """One finding in the reader's language. `place` is sheet and cell, blank where it is about the whole file."""

    code: str
    severity: Severity
    place: str
    key: str
    message: str
    advice: str


@dataclass(frozen=True)
class ToldFindings:
    """The findings that are shown, and how many of each severity there are in all."""

    shown: tuple[ToldFinding, ...]
    total: int
    counts: tuple[tuple[Severity, int], ...]

    def of(self, severity: Severity) -> tuple[ToldFinding, ...]:
        return tuple(one for one in self.shown if one.severity is severity)

    def count(self, severity: Severity) -> int:
        return dict(self.counts)[severity]

    @property
    def warnings(self) -> tuple[tuple[ToldFinding, int], ...]:
        """The first warning of each code, with how many there are of it: they are confirmed once per code."""
        of_code: dict[str, list[ToldFinding]] = {}
        for one in self.of(Severity.WARNING):
            of_code.setdefault(one.code, []).append(one)
        return tuple((found[0], len(found)) for found in of_code.values())


def tell_findings(findings: Collection[Finding], language: str) -> ToldFindings:
    """Sorted, errors first, and cut; all of them are counted."""
    listed = list_findings(findings)
    shown = tuple(
        ToldFinding(one.code, one.severity, _place(one), one.key, message(one, language), advice(one, language))
        for one in listed.shown
    )
    return ToldFindings(shown, listed.total, listed.counts)


def heading(severity: Severity, count: int, language: str) -> str:
    """`Errors: 3`."""
    return speak(language)(HEADINGS[severity], count=count)


def _place(finding: Finding) -> str:
    return f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.cell or finding.sheet
