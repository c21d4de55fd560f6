"""The gate's third step for the structure of the workbook: content types, workbook part, shared strings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from zipfile import ZipFile

from etl.returns.findings.finding import make_finding
from etl.returns.form_identity import ColumnTag
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
from etl.returns.workbook.zip_directory import CONTENT_TYPES

MAX_SHEETS = 64
_WORKBOOK_TYPE = "spreadsheetml.sheet.main+xml"
_TEMPLATE_TYPE = "spreadsheetml.template.main+xml"
_STRINGS_TYPE = "spreadsheetml.sharedStrings+xml"
_STRICT = "purl.oclc.org/ooxml"


@dataclass(frozen=True)
class SharedStrings:
    """The shared strings, and the indexes of those that are the tag of the key column."""

    texts: list[str] = field(default_factory=list)
    key_tag_indexes: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class SheetEntry:
    name: str
    part: str
    state: str


@dataclass(frozen=True)
class Package:
    """The parts of a workbook. `strings_part` is blank if there are no shared strings."""

    workbook_part: str
    strings_part: str
    sheets: tuple[SheetEntry, ...]
    uses_1904_dates: bool = False
    needs_calculation: bool = False
    """Whether the program that wrote the workbook asks the next one to calculate its formulas."""


class _ContentTypeStream(PartStream):
    """Read the content types to find the workbook part and the shared strings."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(CONTENT_TYPES, budget)
        self.workbook_part = ""
        self.strings_part = ""
        self.has_macros = False

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"Override": self._read_override, "Default": self._read_default}

    def _read_override(self, attributes: Attributes) -> None:
        kind = self._read_kind(attributes)
        part = get_attribute(attributes, "PartName").lstrip("/")
        if kind.endswith((_WORKBOOK_TYPE, _TEMPLATE_TYPE)):
            self.workbook_part = self.workbook_part or part
        elif kind.endswith(_STRINGS_TYPE):
            self.strings_part = self.strings_part or part

    def _read_default(self, attributes: Attributes) -> None:
        if self._read_kind(attributes).endswith(_WORKBOOK_TYPE):
            self.workbook_part = self.workbook_part or "xl/workbook.xml"

    def _read_kind(self, attributes: Attributes) -> str:
        kind = get_attribute(attributes, "ContentType")
        self.has_macros |= "macroEnabled" in kind or "vbaProject" in kind
        return kind


class _WorkbookStream(PartStream):
    """Read the workbook part: its sheets in order, each with its relationship id."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.sheets: list[tuple[str, str, str]] = []
        self.uses_1904_dates = self.needs_calculation = False

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"workbookPr": self._read_properties, "calcPr": self._read_calculation, "sheet": self._add_sheet}

    def on_new_element(self, name: str) -> None:
        if _STRICT in name:
            raise PartRefusedError(make_finding("file-strict"))

    def _read_properties(self, attributes: Attributes) -> None:
        self.uses_1904_dates = get_attribute(attributes, "date1904") in ("1", "true")

    def _read_calculation(self, attributes: Attributes) -> None:
        self.needs_calculation = get_attribute(attributes, "fullCalcOnLoad") in ("1", "true")

    def _add_sheet(self, attributes: Attributes) -> None:
        state = get_attribute(attributes, "state") or "visible"
        self.sheets.append((get_attribute(attributes, "name"), get_attribute(attributes, "id"), state))
        if len(self.sheets) > MAX_SHEETS:
            raise PartRefusedError(make_finding("file-sheets", count=f"> {MAX_SHEETS}", limit=MAX_SHEETS))


class _RelationshipStream(PartStream):
    """Read the relationships of the workbook: relationship id to part."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.worksheets: dict[str, str] = {}

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"Relationship": self._add_relationship}

    def _add_relationship(self, attributes: Attributes) -> None:
        if get_attribute(attributes, "Type").endswith("/worksheet"):
            self.worksheets[get_attribute(attributes, "Id")] = get_attribute(attributes, "Target")


class _StringStream(TextStream):
    """Collect the shared strings, and refuse those longer than Excel allows."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.strings = SharedStrings()

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {**super().list_start_handlers(), "si": self.start_text}

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {**super().list_end_handlers(), "si": self._end_string}

    def _end_string(self) -> None:
        text = decode_escapes(self.join_text())
        if text.strip() == ColumnTag.KEY:
            self.strings.key_tag_indexes.add(len(self.strings.texts))
        self.strings.texts.append(text)


def stream_package(archive: ZipFile, budget: Budget) -> Package:
    """Find the parts of the workbook. Raises PartRefusedError if the workbook is not accepted."""
    types = _ContentTypeStream(budget)
    types.run(archive)
    if types.has_macros:
        raise PartRefusedError(make_finding("file-macro"))
    names = set(archive.namelist())
    if types.workbook_part not in names:
        raise PartRefusedError(make_finding("file-other-zip"))
    workbook = _WorkbookStream(types.workbook_part, budget)
    workbook.run(archive)
    folder, base = dirname(types.workbook_part), types.workbook_part.rpartition("/")[2]
    relationships = _RelationshipStream(join(folder, "_rels", f"{base}.rels"), budget)
    if relationships.name not in names:
        raise PartRefusedError(make_finding("file-damaged", detail=relationships.short_name))
    relationships.run(archive)
    sheets = tuple(
        SheetEntry(name, part, state)
        for name, relationship_id, state in workbook.sheets
        if (part := _resolve_target(folder, relationships.worksheets.get(relationship_id, ""))) in names
    )
    if not sheets:
        raise PartRefusedError(make_finding("file-damaged", detail="no sheet"))
    if types.strings_part and types.strings_part not in names:
        raise PartRefusedError(make_finding("file-damaged", detail="shared strings"))
    return Package(
        types.workbook_part, types.strings_part, sheets, workbook.uses_1904_dates, workbook.needs_calculation
    )


def stream_strings(archive: ZipFile, package: Package, budget: Budget) -> SharedStrings:
    """Return the shared strings; empty if the workbook has none."""
    if not package.strings_part:
        return SharedStrings()
    table = _StringStream(package.strings_part, budget)
    table.run(archive)
    return table.strings


def _resolve_target(folder: str, target: str) -> str:
    if not target:
        return ""
    return target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
