"""What was found in a file, as a page tells it: in words, each with its place, cut at what a person can take in."""

from collections.abc import Collection
from dataclasses import dataclass

from etl.locale import N_, Locale
from etl.returns.findings.finding import Finding, Severity, list_findings, render_advice, render_message

__all__ = ["Severity", "LocalizedFinding", "LocalizedFindings", "localize_findings"]

HEADINGS = {
    Severity.ERROR: N_("Errors: {count}"),
    Severity.WARNING: N_("Warnings: {count}"),
    Severity.NOTE: N_("Notes: {count}"),
}


@dataclass(frozen=True)
class LocalizedFinding:
    """One finding in the reader's language. `place` is sheet and cell, blank where it is about the whole file."""

    code: str
    severity: Severity
    location: str
    key: str
    message: str
    advice: str


@dataclass(frozen=True)
class LocalizedFindings:
    """The findings that are shown, and how many of each severity there are in all."""

    findings: tuple[LocalizedFinding, ...]
    total: int
    counts: tuple[tuple[Severity, int], ...]

    def with_severity(self, severity: Severity) -> tuple[LocalizedFinding, ...]:
        return tuple(one for one in self.findings if one.severity is severity)

    def count(self, severity: Severity) -> int:
        return dict(self.counts)[severity]

    @property
    def warning_counts(self) -> tuple[tuple[LocalizedFinding, int], ...]:
        """The first warning of each code, with how many there are of it: they are confirmed once per code."""
        of_code: dict[str, list[LocalizedFinding]] = {}
        for one in self.with_severity(Severity.WARNING):
            of_code.setdefault(one.code, []).append(one)
        return tuple((found[0], len(found)) for found in of_code.values())


def localize_findings(findings: Collection[Finding], locale: Locale) -> LocalizedFindings:
    """Sorted, errors first, and cut; all of them are counted."""
    listed = list_findings(findings)
    shown = tuple(
        LocalizedFinding(
            one.code, one.severity, _place(one), one.key, render_message(one, locale), render_advice(one, locale)
        )
        for one in listed.findings
    )
    return LocalizedFindings(shown, listed.total, listed.counts)


def format_severity_heading(severity: Severity, count: int, locale: Locale) -> str:
    """`Errors: 3`."""
    return locale.gettext(HEADINGS[severity], count=count)


def _place(finding: Finding) -> str:
    return f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.cell or finding.sheet
