"""`publish`, `redact` and `export`: editions of the public side, and their files."""

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
from etl.indicators.editions import Suppression
from etl.publication.static_site import render_static_site
from etl.queries.editions import find_file, list_editions
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
    publish = commands.add_parser("publish", help="freeze the approved figures of a quarter as a public edition")
    publish.add_argument("quarter", type=parse_quarter_argument, metavar="2025Q3")
    publish.add_argument("--dry-run", action="store_true", help="only tell what it would hold, leave out and restate")
    publish.add_argument("--why", default="", metavar="TEXT", help="why it replaces the edition that there is")
    publish.add_argument("--as", dest="who", default="command line", metavar="USER")
    publish.add_argument("--format", choices=("text", "json"), default="text")
    publish.set_defaults(run=run_publish)
    redact = commands.add_parser("redact", help="take out of an edition what must not be public")
    redact.add_argument("edition", metavar="2025-Q3")
    redact.add_argument("--kind", choices=REDACTION_KINDS, required=True)
    redact.add_argument("--indicator", required=True, metavar="CODE")
    redact.add_argument("--why", required=True, metavar="TEXT", help="the edition's page will say it")
    redact.add_argument("--as", dest="who", default="command line", metavar="USER")
    redact.set_defaults(run=run_redact)
    export = commands.add_parser("export", help="an edition's files, or the whole public side as a folder")
    export.add_argument("what", choices=("site", *EXPORT_FILES))
    export.add_argument("target", type=Path, metavar="DIR|FILE")
    export.add_argument("--edition", default="", metavar="2025-Q3", help="without: the newest")
    export.set_defaults(run=run_export)


def run_publish(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    if arguments.dry_run:
        draft = draft_edition(
            context.source, arguments.quarter, today=settings.today(), reason=arguments.why or "a dry run"
        )
        _tell_draft(draft, arguments.format)
        try:
            check_draft(draft)
        except EditionError as error:
            print_error(str(error))
            return EXIT_FINDINGS
        return EXIT_OK
    draft = publish_edition(
        context.source,
        arguments.quarter,
        actor=arguments.who,
        now=settings.now(),
        reason=arguments.why,
        public_url=settings.public_address,
        organisation=settings.iati_organisation,
        report_step=print_error,
    )
    _tell_draft(draft, arguments.format)
    return EXIT_OK


def _tell_draft(draft: EditionDraft, form: str) -> None:
    edition = draft.edition
    states = Counter(one.state for one in draft.figures)
    told = {
        "edition": edition.id,
        "replaces": edition.replaces or None,
        "figures": len(draft.figures),
        "with_a_value": states["value"],
        "small": states[Suppression.SMALL],
        "withheld": states[Suppression.WITHHELD],
        "remarks": len(edition.remarks),
        "compared_with": edition.before or None,
        "restated": len(edition.restatements),
        "left_out": [f"{one.site} {one.quarter} {one.state}" for one in draft.excluded_returns],
    }
    if form == "json":
        print_json(told)
        return
    for name, found in told.items():
        print_line(f"{name.replace('_', ' ')}: {', '.join(found) or 'nothing' if isinstance(found, list) else found}")
    for one in edition.restatements[:20]:
        key = one.key
        name = " ".join(part for part in (key.indicator, key.part, key.site, key.period) if part)
        print_line(f"  restates {name}: {one.old_value or one.old_state} -> {one.new_value or one.new_state}")


def run_redact(arguments: Namespace, context: Context) -> int:
    redact_edition(
        context.engine,
        arguments.edition,
        arguments.indicator,
        kind=arguments.kind,
        actor=arguments.who,
        now=context.settings.now(),
        reason=arguments.why,
        organisation=context.settings.iati_organisation,
    )
    print_line(f"Taken out of edition {arguments.edition}. Its pages say when and why.")
    others = [one.id for one in list_editions(context.source) if one.id != arguments.edition]
    if others:
        print_error(f"Other editions may show the same: {', '.join(others)}.")
    return EXIT_OK


def run_export(arguments: Namespace, context: Context) -> int:
    if arguments.what == "site":
        return _export_site(arguments.target, context)
    lines = list_editions(context.source)
    if not lines:
        print_error("No edition is published yet: python -m etl publish QUARTER")
        return EXIT_UNAVAILABLE
    found = find_file(context.source, arguments.edition or lines[-1].id, EXPORT_FILES[arguments.what])
    if found is None:
        print_error(f"There is no edition {arguments.edition}. There are: {', '.join(one.id for one in lines)}.")
        return EXIT_USAGE
    arguments.target.write_bytes(found.data)
    print_line(f"{arguments.target}: {len(found.data)} bytes.")
    return EXIT_OK


def _export_site(folder: Path, context: Context) -> int:
    """The files of the site in an empty or new folder; one that holds something else is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "editions.html").exists():
        print_error(f"{folder} holds other files: name an empty folder, or one that was exported before.")
        return EXIT_UNAVAILABLE
    files = list(render_static_site(context.source))
    for path, data in track_progress(files, "files"):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.new")
        fresh.write_bytes(data)
        os.replace(fresh, target)
    print_line(f"{len(files)} files in {folder}. Open {folder / 'index.html'}.")
    return EXIT_OK
