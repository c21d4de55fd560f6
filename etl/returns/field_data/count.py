"""Count the numbers of returns from submissions. Every submission is counted, or listed with the reason why not."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from etl.indicators.periods import Quarter
from etl.remote.field_platforms import Submission
from etl.returns.field_data.source import FieldNumber, FieldSource, Take

Place = tuple[str, Quarter]
"""A site and a quarter."""


class Usage(StrEnum):
    """How a submission is used."""

    COUNTED = "counted"
    REJECTED = "rejected"
    """Reviewers of the platform rejected it."""
    NO_SITE = "no site"
    NO_DATE = "no date"
    OUTSIDE_PLAN = "outside plan"
    NO_NUMBER = "no number"
    """A field to add up holds no number."""
    DELETED = "deleted"
    """It was counted before, and the platform has it no more."""


@dataclass(frozen=True, kw_only=True)
class UsedSubmission:
    """A submission with its use. `fingerprint` changes with any field that the source reads; it keeps none of them."""

    id: str
    usage: Usage
    fingerprint: str
    site: str = ""
    quarter: Quarter | None = None
    detail: str = ""
    """The value that could not be used."""


@dataclass
class NumberCount:
    """A number of a site and quarter with the submissions that it was counted from."""

    value: Decimal = Decimal(0)
    submission_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FieldCounts:
    """Every submission with its use, and the numbers by site and quarter and then by key."""

    submissions: tuple[UsedSubmission, ...]
    numbers: Mapping[Place, Mapping[str, NumberCount]]


def count_submissions(
    source: FieldSource,
    submissions: Iterable[Submission],
    *,
    find_site: Callable[[str], str],
    find_quarter: Callable[[date], Quarter | None],
) -> FieldCounts:
    """Count the numbers of the source. `find_site` returns the code of a site's code or name, or a blank.

    A site and quarter with a counted submission has every number of the source: zero where none of them matches.
    """
    used: list[UsedSubmission] = []
    numbers: dict[Place, dict[str, NumberCount]] = {}
    values: dict[tuple[Place, str], set[str]] = {}
    for submission in submissions:
        entry = _use(source, submission, find_site, find_quarter)
        used.append(entry)
        if entry.usage is Usage.COUNTED and entry.quarter is not None:
            place = entry.site, entry.quarter
            counts = numbers.setdefault(place, {number.key: NumberCount() for number in source.numbers})
            for number in source.numbers:
                _add(counts[number.key], number, submission, values.setdefault((place, number.key), set()))
    return FieldCounts(tuple(used), numbers)


def _use(
    source: FieldSource,
    submission: Submission,
    find_site: Callable[[str], str],
    find_quarter: Callable[[date], Quarter | None],
) -> UsedSubmission:
    """Return what becomes of a submission: the first reason against it, or its site and quarter."""
    fingerprint = _make_fingerprint(source, submission)

    def make(usage: Usage, detail: str = "", **place: Any) -> UsedSubmission:
        return UsedSubmission(id=submission.id, usage=usage, fingerprint=fingerprint, detail=detail[:200], **place)

    site_text, date_text = (
        _read_text(submission.fields, source.site_field),
        _read_text(submission.fields, source.date_field),
    )
    site = source.sites.get(site_text) or find_site(site_text)
    day = _parse_day(date_text)
    quarter = find_quarter(day) if day is not None else None
    wrong = next((text for number in source.numbers if (text := _find_wrong_value(number, submission))), "")
    if submission.is_rejected:
        return make(Usage.REJECTED)
    if not site:
        return make(Usage.NO_SITE, site_text)
    if day is None:
        return make(Usage.NO_DATE, date_text, site=site)
    if quarter is None:
        return make(Usage.OUTSIDE_PLAN, date_text, site=site)
    if wrong:
        return make(Usage.NO_NUMBER, wrong, site=site, quarter=quarter)
    return make(Usage.COUNTED, site=site, quarter=quarter)


def _add(count: NumberCount, number: FieldNumber, submission: Submission, values: set[str]) -> None:
    """Add what a submission has of a number."""
    rows = _list_rows(number, submission)
    if not rows:
        return
    count.submission_ids.append(submission.id)
    if number.take is Take.COUNT:
        count.value += len(rows)
    elif number.take is Take.SUM:
        count.value += sum((_parse_amount(row(number.field)) or Decimal(0) for row in rows), Decimal(0))
    else:
        values.update(text.casefold() for row in rows if (text := row(number.field).strip()))
        count.value = Decimal(len(values))


Row = Callable[[str], str]
"""A function that returns the text of a field."""


def _list_rows(number: FieldNumber, submission: Submission) -> list[Row]:
    """Return the submission, or the rows of its repeated group, that meet the conditions of the number."""
    rows = [_make_row(submission.fields, submission.fields, "")]
    if number.repeat:
        group = _find_value(submission.fields, number.repeat)
        entries = group if isinstance(group, list) else []
        rows = [_make_row(entry, submission.fields, number.repeat) for entry in entries if isinstance(entry, Mapping)]
    return [row for row in rows if all(row(name) in values for name, values in number.where.items())]


def _make_row(fields: Mapping[str, Any], whole: Mapping[str, Any], repeat: str) -> Row:
    """Return a reader of fields of a row: by their own names, by paths from the submission, else of the submission."""

    def read(name: str) -> str:
        own_name = name.removeprefix(f"{repeat}/")
        for candidate in (f"{repeat}/{own_name}", own_name) if repeat else (name,):
            if _find_value(fields, candidate) is not None:
                return _read_text(fields, candidate)
        return _read_text(whole, name)

    return read


def _find_value(fields: Mapping[str, Any], path: str) -> Any:
    """Return a field by its path: KoboToolbox writes paths as names, ODK Central nests groups."""
    if path in fields:
        return fields[path]
    first, _, rest = path.partition("/")
    group = fields.get(first)
    return _find_value(group, rest) if rest and isinstance(group, Mapping) else None


def _read_text(fields: Mapping[str, Any], path: str) -> str:
    value = _find_value(fields, path)
    return "" if value is None or isinstance(value, list | Mapping) else str(value).strip()


def _find_wrong_value(number: FieldNumber, submission: Submission) -> str:
    """Return the field and the value that is no number, in a submission whose numbers are added up; else a blank."""
    if number.take is not Take.SUM:
        return ""
    texts = [row(number.field) for row in _list_rows(number, submission)]
    return next((f"{number.field}: {text}" for text in texts if text and _parse_amount(text) is None), "")


def _parse_amount(text: str) -> Decimal | None:
    """Return a number as the platforms write it; None for anything else. A blank is no number to add."""
    try:
        value = Decimal(text) if text.isascii() else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < Decimal(10) ** 15 else None


def _parse_day(text: str) -> date | None:
    """Return the day of an ISO date or time, as the person wrote it."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _make_fingerprint(source: FieldSource, submission: Submission) -> str:
    """Return a hash of everything that the source reads of a submission."""
    names = {source.site_field, source.date_field}
    for number in source.numbers:
        names |= {number.repeat or number.field, *(() if number.repeat else number.where)}
    parts = [f"{name}={_find_value(submission.fields, name)!r}" for name in sorted(filter(None, names))]
    return hashlib.sha256("\n".join([str(submission.is_rejected), *parts]).encode()).hexdigest()
