"""From the bytes of a file to a return with everything that was found: gate, read, bind, check."""

from collections.abc import Callable
from dataclasses import dataclass

from etl.indicators.plans import Plans
from etl.returns.checks import CheckContext, check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmation
from etl.returns.form.parse import parse_return
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.workbook.cells import WorkbookData
from etl.returns.workbook.facts import WorkbookFacts
from etl.returns.workbook.read_workbook import WorkbookReader, get_shared_reader

ContextFactory = Callable[[ParsedReturn], CheckContext]
"""What the caller knows of the site and quarter that a return turned out to be of."""


@dataclass(frozen=True)
class IntakeResult:
    """A file as a return, as far as it could be understood, and every finding, errors first."""

    parsed_return: ParsedReturn | None
    findings: tuple[Finding, ...]
    file_findings: tuple[Finding, ...] = ()
    """Those that come from the file and the plan alone; the others come from checks, which other returns can change."""

    @property
    def is_acceptable(self) -> bool:
        """Whether it may be loaded: understood, and without an error."""
        return self.parsed_return is not None and not any(finding.is_error for finding in self.findings)


@dataclass(frozen=True)
class FileContents:
    """A received file behind gate and reader: its cells, or the findings that say why there are none."""

    facts: WorkbookFacts | None
    workbook: WorkbookData | None
    findings: tuple[Finding, ...]


def read_file(name: str, data: bytes, *, reader: WorkbookReader | None = None) -> FileContents:
    """What needs neither plan nor database, so that the next file can be read while one is being stored."""
    gate, workbook = (reader or get_shared_reader()).read(name, data)
    if isinstance(workbook, Finding):
        return FileContents(gate.facts, None, (*gate.findings, workbook))
    return FileContents(gate.facts, workbook, gate.findings)


def run_intake(
    name: str,
    data: bytes,
    *,
    plans: Plans,
    make_context: ContextFactory,
    confirmation: Confirmation | None = None,
    signing_key: bytes = b"",
    reader: WorkbookReader | None = None,
    contents: FileContents | None = None,
) -> IntakeResult:
    """Everything there is to say about a received file. Nothing is stored and nothing is raised for any bytes.

    `read` is what `read_file` said of it, where that was asked already.
    """
    known = contents or read_file(name, data, reader=reader)
    if known.facts is None or known.workbook is None:
        return IntakeResult(None, sort_findings(known.findings))
    parsed = parse_return(known.workbook, known.facts, plans=plans, confirmation=confirmation, signing_key=signing_key)
    of_file = (*known.findings, *parsed.findings)
    if parsed.parsed_return is None:
        return IntakeResult(None, sort_findings(of_file), of_file)
    return IntakeResult(
        parsed.parsed_return, _with_checks(parsed.parsed_return, of_file, make_context(parsed.parsed_return)), of_file
    )


def recheck_return(result: IntakeResult, context: CheckContext) -> tuple[Finding, ...]:
    """Every finding of an understood file in a context that has moved on, without reading the file again."""
    if result.parsed_return is None:
        return result.findings
    return _with_checks(result.parsed_return, result.file_findings, context)


def _with_checks(parsed: ParsedReturn, of_file: tuple[Finding, ...], context: CheckContext) -> tuple[Finding, ...]:
    return sort_findings((*of_file, *check_return(parsed, context)))
