"""`layouts list`, `layouts guess`, and `check` and `load` with `--layout`: tables that somebody made for themselves."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.output import (
    EXIT_FINDINGS,
    EXIT_OK,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    print_error,
    print_json,
    print_line,
    print_table,
    show_progress,
)
from etl.cli.parsers import Commands, Context
from etl.cli.return_output import print_skipped_files
from etl.cli.table_output import print_parsed_table, print_table_import, table_import_to_dict
from etl.errors import CardecError
from etl.locale import get_locale
from etl.returns.findings.finding import Finding
from etl.returns.layouts.layout import layout_to_toml, list_layout_names, read_layout
from etl.returns.workbook.bundle import open_paths
from etl.use_cases.returns.import_file import ImportResult
from etl.use_cases.returns.import_table import TableImport, check_table, guess_table_layout, import_table


def add_commands(commands: Commands) -> None:
    layouts = commands.add_parser("layouts", help="how other spreadsheets map to returns")
    below = layouts.add_subparsers(dest="layouts", required=True, metavar="COMMAND")
    listing = below.add_parser("list", help="name the layouts that are there")
    listing.set_defaults(run=run_list)
    guess = below.add_parser("guess", help="propose a layout for an unknown sheet, and tell what it understands")
    guess.add_argument("path", type=Path, metavar="FILE")
    guess.add_argument("--site", default="", metavar="CODE", help="the site, where the table doesn't say it")
    guess.add_argument("--language", choices=("en", "km"), default="en")
    guess.add_argument("--format", choices=("text", "json"), default="text")
    guess.set_defaults(run=run_guess)


def run_list(_arguments: Namespace, _context: Context) -> int:
    layouts = [read_layout(name) for name in list_layout_names()]
    print_table(("layout", "kind", "what it is"), [(one.name, one.kind.value, one.about) for one in layouts])
    return EXIT_OK


def run_guess(arguments: Namespace, context: Context) -> int:
    if not arguments.path.is_file():
        print_error(f"There is no file {arguments.path}.")
        return EXIT_USAGE
    path: Path = arguments.path
    guess, table = guess_table_layout(context.engine, path.name, path.read_bytes(), site=arguments.site)
    if arguments.format == "json":
        plain = table_import_to_dict(table, get_locale(arguments.language))
        plain["layout"] = guess.layout.name if guess and guess.is_known else None
        plain["proposed"] = layout_to_toml(guess.layout) if guess and not guess.is_known else None
        print_json(plain)
        return EXIT_FINDINGS if guess is None else EXIT_OK
    if guess is None:
        print_table_import(table, get_locale(arguments.language))
        print_error(
            "No indicator of the plan stands beside a number and a quarter or year, so no layout can be proposed."
        )
        return EXIT_FINDINGS
    print_line(f"layout {guess.layout.name}" if guess.is_known else "no known layout; this one would understand it:")
    if not guess.is_known:
        print_line(layout_to_toml(guess.layout))
        print_line(
            "Save it as data/layouts/NAME.toml, look it over, and load with: python -m etl load FILE --layout NAME"
        )
    print_parsed_table(guess.table, get_locale(arguments.language))
    return EXIT_OK


def run_check_tables(arguments: Namespace, context: Context) -> int:
    """What each table says and, with `--effects` or in a dry run, what its returns would change."""
    layout = read_layout(arguments.layout)
    effects = getattr(arguments, "effects", False) or getattr(arguments, "dry_run", False)

    def check(name: str, data: bytes) -> TableImport:
        return check_table(
            context.source,
            name,
            data,
            layout=layout,
            now=context.settings.now(),
            site=arguments.site or "",
            with_effects=effects,
        )

    return _go_through(arguments, check)


def run_import_tables(arguments: Namespace, context: Context) -> int:
    layout = read_layout(arguments.layout)

    def load(name: str, data: bytes) -> TableImport:
        def told(done: int, total: int, _one: ImportResult) -> None:
            show_progress(done, total, name)

        return import_table(
            context.engine,
            name,
            data,
            layout=layout,
            actor=arguments.who,
            now=context.settings.now(),
            site=arguments.site or "",
            approve=arguments.approve,
            report_progress=told,
        )

    return _go_through(arguments, load)


def _go_through(arguments: Namespace, treat: Callable[[str, bytes], TableImport]) -> int:
    if arguments.quarter:
        print_error("A table says its own quarters: --quarter is for forms.")
        return EXIT_USAGE
    bundle = open_paths(arguments.paths)
    if not bundle.files:
        print_error("There is no such file, or no workbook in the folder or zip.")
        return EXIT_USAGE
    done: list[TableImport] = []
    worst = EXIT_OK
    for file in bundle.files:
        try:
            data = file.read()
            done.append(TableImport(file.name, None, (data,)) if isinstance(data, Finding) else treat(file.name, data))
        except (CardecError, OSError) as error:
            print_error(f"{file.name}: {error}")
            worst = EXIT_UNAVAILABLE
            continue
        if arguments.format == "text":
            print_table_import(done[-1], get_locale(arguments.language))
    if arguments.format == "json":
        print_json([table_import_to_dict(one, get_locale(arguments.language)) for one in done])
    print_skipped_files(bundle.skipped_files)
    return EXIT_FINDINGS if any(one.has_refusals for one in done) else worst
