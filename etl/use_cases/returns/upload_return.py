"""Sending a return through a page: a file becomes a draft with its findings, which is submitted once it may be."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from etl.database.authorization import NotAllowedError, check_can_submit, get_active_user, get_return_for
from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.read.check_context import read_check_context
from etl.database.read.confirmations import read_confirmed_codes
from etl.database.read.plans import read_plans
from etl.database.read.returns import find_received_file, find_return, read_findings, read_returns_of_file
from etl.database.records import AuditEvent, ReceivedFile, StoredReturn
from etl.database.store_returns import store_draft, submit_draft, update_draft
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import insert_confirmations
from etl.database.write.data_version import increment_data_version
from etl.database.write.returns import store_file, supersede_faulty_drafts
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.examine_file import examine_file
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import IntakeResult, recheck_return
from etl.returns.workbook.read_workbook import WorkbookReader

__all__ = [
    "Confirmation",
    "SubmissionError",
    "SubmitOutcome",
    "SubmitResult",
    "UploadOutcome",
    "ReturnUploadResult",
    "submit_return",
    "upload_return",
    "list_warning_codes",
]

_TRIES = 5
"""How often a submission looks again when the plan moves on between its reading and its storing."""

_SAME = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.APPROVED)
"""In these states a return's own file sent again changes nothing; after any other it is a new try."""


class SubmissionError(TranslatableError):
    """The return can't be submitted as it stands; the sentence says why."""


class UploadOutcome(StrEnum):
    """What became of an uploaded file. Not understood: it could not be bound to a form, and nothing was stored."""

    DRAFT = "draft"
    UNCHANGED = "unchanged"
    UNRECOGNIZED = "not_understood"


@dataclass(frozen=True)
class ReturnUploadResult:
    """A file and the draft that it became, or the return that the same bytes were before."""

    name: str
    outcome: UploadOutcome
    findings: tuple[Finding, ...] = ()
    site: str = ""
    quarter: Quarter | None = None
    return_id: int | None = None


class SubmitOutcome(StrEnum):
    """What became of a draft. Already: it was sent before, and nothing was done twice."""

    SUBMITTED = "submitted"
    ALREADY_SUBMITTED = "already"
    BLOCKED = "blocked"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class SubmitResult:
    """The outcome; `unconfirmed` has the codes of the warnings that nobody has confirmed yet."""

    outcome: SubmitOutcome
    findings: tuple[Finding, ...] = ()
    unconfirmed_codes: tuple[str, ...] = ()
    superseded_id: int | None = None


def upload_return(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    actor: str,
    now: datetime,
    confirmation: Confirmation | None = None,
    reader: WorkbookReader | None = None,
) -> ReturnUploadResult:
    """Keeps a file as a draft of `who`, with everything that was found in it; a draft counts nowhere.

    A file with errors is a draft too, as soon as it is known to be of which site and quarter. It takes the place of
    its sender's older drafts of the same site and quarter that hold errors. NotAllowedError for another's site.
    """
    with reading(engine) as connection:
        user = get_active_user(connection, actor)
    examined = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    parsed = examined.parsed_return
    if parsed is None:
        return ReturnUploadResult(name, UploadOutcome.UNRECOGNIZED, examined.findings)
    check_can_submit(user, parsed.site)
    sha256 = hashlib.sha256(data).hexdigest()
    with writing(engine) as connection:
        same = _same(connection, sha256, parsed, actor)
        if same is not None:
            found = read_findings(connection, same.id)
            return ReturnUploadResult(name, UploadOutcome.UNCHANGED, found, same.site, same.quarter, same.id)
        store_file(connection, sha256=sha256, data=data, name=name, when=now)
        number = store_draft(connection, parsed, examined.findings, sha256=sha256, actor=actor, now=now)
        supersede_faulty_drafts(connection, new_id=number, actor=actor, when=now)
        _note_upload(connection, parsed, number, who=actor, now=now)
        increment_data_version(connection)
    return ReturnUploadResult(name, UploadOutcome.DRAFT, examined.findings, parsed.site, parsed.quarter, number)


