"""The files of a return: as it came, with its findings marked, and its evidence, each for who may open the return."""

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.download import XLSX, answer_download
from dashboard.components.refusals import answer_unknown
from dashboard.components.return_parts import return_address
from dashboard.components.uploads import (
    LARGEST_EVIDENCE_REQUEST,
    Answer,
    SentFile,
    answer_script,
    is_asked_by_script,
    see_other,
    sent_files,
)
from dashboard.documents.return_page import answer_page, find_seen
from etl.errors import SaidError
from etl.queries.one_return import OneReturn, find_return_evidence, find_return_file
from etl.use_cases.returns.evidence import attach_evidence
from etl.use_cases.returns.import_file import Confirmed, annotate_return_file
from etl.wording.returns import error_words


@registry.route("/staff/returns/<number>/file", permission="staff")
def answer_file(asked: PageRequest) -> ResponseReturnValue:
    """The bytes as they were sent."""
    seen = find_seen(asked)
    found = find_return_file(asked.source, seen.stored.id) if seen else None
    if found is None:
        return answer_unknown(asked.language, asked.path)
    return answer_download(found[1].data, found[0].file_name, XLSX)


@registry.route("/staff/returns/<number>/annotated", permission="staff")
def answer_annotated(asked: PageRequest) -> ResponseReturnValue:
    """The sender's numbers in a fresh form, with every finding at its cell, in the page's language first."""
    seen = find_seen(asked)
    found = find_return_file(asked.source, seen.stored.id) if seen else None
    if seen is None or found is None:
        return answer_unknown(asked.language, asked.path)
    made = annotate_return_file(
        asked.source.engine,
        found[1].name,
        found[1].data,
        now=asked.now,
        confirmed=Confirmed(seen.stored.site, seen.stored.quarter),
        language_first=asked.language,
    )
    if made.workbook is None:
        fault = asked.say("The plan has changed so much that no form can be made of this file any more.")
        return answer_page(asked, seen, (fault,))
    return answer_download(made.workbook, f"{seen.stored.site}-{seen.stored.quarter}-findings.xlsx", XLSX)


@registry.route("/staff/returns/<number>/evidence/<evidence>", permission="staff")
def answer_evidence(asked: PageRequest) -> ResponseReturnValue:
    """One attached file, as a download whatever it is."""
    seen, text = find_seen(asked), asked.codes["evidence"]
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    found = find_return_evidence(asked.source, seen.stored.id, int(text)) if seen and is_number else None
    if found is None:
        return answer_unknown(asked.language, asked.path)
    return answer_download(found[2], found[1].name, found[1].kind)


@registry.route(
    "/staff/returns/<number>/evidence", permission="staff", methods=("POST",), largest=LARGEST_EVIDENCE_REQUEST
)
def answer_attaching(asked: PageRequest) -> ResponseReturnValue:
    """Attaches what was sent, file by file; what could not be attached is told by its name."""
    seen = find_seen(asked)
    if seen is None:
        return answer_unknown(asked.language, asked.path)
    files = sent_files()
    answers = [_attach(asked, seen, file) for file in files] or [Answer("", asked.say("Choose a file first."))]
    faults = tuple(f"{one.name}: {one.told}" if one.name else one.told for one in answers if not one.address)
    if is_asked_by_script():
        return answer_script(answers, 422 if faults else 200)
    if not faults:
        return see_other(answers[0].address)
    again = find_seen(asked)
    assert again is not None
    return answer_page(asked, again, faults)


def _attach(asked: PageRequest, seen: OneReturn, file: SentFile) -> Answer:
    try:
        attach_evidence(
            asked.source.engine,
            seen.stored.id,
            key=sent.form.get("key", ""),
            name=file.name,
            data=file.data,
            who=asked.visitor.name,
            now=asked.now,
        )
    except SaidError as error:
        return Answer(file.name, error_words(error, asked.language))
    address = return_address(seen.stored.id, asked.language, "?told=attached#evidence")
    return Answer(file.name, asked.say("Attached."), address)
