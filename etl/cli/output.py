"""Output of commands: exit codes, tables and JSON on standard output, messages on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 3

_Item = TypeVar("_Item")


def print_line(text: str) -> None:
    """Print a line on standard output, flushed so that a killed command loses nothing."""
    print(text, flush=True)


def print_error(text: str) -> None:
    """Print a line on standard error, which leaves standard output free for pipes."""
    print(text, file=sys.stderr)


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    print_line(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return columns under their headings, two spaces apart."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns under their headings, two spaces apart."""
    print(format_table(header, rows), end="", flush=True)


def track_progress(items: Sequence[_Item], label: str) -> Iterator[_Item]:
    """Yield the items, with a progress bar on a terminal."""
    for done, item in enumerate(items):
        show_progress(done, len(items), label)
        yield item
    show_progress(len(items), len(items), label)


def has_progress_bar(total: int) -> bool:
    """Whether a progress bar is shown: on a terminal, for more than one item."""
    return sys.stderr.isatty() and total > 1


def show_progress(done: int, total: int, label: str) -> None:
    """Redraw the progress bar; the last item ends its line."""
    if has_progress_bar(total):
        bar_length = 30 * done // total
        end = "\n" if done == total else ""
        print(
            f"\r{label} [{'#' * bar_length}{'.' * (30 - bar_length)}] {done}/{total}",
            end=end,
            file=sys.stderr,
            flush=True,
        )
