"""Loading a return: examined first, then stored whole in one transaction, submitted and, from managers, approved."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.decide_returns import check_may_approve, decide_stored
from etl.database.people import NotAllowedError, check_may_send, get_person
from etl.database.read.check_context import read_check_context
from etl.database.read.counting import read_typed_values
from etl.database.read.kept_record import KeptRecord
from etl.database.read.plans import read_plans
from etl.database.read.returns import find_new_files, read_returns_of_file
from etl.database.records import StoredReturn, User
from etl.database.store_returns import settle, store_submitted
from etl.database.write.loaded_returns import take_file
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.language import to_say
from etl.questions.examined_file import examine_file
from etl.questions.return_effects import NewReturnNumbers, ReturnEffects, effects_of_numbers
from etl.questions.source import NoPlanError, Source
from etl.returns.annotate import annotate
from etl.returns.claims import Confirmed
from etl.returns.findings import Finding, sort_findings
from etl.returns.form_targets import form_targets
from etl.returns.intake import Examined, ReadFile, examine, read_file
from etl.returns.parsed_return import ParsedReturn
from etl.returns.read_workbook import WorkbookReader

__all__ = [
    "AnnotatedReturn",
    "Confirmed",
    "LoadedReturn",
    "NotAllowedError",
    "Outcome",
    "Received",
    "RehearsedReturn",
    "annotate_return_file",
    "check_return_file",
    "get_loader",
    "load_batch",
    "load_return",
    "rehearse_return",
    "take_again",
    "take_in",
]


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
class AnnotatedReturn:
    """What was found in a file, and the workbook to mend; None where the file could not be bound to a form."""

    told: LoadedReturn
    workbook: bytes | None


@dataclass(frozen=True)
class RehearsedReturn:
    """What was found in a file, and what saving it would change; None where nothing would be saved."""

    told: LoadedReturn
    effects: ReturnEffects | None


def check_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
) -> LoadedReturn:
    """Everything there is to say about a file; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    outcome = Outcome.CHECKED if examined.is_acceptable else Outcome.REFUSED
    return _told(name, outcome, examined)


def annotate_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmed: Confirmed | None = None,
    language_first: str = "km",
    reader: WorkbookReader | None = None,
) -> AnnotatedReturn:
    """The same as the check says, and the sender's numbers in a fresh form with marks; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    outcome = Outcome.CHECKED if examined.is_acceptable else Outcome.REFUSED
    told = _told(name, outcome, examined)
    if examined.parsed is None:
        return AnnotatedReturn(told, None)
    return AnnotatedReturn(told, _annotated(engine, examined.parsed, examined.findings, language_first))


def _annotated(engine: Engine, parsed: ParsedReturn, findings: tuple[Finding, ...], language_first: str) -> bytes:
    """Drawn from the plan's version that the file was bound to, so that its rows are those that were filled."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        last = read_typed_values(connection, site=parsed.site, quarter=parsed.quarter.plus(-1), basis="submitted")
    if plans is None:
        raise NoPlanError
    plan = next(one.plan for one in plans.versions if one.number == parsed.plan_version)
    return annotate(
        plan,
        parsed.plan_version,
        parsed,
        findings,
        last_values={str(key): value for key, value in last.items()},
        targets=form_targets(plan, parsed.site, parsed.quarter.year),
        language_first=language_first,
    )


