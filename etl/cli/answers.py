"""How a command answers: exit codes that scripts can use, tables and JSON on standard output, the rest beside it."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

DONE = 0
FINDINGS = 1
WRONG_USE = 2
NOT_NOW = 3

_Item = TypeVar("_Item")


def say(text: str) -> None:
    """A line on standard output, at once: what reads it may outlive the command."""
    print(text, flush=True)


def tell(text: str) -> None:
    """A line on standard error, so that output can be piped on."""
    print(text, file=sys.stderr)


def say_json(value: object) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns under their headings, two spaces apart."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def with_progress(items: Sequence[_Item], what: str) -> Iterator[_Item]:
    """The items, with a bar on a terminal when there are several."""
    for done, item in enumerate(items):
        show_progress(done, len(items), what)
        yield item
    show_progress(len(items), len(items), what)


def has_bar(total: int) -> bool:
    """Whether work on so many items shows a bar: on a terminal, when there are several."""
    return sys.stderr.isatty() and total > 1


def show_progress(done: int, total: int, what: str) -> None:
    """Draws the bar anew on its line; the line ends with the last item."""
    if has_bar(total):
        filled = 30 * done // total
        end = "\n" if done == total else ""
        print(f"\r{what} [{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", end=end, file=sys.stderr, flush=True)
