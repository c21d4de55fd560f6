"""What the gate learnt of a file, as plain values between processes and back."""

from dataclasses import asdict
from typing import Any

from etl.returns.facts import SheetFacts, WorkbookFacts
from etl.returns.findings import Finding, Severity
from etl.returns.form_identity import META_SHEET
from etl.returns.gate import GateReport

_SETS = ("formulas", "without_value", "external", "errors")


def wanted_sheets(facts: WorkbookFacts) -> tuple[str, ...]:
    """The sheets that need reading: the form's and the hidden one; all (none named) when no form is seen."""
    tagged = [sheet.name for sheet in facts.sheets if sheet.has_tags]
    if not tagged:
        return ()
    return (*tagged, *(sheet.name for sheet in facts.sheets if sheet.name == META_SHEET))


def plain_gate(gate: GateReport) -> dict[str, Any]:
    """The report as JSON takes it."""
    sheets = None if gate.facts is None else [_plain_sheet(sheet) for sheet in gate.facts.sheets]
    return {"findings": [asdict(finding) for finding in gate.findings], "facts": sheets}


def gate_of(plain: dict[str, Any]) -> GateReport:
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
    facts = None if sheets is None else WorkbookFacts(tuple(_sheet_of(sheet) for sheet in sheets))
    return GateReport(findings, facts)


def _plain_sheet(sheet: SheetFacts) -> dict[str, Any]:
    plain = asdict(sheet)
    return {**plain, **{name: sorted(plain[name]) for name in _SETS}}


def _sheet_of(plain: dict[str, Any]) -> SheetFacts:
    found = {**plain, **{name: frozenset(plain[name]) for name in _SETS}}
    return SheetFacts(**{**found, "merges": tuple(found["merges"])})
