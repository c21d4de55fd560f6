"""The gate's third step, for comments: which cell of a sheet has one, and what it says."""

from posixpath import basename, dirname, join, normpath
from zipfile import ZipFile

from etl.returns.findings import found
from etl.returns.part_stream import Budget, PartRefusedError, PartStream, attribute

MAX_COMMENTS = 2_000


class _Relations(PartStream):
    """Which parts hold the comments of a sheet."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.targets: list[str] = []

    def opened(self, name: str, attributes: list[str]) -> None:
        if name == "Relationship" and attribute(attributes, "Type").endswith("/comments"):
            self.targets.append(attribute(attributes, "Target"))


class _Comments(PartStream):
    """The comments of one part."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.comments: dict[str, str] = {}
        self._cell = ""

    def opened(self, name: str, attributes: list[str]) -> None:
        if name == "comment":
            self._cell = attribute(attributes, "ref")
        elif name == "text" and self._cell:
            self.capture()

    def closed(self, name: str) -> None:
        if name == "text" and self._cell:
            self.comments[self._cell] = self.captured().strip()
            self._cell = ""
            if len(self.comments) > MAX_COMMENTS:
                raise PartRefusedError(found("file-too-much-data", detail=self.place))


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
