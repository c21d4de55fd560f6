"""`check` and `load`: returns from files, folders and zips, with every finding at its cell."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.account_output import write_account
from etl.cli.output import (
    EXIT_FINDINGS,
    EXIT_OK,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    has_progress_bar,
    print_error,
    print_json,
    show_progress,
    track_progress,
)
from etl.cli.parsers import Commands, Context, parse_quarter_argument
from etl.cli.return_output import (
    print_file_import,
    print_preview,
    print_skipped_files,
    print_summary,
    serialize_import_result,
)
from etl.cli.table_commands import run_check_tables, run_import_tables
from etl.errors import CardecError
from etl.locale import get_locale
from etl.returns.findings.finding import Finding
from etl.returns.form.claims import Confirmation
from etl.returns.workbook.bundle import Bundle, open_paths
from etl.use_cases.returns.import_file import (
    ImportOutcome,
    ImportPreview,
    ImportResult,
    annotate_return_file,
    check_return_file,
    preview_import,
)
from etl.use_cases.returns.import_many import FileImport, import_bundle


def add_commands(commands: Commands) -> None:
    check = commands.add_parser("check", help="list every finding of a return without loading it")
    load = commands.add_parser("load", help="load returns: a file, or every workbook of a folder or a zip")
    for command in (check, load):
        command.add_argument("paths", type=Path, nargs="+", metavar="FILE|FOLDER|ZIP")
        command.add_argument("--site", help="the site of a sheet that lost its form data")
        command.add_argument("--quarter", type=parse_quarter_argument, help="the quarter of such a sheet")
        command.add_argument("--language", choices=("en", "km"), default="en")
        command.add_argument("--format", choices=("text", "json"), default="text")
        command.add_argument("--layout", metavar="NAME", help="read the files as tables of this layout")
        rest = "with --layout, what happens to current numbers that the table does not contain (default: keep)"
        command.add_argument("--rest", choices=("keep", "blank"), default="keep", help=rest)
        account = "write a list of every number: where it was taken to, or why it was not (check and --dry-run)"
        command.add_argument("--account", type=Path, metavar="OUT.csv", help=account)
    annotated = "write the numbers of one file into a new form, with a mark and a comment at each cell to fix"
    check.add_argument("--annotated", type=Path, metavar="OUT.xlsx", help=annotated)
    effects = "also list new, changed and dropped numbers and the effect on each figure"
    check.add_argument("--effects", action="store_true", help=effects)
    load.add_argument("--dry-run", action="store_true", help="list what would change without saving anything")
    load.add_argument("--as", dest="actor", required=True, metavar="USER", help="the user who submits the returns")
    load.add_argument("--approve", action="store_true", help="also approve the returns, for history; managers only")
    check.set_defaults(run=run_check)
    load.set_defaults(run=run_load)


def run_check(arguments: Namespace, context: Context) -> int:
    if arguments.layout:
        return run_check_tables(arguments, context)
    if arguments.annotated:
        return _run_annotated(arguments, context)

    def check(name: str, data: bytes) -> ImportPreview:
        now, confirmation = context.settings.now(), _make_confirmation(arguments)
        if arguments.effects:
            return preview_import(context.source, name, data, now=now, confirmation=confirmation)
        result = check_return_file(context.engine, name, data, now=now, confirmation=confirmation)
        return ImportPreview(result, None)

    return _preview_files(arguments, check)


def _run_annotated(arguments: Namespace, context: Context) -> int:
    target: Path = arguments.annotated
    if len(arguments.paths) != 1 or arguments.paths[0].is_dir() or target.suffix.casefold() != ".xlsx":
        print_error("--annotated takes one return and writes one file that ends in .xlsx.")
        return EXIT_USAGE
    if target.exists():
        print_error(f"{target} already exists. Choose another name, or remove it first.")
        return EXIT_USAGE

    def check(name: str, data: bytes) -> ImportPreview:
        annotated = annotate_return_file(
            context.engine,
            name,
            data,
            now=context.settings.now(),
            confirmation=_make_confirmation(arguments),
            language_first=arguments.language,
        )
        if annotated.workbook is None:
            print_error(f"{name}: the file matches no form, so no annotated workbook was written.")
        else:
            target.write_bytes(annotated.workbook)
        return ImportPreview(annotated.result, None)

    return _preview_files(arguments, check)


def run_load(arguments: Namespace, context: Context) -> int:
    if arguments.layout:
        return run_check_tables(arguments, context) if arguments.dry_run else run_import_tables(arguments, context)
    if arguments.dry_run:
        return _preview_files(arguments, lambda name, data: _preview_import(arguments, context, name, data))
    bundle = _open_bundle(arguments)
    if bundle is None:
        return EXIT_USAGE
    locale = get_locale(arguments.language)
    prints_immediately = _prints_immediately(arguments, bundle)

    def report_progress(done: int, total: int, file: FileImport) -> None:
        show_progress(done, total, "returns")
        if prints_immediately:
            print_file_import(file, locale)

    bulk_import = import_bundle(
        context.engine,
        bundle,
        actor=arguments.actor,
        clock=context.settings.now,
        approve=arguments.approve,
        confirmation=_make_confirmation(arguments),
        report_progress=report_progress,
    )
    if arguments.format == "json":
        results = [(file.name, file.result) for file in bulk_import.files if file.result]
        print_json([serialize_import_result(result, locale, name=name) for name, result in results])
    for file in bulk_import.files:
        if not prints_immediately and (arguments.format == "text" or file.result is None):
            print_file_import(file, locale)
    print_summary(bulk_import, to_stderr=arguments.format == "json")
    if bulk_import.outcome_counts[ImportOutcome.REFUSED]:
        return EXIT_FINDINGS
    return EXIT_UNAVAILABLE if bulk_import.error_count else EXIT_OK


def _preview_import(arguments: Namespace, context: Context, name: str, data: bytes) -> ImportPreview:
    return preview_import(
        context.source,
        name,
        data,
        actor=arguments.actor,
        now=context.settings.now(),
        approve=arguments.approve,
        confirmation=_make_confirmation(arguments),
    )


def _make_confirmation(arguments: Namespace) -> Confirmation | None:
    if arguments.site and arguments.quarter:
        return Confirmation(site=arguments.site, quarter=arguments.quarter)
    return None


def _open_bundle(arguments: Namespace) -> Bundle | None:
    """Return the files of the paths, or None after printing why there are none."""
    if bool(arguments.site) != bool(arguments.quarter):
        print_error("Give both --site and --quarter, or neither.")
        return None
    bundle = open_paths(arguments.paths)
    if bundle.files:
        return bundle
    print_skipped_files(bundle.skipped_files)
    print_error("There is no such file, or no workbook in the folder or zip.")
    return None


def _prints_immediately(arguments: Namespace, bundle: Bundle) -> bool:
    """Whether each result is printed as soon as it is there; a progress bar delays them to the end."""
    return arguments.format == "text" and not has_progress_bar(len(bundle.files))


def _preview_files(arguments: Namespace, preview_file: Callable[[str, bytes], ImportPreview]) -> int:
    """Preview each file and print the results. A file that fails doesn't stop the others."""
    bundle = _open_bundle(arguments)
    if bundle is None:
        return EXIT_USAGE
    locale = get_locale(arguments.language)
    prints_immediately = _prints_immediately(arguments, bundle)
    previews: list[ImportPreview] = []
    exit_code = EXIT_OK
    for file in track_progress(bundle.files, "returns"):
        try:
            data = file.read()
            if isinstance(data, Finding):
                previews.append(ImportPreview(ImportResult(file.name, ImportOutcome.REFUSED, (data,)), None))
            else:
                previews.append(preview_file(file.name, data))
        except (CardecError, OSError) as error:
            print_error(f"{file.name}: {error}")
            exit_code = EXIT_UNAVAILABLE
            continue
        if prints_immediately:
            print_preview(previews[-1], locale)
    if arguments.format == "json":
        print_json([serialize_import_result(preview.result, locale, effects=preview.effects) for preview in previews])
    elif not prints_immediately:
        for preview in previews:
            print_preview(preview, locale)
    if arguments.account is not None:
        write_account(
            arguments.account, [(preview.result.name, preview.result.account) for preview in previews], locale
        )
    print_skipped_files(bundle.skipped_files)
    has_refusals = any(preview.result.outcome is ImportOutcome.REFUSED for preview in previews)
    return EXIT_FINDINGS if has_refusals else exit_code
