"""The gate's third step, for the parts that say what a workbook is made of: content types, workbook, strings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from zipfile import ZipFile

from etl.returns.findings.finding import make_finding
from etl.returns.form_identity import ColumnTag
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
    """The shared strings, and which of them are the tag of the key column."""

    texts: list[str] = field(default_factory=list)
    key_tag_indexes: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class SheetEntry:
    name: str
    part: str
    state: str


@dataclass(frozen=True)
class Package:
    """Which part is what. `strings_part` is blank where a workbook has none."""

    workbook_part: str
    strings_part: str
    sheets: tuple[SheetEntry, ...]
    uses_1904_dates: bool = False


class _Types(PartStream):
    """The content types: where workbook and strings stand."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(CONTENT_TYPES, budget)
        self.workbook_part = ""
        self.strings_part = ""
        self.has_macros = False

    def openers(self) -> Mapping[str, StartHandler]:
        return {"Override": self._override, "Default": self._default}

    def _override(self, attributes: Attributes) -> None:
        kind = self._kind(attributes)
        part = get_attribute(attributes, "PartName").lstrip("/")
        if kind.endswith((_WORKBOOK_TYPE, _TEMPLATE_TYPE)):
            self.workbook_part = self.workbook_part or part
        elif kind.endswith(_STRINGS_TYPE):
            self.strings_part = self.strings_part or part

    def _default(self, attributes: Attributes) -> None:
        if self._kind(attributes).endswith(_WORKBOOK_TYPE):
            self.workbook_part = self.workbook_part or "xl/workbook.xml"

    def _kind(self, attributes: Attributes) -> str:
        kind = get_attribute(attributes, "ContentType")
        self.has_macros |= "macroEnabled" in kind or "vbaProject" in kind
        return kind


class _Workbook(PartStream):
    """The workbook part: its sheets in order, by relation."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.sheets: list[tuple[str, str, str]] = []
        self.days_from_1904 = False

    def openers(self) -> Mapping[str, StartHandler]:
        return {"workbookPr": self._properties, "sheet": self._sheet}

    def learn(self, name: str) -> None:
        if _STRICT in name:
            raise PartRefusedError(make_finding("file-strict"))

    def _properties(self, attributes: Attributes) -> None:
        self.days_from_1904 = get_attribute(attributes, "date1904") in ("1", "true")

    def _sheet(self, attributes: Attributes) -> None:
        state = get_attribute(attributes, "state") or "visible"
        self.sheets.append((get_attribute(attributes, "name"), get_attribute(attributes, "id"), state))
        if len(self.sheets) > MAX_SHEETS:
            raise PartRefusedError(make_finding("file-sheets", count=f"> {MAX_SHEETS}", limit=MAX_SHEETS))


class _Relations(PartStream):
    """The relations of the workbook: which id is which part."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.worksheets: dict[str, str] = {}

    def openers(self) -> Mapping[str, StartHandler]:
        return {"Relationship": self._relation}

    def _relation(self, attributes: Attributes) -> None:
        if get_attribute(attributes, "Type").endswith("/worksheet"):
            self.worksheets[get_attribute(attributes, "Id")] = get_attribute(attributes, "Target")


class _StringTable(TextStream):
    """The shared strings, each at most as long as Excel allows."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.strings = SharedStrings()

    def openers(self) -> Mapping[str, StartHandler]:
        return {**super().openers(), "si": self.start_text}

    def closers(self) -> Mapping[str, EndHandler]:
        return {**super().closers(), "si": self._close_string}

    def _close_string(self) -> None:
        # Programs write x005F_ before what could be taken for an escaped letter.
        text = self.join_text().replace("x005F_", "")
        if text.strip() == ColumnTag.KEY:
            self.strings.key_tag_indexes.add(len(self.strings.texts))
        self.strings.texts.append(text)


def stream_package(archive: ZipFile, budget: Budget) -> Package:
    """Which part is what; raises PartRefusedError when the workbook isn't one that is taken."""
    types = _Types(budget)
    types.run(archive)
    if types.has_macros:
        raise PartRefusedError(make_finding("file-macro"))
    names = set(archive.namelist())
    if types.workbook_part not in names:
        raise PartRefusedError(make_finding("file-other-zip"))
    workbook = _Workbook(types.workbook_part, budget)
    workbook.run(archive)
    folder, base = dirname(types.workbook_part), types.workbook_part.rpartition("/")[2]
    relations = _Relations(join(folder, "_rels", f"{base}.rels"), budget)
    if relations.name not in names:
        raise PartRefusedError(make_finding("file-damaged", detail=relations.short_name))
    relations.run(archive)
    sheets = tuple(
        SheetEntry(name, part, state)
        for name, relation, state in workbook.sheets
        if (part := _resolved(folder, relations.worksheets.get(relation, ""))) in names
    )
    if not sheets:
        raise PartRefusedError(make_finding("file-damaged", detail="no sheet"))
    if types.strings_part and types.strings_part not in names:
        raise PartRefusedError(make_finding("file-damaged", detail="shared strings"))
    return Package(types.workbook_part, types.strings_part, sheets, workbook.days_from_1904)


def stream_strings(archive: ZipFile, package: Package, budget: Budget) -> SharedStrings:
    """The shared strings; empty where there are none."""
    if not package.strings_part:
        return SharedStrings()
    table = _StringTable(package.strings_part, budget)
    table.run(archive)
    return table.strings


def _resolved(folder: str, target: str) -> str:
    if not target:
        return ""
    return target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
