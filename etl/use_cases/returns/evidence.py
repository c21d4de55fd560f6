"""Evidence of a return: attaching a photo or document to it, and taking a mistaken one away again."""

from datetime import datetime

from etl.database.connection import Connection, Engine, writing
from etl.database.people import check_may_send, get_person, get_return_for
from etl.database.read.evidence import find_evidence, read_evidence
from etl.database.read.returns import read_cells
from etl.database.records import AuditEvent, StoredReturn
from etl.database.write.audit import write_audit_event
from etl.database.write.evidence import delete_evidence, insert_evidence
from etl.errors import SaidError
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import to_say
from etl.returns.evidence_file import LARGEST_EVIDENCE, clean_name, find_kind

__all__ = ["LARGEST_EVIDENCE", "MOST_FILES", "EvidenceError", "attach_evidence", "remove_evidence"]

MOST_FILES = 20
"""On one return: together they stay within what a database and a reviewer can take."""

_OPEN = (ReturnState.DRAFT, ReturnState.SUBMITTED)


class EvidenceError(SaidError):
    """The file can't be kept as evidence, or not be taken away; the sentence says why."""


def attach_evidence(
    engine: Engine, number: int, *, key: str, name: str, data: bytes, who: str, now: datetime
) -> int | None:
    """Keeps a photo or PDF with a return, or with one of its numbers; its number. None where it is kept already.

    What it is, is told by its bytes; its name is cleaned. Possible until the return is decided.
    """
    kind = _checked_kind(data)
    with writing(engine) as connection:
        found = _get_open(connection, number, who)
        if key and key not in {str(one.key) for one in read_cells(connection, number)}:
            raise EvidenceError(to_say("The return holds no number of the key {key}."), key=key)
        kept_name = clean_name(name, kind)
        before = len(read_evidence(connection, number))
        if before >= MOST_FILES:
            raise EvidenceError(to_say("A return takes at most {count} files of evidence."), count=MOST_FILES)
        kept = insert_evidence(
            connection, return_id=number, key=key, name=kept_name, kind=kind, data=data, who=who, when=now
        )
        if kept is not None:
            _note(connection, found, who, now, new=f"return {number}: {kept_name}", act="evidence attached")
    return kept


def remove_evidence(engine: Engine, number: int, evidence_id: int, *, who: str, now: datetime) -> None:
    """Takes one's own file away from a return that nobody has decided; the audit trail keeps its name and digest."""
    with writing(engine) as connection:
        found = _get_open(connection, number, who)
        chosen = find_evidence(connection, evidence_id)
        if chosen is None or chosen[0].return_id != number:
            raise EvidenceError(to_say("This file is not there any more."))
        if chosen[0].added_by != who:
            raise EvidenceError(to_say("Only {who}, who attached it, may remove this file."), who=chosen[0].added_by)
        delete_evidence(connection, evidence_id)
        told = f"return {number}: {chosen[0].name} sha256 {chosen[0].sha256}"
        _note(connection, found, who, now, old=told, act="evidence removed")


def _checked_kind(data: bytes) -> str:
    if len(data) > LARGEST_EVIDENCE:
        text = to_say("The file is larger than {size} MB. Take the photo with fewer pixels, or scan in grey.")
        raise EvidenceError(text, size=LARGEST_EVIDENCE // 1024 // 1024)
    kind = find_kind(data)
    if not kind:
        raise EvidenceError(to_say("Evidence is a photo (JPEG, PNG, WebP, HEIC) or a PDF; this file is neither."))
    return kind


def _get_open(connection: Connection, number: int, who: str) -> StoredReturn:
    user = get_person(connection, who)
    found = get_return_for(connection, number, user)
    check_may_send(user, found.site)
    if found.state not in _OPEN:
        text = to_say("Return {number} is {state}: its evidence stays as it is.")
        raise EvidenceError(text, number=number, state=found.state)
    return found


def _note(
    connection: Connection, found: StoredReturn, who: str, now: datetime, *, act: str, old: str = "", new: str = ""
) -> None:
    subject = f"{found.site} {found.quarter}"
    write_audit_event(connection, AuditEvent(at=now, who=who, act=act, subject=subject, old=old, new=new))
