"""Examine an uploaded file against the plan, the locks and the site's other returns."""

from datetime import date

from etl.database.connection import Engine, reading
from etl.database.read.check_context import read_check_context
from etl.database.read.plans import read_plans
from etl.indicators.plans import Plans
from etl.queries.data_source import NoPlanError
from etl.returns.checks import CheckContext
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import FileContents, IntakeResult, run_intake
from etl.returns.workbook.read_workbook import WorkbookReader


def examine_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    today: date,
    confirmation: Confirmation | None = None,
    reader: WorkbookReader | None = None,
    contents: FileContents | None = None,
) -> IntakeResult:
    """Return the file as a return, as far as it can be parsed, and all findings. Nothing is stored.

    NoPlanError before a plan is loaded.
    """
    with reading(engine) as connection:
        plans = read_plans(connection)
    if plans is None:
        raise NoPlanError
    return run_intake(
        name,
        data,
        plans=plans,
        make_context=lambda parsed_return: _read_context(engine, plans, parsed_return, today),
        confirmation=confirmation,
        reader=reader,
        contents=contents,
    )


def _read_context(engine: Engine, plans: Plans, parsed_return: ParsedReturn, today: date) -> CheckContext:
    with reading(engine) as connection:
        return read_check_context(connection, plans, parsed_return, today)
