"""Sending a return through a page: a file becomes a draft with its findings, which is submitted once it may be."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.people import NotAllowedError, check_may_send, get_person, get_return_for
from etl.database.read.check_context import read_check_context
from etl.database.read.confirmations import read_confirmed_codes
from etl.database.read.plans import read_plans
from etl.database.read.returns import find_file, find_return, read_findings, read_returns_of_file
from etl.database.records import AuditEvent, ReceivedFile, StoredReturn
from etl.database.store_returns import renew_draft, store_draft, submit_stored
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import insert_confirmations
from etl.database.write.data_version import raise_data_version
from etl.database.write.returns import keep_file, supersede_faulty_drafts
from etl.errors import SaidError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import to_say
from etl.queries.examined_file import examine_file
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.claims import Confirmed
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import Examined, check_again
from etl.returns.workbook.read_workbook import WorkbookReader

__all__ = [
    "Confirmed",
    "SendingError",
    "Submission",
    "Submitted",
    "Upload",
    "Uploaded",
    "submit_return",
    "upload_return",
    "warning_codes",
]

_TRIES = 5
"""How often a submission looks again when the plan moves on between its reading and its storing."""

_SAME = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.APPROVED)
"""In these states a return's own file sent again changes nothing; after any other it is a new try."""


class SendingError(SaidError):
    """The return can't be submitted as it stands; the sentence says why."""


class Upload(StrEnum):
    """What became of an uploaded file. Not understood: it could not be bound to a form, and nothing was stored."""

    DRAFT = "draft"
    UNCHANGED = "unchanged"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class Uploaded:
    """A file and the draft that it became, or the return that the same bytes were before."""

    name: str
    outcome: Upload
    findings: tuple[Finding, ...] = ()
    site: str = ""
    quarter: Quarter | None = None
    number: int | None = None


