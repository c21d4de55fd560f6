"""Which editions there are, and their files and figures: all that the public side reads, and nothing that moves."""

from etl.database.connection import reading
from etl.database.edition_records import EditionFile, EditionLine
from etl.database.read.editions import (
    edition_marks,
    find_edition,
    find_edition_file,
    read_edition_figures,
    read_edition_lines,
    read_edition_paths,
)
from etl.indicators.editions import Book, Edition
from etl.queries.source import Source

__all__ = [
    "EditionFile",
    "EditionLine",
    "find_book",
    "find_file",
    "find_marks",
    "find_newest_book",
    "find_outline",
    "list_editions",
    "list_paths",
    "replacements",
]


def list_editions(source: Source) -> tuple[EditionLine, ...]:
    """Every edition, the newest last."""
    with reading(source.engine) as connection:
        return read_edition_lines(connection)


def find_marks(source: Source) -> frozenset[tuple[str, int]] | None:
    """The names of all editions with how often each was changed; None where that can't be told quickly."""
    return edition_marks(source.engine)


def find_file(source: Source, edition: str, path: str) -> EditionFile | None:
    """One page or download as it was rendered; None for a path that the edition doesn't have."""
    with reading(source.engine) as connection:
        return find_edition_file(connection, edition, path)


def list_paths(source: Source, edition: str) -> tuple[str, ...]:
    """The paths of all files of an edition."""
    with reading(source.engine) as connection:
        return read_edition_paths(connection, edition)


def find_outline(source: Source, edition: str) -> Edition | None:
    """What an edition stands on, without its figures."""
    with reading(source.engine) as connection:
        return find_edition(connection, edition)


def find_book(source: Source, edition: str) -> Book | None:
    """An edition with its figures."""
    with reading(source.engine) as connection:
        found = find_edition(connection, edition)
        return Book(found, read_edition_figures(connection, edition)) if found is not None else None


def find_newest_book(source: Source) -> Book | None:
    """The newest edition with its figures; None before the first. It is kept until it is no longer the newest."""
    with reading(source.engine) as connection:
        lines = read_edition_lines(connection)
        if not lines:
            return None
        newest = (lines[-1].id, lines[-1].changes)
        kept = source.newest_edition
        if kept is None or kept[0] != newest:
            found = find_edition(connection, lines[-1].id)
            assert found is not None
            kept = (newest, Book(found, read_edition_figures(connection, found.id)))
            source.newest_edition = kept
        return kept[1]


def replacements(lines: tuple[EditionLine, ...]) -> dict[str, str]:
    """By which edition each replaced one is replaced, the last one of its quarter."""
    last = {line.quarter: line.id for line in lines}
    return {line.id: last[line.quarter] for line in lines if last[line.quarter] != line.id}
