"""Evidence of a return: attaching a photo or document to it, and taking a mistaken one away again.

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

__all__ = ["MAX_EVIDENCE_SIZE", "MAX_EVIDENCE_FILES", "EvidenceError", "attach_evidence", "remove_evidence"]

MAX_EVIDENCE_FILES = 20
"""On one return: together they stay within what a database and a reviewer can take."""

_OPEN = (ReturnState.DRAFT, ReturnState.SUBMITTED)


class EvidenceError(TranslatableError):
    """The file can't be kept as evidence, or not be taken away; the sentence says why."""


def attach_evidence(
    engine: Engine, return_id: int, *, key: str, name: str, data: bytes, actor: str, now: datetime
) -> int | None:
    """Keeps a photo or PDF with a return, or with one of its numbers; its number. None where it is kept already.

    What it is, is told by its bytes; its name is cleaned. Possible until the return is decided.
    """
    kind = _checked_kind(data)
    with writing(engine) as connection:
        found = _get_open(connection, return_id, actor)
        if key and key not in {str(one.key) for one in read_cells(connection, return_id)}:
            raise EvidenceError(N_("The return holds no number of the key {key}."), key=key)
        kept_name = sanitize_file_name(name, kind)
        before = len(read_evidence(connection, return_id))
        if before >= MAX_EVIDENCE_FILES:
            raise EvidenceError(N_("A return takes at most {count} files of evidence."), count=MAX_EVIDENCE_FILES)
        kept = insert_evidence(
            connection, return_id=return_id, key=key, name=kept_name, kind=kind, data=data, actor=actor, when=now
        )
        if kept is not None:
            _note(connection, found, actor, now, new=f"return {return_id}: {kept_name}", act="evidence attached")
    return kept


def remove_evidence(engine: Engine, return_id: int, evidence_id: int, *, actor: str, now: datetime) -> None:
    """Takes one's own file away from a return that nobody has decided; the audit trail keeps its name and digest."""
    with writing(engine) as connection:
        found = _get_open(connection, return_id, actor)
        chosen = find_evidence(connection, evidence_id)
        if chosen is None or chosen[0].return_id != return_id:
            raise EvidenceError(N_("This file is not there any more."))
        if chosen[0].added_by != actor:
            raise EvidenceError(N_("Only {who}, who attached it, may remove this file."), who=chosen[0].added_by)
        delete_evidence(connection, evidence_id)
        told = f"return {return_id}: {chosen[0].name} sha256 {chosen[0].sha256}"
        _note(connection, found, actor, now, old=told, act="evidence removed")


def _checked_kind(data: bytes) -> str:
    if len(data) > MAX_EVIDENCE_SIZE:
        text = N_("The file is larger than {size} MB. Take the photo with fewer pixels, or scan in grey.")
        raise EvidenceError(text, size=MAX_EVIDENCE_SIZE // 1024 // 1024)
    kind = detect_media_type(data)
    if not kind:
        raise EvidenceError(N_("Evidence is a photo (JPEG, PNG, WebP, HEIC) or a PDF; this file is neither."))
    return kind


def _get_open(connection: Connection, number: int, who: str) -> StoredReturn:
    user = get_active_user(connection, who)
    found = get_return_for(connection, number, user)
    check_can_submit(user, found.site)
    if found.state not in _OPEN:
        text = N_("Return {number} is {state}: its evidence stays as it is.")
        raise EvidenceError(text, number=number, state=found.state)
    return found


def _note(
    connection: Connection, found: StoredReturn, who: str, now: datetime, *, act: str, old: str = "", new: str = ""
) -> None:
    subject = f"{found.site} {found.quarter}"
    write_audit_event(connection, AuditEvent(at=now, actor=who, action=act, subject=subject, old=old, new=new))
