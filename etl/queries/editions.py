"""Which editions there are, and their files and figures: all that the public side reads, and nothing that moves."""

from etl.database.connection import reading
from etl.database.edition_records import EditionFile, EditionSummary
from etl.database.read.editions import (
    find_edition,
    find_edition_file,
    read_edition_figures,
    read_edition_paths,
    read_edition_summaries,
    read_edition_versions,
)
from etl.indicators.editions import Edition, EditionContents
from etl.queries.data_source import DataSource

__all__ = [
    "EditionFile",
    "EditionSummary",
    "find_edition_contents",
    "find_file",
    "find_edition_versions",
    "find_newest_edition_contents",
    "find_outline",
    "list_editions",
    "list_paths",
    "map_replacements",
]


def list_editions(source: DataSource) -> tuple[EditionSummary, ...]:
    """Every edition, the newest last."""
    with reading(source.engine) as connection:
        return read_edition_summaries(connection)


def find_edition_versions(source: DataSource) -> frozenset[tuple[str, int]] | None:
    """The names of all editions with how often each was changed; None where that can't be told quickly."""
    return read_edition_versions(source.engine)


def find_file(source: DataSource, edition: str, path: str) -> EditionFile | None:
    """One page or download as it was rendered; None for a path that the edition doesn't have."""
    with reading(source.engine) as connection:
        return find_edition_file(connection, edition, path)


def list_paths(source: DataSource, edition: str) -> tuple[str, ...]:
    """The paths of all files of an edition."""
    with reading(source.engine) as connection:
        return read_edition_paths(connection, edition)


def find_outline(source: DataSource, edition: str) -> Edition | None:
    """What an edition stands on, without its figures."""
    with reading(source.engine) as connection:
        return find_edition(connection, edition)


def find_edition_contents(source: DataSource, edition: str) -> EditionContents | None:
    """An edition with its figures."""
    with reading(source.engine) as connection:
        found = find_edition(connection, edition)
        return EditionContents(found, read_edition_figures(connection, edition)) if found is not None else None


def find_newest_edition_contents(source: DataSource) -> EditionContents | None:
    """The newest edition with its figures; None before the first. It is kept until it is no longer the newest."""
    with reading(source.engine) as connection:
        lines = read_edition_summaries(connection)
        if not lines:
            return None
        newest = (lines[-1].id, lines[-1].changes)
        kept = source.newest_contents_cache
        if kept is None or kept[0] != newest:
            found = find_edition(connection, lines[-1].id)
            assert found is not None
            kept = (newest, EditionContents(found, read_edition_figures(connection, found.id)))
            source.newest_contents_cache = kept
        return kept[1]


def map_replacements(editions: tuple[EditionSummary, ...]) -> dict[str, str]:
    """By which edition each replaced one is replaced, the last one of its quarter."""
    last = {line.quarter: line.id for line in editions}
    return {line.id: last[line.quarter] for line in editions if last[line.quarter] != line.id}
