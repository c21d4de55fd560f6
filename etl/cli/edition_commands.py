"""`publish`, `redact` and `export`: public editions and their files."""

import os
from argparse import Namespace
from collections import Counter
from pathlib import Path

from etl.cli.output import (
    EXIT_FINDINGS,
    EXIT_OK,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    print_error,
    print_json,
    print_line,
    track_progress,
)
from etl.cli.parsers import Commands, Context, parse_quarter_argument
from etl.database.authorization import COMMAND_LINE
from etl.exports.edition.iati_activity import list_missing_settings
from etl.exports.edition.iati_omissions import describe_iati_omissions
from etl.indicators.editions import Suppression
from etl.locale import get_locale
from etl.publication.static_site import render_static_site
from etl.queries.editions import find_edition_contents, find_file, list_editions
from etl.use_cases.reporting.publish import (
    EditionDraft,
    EditionError,
    check_draft,
    draft_edition,
    publish_edition,
    redact_edition,
)

EXPORT_FILES = {
    "csv": "downloads/figures.csv",
    "excel": "downloads/figures-en.xlsx",
    "excel-km": "downloads/figures-km.xlsx",
    "package": "downloads/datapackage.zip",
    "iati": "downloads/iati.xml",
    "json": "api/figures.json",
}
REDACTION_KINDS = ("indicator", "sites", "parts", "remark")


def add_commands(commands: Commands) -> None:
    publish = commands.add_parser("publish", help="publish the approved figures of a quarter as an edition")
    publish.add_argument("quarter", type=parse_quarter_argument, metavar="2025Q3")
    publish.add_argument("--dry-run", action="store_true", help="print the contents without publishing")
    publish.add_argument("--why", dest="reason", default="", metavar="TEXT", help="the reason for a revision")
    publish.add_argument("--as", dest="actor", default=COMMAND_LINE, metavar="USER")
    publish.add_argument("--format", choices=("text", "json"), default="text")
    publish.set_defaults(run=run_publish)
    redact = commands.add_parser("redact", help="remove data from a published edition")
    redact.add_argument("edition", metavar="2025-Q3")
    redact.add_argument("--kind", choices=REDACTION_KINDS, required=True)
    redact.add_argument("--indicator", required=True, metavar="CODE")
    redact.add_argument("--why", dest="reason", required=True, metavar="TEXT", help="shown on the edition's page")
    redact.add_argument("--as", dest="actor", default=COMMAND_LINE, metavar="USER")
    redact.set_defaults(run=run_redact)
    export = commands.add_parser("export", help="write an edition's files, or the whole public site as a folder")
    export.add_argument("what", choices=("site", "parquet", *EXPORT_FILES))
    export.add_argument("target", type=Path, metavar="DIR|FILE")
    export.add_argument("--edition", default="", metavar="2025-Q3", help="default: the newest edition")
    export.set_defaults(run=run_export)


