"""The plan's versions; the administrator sends a revised workbook, sees every fault or change, and loads it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import Errors, build_error_summary, text_field
from dashboard.components.markup import element
from dashboard.components.plan_parts import build_changes, build_faults, build_plan_upload_form, build_versions
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
)
from etl.wording.returns import describe_error

PATH = "/admin/plan"
MAX_PLAN_BYTES = 21 * 1024 * 1024
"""A little more than the reader of plans takes, so that it can say so itself."""

_TOLD = {
    "loaded": N_("Loaded. Every figure is judged anew."),
    "nothing": N_("Nothing new: this is the present plan."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"), max_content_length=MAX_PLAN_BYTES)
def handle_plan(asked: PageContext) -> ResponseReturnValue:
    """The versions and the form; a workbook that is sent is kept and shown with its faults or changes."""
    if sent.method != "POST":
        return _answer_versions(asked, {})
    file = sent.files.get("file")
    data = file.read() if file else b""
    if file is None or not data:
        return _answer_versions(asked, {"file": asked.gettext("Choose a file first.")})
    name = (file.filename or "plan.xlsx").replace("\\", "/").rpartition("/")[2][:120]
    sha256 = store_plan_workbook(asked.source.engine, name, data, actor=asked.visitor.name, now=asked.now)
    return redirect_after_post(localize_path(f"{PATH}/files/{sha256}", asked.language))


@registry.route(f"{PATH}/versions/<number>", permission="administer")
def download_plan_version(asked: PageContext) -> ResponseReturnValue:
    """One version as a workbook."""
    snapshot = asked.source.find_snapshot()
    for one in snapshot.plans.versions if snapshot else ():
        if str(one.number) == asked.path_params["number"]:
            return make_download_response(render_plan_workbook(one.plan), f"plan-v{one.number}.xlsx", XLSX)
    return make_not_found_response(asked.locale, asked.path)


@registry.route(f"{PATH}/files/<sha256>", permission="administer", methods=("GET", "POST"))
def handle_plan_file(asked: PageContext) -> ResponseReturnValue:
    """A kept workbook with its faults or its changes; sent, it is loaded."""
    faults: Errors = {}
    effective = _day(sent.form.get("effective", ""))
    if sent.method == "POST":
        if sent.form.get("effective", "").strip() and effective is None:
            faults = {"effective": asked.gettext("Enter the date as 2026-12-31")}
        else:
            loaded = _load(asked, effective)
            if isinstance(loaded, PlanLoadResult) and (loaded.version or not loaded.faults):
                told = "loaded" if loaded.is_new else "nothing"
                return redirect_after_post(f"{localize_path(PATH, asked.language)}?told={told}")
            faults = {} if isinstance(loaded, PlanLoadResult) else {"reason": loaded}
    try:
        found = preview_plan(asked.source.engine, asked.path_params["sha256"], actor=asked.visitor.name, now=asked.now)
    except TranslatableError:
        return make_not_found_response(asked.locale, asked.path)
    return _answer_preview(asked, found, faults)


def _load(asked: PageContext, effective: date | None) -> PlanLoadResult | str:
    """What came of loading, or the sentence that kept it from being done."""
    seen = sent.form.get("seen", "")
    loading = PlanLoadOptions(
        actor=asked.visitor.name,
        now=asked.now,
        effective=effective,
        reason=sent.form.get("reason", ""),
        expected_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
    )
    try:
        return load_stored_plan(asked.source.engine, asked.path_params["sha256"], loading)
    except TranslatableError as error:
        return describe_error(error, asked.locale)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _answer_versions(asked: PageContext, faults: Errors) -> ResponseReturnValue:
    _ = asked.gettext
    told = _TOLD.get(sent.args.get("told", "")) if not faults else None
    content = [
        build_error_summary(faults, asked),
        element("P", _(told), className="done", role="status") if told else None,
        element("H1", _("Plan")),
        element(
            "P",
            _(
                "Download the present plan, change it in Excel, and send it here. Indicators, targets and sites come "
                "with it. Nothing changes before you have seen what would."
            ),
            className="sub",
        ),
        build_plan_upload_form(asked, faults, PATH),
        build_versions(asked, list_plan_versions(asked.source), PATH),
    ]
    return make_document_response(asked, _("Plan"), content, 422 if faults else 200)


def _answer_preview(asked: PageContext, found: PlanLoadResult, faults: Errors) -> ResponseReturnValue:
    _ = asked.gettext
    back = element("P", element("A", _("Plan"), href=localize_path(PATH, asked.language)), className="crumb")
    errors = [one for one in found.faults if one.severity == "error"]
    title = _("What this plan would change")
    if errors:
        title = _("This plan has {count} errors and was not loaded", count=len(errors))
    elif not found.is_new:
        title = _("Nothing new: this is the present plan.")
    parts: Sequence[Any] = [build_faults(asked, found.faults)]
    if found.is_new:
        parts = [*parts, _form(asked, found, faults), build_changes(asked, found.changes)]
    content = [back, build_error_summary(faults, asked), element("H1", title), *parts]
    return make_document_response(asked, title, content, 422 if faults else 200)


def _form(asked: PageContext, found: PlanLoadResult, faults: Errors) -> Any:
    _ = asked.gettext
    snapshot = asked.source.find_snapshot()
    seen = snapshot.plans.versions[-1].number if snapshot else 0
    usual = asked.locale.format_day(found.effective) if found.effective else ""
    kind = _("Its indicators are provisional.") if found.is_provisional else _("It is an official plan.")
    return element(
        "Form",
        [
            element("P", kind),
            element("Input", type="hidden", name="seen", value=str(seen)),
            text_field(
                _("Reason"),
                "reason",
                value=sent.form.get("reason", ""),
                error=faults.get("reason", ""),
                lines=3,
                hint=_("Stands beside the version and in the audit trail."),
                maxLength=MAX_REASON_LENGTH,
            ),
            text_field(
                _("In force from"),
                "effective",
                value=sent.form.get("effective", ""),
                error=faults.get("effective", ""),
                hint=_("Leave it blank for {day}. A quarter's end on or after this day is judged by it.", day=usual),
                type="date",
            ),
            element("Button", _("Load this plan"), type="submit", className="button"),
        ],
        method="post",
        action=localize_path(asked.path, asked.language),
        className="stacked wide-form",
        noValidate=True,
    )
