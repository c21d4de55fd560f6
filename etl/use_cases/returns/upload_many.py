"""Sending a zip of returns through a page: each file becomes a draft, or is told of; safe to run again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine
from etl.errors import SaidError
from etl.exports.upload_csv import UploadRow, uploads_as_csv
from etl.locale.translations import LANGUAGES, speak, to_say
from etl.returns.findings.finding import Finding, advice, message
from etl.returns.workbook.bundle import BundleFile, open_zip
from etl.use_cases.returns.upload_return import Upload, Uploaded, upload_return
from etl.wording.returns import error_words

_NOTHING = {
    Upload.DRAFT: to_say("Kept as a draft: it counts nowhere until it is submitted."),
    Upload.UNCHANGED: to_say("This very file is here already, so nothing was changed."),
    Upload.NOT_UNDERSTOOD: to_say("Nothing was kept, because the file could not be matched to a form."),
}


@dataclass(frozen=True)
class ManyUploaded:
    """How many files became drafts, were there already, or could not be taken; and every finding as CSV."""

    drafts: int
    unchanged: int
    refused: int
    left_out: int
    table: str


def upload_zip(
    engine: Engine, data: bytes, *, who: str, now: Callable[[], datetime], tell: Callable[[int, int], None]
) -> ManyUploaded:
    """Uploads every workbook of a zip as a draft of `who`; one that can't be doesn't keep the others out.

    Each file is a transaction of its own, so that after a stop the rest is done and the first are unchanged.
    BundleError where the zip itself can't be taken.
    """
    bundle = open_zip(data)
    rows: list[UploadRow] = []
    counts = dict.fromkeys(Upload, 0)
    for done, file in enumerate(bundle.files, start=1):
        outcome, told = _take(engine, file, who=who, now=now())
        counts[outcome] += 1
        rows += told
        tell(done, len(bundle.files))
    rows += [_row(one.name, Uploaded(one.name, Upload.NOT_UNDERSTOOD), text=one.reason) for one in bundle.left_out]
    return ManyUploaded(
        drafts=counts[Upload.DRAFT],
        unchanged=counts[Upload.UNCHANGED],
        refused=counts[Upload.NOT_UNDERSTOOD],
        left_out=len(bundle.left_out),
        table=uploads_as_csv(rows),
    )


def _take(engine: Engine, file: BundleFile, *, who: str, now: datetime) -> tuple[Upload, list[UploadRow]]:
    data = file.read()
    if isinstance(data, Finding):
        return Upload.NOT_UNDERSTOOD, [_row(file.name, Uploaded(file.name, Upload.NOT_UNDERSTOOD), data)]
    try:
        done = upload_return(engine, file.base_name, data, who=who, now=now)
    except SaidError as fault:
        said = {language: error_words(fault, language) for language in LANGUAGES}
        nothing = Uploaded(file.name, Upload.NOT_UNDERSTOOD)
        return Upload.NOT_UNDERSTOOD, [_row(file.name, nothing, said=said)]
    return done.outcome, [_row(file.name, done, one) for one in done.findings] or [
        _row(file.name, done, text=_NOTHING[done.outcome])
    ]


def _row(
    name: str,
    done: Uploaded,
    finding: Finding | None = None,
    *,
    text: str = "",
    said: dict[str, str] | None = None,
) -> UploadRow:
    words = said or {language: speak(language)(text) if text else "" for language in LANGUAGES}
    if finding is not None:
        words = {language: f"{message(finding, language)} {advice(finding, language)}" for language in LANGUAGES}
    return UploadRow(
        file=name,
        outcome=done.outcome.value,
        site=done.site,
        quarter=str(done.quarter or ""),
        number=str(done.number or ""),
        severity=finding.severity.value if finding else "",
        code=finding.code if finding else "",
        cell=f"{finding.sheet}!{finding.cell}" if finding and finding.cell else "",
        english=words["en"],
        khmer=words["km"],
    )
