"""The gate's third step for comments: collect the comments of a sheet by cell."""

from collections.abc import Mapping
from posixpath import basename, dirname, join, normpath
from zipfile import ZipFile

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.escaped_characters import decode_escapes
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


class _RelationshipStream(PartStream):
    """Collect the names of the parts that hold a sheet's comments."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.targets: list[str] = []

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"Relationship": self._add_relationship}

    def _add_relationship(self, attributes: Attributes) -> None:
        if get_attribute(attributes, "Type").endswith("/comments"):
            self.targets.append(get_attribute(attributes, "Target"))


class _CommentStream(TextStream):
    """Collect the comments of one part."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.comments: dict[str, str] = {}
        self._cell = ""

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {**super().list_start_handlers(), "comment": self._start_comment, "text": self.start_text}

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {**super().list_end_handlers(), "text": self._end_text}

    def _start_comment(self, attributes: Attributes) -> None:
        self._cell = get_attribute(attributes, "ref")

    def _end_text(self) -> None:
        if self._cell:
            self.comments[self._cell] = decode_escapes(self.join_text()).strip()
            self._cell = ""
            if len(self.comments) > MAX_COMMENTS:
                raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))


def stream_comments(archive: ZipFile, sheet_part: str, budget: Budget) -> dict[str, str]:
    """Return the comments of a sheet by cell."""
    names = set(archive.namelist())
    folder = dirname(sheet_part)
    relationships = _RelationshipStream(join(folder, "_rels", f"{basename(sheet_part)}.rels"), budget)
    if relationships.name not in names:
        return {}
    relationships.run(archive)
    comments: dict[str, str] = {}
    for target in relationships.targets:
        name = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        if name in names:
            comment_stream = _CommentStream(name, budget)
            comment_stream.run(archive)
            comments |= comment_stream.comments
    return comments
