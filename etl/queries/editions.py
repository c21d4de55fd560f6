"""Read the published editions, their files and their figures."""

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
    "find_edition_versions",
    "find_file",
    "find_newest_edition_contents",
    "find_outline",
    "list_editions",
    "list_paths",
    "map_replacements",
]


def list_editions(source: DataSource) -> tuple[EditionSummary, ...]:
    """Return every edition, newest last."""
    with reading(source.engine) as connection:
        return read_edition_summaries(connection)


def find_edition_versions(source: DataSource) -> frozenset[tuple[str, int]] | None:
    """Return the id and number of redactions of every edition; None where the database cannot tell quickly."""
    return read_edition_versions(source.engine)


def find_file(source: DataSource, edition: str, path: str) -> EditionFile | None:
    """Return one page or download as it was rendered; None for an unknown path."""
    with reading(source.engine) as connection:
        return find_edition_file(connection, edition, path)


def list_paths(source: DataSource, edition: str) -> tuple[str, ...]:
    """Return the paths of all files of an edition."""
    with reading(source.engine) as connection:
        return read_edition_paths(connection, edition)


def find_outline(source: DataSource, edition: str) -> Edition | None:
    """Return an edition without its figures; None for an unknown id."""
    with reading(source.engine) as connection:
        return find_edition(connection, edition)


def find_edition_contents(source: DataSource, edition: str) -> EditionContents | None:
    """Return an edition with its figures; None for an unknown id."""
    with reading(source.engine) as connection:
        outline = find_edition(connection, edition)
        return None if outline is None else EditionContents(outline, read_edition_figures(connection, edition))


def find_newest_edition_contents(source: DataSource) -> EditionContents | None:
    """Return the newest edition with its figures; None before the first. The data source caches it."""
    with reading(source.engine) as connection:
        editions = read_edition_summaries(connection)
        if not editions:
            return None
        version = (editions[-1].id, editions[-1].changes)
        cached = source.newest_contents_cache
        if cached is None or cached[0] != version:
            outline = find_edition(connection, editions[-1].id)
            assert outline is not None
            cached = (version, EditionContents(outline, read_edition_figures(connection, outline.id)))
            source.newest_contents_cache = cached
        return cached[1]


def map_replacements(editions: tuple[EditionSummary, ...]) -> dict[str, str]:
    """Return the id of the last edition of its quarter for each edition that was replaced."""
    last = {edition.quarter: edition.id for edition in editions}
    return {edition.id: last[edition.quarter] for edition in editions if last[edition.quarter] != edition.id}
