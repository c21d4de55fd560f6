"""Which cell of a fresh form each finding belongs to, and its words with the addresses of that form."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from etl.returns.findings.finding import Finding
from etl.returns.findings.form_findings import KINDS
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.spec import FormWorkbook
from etl.returns.form_identity import RETURN_SHEET

BASIS_UNKNOWN = "form-basis-unknown"
_AT_THE_BASIS = (BASIS_UNKNOWN, "basis-doubtful", "basis-differs")

_OF_THE_FILE = frozenset(kind.code for kind in KINDS) - {BASIS_UNKNOWN}
"""Findings about the shape of the file that was sent: their words speak of its cells, not of the fresh form's."""
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]*")


@dataclass(frozen=True)
class LocatedFinding:
    """A finding and its cell on the fresh form, which is blank where no cell of it is meant."""

    finding: Finding
    cell: str
    original_location: str
    """Sheet and cell in the file that was sent, blank where there is none."""


def locate_findings(findings: Iterable[Finding], parsed: ParsedReturn, form: FormWorkbook) -> Iterator[LocatedFinding]:
    """Each finding with its cell, found by key; no address is taken over from the file that was sent."""
    moved = {
        cell.address: form.value_cells[str(cell.key)]
        for cell in parsed.cells
        if cell.address and str(cell.key) in form.value_cells
    }
    for finding in findings:
        cell = _find_cell(finding, parsed, form)
        sent_at = f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.sheet
        said = finding if finding.code in _OF_THE_FILE else _moved(finding, cell, moved)
        yield LocatedFinding(said, cell, sent_at)


def _find_cell(finding: Finding, parsed: ParsedReturn, drawn: FormWorkbook) -> str:
    if finding.code in _AT_THE_BASIS:
        return drawn.basis_cell
    if finding.key in drawn.value_cells:
        return drawn.value_cells[finding.key]
    if finding.suggestion in drawn.value_cells:
        # A changed key stands in the row of the number that it was taken for.
        meant = next(cell for cell in parsed.cells if str(cell.key) == finding.suggestion)
        if meant.address and _row(meant.address) == _row(finding.cell):
            return drawn.value_cells[finding.suggestion]
    return ""


def _row(address: str) -> str:
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _moved(finding: Finding, cell: str, moved: Mapping[str, str]) -> Finding:
    parameters = tuple(
        (name, _ADDRESS.sub(lambda found: moved.get(found[0], found[0]), text) if _names_cells(name) else text)
        for name, text in finding.parameters
    )
    return replace(finding, sheet=RETURN_SHEET, cell=cell or finding.cell, parameters=parameters)


def _names_cells(parameter: str) -> bool:
    return parameter.endswith(("_cell", "_cells"))
