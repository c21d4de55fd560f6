"""Fill drafts of typed returns with counts of field data. Officers check and submit the drafts.

Figures, returns and the entries of people stay as they are: only blank rows are filled, and rows that hold what was
filled in before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from etl.database.connection import reading, writing
from etl.database.read.field_data import FieldValue, read_field_values
from etl.database.write.field_data import save_field_values
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource
from etl.queries.typed_form import TypedForm, find_typed_form
from etl.returns.field_data.count import FieldCounts, NumberCount, Place
from etl.returns.field_data.source import FieldSource
from etl.returns.numbers import format_plain
from etl.returns.typed_entries import TypedRow
from etl.use_cases.returns.typed_return import DraftConflictError, write_typed_draft

_MAX_ATTEMPTS = 3
"""How often a draft is filled again when somebody saves it meanwhile."""


class Filling(StrEnum):
    """What was done with a counted number."""

    FILLED = "filled"
    UNCHANGED = "unchanged"
    NOT_REPLACED = "not replaced: a person entered another value"
    NO_ROW = "the form has no such row"
    NO_FORM = "the site has nothing to report in this quarter"
    LOCKED = "the quarter is locked"
    BUSY = "somebody is typing: pull again later"


@dataclass(frozen=True, kw_only=True)
class FilledNumber:
    """A counted number of a site and quarter, and what was done with it."""

    site: str
    quarter: Quarter
    key: str
    counted: str
    """The counted value; blank where no submission is left."""
    entered: str
    """The value in the draft before the pull."""
    submission_count: int
    filling: Filling


def fill_drafts(
    source: DataSource, field_source: FieldSource, counts: FieldCounts, *, actor: str, now: datetime
) -> Iterator[FilledNumber]:
    """Fill the draft of each site and quarter with submissions now or at an earlier pull."""
    with reading(source.engine) as connection:
        stored = read_field_values(connection, source=field_source.name)
    places = sorted({*counts.numbers, *((value.site, value.quarter) for value in stored)}, key=_sort_place)
    for place in places:
        for _ in range(_MAX_ATTEMPTS):
            try:
                filled = _fill_draft(source, field_source, place, counts, actor=actor, now=now)
                break
            except DraftConflictError:
                filled = _list_unfilled(field_source, place, counts, Filling.BUSY)
        yield from filled


def _sort_place(place: Place) -> tuple[str, int]:
    return place[0], place[1].index


def _fill_draft(
    source: DataSource, field_source: FieldSource, place: Place, counts: FieldCounts, *, actor: str, now: datetime
) -> list[FilledNumber]:
    """Put the numbers of a site and quarter into its draft, in one transaction with the record of them."""
    site, quarter = place
    form = find_typed_form(source, site, quarter)
    if form is None:
        return _list_unfilled(field_source, place, counts, Filling.NO_FORM)
    if form.is_locked:
        return _list_unfilled(field_source, place, counts, Filling.LOCKED)
    with reading(source.engine) as connection:
        stored = read_field_values(connection, source=field_source.name, site=site, quarter=quarter)
    former = {value.key: value.value for value in stored}
    rows = {row.key: row for row in form.entries.rows}
    filled: list[FilledNumber] = []
    for key, count in _iterate_counts(field_source, place, counts):
        row = rows.get(key)
        filling = _decide(form, row, former.get(key), count)
        filled.append(_make_filled(place, key, count, filling, row.entry if row is not None else ""))
        if row is not None and filling is Filling.FILLED:
            rows[key] = _fill_row(row, field_source, count)
    entries = replace(form.entries, rows=tuple(rows.values()))
    values = [
        _make_value(field_source.name, place, key, count, now)
        for (key, count), item in zip(_iterate_counts(field_source, place, counts), filled, strict=True)
        if item.filling in (Filling.FILLED, Filling.UNCHANGED)
    ]
    with writing(source.engine) as connection:
        if any(item.filling is Filling.FILLED for item in filled):
            base = form.draft.base_return if form.draft is not None else form.base.id if form.base is not None else None
            write_typed_draft(
                connection,
                site,
                quarter,
                entries,
                expected_version=form.draft_version,
                base_return=base,
                actor=actor,
                now=now,
            )
        save_field_values(connection, values)
    return filled


def _iterate_counts(
    field_source: FieldSource, place: Place, counts: FieldCounts
) -> Iterator[tuple[str, NumberCount | None]]:
    """Yield each key with its count; None where no submission of the site and quarter is left."""
    numbers = counts.numbers.get(place)
    for number in field_source.numbers:
        yield number.key, numbers[number.key] if numbers is not None else None


def _decide(form: TypedForm, row: TypedRow | None, former: str | None, count: NumberCount | None) -> Filling:
    """Decide whether a number goes into its row: not over what a person entered or removed."""
    if row is None:
        return Filling.NO_ROW
    entered, counted = row.entry.strip(), _format(count)
    if _is_same(entered, counted):
        return Filling.UNCHANGED
    was_removed = not entered and bool(former) and (form.draft is not None or form.base is not None)
    if (not entered and not was_removed) or (former and _is_same(entered, former)):
        return Filling.FILLED
    return Filling.NOT_REPLACED


def _fill_row(row: TypedRow, field_source: FieldSource, count: NumberCount | None) -> TypedRow:
    """Return the row with the count, and with its origin as the note unless a person wrote one."""
    prefix = f"{field_source.title}: "
    note = row.note
    if not note or note.startswith(prefix):
        note = f"{prefix}{len(count.submission_ids)} submissions" if count is not None else ""
    return replace(row, value=_format(count), note=note, is_not_collected=False)


def _format(count: NumberCount | None) -> str:
    return format_plain(count.value) if count is not None else ""


def _is_same(first: str, second: str) -> bool:
    """Return whether two entries are the same text or the same number."""
    if first == second:
        return True
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return False


def _make_filled(
    place: Place, key: str, count: NumberCount | None, filling: Filling, entered: str = ""
) -> FilledNumber:
    return FilledNumber(
        site=place[0],
        quarter=place[1],
        key=key,
        counted=_format(count),
        entered=entered,
        submission_count=len(count.submission_ids) if count is not None else 0,
        filling=filling,
    )


def _list_unfilled(
    field_source: FieldSource, place: Place, counts: FieldCounts, filling: Filling
) -> list[FilledNumber]:
    return [_make_filled(place, key, count, filling) for key, count in _iterate_counts(field_source, place, counts)]


def _make_value(name: str, place: Place, key: str, count: NumberCount | None, now: datetime) -> FieldValue:
    return FieldValue(
        source=name,
        site=place[0],
        quarter=place[1],
        key=key,
        value=_format(count),
        submissions=tuple(count.submission_ids) if count is not None else (),
        pulled_at=now,
    )
