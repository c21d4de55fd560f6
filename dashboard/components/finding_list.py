"""Findings grouped by severity, each with its cell, its message and advice."""

from typing import Any

from dashboard.components.markup import aria_hidden, element
from etl.locale import Locale
from etl.queries.localized_findings import LocalizedFinding, LocalizedFindings, Severity, format_severity_heading

_SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "▲", Severity.NOTE: "·"}


def build_findings(findings: LocalizedFindings, locale: Locale) -> Any:
    """Return the findings of every severity, with notes folded; one sentence without findings."""
    if not findings.total:
        return element("P", locale.gettext("No problems found."))
    return [
        *(_group(findings, severity, locale) for severity in Severity if findings.count(severity)),
        _build_remainder(findings, locale),
    ]


def _group(findings: LocalizedFindings, severity: Severity, locale: Locale) -> Any:
    title = [
        element("Span", _SIGNS[severity], **aria_hidden()),
        " ",
        format_severity_heading(severity, findings.count(severity), locale),
    ]
    items = element("Ul", [_build_item(finding) for finding in findings.with_severity(severity)], className="findings")
    name = f"findings {severity.value}"
    if severity is Severity.NOTE:
        return element("Details", [element("Summary", title), items], className=name)
    return element("Section", [element("H3", title), items], className=name)


def _build_item(finding: LocalizedFinding) -> Any:
    location = element("B", finding.location, className="place") if finding.location else None
    key = element("Small", finding.key, className="muted") if finding.key else None
    text = element("Span", [finding.message, " ", element("Span", finding.advice, className="advice")])
    data_attributes = {"data-code": finding.code, "data-cell": finding.location}
    return element("Li", [element("Span", [location, " ", key], className="where"), text], **data_attributes)


def _build_remainder(findings: LocalizedFindings, locale: Locale) -> Any:
    """Return how many findings are not shown."""
    more = findings.total - len(findings.findings)
    text = locale.gettext("… and {count} more. Fix these cells first, then upload the file again.", count=more)
    return element("P", text, className="note") if more else None
