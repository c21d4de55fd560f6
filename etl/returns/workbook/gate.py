"""What stands between a received file and everything else: kind, limits, every part streamed and read on the way."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.comment_stream import stream_comments
from etl.returns.workbook.facts import SheetFacts, WorkbookFacts
from etl.returns.workbook.file_kind import find_refusal_code
from etl.returns.workbook.package_stream import stream_package, stream_strings
from etl.returns.workbook.part_stream import Budget, PartRefusedError, PartStream, verify_part
from etl.returns.workbook.property_stream import PROPERTIES_PART, PropertyStream
from etl.returns.workbook.sheet_stream import SheetStream
from etl.returns.workbook.stored_cells import DecodedCell, StoredCell, decode_cells
from etl.returns.workbook.style_stream import STYLES_PART, CellStyle, StyleStream
from etl.returns.workbook.zip_directory import (
    CONTENT_TYPES,
    MAX_ENTRIES,
    MAX_FILE_SIZE,
    MEGABYTE,
    check_directory,
    find_zip_refusal,
)

_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError)
"""What zipfile raises for bytes that aren't the zip they say they are."""
_ENTRY = b"PK\x01\x02"
"""What each entry of a zip's directory begins with."""


@dataclass(frozen=True)
class WorkbookContents:
    """What was read of a workbook on its way through: the cells of its sheets, and what it takes to understand them."""

    cells: Mapping[str, Sequence[StoredCell]]
    """By the part of the sheet."""
    texts: Sequence[str]
    styles: StyleStream | None
    properties: tuple[tuple[str, str], ...]
    uses_1904_dates: bool

    def iter_cells(self, part: str) -> Iterator[DecodedCell]:
        """The cells of a sheet's part in reading order. ValueError where its styles or days are none at all."""
        return decode_cells(self.cells[part], self.texts, self._cell_styles, uses_1904_dates=self.uses_1904_dates)

    @cached_property
    def _cell_styles(self) -> Sequence[CellStyle]:
        return () if self.styles is None else self.styles.resolve_styles()


@dataclass(frozen=True)
class GateReport:
    """Whether a file may be read: `facts` and, where the gate stands, `contents` are there exactly when it may."""

    findings: tuple[Finding, ...]
    facts: WorkbookFacts | None
    contents: WorkbookContents | None = None


def run_gate(name: str, data: bytes) -> GateReport:
    """Looks at a received file from outside in, and stops at the first step that refuses it."""
    if len(data) > MAX_FILE_SIZE:
        return _refused(
            make_finding("file-too-big", size=f"{len(data) / MEGABYTE:.1f}", limit=MAX_FILE_SIZE // MEGABYTE)
        )
    kind = find_refusal_code(name, data)
    if kind:
        return _refused(make_finding(kind))
    entries = data.count(_ENTRY)
    if entries > MAX_ENTRIES:
        # zipfile would keep an object of each, which from ten megabytes can be a hundred and more.
        return _refused(make_finding("file-entries", count=entries, limit=MAX_ENTRIES))
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _look_inside(archive, len(data))
    except PartRefusedError as refused:
        return _refused(refused.finding)
    except _DAMAGED as fault:
        return _refused(make_finding("file-damaged", detail=type(fault).__name__))
    except (ValueError, LookupError, ArithmeticError) as fault:
        # zipfile lets a few faults of a damaged directory through as they are.
        return _refused(make_finding("file-damaged", detail=type(fault).__name__))


def _look_inside(archive: ZipFile, size: int) -> GateReport:
    other = find_zip_refusal(archive)
    if other is not None:
        return _refused(other)
    findings = tuple(check_directory(archive, size))
    if findings:
        return GateReport(findings, None)
    budget = Budget()
    package = stream_package(archive, budget)
    strings = stream_strings(archive, package, budget)
    sheets = [SheetStream(entry, strings, budget) for entry in package.sheets]
    facts = [_stream_sheet(archive, sheet, budget) for sheet in sheets]
    styles, properties = StyleStream(STYLES_PART, budget), PropertyStream(PROPERTIES_PART, budget)
    names = set(archive.namelist())
    for part in (styles, properties):
        if part.name in names:
            part.run(archive)
    seen = {CONTENT_TYPES, package.workbook_part, package.strings_part, styles.name, properties.name}
    _count_others(archive, seen.union(entry.part for entry in package.sheets), budget)
    faults = tuple(fault for sheet in sheets for fault in sheet.findings)
    if faults:
        return GateReport(faults, None)
    contents = WorkbookContents(
        {sheet.entry.part: sheet.cells for sheet in sheets},
        strings.texts,
        styles if styles.name in names else None,
        tuple(properties.properties),
        package.uses_1904_dates,
    )
    return GateReport((), WorkbookFacts(tuple(facts), package.uses_1904_dates), contents)


def _stream_sheet(archive: ZipFile, sheet: SheetStream, budget: Budget) -> SheetFacts:
    sheet.run(archive)
    facts = sheet.build_facts()
    comments = stream_comments(archive, sheet.entry.part, budget) if facts.has_tags else {}
    return replace(facts, comments=tuple(comments.items()))


def _count_others(archive: ZipFile, seen: set[str], budget: Budget) -> None:
    for info in archive.infolist():
        if info.filename in seen or info.is_dir():
            continue
        if info.filename.lower().endswith((".xml", ".rels")):
            PartStream(info.filename, budget).run(archive)
        else:
            verify_part(archive, info.filename, budget)


def _refused(finding: Finding) -> GateReport:
    return GateReport((finding,), None)
