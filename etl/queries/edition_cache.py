"""The editions as a server hands them out: each request asks whether the list still holds; files never change."""

import gzip
from collections import OrderedDict
from threading import Lock

from etl.indicators.editions import Edition
from etl.queries.data_source import DataSource
from etl.queries.editions import (
    EditionFile,
    EditionSummary,
    find_edition_versions,
    find_file,
    find_outline,
    list_editions,
)

_MOST_KEPT = 64 * 1024 * 1024
"""Bytes of files that one worker keeps."""


class EditionCache:
    """The files of one source's editions; safe to share between threads."""

    def __init__(self, source: DataSource) -> None:
        self.source = source
        self._files: OrderedDict[tuple[str, int, str], EditionFile | None] = OrderedDict()
        self._outlines: dict[tuple[str, int], Edition | None] = {}
        self._zipped: dict[str, bytes] = {}
        self._kept = 0
        self._lines: tuple[EditionSummary, ...] = ()
        self._lock = Lock()

    def list_editions(self) -> tuple[EditionSummary, ...]:
        """Every edition at this moment, the newest last; read again only where one came or was changed."""
        kept, marks = self._lines, find_edition_versions(self.source)
        if marks is None or marks != {(line.id, line.changes) for line in kept}:
            kept = self._lines = list_editions(self.source)
        return kept

    def find_file(self, edition: EditionSummary, path: str) -> EditionFile | None:
        """One file of an edition; read once, and again only after something was taken out of the edition."""
        key = (edition.id, edition.changes, path)
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        found = find_file(self.source, edition.id, path)
        with self._lock:
            self._files[key] = found
            self._kept += _size(found)
            while self._kept > _MOST_KEPT and len(self._files) > 1:
                _, dropped = self._files.popitem(last=False)
                self._kept -= _size(dropped)
        return found

    def find_outline(self, edition: EditionSummary) -> Edition | None:
        """What an edition stands on, without its figures."""
        key = (edition.id, edition.changes)
        if key not in self._outlines:
            self._outlines[key] = find_outline(self.source, edition.id)
        return self._outlines[key]

    def gzip_file(self, file: EditionFile) -> bytes:
        """The file for a browser that takes gzip only."""
        if file.etag not in self._zipped:
            if len(self._zipped) > 500:
                self._zipped.clear()
            self._zipped[file.etag] = gzip.compress(file.data, compresslevel=6, mtime=0)
        return self._zipped[file.etag]


def _size(file: EditionFile | None) -> int:
    return 200 if file is None else 200 + len(file.data) + len(file.compressed or b"")
