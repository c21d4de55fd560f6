"""What the gate learnt of a file, as plain values between processes and back."""

from dataclasses import asdict
from typing import Any

from etl.returns.findings.finding import Finding, Severity
from etl.returns.form_identity import META_SHEET
from etl.returns.workbook.facts import SheetFacts, WorkbookFacts
from etl.returns.workbook.gate import GateReport

_SETS = ("formulas", "formulas_without_value", "external_formulas", "error_cells", "hidden_rows")


def select_sheets_to_read(facts: WorkbookFacts) -> tuple[SheetFacts, ...]:
    """The sheets that need reading: the form's and the hidden one; all when no form is seen."""
    wanted = tuple(sheet for sheet in facts.sheets if sheet.has_tags or sheet.name == META_SHEET)
    return wanted if any(sheet.has_tags for sheet in wanted) else facts.sheets


def serialize_report(report: GateReport) -> dict[str, Any]:
    """The report as JSON takes it."""
    sheets = None if report.facts is None else [_plain_sheet(sheet) for sheet in report.facts.sheets]
    days_from_1904 = report.facts is not None and report.facts.uses_1904_dates
    findings = [asdict(finding) for finding in report.findings]
    return {"findings": findings, "facts": sheets, "days_from_1904": days_from_1904}


def deserialize_report(plain: dict[str, Any]) -> GateReport:
    """The report that was made plain."""
    findings = tuple(
        Finding(
            **{
                **finding,
                "severity": Severity(finding["severity"]),
                "parameters": tuple((name, value) for name, value in finding["parameters"]),
            }
        )
        for finding in plain["findings"]
    )
    sheets = plain["facts"]
    if sheets is None:
        return GateReport(findings, None)
    return GateReport(findings, WorkbookFacts(tuple(_sheet_of(sheet) for sheet in sheets), plain["days_from_1904"]))


def _plain_sheet(sheet: SheetFacts) -> dict[str, Any]:
    plain = asdict(sheet)
    return {**plain, **{name: sorted(plain[name]) for name in _SETS}}


def _sheet_of(plain: dict[str, Any]) -> SheetFacts:
    found = {**plain, **{name: frozenset(plain[name]) for name in _SETS}}
    pairs = {name: tuple((first, second) for first, second in found[name]) for name in ("hidden_columns", "comments")}
    return SheetFacts(**{**found, **pairs, "merges": tuple(found["merges"])})
