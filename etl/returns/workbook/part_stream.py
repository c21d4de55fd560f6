"""The gate's third step, for any XML part: streamed through expat, real bytes counted, no DTD, bounded depth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn
from xml.parsers import expat
from zipfile import ZipFile

from etl.errors import CardecError
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.zip_directory import MAX_INFLATED_SIZE, MAX_PART_SIZE

MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of what a workbook says of its sheets, texts and styles."""
MAX_DEPTH = 64
MAX_TAGS = 3_000_000
MAX_TEXT = 32_767
MAX_TOKEN = 2 * 1024 * 1024
_MAX_NAMES = 2_000
_BEHIND_NAMESPACE = "}"
_CHUNK = 64 * 1024

Attributes = Mapping[str, str]
"""By name; one of another namespace than its element's has that namespace and `}` before its name."""
StartHandler = Callable[[Attributes], None]
EndHandler = Callable[[], None]


class PartRefusedError(CardecError):
    """A part that no return has; `finding` tells the sender."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass
class Budget:
    """What all parts of one file have used up together."""

    inflated_size: int = 0
    tag_count: int = 0
    """Where elements begin or end, comments included."""
    cell_count: int = 0
    text_length: int = 0
    """Characters over all references to strings."""


class PartStream:
    """Watches one XML part go by. Subclasses say what is done where elements begin and end, by their local names."""

    namespace = ""
    """Elements of another one are only counted; blank: of any."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self.budget = budget
        self.depth = 0
        self._capturing = False
        self._text: list[str] = []
        self._opener_by_name: Mapping[str, StartHandler] = {}
        self._closer_by_name: Mapping[str, EndHandler] = {}
        self._openers: dict[str, StartHandler | None] = {}
        self._closers: dict[str, EndHandler | None] = {}

    def openers(self) -> Mapping[str, StartHandler]:
        """What is done where an element begins."""
        return {}

    def closers(self) -> Mapping[str, EndHandler]:
        """What is done where an element ends."""
        return {}

    def learn(self, name: str) -> None:
        """An element of this name, with its namespace before it, is met for the first time."""

    def chunk_done(self) -> None:
        """Some more of the part went by: the moment to look at what is counted."""

    def run(self, archive: ZipFile) -> None:
        """Streams the part to its end; raises PartRefusedError, and what zipfile raises for a damaged one."""
        parser = self._parser()
        self._opener_by_name, self._closer_by_name = self.openers(), self.closers()
        size = 0
        with archive.open(self.name) as source:
            try:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    self._count(chunk, size)
                    parser.Parse(chunk, False)
                    self._check_text()
                    self.chunk_done()
                    if size - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                        raise PartRefusedError(make_finding("file-text-too-long", detail=self.short_name))
                parser.Parse(b"", True)
                self.chunk_done()
            except (expat.ExpatError, ValueError, LookupError) as fault:
                raise PartRefusedError(
                    make_finding("file-bad-xml", detail=f"{self.short_name}: {_reason(fault)}")
                ) from fault

    @property
    def short_name(self) -> str:
        return PurePosixPath(self.name).name[:60]

    def capture(self, _attributes: Attributes | None = None) -> None:
        """Keep the character data from here on, until `captured` takes it."""
        self._capturing = True
        self._text.clear()

    def captured(self) -> str:
        """The text since `capture`; as long as Excel allows, else PartRefusedError."""
        self._capturing = False
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        if len(text) > MAX_TEXT:
            self.refuse_long_text()
        return text

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=_BEHIND_NAMESPACE)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse_dtd
        if type(self) is not PartStream:
            # What stands between two captures is thrown away by the next, or at the end of the chunk.
            parser.CharacterDataHandler = self._text.append
        return parser

    def _count(self, chunk: bytes, size: int) -> None:
        self.budget.inflated_size += len(chunk)
        if size > MAX_PART_SIZE or self.budget.inflated_size > MAX_INFLATED_SIZE:
            raise PartRefusedError(make_finding("file-inflates", detail=self.short_name))
        self.budget.tag_count += chunk.count(b"<")
        if self.budget.tag_count > MAX_TAGS:
            raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))

    def _check_text(self) -> None:
        if not self._capturing:
            self._text.clear()
        elif sum(map(len, self._text)) > MAX_TEXT:
            self.refuse_long_text()

    def _start(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PartRefusedError(make_finding("file-forbidden-xml", detail=f"{self.short_name}: depth"))
        try:
            opens = self._openers[name]
        except KeyError:
            opens = self._learn(name)
        if opens is not None:
            opens(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        closes = self._closers[name]
        if closes is not None:
            closes()

    def _learn(self, name: str) -> StartHandler | None:
        if len(self._openers) > _MAX_NAMES:
            raise PartRefusedError(make_finding("file-forbidden-xml", detail=f"{self.short_name}: names"))
        self.learn(name)
        namespace, _, local = name.rpartition(_BEHIND_NAMESPACE)
        is_told = self.namespace in ("", namespace)
        self._closers[name] = self._closer_by_name.get(local) if is_told else None
        self._openers[name] = self._opener_by_name.get(local) if is_told else None
        return self._openers[name]

    def refuse_long_text(self) -> NoReturn:
        """A text is longer than Excel allows."""
        raise PartRefusedError(make_finding("file-text-too-long", detail=self.short_name))

    def _refuse_dtd(self, *_ignored: object) -> None:
        raise PartRefusedError(make_finding("file-forbidden-xml", detail=f"{self.short_name}: DTD"))


def verify_part(archive: ZipFile, name: str, budget: Budget) -> None:
    """Inflates a part that isn't XML, only to see that it is as large as it says and whole."""
    size = 0
    with archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            budget.inflated_size += len(chunk)
            if size > MAX_PART_SIZE or budget.inflated_size > MAX_INFLATED_SIZE:
                raise PartRefusedError(make_finding("file-inflates", detail=PurePosixPath(name).name[:60]))


def get_attribute(attributes: Attributes, local: str) -> str:
    """The value of an attribute by its local name, whatever its namespace; blank when it isn't there."""
    if local in attributes:
        return attributes[local]
    end = f"{_BEHIND_NAMESPACE}{local}"
    return next((value for name, value in attributes.items() if name.endswith(end)), "")


def _reason(fault: Exception) -> str:
    if isinstance(fault, expat.ExpatError):
        return f"line {fault.lineno}: {expat.ErrorString(fault.code)}"
    return type(fault).__name__