class Submission(StrEnum):
    """What became of a draft. Already: it was sent before, and nothing was done twice."""

    SUBMITTED = "submitted"
    ALREADY = "already"
    BLOCKED = "blocked"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Submitted:
    """The outcome; `unconfirmed` has the codes of the warnings that nobody has confirmed yet."""

    outcome: Submission
    findings: tuple[Finding, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    superseded: int | None = None


def upload_return(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    who: str,
    now: datetime,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
) -> Uploaded:
    """Keeps a file as a draft of `who`, with everything that was found in it; a draft counts nowhere.

    A file with errors is a draft too, as soon as it is known to be of which site and quarter. It takes the place of
    its sender's older drafts of the same site and quarter that hold errors. NotAllowedError for another's site.
    """
    with reading(engine) as connection:
        user = get_person(connection, who)
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    parsed = examined.parsed
    if parsed is None:
        return Uploaded(name, Upload.NOT_UNDERSTOOD, examined.findings)
    check_may_send(user, parsed.site)
    sha256 = hashlib.sha256(data).hexdigest()
    with writing(engine) as connection:
        same = _same(connection, sha256, parsed, who)
        if same is not None:
            found = read_findings(connection, same.id)
            return Uploaded(name, Upload.UNCHANGED, found, same.site, same.quarter, same.id)
        keep_file(connection, sha256=sha256, data=data, name=name, when=now)
        number = store_draft(connection, parsed, examined.findings, sha256=sha256, who=who, now=now)
        supersede_faulty_drafts(connection, by=number, who=who, when=now)
        _note_upload(connection, parsed, number, who=who, now=now)
        raise_data_version(connection)
    return Uploaded(name, Upload.DRAFT, examined.findings, parsed.site, parsed.quarter, number)


def submit_return(
    engine: Engine,
    number: int,
    *,
    who: str,
    now: datetime,
    confirmed: Collection[str] = (),
    reader: WorkbookReader | None = None,
) -> Submitted:
    """Submits one's own draft, checked anew against the plan, the locks and the other returns of this moment.

    `confirmed` are codes of warnings that the sender has seen; they are kept even where others are still open. A
    submission supersedes the open one of its site and quarter. SendingError for a draft that is none any more.
    """
    for _ in range(_TRIES):
        with reading(engine) as connection:
            stored = _get_own(connection, number, who)
            file = find_file(connection, stored.sha256)
            plans = read_plans(connection)
        if stored.state is not ReturnState.DRAFT:
            return _no_draft_any_more(stored)
        assert file is not None and plans is not None
        examined = _examine(engine, stored, file, now, reader)
        done = _submit_examined(engine, stored, examined, who, now, confirmed, len(plans.versions))
        if done is not None:
            return done
    raise BusyError


def _examine(
    engine: Engine, stored: StoredReturn, file: ReceivedFile, now: datetime, reader: WorkbookReader | None
) -> Examined:
    """What the draft's file says by now; its site and quarter were settled when it came."""
    settled = Confirmed(stored.site, stored.quarter)
    return examine_file(engine, file.name, file.data, today=now.date(), confirmed=settled, reader=reader)


def _submit_examined(
    engine: Engine,
    stored: StoredReturn,
    examined: Examined,
    who: str,
    now: datetime,
    confirmed: Collection[str],
    versions: int,
) -> Submitted | None:
    """None when the plan moved on, from so many versions to more, since the file was read: it is then read again."""
    parsed = examined.parsed
    if parsed is None:
        return Submitted(Submission.BLOCKED, examined.findings)
    with writing(engine) as connection:
        now_stored = find_return(connection, stored.id)
        assert now_stored is not None
        if now_stored.state is not ReturnState.DRAFT:
            return _no_draft_any_more(now_stored)
        plans = read_plans(connection)
        if plans is None or len(plans.versions) != versions:
            return None
        findings = check_again(examined, read_check_context(connection, plans, parsed, now.date()))
        if findings != read_findings(connection, stored.id) or parsed.plan_version != stored.plan_version:
            renew_draft(connection, stored.id, parsed, findings)
        open_codes = _confirm(connection, stored.id, findings, confirmed, who=who, now=now)
        if any(one.is_error for one in findings):
            return Submitted(Submission.BLOCKED, findings)
        if open_codes:
            return Submitted(Submission.UNCONFIRMED, findings, open_codes)
        superseded = submit_stored(
            connection, plans, stored.id, site=stored.site, quarter=stored.quarter, who=who, now=now
        )
    return Submitted(Submission.SUBMITTED, findings, superseded=superseded)


def _confirm(
    connection: Connection,
    number: int,
    findings: tuple[Finding, ...],
    confirmed: Collection[str],
    *,
    who: str,
    now: datetime,
) -> tuple[str, ...]:
    """Keeps what was confirmed of the warnings that there are; the codes of those that nobody has confirmed."""
    wanted = warning_codes(findings)
    before = read_confirmed_codes(connection, number)
    fresh = [code for code in wanted if code in confirmed and code not in before]
    insert_confirmations(connection, return_id=number, codes=fresh, who=who, when=now)
    return tuple(code for code in wanted if code not in before and code not in fresh)


def warning_codes(findings: Collection[Finding]) -> tuple[str, ...]:
    """The codes of the warnings, each once, in the order of the findings."""
    return tuple(dict.fromkeys(one.code for one in findings if one.severity is Severity.WARNING))


def _get_own(connection: Connection, number: int, who: str) -> StoredReturn:
    user = get_person(connection, who)
    found = get_return_for(connection, number, user)
    if found.sender != user.name:
        raise NotAllowedError(to_say("Only {sender}, who uploaded it, may submit this draft."), sender=found.sender)
    return found


def _no_draft_any_more(stored: StoredReturn) -> Submitted:
    if stored.state in (ReturnState.SUBMITTED, ReturnState.APPROVED):
        return Submitted(Submission.ALREADY)
    text = to_say("Return {number} can't be submitted any more: it is {state}.")
    raise SendingError(text, number=stored.id, state=stored.state)


def _same(connection: Connection, sha256: str, parsed: ParsedReturn, who: str) -> StoredReturn | None:
    """The return that these bytes are already; another person's draft is none, since only its sender submits it."""
    found = [
        one
        for one in read_returns_of_file(connection, sha256)
        if (one.site, one.quarter) == (parsed.site, parsed.quarter)
        and one.state in _SAME
        and (one.state is not ReturnState.DRAFT or one.sender == who)
    ]
    return found[-1] if found else None


def _note_upload(connection: Connection, parsed: ParsedReturn, number: int, *, who: str, now: datetime) -> None:
    subject = f"{parsed.site} {parsed.quarter}"
    event = AuditEvent(at=now, who=who, act="return uploaded", subject=subject, new=f"return {number}")
    write_audit_event(connection, event)
