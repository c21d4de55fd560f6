"""Upload a return from the web as a draft, and submit the draft."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from etl.database.authorization import NotAllowedError, check_can_submit, get_active_user, get_return_for
from etl.database.connection import BusyError, Connection, Engine, reading, writing
from etl.database.read.check_context import read_check_context
from etl.database.read.confirmations import read_confirmed_codes
from etl.database.read.effective_returns import read_site_returns
from etl.database.read.plans import read_plans
from etl.database.read.returns import (
    find_received_file,
    find_return,
    read_cells,
    read_findings,
    read_returns_of_file,
)
from etl.database.records import AuditEvent, ReceivedFile, StoredReturn, TypedDraft, TypedReturn
from etl.database.store_returns import store_draft, submit_draft, update_draft
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import insert_confirmations
from etl.database.write.data_version import increment_data_version
from etl.database.write.returns import change_return_state, store_file, supersede_faulty_drafts
from etl.database.write.typed_returns import insert_typed_return, set_draft_return
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.examine_file import examine_file
from etl.queries.typed_form import compare_with_base
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.intake import IntakeResult, recheck_return
from etl.returns.workbook.read_workbook import WorkbookReader

__all__ = [
    "SAME_NUMBERS",
    "Confirmation",
    "ReturnUploadResult",
    "SubmissionError",
    "SubmitOutcome",
    "SubmitResult",
    "UploadOutcome",
    "list_warning_codes",
    "submit_return",
    "upload_return",
]

_MAX_ATTEMPTS = 5
"""How often a submission is retried when a new plan version is loaded while its file is read."""

SAME_NUMBERS = "same-numbers"
"""What a sender confirms to replace a return by one with the same numbers."""

_DUPLICATE_STATES = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.APPROVED)
"""The states in which uploading the same file again changes nothing; in any other it makes a new draft."""


class SubmissionError(TranslatableError):
    """The draft can't be submitted."""


class UploadOutcome(StrEnum):
    """The outcome of an upload. `UNRECOGNIZED`: the file matches no form, and nothing was stored."""

    DRAFT = "draft"
    UNCHANGED = "unchanged"
    UNRECOGNIZED = "not_understood"


@dataclass(frozen=True)
class ReturnUploadResult:
    """The result of an upload: the new draft, or the return that the same bytes made before."""

    name: str
    outcome: UploadOutcome
    findings: tuple[Finding, ...] = ()
    site: str = ""
    quarter: Quarter | None = None
    return_id: int | None = None


class SubmitOutcome(StrEnum):
    """The outcome of a submission. `ALREADY_SUBMITTED`: it was submitted before, and nothing was changed."""

    SUBMITTED = "submitted"
    ALREADY_SUBMITTED = "already"
    BLOCKED = "blocked"
    UNCONFIRMED = "unconfirmed"
    SAME_NUMBERS = "same_numbers"
    """Every number is that of the return that it would replace, and nobody confirmed this."""


@dataclass(frozen=True)
class SubmitResult:
    """The result of a submission. `unconfirmed_codes` are the warnings still to be confirmed."""

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
    typed: TypedDraft | None = None,
) -> ReturnUploadResult:
    """Save a file as a draft of `actor` with all its findings. Drafts are in no figure.

    A file with errors becomes a draft too, provided that its site and quarter are known. It supersedes the sender's
    older drafts of the same site and quarter that have errors. `typed` is set where the page wrote the file: the new
    draft then supersedes the one that was made of the same page before. Raises NotAllowedError for another site.
    """
    with reading(engine) as connection:
        user = get_active_user(connection, actor)
    intake = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    parsed = intake.parsed_return
    if parsed is None:
        return ReturnUploadResult(name, UploadOutcome.UNRECOGNIZED, intake.findings)
    check_can_submit(user, parsed.site)
    sha256 = hashlib.sha256(data).hexdigest()
    with writing(engine) as connection:
        duplicate = _find_duplicate(connection, sha256, parsed, actor)
        if duplicate is not None:
            findings = read_findings(connection, duplicate.id)
            return ReturnUploadResult(
                name, UploadOutcome.UNCHANGED, findings, duplicate.site, duplicate.quarter, duplicate.id
            )
        store_file(connection, sha256=sha256, data=data, name=name, when=now)
        return_id = store_draft(connection, parsed, intake.findings, sha256=sha256, actor=actor, now=now)
        supersede_faulty_drafts(connection, new_id=return_id, actor=actor, when=now)
        if typed is not None:
            _store_origin(connection, parsed, return_id, typed, actor=actor, now=now)
        _write_event(connection, parsed, return_id, actor=actor, now=now, is_typed=typed is not None)
        increment_data_version(connection)
    return ReturnUploadResult(name, UploadOutcome.DRAFT, intake.findings, parsed.site, parsed.quarter, return_id)


