"""How a command tells what became of returns: lines, JSON, and one summary of many."""

from collections.abc import Iterable

from etl.cli.effect_output import effects_to_dict, print_effects
from etl.cli.output import print_error, print_line
from etl.locale import Locale
from etl.queries.return_effects import ReturnEffects
from etl.returns.findings.finding import list_findings, render_advice, render_message, serialize_finding
from etl.returns.workbook.bundle import SkippedFile
from etl.use_cases.returns.import_file import ImportOutcome, ImportPreview, ImportResult
from etl.use_cases.returns.import_many import BulkImport, FileImport

_SUMMARY = {
    ImportOutcome.APPROVED: "approved",
    ImportOutcome.SUBMITTED: "submitted",
    ImportOutcome.UNCHANGED: "done before",
    ImportOutcome.REFUSED: "refused",
}


def print_file_import(file: FileImport, locale: Locale) -> None:
    if file.result is None:
        print_error(f"{file.name}: {file.error}")
    else:
        _show_told(file.result, locale, file.name)


def print_summary(bulk_import: BulkImport, *, to_stderr: bool) -> None:
    """One line at the end for several files; what was left out is named, since somebody may have meant it."""
    print_skipped_files(bulk_import.skipped_files)
    if len(bulk_import.files) < 2:
        return
    told = [
        f"{bulk_import.outcome_counts[outcome]} {words}"
        for outcome, words in _SUMMARY.items()
        if bulk_import.outcome_counts[outcome]
    ]
    told += [f"{bulk_import.error_count} could not be tried"] if bulk_import.error_count else []
    told += [f"{len(bulk_import.skipped_files)} left out"] if bulk_import.skipped_files else []
    (print_error if to_stderr else print_line)(f"{len(bulk_import.files)} files: {', '.join(told)}.")


def print_skipped_files(skipped_files: Iterable[SkippedFile]) -> None:
    for one in skipped_files:
        print_error(f"{one.name}: left out, {one.reason}.")


def print_preview(preview: ImportPreview, locale: Locale) -> None:
    """What was found in a file, and what saving it would change where that was asked."""
    _show_told(preview.result, locale, preview.result.name)
    if preview.effects is not None:
        print_effects(preview.effects, locale)


def _show_told(one: ImportResult, locale: Locale, name: str) -> None:
    told = f" (return {one.return_id})" if one.return_id else ""
    where = f" {one.site} {one.quarter}" if one.site else ""
    print_line(f"{name}:{where} {one.outcome.value}{told}")
    listed = list_findings(one.findings)
    for finding in listed.findings:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "file"
        said = f"{render_message(finding, locale)} {render_advice(finding, locale)}"
        print_line(f"  {finding.severity.value} {finding.code} {place}: {said}")
    if listed.total > len(listed.findings):
        print_line(f"  ... and {listed.total - len(listed.findings)} more")


def import_result_to_dict(
    result: ImportResult, locale: Locale, *, name: str = "", effects: ReturnEffects | None = None
) -> dict[str, object]:
    """The same for other programs."""
    told: dict[str, object] = {
        "file": name or result.name,
        "outcome": result.outcome.value,
        "site": result.site,
        "quarter": str(result.quarter) if result.quarter else None,
        "return": result.return_id,
        "superseded": result.superseded_id,
        "findings": [serialize_finding(finding, locale) for finding in list_findings(result.findings).findings],
        "found": len(result.findings),
    }
    if effects is not None:
        told["effects"] = effects_to_dict(effects, locale)
    return told
