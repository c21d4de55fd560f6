"""`check` and `load`: returns from files, folders and zips, with every finding at its cell."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.answers import DONE, FINDINGS, NOT_NOW, WRONG_USE, has_bar, say_json, show_progress, tell, with_progress
from etl.cli.parsers import Commands, Context, quarter_argument
from etl.cli.return_answers import plain_return, show_left_out, show_many_file, show_return, sum_up
from etl.cli.table_commands import run_check_tables, run_load_tables
from etl.errors import CardecError
from etl.returns.findings.finding import Finding
from etl.returns.form.claims import Confirmed
from etl.returns.workbook.bundle import Bundle, open_paths
from etl.use_cases.returns.import_file import (
    LoadedReturn,
    Outcome,
    RehearsedReturn,
    annotate_return_file,
    check_return_file,
    rehearse_return,
)
from etl.use_cases.returns.import_many import ManyFile, load_bundle


def add_commands(commands: Commands) -> None:
    check = commands.add_parser("check", help="name everything that is wrong with a return, without loading it")
    load = commands.add_parser("load", help="load returns: a file, or every workbook of a folder or a zip")
    for command in (check, load):
        command.add_argument("paths", type=Path, nargs="+", metavar="FILE|FOLDER|ZIP")
        command.add_argument("--site", help="confirms the site of a sheet that lost its form's data")
        command.add_argument("--quarter", type=quarter_argument, help="confirms its quarter")
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

    def check(name: str, data: bytes) -> RehearsedReturn:
        now, confirmed = context.settings.now(), _confirmed(arguments)
        if arguments.effects:
            return rehearse_return(context.source, name, data, now=now, confirmed=confirmed)
        return RehearsedReturn(check_return_file(context.engine, name, data, now=now, confirmed=confirmed), None)

    return _go_through(arguments, check)


def _run_annotated(arguments: Namespace, context: Context) -> int:
    target: Path = arguments.annotated
    if len(arguments.paths) != 1 or arguments.paths[0].is_dir() or target.suffix.casefold() != ".xlsx":
        tell("--annotated takes one return and writes one file that ends in .xlsx.")
        return WRONG_USE
    if target.exists():
        tell(f"{target} is there already. Choose another name, or remove it first.")
        return WRONG_USE

    def check(name: str, data: bytes) -> RehearsedReturn:
        answer = annotate_return_file(
            context.engine,
            name,
            data,
            now=context.settings.now(),
            confirmed=_confirmed(arguments),
            language_first=arguments.language,
        )
        if answer.workbook is None:
            tell(f"{name}: no form could be made out in it, so there is none to mend.")
        else:
            target.write_bytes(answer.workbook)
        return RehearsedReturn(answer.told, None)

    return _go_through(arguments, check)


def run_load(arguments: Namespace, context: Context) -> int:
    if arguments.layout:
        return run_check_tables(arguments, context) if arguments.dry_run else run_load_tables(arguments, context)
    if arguments.dry_run:
        return _go_through(arguments, lambda name, data: _rehearse(arguments, context, name, data))
    bundle = _open(arguments)
    if bundle is None:
        return WRONG_USE
    comes_at_once = _comes_at_once(arguments, bundle)

    def tell_of(done: int, total: int, file: ManyFile) -> None:
        show_progress(done, total, "returns")
        if comes_at_once:
            show_many_file(file, arguments.language)

    many = load_bundle(
        context.engine,
        bundle,
        who=arguments.who,
        now=context.settings.now,
        approve=arguments.approve,
        confirmed=_confirmed(arguments),
        progress=tell_of,
    )
    if arguments.format == "json":
        say_json([plain_return(one.loaded, arguments.language, name=one.name) for one in many.files if one.loaded])
    for one in many.files:
        if not comes_at_once and (arguments.format == "text" or one.loaded is None):
            show_many_file(one, arguments.language)
    sum_up(many, beside=arguments.format == "json")
    blocked = many.counts[Outcome.REFUSED] > 0
    return FINDINGS if blocked else NOT_NOW if many.troubles else DONE


def _rehearse(arguments: Namespace, context: Context, name: str, data: bytes) -> RehearsedReturn:
    return rehearse_return(
        context.source,
        name,
        data,
        who=arguments.who,
        now=context.settings.now(),
        approve=arguments.approve,
        confirmed=_confirmed(arguments),
    )


def _confirmed(arguments: Namespace) -> Confirmed | None:
    if arguments.site and arguments.quarter:
        return Confirmed(site=arguments.site, quarter=arguments.quarter)
    return None


def _open(arguments: Namespace) -> Bundle | None:
    """What the paths hold; None, with the reason told, where there is nothing to go through."""
    if bool(arguments.site) != bool(arguments.quarter):
        tell("Confirm both, or neither: --site and --quarter.")
        return None
    bundle = open_paths(arguments.paths)
    if bundle.files:
        return bundle
    show_left_out(bundle.left_out)
    tell("There is no such file, or no workbook in the folder or zip.")
    return None


def _comes_at_once(arguments: Namespace, bundle: Bundle) -> bool:
    """A bar stands in the way of lines, so they come at the end; elsewhere each file is told as soon as it is done."""
    return arguments.format == "text" and not has_bar(len(bundle.files))


def _go_through(arguments: Namespace, treat: Callable[[str, bytes], RehearsedReturn]) -> int:
    """Every file by itself: one that can't be taken doesn't keep the others out. Nothing is stored."""
    bundle = _open(arguments)
    if bundle is None:
        return WRONG_USE
    comes_at_once = _comes_at_once(arguments, bundle)
    done: list[RehearsedReturn] = []
    worst = DONE
    for file in with_progress(bundle.files, "returns"):
        try:
            data = file.read()
            if isinstance(data, Finding):
                done.append(RehearsedReturn(LoadedReturn(file.name, Outcome.REFUSED, (data,)), None))
            else:
                done.append(treat(file.name, data))
        except (CardecError, OSError) as error:
            tell(f"{file.name}: {error}")
            worst = NOT_NOW
            continue
        if comes_at_once:
            show_return(done[-1], arguments.language)
    if arguments.format == "json":
        say_json([plain_return(one.told, arguments.language, effects=one.effects) for one in done])
    elif not comes_at_once:
        for one in done:
            show_return(one, arguments.language)
    show_left_out(bundle.left_out)
    blocked = any(one.told.outcome is Outcome.REFUSED for one in done)
    return FINDINGS if blocked else worst
