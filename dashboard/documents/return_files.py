"""The files of a return: the original, the annotated form and the evidence."""

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.number_account import build_account_sections
from dashboard.components.return_parts import make_return_address
from dashboard.components.uploads import (
    LARGEST_EVIDENCE_REQUEST,
    UploadedFile,
    UploadResult,
    is_script_request,
    make_json_response,
    read_uploaded_files,
    redirect_after_post,
)
from dashboard.documents.return_page import find_accessible_return, render_return_page
from etl.errors import TranslatableError
from etl.queries.number_account import find_return_account
from etl.queries.return_details import ReturnDetails, find_return_evidence, find_return_file
from etl.use_cases.returns.download import StoredReturn, record_download
from etl.use_cases.returns.evidence import attach_evidence
from etl.use_cases.returns.import_file import Confirmation, annotate_return_file
from etl.wording.returns import describe_error


@registry.route("/staff/returns/<number>/file", permission="staff")
def download_return_file(page: PageContext) -> ResponseReturnValue:
    """Return the original file."""
    details = find_accessible_return(page)
    match = find_return_file(page.source, details.stored_return.id) if details else None
    if match is None:
        return make_not_found_response(page.locale, page.path)
    _record(page, match[0], match[0].file_name)
    return make_download_response(match[1].data, match[0].file_name, XLSX)


@registry.route("/staff/returns/<number>/annotated", permission="staff")
def download_annotated_form(page: PageContext) -> ResponseReturnValue:
    """Return a new form with the sender's numbers and every finding at its cell."""
    details = find_accessible_return(page)
    match = find_return_file(page.source, details.stored_return.id) if details else None
    if details is None or match is None:
        return make_not_found_response(page.locale, page.path)
    annotated = annotate_return_file(
        page.source.engine,
        match[1].name,
        match[1].data,
        now=page.now,
        confirmation=Confirmation(details.stored_return.site, details.stored_return.quarter),
        language_first=page.language,
    )
    if annotated.workbook is None:
        message = page.gettext("The plan has changed too much to build a form from this file.")
        return render_return_page(page, details, (message,))
    name = f"{details.stored_return.site}-{details.stored_return.quarter}-findings.xlsx"
    _record(page, details.stored_return, name)
    return make_download_response(annotated.workbook, name, XLSX)


@registry.route("/staff/returns/<number>/numbers", permission="staff")
def show_return_account(page: PageContext) -> ResponseReturnValue:
    """Show every number of the file: taken into the return, or not taken and why."""
    details = find_accessible_return(page)
    if details is None:
        return make_not_found_response(page.locale, page.path)
    return_ = details.stored_return
    account = find_return_account(page.source, return_.id, today=page.now.date(), locale=page.locale)
    return render_document(
        "return_account.html",
        page,
        page.gettext("Every number of the file"),
        return_=return_,
        return_address=make_return_address(return_.id, page.locale),
        sections=build_account_sections(page, account) if account is not None else (),
    )


@registry.route("/staff/returns/<number>/evidence/<evidence>", permission="staff")
def download_evidence(page: PageContext) -> ResponseReturnValue:
    """Return an attached file as a download."""
    details, text = find_accessible_return(page), page.path_params["evidence"]
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    match = find_return_evidence(page.source, details.stored_return.id, int(text)) if details and is_number else None
    if details is None or match is None:
        return make_not_found_response(page.locale, page.path)
    _record(page, details.stored_return, match[1].name)
    return make_download_response(match[2], match[1].name, match[1].kind)


def _record(page: PageContext, stored_return: StoredReturn, name: str) -> None:
    """Record a download; a page fetched by HEAD hands out nothing."""
    if request.method == "GET":
        record_download(page.source.engine, stored_return, name, actor=page.visitor.name, now=page.now)


@registry.route(
    "/staff/returns/<number>/evidence",
    permission="staff",
    methods=("POST",),
    max_content_length=LARGEST_EVIDENCE_REQUEST,
)
def handle_evidence_upload(page: PageContext) -> ResponseReturnValue:
    """Attach the uploaded files one by one, and report each that was refused by its name."""
    details = find_accessible_return(page)
    if details is None:
        return make_not_found_response(page.locale, page.path)
    files = read_uploaded_files()
    results = [_attach(page, details, file) for file in files] or [
        UploadResult("", page.gettext("Choose a file first."))
    ]
    errors = tuple(
        f"{result.name}: {result.message}" if result.name else result.message
        for result in results
        if not result.address
    )
    if is_script_request():
        return make_json_response(results, 422 if errors else 200)
    if not errors:
        return redirect_after_post(results[0].address)
    current = find_accessible_return(page)
    assert current is not None
    return render_return_page(page, current, errors)


def _attach(page: PageContext, details: ReturnDetails, file: UploadedFile) -> UploadResult:
    try:
        attach_evidence(
            page.source.engine,
            details.stored_return.id,
            key=request.form.get("key", ""),
            name=file.name,
            data=file.data,
            actor=page.visitor.name,
            now=page.now,
        )
    except TranslatableError as error:
        return UploadResult(file.name, describe_error(error, page.locale))
    address = make_return_address(details.stored_return.id, page.locale, "?notice=attached#evidence")
    return UploadResult(file.name, page.gettext("Attached."), address)