def load_return(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    who: str,
    now: datetime,
    approve: bool = False,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
    kept: KeptRecord | None = None,
    read: ReadFile | None = None,
) -> LoadedReturn:
    """Stores a file as a submitted return of `who`; with `approve`, for history, as an approved one.

    The same bytes again change nothing, but for a draft that `who` made of them, which moves on; with `approve` they
    approve what was only submitted, by the same rules as review does: DecisionError for one's own, unless the office
    allows it. A newer return supersedes the older of its site and quarter. Raises NotAllowedError for who may not
    send for the site, or may not approve. `kept` is what the returns loaded before this one left known, and `read`
    the file where it was read already.
    """
    received = Received(name, data, who, now, approve)
    if read is None:
        _, same = _before(engine, who, received.sha256, approve)
        if same is not None and not _is_to_approve(same, approve):
            return _unchanged(name, same)
        read = read_file(name, data, reader=reader)
    if read.workbook is None:
        return LoadedReturn(name, Outcome.REFUSED, sort_findings(read.findings))
    known = kept or KeptRecord()
    try:
        with writing(engine) as connection:
            return _Taking(connection, confirmed, known, [received]).take(received, read)
    except BaseException:
        # What was undone in the database isn't known here either.
        known.forget()
        raise


def load_batch(
    engine: Engine,
    files: Sequence[tuple["Received", ReadFile]],
    *,
    confirmed: Confirmed | None = None,
    kept: KeptRecord,
) -> list[LoadedReturn | CardecError]:
    """Loads files that were read already as `load_return` does, all in one transaction with its roll-ups renewed once.

    A file that is refused, or that its loader may not send, doesn't keep the others out. Whatever else goes wrong
    undoes all of them.
    """
    kept.is_batch = True
    try:
        with writing(engine) as connection:
            taking = _Taking(connection, confirmed, kept, [received for received, _ in files])
            done = [taking.try_to_take(*one) for one in files]
            plans = kept.plans(connection)
            if plans is not None:
                settle(connection, plans, kept)
    except BaseException:
        kept.forget()
        raise
    finally:
        kept.is_batch = False
    return done


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


def rehearse_return(
    source: Source,
    name: str,
    data: bytes,
    *,
    now: datetime,
    who: str = "",
    approve: bool = False,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
) -> RehearsedReturn:
    """What `load_return` would do with the file, and what that would change; nothing is stored.

    With `who` as strict as loading in their name (NotAllowedError, the same bytes again); without, for anybody.
    """
    engine = source.engine
    user, same = _before(engine, who, hashlib.sha256(data).hexdigest(), approve) if who else (None, None)
    if same is not None and not _is_to_approve(same, approve):
        return RehearsedReturn(_unchanged(name, same), None)
    if same is not None and user is not None:
        with reading(engine) as connection:
            check_may_approve(connection, same, user)
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    parsed = examined.parsed
    if parsed is None or not examined.is_acceptable:
        return RehearsedReturn(_told(name, Outcome.REFUSED, examined), None)
    if user is not None:
        check_may_send(user, parsed.site)
    new = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.observations()))
    effects = effects_of_numbers(source, new, now=now, approve=approve)
    return RehearsedReturn(_told(name, Outcome.CHECKED, examined), effects)


def _before(engine: Engine, who: str, sha256: str, approve: bool) -> tuple[User, StoredReturn | None]:
    with reading(engine) as connection:
        return _who_and_same(connection, who, sha256, approve)


def _who_and_same(connection: Connection, who: str, sha256: str, approve: bool) -> tuple[User, StoredReturn | None]:
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


class _Taking:
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
            return _told(received.name, Outcome.REFUSED, examined)
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
    if not _is_to_approve(same, received.approve):
        return _unchanged(received.name, same)
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


def _is_to_approve(same: StoredReturn, approve: bool) -> bool:
    """Whether somebody who approves means the return that was submitted from the same bytes."""
    return approve and same.state is ReturnState.SUBMITTED


def _unchanged(name: str, same: StoredReturn) -> LoadedReturn:
    return LoadedReturn(name, Outcome.UNCHANGED, (), same.site, same.quarter, same.id)


def _told(name: str, outcome: Outcome, examined: Examined) -> LoadedReturn:
    parsed = examined.parsed
    if parsed is None:
        return LoadedReturn(name, outcome, examined.findings)
    return LoadedReturn(name, outcome, examined.findings, parsed.site, parsed.quarter)
