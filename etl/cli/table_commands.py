"""`layouts list`, `layouts guess`, and `check` and `load` with `--layout`: tables of other layouts."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.account_output import write_account
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
from etl.cli.table_output import print_parsed_table, print_table_import, serialize_table_import
from etl.errors import CardecError
from etl.locale import get_locale
from etl.queries.saved_layouts import find_layout, list_layouts
from etl.returns.findings.finding import Finding
from etl.returns.layouts.carry_over import RestChoice
from etl.returns.layouts.layout import format_layout
from etl.returns.workbook.bundle import open_paths
from etl.returns.workbook.cells import format_column
from etl.use_cases.returns.import_file import ImportResult
from etl.use_cases.returns.import_table import TableImport, check_table, guess_table_layout, import_table


def add_commands(commands: Commands) -> None:
    layouts = commands.add_parser("layouts", help="layouts, which map other spreadsheets to returns")
    subcommands = layouts.add_subparsers(dest="layouts", required=True, metavar="COMMAND")
    listing = subcommands.add_parser("list", help="list the available layouts")
    listing.set_defaults(run=run_list)
    guess = subcommands.add_parser("guess", help="propose a layout for an unknown sheet, and print what it reads")
    guess.add_argument("path", type=Path, metavar="FILE")
    guess.add_argument("--site", default="", metavar="CODE", help="the site, for a table without a column of sites")
    guess.add_argument("--language", choices=("en", "km"), default="en")
    guess.add_argument("--format", choices=("text", "json"), default="text")
    guess.set_defaults(run=run_guess)


def run_list(_arguments: Namespace, context: Context) -> int:
    rows = [(layout.name, layout.kind.value, layout.about) for layout in list_layouts(context.engine)]
    print_table(("layout", "kind", "what it is"), rows)
    return EXIT_OK


def run_guess(arguments: Namespace, context: Context) -> int:
    if not arguments.path.is_file():
        print_error(f"There is no file {arguments.path}.")
        return EXIT_USAGE
    path: Path = arguments.path
    locale = get_locale(arguments.language)
    table_guess = guess_table_layout(context.engine, path.name, path.read_bytes(), site=arguments.site)
    guess, table = table_guess.layout_guess, table_guess.table
    if arguments.format == "json":
        data = serialize_table_import(table, locale)
        data["layout"] = guess.layout.name if guess and guess.is_known else None
        data["proposed"] = format_layout(guess.layout) if guess and not guess.is_known else None
        data["number_columns"] = [
            {"sheet": column.sheet, "column": format_column(column.column), "heading": column.heading}
            | {"kinds": sorted(column.kinds), "is_result": column.is_result}
            for column in table_guess.number_columns
        ]
        print_json(data)
        return EXIT_FINDINGS if guess is None else EXIT_OK
    if guess is None:
        print_table_import(table, locale)
        for column in table_guess.number_columns:
            kinds = ", ".join(sorted(column.kinds)) or "not known"
            print_line(f"  {column.sheet}!{format_column(column.column)} {column.heading}: {kinds}")
        print_error(
            "No layout can be proposed: no column is certain to hold results, or no indicator has a number and a "
            "quarter or year. Copy a file of data/layouts and name the columns of the table in it."
        )
        return EXIT_FINDINGS
    if guess.is_known:
        print_line(f"layout {guess.layout.name}")
    else:
        print_line("no known layout; this one would read it:")
        print_line(format_layout(guess.layout))
        print_line("Save it as data/layouts/NAME.toml, check it, then run: python -m etl load FILE --layout NAME")
    print_parsed_table(guess.table, table.account, locale)
    return EXIT_OK


def run_check_tables(arguments: Namespace, context: Context) -> int:
    """Check tables and, with `--effects` or in a dry run, compute the effects of their returns."""
    layout = find_layout(context.engine, arguments.layout)
    with_effects = getattr(arguments, "effects", False) or getattr(arguments, "dry_run", False)

    def check(name: str, data: bytes) -> TableImport:
        return check_table(
            context.source,
            name,
            data,
            layout=layout,
            now=context.settings.now(),
            site=arguments.site or "",
            with_effects=with_effects,
            rest=RestChoice(arguments.rest),
        )

    return _process_files(arguments, check)


def run_import_tables(arguments: Namespace, context: Context) -> int:
    layout = find_layout(context.engine, arguments.layout)

    def load(name: str, data: bytes) -> TableImport:
        def report_progress(done: int, total: int, _result: ImportResult) -> None:
            show_progress(done, total, name)

        return import_table(
            context.engine,
            name,
            data,
            layout=layout,
            actor=arguments.actor,
            now=context.settings.now(),
            site=arguments.site or "",
            approve=arguments.approve,
            rest=RestChoice(arguments.rest),
            report_progress=report_progress,
        )

    return _process_files(arguments, load)


def _process_files(arguments: Namespace, process_file: Callable[[str, bytes], TableImport]) -> int:
    """Process each file and print the results. A file that fails doesn't stop the others."""
    if arguments.quarter:
        print_error("--quarter is for forms: a table contains its quarters.")
        return EXIT_USAGE
    bundle = open_paths(arguments.paths)
    if not bundle.files:
        print_error("There is no such file, or no workbook in the folder or zip.")
        return EXIT_USAGE
    locale = get_locale(arguments.language)
    tables: list[TableImport] = []
    exit_code = EXIT_OK
    for file in bundle.files:
        try:
            data = file.read()
            if isinstance(data, Finding):
                tables.append(TableImport(file.name, None, (data,)))
            else:
                tables.append(process_file(file.name, data))
        except (CardecError, OSError) as error:
            print_error(f"{file.name}: {error}")
            exit_code = EXIT_UNAVAILABLE
            continue
        if arguments.format == "text":
            print_table_import(tables[-1], locale)
    if arguments.format == "json":
        print_json([serialize_table_import(table, locale) for table in tables])
    if arguments.account is not None:
        accounts = [(table.name, table.account) for table in tables]
        write_account(arguments.account, accounts, locale)
    print_skipped_files(bundle.skipped_files)
    return EXIT_FINDINGS if any(table.has_refusals for table in tables) else exit_code
