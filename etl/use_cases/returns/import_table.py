"""Import tables of other layouts: each site and quarter of a table becomes a return."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from etl.database.authorization import check_can_submit, get_active_user
from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.read.carried_cells import read_current_return
from etl.database.read.check_context import read_check_context
from etl.database.read.import_cache import ImportCache
from etl.database.read.plans import read_plans
from etl.database.read.returns import read_returns_of_file
from etl.database.records import ReturnCell
from etl.errors import UnknownNameError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.return_effects import NewReturnNumbers, ReturnEffects, compute_effects
from etl.returns.account import AccountedNumber, refuse_numbers, refuse_returns
from etl.returns.checks import check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.intake import read_file
from etl.returns.layouts.carry_over import CurrentReturn, RestChoice, apply_rest_choice
from etl.returns.layouts.guess_layout import LayoutGuess, NumberColumn, guess_layout, list_number_columns
from etl.returns.layouts.layout import Layout, list_layout_names, read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.numbers import NumberState
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_return import (
    ImportOutcome,
    ImportResult,
    IncomingFile,
    get_importing_user,
    import_duplicate,
    store_import,
)


@dataclass(frozen=True)
class TableImport:
    """The result of a table. `parsed` is None where the file could not be read.

    `findings` are those of the file and the table; each return has its own.
    """

    name: str
    parsed: ParsedTable | None
    findings: tuple[Finding, ...]
    returns: tuple[ImportResult, ...] = ()
    effects: tuple[ReturnEffects | None, ...] = ()
    """The effects of each return in a dry run; None for a refused return."""

    @property
    def is_refused(self) -> bool:
        """Whether the whole table is refused."""
        return self.parsed is None or not self.parsed.is_acceptable

    @property
    def layout_account(self) -> tuple[AccountedNumber, ...]:
        """Every number of the file: where the layout takes it to, or why it does not. A refused table takes none."""
        account = self.parsed.account if self.parsed is not None else ()
        return refuse_numbers(account) if self.is_refused else account

    @property
    def account(self) -> tuple[AccountedNumber, ...]:
        """The same, without the numbers of returns that were refused."""
        refused = {
            (result.site, result.quarter)
            for result in self.returns
            if result.outcome is ImportOutcome.REFUSED and result.quarter is not None
        }
        return refuse_returns(self.layout_account, refused)

    @property
    def has_refusals(self) -> bool:
        """Whether the table or any of its returns is refused."""
        return self.is_refused or any(result.outcome is ImportOutcome.REFUSED for result in self.returns)


@dataclass(frozen=True)
class TableGuess:
    """The layout of an unknown table, if one can be proposed, the table read by it, and its columns of numbers."""

    layout_guess: LayoutGuess | None
    table: TableImport
    number_columns: tuple[NumberColumn, ...]


_MAX_ATTEMPTS = 5
"""How often a table is read again when a new plan version is loaded while its returns are stored."""

ProgressCallback = Callable[[int, int, ImportResult], None]
"""A function called after each return is committed, with the number of returns done, their total and the result."""


class UnknownSiteError(UnknownNameError):
    """The site given for a table is not in the plan."""


def check_table(
    source: DataSource,
    name: str,
    data: bytes,
    *,
    layout: Layout,
    now: datetime,
    site: str = "",
    with_effects: bool = False,
    rest: RestChoice = RestChoice.KEEP,
    reader: WorkbookReader | None = None,
) -> TableImport:
    """Return every finding of a table, return by return. Nothing is stored."""
    engine = source.engine
    plans, table = _parse(engine, name, data, layout, site, reader)
    if table.parsed is None or table.is_refused:
        return table
    results: list[ImportResult] = []
    effects: list[ReturnEffects | None] = []
    for parsed_return in table.parsed.returns:
        with reading(engine) as connection:
            parsed = _apply_rest_choice(connection, plans, parsed_return, rest)
            findings = _check_return(connection, plans, parsed, now)
        is_refused = any(finding.is_error for finding in findings)
        outcome = ImportOutcome.REFUSED if is_refused else ImportOutcome.CHECKED
        results.append(ImportResult(name, outcome, findings, parsed.site, parsed.quarter))
        effects.append(_compute_effects(source, parsed, now) if with_effects and not is_refused else None)
    return TableImport(name, table.parsed, table.findings, tuple(results), tuple(effects))


def import_table(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    layout: Layout,
    actor: str,
    now: datetime,
    site: str = "",
    approve: bool = False,
    rest: RestChoice = RestChoice.KEEP,
    report_progress: ProgressCallback | None = None,
    reader: WorkbookReader | None = None,
) -> TableImport:
    """Store each return of a table in its own transaction, unless the table itself has an error.

    Returns with errors are refused. Returns that came from the same bytes before are unchanged, so an interrupted
    run can be repeated. When a plan version is loaded meanwhile, the table is read again by it for what is left.
    Raises NotAllowedError when `actor` may not submit or approve.
    """
    with reading(engine) as connection:
        get_importing_user(connection, actor, approve)
    file = IncomingFile(name, data, actor, now, approve)
    done: dict[tuple[str, Quarter], ImportResult] = {}
    for _ in range(_MAX_ATTEMPTS):
        plans, table = _parse(engine, name, data, layout, site, reader)
        if table.parsed is None or table.is_refused:
            return replace(table, returns=tuple(done.values()))
        if _import_returns(engine, plans, table.parsed, file, rest, done, report_progress):
            return replace(table, returns=tuple(done.values()))
    raise BusyError


def _import_returns(
    engine: Engine,
    plans: Plans,
    table: ParsedTable,
    file: IncomingFile,
    rest: RestChoice,
    done: dict[tuple[str, Quarter], ImportResult],
    report_progress: ProgressCallback | None,
) -> bool:
    """Store the returns that are not done, and add their results. False when a plan version was loaded meanwhile."""
    cache = ImportCache()
    for parsed in table.returns:
        key = parsed.site, parsed.quarter
        if key in done:
            continue
        with writing(engine) as connection:
            cache.refresh(connection)
            current = cache.get_plans(connection)
            if current is None or len(current.versions) != len(plans.versions):
                return False
            done[key] = _import_return(connection, plans, parsed, file, cache, rest)
        if report_progress is not None:
            report_progress(len(done), len(table.returns), done[key])
    return True


def guess_table_layout(
    engine: Engine, name: str, data: bytes, *, site: str = "", reader: WorkbookReader | None = None
) -> TableGuess:
    """Return the layout that reads most of an unknown table, and the table read by it. Nothing is stored."""
    plans = _read_plans(engine)
    contents = read_file(name, data, reader=reader, reads_tables=True)
    guess: LayoutGuess | None = None
    columns: tuple[NumberColumn, ...] = ()
    if contents.workbook is not None and contents.facts is not None:
        layouts = [read_layout(layout_name) for layout_name in list_layout_names()]
        guess = guess_layout(contents.workbook, contents.facts, plans=plans, known_layouts=layouts, site=site)
        columns = list_number_columns(contents.workbook, contents.facts, plans.latest)
    if guess is None:
        return TableGuess(None, TableImport(name, None, sort_findings(contents.findings)), columns)
    return TableGuess(guess, TableImport(name, guess.table, guess.table.findings), columns)


def _read_plans(engine: Engine) -> Plans:
    with reading(engine) as connection:
        plans = read_plans(connection)
    if plans is None:
        raise NoPlanError
    return plans


def _parse(
    engine: Engine, name: str, data: bytes, layout: Layout, site: str, reader: WorkbookReader | None
) -> tuple[Plans, TableImport]:
    plans = _read_plans(engine)
    if site and site not in plans.latest.site_by_code:
        raise UnknownSiteError(f"The plan has no site {site}.")
    contents = read_file(name, data, reader=reader, reads_tables=True)
    if contents.workbook is None or contents.facts is None:
        return plans, TableImport(name, None, sort_findings(contents.findings))
    table = parse_table(contents.workbook, contents.facts, plans=plans, layout=layout, site=site)
    return plans, TableImport(name, table, sort_findings((*contents.findings, *table.findings)))


def _apply_rest_choice(
    connection: Connection, plans: Plans, parsed_return: ParsedReturn, rest: RestChoice
) -> ParsedReturn:
    """Return the return with the numbers of the current return that the table does not contain, if they stay."""
    found = read_current_return(connection, parsed_return.site, parsed_return.quarter)
    current = None
    if found is not None:
        stored_return, cells = found
        current = CurrentReturn(stored_return.id, stored_return.basis, tuple(map(_make_parsed_cell, cells)))
    plan = plans.get_plan_in_force(parsed_return.quarter)
    return apply_rest_choice(parsed_return, current, plan, rest)


def _make_parsed_cell(cell: ReturnCell) -> ParsedCell:
    state = NumberState.NOT_COLLECTED if cell.value is None else NumberState.VALUE
    return ParsedCell(cell.key, cell.value, state, cell.raw, cell.sheet, cell.address, cell.note, cell.source_return)


def _check_return(
    connection: Connection, plans: Plans, parsed_return: ParsedReturn, now: datetime, cache: ImportCache | None = None
) -> tuple[Finding, ...]:
    context = read_check_context(connection, plans, parsed_return, now.date(), cache=cache)
    return sort_findings((*parsed_return.findings, *check_return(parsed_return, context)))


def _compute_effects(source: DataSource, parsed_return: ParsedReturn, now: datetime) -> ReturnEffects:
    numbers = NewReturnNumbers(
        parsed_return.site, parsed_return.quarter, parsed_return.basis, tuple(parsed_return.iterate_observations())
    )
    return compute_effects(source, numbers, now=now)


def _import_return(
    connection: Connection,
    plans: Plans,
    parsed_return: ParsedReturn,
    file: IncomingFile,
    cache: ImportCache,
    rest: RestChoice,
) -> ImportResult:
    site, quarter = parsed_return.site, parsed_return.quarter
    duplicates = [
        stored_return
        for stored_return in read_returns_of_file(connection, file.sha256)
        if (stored_return.site, stored_return.quarter) == (site, quarter)
        and stored_return.state is not ReturnState.WITHDRAWN
    ]
    if duplicates:
        return import_duplicate(connection, plans, file, duplicates[-1])
    check_can_submit(get_active_user(connection, file.actor), site)
    parsed_return = _apply_rest_choice(connection, plans, parsed_return, rest)
    findings = _check_return(connection, plans, parsed_return, file.now, cache)
    if any(finding.is_error for finding in findings):
        return ImportResult(file.name, ImportOutcome.REFUSED, findings, site, quarter)
    return store_import(connection, plans, file, parsed_return, findings, cache=cache)
