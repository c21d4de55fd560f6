"""The gate's third step for any XML part: stream it through expat, count real bytes, refuse DTDs, limit the depth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn
from xml.parsers import expat
from zipfile import ZipFile

from etl.errors import CardecError
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.limits import WorkbookLimits

MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of sheets, shared strings and styles."""
MAX_DEPTH = 64
MAX_TEXT = 32_767
MAX_TOKEN = 2 * 1024 * 1024
_MAX_NAMES = 2_000
_NAMESPACE_SEPARATOR = "}"
_CHUNK = 64 * 1024

Attributes = Mapping[str, str]
"""Attributes by name. An attribute in another namespace than its element is prefixed with `namespace}`."""
StartHandler = Callable[[Attributes], None]
EndHandler = Callable[[], None]


class PartRefusedError(CardecError):
    """The gate refuses a part. `finding` explains it to the sender."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass
class Budget:
    """What the parts of one file have used together, checked against the limits."""

    limits: WorkbookLimits
    inflated_size: int = 0
    tag_count: int = 0
    """Start and end tags, comments included."""
    cell_count: int = 0
    text_length: int = 0
    """Characters, counting a shared string once per reference."""


class PartStream:
    """Stream one XML part. Subclasses register handlers for start and end tags by local name."""

    namespace = ""
    """Elements in other namespaces are only counted. Blank: handle elements of any namespace."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name = name
        self.budget = budget
        self.depth = 0
        self._capturing = False
        self._text: list[str] = []
        self._start_handler_by_local_name: Mapping[str, StartHandler] = {}
        self._end_handler_by_local_name: Mapping[str, EndHandler] = {}
        self._start_handler_by_name: dict[str, StartHandler | None] = {}
        self._end_handler_by_name: dict[str, EndHandler | None] = {}

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        """Return the handlers for start tags by local name."""
        return {}

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        """Return the handlers for end tags by local name."""
        return {}

    def on_new_element(self, name: str) -> None:
        """Handle the first element with this name, which includes its namespace."""

    def on_chunk_end(self) -> None:
        """Check limits after each chunk; subclasses override it."""

    def run(self, archive: ZipFile) -> None:
        """Stream the whole part. Raises PartRefusedError, and what `zipfile` raises for a damaged part."""
        parser = self._make_parser()
        self._start_handler_by_local_name, self._end_handler_by_local_name = (
            self.list_start_handlers(),
            self.list_end_handlers(),
        )
        size = 0
        with archive.open(self.name) as source:
            try:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    self._check_size(chunk, size)
                    parser.Parse(chunk, False)
                    self._check_text()
                    self.on_chunk_end()
                    if size - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                        raise PartRefusedError(make_finding("file-text-too-long", detail=self.short_name))
                parser.Parse(b"", True)
                self.on_chunk_end()
            except (expat.ExpatError, ValueError, LookupError) as error:
                raise PartRefusedError(
                    make_finding("file-bad-xml", detail=f"{self.short_name}: {_describe_error(error)}")
                ) from error

    @property
    def short_name(self) -> str:
        return PurePosixPath(self.name).name[:60]

    def start_capture(self, _attributes: Attributes | None = None) -> None:
        """Start collecting character data, until `end_capture`."""
        self._capturing = True
        self._text.clear()

    def end_capture(self) -> str:
        """Return the text since `start_capture`. Raises PartRefusedError if it is longer than Excel allows."""
        self._capturing = False
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        if len(text) > MAX_TEXT:
            self.refuse_long_text()
        return text

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=_NAMESPACE_SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse_dtd
        if type(self) is not PartStream:
            # Text between two captures is discarded by the next capture or at the end of the chunk.
            parser.CharacterDataHandler = self._text.append
        return parser

    def _check_size(self, chunk: bytes, size: int) -> None:
        self.budget.inflated_size += len(chunk)
        limits = self.budget.limits
        if size > limits.part_size or self.budget.inflated_size > limits.inflated_size:
            raise PartRefusedError(make_finding("file-inflates", detail=self.short_name))
        self.budget.tag_count += chunk.count(b"<")
        if self.budget.tag_count > limits.tags:
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
            handler = self._start_handler_by_name[name]
        except KeyError:
            handler = self._register_element(name)
        if handler is not None:
            handler(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        handler = self._end_handler_by_name[name]
        if handler is not None:
            handler()

    def _register_element(self, name: str) -> StartHandler | None:
        if len(self._start_handler_by_name) > _MAX_NAMES:
            raise PartRefusedError(make_finding("file-forbidden-xml", detail=f"{self.short_name}: names"))
        self.on_new_element(name)
        namespace, _, local = name.rpartition(_NAMESPACE_SEPARATOR)
        is_handled = self.namespace in ("", namespace)
        self._end_handler_by_name[name] = self._end_handler_by_local_name.get(local) if is_handled else None
        self._start_handler_by_name[name] = self._start_handler_by_local_name.get(local) if is_handled else None
        return self._start_handler_by_name[name]

    def refuse_long_text(self) -> NoReturn:
        """Refuse a text that is longer than Excel allows."""
        raise PartRefusedError(make_finding("file-text-too-long", detail=self.short_name))

    def _refuse_dtd(self, *_ignored: object) -> None:
        raise PartRefusedError(make_finding("file-forbidden-xml", detail=f"{self.short_name}: DTD"))


def verify_part(archive: ZipFile, name: str, budget: Budget) -> None:
    """Inflate a part that is not XML, to verify its declared size and checksum."""
    size = 0
    with archive.open(name) as source:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            budget.inflated_size += len(chunk)
            if size > budget.limits.part_size or budget.inflated_size > budget.limits.inflated_size:
                raise PartRefusedError(make_finding("file-inflates", detail=PurePosixPath(name).name[:60]))


def get_attribute(attributes: Attributes, local: str) -> str:
    """Return an attribute by its local name in any namespace, or a blank if it is missing."""
    if local in attributes:
        return attributes[local]
    end = f"{_NAMESPACE_SEPARATOR}{local}"
    return next((value for name, value in attributes.items() if name.endswith(end)), "")


def _describe_error(error: Exception) -> str:
    if isinstance(error, expat.ExpatError):
        return f"line {error.lineno}: {expat.ErrorString(error.code)}"
    return type(error).__name__
