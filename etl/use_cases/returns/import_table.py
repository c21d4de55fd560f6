"""Loading somebody's own table by a layout: each site and quarter of it becomes an ordinary return."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.people import check_may_send, get_person
from etl.database.read.check_context import read_check_context
from etl.database.read.kept_record import KeptRecord
from etl.database.read.plans import read_plans
from etl.database.read.returns import read_returns_of_file
from etl.errors import CardecError
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.queries.return_effects import NewReturnNumbers, ReturnEffects, effects_of_numbers
from etl.queries.source import NoPlanError, Source
from etl.returns.checks import check_return
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import read_file
from etl.returns.layouts.guess import Guess, guess_layout
from etl.returns.layouts.layout import Layout, layout_names, read_layout
from etl.returns.layouts.take import TakenTable, take_table
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_return import LoadedReturn, Outcome, Received, get_loader, take_again, take_in


@dataclass(frozen=True)
class LoadedTable:
    """What became of a table. Without `taken` the file could not be read; `findings` are those of file and table."""

    name: str
    taken: TakenTable | None
    findings: tuple[Finding, ...]
    returns: tuple[LoadedReturn, ...] = ()
    effects: tuple[ReturnEffects | None, ...] = ()
    """What each return would change, in a dry run; None for one that is refused."""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may be loaded."""
        return self.taken is None or not self.taken.is_acceptable

    @property
    def blocks(self) -> bool:
        return self.is_refused or any(one.outcome is Outcome.REFUSED for one in self.returns)


Progress = Callable[[int, int, LoadedReturn], None]


def check_table(
    source: Source,
    name: str,
    data: bytes,
    *,
    layout: Layout,
    now: datetime,
    site: str = "",
    effects: bool = False,
    reader: WorkbookReader | None = None,
) -> LoadedTable:
    """Everything there is to say about a table, return by return; nothing is stored."""
    engine = source.engine
    plans, table = _taken(engine, name, data, layout, site, reader)
    if table.taken is None or table.is_refused:
        return table
    found: list[LoadedReturn] = []
    told: list[ReturnEffects | None] = []
    for parsed in table.taken.returns:
        with reading(engine) as connection:
            findings = _findings(connection, plans, parsed, now)
        refused = any(finding.is_error for finding in findings)
        outcome = Outcome.REFUSED if refused else Outcome.CHECKED
        found.append(LoadedReturn(name, outcome, findings, parsed.site, parsed.quarter))
        told.append(_effects(source, parsed, now) if effects and not refused else None)
    return LoadedTable(name, table.taken, table.findings, tuple(found), tuple(told))


def load_table(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    layout: Layout,
    who: str,
    now: datetime,
    site: str = "",
    approve: bool = False,
    progress: Progress | None = None,
    reader: WorkbookReader | None = None,
) -> LoadedTable:
    """Stores each return of a table in a transaction of its own, unless the table itself has a fault.

    A return with a fault is left out and told; one that came from the same bytes before is unchanged, so that an
    interrupted run is simply started again. NotAllowedError for who may not.
    """
    with reading(engine) as connection:
        get_loader(connection, who, approve)
    plans, table = _taken(engine, name, data, layout, site, reader)
    if table.taken is None or table.is_refused:
        return table
    received = Received(name, data, who, now, approve)
    kept = KeptRecord()
    done: list[LoadedReturn] = []
    for parsed in table.taken.returns:
        with writing(engine) as connection:
            kept.look_again(connection)
            done.append(_store(connection, plans, parsed, received, kept))
        if progress is not None:
            progress(len(done), len(table.taken.returns), done[-1])
    return LoadedTable(name, table.taken, table.findings, tuple(done))


def guess_table(
    engine: Engine, name: str, data: bytes, *, site: str = "", reader: WorkbookReader | None = None
) -> tuple[Guess | None, LoadedTable]:
    """The layout that understands the most of an unknown table, and what it understands; nothing is stored."""
    plans = _plans(engine)
    read = read_file(name, data, reader=reader)
    if read.workbook is None or read.facts is None:
        return None, LoadedTable(name, None, sort_findings(read.findings))
    known = [read_layout(one) for one in layout_names()]
    guess = guess_layout(read.workbook, read.facts, plans=plans, known=known, site=site)
    if guess is None:
        return None, LoadedTable(name, None, sort_findings(read.findings))
    return guess, LoadedTable(name, guess.taken, guess.taken.findings)


def _plans(engine: Engine) -> Plans:
    with reading(engine) as connection:
        plans = read_plans(connection)
    if plans is None:
        raise NoPlanError
    return plans


def _taken(
    engine: Engine, name: str, data: bytes, layout: Layout, site: str, reader: WorkbookReader | None
) -> tuple[Plans, LoadedTable]:
    plans = _plans(engine)
    if site and site not in plans.latest.site_by_code:
        raise UnknownSiteError(f"The plan has no site {site}.")
    read = read_file(name, data, reader=reader)
    if read.workbook is None or read.facts is None:
        return plans, LoadedTable(name, None, sort_findings(read.findings))
    taken = take_table(read.workbook, read.facts, plans=plans, layout=layout, site=site)
    return plans, LoadedTable(name, taken, sort_findings((*read.findings, *taken.findings)))


class UnknownSiteError(CardecError):
    """The site that was named for a table is none of the plan."""


def _findings(
    connection: Connection, plans: Plans, parsed: ParsedReturn, now: datetime, kept: KeptRecord | None = None
) -> tuple[Finding, ...]:
    context = read_check_context(connection, plans, parsed, now.date(), kept=kept)
    return sort_findings((*parsed.findings, *check_return(parsed, context)))


def _effects(source: Source, parsed: ParsedReturn, now: datetime) -> ReturnEffects:
    new = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.observations()))
    return effects_of_numbers(source, new, now=now)


def _store(
    connection: Connection, plans: Plans, parsed: ParsedReturn, received: Received, kept: KeptRecord
) -> LoadedReturn:
    site, quarter = parsed.site, parsed.quarter
    same = [
        one
        for one in read_returns_of_file(connection, received.sha256)
        if (one.site, one.quarter) == (site, quarter) and one.state is not ReturnState.WITHDRAWN
    ]
    if same:
        return take_again(connection, plans, received, same[-1])
    check_may_send(get_person(connection, received.who), site)
    findings = _findings(connection, plans, parsed, received.now, kept)
    if any(finding.is_error for finding in findings):
        return LoadedReturn(received.name, Outcome.REFUSED, findings, site, quarter)
    return take_in(connection, plans, received, parsed, findings, kept=kept)
