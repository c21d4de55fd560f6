"""Administration of the plan: its versions, and upload, preview and loading of a new version."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import Errors, build_error_summary, build_text_field
from dashboard.components.markup import tags
from dashboard.components.plan_parts import (
    build_changes,
    build_issues,
    build_plan_effects,
    build_plan_upload_form,
    build_shipped_plan_form,
    build_versions,
)
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.exports.plan_file import render_plan_workbook
from etl.locale import N_
from etl.queries.plan_versions import list_plan_versions
from etl.use_cases.plans.load_plan import (
    MAX_REASON_LENGTH,
    PlanLoadOptions,
    PlanLoadResult,
    load_stored_plan,
    preview_plan,
    store_plan_workbook,
    store_shipped_plan,
)
from etl.wording.returns import describe_error

PATH = "/admin/plan"
MAX_PLAN_BYTES = 21 * 1024 * 1024
"""A little more than the limit of plan files, so that the reader reports files that are too large."""

_NOTICES = {
    "loaded": N_("Plan loaded. All figures have been recalculated."),
    "nothing": N_("No changes: this is the current plan."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"), max_content_length=MAX_PLAN_BYTES)
def handle_plan(page: PageContext) -> ResponseReturnValue:
    """Show the versions and the upload form; store an uploaded or the shipped plan and redirect to its preview."""
    if request.method != "POST":
        return _render_versions(page, {})
    if request.form.get("action") == "shipped":
        sha256 = store_shipped_plan(page.source.engine, actor=page.visitor.name, now=page.now)
        return redirect_after_post(localize_path(f"{PATH}/files/{sha256}", page.language))
    file = request.files.get("file")
    data = file.read() if file else b""
    if file is None or not data:
        return _render_versions(page, {"file": page.gettext("Choose a file first.")})
    name = (file.filename or "plan.xlsx").replace("\\", "/").rpartition("/")[2][:120]
    sha256 = store_plan_workbook(page.source.engine, name, data, actor=page.visitor.name, now=page.now)
    return redirect_after_post(localize_path(f"{PATH}/files/{sha256}", page.language))


@registry.route(f"{PATH}/versions/<number>", permission="administer")
def download_plan_version(page: PageContext) -> ResponseReturnValue:
    """Download a version as a workbook."""
    snapshot = page.source.find_snapshot()
    for version in snapshot.plans.versions if snapshot else ():
        if str(version.number) == page.path_params["number"]:
            return make_download_response(render_plan_workbook(version.plan), f"plan-v{version.number}.xlsx", XLSX)
    return make_not_found_response(page.locale, page.path)


@registry.route(f"{PATH}/files/<sha256>", permission="administer", methods=("GET", "POST"))
def handle_plan_file(page: PageContext) -> ResponseReturnValue:
    """Preview an uploaded workbook with its issues or changes; load it on POST."""
    errors: Errors = {}
    effective = _parse_date(request.form.get("effective", ""))
    if request.method == "POST":
        if request.form.get("effective", "").strip() and effective is None:
            errors = {"effective": page.gettext("Enter the date as 2026-12-31")}
        else:
            result = _load(page, effective)
            if isinstance(result, PlanLoadResult) and result.needs_date:
                return _render_preview(page, result, {}, confirms_date=True)
            if isinstance(result, PlanLoadResult) and (result.version or not result.issue_list.count):
                notice = "loaded" if result.is_new else "nothing"
                return redirect_after_post(f"{localize_path(PATH, page.language)}?notice={notice}")
            errors = {} if isinstance(result, PlanLoadResult) else {"reason": result}
    try:
        preview = preview_plan(page.source.engine, page.path_params["sha256"], actor=page.visitor.name, now=page.now)
    except TranslatableError:
        return make_not_found_response(page.locale, page.path)
    return _render_preview(page, preview, errors)


def _load(page: PageContext, effective: date | None) -> PlanLoadResult | str:
    """Load the workbook; return the result, or the message of the error."""
    seen_version = request.form.get("seen", "")
    options = PlanLoadOptions(
        actor=page.visitor.name,
        now=page.now,
        effective=effective,
        reason=request.form.get("reason", ""),
        expected_version=int(seen_version)
        if seen_version.isascii() and seen_version.isdigit() and len(seen_version) < 10
        else -1,
    )
    try:
        return load_stored_plan(page.source.engine, page.path_params["sha256"], options)
    except TranslatableError as error:
        return describe_error(error, page.locale)


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _render_versions(page: PageContext, errors: Errors) -> ResponseReturnValue:
    _ = page.gettext
    notice = _NOTICES.get(request.args.get("notice", "")) if not errors else None
    content = [
        build_error_summary(errors, page),
        tags.P(_(notice), className="done", role="status") if notice else None,
        tags.H1(_("Plan")),
        tags.P(
            _(
                "Download the current plan, edit its indicators, targets and sites in Excel, and upload it here. You "
                "can check the changes before you load the plan."
            ),
            className="sub",
        ),
        build_plan_upload_form(page, errors, PATH),
        build_shipped_plan_form(page, PATH) if page.snapshot is None else None,
        build_versions(page, list_plan_versions(page.source), PATH),
    ]
    return make_document_response(page, _("Plan"), content, 422 if errors else 200)


def _render_preview(
    page: PageContext, preview: PlanLoadResult, errors: Errors, *, confirms_date: bool = False
) -> ResponseReturnValue:
    _ = page.gettext
    back = tags.P(tags.A(_("Plan"), href=localize_path(PATH, page.language)), className="crumb")
    error_count = preview.issue_list.error_count
    title = _("Changes in this plan")
    if error_count:
        title = page.locale.ngettext(
            "This plan has {count} error and was not loaded",
            "This plan has {count} errors and was not loaded",
            error_count,
            count=error_count,
        )
    elif not preview.is_new:
        title = _("No changes: this is the current plan.")
    elif confirms_date:
        title = _("Confirm from when this plan is in force")
    parts: Sequence[Any] = [build_issues(page, preview.issue_list)]
    if preview.is_new:
        parts = [
            *parts,
            build_plan_effects(page, preview.effects),
            _build_load_form(page, preview, errors, confirms_date=confirms_date),
            build_changes(page, preview.changes),
        ]
    content = [back, build_error_summary(errors, page), tags.H1(title), *parts]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_load_form(page: PageContext, preview: PlanLoadResult, errors: Errors, *, confirms_date: bool) -> Any:
    """Build the form that loads the plan; with `confirms_date` with the day that it would be in force from."""
    _ = page.gettext
    snapshot = page.source.find_snapshot()
    seen_version = snapshot.plans.versions[-1].number if snapshot else 0
    default = page.locale.format_day(preview.effective) if preview.effective else ""
    kind = _("Its indicators are provisional.") if preview.is_provisional else _("It is an official plan.")
    return tags.Form(
        [
            tags.P(kind),
            tags.Input(type="hidden", name="seen", value=str(seen_version)),
            build_text_field(
                _("Reason"),
                "reason",
                value=request.form.get("reason", ""),
                error=errors.get("reason", ""),
                lines=3,
                hint=_("Shown with the version and in the audit log."),
                maxLength=MAX_REASON_LENGTH,
            ),
            build_text_field(
                _("In force from"),
                "effective",
                value=str(preview.effective) if confirms_date else request.form.get("effective", ""),
                error=errors.get("effective", ""),
                hint=_("Leave blank for {day}. Quarters that end on or after this date use this version.", day=default)
                if not confirms_date
                else _("Change the date if this is not what you want."),
                type="date",
            ),
            tags.Button(
                _("Confirm and load this plan") if confirms_date else _("Load this plan"),
                type="submit",
                className="button",
            ),
        ],
        method="post",
        action=localize_path(page.path, page.language),
        className="stacked wide-form",
        noValidate=True,
    )
