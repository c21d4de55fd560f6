"""Serialize and deserialize the gate's report, to send it from the reader process to its parent."""

from dataclasses import asdict
from typing import Any

from etl.returns.findings.finding import Finding, Severity
from etl.returns.form_identity import DEFINITIONS_SHEET, FINDINGS_SHEET, GUIDE_SHEET
from etl.returns.workbook.facts import SheetFacts, WorkbookFacts
from etl.returns.workbook.gate import GateReport

_UNREAD_SHEETS = (GUIDE_SHEET, DEFINITIONS_SHEET, FINDINGS_SHEET)
"""The sheets that the system writes into every form, for people only."""
_SET_FIELDS = ("formulas", "formulas_without_value", "external_formulas", "error_cells", "hidden_rows")


def select_form_sheets(facts: WorkbookFacts) -> tuple[SheetFacts, ...]:
    """Return the form's sheets, the hidden sheet and those that people added, or all sheets if there is no form."""
    if not any(sheet.has_tags for sheet in facts.sheets):
        return facts.sheets
    return tuple(sheet for sheet in facts.sheets if sheet.has_tags or sheet.name not in _UNREAD_SHEETS)


def serialize_report(report: GateReport) -> dict[str, Any]:
    """Convert the report to values that JSON can represent."""
    sheets = None if report.facts is None else [_serialize_sheet(sheet) for sheet in report.facts.sheets]
    uses_1904_dates = report.facts is not None and report.facts.uses_1904_dates
    findings = [asdict(finding) for finding in report.findings]
    return {"findings": findings, "facts": sheets, "uses_1904_dates": uses_1904_dates}


def deserialize_report(fields: dict[str, Any]) -> GateReport:
    """Rebuild the report from `serialize_report`."""
    findings = tuple(
        Finding(
            **{
                **finding,
                "severity": Severity(finding["severity"]),
                "parameters": tuple((name, value) for name, value in finding["parameters"]),
            }
        )
        for finding in fields["findings"]
    )
    sheets = fields["facts"]
    if sheets is None:
        return GateReport(findings, None)
    return GateReport(
        findings, WorkbookFacts(tuple(_deserialize_sheet(sheet) for sheet in sheets), fields["uses_1904_dates"])
    )


def _serialize_sheet(sheet: SheetFacts) -> dict[str, Any]:
    fields = asdict(sheet)
    return {**fields, **{name: sorted(fields[name]) for name in _SET_FIELDS}}


def _deserialize_sheet(fields: dict[str, Any]) -> SheetFacts:
    values = {**fields, **{name: frozenset(fields[name]) for name in _SET_FIELDS}}
    pairs = {name: tuple((first, second) for first, second in values[name]) for name in ("hidden_columns", "comments")}
    return SheetFacts(**{**values, **pairs, "merges": tuple(values["merges"])})