def submit_return(
    engine: Engine,
    return_id: int,
    *,
    actor: str,
    now: datetime,
    confirmed_codes: Collection[str] = (),
    reader: WorkbookReader | None = None,
) -> SubmitResult:
    """Submits one's own draft, checked anew against the plan, the locks and the other returns of this moment.

    `confirmed` are codes of warnings that the sender has seen; they are kept even where others are still open. A
    submission supersedes the open one of its site and quarter. SendingError for a draft that is none any more.
    """
    for _ in range(_TRIES):
        with reading(engine) as connection:
            stored = _get_own(connection, return_id, actor)
            file = find_received_file(connection, stored.sha256)
            plans = read_plans(connection)
        if stored.state is not ReturnState.DRAFT:
            return _no_draft_any_more(stored)
        assert file is not None and plans is not None
        examined = _examine(engine, stored, file, now, reader)
        done = _submit_examined(engine, stored, examined, actor, now, confirmed_codes, len(plans.versions))
        if done is not None:
            return done
    raise BusyError


def _examine(
    engine: Engine, stored: StoredReturn, file: ReceivedFile, now: datetime, reader: WorkbookReader | None
) -> IntakeResult:
    """What the draft's file says by now; its site and quarter were settled when it came."""
    settled = Confirmation(stored.site, stored.quarter)
    return examine_file(engine, file.name, file.data, today=now.date(), confirmation=settled, reader=reader)


def _submit_examined(
    engine: Engine,
    stored: StoredReturn,
    examined: IntakeResult,
    who: str,
    now: datetime,
    confirmed: Collection[str],
    versions: int,
) -> SubmitResult | None:
    """None when the plan moved on, from so many versions to more, since the file was read: it is then read again."""
    parsed = examined.parsed_return
    if parsed is None:
        return SubmitResult(SubmitOutcome.BLOCKED, examined.findings)
    with writing(engine) as connection:
        now_stored = find_return(connection, stored.id)
        assert now_stored is not None
        if now_stored.state is not ReturnState.DRAFT:
            return _no_draft_any_more(now_stored)
        plans = read_plans(connection)
        if plans is None or len(plans.versions) != versions:
            return None
        findings = recheck_return(examined, read_check_context(connection, plans, parsed, now.date()))
        if findings != read_findings(connection, stored.id) or parsed.plan_version != stored.plan_version:
            update_draft(connection, stored.id, parsed, findings)
        open_codes = _confirm(connection, stored.id, findings, confirmed, who=who, now=now)
        if any(one.is_error for one in findings):
            return SubmitResult(SubmitOutcome.BLOCKED, findings)
        if open_codes:
            return SubmitResult(SubmitOutcome.UNCONFIRMED, findings, open_codes)
        superseded = submit_draft(
            connection, plans, stored.id, site=stored.site, quarter=stored.quarter, actor=who, now=now
        )
    return SubmitResult(SubmitOutcome.SUBMITTED, findings, superseded_id=superseded)


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
    wanted = list_warning_codes(findings)
    before = read_confirmed_codes(connection, number)
    fresh = [code for code in wanted if code in confirmed and code not in before]
    insert_confirmations(connection, return_id=number, codes=fresh, actor=who, when=now)
    return tuple(code for code in wanted if code not in before and code not in fresh)


def list_warning_codes(findings: Collection[Finding]) -> tuple[str, ...]:
    """The codes of the warnings, each once, in the order of the findings."""
    return tuple(dict.fromkeys(one.code for one in findings if one.severity is Severity.WARNING))


def _get_own(connection: Connection, number: int, who: str) -> StoredReturn:
    user = get_active_user(connection, who)
    found = get_return_for(connection, number, user)
    if found.sender != user.name:
        raise NotAllowedError(N_("Only {sender}, who uploaded it, may submit this draft."), sender=found.sender)
    return found


def _no_draft_any_more(stored: StoredReturn) -> SubmitResult:
    if stored.state in (ReturnState.SUBMITTED, ReturnState.APPROVED):
        return SubmitResult(SubmitOutcome.ALREADY_SUBMITTED)
    text = N_("Return {number} can't be submitted any more: it is {state}.")
    raise SubmissionError(text, number=stored.id, state=stored.state)


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
    event = AuditEvent(at=now, actor=who, action="return uploaded", subject=subject, new=f"return {number}")
    write_audit_event(connection, event)
