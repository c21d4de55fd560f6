"""Findings grouped by severity, each with its cell, its message and advice."""

from typing import Any

from dashboard.components.markup import tags
from dashboard.components.signs import build_sign
from etl.locale import Locale
from etl.publication.signs import Sign
from etl.queries.localized_findings import LocalizedFinding, LocalizedFindings, Severity, format_severity_heading

_SIGNS = {Severity.ERROR: Sign.CROSS, Severity.WARNING: Sign.TRIANGLE, Severity.NOTE: Sign.DOT}


def build_findings(findings: LocalizedFindings, locale: Locale) -> Any:
    """Return the findings of every severity, with notes folded; one sentence without findings."""
    if not findings.total:
        return tags.P(locale.gettext("No problems found."))
    return [
        *(_build_group(findings, severity, locale) for severity in Severity if findings.count(severity)),
        _build_remainder(findings, locale),
    ]


def _build_group(findings: LocalizedFindings, severity: Severity, locale: Locale) -> Any:
    title = [
        build_sign(_SIGNS[severity]),
        " ",
        format_severity_heading(severity, findings.count(severity), locale),
    ]
    items = tags.Ul([_build_item(finding) for finding in findings.filter_by_severity(severity)], className="findings")
    name = f"findings {severity.value}"
    if severity is Severity.NOTE:
        return tags.Details([tags.Summary(title), items], className=name)
    return tags.Section([tags.H3(title), items], className=name)


def _build_item(finding: LocalizedFinding) -> Any:
    location = tags.B(finding.location, className="place") if finding.location else None
    key = tags.Small(finding.key, className="muted") if finding.key else None
    text = tags.Span([finding.message, " ", tags.Span(finding.advice, className="advice")])
    data_attributes = {"data-code": finding.code, "data-cell": finding.location}
    return tags.Li([tags.Span([location, " ", key], className="where"), text], **data_attributes)


def _build_remainder(findings: LocalizedFindings, locale: Locale) -> Any:
    """Return how many findings are not shown."""
    more = findings.total - len(findings.findings)
    text = locale.gettext("… and {count} more. Fix these cells first, then upload the file again.", count=more)
    return tags.P(text, className="note") if more else None
