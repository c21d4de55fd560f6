"""Check an uploaded file before anything else reads it: its kind, its limits, and every part of the zip.

Each part is streamed once; the cells are collected on the way.
"""

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
from etl.returns.workbook.limits import MEGABYTE, RETURN_LIMITS, WorkbookLimits
from etl.returns.workbook.package_stream import stream_package, stream_strings
from etl.returns.workbook.part_stream import Budget, PartRefusedError, PartStream, verify_part
from etl.returns.workbook.property_stream import PROPERTIES_PART, PropertyStream
from etl.returns.workbook.sheet_stream import SheetStream
from etl.returns.workbook.stored_cells import DecodedCell, StoredCell, decode_cells
from etl.returns.workbook.style_stream import STYLES_PART, CellStyle, StyleStream
from etl.returns.workbook.zip_directory import (
    CONTENT_TYPES,
    MAX_ENTRIES,
    check_directory,
    find_zip_refusal,
)

DAMAGE_ERRORS = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError)
"""The exceptions of `zipfile` for damaged archives."""
_ENTRY_SIGNATURE = b"PK\x01\x02"
"""The signature of an entry in a zip's central directory."""


@dataclass(frozen=True)
class WorkbookContents:
    """The stored cells of a workbook, and the shared strings and styles that are needed to decode them."""

    cells: Mapping[str, Sequence[StoredCell]]
    """The cells by the name of the sheet's part."""
    texts: Sequence[str]
    styles: StyleStream | None
    properties: tuple[tuple[str, str], ...]
    uses_1904_dates: bool

    def iter_cells(self, part: str) -> Iterator[DecodedCell]:
        """Yield the decoded cells of a sheet's part in row order. Raises ValueError for invalid styles or dates."""
        return decode_cells(self.cells[part], self.texts, self._cell_styles, uses_1904_dates=self.uses_1904_dates)

    @cached_property
    def _cell_styles(self) -> Sequence[CellStyle]:
        return () if self.styles is None else self.styles.resolve_styles()


@dataclass(frozen=True)
class GateReport:
    """The result of the gate. `facts` and `contents` are set only if the file may be read.

    `contents` stays in the reader process and is None in a report that was sent to the parent process.
    """

    findings: tuple[Finding, ...]
    facts: WorkbookFacts | None
    contents: WorkbookContents | None = None


def run_gate(name: str, data: bytes, limits: WorkbookLimits = RETURN_LIMITS) -> GateReport:
    """Check a file step by step, and stop at the first step that refuses it."""
    if len(data) > limits.file_size:
        return make_refusal(
            make_finding("file-too-big", size=f"{len(data) / MEGABYTE:.1f}", limit=limits.file_size // MEGABYTE)
        )
    code = find_refusal_code(name, data)
    if code:
        return make_refusal(make_finding(code))
    entries = data.count(_ENTRY_SIGNATURE)
    if entries > MAX_ENTRIES:
        # zipfile would allocate an object for each entry: 100 MB and more for a file of 10 MB.
        return make_refusal(make_finding("file-entries", count=entries, limit=MAX_ENTRIES))
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _check_archive(archive, len(data), limits)
    except PartRefusedError as refusal:
        return make_refusal(refusal.finding)
    except DAMAGE_ERRORS as error:
        return make_refusal(make_finding("file-damaged", detail=type(error).__name__))
    except (ValueError, LookupError, ArithmeticError) as error:
        # zipfile does not convert every error of a damaged directory to BadZipFile.
        return make_refusal(make_finding("file-damaged", detail=type(error).__name__))


def _check_archive(archive: ZipFile, size: int, limits: WorkbookLimits) -> GateReport:
    refusal = find_zip_refusal(archive)
    if refusal is not None:
        return make_refusal(refusal)
    findings = tuple(check_directory(archive, size, limits))
    if findings:
        return GateReport(findings, None)
    budget = Budget(limits)
    package = stream_package(archive, budget)
    strings = stream_strings(archive, package, budget)
    sheets = [SheetStream(entry, strings, budget) for entry in package.sheets]
    facts = [_stream_sheet(archive, sheet, budget) for sheet in sheets]
    if package.needs_calculation and not any(sheet.has_formula_results for sheet in sheets):
        # Nobody has calculated it: its zeros are no results.
        facts = [replace(sheet_facts, formulas_without_value=sheet_facts.formulas) for sheet_facts in facts]
    styles, properties = StyleStream(STYLES_PART, budget), PropertyStream(PROPERTIES_PART, budget)
    names = set(archive.namelist())
    for part in (styles, properties):
        if part.name in names:
            part.run(archive)
    checked_parts = {CONTENT_TYPES, package.workbook_part, package.strings_part, styles.name, properties.name}
    _verify_other_parts(archive, checked_parts.union(entry.part for entry in package.sheets), budget)
    bad_cells = tuple(finding for sheet in sheets for finding in sheet.findings)
    if bad_cells:
        return GateReport(bad_cells, None)
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


def _verify_other_parts(archive: ZipFile, checked_parts: set[str], budget: Budget) -> None:
    for info in archive.infolist():
        if info.filename in checked_parts or info.is_dir():
            continue
        if info.filename.lower().endswith((".xml", ".rels")):
            PartStream(info.filename, budget).run(archive)
        else:
            verify_part(archive, info.filename, budget)


def make_refusal(finding: Finding) -> GateReport:
    """Return the report of a file that is refused with one finding."""
    return GateReport((finding,), None)
