"""`layouts list`, `layouts guess`, and `check` and `load` with `--layout`: tables that somebody made for themselves."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.answers import DONE, FINDINGS, NOT_NOW, WRONG_USE, say, say_json, say_table, show_progress, tell
from etl.cli.parsers import Commands, Context
from etl.cli.return_answers import show_left_out
from etl.cli.table_answers import plain_table, show_table, show_understood
from etl.errors import CardecError
from etl.returns.findings.finding import Finding
from etl.returns.layouts.layout import as_toml, layout_names, read_layout
from etl.returns.workbook.bundle import open_paths
from etl.use_cases.returns.import_file import LoadedReturn
from etl.use_cases.returns.import_table import LoadedTable, check_table, guess_table, load_table


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
    layouts = [read_layout(name) for name in layout_names()]
    say_table(("layout", "kind", "what it is"), [(one.name, one.kind.value, one.about) for one in layouts])
    return DONE


def run_guess(arguments: Namespace, context: Context) -> int:
    if not arguments.path.is_file():
        tell(f"There is no file {arguments.path}.")
        return WRONG_USE
    path: Path = arguments.path
    guess, table = guess_table(context.engine, path.name, path.read_bytes(), site=arguments.site)
    if arguments.format == "json":
        plain = plain_table(table, arguments.language)
        plain["layout"] = guess.layout.name if guess and guess.is_known else None
        plain["proposed"] = as_toml(guess.layout) if guess and not guess.is_known else None
        say_json(plain)
        return FINDINGS if guess is None else DONE
    if guess is None:
        show_table(table, arguments.language)
        tell("No indicator of the plan stands beside a number and a quarter or year, so no layout can be proposed.")
        return FINDINGS
    say(f"layout {guess.layout.name}" if guess.is_known else "no known layout; this one would understand it:")
    if not guess.is_known:
        say(as_toml(guess.layout))
        say("Save it as data/layouts/NAME.toml, look it over, and load with: python -m etl load FILE --layout NAME")
    show_understood(guess.taken, arguments.language)
    return DONE


def run_check_tables(arguments: Namespace, context: Context) -> int:
    """What each table says and, with `--effects` or in a dry run, what its returns would change."""
    layout = read_layout(arguments.layout)
    effects = getattr(arguments, "effects", False) or getattr(arguments, "dry_run", False)

    def check(name: str, data: bytes) -> LoadedTable:
        return check_table(
            context.source,
            name,
            data,
            layout=layout,
            now=context.settings.now(),
            site=arguments.site or "",
            effects=effects,
        )

    return _go_through(arguments, check)


def run_load_tables(arguments: Namespace, context: Context) -> int:
    layout = read_layout(arguments.layout)

    def load(name: str, data: bytes) -> LoadedTable:
        def told(done: int, total: int, _one: LoadedReturn) -> None:
            show_progress(done, total, name)

        return load_table(
            context.engine,
            name,
            data,
            layout=layout,
            who=arguments.who,
            now=context.settings.now(),
            site=arguments.site or "",
            approve=arguments.approve,
            progress=told,
        )

    return _go_through(arguments, load)


def _go_through(arguments: Namespace, treat: Callable[[str, bytes], LoadedTable]) -> int:
    if arguments.quarter:
        tell("A table says its own quarters: --quarter is for forms.")
        return WRONG_USE
    bundle = open_paths(arguments.paths)
    if not bundle.files:
        tell("There is no such file, or no workbook in the folder or zip.")
        return WRONG_USE
    done: list[LoadedTable] = []
    worst = DONE
    for file in bundle.files:
        try:
            data = file.read()
            done.append(LoadedTable(file.name, None, (data,)) if isinstance(data, Finding) else treat(file.name, data))
        except (CardecError, OSError) as error:
            tell(f"{file.name}: {error}")
            worst = NOT_NOW
            continue
        if arguments.format == "text":
            show_table(done[-1], arguments.language)
    if arguments.format == "json":
        say_json([plain_table(one, arguments.language) for one in done])
    show_left_out(bundle.left_out)
    return FINDINGS if any(one.blocks for one in done) else worst
