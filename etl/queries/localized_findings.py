"""Describe the findings of a file in the reader's language, up to a limit."""

from collections.abc import Collection
from dataclasses import dataclass

from etl.locale import N_, Locale
from etl.returns.findings.finding import Finding, Severity, list_findings, render_advice, render_message

__all__ = ["LocalizedFinding", "LocalizedFindings", "Severity", "localize_findings"]

HEADINGS = {
    Severity.ERROR: N_("Errors: {count}"),
    Severity.WARNING: N_("Warnings: {count}"),
    Severity.NOTE: N_("Notes: {count}"),
}


@dataclass(frozen=True)
class LocalizedFinding:
    """One finding in the reader's language."""

    code: str
    severity: Severity
    location: str
    """Sheet and cell; blank for a finding about the whole file."""
    key: str
    message: str
    advice: str


@dataclass(frozen=True)
class LocalizedFindings:
    """The first findings of a file, and how many it has of each severity."""

    findings: tuple[LocalizedFinding, ...]
    total: int
    counts: tuple[tuple[Severity, int], ...]

    def filter_by_severity(self, severity: Severity) -> tuple[LocalizedFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def count(self, severity: Severity) -> int:
        """Return how many findings of the severity the file has, including those not listed."""
        return dict(self.counts)[severity]

    @property
    def warning_counts(self) -> tuple[tuple[LocalizedFinding, int], ...]:
        """The first warning of each code with the number of warnings: users confirm each code once."""
        by_code: dict[str, list[LocalizedFinding]] = {}
        for warning in self.filter_by_severity(Severity.WARNING):
            by_code.setdefault(warning.code, []).append(warning)
        return tuple((warnings[0], len(warnings)) for warnings in by_code.values())


def localize_findings(findings: Collection[Finding], locale: Locale) -> LocalizedFindings:
    """Return the findings, errors first, cut at the limit of `list_findings`. Counts include all of them."""
    finding_list = list_findings(findings)
    localized = tuple(
        LocalizedFinding(
            finding.code,
            finding.severity,
            _describe_location(finding),
            finding.key,
            render_message(finding, locale),
            render_advice(finding, locale),
        )
        for finding in finding_list.findings
    )
    return LocalizedFindings(localized, finding_list.total, finding_list.counts)


def format_severity_heading(severity: Severity, count: int, locale: Locale) -> str:
    """Return a heading such as `Errors: 3`."""
    return locale.gettext(HEADINGS[severity], count=count)


def _describe_location(finding: Finding) -> str:
    return f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.cell or finding.sheet