def run_publish(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    if arguments.dry_run:
        draft = draft_edition(
            context.source, arguments.quarter, today=settings.today(), reason=arguments.reason or "a dry run"
        )
        _print_draft(draft, arguments.format)
        try:
            check_draft(draft)
        except EditionError as error:
            print_error(str(error))
            return EXIT_FINDINGS
        return EXIT_OK
    draft = publish_edition(
        context.source,
        arguments.quarter,
        actor=arguments.actor,
        now=settings.now(),
        reason=arguments.reason,
        publisher=settings.publisher,
        report_step=print_error,
    )
    _print_draft(draft, arguments.format)
    missing = list_missing_settings(draft.edition, settings.iati)
    if missing:
        print_error(f"The IATI file leaves out what is not set: {', '.join(missing)}. docs/iati.md says more.")
    return EXIT_OK


def _print_draft(draft: EditionDraft, output_format: str) -> None:
    edition = draft.edition
    states = Counter(figure.state for figure in draft.figures)
    summary = {
        "edition": edition.id,
        "replaces": edition.replaces or None,
        "figures": len(draft.figures),
        "with_a_value": states["value"],
        "small": states[Suppression.SMALL],
        "withheld": states[Suppression.WITHHELD],
        "remarks": len(edition.remarks),
        "compared_with": edition.before or None,
        "restated": len(edition.restatements),
        "left_out": [f"{omitted.site} {omitted.quarter} {omitted.state}" for omitted in draft.excluded_returns],
    }
    if output_format == "json":
        print_json(summary)
        return
    for name, value in summary.items():
        text = ", ".join(value) or "nothing" if isinstance(value, list) else value
        print_line(f"{name.replace('_', ' ')}: {text}")
    for restatement in edition.restatements[:20]:
        key = restatement.key
        label = " ".join(part for part in (key.indicator, key.part, key.site, key.period) if part)
        old, new = restatement.old_value or restatement.old_state, restatement.new_value or restatement.new_state
        print_line(f"  restates {label}: {old} -> {new}")


def run_redact(arguments: Namespace, context: Context) -> int:
    redact_edition(
        context.engine,
        arguments.edition,
        arguments.indicator,
        kind=arguments.kind,
        actor=arguments.actor,
        now=context.settings.now(),
        reason=arguments.reason,
        iati=context.settings.iati,
    )
    print_line(f"Edition {arguments.edition} has been redacted. Its pages show the date and the reason.")
    other_ids = [edition.id for edition in list_editions(context.source) if edition.id != arguments.edition]
    if other_ids:
        print_error(f"Check the other editions for the same data: {', '.join(other_ids)}.")
    return EXIT_OK


def run_export(arguments: Namespace, context: Context) -> int:
    if arguments.what == "site":
        return _export_site(arguments.target, context)
    editions = list_editions(context.source)
    if not editions:
        print_error("No edition is published yet. Publish one with: python -m etl publish QUARTER")
        return EXIT_UNAVAILABLE
    data = _find_export(context, arguments.edition or editions[-1].id, arguments.what)
    if data is None:
        known_ids = ", ".join(edition.id for edition in editions)
        print_error(f"There is no edition {arguments.edition}. Choose from: {known_ids}.")
        return EXIT_USAGE
    arguments.target.write_bytes(data)
    print_line(f"{arguments.target}: {len(data)} bytes.")
    if arguments.what == "iati":
        _print_iati_omissions(context, arguments.edition or editions[-1].id)
    return EXIT_OK


def _print_iati_omissions(context: Context, edition: str) -> None:
    """Print what the file leaves out, as the page of editions shows it."""
    contents = find_edition_contents(context.source, edition)
    assert contents is not None
    for text, count in describe_iati_omissions(contents, get_locale("en")):
        print_line(f"  left out: {count}  {text}")


def _find_export(context: Context, edition: str, name: str) -> bytes | None:
    """Return a published file of an edition, or its figures as Parquet; None without such an edition."""
    if name != "parquet":
        file = find_file(context.source, edition, EXPORT_FILES[name])
        return None if file is None else file.data
    contents = find_edition_contents(context.source, edition)
    if contents is None:
        return None
    # pandas takes a second to import, and other commands don't need it.
    from etl.exports.figure_files import render_edition_parquet

    return render_edition_parquet(contents)


def _export_site(folder: Path, context: Context) -> int:
    """Write the public site into a new or empty folder, or over an earlier export; never over other files."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "editions.html").exists():
        print_error(f"{folder} contains other files. Choose an empty folder, or one of an earlier export.")
        return EXIT_UNAVAILABLE
    files = list(render_static_site(context.source))
    for path, data in track_progress(files, "files"):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        new_target = target.with_name(f"{target.name}.new")
        new_target.write_bytes(data)
        os.replace(new_target, target)
    print_line(f"{len(files)} files in {folder}. Open {folder / 'index.html'}.")
    return EXIT_OK
