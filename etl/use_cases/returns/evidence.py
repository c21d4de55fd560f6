"""Attach photos and documents to a return as evidence, and remove them.

The person who attached a file may remove it until the return is decided: a photo may show something that it must not.
Its content is deleted; the audit log keeps its name and digest.
"""

from datetime import datetime

from etl.database.authorization import check_can_submit, get_active_user, get_return_for
from etl.database.connection import Connection, Engine, writing
from etl.database.read.evidence import find_evidence, read_evidence
from etl.database.read.returns import read_cells
from etl.database.records import AuditEvent, StoredReturn
from etl.database.write.audit import write_audit_event
from etl.database.write.evidence import delete_evidence, insert_evidence
from etl.errors import TranslatableError
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.returns.evidence_file import MAX_EVIDENCE_SIZE, detect_media_type, sanitize_file_name

__all__ = ["MAX_EVIDENCE_FILES", "MAX_EVIDENCE_SIZE", "EvidenceError", "attach_evidence", "remove_evidence"]

MAX_EVIDENCE_FILES = 20
"""The maximum number of files on one return."""

_OPEN_STATES = (ReturnState.DRAFT, ReturnState.SUBMITTED)


class EvidenceError(TranslatableError):
    """The file can't be attached or removed."""


def attach_evidence(
    engine: Engine, return_id: int, *, key: str, name: str, data: bytes, actor: str, now: datetime
) -> int | None:
    """Attach a photo or PDF to a return, or to one of its numbers (`key`), and return its ID.

    Returns None where the same file is attached already. The media type comes from the bytes; the name is sanitized.
    Only drafts and submitted returns accept evidence.
    """
    media_type = _check_media_type(data)
    with writing(engine) as connection:
        stored_return = _get_open_return(connection, return_id, actor)
        if key and key not in {str(cell.key) for cell in read_cells(connection, return_id)}:
            raise EvidenceError(N_("The return has no number with the key {key}."), key=key)
        if len(read_evidence(connection, return_id)) >= MAX_EVIDENCE_FILES:
            raise EvidenceError(N_("A return can have at most {count} evidence files."), count=MAX_EVIDENCE_FILES)
        file_name = sanitize_file_name(name, media_type)
        evidence_id = insert_evidence(
            connection, return_id=return_id, key=key, name=file_name, kind=media_type, data=data, actor=actor, when=now
        )
        if evidence_id is not None:
            description = f"return {return_id}: {file_name}"
            _write_event(connection, stored_return, actor, now, new=description, action="evidence attached")
    return evidence_id


def remove_evidence(engine: Engine, return_id: int, evidence_id: int, *, actor: str, now: datetime) -> None:
    """Remove a file that `actor` attached to an open return. The audit log keeps its name and SHA-256."""
    with writing(engine) as connection:
        stored_return = _get_open_return(connection, return_id, actor)
        match = find_evidence(connection, evidence_id)
        if match is None or match[0].return_id != return_id:
            raise EvidenceError(N_("This file has already been removed."))
        evidence = match[0]
        if evidence.added_by != actor:
            raise EvidenceError(N_("Only {who}, who attached this file, can remove it."), who=evidence.added_by)
        delete_evidence(connection, evidence_id)
        description = f"return {return_id}: {evidence.name} sha256 {evidence.sha256}"
        _write_event(connection, stored_return, actor, now, old=description, action="evidence removed")


def _check_media_type(data: bytes) -> str:
    if len(data) > MAX_EVIDENCE_SIZE:
        text = N_("The file is larger than {size} MB. Take the photo with fewer pixels, or scan in grey.")
        raise EvidenceError(text, size=MAX_EVIDENCE_SIZE // 1024 // 1024)
    media_type = detect_media_type(data)
    if not media_type:
        raise EvidenceError(N_("Evidence must be a photo (JPEG, PNG, WebP, HEIC) or a PDF."))
    return media_type


def _get_open_return(connection: Connection, return_id: int, actor: str) -> StoredReturn:
    user = get_active_user(connection, actor)
    stored_return = get_return_for(connection, return_id, user)
    check_can_submit(user, stored_return.site)
    if stored_return.state not in _OPEN_STATES:
        text = N_("Return {number} is {state}. Its evidence cannot be changed.")
        raise EvidenceError(text, number=return_id, state=stored_return.state)
    return stored_return


def _write_event(
    connection: Connection,
    stored_return: StoredReturn,
    actor: str,
    now: datetime,
    *,
    action: str,
    old: str = "",
    new: str = "",
) -> None:
    subject = f"{stored_return.site} {stored_return.quarter}"
    write_audit_event(connection, AuditEvent(at=now, actor=actor, action=action, subject=subject, old=old, new=new))
