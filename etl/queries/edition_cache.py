"""Cache the published editions and their files for a server."""

import gzip
import logging
from collections import OrderedDict
from threading import Lock, Thread

from etl.database.failures import UnreachableError
from etl.errors import CardecError
from etl.indicators.editions import Edition, EditionContents
from etl.queries.data_source import DataSource
from etl.queries.editions import (
    EditionFile,
    EditionSummary,
    find_edition_contents,
    find_edition_versions,
    find_file,
    find_outline,
    list_editions,
    list_paths,
)

_log = logging.getLogger(__name__)

_MAX_BYTES = 64 * 1024 * 1024
"""Bytes of files that one worker process caches."""
_MAX_GZIPPED_FILES = 500
_MAX_CONTENTS = 2


class EditionCache:
    """The list of editions and their files. Threads can share it.

    A file changes only when its edition is redacted, which raises `EditionSummary.changes`.
    """

    def __init__(self, source: DataSource) -> None:
        self.source = source
        self._files: OrderedDict[tuple[str, int, str], EditionFile] = OrderedDict()
        self._paths: dict[tuple[str, int], frozenset[str]] = {}
        self._outlines: dict[tuple[str, int], Edition | None] = {}
        self._contents: dict[tuple[str, int], EditionContents] = {}
        self._gzipped: dict[str, bytes] = {}
        self._size = 0
        self._copied: tuple[str, int] | None = None
        """The edition that was copied last."""
        self._editions: tuple[EditionSummary, ...] = ()
        self._lock = Lock()

    def list_editions(self) -> tuple[EditionSummary, ...]:
        """Return every edition, newest last. Each call checks whether the cached list is still valid.

        While the database doesn't answer, the cached list holds, and with it the cached pages.
        """
        editions, versions = self._editions, find_edition_versions(self.source)
        if versions is None or versions != {(edition.id, edition.changes) for edition in editions}:
            try:
                editions = self._editions = list_editions(self.source)
            except UnreachableError:
                if not editions:
                    raise
            else:
                self._start_copying(editions)
        return editions

    def _start_copying(self, editions: tuple[EditionSummary, ...]) -> None:
        """Copy the newest edition in the background where its database is another program, which may be away later."""
        is_server = self.source.notices_silence and self.source.engine.dialect.name != "sqlite"
        if editions and is_server and _get_key(editions[-1]) != self._copied:
            self._copied = _get_key(editions[-1])
            Thread(target=self.copy_edition, args=(editions[-1],), daemon=True).start()

    def copy_edition(self, edition: EditionSummary) -> None:
        """Read every file of an edition into the cache, as far as they fit, and its outline."""
        try:
            for path in sorted(self._list_paths(edition)):
                if self._size > _MAX_BYTES // 2:
                    _log.warning("the local copy of edition %s is not complete: it is too large", edition.id)
                    break
                self.find_file(edition, path)
            self.find_outline(edition)
        except CardecError as error:
            _log.warning("edition %s was not copied: %s", edition.id, error)

    def find_file(self, edition: EditionSummary, path: str) -> EditionFile | None:
        """Return one file of an edition; None for an unknown path, which costs neither a query nor memory."""
        key = (edition.id, edition.changes, path)
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        file = find_file(self.source, edition.id, path) if path in self._list_paths(edition) else None
        if file is not None:
            self._add(key, file)
        return file

    def _add(self, key: tuple[str, int, str], file: EditionFile) -> None:
        with self._lock:
            self._size += _measure_size(file) - _measure_size(self._files.pop(key, None))
            self._files[key] = file
            while self._size > _MAX_BYTES and len(self._files) > 1:
                self._size -= _measure_size(self._files.popitem(last=False)[1])

    def _list_paths(self, edition: EditionSummary) -> frozenset[str]:
        key = _get_key(edition)
        if key not in self._paths:
            self._paths[key] = frozenset(list_paths(self.source, edition.id))
        return self._paths[key]

    def find_outline(self, edition: EditionSummary) -> Edition | None:
        """Return an edition without its figures."""
        key = (edition.id, edition.changes)
        if key not in self._outlines:
            self._outlines[key] = find_outline(self.source, edition.id)
        return self._outlines[key]

    def find_contents(self, edition: EditionSummary) -> EditionContents | None:
        """Return an edition with its figures. The last two that were asked for are cached."""
        key = (edition.id, edition.changes)
        with self._lock:
            if key in self._contents:
                return self._contents[key]
        contents = find_edition_contents(self.source, edition.id)
        with self._lock:
            if contents is not None:
                self._contents[key] = contents
            while len(self._contents) > _MAX_CONTENTS:
                self._contents.pop(next(iter(self._contents)))
        return contents

    def gzip_file(self, file: EditionFile) -> bytes:
        """Return the file compressed for a browser that does not accept Brotli."""
        if file.etag not in self._gzipped:
            if len(self._gzipped) > _MAX_GZIPPED_FILES:
                self._gzipped.clear()
            self._gzipped[file.etag] = gzip.compress(file.data, compresslevel=6, mtime=0)
        return self._gzipped[file.etag]


def _get_key(edition: EditionSummary) -> tuple[str, int]:
    return edition.id, edition.changes


def _measure_size(file: EditionFile | None) -> int:
    """Return the bytes of a cached file with those of its path and key; 0 for none."""
    return 0 if file is None else 200 + len(file.data) + len(file.compressed or b"")
