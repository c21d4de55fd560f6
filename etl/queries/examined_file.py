"""What there is to say about a file that came: examined against the plan, the locks and the site's other returns."""

from datetime import date

from etl.database.connection import Engine, reading
from etl.database.read.check_context import read_check_context
from etl.database.read.plans import PlanReading, read_plans
from etl.indicators.plans import Plans
from etl.queries.source import NoPlanError
from etl.returns.checks import CheckContext
from etl.returns.form.claims import Confirmed
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import Examined, ReadFile, examine
from etl.returns.workbook.read_workbook import WorkbookReader


def examine_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    today: date,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
    plan_reading: PlanReading = read_plans,
    read: ReadFile | None = None,
) -> Examined:
    """The file as a return, as far as it could be understood, and every finding; nothing is stored.

    NoPlanError before a plan is loaded.
    """
    with reading(engine) as connection:
        plans = plan_reading(connection)
    if plans is None:
        raise NoPlanError
    return examine(
        name,
        data,
        plans=plans,
        context_for=lambda parsed: _context(engine, plans, parsed, today),
        confirmed=confirmed,
        reader=reader,
        read=read,
    )


def _context(engine: Engine, plans: Plans, parsed: ParsedReturn, today: date) -> CheckContext:
    with reading(engine) as connection:
        return read_check_context(connection, plans, parsed, today)
