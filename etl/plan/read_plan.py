"""Reading a plan, from a folder of CSV files or a workbook: the plan, or every fault that keeps it from being one."""

from dataclasses import dataclass
from pathlib import Path

from etl.indicators.plans import Plan
from etl.locale.translations import to_say
from etl.plan.build_plan import build_plan
from etl.plan.check_plan import FROM_NO_FILE, check_plan
from etl.plan.faults import PlanFault, has_errors, in_reading_order, worded
from etl.plan.places import Places
from etl.plan.read_csv import read_folder
from etl.plan.read_xlsx import read_workbook, read_workbook_content
from etl.plan.tables import Tables


@dataclass(frozen=True)
class ReadPlan:
    """A plan as read. Without errors `plan` is there, warnings or not; with errors it isn't."""

    plan: Plan | None
    faults: tuple[PlanFault, ...]
    sha256: str
    places: Places = FROM_NO_FILE


def read_plan(path: Path) -> ReadPlan:
    """The plan in a folder or an .xlsx file. Raises nothing: what can't be read is a fault."""
    return _read(_read_tables(path))


def read_plan_workbook(name: str, content: bytes) -> ReadPlan:
    """The same of a workbook's bytes, as somebody sent them under a name."""
    return _read(read_workbook_content(name, content))


def _read(tables: Tables) -> ReadPlan:
    if not tables.rows:
        return ReadPlan(None, in_reading_order(tables.faults), tables.sha256)
    draft = build_plan(tables)
    faults = in_reading_order((*tables.faults, *draft.faults, *check_plan(draft.plan, draft.places)))
    return ReadPlan(None if has_errors(faults) else draft.plan, faults, tables.sha256, draft.places)


def _read_tables(path: Path) -> Tables:
    if path.is_dir():
        return read_folder(path)
    if path.suffix.casefold() == ".xlsx":
        return read_workbook(path)
    text = to_say("{name} is not there; check its name")
    if path.exists():
        text = to_say("{name} is neither a folder of CSV files nor an .xlsx workbook; save it as one of these")
    return Tables({}, (PlanFault(path.name, "", worded(text, name=path.name)),), "")
