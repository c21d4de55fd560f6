"""The gate's third step, for comments: which cell of a sheet has one, and what it says."""

from collections.abc import Mapping
from posixpath import basename, dirname, join, normpath
from zipfile import ZipFile

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.part_stream import (
    Attributes,
    Budget,
    EndHandler,
    PartRefusedError,
    PartStream,
    StartHandler,
    get_attribute,
)
from etl.returns.workbook.text_stream import TextStream

MAX_COMMENTS = 2_000


class _Relations(PartStream):
    """Which parts hold the comments of a sheet."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.targets: list[str] = []

    def openers(self) -> Mapping[str, StartHandler]:
        return {"Relationship": self._relation}

    def _relation(self, attributes: Attributes) -> None:
        if get_attribute(attributes, "Type").endswith("/comments"):
            self.targets.append(get_attribute(attributes, "Target"))


class _Comments(TextStream):
    """The comments of one part."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.comments: dict[str, str] = {}
        self._cell = ""

    def openers(self) -> Mapping[str, StartHandler]:
        return {**super().openers(), "comment": self._open_comment, "text": self.start_text}

    def closers(self) -> Mapping[str, EndHandler]:
        return {**super().closers(), "text": self._close_text}

    def _open_comment(self, attributes: Attributes) -> None:
        self._cell = get_attribute(attributes, "ref")

    def _close_text(self) -> None:
        if self._cell:
            self.comments[self._cell] = self.join_text().strip()
            self._cell = ""
            if len(self.comments) > MAX_COMMENTS:
                raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))


def stream_comments(archive: ZipFile, sheet_part: str, budget: Budget) -> dict[str, str]:
    """What the comments of a sheet say, by cell."""
    names = set(archive.namelist())
    folder = dirname(sheet_part)
    relations = _Relations(join(folder, "_rels", f"{basename(sheet_part)}.rels"), budget)
    if relations.name not in names:
        return {}
    relations.run(archive)
    said: dict[str, str] = {}
    for target in relations.targets:
        name = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        if name in names:
            comments = _Comments(name, budget)
            comments.run(archive)
            said |= comments.comments
    return said
