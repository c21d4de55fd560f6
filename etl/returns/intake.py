"""From the bytes of a file to a return with everything that was found: gate, read, bind, check."""

from collections.abc import Callable
from dataclasses import dataclass

from etl.indicators.plans import Plans
from etl.returns.checks import CheckContext, check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmed
from etl.returns.form.parse import parse_return
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.workbook.cells import ReadWorkbook
from etl.returns.workbook.facts import WorkbookFacts
from etl.returns.workbook.read_workbook import WorkbookReader, shared_reader

ContextFor = Callable[[ParsedReturn], CheckContext]
"""What the caller knows of the site and quarter that a return turned out to be of."""


@dataclass(frozen=True)
class Examined:
    """A file as a return, as far as it could be understood, and every finding, errors first."""

    parsed: ParsedReturn | None
    findings: tuple[Finding, ...]
    of_file: tuple[Finding, ...] = ()
    """Those that come from the file and the plan alone; the others come from checks, which other returns can change."""

    @property
    def is_acceptable(self) -> bool:
        """Whether it may be loaded: understood, and without an error."""
        return self.parsed is not None and not any(finding.is_error for finding in self.findings)


@dataclass(frozen=True)
class ReadFile:
    """A received file behind gate and reader: its cells, or the findings that say why there are none."""

    facts: WorkbookFacts | None
    workbook: ReadWorkbook | None
    findings: tuple[Finding, ...]


def read_file(name: str, data: bytes, *, reader: WorkbookReader | None = None) -> ReadFile:
    """What needs neither plan nor database, so that the next file can be read while one is being stored."""
    gate, workbook = (reader or shared_reader()).read(name, data)
    if isinstance(workbook, Finding):
        return ReadFile(gate.facts, None, (*gate.findings, workbook))
    return ReadFile(gate.facts, workbook, gate.findings)


def examine(
    name: str,
    data: bytes,
    *,
    plans: Plans,
    context_for: ContextFor,
    confirmed: Confirmed | None = None,
    signing_key: bytes = b"",
    reader: WorkbookReader | None = None,
    read: ReadFile | None = None,
) -> Examined:
    """Everything there is to say about a received file. Nothing is stored and nothing is raised for any bytes.

    `read` is what `read_file` said of it, where that was asked already.
    """
    known = read or read_file(name, data, reader=reader)
    if known.facts is None or known.workbook is None:
        return Examined(None, sort_findings(known.findings))
    parsed = parse_return(known.workbook, known.facts, plans=plans, confirmed=confirmed, signing_key=signing_key)
    of_file = (*known.findings, *parsed.findings)
    if parsed.of is None:
        return Examined(None, sort_findings(of_file), of_file)
    return Examined(parsed.of, _with_checks(parsed.of, of_file, context_for(parsed.of)), of_file)


def check_again(examined: Examined, context: CheckContext) -> tuple[Finding, ...]:
    """Every finding of an understood file in a context that has moved on, without reading the file again."""
    if examined.parsed is None:
        return examined.findings
    return _with_checks(examined.parsed, examined.of_file, context)


def _with_checks(parsed: ParsedReturn, of_file: tuple[Finding, ...], context: CheckContext) -> tuple[Finding, ...]:
    return sort_findings((*of_file, *check_return(parsed, context)))
