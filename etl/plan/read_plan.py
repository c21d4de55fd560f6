"""Reading a plan, from a folder of CSV files or a workbook: the plan, or every fault that keeps it from being one."""

from dataclasses import dataclass
from pathlib import Path

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan.build_plan import build_plan
from etl.plan.check_plan import EMPTY_SOURCE_MAP, check_plan
from etl.plan.issues import PlanIssue, has_errors, make_message, sort_issues
from etl.plan.read_csv import read_folder
from etl.plan.read_xlsx import read_workbook, read_workbook_bytes
from etl.plan.source_map import SourceMap
from etl.plan.tables import PlanTables


@dataclass(frozen=True)
class PlanReadResult:
    """A plan as read. Without errors `plan` is there, warnings or not; with errors it isn't."""

    plan: Plan | None
    issues: tuple[PlanIssue, ...]
    sha256: str
    source_map: SourceMap = EMPTY_SOURCE_MAP


def read_plan(path: Path) -> PlanReadResult:
    """The plan in a folder or an .xlsx file. Raises nothing: what can't be read is a fault."""
    return _read(_read_tables(path))


def read_plan_workbook(name: str, content: bytes) -> PlanReadResult:
    """The same of a workbook's bytes, as somebody sent them under a name."""
    return _read(read_workbook_bytes(name, content))


def _read(tables: PlanTables) -> PlanReadResult:
    if not tables.rows:
        return PlanReadResult(None, sort_issues(tables.issues), tables.sha256)
    draft = build_plan(tables)
    faults = sort_issues((*tables.issues, *draft.issues, *check_plan(draft.plan, draft.source_map)))
    return PlanReadResult(None if has_errors(faults) else draft.plan, faults, tables.sha256, draft.source_map)


def _read_tables(path: Path) -> PlanTables:
    if path.is_dir():
        return read_folder(path)
    if path.suffix.casefold() == ".xlsx":
        return read_workbook(path)
    text = N_("{name} is not there; check its name")
    if path.exists():
        text = N_("{name} is neither a folder of CSV files nor an .xlsx workbook; save it as one of these")
    return PlanTables({}, (PlanIssue(path.name, "", make_message(text, name=path.name)),), "")
