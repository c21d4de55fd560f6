"""The workbook that a site fills in for a quarter: made from the plan, the same bytes for the same inputs."""

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
from etl.returns.form.rows import FormError, FormRow, form_rows, get_active_site
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
    "form_rows",
    "parse_form_id",
]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_EMPTY = FormContents()


def build_form(
    plan: Plan,
    plan_version: int,
    site: str,
    quarter: Quarter,
    *,
    last_values: Mapping[str, Decimal | None] = _NOTHING,
    targets: Mapping[str, Decimal] = _NOTHING,
    basis: Basis = Basis.QUARTER,
    entries: Mapping[str, object] = _NOTHING,
    notes: Mapping[str, str] = _NOTHING,
    prepared_by: str = "",
    prepared_on: date | str | None = None,
    signing_key: bytes = b"",
) -> bytes:
    """The form as an .xlsx file. Mappings go by the spelling of the key, targets by indicator code.

    A last value of None was not collected; a key left out is shown blank. `entries` and `notes` fill the form as a
    person would: numbers, `NC`, or any text. Raises FormError when the site is asked for nothing in the quarter.
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
    contents: FormContents = _EMPTY,
    *,
    signing_key: bytes = b"",
) -> FormWorkbook:
    """The form as a workbook in memory, with the addresses of its input cells, for marks to be added."""
    request = FormSpec(
        plan=plan,
        identity=FormIdentity(site, quarter, plan_version),
        site=get_active_site(plan, site, quarter),
        rows=form_rows(plan, site, quarter),
        contents=contents,
        signing_key=signing_key,
    )
    return _draw(request)


def _draw(request: FormSpec) -> FormWorkbook:
    workbook = Workbook()
    sheet = cast(Worksheet, workbook.active)
    sheet.title = RETURN_SHEET
    paint = CellStyler(workbook)
    places = write_entry_sheet(sheet, request, paint)
    add_validations(sheet, request, places)
    write_guide(workbook.create_sheet(GUIDE_SHEET), paint)
    write_definitions(workbook.create_sheet(DEFINITIONS_SHEET), request, paint)
    basis_cell = places.field_address(FieldTag.BASIS)
    write_identity(workbook.create_sheet(META_SHEET), request, f"{RETURN_SHEET}!{basis_cell}" if basis_cell else "")
    _name(workbook, request)
    keys = [str(row.key) for row in request.rows]
    return FormWorkbook(
        workbook=workbook,
        spec=request,
        value_cells={key: places.address(key, ColumnTag.VALUE) for key in keys},
        note_cells={key: places.address(key, ColumnTag.NOTE) for key in keys},
        basis_cell=basis_cell,
    )


def _name(workbook: Workbook, request: FormSpec) -> None:
    identity = request.identity
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    properties = cast(Any, workbook).custom_doc_props
    properties.append(StringProperty(name=PROPERTY_FORM, value=identity.form_id))
    properties.append(IntProperty(name=PROPERTY_PLAN_VERSION, value=identity.plan_version))
    properties.append(StringProperty(name=PROPERTY_SIGNATURE, value=sign_identity(identity, request.signing_key)))
    workbook.properties.title = identity.form_id
    workbook.properties.creator = request.plan.settings.name.en


def serialize_form(form: FormWorkbook) -> bytes:
    """The drawn form as a file; its times are those of the quarter's end, so that it never differs by the clock."""
    ended = datetime.combine(form.spec.plan.settings.calendar.end(form.spec.quarter), time())
    form.workbook.properties.created = form.workbook.properties.modified = ended
    raw, packed = BytesIO(), BytesIO()
    ExcelWriter(form.workbook, ZipFile(raw, "w", ZIP_STORED)).save()
    with ZipFile(raw) as parts, ZipFile(packed, "w") as file:
        for part in parts.infolist():
            info = ZipInfo(part.filename, _ZIP_TIME)
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, parts.read(part))
    return packed.getvalue()
