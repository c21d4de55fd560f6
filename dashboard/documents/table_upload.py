"""Check a table of another layout: the account of its numbers, its findings and its returns; and import it."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response, render_document
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.finding_list import build_findings
from dashboard.components.forms import build_file_field, build_select_field, build_submit_button
from dashboard.components.markup import tags
from dashboard.components.number_account import build_account_sections
from dashboard.components.site_choice import build_site_field, exceeds_list_limit
from dashboard.components.uploads import LARGEST_RETURN, LARGEST_UPLOAD, UploadedFile, read_uploaded_files
from dashboard.selection import localize_path
from etl.errors import CardecError, TranslatableError
from etl.queries.find_sites import find_site_codes
from etl.use_cases.returns.preview_table import (
    TablePreview,
    import_table_on_page,
    list_layout_choices,
    preview_table,
)
from etl.wording.returns import describe_error

TABLES = "/staff/tables"


@registry.route(TABLES, permission="staff", methods=("GET", "POST"), max_content_length=LARGEST_UPLOAD)
def handle_table(page: PageContext) -> ResponseReturnValue:
    """Show the form; after a POST, check the table and, if the button asks for it, import it."""
    if request.method != "POST":
        return _render(page)
    files = read_uploaded_files()
    if not files:
        return _render(page, errors=(page.gettext("Choose a file first."),), status=422)
    try:
        return _process(page, files[0])
    except TranslatableError as error:
        return _render(page, errors=(describe_error(error, page.locale),), status=422)
    except CardecError:
        return _render(page, errors=(page.gettext("Choose a layout and a site of the plan."),), status=422)


def _process(page: PageContext, file: UploadedFile) -> ResponseReturnValue:
    layout, rest = request.form.get("layout", ""), request.form.get("rest", "keep")
    choices: dict[str, Any] = {
        "layout": layout,
        "site": read_chosen_site(page),
        "rest": rest if rest in ("keep", "blank") else "keep",
        "now": page.now,
    }
    preview = preview_table(
        page.source,
        file.name,
        file.data,
        **choices,
        locale=page.locale,
        can_access_site=page.visitor.can_access_site,
    )
    if request.form.get("action") != "import" or not preview.can_import:
        return _render(page, preview)
    import_table_on_page(page.source, file.name, file.data, **choices, actor=page.visitor.name)
    return _render(page, preview, is_imported=True)


def _render(
    page: PageContext,
    preview: TablePreview | None = None,
    *,
    is_imported: bool = False,
    errors: tuple[str, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    _, snapshot = page.gettext, page.source.find_snapshot()
    title = _("Check a table")
    if snapshot is None:
        return make_document_response(page, title, build_no_plan_page(page))
    rests = [("keep", _("Keep it")), ("blank", _("Make it blank"))]
    return render_document(
        "table_upload.html",
        page,
        title,
        errors=errors,
        status=status,
        notice=_("Submitted. The returns wait for approval.") if is_imported else "",
        layout_field=build_select_field(
            _("Layout"),
            "layout",
            list_layout_choices(page.source),
            request.form.get("layout", "") or request.args.get("layout", "wide"),
        ),
        site_field=build_table_site_field(page),
        rest_field=build_select_field(
            _("If a number of a current return is not in the table"), "rest", rests, request.form.get("rest", "keep")
        ),
        preview=preview,
        sections=_build_sections(page, preview) if preview is not None else (),
        max_megabytes=LARGEST_RETURN,
        may_map=page.visitor.has_permission(Permission.MANAGE),
        file_field=build_file_field,
        build_submit_button=build_submit_button,
        returns_address=localize_path("/staff/returns", page.language),
    )


def read_chosen_site(page: PageContext) -> str:
    """Return the code of the chosen site; its text if no single site is meant."""
    text = request.form.get("site", "").strip()
    codes = find_site_codes(page.snapshot.plans, text) if page.snapshot and text else ()
    return codes[0] if len(codes) == 1 else text


def build_table_site_field(page: PageContext) -> Any:
    """Return the choice of the site for tables that don't name one: those that the visitor may submit for."""
    _, snapshot = page.gettext, page.source.find_snapshot()
    sites = [
        (site.code, site.name.get_text(page.language))
        for site in (snapshot.plans.latest.sites if snapshot is not None else ())
        if page.visitor.can_access_site(site.code)
    ]
    return (
        build_site_field(page, "site", "site", request.form.get("site", ""))
        if exceeds_list_limit(sites)
        else build_select_field(
            _("Site, if the table does not name it"),
            "site",
            [("", _("As in the table")), *sites],
            request.form.get("site", ""),
        )
    )


def _build_sections(page: PageContext, preview: TablePreview) -> list[Any]:
    """Return the findings and the account of numbers."""
    findings = [tags.H2(page.gettext("Findings")), build_findings(preview.findings, page.locale)]
    return [tags.Section(findings), *build_account_sections(page, preview.account)]
