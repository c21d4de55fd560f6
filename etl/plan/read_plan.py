"""Build a plan from its tables, or read it from a folder of CSV files; return it with all its issues."""

from dataclasses import dataclass
from pathlib import Path

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan.build_plan import build_plan
from etl.plan.check_plan import EMPTY_SOURCE_MAP, check_plan
from etl.plan.issues import PlanIssue, has_errors, make_message, sort_issues
from etl.plan.read_csv import read_folder
from etl.plan.source_map import SourceMap
from etl.plan.tables import PlanTables


@dataclass(frozen=True)
class PlanReadResult:
    """The result of reading a plan. `plan` is None if any issue is an error."""

    plan: Plan | None
    issues: tuple[PlanIssue, ...]
    sha256: str
    source_map: SourceMap = EMPTY_SOURCE_MAP


def read_plan(path: Path) -> PlanReadResult:
    """Read a plan from a folder. Never raise: unreadable files become issues.

    `etl.use_cases.plans.read_plan_file` also reads workbooks.
    """
    return build_read_result(_read_tables(path))


def build_read_result(tables: PlanTables) -> PlanReadResult:
    """Build and check the plan in the tables of a folder or a workbook."""
    if not tables.rows:
        return PlanReadResult(None, sort_issues(tables.issues), tables.sha256)
    draft = build_plan(tables)
    issues = sort_issues((*tables.issues, *draft.issues, *check_plan(draft.plan, draft.source_map)))
    return PlanReadResult(None if has_errors(issues) else draft.plan, issues, tables.sha256, draft.source_map)


def _read_tables(path: Path) -> PlanTables:
    if path.is_dir():
        return read_folder(path)
    text = N_("{name} does not exist; check its name")
    if path.exists():
        text = N_("{name} is neither a folder of CSV files nor an .xlsx workbook; save it as one of these")
    return PlanTables({}, (PlanIssue(path.name, "", make_message(text, name=path.name)),), "")
