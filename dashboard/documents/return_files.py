"""The files of a return: as it came, with its findings marked, and its evidence, each for who may open the return."""

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.return_parts import return_address
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
from etl.queries.return_details import ReturnDetails, find_return_evidence, find_return_file
from etl.use_cases.returns.evidence import attach_evidence
from etl.use_cases.returns.import_file import Confirmation, annotate_return_file
from etl.wording.returns import describe_error


@registry.route("/staff/returns/<number>/file", permission="staff")
def download_return_file(asked: PageContext) -> ResponseReturnValue:
    """The bytes as they were sent."""
    seen = find_accessible_return(asked)
    found = find_return_file(asked.source, seen.stored_return.id) if seen else None
    if found is None:
        return make_not_found_response(asked.locale, asked.path)
    return make_download_response(found[1].data, found[0].file_name, XLSX)


@registry.route("/staff/returns/<number>/annotated", permission="staff")
def download_annotated_form(asked: PageContext) -> ResponseReturnValue:
    """The sender's numbers in a fresh form, with every finding at its cell, in the page's language first."""
    seen = find_accessible_return(asked)
    found = find_return_file(asked.source, seen.stored_return.id) if seen else None
    if seen is None or found is None:
        return make_not_found_response(asked.locale, asked.path)
    made = annotate_return_file(
        asked.source.engine,
        found[1].name,
        found[1].data,
        now=asked.now,
        confirmation=Confirmation(seen.stored_return.site, seen.stored_return.quarter),
        language_first=asked.language,
    )
    if made.workbook is None:
        fault = asked.gettext("The plan has changed so much that no form can be made of this file any more.")
        return render_return_page(asked, seen, (fault,))
    return make_download_response(
        made.workbook, f"{seen.stored_return.site}-{seen.stored_return.quarter}-findings.xlsx", XLSX
    )


@registry.route("/staff/returns/<number>/evidence/<evidence>", permission="staff")
def download_evidence(asked: PageContext) -> ResponseReturnValue:
    """One attached file, as a download whatever it is."""
    seen, text = find_accessible_return(asked), asked.path_params["evidence"]
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    found = find_return_evidence(asked.source, seen.stored_return.id, int(text)) if seen and is_number else None
    if found is None:
        return make_not_found_response(asked.locale, asked.path)
    return make_download_response(found[2], found[1].name, found[1].kind)


@registry.route(
    "/staff/returns/<number>/evidence",
    permission="staff",
    methods=("POST",),
    max_content_length=LARGEST_EVIDENCE_REQUEST,
)
def handle_evidence_upload(asked: PageContext) -> ResponseReturnValue:
    """Attaches what was sent, file by file; what could not be attached is told by its name."""
    seen = find_accessible_return(asked)
    if seen is None:
        return make_not_found_response(asked.locale, asked.path)
    files = read_uploaded_files()
    answers = [_attach(asked, seen, file) for file in files] or [
        UploadResult("", asked.gettext("Choose a file first."))
    ]
    faults = tuple(f"{one.name}: {one.message}" if one.name else one.message for one in answers if not one.address)
    if is_script_request():
        return make_json_response(answers, 422 if faults else 200)
    if not faults:
        return redirect_after_post(answers[0].address)
    again = find_accessible_return(asked)
    assert again is not None
    return render_return_page(asked, again, faults)


def _attach(asked: PageContext, seen: ReturnDetails, file: UploadedFile) -> UploadResult:
    try:
        attach_evidence(
            asked.source.engine,
            seen.stored_return.id,
            key=sent.form.get("key", ""),
            name=file.name,
            data=file.data,
            actor=asked.visitor.name,
            now=asked.now,
        )
    except TranslatableError as error:
        return UploadResult(file.name, describe_error(error, asked.locale))
    address = return_address(seen.stored_return.id, asked.locale, "?told=attached#evidence")
    return UploadResult(file.name, asked.gettext("Attached."), address)
