"""Output of imported and checked returns: lines, JSON and a summary."""

from collections.abc import Iterable

from etl.cli.account_output import print_account, serialize_account
from etl.cli.effect_output import print_effects, serialize_effects
from etl.cli.output import print_error, print_line
from etl.locale import Locale
from etl.queries.return_effects import ReturnEffects
from etl.returns.findings.finding import Finding, list_findings, render_advice, render_message, serialize_finding
from etl.returns.workbook.bundle import SkippedFile
from etl.use_cases.returns.import_file import ImportOutcome, ImportPreview, ImportResult
from etl.use_cases.returns.import_many import BulkImport, FileImport

_OUTCOME_LABELS = {
    ImportOutcome.APPROVED: "approved",
    ImportOutcome.SUBMITTED: "submitted",
    ImportOutcome.UNCHANGED: "unchanged",
    ImportOutcome.REFUSED: "refused",
}


def print_file_import(file: FileImport, locale: Locale) -> None:
    """Print the result of one file, or its error."""
    if file.result is None:
        print_error(f"{file.name}: {file.error}")
    else:
        _print_result(file.result, locale, file.name)


def print_summary(bulk_import: BulkImport, *, to_stderr: bool) -> None:
    """Print the skipped files, and for several files the number of each outcome."""
    print_skipped_files(bulk_import.skipped_files)
    if len(bulk_import.files) < 2:
        return
    counts = {label: bulk_import.outcome_counts[outcome] for outcome, label in _OUTCOME_LABELS.items()}
    counts |= {"failed": bulk_import.error_count, "skipped": len(bulk_import.skipped_files)}
    parts = [f"{count} {label}" for label, count in counts.items() if count]
    (print_error if to_stderr else print_line)(f"{len(bulk_import.files)} files: {', '.join(parts)}.")


def print_skipped_files(skipped_files: Iterable[SkippedFile]) -> None:
    """Print the name of each skipped file and the reason."""
    for file in skipped_files:
        print_error(f"{file.name}: skipped, {file.reason}.")


def print_preview(preview: ImportPreview, locale: Locale) -> None:
    """Print the findings of a file and, where computed, the effects of its import."""
    _print_result(preview.result, locale, preview.result.name)
    if preview.result.account:
        print_account(preview.result.account, locale)
    if preview.effects is not None:
        print_effects(preview.effects, locale)


def _print_result(result: ImportResult, locale: Locale, name: str) -> None:
    return_label = f" (return {result.return_id})" if result.return_id else ""
    key = f" {result.site} {result.quarter}" if result.site else ""
    print_line(f"{name}:{key} {result.outcome.value}{return_label}")
    print_findings(result.findings, locale, default_location="file")


def print_findings(findings: Iterable[Finding], locale: Locale, *, default_location: str) -> None:
    """Print one line per finding, up to the limit of `list_findings`."""
    finding_list = list_findings(findings)
    for finding in finding_list.findings:
        location = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or default_location
        text = f"{render_message(finding, locale)} {render_advice(finding, locale)}"
        print_line(f"  {finding.severity.value} {finding.code} {location}: {text}")
    if finding_list.total > len(finding_list.findings):
        print_line(f"  ... and {finding_list.total - len(finding_list.findings)} more")


def serialize_import_result(
    result: ImportResult, locale: Locale, *, name: str = "", effects: ReturnEffects | None = None
) -> dict[str, object]:
    """Return a result as JSON-serializable data."""
    data: dict[str, object] = {
        "file": name or result.name,
        "outcome": result.outcome.value,
        "site": result.site,
        "quarter": str(result.quarter) if result.quarter else None,
        "return": result.return_id,
        "superseded": result.superseded_id,
        "findings": [serialize_finding(finding, locale) for finding in list_findings(result.findings).findings],
        "found": len(result.findings),
    }
    if result.account:
        data["account"] = serialize_account(result.account, locale)
    if effects is not None:
        data["effects"] = serialize_effects(effects, locale)
    return data
