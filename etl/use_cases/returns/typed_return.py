"""Save what is typed on a return's page, and make a return of it that is checked and reviewed as an uploaded one."""

from dataclasses import replace
from datetime import datetime

from etl.database.authorization import check_can_submit, get_active_user, get_return_for
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.read.returns import find_received_file, find_return
from etl.database.read.typed_returns import find_typed_draft, read_typed_returns
from etl.database.records import TypedDraft
from etl.database.write.typed_returns import save_draft_entries
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.typed_form import TypedForm, TypedFormCheck, check_typed_form, find_typed_form
from etl.returns.typed_entries import TypedEntries, TypedRow
from etl.use_cases.returns.upload_return import Confirmation, ReturnUploadResult, SubmissionError, upload_return

__all__ = [
    "DraftConflictError",
    "TypedDraft",
    "TypedEntries",
    "TypedForm",
    "TypedFormCheck",
    "TypedRow",
    "check_typed_form",
    "discard_typed_draft",
    "find_typed_form",
    "reopen_return",
    "save_typed_draft",
    "upload_typed_return",
]

MAX_TEXT_LENGTH = 2000
"""The longest value or note of a row."""


class DraftConflictError(TranslatableError):
    """Somebody saved other entries since the page was opened, or discarded them: then `current` has no rows."""

    def __init__(self, current: TypedDraft | None) -> None:
        self.current = current
        if current is None or not current.entries.rows:
            super().__init__(
                N_("The saved entries of this return were discarded in another window. Yours are not saved.")
            )
        else:
            text = N_("{author} saved other entries of this return in another window. Yours are not saved.")
            super().__init__(text, author=current.author)


class EntryError(TranslatableError):
    """The entries cannot be saved; the message says why."""


def save_typed_draft(
    engine: Engine,
    site: str,
    quarter: Quarter,
    entries: TypedEntries,
    *,
    expected_version: int,
    base_return: int | None,
    actor: str,
    now: datetime,
) -> TypedDraft:
    """Save entries of a site and quarter and return them with their new version.

    Raises DraftConflictError when another version than the expected one is stored, unless it has the same entries:
    a page that lost the response sends them again. NotAllowedError for another site.
    """
    with writing(engine) as connection:
        return write_typed_draft(
            connection,
            site,
            quarter,
            entries,
            expected_version=expected_version,
            base_return=base_return,
            actor=actor,
            now=now,
        )


def write_typed_draft(
    connection: Connection,
    site: str,
    quarter: Quarter,
    entries: TypedEntries,
    *,
    expected_version: int,
    base_return: int | None,
    actor: str,
    now: datetime,
) -> TypedDraft:
    """Do the same as `save_typed_draft` in a transaction that is already open."""
    _check_lengths(entries)
    check_can_submit(get_active_user(connection, actor), site)
    current = find_typed_draft(connection, site=site, quarter=quarter)
    if current is not None and current.entries == entries and current.base_return == base_return:
        return current
    if expected_version != (current.version if current is not None else 0):
        raise DraftConflictError(current)
    base = find_return(connection, base_return) if base_return is not None else None
    if base_return is not None and (base is None or (base.site, base.quarter) != (site, quarter)):
        raise EntryError(N_("The return that these entries began with does not exist. Open the page again."))
    draft = TypedDraft(
        site=site,
        quarter=quarter,
        version=expected_version + 1,
        author=actor,
        saved_at=now,
        base_return=base_return,
        return_id=current.return_id if current is not None else None,
        entries=entries,
    )
    made = find_return(connection, draft.return_id) if draft.return_id is not None else None
    if made is not None and made.state is not ReturnState.DRAFT:
        draft = replace(draft, return_id=None)
    save_draft_entries(connection, draft)
    return draft


def discard_typed_draft(engine: Engine, site: str, quarter: Quarter, *, actor: str, now: datetime) -> None:
    """Delete the entries that were saved for a site and quarter; returns made of them stay.

    The version goes on, so that a page that still shows the entries cannot save them over newer ones.
    """
    with writing(engine) as connection:
        check_can_submit(get_active_user(connection, actor), site)
        draft = find_typed_draft(connection, site=site, quarter=quarter)
        if draft is not None:
            emptied = replace(draft, entries=TypedEntries(), version=draft.version + 1, author=actor, saved_at=now)
            save_draft_entries(connection, replace(emptied, base_return=None, return_id=None))


def upload_typed_return(
    engine: Engine, form: TypedForm, draft: TypedDraft, *, actor: str, now: datetime
) -> ReturnUploadResult:
    """Make a draft return of saved entries. It supersedes the draft return that was made of them before."""
    data = check_typed_form(engine, form, draft.entries, today=now.date()).data
    name = f"{draft.site}-{draft.quarter}-typed.xlsx"
    confirmation = Confirmation(draft.site, draft.quarter)
    return upload_return(engine, name, data, actor=actor, now=now, confirmation=confirmation, typed=draft)


def reopen_return(engine: Engine, return_id: int, *, actor: str, now: datetime) -> ReturnUploadResult:
    """Make a new draft of the file of a withdrawn return, so that it can be submitted again as it is."""
    with reading(engine) as connection:
        withdrawn = get_return_for(connection, return_id, get_active_user(connection, actor))
        if withdrawn.state is not ReturnState.WITHDRAWN:
            raise SubmissionError(N_("Only a withdrawn return can be submitted again."))
        file = find_received_file(connection, withdrawn.sha256)
        origin = read_typed_returns(connection, [return_id]).get(return_id)
    assert file is not None
    typed = None
    if origin is not None:
        typed = TypedDraft(
            site=withdrawn.site,
            quarter=withdrawn.quarter,
            version=0,
            author=actor,
            saved_at=now,
            base_return=origin.base_return,
            return_id=None,
            entries=TypedEntries(),
        )
    confirmation = Confirmation(withdrawn.site, withdrawn.quarter)
    return upload_return(engine, file.name, file.data, actor=actor, now=now, confirmation=confirmation, typed=typed)


def _check_lengths(entries: TypedEntries) -> None:
    for row in entries.rows:
        if max(len(row.value), len(row.note)) > MAX_TEXT_LENGTH:
            text = N_("Shorten the entry or the note of {key} to {count} characters.")
            raise EntryError(text, key=row.key, count=MAX_TEXT_LENGTH)
