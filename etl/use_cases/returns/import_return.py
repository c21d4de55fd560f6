"""Taking in a file that was read: who may, whether its bytes came before, bound, checked, stored with its traces."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from etl.database.connection import Connection
from etl.database.decide_returns import decide_stored
from etl.database.people import NotAllowedError, check_may_send, get_person
from etl.database.read.check_context import read_check_context
from etl.database.read.kept_record import KeptRecord
from etl.database.read.returns import find_new_files, read_returns_of_file
from etl.database.records import StoredReturn, User
from etl.database.store_returns import settle, store_submitted
from etl.database.write.loaded_returns import take_file
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import to_say
from etl.queries.source import NoPlanError
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.claims import Confirmed
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import Examined, ReadFile, examine


class Outcome(StrEnum):
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHECKED = "checked"


@dataclass(frozen=True)
class LoadedReturn:
    """What became of a file. Refused: nothing was stored. Unchanged: the same bytes were loaded before."""

    name: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    site: str = ""
    quarter: Quarter | None = None
    number: int | None = None
    superseded: int | None = None


@dataclass(frozen=True)
class Received:
    """A file with who loads it, when, and whether what it holds is approved as well."""

    name: str
    data: bytes
    who: str
    now: datetime
    approve: bool

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def who_and_same(connection: Connection, who: str, sha256: str, approve: bool) -> tuple[User, StoredReturn | None]:
    """Who loads, and the return that the same bytes already made; NotAllowedError for who may not."""
    return get_loader(connection, who, approve), _same(connection, sha256)


def get_loader(connection: Connection, who: str, approve: bool) -> User:
    """Who loads; NotAllowedError for nobody, and for who approves without the right to."""
    user = get_person(connection, who)
    if approve and not user.may_decide:
        raise NotAllowedError(to_say("{who} may not decide on returns; managers do."), who=who)
    return user


def _same(connection: Connection, sha256: str) -> StoredReturn | None:
    """The return that these bytes already made, unless it was taken back or is only a draft."""
    none_yet = (ReturnState.WITHDRAWN, ReturnState.DRAFT)
    found = [one for one in read_returns_of_file(connection, sha256) if one.state not in none_yet]
    return found[-1] if found else None


def _own_draft(connection: Connection, received: Received, parsed: ParsedReturn) -> StoredReturn | None:
    """The draft that who loads made of these bytes before, for the same site and quarter."""
    place = (ReturnState.DRAFT, received.who, parsed.site, parsed.quarter)
    found = read_returns_of_file(connection, received.sha256)
    return next((one for one in found if (one.state, one.sender, one.site, one.quarter) == place), None)


class Taking:
    """Binds, checks and stores what was read, all at one moment of the database: that of one transaction."""

    def __init__(
        self, connection: Connection, confirmed: Confirmed | None, kept: KeptRecord, several: Sequence[Received]
    ) -> None:
        self._connection = connection
        self._confirmed = confirmed
        self._kept = kept
        self._people: dict[tuple[str, bool], User] = {}
        kept.look_again(connection)
        kept.arrivals.new_files = find_new_files(connection, [one.sha256 for one in several])

    def try_to_take(self, received: Received, read: ReadFile) -> LoadedReturn | CardecError:
        """What became of a file, or why it could not be tried: that is known before anything of it is stored."""
        if read.workbook is None:
            return LoadedReturn(received.name, Outcome.REFUSED, sort_findings(read.findings))
        try:
            return self.take(received, read)
        except CardecError as error:
            return error

    def take(self, received: Received, read: ReadFile) -> LoadedReturn:
        """What became of a file."""
        connection, kept = self._connection, self._kept
        user = self._loader(received)
        plans = kept.plans(connection)
        if plans is None:
            raise NoPlanError
        same = self._same(received, plans)
        if same is not None:
            settle(connection, plans, kept)
            told = take_again(connection, plans, received, same)
            kept.look_again(connection)
            return told
        examined = examine(
            received.name,
            received.data,
            plans=plans,
            context_for=lambda parsed: read_check_context(connection, plans, parsed, received.now.date(), kept=kept),
            confirmed=self._confirmed,
            read=read,
        )
        parsed = examined.parsed
        if parsed is None or not examined.is_acceptable:
            return told_of(received.name, Outcome.REFUSED, examined)
        check_may_send(user, parsed.site)
        return take_in(connection, plans, received, parsed, examined.findings, kept=kept)

    def _loader(self, received: Received) -> User:
        """Who loads, asked once: nobody changes an account meanwhile."""
        who = received.who, received.approve
        if who not in self._people:
            self._people[who] = get_loader(self._connection, *who)
        return self._people[who]

    def _same(self, received: Received, plans: Plans) -> StoredReturn | None:
        """The return that the same bytes already made, also a moment ago."""
        if received.sha256 in self._kept.arrivals.new_files:
            return None
        if received.sha256 in self._kept.arrivals.taken_files:
            settle(self._connection, plans, self._kept)
        return _same(self._connection, received.sha256)


def take_again(connection: Connection, plans: Plans, received: Received, same: StoredReturn) -> LoadedReturn:
    """Bytes that made a return before change nothing; who approves means that return where it is only submitted."""
    if not is_to_approve(same, received.approve):
        return told_unchanged(received.name, same)
    approved = ReturnState.APPROVED
    decide_stored(connection, plans, same.id, approved, who=received.who, now=received.now, seen=same.state)
    return LoadedReturn(received.name, Outcome.APPROVED, (), same.site, same.quarter, same.id)


def take_in(
    connection: Connection,
    plans: Plans,
    received: Received,
    parsed: ParsedReturn,
    findings: tuple[Finding, ...],
    *,
    kept: KeptRecord,
) -> LoadedReturn:
    """Keeps the file and stores what was read of it as a return, submitted and, where asked, approved.

    A draft that its sender made of the same bytes becomes that return.
    """
    who, now, site, quarter = received.who, received.now, parsed.site, parsed.quarter
    arrivals, sha256 = kept.arrivals, received.sha256
    is_new = take_file(connection, arrivals, sha256=sha256, data=received.data, name=received.name, when=now)
    draft = None if is_new else _own_draft(connection, received, parsed)
    stored = store_submitted(
        connection,
        plans,
        parsed,
        findings,
        sha256=sha256,
        who=who,
        now=now,
        approve=received.approve,
        kept=kept,
        draft=None if draft is None else draft.id,
    )
    outcome = Outcome.APPROVED if received.approve else Outcome.SUBMITTED
    return LoadedReturn(received.name, outcome, findings, site, quarter, stored.number, stored.superseded)


def is_to_approve(same: StoredReturn, approve: bool) -> bool:
    """Whether somebody who approves means the return that was submitted from the same bytes."""
    return approve and same.state is ReturnState.SUBMITTED


def told_unchanged(name: str, same: StoredReturn) -> LoadedReturn:
    return LoadedReturn(name, Outcome.UNCHANGED, (), same.site, same.quarter, same.id)


def told_of(name: str, outcome: Outcome, examined: Examined) -> LoadedReturn:
    parsed = examined.parsed
    if parsed is None:
        return LoadedReturn(name, outcome, examined.findings)
    return LoadedReturn(name, outcome, examined.findings, parsed.site, parsed.quarter)
