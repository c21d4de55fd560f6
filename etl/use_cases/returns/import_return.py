"""Import one file that was read: authorize, detect duplicates, bind, check and store it."""

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
from etl.returns.account import AccountedNumber, refuse_numbers
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import FileContents, IntakeResult, run_intake


class ImportOutcome(StrEnum):
    """The outcome of an import. `CHECKED`: the file is acceptable and was not stored."""

    REFUSED = "refused"
    UNCHANGED = "unchanged"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHECKED = "checked"


@dataclass(frozen=True)
class ImportResult:
    """The result of importing a file.

    A refused file is not stored. `UNCHANGED` means that the same bytes were imported before.
    """

    name: str
    outcome: ImportOutcome
    findings: tuple[Finding, ...]
    site: str = ""
    quarter: Quarter | None = None
    return_id: int | None = None
    superseded_id: int | None = None
    account: tuple[AccountedNumber, ...] = ()
    """Every number of a file that was checked or refused; empty where no form was found."""


@dataclass(frozen=True)
class IncomingFile:
    """A file to import, with the user who imports it. `approve` approves its return in the same step."""

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
    """Return the importing user and the return that the same bytes already made, if any.

    Raises NotAllowedError for a user who may not import.
    """
    return get_importing_user(connection, actor, approve), _find_duplicate(connection, sha256)


def get_importing_user(connection: Connection, actor: str, approve: bool) -> User:
    """Return the importing user. Raises NotAllowedError for an unknown user or one who may not approve."""
    user = get_active_user(connection, actor)
    if approve and not user.can_review:
        raise NotAllowedError(N_("{username} cannot decide on returns. Ask a manager."), username=actor)
    return user


def _find_duplicate(connection: Connection, sha256: str) -> StoredReturn | None:
    """Return the return that these bytes already made, except a withdrawn one or a draft."""
    ignored_states = (ReturnState.WITHDRAWN, ReturnState.DRAFT)
    duplicates = [
        stored_return
        for stored_return in read_returns_of_file(connection, sha256)
        if stored_return.state not in ignored_states
    ]
    return duplicates[-1] if duplicates else None


def _find_own_draft(connection: Connection, file: IncomingFile, parsed_return: ParsedReturn) -> StoredReturn | None:
    """Return the draft that the importing user made of these bytes for the same site and quarter."""
    for stored_return in read_returns_of_file(connection, file.sha256):
        is_same_key = (stored_return.site, stored_return.quarter) == (parsed_return.site, parsed_return.quarter)
        if is_same_key and stored_return.state is ReturnState.DRAFT and stored_return.sender == file.actor:
            return stored_return
    return None


class ReturnImporter:
    """Bind, check and store files within one transaction."""

    def __init__(
        self,
        connection: Connection,
        confirmation: Confirmation | None,
        cache: ImportCache,
        files: Sequence[IncomingFile],
    ) -> None:
        self._connection = connection
        self._confirmation = confirmation
        self._cache = cache
        self._users: dict[tuple[str, bool], User] = {}
        cache.refresh(connection)
        cache.pending.new_files = find_missing_files(connection, [file.sha256 for file in files])

    def try_import(self, file: IncomingFile, contents: FileContents) -> ImportResult | CardecError:
        """Import a file and return the result, or the error when nothing of the file was stored."""
        if contents.workbook is None:
            return ImportResult(file.name, ImportOutcome.REFUSED, sort_findings(contents.findings))
        try:
            return self.import_file(file, contents)
        except CardecError as error:
            return error

    def import_file(self, file: IncomingFile, contents: FileContents) -> ImportResult:
        """Import a file. Raises NotAllowedError when the user may not submit for its site."""
        connection, cache = self._connection, self._cache
        user = self._get_user(file)
        plans = cache.get_plans(connection)
        if plans is None:
            raise NoPlanError
        duplicate = self._find_duplicate(file, plans)
        if duplicate is not None:
            flush_pending(connection, plans, cache)
            result = import_duplicate(connection, plans, file, duplicate)
            cache.refresh(connection)
            return result
        intake = run_intake(
            file.name,
            file.data,
            plans=plans,
            make_context=lambda parsed: read_check_context(connection, plans, parsed, file.now.date(), cache=cache),
            confirmation=self._confirmation,
            contents=contents,
        )
        parsed = intake.parsed_return
        if parsed is None or not intake.is_acceptable:
            return make_import_result(file.name, ImportOutcome.REFUSED, intake)
        check_can_submit(user, parsed.site)
        return store_import(connection, plans, file, parsed, intake.findings, cache=cache)

    def _get_user(self, file: IncomingFile) -> User:
        """Return the importing user, read once: the transaction keeps accounts as they are."""
        key = file.actor, file.approve
        if key not in self._users:
            self._users[key] = get_importing_user(self._connection, *key)
        return self._users[key]

    def _find_duplicate(self, file: IncomingFile, plans: Plans) -> StoredReturn | None:
        """Return the return that the same bytes already made, also earlier in this transaction."""
        if file.sha256 in self._cache.pending.new_files:
            return None
        if file.sha256 in self._cache.pending.added_files:
            flush_pending(self._connection, plans, self._cache)
        return _find_duplicate(self._connection, file.sha256)


def import_duplicate(connection: Connection, plans: Plans, file: IncomingFile, duplicate: StoredReturn) -> ImportResult:
    """Import bytes that made a return before: approve that return where asked, else change nothing."""
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
    parsed_return: ParsedReturn,
    findings: tuple[Finding, ...],
    *,
    cache: ImportCache,
) -> ImportResult:
    """Store the file and its return, submitted and, where asked, approved.

    A draft that the same user made of the same bytes becomes that return.
    """
    is_new = add_file(connection, cache.pending, sha256=file.sha256, data=file.data, name=file.name, when=file.now)
    draft = None if is_new else _find_own_draft(connection, file, parsed_return)
    stored = store_submitted_return(
        connection,
        plans,
        parsed_return,
        findings,
        sha256=file.sha256,
        actor=file.actor,
        now=file.now,
        approve=file.approve,
        cache=cache,
        draft=None if draft is None else draft.id,
    )
    outcome = ImportOutcome.APPROVED if file.approve else ImportOutcome.SUBMITTED
    return ImportResult(
        file.name, outcome, findings, parsed_return.site, parsed_return.quarter, stored.number, stored.last_superseded
    )


def should_approve(duplicate: StoredReturn, approve: bool) -> bool:
    """Whether importing the same bytes with `approve` approves the return that they made."""
    return approve and duplicate.state is ReturnState.SUBMITTED


def make_unchanged_result(name: str, duplicate: StoredReturn) -> ImportResult:
    """Return the result for a file that was imported before."""
    return ImportResult(name, ImportOutcome.UNCHANGED, (), duplicate.site, duplicate.quarter, duplicate.id)


def make_import_result(name: str, outcome: ImportOutcome, intake: IntakeResult) -> ImportResult:
    """Return the result for a file that was examined and not stored."""
    parsed = intake.parsed_return
    if parsed is None:
        return ImportResult(name, outcome, intake.findings)
    account = intake.make_account() if intake.is_acceptable else refuse_numbers(intake.make_account())
    return ImportResult(name, outcome, intake.findings, parsed.site, parsed.quarter, account=account)
