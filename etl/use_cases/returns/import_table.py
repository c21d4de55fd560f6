"""Loading somebody's own table by a layout: each site and quarter of it becomes an ordinary return."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.authorization import check_can_submit, get_active_user
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.read.check_context import read_check_context
from etl.database.read.import_cache import ImportCache
from etl.database.read.plans import read_plans
from etl.database.read.returns import read_returns_of_file
from etl.errors import CardecError
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.return_effects import NewReturnNumbers, ReturnEffects, compute_effects
from etl.returns.checks import check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import read_file
from etl.returns.layouts.guess_layout import LayoutGuess, guess_layout
from etl.returns.layouts.layout import Layout, list_layout_names, read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
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
    """What became of a table. Without `taken` the file could not be read; `findings` are those of file and table."""

    name: str
    parsed: ParsedTable | None
    findings: tuple[Finding, ...]
    returns: tuple[ImportResult, ...] = ()
    effects: tuple[ReturnEffects | None, ...] = ()
    """What each return would change, in a dry run; None for one that is refused."""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may be loaded."""
        return self.parsed is None or not self.parsed.is_acceptable

    @property
    def has_refusals(self) -> bool:
        return self.is_refused or any(one.outcome is ImportOutcome.REFUSED for one in self.returns)


ProgressCallback = Callable[[int, int, ImportResult], None]


def check_table(
    source: DataSource,
    name: str,
    data: bytes,
    *,
    layout: Layout,
    now: datetime,
    site: str = "",
    with_effects: bool = False,
    reader: WorkbookReader | None = None,
) -> TableImport:
    """Everything there is to say about a table, return by return; nothing is stored."""
    engine = source.engine
    plans, table = _taken(engine, name, data, layout, site, reader)
    if table.parsed is None or table.is_refused:
        return table
    found: list[ImportResult] = []
    told: list[ReturnEffects | None] = []
    for parsed in table.parsed.returns:
        with reading(engine) as connection:
            findings = _findings(connection, plans, parsed, now)
        refused = any(finding.is_error for finding in findings)
        outcome = ImportOutcome.REFUSED if refused else ImportOutcome.CHECKED
        found.append(ImportResult(name, outcome, findings, parsed.site, parsed.quarter))
        told.append(_effects(source, parsed, now) if with_effects and not refused else None)
    return TableImport(name, table.parsed, table.findings, tuple(found), tuple(told))


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
    report_progress: ProgressCallback | None = None,
    reader: WorkbookReader | None = None,
) -> TableImport:
    """Stores each return of a table in a transaction of its own, unless the table itself has a fault.

    A return with a fault is left out and told; one that came from the same bytes before is unchanged, so that an
    interrupted run is simply started again. NotAllowedError for who may not.
    """
    with reading(engine) as connection:
        get_importing_user(connection, actor, approve)
    plans, table = _taken(engine, name, data, layout, site, reader)
    if table.parsed is None or table.is_refused:
        return table
    received = IncomingFile(name, data, actor, now, approve)
    kept = ImportCache()
    done: list[ImportResult] = []
    for parsed in table.parsed.returns:
        with writing(engine) as connection:
            kept.refresh(connection)
            done.append(_store(connection, plans, parsed, received, kept))
        if report_progress is not None:
            report_progress(len(done), len(table.parsed.returns), done[-1])
    return TableImport(name, table.parsed, table.findings, tuple(done))


def guess_table_layout(
    engine: Engine, name: str, data: bytes, *, site: str = "", reader: WorkbookReader | None = None
) -> tuple[LayoutGuess | None, TableImport]:
    """The layout that understands the most of an unknown table, and what it understands; nothing is stored."""
    plans = _plans(engine)
    read = read_file(name, data, reader=reader)
    if read.workbook is None or read.facts is None:
        return None, TableImport(name, None, sort_findings(read.findings))
    known = [read_layout(one) for one in list_layout_names()]
    guess = guess_layout(read.workbook, read.facts, plans=plans, known_layouts=known, site=site)
    if guess is None:
        return None, TableImport(name, None, sort_findings(read.findings))
    return guess, TableImport(name, guess.table, guess.table.findings)


def _plans(engine: Engine) -> Plans:
    with reading(engine) as connection:
        plans = read_plans(connection)
    if plans is None:
        raise NoPlanError
    return plans


def _taken(
    engine: Engine, name: str, data: bytes, layout: Layout, site: str, reader: WorkbookReader | None
) -> tuple[Plans, TableImport]:
    plans = _plans(engine)
    if site and site not in plans.latest.site_by_code:
        raise UnknownSiteError(f"The plan has no site {site}.")
    read = read_file(name, data, reader=reader)
    if read.workbook is None or read.facts is None:
        return plans, TableImport(name, None, sort_findings(read.findings))
    taken = parse_table(read.workbook, read.facts, plans=plans, layout=layout, site=site)
    return plans, TableImport(name, taken, sort_findings((*read.findings, *taken.findings)))


class UnknownSiteError(CardecError):
    """The site that was named for a table is none of the plan."""


def _findings(
    connection: Connection, plans: Plans, parsed: ParsedReturn, now: datetime, kept: ImportCache | None = None
) -> tuple[Finding, ...]:
    context = read_check_context(connection, plans, parsed, now.date(), cache=kept)
    return sort_findings((*parsed.findings, *check_return(parsed, context)))


def _effects(source: DataSource, parsed: ParsedReturn, now: datetime) -> ReturnEffects:
    new = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.observations()))
    return compute_effects(source, new, now=now)


def _store(
    connection: Connection, plans: Plans, parsed: ParsedReturn, received: IncomingFile, kept: ImportCache
) -> ImportResult:
    site, quarter = parsed.site, parsed.quarter
    same = [
        one
        for one in read_returns_of_file(connection, received.sha256)
        if (one.site, one.quarter) == (site, quarter) and one.state is not ReturnState.WITHDRAWN
    ]
    if same:
        return import_duplicate(connection, plans, received, same[-1])
    check_can_submit(get_active_user(connection, received.actor), site)
    findings = _findings(connection, plans, parsed, received.now, kept)
    if any(finding.is_error for finding in findings):
        return ImportResult(received.name, ImportOutcome.REFUSED, findings, site, quarter)
    return store_import(connection, plans, received, parsed, findings, cache=kept)
