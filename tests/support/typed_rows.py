"""Rows as the page of a typed return sends them: valid ones, and the 25 faults of the faulty workbook."""

from dataclasses import replace
from datetime import date

from etl.indicators.plans import Plan
from etl.returns.form.rows import list_form_rows
from etl.returns.typed_entries import TypedRow
from tests.support.faulty_return import FAULTY_ENTRIES, QUARTER, SITE, collect_valid_entries


def make_valid_rows(plan: Plan) -> tuple[TypedRow, ...]:
    """Return a valid row for every key of the form, with the label that the page displays."""
    rows = list_form_rows(plan, SITE, QUARTER)
    numbers = {key: str(value) for key, value in collect_valid_entries(rows).items()}
    entries = {**numbers, **{str(row.key): row.stages[-1].code for row in rows if row.stages}}
    return tuple(TypedRow(str(row.key), entries[str(row.key)], label=row.label.en) for row in rows)


def make_faulty_rows(plan: Plan) -> tuple[TypedRow, ...]:
    """Return the rows with the 25 faults of the workbook: typed, pasted, or sent by a page that was changed."""
    rows = {row.key: row for row in make_valid_rows(plan)}
    for key, (value, _) in FAULTY_ENTRIES.items():
        text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
        rows[key] = replace(rows[key], value=text)
    for key, changes in _CHANGED_ROWS.items():
        rows[key] = replace(rows[key], **changes)
    return (*rows.values(), TypedRow("SO1-04", "7"), TypedRow("", "77"))


_CHANGED_ROWS: dict[str, dict[str, str]] = {
    "SO3-04/age/youth": {"value": "=3+3"},
    "SO3-04/sex/women": {"key": "SO3-04/sex/woman"},
    "SO2-04": {"label": "Accessions burnt"},
    "SO3-07": {"value": "60\t60"},
}
"""The faults of the sheet: a formula, a changed key and label, and several cells in one field."""
