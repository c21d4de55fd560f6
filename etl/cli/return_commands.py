"""`check` and `load`: returns from files, folders and zips, with every finding at its cell."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

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
    import_result_to_dict,
    print_file_import,
    print_preview,
    print_skipped_files,
    print_summary,
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
    check = commands.add_parser("check", help="name everything that is wrong with a return, without loading it")
    load = commands.add_parser("load", help="load returns: a file, or every workbook of a folder or a zip")
    for command in (check, load):
        command.add_argument("paths", type=Path, nargs="+", metavar="FILE|FOLDER|ZIP")
        command.add_argument("--site", help="confirms the site of a sheet that lost its form's data")
        command.add_argument("--quarter", type=parse_quarter_argument, help="confirms its quarter")
        command.add_argument("--language", choices=("en", "km"), default="en")
        command.add_argument("--format", choices=("text", "json"), default="text")
        command.add_argument("--layout", metavar="NAME", help="the files are tables of this layout: see `layouts list`")
    annotated = "of one file: its numbers in a fresh form, with a mark and a comment at each cell to mend"
    check.add_argument("--annotated", type=Path, metavar="OUT.xlsx", help=annotated)
    effects = "also tell which numbers are new, changed or dropped, and what that does to each figure"
    check.add_argument("--effects", action="store_true", help=effects)
    load.add_argument("--dry-run", action="store_true", help="only tell what loading would change; save nothing")
    load.add_argument("--as", dest="who", required=True, metavar="USER", help="in whose name it is submitted")
    load.add_argument("--approve", action="store_true", help="approve as well, for history; managers only")
    check.set_defaults(run=run_check)
    load.set_defaults(run=run_load)


def run_check(arguments: Namespace, context: Context) -> int:
    if arguments.layout:
        return run_check_tables(arguments, context)
    if arguments.annotated:
        return _run_annotated(arguments, context)

    def check(name: str, data: bytes) -> ImportPreview:
        now, confirmed = context.settings.now(), _confirmed(arguments)
        if arguments.effects:
            return preview_import(context.source, name, data, now=now, confirmation=confirmed)
        return ImportPreview(check_return_file(context.engine, name, data, now=now, confirmation=confirmed), None)

    return _go_through(arguments, check)


def _run_annotated(arguments: Namespace, context: Context) -> int:
    target: Path = arguments.annotated
    if len(arguments.paths) != 1 or arguments.paths[0].is_dir() or target.suffix.casefold() != ".xlsx":
        print_error("--annotated takes one return and writes one file that ends in .xlsx.")
        return EXIT_USAGE
    if target.exists():
        print_error(f"{target} is there already. Choose another name, or remove it first.")
        return EXIT_USAGE

    def check(name: str, data: bytes) -> ImportPreview:
        answer = annotate_return_file(
            context.engine,
            name,
            data,
            now=context.settings.now(),
            confirmation=_confirmed(arguments),
            language_first=arguments.language,
        )
        if answer.workbook is None:
            print_error(f"{name}: no form could be made out in it, so there is none to mend.")
        else:
            target.write_bytes(answer.workbook)
        return ImportPreview(answer.result, None)

    return _go_through(arguments, check)


def run_load(arguments: Namespace, context: Context) -> int:
    if arguments.layout:
        return run_check_tables(arguments, context) if arguments.dry_run else run_import_tables(arguments, context)
    if arguments.dry_run:
        return _go_through(arguments, lambda name, data: _rehearse(arguments, context, name, data))
    bundle = _open(arguments)
    if bundle is None:
        return EXIT_USAGE
    comes_at_once = _comes_at_once(arguments, bundle)

    def tell_of(done: int, total: int, file: FileImport) -> None:
        show_progress(done, total, "returns")
        if comes_at_once:
            print_file_import(file, get_locale(arguments.language))

    many = import_bundle(
        context.engine,
        bundle,
        actor=arguments.who,
        clock=context.settings.now,
        approve=arguments.approve,
        confirmation=_confirmed(arguments),
        report_progress=tell_of,
    )
    if arguments.format == "json":
        print_json(
            [
                import_result_to_dict(one.result, get_locale(arguments.language), name=one.name)
                for one in many.files
                if one.result
            ]
        )
    for one in many.files:
        if not comes_at_once and (arguments.format == "text" or one.result is None):
            print_file_import(one, get_locale(arguments.language))
    print_summary(many, to_stderr=arguments.format == "json")
    blocked = many.outcome_counts[ImportOutcome.REFUSED] > 0
    return EXIT_FINDINGS if blocked else EXIT_UNAVAILABLE if many.error_count else EXIT_OK


def _rehearse(arguments: Namespace, context: Context, name: str, data: bytes) -> ImportPreview:
    return preview_import(
        context.source,
        name,
        data,
        actor=arguments.who,
        now=context.settings.now(),
        approve=arguments.approve,
        confirmation=_confirmed(arguments),
    )


def _confirmed(arguments: Namespace) -> Confirmation | None:
    if arguments.site and arguments.quarter:
        return Confirmation(site=arguments.site, quarter=arguments.quarter)
    return None


def _open(arguments: Namespace) -> Bundle | None:
    """What the paths hold; None, with the reason told, where there is nothing to go through."""
    if bool(arguments.site) != bool(arguments.quarter):
        print_error("Confirm both, or neither: --site and --quarter.")
        return None
    bundle = open_paths(arguments.paths)
    if bundle.files:
        return bundle
    print_skipped_files(bundle.skipped_files)
    print_error("There is no such file, or no workbook in the folder or zip.")
    return None


def _comes_at_once(arguments: Namespace, bundle: Bundle) -> bool:
    """A bar stands in the way of lines, so they come at the end; elsewhere each file is told as soon as it is done."""
    return arguments.format == "text" and not has_progress_bar(len(bundle.files))


def _go_through(arguments: Namespace, treat: Callable[[str, bytes], ImportPreview]) -> int:
    """Every file by itself: one that can't be taken doesn't keep the others out. Nothing is stored."""
    bundle = _open(arguments)
    if bundle is None:
        return EXIT_USAGE
    comes_at_once = _comes_at_once(arguments, bundle)
    done: list[ImportPreview] = []
    worst = EXIT_OK
    for file in track_progress(bundle.files, "returns"):
        try:
            data = file.read()
            if isinstance(data, Finding):
                done.append(ImportPreview(ImportResult(file.name, ImportOutcome.REFUSED, (data,)), None))
            else:
                done.append(treat(file.name, data))
        except (CardecError, OSError) as error:
            print_error(f"{file.name}: {error}")
            worst = EXIT_UNAVAILABLE
            continue
        if comes_at_once:
            print_preview(done[-1], get_locale(arguments.language))
    if arguments.format == "json":
        print_json(
            [import_result_to_dict(one.result, get_locale(arguments.language), effects=one.effects) for one in done]
        )
    elif not comes_at_once:
        for one in done:
            print_preview(one, get_locale(arguments.language))
    print_skipped_files(bundle.skipped_files)
    blocked = any(one.result.outcome is ImportOutcome.REFUSED for one in done)
    return EXIT_FINDINGS if blocked else worst
