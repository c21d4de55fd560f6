"""Map the columns of an unknown table: confirm what is proposed, see the account of numbers, save the layout."""

import base64
import binascii
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.finding_list import build_findings
from dashboard.components.forms import (
    build_file_field,
    build_hidden_field,
    build_select_field,
    build_submit_button,
    build_text_field,
)
from dashboard.components.markup import tags
from dashboard.components.number_account import build_account_sections
from dashboard.components.tables import build_table
from dashboard.components.uploads import LARGEST_RETURN, LARGEST_UPLOAD, UploadedFile, read_uploaded_files
from dashboard.documents.saved_layouts import COLUMN_LABELS, LAYOUTS, build_saved_layouts, get_notice
from dashboard.documents.table_upload import build_table_site_field, read_chosen_site
from dashboard.selection import localize_path
from etl.errors import CardecError, TranslatableError
from etl.locale import N_
from etl.use_cases.returns.map_table import IGNORE, TableColumns, build_layout, read_columns
from etl.use_cases.returns.preview_table import TablePreview, preview_table
from etl.use_cases.returns.save_layouts import save_layout
from etl.wording.returns import describe_error

MAX_CARRIED = 300_000
"""Bytes of a file that the page carries along in the form; a larger one is chosen again at each step."""

_CHOICES = (
    ("", N_("what its heading says, such as a quarter")),
    *COLUMN_LABELS.items(),
    (IGNORE, N_("ignore: no results")),
)


@registry.route(LAYOUTS, permission="manage", methods=("GET", "POST"), max_content_length=LARGEST_UPLOAD)
def map_layout(page: PageContext) -> ResponseReturnValue:
    """Show the form; after a POST, the columns of the file, and what the chosen columns read. Save if asked to."""
    if request.method != "POST":
        return _render(page)
    file = _read_file()
    if file is None:
        return _render(page, errors=(page.gettext("Choose a file first."),), status=422)
    columns = read_columns(page.source, file.name, file.data, page.locale)
    if "role" not in request.form:
        return _render(page, file, columns)
    try:
        return _process(page, file, columns)
    except TranslatableError as error:
        return _render(page, file, columns, errors=(describe_error(error, page.locale),), status=422)
    except CardecError:
        return _render(
            page, file, columns, errors=(page.gettext("Choose a layout and a site of the plan."),), status=422
        )


def _process(page: PageContext, file: UploadedFile, columns: TableColumns) -> ResponseReturnValue:
    letters = [column.letter for column in columns.columns]
    choices = dict(zip(letters, request.form.getlist("role"), strict=False))
    whys = dict(zip(letters, request.form.getlist("why"), strict=False))
    name = request.form.get("name", "").strip()
    is_saved = request.form.get("action") == "save"
    layout_name = name if is_saved else name or "proposed"
    layout = build_layout(page.source.engine, layout_name, columns.columns, choices, whys)
    preview = preview_table(
        page.source,
        file.name,
        file.data,
        layout=layout,
        site=read_chosen_site(page),
        rest="keep",
        now=page.now,
        locale=page.locale,
        can_access_site=page.visitor.can_access_site,
    )
    if is_saved:
        save_layout(page.source.engine, layout, actor=page.visitor.name, now=page.now)
    return _render(page, file, columns, preview=preview, saved_name=name if is_saved else "")


def _read_file() -> UploadedFile | None:
    """Return the chosen file, or the one that the form carries along."""
    files = read_uploaded_files()
    if files:
        return files[0]
    try:
        data = base64.b64decode(request.form.get("carried", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return UploadedFile(request.form.get("carried_name", "table.xlsx")[:200], data) if data else None


def _render(
    page: PageContext,
    file: UploadedFile | None = None,
    columns: TableColumns | None = None,
    *,
    preview: TablePreview | None = None,
    saved_name: str = "",
    errors: tuple[str, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    _ = page.gettext
    saved = _("Saved. Choose the layout {name} to check and submit the table.", name=saved_name)
    query = f"?layout={saved_name}" if saved_name else ""
    carried = file if file is not None and len(file.data) <= MAX_CARRIED else None
    return render_document(
        "layout_mapping.html",
        page,
        _("Describe the columns of a table"),
        errors=errors,
        status=status,
        notice=saved if saved_name else get_notice(page),
        saved_name=saved_name,
        saved_layouts=build_saved_layouts(page),
        file=file,
        columns=columns,
        carried=_build_carried(carried),
        column_table=_build_columns(page, columns) if columns is not None and columns.columns else None,
        file_findings=build_findings(columns.findings, page.locale) if columns is not None else None,
        site_field=build_table_site_field(page),
        name_field=build_text_field(
            _("Name of the layout"),
            "name",
            value=request.form.get("name", ""),
            hint=_("Small Latin letters, digits and hyphens."),
        ),
        sections=_build_sections(page, preview) if preview is not None else (),
        is_previewed=preview is not None,
        max_megabytes=LARGEST_RETURN,
        file_field=build_file_field,
        build_submit_button=build_submit_button,
        tables_address=localize_path(f"/staff/tables{query}", page.language),
    )


def _build_carried(file: UploadedFile | None) -> list[Any]:
    """Return hidden fields with a small file, so that it need not be chosen again."""
    if file is None:
        return []
    contents = base64.b64encode(file.data).decode()
    return [build_hidden_field("carried", contents), build_hidden_field("carried_name", file.name)]


def _build_columns(page: PageContext, columns: TableColumns) -> Any:
    """Return a table with a row for each column: its heading, its first values, and what it holds."""
    _ = page.gettext
    roles, whys = request.form.getlist("role"), request.form.getlist("why")
    options = [(value, _(text)) for value, text in _CHOICES]
    rows = []
    for index, column in enumerate(columns.columns):
        selected = roles[index] if index < len(roles) else column.choice
        why = whys[index] if index < len(whys) else ""
        label = f"{column.letter}: {column.path}"
        choice = build_select_field(_("What it holds"), "role", options, selected, field_id=f"role-{column.letter}")
        reason = build_text_field(_("Why it is ignored"), "why", value=why, id=f"why-{column.letter}", maxlength="100")
        # The style sheet shows it as soon as the column is ignored; without `:has` the next step does.
        reason = tags.Div(reason, className="if-ignored", hidden=None if selected == IGNORE else True)
        rows.append([label, column.examples, tags.Div([choice, reason], className="mapped-column")])
    return build_table(_("Columns"), (_("Column"), _("First values"), _("What it holds")), rows, stacks=True)


def _build_sections(page: PageContext, preview: TablePreview) -> list[Any]:
    findings = [tags.H2(page.gettext("Findings")), build_findings(preview.findings, page.locale)]
    return [tags.Section(findings), *build_account_sections(page, preview.account)]
