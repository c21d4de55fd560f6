"""Turn the bytes of a file into a return and its findings: run the gate, read, parse, check."""

from collections.abc import Callable
from dataclasses import dataclass, field

from etl.indicators.plans import Plans
from etl.returns.account import AccountedNumber
from etl.returns.checks import CheckContext, check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmation
from etl.returns.form.find_form import FormTable
from etl.returns.form.form_account import make_form_account
from etl.returns.form.parse import parse_return
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.workbook.cells import WorkbookData
from etl.returns.workbook.facts import WorkbookFacts
from etl.returns.workbook.read_workbook import WorkbookReader, get_shared_reader

ContextFactory = Callable[[ParsedReturn], CheckContext]
"""Builds the context for the checks from the site and quarter of the parsed return."""


@dataclass(frozen=True)
class IntakeResult:
    """The return that a file contains, if it could be parsed, and all findings, errors first."""

    parsed_return: ParsedReturn | None
    findings: tuple[Finding, ...]
    file_findings: tuple[Finding, ...] = ()
    """Findings that depend only on the file and the plan. The others come from checks against other returns."""
    workbook: WorkbookData | None = field(default=None, repr=False)
    table: FormTable | None = field(default=None, repr=False)

    @property
    def is_acceptable(self) -> bool:
        """Whether the return was parsed and has no errors."""
        return self.parsed_return is not None and not any(finding.is_error for finding in self.findings)

    def make_account(self) -> tuple[AccountedNumber, ...]:
        """Return every number of the file: where it was taken to, or why it was not. Empty if no form was found."""
        if self.workbook is None or self.table is None or self.parsed_return is None:
            return ()
        return make_form_account(self.workbook, self.table, self.parsed_return)


@dataclass(frozen=True)
class FileContents:
    """The contents of a file after gate and reader: its cells, or the findings that explain why it cannot be read."""

    facts: WorkbookFacts | None
    workbook: WorkbookData | None
    findings: tuple[Finding, ...]


def read_file(
    name: str, data: bytes, *, reader: WorkbookReader | None = None, reads_tables: bool = False
) -> FileContents:
    """Run the gate and the reader. Needs neither plan nor database, so it can run ahead in another thread.

    With `reads_tables` the file may be a table in CSV, OpenDocument or the old Excel format.
    """
    report, workbook = (reader or get_shared_reader()).read(name, data, reads_tables=reads_tables)
    if isinstance(workbook, Finding):
        return FileContents(report.facts, None, (*report.findings, workbook))
    return FileContents(report.facts, workbook, report.findings)


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
    """Parse and check a file. Stores nothing, and raises no exception for any input.

    `contents` is the result of `read_file`, if the file was read already.
    """
    contents = contents or read_file(name, data, reader=reader)
    facts, workbook = contents.facts, contents.workbook
    if facts is None or workbook is None:
        return IntakeResult(None, sort_findings(contents.findings))
    parsing = parse_return(workbook, facts, plans=plans, confirmation=confirmation, signing_key=signing_key)
    file_findings = (*contents.findings, *parsing.findings)
    return_ = parsing.parsed_return
    if return_ is None:
        return IntakeResult(None, sort_findings(file_findings), file_findings)
    findings = _check_return(return_, file_findings, make_context(return_))
    return IntakeResult(return_, findings, file_findings, workbook, parsing.table)


def recheck_return(result: IntakeResult, context: CheckContext) -> tuple[Finding, ...]:
    """Run the checks again in a new context, without reading the file again, and return all findings."""
    if result.parsed_return is None:
        return result.findings
    return _check_return(result.parsed_return, result.file_findings, context)


def _check_return(
    return_: ParsedReturn, file_findings: tuple[Finding, ...], context: CheckContext
) -> tuple[Finding, ...]:
    return sort_findings((*file_findings, *check_return(return_, context)))
