"""Upload of returns, and download of the forms to fill in."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response, render_document
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.finding_list import build_findings
from dashboard.components.forms import (
    Option,
    build_file_field,
    build_select_field,
    build_submit_button,
    build_upload_progress,
    upload_messages,
)
from dashboard.components.markup import tags
from dashboard.components.site_choice import build_site_field, exceeds_list_limit
from dashboard.components.uploads import (
    LARGEST_RETURN,
    LARGEST_UPLOAD,
    LARGEST_ZIP,
    MEGABYTE,
    UploadedFile,
    UploadResult,
    is_script_request,
    make_json_response,
    read_uploaded_files,
    redirect_after_post,
)
from dashboard.selection import localize_path
from etl.errors import CardecError, TranslatableError
from etl.indicators.periods import Quarter, list_quarters_between, parse_quarter
from etl.indicators.plans import Plan
from etl.jobs.queue import JobFile, QueueFullError, start_job
from etl.locale import N_
from etl.queries.find_sites import find_site_codes
from etl.queries.localized_findings import localize_findings
from etl.use_cases.returns.forms import make_form
from etl.use_cases.returns.upload_return import Confirmation, ReturnUploadResult, UploadOutcome, upload_return
from etl.wording.returns import describe_error

UPLOAD = "/staff/upload"
_OUTCOMES = {
    UploadOutcome.DRAFT: N_("Saved as a draft. It is not included in any figure until you submit it."),
    UploadOutcome.UNCHANGED: N_("This file was already uploaded. Nothing changed."),
    UploadOutcome.UNRECOGNIZED: N_("Not saved. The file does not match any form."),
}


@registry.route(UPLOAD, permission="staff", methods=("GET", "POST"), max_content_length=LARGEST_UPLOAD)
def handle_upload(page: PageContext) -> ResponseReturnValue:
    """Show the page; after a POST, redirect to the new draft or show the result of every file."""
    if request.method != "POST":
        return _render(page, ())
    try:
        confirmation = _read_confirmation(page)
    except ValueError:
        return _render_error(page, page.gettext("Choose both a site and a quarter, or neither."))
    files = read_uploaded_files()
    if not files:
        return _render_error(page, page.gettext("Choose a file first."))
    results = [_upload(page, file, confirmation) for file in files]
    status = 200 if all(result.address for result in results) else 422
    if is_script_request():
        return make_json_response(results, status)
    if len(results) == 1 and results[0].address:
        return redirect_after_post(results[0].address)
    return _render(page, results, status=status)


@registry.route("/staff/forms", permission="staff")
def download_form(page: PageContext) -> ResponseReturnValue:
    """Return the empty form of a site and quarter, for visitors with access to the site."""
    site, text = _resolve_site(page, request.args.get("site", "").strip()), request.args.get("quarter", "")
    try:
        quarter = parse_quarter(text)
    except ValueError:
        return make_not_found_response(page.locale, page.path)
    snapshot = page.source.find_snapshot()
    known_codes = (
        {site.code for version in snapshot.plans.versions for site in version.plan.sites} if snapshot else set()
    )
    if site not in known_codes or not page.visitor.can_access_site(site):
        return make_not_found_response(page.locale, page.path)
    try:
        form_file = make_form(page.source.engine, site=site, quarter=quarter)
    except CardecError:
        message = page.gettext(
            "This site has nothing to report in {quarter}.", quarter=page.locale.format_quarter(quarter)
        )
        return _render(page, (), errors=(message,), status=422)
    return make_download_response(form_file.data, form_file.name, XLSX)


def _read_confirmation(page: PageContext) -> Confirmation | None:
    """Return the chosen site and quarter. ValueError if only one of them is given."""
    site, quarter = request.form.get("site", "").strip(), request.form.get("quarter", "")
    if not site and not quarter:
        return None
    if not site:
        raise ValueError("no site")
    return Confirmation(_resolve_site(page, site), parse_quarter(quarter))


def _resolve_site(page: PageContext, text: str) -> str:
    """Return the code of the site with this name; the text itself if there is no unique match."""
    codes = find_site_codes(page.snapshot.plans, text) if page.snapshot else ()
    return codes[0] if len(codes) == 1 else text


def _upload(page: PageContext, file: UploadedFile, confirmation: Confirmation | None) -> UploadResult:
    """Upload one file and return its result. A zip file is handed to a job."""
    if file.name.casefold().endswith(".zip"):
        return _start_zip_job(page, file)
    try:
        result = upload_return(
            page.source.engine, file.name, file.data, actor=page.visitor.name, now=page.now, confirmation=confirmation
        )
    except TranslatableError as error:
        return UploadResult(file.name, describe_error(error, page.locale))
    if result.return_id is None:
        return UploadResult(
            file.name, page.gettext(_OUTCOMES[result.outcome]), details=_build_unrecognized(page, result)
        )
    address = localize_path(f"/staff/returns/{result.return_id}", page.language)
    if result.outcome is UploadOutcome.UNCHANGED:
        address += "?notice=unchanged"
    return UploadResult(file.name, page.gettext(_OUTCOMES[result.outcome]), address)


def _start_zip_job(page: PageContext, file: UploadedFile) -> UploadResult:
    zip_file = JobFile(file.name, "application/zip", file.data)
    try:
        job_id = start_job(
            page.source.engine, "returns-zip", owner=page.visitor.name, input_files=(zip_file,), now=page.now
        )
    except QueueFullError as error:
        return UploadResult(file.name, describe_error(error, page.locale))
    message = page.gettext("Zip file uploaded. Its files are being imported.")
    return UploadResult(file.name, message, localize_path(f"/staff/jobs/{job_id}", page.language))


def _build_unrecognized(page: PageContext, result: ReturnUploadResult) -> Any:
    """Return the findings of a file that matches no form, with advice if only its form data are lost."""
    findings = localize_findings(result.findings, page.locale)
    hint = None
    if any(finding.code == "form-unconfirmed" for finding in result.findings):
        text = page.gettext(
            "Choose its site and quarter under “If you copied the numbers into a new workbook”, then upload it again."
        )
        hint = tags.P(text, className="note")
    return [hint, build_findings(findings, page.locale)]


def _render_error(page: PageContext, message: str) -> ResponseReturnValue:
    if is_script_request():
        return make_json_response([UploadResult("", message)], 422)
    return _render(page, (), errors=(message,), status=422)


def _render(
    page: PageContext, results: Sequence[UploadResult], *, errors: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    _, snapshot = page.gettext, page.source.find_snapshot()
    title = _("Upload a return")
    if snapshot is None:
        return make_document_response(page, title, build_no_plan_page(page))
    plan = snapshot.plans.latest
    sites, quarters = _list_site_options(page, plan), _list_quarter_options(page, plan)
    quarter = request.args.get("quarter", "") or _get_default_quarter(page, plan)
    blank = ("", _("As in the form"))
    return render_document(
        "upload.html",
        page,
        title,
        errors=errors,
        status=status,
        has_sites=bool(sites),
        form_site=_build_site_field(page, sites, "choose-site", request.args.get("site", "")),
        form_quarter=build_select_field(_("Quarter"), "quarter", quarters, quarter, field_id="choose-quarter"),
        confirmation_fields=[
            _build_site_field(page, sites, "confirm-site", "", blank),
            build_select_field(_("Quarter"), "quarter", [blank, *quarters], field_id="confirm-quarter"),
        ],
        results=results,
        max_megabytes=LARGEST_RETURN,
        upload_attributes={
            "data-upload": str(LARGEST_RETURN * MEGABYTE),
            "data-zip": str(LARGEST_ZIP * MEGABYTE),
            **upload_messages(page.locale, LARGEST_RETURN),
        },
        upload_progress=build_upload_progress(),
        file_field=build_file_field,
        build_submit_button=build_submit_button,
    )


def _build_site_field(page: PageContext, sites: Sequence[Option], field_id: str, selected: str, *blank: Option) -> Any:
    """Return a select, or a text field if there are many sites."""
    if exceeds_list_limit(sites):
        return build_site_field(page, "site", field_id, selected)
    return build_select_field(page.gettext("Site"), "site", [*blank, *sites], selected, field_id=field_id)


def _list_site_options(page: PageContext, plan: Plan) -> list[Option]:
    """Return the sites that the visitor has access to, in the plan's order."""
    return [
        (site.code, site.name.get_text(page.language)) for site in plan.sites if page.visitor.can_access_site(site.code)
    ]


def _list_quarter_options(page: PageContext, plan: Plan) -> list[Option]:
    """Return the plan's quarters up to the current one, newest first."""
    settings = plan.settings
    running = settings.calendar.find_last_ended_quarter(page.now.date()).shift(1)
    last = min(running, settings.last_quarter)
    return [
        (str(quarter), page.locale.format_quarter(quarter))
        for quarter in reversed(list(list_quarters_between(settings.first_quarter, last)))
    ]


def _get_default_quarter(page: PageContext, plan: Plan) -> str:
    last_ended: Quarter = plan.settings.calendar.find_last_ended_quarter(page.now.date())
    return str(min(last_ended, plan.settings.last_quarter))
