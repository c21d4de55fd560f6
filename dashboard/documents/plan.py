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
    build_check_form,
    build_first_contents,
    build_issues,
    build_plan_effects,
    build_plan_upload_form,
    build_shipped_plan_form,
    build_versions,
)
from dashboard.components.uploads import read_uploaded_files, redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.exports.plan_file import render_plan_workbook
from etl.jobs.queue import start_job
from etl.locale import N_
from etl.queries.plan_versions import list_plan_versions
from etl.use_cases.plans.check_plan_file import PlanCheck, get_plan_check
from etl.use_cases.plans.load_plan import (
    MAX_REASON_LENGTH,
    PlanLoadOptions,
    PlanLoadResult,
    load_stored_plan,
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
    """Show the versions and the upload form; store an uploaded or the shipped plan and start the job that checks it."""
    if request.method != "POST":
        return _render_versions(page, {})
    if request.form.get("action") == "shipped":
        return _start_check(page, store_shipped_plan(page.source.engine, actor=page.visitor.name, now=page.now))
    files = read_uploaded_files()
    if not files or not files[0].data:
        return _render_versions(page, {"file": page.gettext("Choose a file first.")})
    file = files[0]
    sha256 = store_plan_workbook(page.source.engine, file.name, file.data, actor=page.visitor.name, now=page.now)
    return _start_check(page, sha256)


def _start_check(page: PageContext, sha256: str) -> ResponseReturnValue:
    """Start the job that checks a stored workbook, and redirect to the job, which links to the result."""
    owner, parameters = page.visitor.name, {"sha256": sha256}
    job_id = start_job(page.source.engine, "plan-check", owner=owner, parameters=parameters, now=page.now)
    return redirect_after_post(localize_path(f"/staff/jobs/{job_id}", page.language))


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
    """Show the check of an uploaded workbook, with its issues or changes; load it or check it again on POST."""
    sha256 = page.path_params["sha256"]
    try:
        check = get_plan_check(page.source.engine, sha256, actor=page.visitor.name)
    except TranslatableError:
        return make_not_found_response(page.locale, page.path)
    if request.form.get("action") == "check":
        return _start_check(page, sha256)
    if check is None:
        return _render_unchecked(page)
    if request.method != "POST":
        return _render_check(page, check, {})
    effective = _parse_date(request.form.get("effective", ""))
    if request.form.get("effective", "").strip() and effective is None:
        return _render_check(page, check, {"effective": page.gettext("Enter the date as 2026-12-31")})
    result = _load(page, effective)
    if isinstance(result, str):
        return _render_check(page, check, {"reason": result})
    if result.needs_date:
        return _render_check(page, check, {}, confirms_date=True)
    notice = "loaded" if result.is_new else "nothing"
    return redirect_after_post(f"{localize_path(PATH, page.language)}?notice={notice}")


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
            _("Upload the plan as an Excel workbook. It is checked before you load it.")
            if page.snapshot is None
            else _(
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


def _render_unchecked(page: PageContext) -> ResponseReturnValue:
    _ = page.gettext
    form = build_check_form(page, _("This plan has not been checked, or its check has expired."))
    return make_document_response(page, _("Plan"), [_build_back_link(page), tags.H1(_("Plan")), form])


def _build_back_link(page: PageContext) -> Any:
    return tags.P(tags.A(page.gettext("Plan"), href=localize_path(PATH, page.language)), className="crumb")


def _render_check(
    page: PageContext, check: PlanCheck, errors: Errors, *, confirms_date: bool = False
) -> ResponseReturnValue:
    title = _make_title(page, check, confirms_date=confirms_date)
    parts: Sequence[Any] = [build_issues(page, check)]
    if check.is_new and check.latest_version != _get_latest_version(page):
        text = page.gettext("Another plan has been loaded since. Check the changes again.")
        parts = [*parts, build_check_form(page, text)]
    elif check.is_new and check.plan is not None and not check.latest_version:
        parts = [*parts, build_first_contents(page, check.plan), _build_load_form(page, check, errors)]
    elif check.is_new:
        parts = [
            *parts,
            build_plan_effects(page, check),
            _build_load_form(page, check, errors, confirms_date=confirms_date),
            build_changes(page, check),
        ]
    content = [_build_back_link(page), build_error_summary(errors, page), tags.H1(title), *parts]
    return make_document_response(page, title, content, 422 if errors else 200)


def _make_title(page: PageContext, check: PlanCheck, *, confirms_date: bool) -> str:
    _ = page.gettext
    if check.error_count:
        return page.locale.ngettext(
            "This plan has {count} error and was not loaded",
            "This plan has {count} errors and was not loaded",
            check.error_count,
            count=check.error_count,
        )
    if not check.is_new:
        return _("No changes: this is the current plan.")
    if not check.latest_version:
        return _("Load the first plan")
    return _("Confirm from when this plan is in force") if confirms_date else _("Changes in this plan")


def _get_latest_version(page: PageContext) -> int:
    snapshot = page.source.find_snapshot()
    return snapshot.plans.versions[-1].number if snapshot else 0


def _build_load_form(page: PageContext, check: PlanCheck, errors: Errors, *, confirms_date: bool = False) -> Any:
    """Build the form that loads the plan; with `confirms_date` with the day that it would be in force from."""
    _ = page.gettext
    default = page.locale.format_day(check.effective) if check.effective else ""
    kind = _("Its indicators are provisional.") if check.is_provisional else _("It is an official plan.")
    return tags.Form(
        [
            tags.P(kind),
            tags.Input(type="hidden", name="seen", value=str(check.latest_version)),
            build_text_field(
                _("Reason"),
                "reason",
                value=request.form.get("reason", ""),
                error=errors.get("reason", ""),
                lines=3,
                hint=_("Shown with the version and in the audit log.")
                if check.latest_version
                else _("Optional for the first plan. Shown with the version and in the audit log."),
                maxLength=MAX_REASON_LENGTH,
            ),
            build_text_field(
                _("In force from"),
                "effective",
                value=str(check.effective) if confirms_date else request.form.get("effective", ""),
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
