"""Read plan files: folders of CSV files directly, workbooks through the gate and the limited reader process."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan.check_plan import EMPTY_SOURCE_MAP
from etl.plan.issues import Message, PlanIssue, make_message
from etl.plan.read_plan import PlanReadResult, build_read_result, read_plan
from etl.plan.read_xlsx import WorkbookCell, WorkbookSheet, convert_sheets, make_unreadable_tables
from etl.plan.source_map import SourceMap
from etl.plan.tables import PlanTables
from etl.returns.findings.finding import CATALOGUE, Finding
from etl.returns.intake import read_file
from etl.returns.workbook.cells import SheetData, parse_column
from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.limits import MEGABYTE, PLAN_LIMITS
from etl.returns.workbook.read_workbook import get_shared_reader

MAX_LISTED_ISSUES = 500


@dataclass(frozen=True)
class IssueList:
    """The issues of a plan in file order, truncated for display, with the count of all."""

    issues: tuple[PlanIssue, ...] = ()
    """At most MAX_LISTED_ISSUES; errors take precedence over warnings."""
    error_count: int = 0
    warning_count: int = 0

    @property
    def count(self) -> int:
        return self.error_count + self.warning_count


NO_ISSUES = IssueList()


@dataclass(frozen=True)
class PlanFile:
    """A plan as read from a file. `plan` is None if there are errors."""

    plan: Plan | None
    issue_list: IssueList
    sha256: str
    source_map: SourceMap = EMPTY_SOURCE_MAP

    @property
    def issues(self) -> tuple[PlanIssue, ...]:
        return self.issue_list.issues


def list_issues(issues: Iterable[PlanIssue], counted: IssueList = NO_ISSUES) -> IssueList:
    """Count issues, after those of another list, and truncate the list."""
    added = tuple(issues)
    errors = [issue for issue in (*counted.issues, *added) if issue.severity == "error"]
    warnings = [issue for issue in (*counted.issues, *added) if issue.severity != "error"]
    listed_issues = [*errors, *warnings][:MAX_LISTED_ISSUES]
    error_count = sum(issue.severity == "error" for issue in added)
    return IssueList(
        tuple(sorted(listed_issues, key=lambda issue: issue.sort_key)),
        counted.error_count + error_count,
        counted.warning_count + len(added) - error_count,
    )


def read_plan_file(path: Path) -> PlanFile:
    """Read a plan from a folder of CSV files or an .xlsx workbook. Never raise: unreadable files become issues."""
    if path.suffix.casefold() != ".xlsx" or not path.is_file():
        return _make_plan_file(read_plan(path))
    try:
        with path.open("rb") as file:
            content = file.read(PLAN_LIMITS.file_size + 1)
    except OSError as error:
        message = make_message(
            N_("the file can't be read ({problem}); check it and its permissions"), problem=error.strerror
        )
        return _make_plan_file(build_read_result(make_unreadable_tables(path.name, message, "")))
    return read_plan_workbook(path.name, content)


def read_plan_workbook(name: str, content: bytes) -> PlanFile:
    """Read a plan from the bytes of a workbook."""
    return _make_plan_file(build_read_result(_read_tables(name, content, hashlib.sha256(content).hexdigest())))


def _make_plan_file(result: PlanReadResult) -> PlanFile:
    return PlanFile(result.plan, list_issues(result.issues), result.sha256, result.source_map)


def _read_tables(name: str, content: bytes, sha256: str) -> PlanTables:
    reader = get_shared_reader(limits=PLAN_LIMITS)
    contents = read_file(name, content, reader=reader)
    if len(content) > MEGABYTE:
        # The process keeps the memory that it needed for a large workbook until it ends.
        reader.close()
    if contents.workbook is None or contents.facts is None:
        return make_unreadable_tables(name, _make_refusal_message(contents.findings[0]), sha256)
    sheets_and_facts = zip(contents.workbook.sheets, contents.facts.sheets, strict=True)
    sheets = [WorkbookSheet(sheet.name, _convert_cells(sheet, facts)) for sheet, facts in sheets_and_facts]
    return convert_sheets(name, sheets, sha256)


def _make_refusal_message(finding: Finding) -> Message:
    """Combine the problem of a finding with advice for plans; the finding's own advice is about forms."""
    location = {"sheet": finding.sheet, "cell": finding.cell}
    problem = make_message(CATALOGUE[finding.code].problem, **location, **dict(finding.parameters))
    return make_message(N_("{problem} Open the plan in Excel or LibreOffice and save it as .xlsx."), problem=problem)


def _convert_cells(sheet: SheetData, facts: SheetFacts) -> Iterator[WorkbookCell]:
    for cell in sheet.cells:
        yield WorkbookCell(cell.row, cell.column, cell.kind.value, cell.text)
    for address in facts.formulas_without_value:
        letters = address.rstrip("0123456789")
        yield WorkbookCell(int(address[len(letters) :]), parse_column(letters), "uncomputed")
