"""Sending a zip of returns through a page: each file becomes a draft, or is told of; safe to run again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine
from etl.errors import TranslatableError
from etl.exports.upload_csv import UploadRow, render_upload_csv
from etl.locale import LANGUAGES, N_, get_locale
from etl.returns.findings.finding import Finding, render_advice, render_message
from etl.returns.workbook.bundle import BundleFile, open_zip
from etl.use_cases.returns.upload_return import ReturnUploadResult, UploadOutcome, upload_return
from etl.wording.returns import describe_error

_NOTHING = {
    UploadOutcome.DRAFT: N_("Saved as a draft. It is not included in any figure until you submit it."),
    UploadOutcome.UNCHANGED: N_("This file was already uploaded. Nothing changed."),
    UploadOutcome.UNRECOGNIZED: N_("Not saved. The file does not match any form."),
}


@dataclass(frozen=True)
class ZipUploadResult:
    """How many files became drafts, were there already, or could not be taken; and every finding as CSV."""

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
    """Uploads every workbook of a zip as a draft of `who`; one that can't be doesn't keep the others out.

    Each file is a transaction of its own, so that after a stop the rest is done and the first are unchanged.
    BundleError where the zip itself can't be taken.
    """
    bundle = open_zip(data)
    rows: list[UploadRow] = []
    counts = dict.fromkeys(UploadOutcome, 0)
    for done, file in enumerate(bundle.files, start=1):
        outcome, told = _take(engine, file, who=actor, now=clock())
        counts[outcome] += 1
        rows += told
        report_progress(done, len(bundle.files))
    rows += [
        _row(one.name, ReturnUploadResult(one.name, UploadOutcome.UNRECOGNIZED), text=one.reason)
        for one in bundle.skipped_files
    ]
    return ZipUploadResult(
        draft_count=counts[UploadOutcome.DRAFT],
        unchanged_count=counts[UploadOutcome.UNCHANGED],
        refused_count=counts[UploadOutcome.UNRECOGNIZED],
        skipped_count=len(bundle.skipped_files),
        findings_csv=render_upload_csv(rows),
    )


def _take(engine: Engine, file: BundleFile, *, who: str, now: datetime) -> tuple[UploadOutcome, list[UploadRow]]:
    data = file.read()
    if isinstance(data, Finding):
        return UploadOutcome.UNRECOGNIZED, [
            _row(file.name, ReturnUploadResult(file.name, UploadOutcome.UNRECOGNIZED), data)
        ]
    try:
        done = upload_return(engine, file.base_name, data, actor=who, now=now)
    except TranslatableError as fault:
        said = {language: describe_error(fault, get_locale(language)) for language in LANGUAGES}
        nothing = ReturnUploadResult(file.name, UploadOutcome.UNRECOGNIZED)
        return UploadOutcome.UNRECOGNIZED, [_row(file.name, nothing, said=said)]
    return done.outcome, [_row(file.name, done, one) for one in done.findings] or [
        _row(file.name, done, text=_NOTHING[done.outcome])
    ]


def _row(
    name: str,
    done: ReturnUploadResult,
    finding: Finding | None = None,
    *,
    text: str = "",
    said: dict[str, str] | None = None,
) -> UploadRow:
    words = said or {language: get_locale(language).gettext(text) if text else "" for language in LANGUAGES}
    if finding is not None:
        words = {
            language: f"{render_message(finding, get_locale(language))} {render_advice(finding, get_locale(language))}"
            for language in LANGUAGES
        }
    return UploadRow(
        file=name,
        outcome=done.outcome.value,
        site=done.site,
        quarter=str(done.quarter or ""),
        number=str(done.return_id or ""),
        severity=finding.severity.value if finding else "",
        code=finding.code if finding else "",
        cell=f"{finding.sheet}!{finding.cell}" if finding and finding.cell else "",
        english=words["en"],
        khmer=words["km"],
    )
