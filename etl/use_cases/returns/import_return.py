"""Taking in a file that was read: who may, whether its bytes came before, bound, checked, stored with its traces."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from etl.database.authorization import NotAllowedError, check_can_submit, get_active_user
from etl.database.connection import Connection
from etl.database.decide_returns import decide_return
from etl.database.read.check_context import read_check_context
from etl.database.read.import_cache import ImportCache
from etl.database.read.returns import find_missing_files, read_returns_of_file
from etl.database.records import StoredReturn, User
from etl.database.store_returns import flush_pending, store_submitted_return
from etl.database.write.pending_returns import add_file
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.data_source import NoPlanError
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import FileContents, IntakeResult, run_intake


class ImportOutcome(StrEnum):
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHECKED = "checked"


@dataclass(frozen=True)
class ImportResult:
    """What became of a file. Refused: nothing was stored. Unchanged: the same bytes were loaded before."""

    name: str
    outcome: ImportOutcome
    findings: tuple[Finding, ...]
    site: str = ""
    quarter: Quarter | None = None
    return_id: int | None = None
    superseded_id: int | None = None


@dataclass(frozen=True)
class IncomingFile:
    """A file with who loads it, when, and whether what it holds is approved as well."""

    name: str
    data: bytes
    actor: str
    now: datetime
    approve: bool

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def get_user_and_duplicate(
    connection: Connection, actor: str, sha256: str, approve: bool
) -> tuple[User, StoredReturn | None]:
    """Who loads, and the return that the same bytes already made; NotAllowedError for who may not."""
    return get_importing_user(connection, actor, approve), _same(connection, sha256)


def get_importing_user(connection: Connection, actor: str, approve: bool) -> User:
    """Who loads; NotAllowedError for nobody, and for who approves without the right to."""
    user = get_active_user(connection, actor)
    if approve and not user.can_review:
        raise NotAllowedError(N_("{username} cannot decide on returns. Ask a manager."), username=actor)
    return user


def _same(connection: Connection, sha256: str) -> StoredReturn | None:
    """The return that these bytes already made, unless it was taken back or is only a draft."""
    none_yet = (ReturnState.WITHDRAWN, ReturnState.DRAFT)
    found = [one for one in read_returns_of_file(connection, sha256) if one.state not in none_yet]
    return found[-1] if found else None


def _own_draft(connection: Connection, received: IncomingFile, parsed: ParsedReturn) -> StoredReturn | None:
    """The draft that who loads made of these bytes before, for the same site and quarter."""
    place = (ReturnState.DRAFT, received.actor, parsed.site, parsed.quarter)
    found = read_returns_of_file(connection, received.sha256)
    return next((one for one in found if (one.state, one.sender, one.site, one.quarter) == place), None)


class ReturnImporter:
    """Binds, checks and stores what was read, all at one moment of the database: that of one transaction."""

    def __init__(
        self,
        connection: Connection,
        confirmation: Confirmation | None,
        cache: ImportCache,
        files: Sequence[IncomingFile],
    ) -> None:
        self._connection = connection
        self._confirmed = confirmation
        self._kept = cache
        self._people: dict[tuple[str, bool], User] = {}
        cache.refresh(connection)
        cache.pending.new_files = find_missing_files(connection, [one.sha256 for one in files])

    def try_import(self, file: IncomingFile, contents: FileContents) -> ImportResult | CardecError:
        """What became of a file, or why it could not be tried: that is known before anything of it is stored."""
        if contents.workbook is None:
            return ImportResult(file.name, ImportOutcome.REFUSED, sort_findings(contents.findings))
        try:
            return self.import_file(file, contents)
        except CardecError as error:
            return error

    def import_file(self, file: IncomingFile, contents: FileContents) -> ImportResult:
        """What became of a file."""
        connection, kept = self._connection, self._kept
        user = self._loader(file)
        plans = kept.plans(connection)
        if plans is None:
            raise NoPlanError
        same = self._same(file, plans)
        if same is not None:
            flush_pending(connection, plans, kept)
            told = import_duplicate(connection, plans, file, same)
            kept.refresh(connection)
            return told
        examined = run_intake(
            file.name,
            file.data,
            plans=plans,
            make_context=lambda parsed: read_check_context(connection, plans, parsed, file.now.date(), cache=kept),
            confirmation=self._confirmed,
            contents=contents,
        )
        parsed = examined.parsed_return
        if parsed is None or not examined.is_acceptable:
            return make_import_result(file.name, ImportOutcome.REFUSED, examined)
        check_can_submit(user, parsed.site)
        return store_import(connection, plans, file, parsed, examined.findings, cache=kept)

    def _loader(self, received: IncomingFile) -> User:
        """Who loads, asked once: nobody changes an account meanwhile."""
        who = received.actor, received.approve
        if who not in self._people:
            self._people[who] = get_importing_user(self._connection, *who)
        return self._people[who]

    def _same(self, received: IncomingFile, plans: Plans) -> StoredReturn | None:
        """The return that the same bytes already made, also a moment ago."""
        if received.sha256 in self._kept.pending.new_files:
            return None
        if received.sha256 in self._kept.pending.added_files:
            flush_pending(self._connection, plans, self._kept)
        return _same(self._connection, received.sha256)


def import_duplicate(connection: Connection, plans: Plans, file: IncomingFile, duplicate: StoredReturn) -> ImportResult:
    """Bytes that made a return before change nothing; who approves means that return where it is only submitted."""
    if not should_approve(duplicate, file.approve):
        return make_unchanged_result(file.name, duplicate)
    approved = ReturnState.APPROVED
    decide_return(
        connection, plans, duplicate.id, approved, actor=file.actor, now=file.now, expected_state=duplicate.state
    )
    return ImportResult(file.name, ImportOutcome.APPROVED, (), duplicate.site, duplicate.quarter, duplicate.id)


def store_import(
    connection: Connection,
    plans: Plans,
    file: IncomingFile,
    parsed: ParsedReturn,
    findings: tuple[Finding, ...],
    *,
    cache: ImportCache,
) -> ImportResult:
    """Keeps the file and stores what was read of it as a return, submitted and, where asked, approved.

    A draft that its sender made of the same bytes becomes that return.
    """
    who, now, site, quarter = file.actor, file.now, parsed.site, parsed.quarter
    arrivals, sha256 = cache.pending, file.sha256
    is_new = add_file(connection, arrivals, sha256=sha256, data=file.data, name=file.name, when=now)
    draft = None if is_new else _own_draft(connection, file, parsed)
    stored = store_submitted_return(
        connection,
        plans,
        parsed,
        findings,
        sha256=sha256,
        actor=who,
        now=now,
        approve=file.approve,
        cache=cache,
        draft=None if draft is None else draft.id,
    )
    outcome = ImportOutcome.APPROVED if file.approve else ImportOutcome.SUBMITTED
    return ImportResult(file.name, outcome, findings, site, quarter, stored.number, stored.last_superseded)


def should_approve(duplicate: StoredReturn, approve: bool) -> bool:
    """Whether somebody who approves means the return that was submitted from the same bytes."""
    return approve and duplicate.state is ReturnState.SUBMITTED


def make_unchanged_result(name: str, duplicate: StoredReturn) -> ImportResult:
    return ImportResult(name, ImportOutcome.UNCHANGED, (), duplicate.site, duplicate.quarter, duplicate.id)


def make_import_result(name: str, outcome: ImportOutcome, examined: IntakeResult) -> ImportResult:
    parsed = examined.parsed_return
    if parsed is None:
        return ImportResult(name, outcome, examined.findings)
    return ImportResult(name, outcome, examined.findings, parsed.site, parsed.quarter)
