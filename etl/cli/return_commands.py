"""`check` and `load`: returns from a file or a folder, with every finding at its cell."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from etl.cli.answers import DONE, FINDINGS, NOT_NOW, WRONG_USE, say, say_json, tell, with_progress
from etl.cli.effect_answers import plain_effects, show_effects
from etl.cli.parsers import Commands, Context, quarter_argument
from etl.errors import CardecError
from etl.load_return import (
    LoadedReturn,
    Outcome,
    RehearsedReturn,
    annotate_return_file,
    check_return_file,
    load_return,
    rehearse_return,
)
from etl.returns.claims import Confirmed
from etl.returns.findings import advice, as_plain, list_findings, message


def add_commands(commands: Commands) -> None:
    check = commands.add_parser("check", help="name everything that is wrong with a return, without loading it")
    load = commands.add_parser("load", help="load returns: a file, or every workbook of a folder")
    for command in (check, load):
        command.add_argument("paths", type=Path, nargs="+", metavar="FILE|FOLDER")
        command.add_argument("--site", help="confirms the site of a sheet that lost its form's data")
        command.add_argument("--quarter", type=quarter_argument, help="confirms its quarter")
        command.add_argument("--language", choices=("en", "km"), default="en")
        command.add_argument("--format", choices=("text", "json"), default="text")
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
    def load(name: str, data: bytes) -> RehearsedReturn:
        now, confirmed, who, approve = context.settings.now(), _confirmed(arguments), arguments.who, arguments.approve
        if arguments.dry_run:
            return rehearse_return(context.source, name, data, who=who, now=now, approve=approve, confirmed=confirmed)
        loaded = load_return(context.engine, name, data, who=who, now=now, approve=approve, confirmed=confirmed)
        return RehearsedReturn(loaded, None)

    return _go_through(arguments, load)


def _confirmed(arguments: Namespace) -> Confirmed | None:
    if arguments.site and arguments.quarter:
        return Confirmed(site=arguments.site, quarter=arguments.quarter)
    return None


def _go_through(arguments: Namespace, treat: Callable[[str, bytes], RehearsedReturn]) -> int:
    """Every file by itself: one that can't be loaded doesn't keep the others out."""
    if bool(arguments.site) != bool(arguments.quarter):
        tell("Confirm both, or neither: --site and --quarter.")
        return WRONG_USE
    files = list(_files(arguments.paths))
    if not files:
        tell("There is no such file, or no .xlsx file in the folder.")
        return WRONG_USE
    # A bar stands in the way of lines, so they come at the end; elsewhere each file is told as soon as it is done.
    comes_at_once = arguments.format == "text" and not sys.stderr.isatty()
    done: list[RehearsedReturn] = []
    worst = DONE
    for path in with_progress(files, "returns"):
        try:
            done.append(treat(path.name, path.read_bytes()))
        except (CardecError, OSError) as error:
            tell(f"{path.name}: {error}")
            worst = NOT_NOW
            continue
        if comes_at_once:
            _show(done[-1:], arguments)
    if not comes_at_once:
        _show(done, arguments)
    blocked = any(one.told.outcome is Outcome.REFUSED for one in done)
    return FINDINGS if blocked else worst


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.casefold() == ".xlsx")
        elif path.exists():
            yield path


def _show(done: list[RehearsedReturn], arguments: Namespace) -> None:
    if arguments.format == "json":
        say_json([_plain(one, arguments.language) for one in done])
        return
    for one in done:
        _show_told(one.told, arguments.language)
        if one.effects is not None:
            show_effects(one.effects, arguments.language)


def _show_told(one: LoadedReturn, language: str) -> None:
    told = f" (return {one.number})" if one.number else ""
    where = f" {one.site} {one.quarter}" if one.site else ""
    say(f"{one.name}:{where} {one.outcome.value}{told}")
    listed = list_findings(one.findings)
    for finding in listed.shown:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "file"
        said = f"{message(finding, language)} {advice(finding, language)}"
        say(f"  {finding.severity.value} {finding.code} {place}: {said}")
    if listed.total > len(listed.shown):
        say(f"  ... and {listed.total - len(listed.shown)} more")


def _plain(rehearsed: RehearsedReturn, language: str) -> dict[str, object]:
    one = rehearsed.told
    told: dict[str, object] = {
        "file": one.name,
        "outcome": one.outcome.value,
        "site": one.site,
        "quarter": str(one.quarter) if one.quarter else None,
        "return": one.number,
        "superseded": one.superseded,
        "findings": [as_plain(finding, language) for finding in list_findings(one.findings).shown],
        "found": len(one.findings),
    }
    if rehearsed.effects is not None:
        told["effects"] = plain_effects(rehearsed.effects, language)
    return told
