"""Build the workbook that a site fills in for one quarter. The same inputs give the same bytes."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from types import MappingProxyType
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl.packaging.custom import IntProperty, StringProperty
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis
from etl.returns.form.entry_sheet import write_entry_sheet
from etl.returns.form.reference_sheets import write_definitions, write_guide, write_identity
from etl.returns.form.rows import FormError, FormRow, get_active_site, list_form_rows
from etl.returns.form.spec import FormContents, FormSpec, FormWorkbook
from etl.returns.form.styles import CellStyler
from etl.returns.form.validation import add_validations
from etl.returns.form_identity import (
    DEFINITIONS_SHEET,
    GUIDE_SHEET,
    META_SHEET,
    PROPERTY_FORM,
    PROPERTY_PLAN_VERSION,
    PROPERTY_SIGNATURE,
    RETURN_SHEET,
    ColumnTag,
    FieldTag,
    FormIdentity,
    format_form_id,
    parse_form_id,
    sign_identity,
)

__all__ = [
    "FormWorkbook",
    "FormContents",
    "FormError",
    "FormRow",
    "build_form",
    "build_form_workbook",
    "serialize_form",
    "format_form_id",
    "list_form_rows",
    "parse_form_id",
]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_EMPTY_MAPPING: Mapping[str, Any] = MappingProxyType({})
_EMPTY_CONTENTS = FormContents()


def build_form(
    plan: Plan,
    plan_version: int,
    site: str,
    quarter: Quarter,
    *,
    last_values: Mapping[str, Decimal | None] = _EMPTY_MAPPING,
    targets: Mapping[str, Decimal] = _EMPTY_MAPPING,
    basis: Basis = Basis.QUARTER,
    entries: Mapping[str, object] = _EMPTY_MAPPING,
    notes: Mapping[str, str] = _EMPTY_MAPPING,
    prepared_by: str = "",
    prepared_on: date | str | None = None,
    signing_key: bytes = b"",
) -> bytes:
    """Return the form as an .xlsx file.

    The keys of `last_values`, `targets`, `entries` and `notes` are written cell keys.
    A last value of None is shown as not collected, a missing one as blank. `entries` and `notes` prefill the form
    with numbers, `NC` or any text. Raises FormError when the site has nothing to report in the quarter.
    """
    contents = FormContents(
        last_values=last_values,
        targets=targets,
        basis=basis,
        entries=entries,
        notes=notes,
        prepared_by=prepared_by,
        prepared_on=prepared_on,
    )
    return serialize_form(build_form_workbook(plan, plan_version, site, quarter, contents, signing_key=signing_key))


def build_form_workbook(
    plan: Plan,
    plan_version: int,
    site: str,
    quarter: Quarter,
    contents: FormContents = _EMPTY_CONTENTS,
    *,
    signing_key: bytes = b"",
) -> FormWorkbook:
    """Return the form as an openpyxl workbook with the addresses of its input cells, so that callers can add marks."""
    spec = FormSpec(
        plan=plan,
        identity=FormIdentity(site, quarter, plan_version),
        site=get_active_site(plan, site, quarter),
        rows=list_form_rows(plan, site, quarter),
        contents=contents,
        signing_key=signing_key,
    )
    return _write_workbook(spec)


def _write_workbook(spec: FormSpec) -> FormWorkbook:
    workbook = Workbook()
    sheet = cast(Worksheet, workbook.active)
    sheet.title = RETURN_SHEET
    styler = CellStyler(workbook)
    positions = write_entry_sheet(sheet, spec, styler)
    add_validations(sheet, spec, positions)
    write_guide(workbook.create_sheet(GUIDE_SHEET), styler)
    write_definitions(workbook.create_sheet(DEFINITIONS_SHEET), spec, styler)
    basis_cell = positions.get_field_address(FieldTag.BASIS)
    write_identity(workbook.create_sheet(META_SHEET), spec, f"{RETURN_SHEET}!{basis_cell}" if basis_cell else "")
    _set_properties(workbook, spec)
    keys = [str(row.key) for row in spec.rows]
    return FormWorkbook(
        workbook=workbook,
        spec=spec,
        value_cells={key: positions.get_address(key, ColumnTag.VALUE) for key in keys},
        note_cells={key: positions.get_address(key, ColumnTag.NOTE) for key in keys},
        basis_cell=basis_cell,
    )


def _set_properties(workbook: Workbook, spec: FormSpec) -> None:
    identity = spec.identity
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    properties = cast(Any, workbook).custom_doc_props
    properties.append(StringProperty(name=PROPERTY_FORM, value=identity.form_id))
    properties.append(IntProperty(name=PROPERTY_PLAN_VERSION, value=identity.plan_version))
    properties.append(StringProperty(name=PROPERTY_SIGNATURE, value=sign_identity(identity, spec.signing_key)))
    workbook.properties.title = identity.form_id
    workbook.properties.creator = spec.plan.settings.name.en


def serialize_form(form: FormWorkbook) -> bytes:
    """Return the form as .xlsx bytes. Its timestamps are the end of the quarter, so equal forms give equal bytes."""
    quarter_end = datetime.combine(form.spec.plan.settings.calendar.get_end_date(form.spec.quarter), time())
    form.workbook.properties.created = form.workbook.properties.modified = quarter_end
    raw, compressed = BytesIO(), BytesIO()
    ExcelWriter(form.workbook, ZipFile(raw, "w", ZIP_STORED)).save()
    with ZipFile(raw) as parts, ZipFile(compressed, "w") as file:
        for part in parts.infolist():
            info = ZipInfo(part.filename, _ZIP_TIME)
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, parts.read(part))
    return compressed.getvalue()