def submit_return(
    engine: Engine,
    return_id: int,
    *,
    actor: str,
    now: datetime,
    confirmed_codes: Collection[str] = (),
    reader: WorkbookReader | None = None,
) -> SubmitResult:
    """Submit one's own draft after checking it against the current plan, locks and other returns.

    `confirmed_codes` are the warnings that the sender confirms; they are stored even when other warnings remain. With
    `SAME_NUMBERS` among them a return is replaced by one with the same numbers. The
    submission supersedes the pending submission of its site and quarter. Raises SubmissionError for a draft that was
    withdrawn or superseded.
    """
    for _ in range(_MAX_ATTEMPTS):
        with reading(engine) as connection:
            draft = _get_own_return(connection, return_id, actor)
            file = find_received_file(connection, draft.sha256)
            plans = read_plans(connection)
        if draft.state is not ReturnState.DRAFT:
            return _handle_non_draft(draft)
        assert file is not None and plans is not None
        intake = _examine_draft(engine, draft, file, now, reader)
        result = _submit_examined(engine, draft, intake, actor, now, confirmed_codes, len(plans.versions))
        if result is not None:
            return result
    raise BusyError


def _examine_draft(
    engine: Engine, draft: StoredReturn, file: ReceivedFile, now: datetime, reader: WorkbookReader | None
) -> IntakeResult:
    """Examine the draft's file against the current plan; its site and quarter stay as they are."""
    confirmation = Confirmation(draft.site, draft.quarter)
    return examine_file(engine, file.name, file.data, today=now.date(), confirmation=confirmation, reader=reader)


def _submit_examined(
    engine: Engine,
    draft: StoredReturn,
    intake: IntakeResult,
    actor: str,
    now: datetime,
    confirmed_codes: Collection[str],
    version_count: int,
) -> SubmitResult | None:
    """Submit the draft, or return None when a plan version was loaded since the file was read."""
    parsed = intake.parsed_return
    if parsed is None:
        return SubmitResult(SubmitOutcome.BLOCKED, intake.findings)
    with writing(engine) as connection:
        current = find_return(connection, draft.id)
        assert current is not None
        if current.state is not ReturnState.DRAFT:
            return _handle_non_draft(current)
        plans = read_plans(connection)
        if plans is None or len(plans.versions) != version_count:
            return None
        findings = recheck_return(intake, read_check_context(connection, plans, parsed, now.date()))
        if findings != read_findings(connection, draft.id) or parsed.plan_version != draft.plan_version:
            update_draft(connection, draft.id, parsed, findings)
        open_codes = _store_confirmations(connection, draft.id, findings, confirmed_codes, actor=actor, now=now)
        if any(finding.is_error for finding in findings):
            return SubmitResult(SubmitOutcome.BLOCKED, findings)
        if open_codes:
            return SubmitResult(SubmitOutcome.UNCONFIRMED, findings, open_codes)
        if SAME_NUMBERS not in confirmed_codes and _has_same_numbers(connection, parsed):
            return SubmitResult(SubmitOutcome.SAME_NUMBERS, findings)
        superseded_id = submit_draft(
            connection, plans, draft.id, site=draft.site, quarter=draft.quarter, actor=actor, now=now
        )
    return SubmitResult(SubmitOutcome.SUBMITTED, findings, superseded_id=superseded_id)


