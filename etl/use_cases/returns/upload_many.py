"""Upload a zip of returns from the web: each file becomes a draft. Uploading it again is safe."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine
from etl.errors import TranslatableError
from etl.exports.upload_csv import UploadRow, render_upload_csv
from etl.locale import LANGUAGES, N_, get_locale
from etl.returns.findings.finding import Finding, render_advice, render_message
from etl.returns.workbook.bundle import BundleError, BundleFile, open_zip
from etl.use_cases.returns.upload_return import ReturnUploadResult, UploadOutcome, upload_return
from etl.wording.returns import describe_error

_TEXTS_WITHOUT_FINDINGS = {
    UploadOutcome.DRAFT: N_("Saved as a draft. It is not included in any figure until you submit it."),
    UploadOutcome.UNCHANGED: N_("This file was already uploaded. Nothing changed."),
    UploadOutcome.UNRECOGNIZED: N_("Not saved. The file does not match any form."),
}


@dataclass(frozen=True)
class ZipUploadResult:
    """The number of files by outcome, and every finding as CSV."""

    draft_count: int
    unchanged_count: int
    refused_count: int
    skipped_count: int
    findings_csv: str


def upload_zip(
    engine: Engine,
    data: bytes,
    *,
    actor: str,
    clock: Callable[[], datetime],
    report_progress: Callable[[int, int], None],
) -> ZipUploadResult:
    """Save every workbook of a zip as a draft of `actor`. A file that can't be saved doesn't stop the others.

    Each file has its own transaction, so the upload can be repeated after an interruption. Raises BundleError for an
    unreadable or empty zip.
    """
    bundle = open_zip(data)
    if not bundle.files and not bundle.skipped_files:
        raise BundleError(N_("The zip contains no files. Add the filled-in forms to it and upload it again."))
    rows: list[UploadRow] = []
    counts = dict.fromkeys(UploadOutcome, 0)
    for files_done, file in enumerate(bundle.files, start=1):
        outcome, file_rows = _upload_file(engine, file, actor=actor, now=clock())
        counts[outcome] += 1
        rows += file_rows
        report_progress(files_done, len(bundle.files))
    rows += [
        _make_row(file.name, _make_unrecognized_result(file.name), text=file.reason) for file in bundle.skipped_files
    ]
    return ZipUploadResult(
        draft_count=counts[UploadOutcome.DRAFT],
        unchanged_count=counts[UploadOutcome.UNCHANGED],
        refused_count=counts[UploadOutcome.UNRECOGNIZED],
        skipped_count=len(bundle.skipped_files),
        findings_csv=render_upload_csv(rows),
    )


def _upload_file(
    engine: Engine, file: BundleFile, *, actor: str, now: datetime
) -> tuple[UploadOutcome, list[UploadRow]]:
    data = file.read()
    if isinstance(data, Finding):
        return UploadOutcome.UNRECOGNIZED, [_make_row(file.name, _make_unrecognized_result(file.name), data)]
    try:
        result = upload_return(engine, file.base_name, data, actor=actor, now=now)
    except TranslatableError as error:
        texts = {language: describe_error(error, get_locale(language)) for language in LANGUAGES}
        return UploadOutcome.UNRECOGNIZED, [_make_row(file.name, _make_unrecognized_result(file.name), texts=texts)]
    rows = [_make_row(file.name, result, finding) for finding in result.findings]
    return result.outcome, rows or [_make_row(file.name, result, text=_TEXTS_WITHOUT_FINDINGS[result.outcome])]


def _make_unrecognized_result(name: str) -> ReturnUploadResult:
    return ReturnUploadResult(name, UploadOutcome.UNRECOGNIZED)


def _make_row(
    name: str,
    result: ReturnUploadResult,
    finding: Finding | None = None,
    *,
    text: str = "",
    texts: dict[str, str] | None = None,
) -> UploadRow:
    texts = texts or {language: get_locale(language).gettext(text) if text else "" for language in LANGUAGES}
    if finding is not None:
        texts = {
            language: f"{render_message(finding, get_locale(language))} {render_advice(finding, get_locale(language))}"
            for language in LANGUAGES
        }
    return UploadRow(
        file=name,
        outcome=result.outcome.value,
        site=result.site,
        quarter=str(result.quarter or ""),
        number=str(result.return_id or ""),
        severity=finding.severity.value if finding else "",
        code=finding.code if finding else "",
        cell=f"{finding.sheet}!{finding.cell}" if finding and finding.cell else "",
        english=texts["en"],
        khmer=texts["km"],
    )
