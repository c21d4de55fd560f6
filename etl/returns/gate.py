"""What stands between a received file and any parser: kind, limits, every part streamed. Standard library only."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from etl.returns.comment_stream import stream_comments
from etl.returns.facts import SheetFacts, WorkbookFacts
from etl.returns.file_kind import refused_kind
from etl.returns.findings import Finding, found
from etl.returns.package_stream import stream_package, stream_strings
from etl.returns.part_stream import Budget, PartRefusedError, PartStream, count_part
from etl.returns.sheet_stream import SheetStream
from etl.returns.zip_directory import CONTENT_TYPES, MAX_ENTRIES, MAX_FILE, MEGABYTE, check_directory, find_other_kind

_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError)
"""What zipfile raises for bytes that aren't the zip they say they are."""
_ENTRY = b"PK\x01\x02"
"""What each entry of a zip's directory begins with."""


@dataclass(frozen=True)
class GateReport:
    """Whether a file may be parsed: `facts` are there exactly when it may; findings say why not."""

    findings: tuple[Finding, ...]
    facts: WorkbookFacts | None


def pass_gate(name: str, data: bytes) -> GateReport:
    """Looks at a received file from outside in, and stops at the first step that refuses it."""
    if len(data) > MAX_FILE:
        return _refused(found("file-too-big", size=f"{len(data) / MEGABYTE:.1f}", limit=MAX_FILE // MEGABYTE))
    kind = refused_kind(name, data)
    if kind:
        return _refused(found(kind))
    entries = data.count(_ENTRY)
    if entries > MAX_ENTRIES:
        # zipfile would keep an object of each, which from ten megabytes can be a hundred and more.
        return _refused(found("file-entries", count=entries, limit=MAX_ENTRIES))
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _look_inside(archive, len(data))
    except PartRefusedError as refused:
        return _refused(refused.finding)
    except _DAMAGED as fault:
        return _refused(found("file-damaged", detail=type(fault).__name__))
    except (ValueError, LookupError, ArithmeticError) as fault:
        # zipfile lets a few faults of a damaged directory through as they are.
        return _refused(found("file-damaged", detail=type(fault).__name__))


def _look_inside(archive: ZipFile, size: int) -> GateReport:
    other = find_other_kind(archive)
    if other is not None:
        return _refused(other)
    findings = tuple(check_directory(archive, size))
    if findings:
        return GateReport(findings, None)
    budget = Budget()
    package = stream_package(archive, budget)
    strings = stream_strings(archive, package, budget)
    sheets: list[SheetFacts] = []
    faults: list[Finding] = []
    for entry in package.sheets:
        sheet = SheetStream(entry, strings, budget)
        sheet.run(archive)
        facts = sheet.facts()
        comments = stream_comments(archive, entry.part, budget) if facts.has_tags else {}
        sheets.append(replace(facts, comments=tuple(comments.items())))
        faults.extend(sheet.faults)
    seen = {CONTENT_TYPES, package.workbook_part, package.strings_part, *(entry.part for entry in package.sheets)}
    for name in _others(archive, seen):
        if name.lower().endswith((".xml", ".rels")):
            PartStream(name, budget).run(archive)
        else:
            count_part(archive, name, budget)
    if faults:
        return GateReport(tuple(faults), None)
    return GateReport((), WorkbookFacts(tuple(sheets), package.days_from_1904))


def _others(archive: ZipFile, seen: set[str]) -> Iterator[str]:
    return (info.filename for info in archive.infolist() if info.filename not in seen and not info.is_dir())


def _refused(finding: Finding) -> GateReport:
    return GateReport((finding,), None)
