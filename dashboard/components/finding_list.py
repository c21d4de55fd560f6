"""Findings on a page: grouped by severity, each with its cell, what is wrong and what to do."""

from typing import Any

from dashboard.components.tables import element, hidden
from etl.locale.translations import speak
from etl.queries.told_findings import Severity, ToldFinding, ToldFindings, heading

_SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "▲", Severity.NOTE: "·"}


def build_findings(found: ToldFindings, language: str) -> Any:
    """Every group that has something in it; notes are folded. One sentence where there is nothing."""
    if not found.total:
        return element("P", speak(language)("Nothing was found that needs mending."))
    return [*(_group(found, one, language) for one in Severity if found.count(one)), _rest(found, language)]


def _group(found: ToldFindings, severity: Severity, language: str) -> Any:
    title = [element("Span", _SIGNS[severity], **hidden()), " ", heading(severity, found.count(severity), language)]
    items = element("Ul", [_item(one) for one in found.of(severity)], className="findings")
    name = f"findings {severity.value}"
    if severity is Severity.NOTE:
        return element("Details", [element("Summary", title), items], className=name)
    return element("Section", [element("H3", title), items], className=name)


def _item(finding: ToldFinding) -> Any:
    place = element("B", finding.place, className="place") if finding.place else None
    key = element("Small", finding.key, className="muted") if finding.key else None
    told = element("Span", [finding.message, " ", element("Span", finding.advice, className="advice")])
    named = {"data-code": finding.code, "data-cell": finding.place}
    return element("Li", [element("Span", [place, " ", key], className="where"), told], **named)


def _rest(found: ToldFindings, language: str) -> Any:
    """How many findings there are beyond those that are shown."""
    more = found.total - len(found.shown)
    text = speak(language)("… and {count} more. Mend these first, then send the file again.", count=more)
    return element("P", text, className="note") if more else None