def _has_same_numbers(connection: Connection, parsed_return: ParsedReturn) -> bool:
    """Whether the effective return of the site and quarter has the same numbers and basis."""
    site, quarter = parsed_return.site, parsed_return.quarter
    site_returns = read_site_returns(connection, site, basis="submitted", first=quarter, last=quarter)
    return any(
        site_return.basis is parsed_return.basis
        and set(site_return.observations) == set(parsed_return.iterate_observations())
        for site_return in site_returns
    )


def _store_confirmations(
    connection: Connection,
    return_id: int,
    findings: tuple[Finding, ...],
    confirmed_codes: Collection[str],
    *,
    actor: str,
    now: datetime,
) -> tuple[str, ...]:
    """Store the confirmations of existing warnings and return the codes that remain unconfirmed."""
    stored_codes = read_confirmed_codes(connection, return_id)
    unconfirmed = [code for code in list_warning_codes(findings) if code not in stored_codes]
    new_codes = [code for code in unconfirmed if code in confirmed_codes]
    insert_confirmations(connection, return_id=return_id, codes=new_codes, actor=actor, when=now)
    return tuple(code for code in unconfirmed if code not in new_codes)


def list_warning_codes(findings: Collection[Finding]) -> tuple[str, ...]:
    """Return the codes of the warnings, each once, in the order of the findings."""
    return tuple(dict.fromkeys(finding.code for finding in findings if finding.severity is Severity.WARNING))


def _get_own_return(connection: Connection, return_id: int, actor: str) -> StoredReturn:
    user = get_active_user(connection, actor)
    stored_return = get_return_for(connection, return_id, user)
    if stored_return.sender != user.name:
        raise NotAllowedError(N_("Only {sender}, who uploaded this draft, can submit it."), sender=stored_return.sender)
    return stored_return


def _handle_non_draft(stored_return: StoredReturn) -> SubmitResult:
    if stored_return.state in (ReturnState.SUBMITTED, ReturnState.APPROVED):
        return SubmitResult(SubmitOutcome.ALREADY_SUBMITTED)
    text = N_("Return {number} cannot be submitted. It is {state}.")
    raise SubmissionError(text, number=stored_return.id, state=stored_return.state)


def _find_duplicate(
    connection: Connection, sha256: str, parsed_return: ParsedReturn, actor: str
) -> StoredReturn | None:
    """Return the return that the same bytes made, except another person's draft: only its sender submits it."""
    duplicates = [
        stored_return
        for stored_return in read_returns_of_file(connection, sha256)
        if (stored_return.site, stored_return.quarter) == (parsed_return.site, parsed_return.quarter)
        and stored_return.state in _DUPLICATE_STATES
        and (stored_return.state is not ReturnState.DRAFT or stored_return.sender == actor)
    ]
    return duplicates[-1] if duplicates else None


def _store_origin(
    connection: Connection, parsed: ParsedReturn, return_id: int, typed: TypedDraft, *, actor: str, now: datetime
) -> None:
    """Store that the return was typed and which numbers differ from its base; supersede the page's older draft."""
    observations = {observation.key: observation.value for observation in parsed.iterate_observations()}
    base = typed.base_return
    changes = compare_with_base(read_cells(connection, base), observations) if base is not None else ()
    keys = tuple(str(change.key) for change in changes)
    origin = TypedReturn(return_id=return_id, author=actor, typed_at=now, base_return=base, changed_keys=keys)
    insert_typed_return(connection, origin)
    set_draft_return(connection, site=parsed.site, quarter=parsed.quarter, return_id=return_id)
    older = find_return(connection, typed.return_id) if typed.return_id is not None else None
    if older is not None and older.sender == actor:
        change_return_state(
            connection,
            return_id=older.id,
            expected_state=ReturnState.DRAFT,
            new_state=ReturnState.SUPERSEDED,
            actor=actor,
            when=now,
        )


def _write_event(
    connection: Connection, parsed_return: ParsedReturn, return_id: int, *, actor: str, now: datetime, is_typed: bool
) -> None:
    subject, new = f"{parsed_return.site} {parsed_return.quarter}", f"return {return_id}"
    event = AuditEvent(at=now, actor=actor, action="return uploaded", subject=subject, new=new)
    if is_typed:
        event = AuditEvent(at=now, actor=actor, action="return typed", subject=subject, new=new)
    write_audit_event(connection, event)
