"""Locate findings on a new form and replace the addresses in their messages."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from etl.returns.findings.finding import Finding
from etl.returns.findings.form_findings import KINDS
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.spec import FormWorkbook
from etl.returns.form_identity import RETURN_SHEET

BASIS_UNKNOWN = "form-basis-unknown"
_BASIS_CODES = (BASIS_UNKNOWN, "basis-doubtful", "basis-differs")

_FILE_CODES = frozenset(kind.code for kind in KINDS) - {BASIS_UNKNOWN}
"""Findings about the uploaded file. Their messages keep the addresses of that file."""
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]*")


@dataclass(frozen=True)
class LocatedFinding:
    """A finding with its cell on the new form; blank where it belongs to no cell."""

    finding: Finding
    cell: str
    original_location: str
    """Sheet and cell in the uploaded file; blank where there is none."""


def locate_findings(
    findings: Iterable[Finding], parsed_return: ParsedReturn, form: FormWorkbook
) -> Iterator[LocatedFinding]:
    """Yield each finding with its cell on the new form, which is looked up by key."""
    new_addresses = {
        cell.address: form.value_cells[str(cell.key)]
        for cell in parsed_return.cells
        if cell.address and str(cell.key) in form.value_cells
    }
    for finding in findings:
        cell = _find_cell(finding, parsed_return, form)
        original_location = f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.sheet
        located_finding = finding if finding.code in _FILE_CODES else _readdress(finding, cell, new_addresses)
        yield LocatedFinding(located_finding, cell, original_location)


def _find_cell(finding: Finding, parsed_return: ParsedReturn, form: FormWorkbook) -> str:
    if finding.code in _BASIS_CODES:
        return form.basis_cell
    if finding.key in form.value_cells:
        return form.value_cells[finding.key]
    if finding.suggestion in form.value_cells:
        # Use the suggested key only where the finding is in the row of that number.
        suggested = next(cell for cell in parsed_return.cells if str(cell.key) == finding.suggestion)
        if suggested.address and _get_row(suggested.address) == _get_row(finding.cell):
            return form.value_cells[finding.suggestion]
    return ""


def _get_row(address: str) -> str:
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _readdress(finding: Finding, cell: str, new_addresses: Mapping[str, str]) -> Finding:
    parameters = tuple(
        (
            name,
            _ADDRESS.sub(lambda match: new_addresses.get(match[0], match[0]), text) if _holds_addresses(name) else text,
        )
        for name, text in finding.parameters
    )
    return replace(finding, sheet=RETURN_SHEET, cell=cell or finding.cell, parameters=parameters)


def _holds_addresses(parameter: str) -> bool:
    return parameter.endswith(("_cell", "_cells"))
