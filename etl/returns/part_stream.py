"""The gate's third step, for any XML part: streamed through expat, real bytes counted, no DTD, bounded depth."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn
from xml.parsers import expat
from zipfile import ZipFile

from etl.errors import CardecError
from etl.returns.findings import Finding, found
from etl.returns.zip_directory import MAX_INFLATED, MAX_PART

MAX_DEPTH = 64
MAX_ELEMENTS = 1_500_000
MAX_TEXT = 32_767
MAX_TOKEN = 2 * 1024 * 1024
_CHUNK = 64 * 1024


class PartRefusedError(CardecError):
    """A part that no return has; `finding` tells the sender."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass
class Budget:
    """What all parts of one file have used up together."""

    inflated: int = 0
    elements: int = 0
    cells: int = 0
    text: int = 0
    """Characters over all references to strings."""


class PartStream:
    """Watches one XML part go by. Subclasses take `opened` and `closed`, by local names."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self.budget = budget
        self.depth = 0
        self.capturing = False
        self.text: list[str] = []
        self._captured = 0
        self._elements = 0
        self._local_names: dict[str, str] = {}

    def opened(self, name: str, attributes: list[str]) -> None:
        """An element begins; attributes are name, value, name, value."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def run(self, archive: ZipFile) -> None:
        """Streams the part to its end; raises PartRefusedError, and what zipfile raises for a damaged one."""
        parser = self._parser()
        size = 0
        with archive.open(self.name) as source:
            try:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    self._count(len(chunk), size)
                    parser.Parse(chunk, False)
                    if size - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                        raise PartRefusedError(found("file-text-too-long", detail=self.place))
                parser.Parse(b"", True)
            except (expat.ExpatError, ValueError, LookupError) as fault:
                raise PartRefusedError(found("file-bad-xml", detail=f"{self.place}: {_reason(fault)}")) from fault
        self._count(0, size)

    @property
    def place(self) -> str:
        return PurePosixPath(self.name).name[:60]

    def capture(self) -> None:
        """Keep the character data from here on, until `captured` takes it."""
        self.capturing = True
        self._captured = 0
        self.text = []

    def captured(self) -> str:
        self.capturing = False
        return "".join(self.text)

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        if type(self) is PartStream:
            # Nobody wants to know what the elements are: they are only counted.
            parser.StartElementHandler, parser.EndElementHandler = self._start_any, self._end_any
        else:
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_dtd
        return parser

    def _count(self, more: int, size: int) -> None:
        self.budget.inflated += more
        if size > MAX_PART or self.budget.inflated > MAX_INFLATED:
            raise PartRefusedError(found("file-inflates", detail=self.place))
        self.budget.elements += self._elements
        self._elements = 0
        if self.budget.elements > MAX_ELEMENTS:
            raise PartRefusedError(found("file-too-much-data", detail=self.place))

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse_depth()
        local = self._local_names.get(name) or self._learn(name)
        self.opened(local, attributes)

    def _start_any(self, _name: str, _attributes: list[str]) -> None:
        self._elements += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse_depth()

    def _end_any(self, _name: str) -> None:
        self.depth -= 1

    def _refuse_depth(self) -> NoReturn:
        raise PartRefusedError(found("file-forbidden-xml", detail=f"{self.place}: depth"))

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.closed(self._local_names[name])

    def _learn(self, name: str) -> str:
        if len(self._local_names) > 2_000:
            raise PartRefusedError(found("file-forbidden-xml", detail=f"{self.place}: names"))
        self._local_names[name] = name.rpartition(":")[2]
        return self._local_names[name]

    def _characters(self, data: str) -> None:
        if self.capturing:
            self._captured += len(data)
            if self._captured > MAX_TEXT:
                raise PartRefusedError(found("file-text-too-long", detail=self.place))
            self.text.append(data)

    def _refuse_dtd(self, *_ignored: object) -> None:
        raise PartRefusedError(found("file-forbidden-xml", detail=f"{self.place}: DTD"))


def count_part(archive: ZipFile, name: str, budget: Budget) -> None:
    """Inflates a part that isn't XML, only to see that it is as large as it says and whole."""
    size = 0
    with archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            budget.inflated += len(chunk)
            if size > MAX_PART or budget.inflated > MAX_INFLATED:
                raise PartRefusedError(found("file-inflates", detail=PurePosixPath(name).name[:60]))


def attribute(attributes: list[str], name: str) -> str:
    """The value of an attribute by its local name; blank when it isn't there."""
    for index in range(0, len(attributes), 2):
        if attributes[index] == name or attributes[index].rpartition(":")[2] == name:
            return attributes[index + 1]
    return ""


def _reason(fault: Exception) -> str:
    if isinstance(fault, expat.ExpatError):
        return f"line {fault.lineno}: {expat.ErrorString(fault.code)}"
    return type(fault).__name__
