"""Binds a workbook to its form: which one it is, which cell answers which question, each number as it was written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.digits import fold_text
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.claims import Confirmation, resolve_identity
from etl.returns.form.expected_cells import ExpectedCells, get_expected_cells
from etl.returns.form.find_form import FormTable, TableRow, clean_key, find_tables, normalize_key
from etl.returns.form.handling_notes import check_hidden_cells, check_legacy_khmer, check_moved_rows, merge_comments
from etl.returns.form.header_checks import check_quarter, check_site, read_prepared_date
from etl.returns.form.labels import parse_basis
from etl.returns.form.number_specs import classify_formula
from etl.returns.form.older_plan import check_copied_units, check_units, make_older_plan_finding, resolve_rows
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.form_identity import DEFINITIONS_SHEET, META_SHEET, RETURN_SHEET, FieldTag, FormIdentity
from etl.returns.numbers import (
    NOT_COLLECTED_WORDS,
    CellLocation,
    NumberReading,
    NumberState,
    read_number,
    repr_text,
)
from etl.returns.workbook.cells import CellKind, WorkbookData
from etl.returns.workbook.facts import SheetFacts, WorkbookFacts
from etl.returns.workbook.merged import MergedCells


@dataclass(frozen=True)
class ParseResult:
    """A workbook bound to its form. `of` is None when it can't be, and then an error among the findings says why."""

    parsed_return: ParsedReturn | None
    findings: tuple[Finding, ...]


def parse_return(
    workbook: WorkbookData,
    facts: WorkbookFacts,
    *,
    plans: Plans,
    confirmation: Confirmation | None = None,
    signing_key: bytes = b"",
) -> ParseResult:
    """The return that a workbook holds, with all findings about its form and about how its numbers are written."""
    tables = find_tables(workbook)
    if len(tables) != 1:
        return ParseResult(None, (_no_table(workbook, tables, plans),))
    table = tables[0]
    settled = resolve_identity(workbook, table, plans=plans, confirmation=confirmation, signing_key=signing_key)
    if settled.identity is None:
        return ParseResult(None, settled.findings)
    version = next((one for one in plans.versions if one.number == settled.identity.plan_version), None)
    if version is None:
        unknown = make_finding("form-plan-unknown", version=settled.identity.plan_version)
        return ParseResult(None, (*settled.findings, unknown))
    asked = resolve_rows(version.plan, settled.identity)
    if isinstance(asked, Finding):
        return ParseResult(None, (*settled.findings, asked))
    form = get_expected_cells(version.plan, asked, settled.identity.quarter)
    binder = _Binder(table, facts.find_sheet(table.sheet.name), form)
    binder.findings.extend(settled.findings)
    binder.findings.extend(_check_form(table, settled.identity, asked, plans))
    binder.check_handling(settled.identity)
    day = read_prepared_date(table, days_from_1904=facts.uses_1904_dates)
    binder.findings.extend(day.findings)
    if facts.uses_1904_dates:
        binder.findings.append(make_finding("form-mac-days", sheet=table.sheet.name))
    parsed = binder.bind(settled.identity, day.text)
    newest = plans.version_in_force(parsed.quarter)
    units = tuple(check_units(parsed, version.plan, newest.plan))
    if settled.is_confirmed:
        units += tuple(check_copied_units(parsed, {row.key: row.unit for row in table.rows}, plans))
    parsed = replace(parsed, findings=(*parsed.findings, *units))
    return ParseResult(parsed, parsed.findings)


def _no_table(workbook: WorkbookData, tables: tuple[FormTable, ...], plans: Plans) -> Finding:
    if tables:
        return make_finding("form-twice", first=tables[0].sheet.name, second=tables[1].sheet.name)
    known = {str(key) for one in plans.latest.indicators for key in plans.latest.entry_keys(one)}
    for sheet in workbook.sheets:
        # The sheets behind a form name its keys too.
        if (
            sheet.name not in (META_SHEET, DEFINITIONS_SHEET)
            and sum(cell.kind is CellKind.TEXT and clean_key(cell.text) in known for cell in sheet.cells) > 1
        ):
            return make_finding("form-tags-missing", sheet=sheet.name)
    return make_finding("form-not-found")


def _check_form(
    table: FormTable, identity: FormIdentity, asked: tuple[FormRow, ...], plans: Plans
) -> Iterator[Finding]:
    if table.sheet.name != RETURN_SHEET:
        yield make_finding("form-sheet-renamed", sheet=table.sheet.name)
    newest = plans.version_in_force(identity.quarter)
    if newest.number != identity.plan_version:
        yield make_older_plan_finding(identity, asked, newest)


@dataclass
class _Binder:
    """Takes the rows of a table to the rows of a form, collecting findings on the way."""

    table: FormTable
    facts: SheetFacts | None
    asked: ExpectedCells
    findings: list[Finding] = field(default_factory=list)
    _cells: dict[str, ParsedCell] = field(default_factory=dict)

    def check_handling(self, identity: FormIdentity) -> None:
        """What the header says, and what was done to the form beside filling it in."""
        self.findings.extend(check_site(self.table, identity, self.asked.plan))
        self.findings.extend(check_quarter(self.table, identity))
        self.findings.extend(check_hidden_cells(self.table, self.facts))
        self.findings.extend(check_legacy_khmer(self.table))
        if {row.key for row in self.table.rows} >= self.asked.row_numbers.keys():
            # Where a row is missing the others moved up, and the missing one is told.
            self.findings.extend(check_moved_rows(self.table, self.asked.row_numbers))

    def bind(self, identity: FormIdentity, day: str) -> ParsedReturn:
        by_key = self.asked.by_key
        comments = dict(self.facts.comments) if self.facts else {}
        respelled = _Respelled(by_key)
        merged = MergedCells(self.facts.merges if self.facts else ())
        unknown: list[TableRow] = []
        for sent in self.table.rows:
            row, kept = merge_comments(self._with_key(sent, by_key, respelled), comments)
            self.findings.extend(kept)
            if row.key in by_key:
                self._take(row, by_key[row.key], merged)
            elif row.key:
                if not self._is_header(row):
                    unknown.append(row)
            else:
                self._refuse_keyless(row)
        self._report_keys(unknown, by_key)
        return ParsedReturn(
            identity=identity,
            basis=self._basis(),
            rows=self.asked.rows,
            cells=tuple(self._cells.get(key) or _absent(row.key) for key, row in by_key.items()),
            findings=tuple(self.findings),
            sheet=self.table.sheet.name,
            basis_cell=self.table.fields[FieldTag.BASIS].address if FieldTag.BASIS in self.table.fields else "",
            prepared_by=self.table.field_text(FieldTag.PREPARED_BY),
            prepared_on=day,
        )

    def _with_key(self, row: TableRow, by_key: dict[str, FormRow], respelled: "_Respelled") -> TableRow:
        """The row with its key as the form spells it, where only dashes, digits or the size of letters differ."""
        meant = respelled.find(row.key) if row.key and row.key not in by_key else None
        if meant is None:
            return row
        note = make_finding("key-respelled", sheet=row.sheet, cell=row.key_cell, key=meant, found=repr_text(row.key))
        self.findings.append(note)
        return replace(row, key=meant)

    def _take(self, row: TableRow, asked: FormRow, merged: MergedCells) -> None:
        spot = CellLocation(row.sheet, row.value_cell, row.key)
        area = merged.find_area(row.value_cell)
        if area:
            number = spot.reject("cell-merged", range=area)
        else:
            formula = classify_formula(self.facts, row.value_cell)
            number = read_number(row.value, self.asked.number_specs[row.key], spot, formula)
        raw = row.value.text if row.value is not None else ""
        cell = ParsedCell(asked.key, number.value, number.state, raw, row.sheet, row.value_cell, row.note)
        first = self._cells.get(row.key)
        if first is not None:
            self._report_twice(first, cell, spot)
            return
        self._cells[row.key] = cell
        self._report_row(row, asked, spot, number)

    def _report_row(self, row: TableRow, asked: FormRow, spot: CellLocation, number: NumberReading) -> None:
        self.findings.extend(number.findings)
        if number.state is NumberState.NOT_COLLECTED and not row.note:
            self.findings.append(spot.make_finding("not-collected-without-note", label=asked.display_label))
        words = ((row.label, asked.label.en), (row.label_km, asked.label.km))
        changed = [said for said, meant in words if _differs(said, meant)]
        if changed:
            label = make_finding(
                "label-changed",
                sheet=row.sheet,
                cell=row.key_cell,
                key=row.key,
                found=repr_text(changed[0]),
                label=asked.display_label,
            )
            self.findings.append(label)

    def _report_twice(self, first: ParsedCell, second: ParsedCell, spot: CellLocation) -> None:
        if (first.value, first.state) == (second.value, second.state):
            self.findings.append(spot.make_finding("key-twice-same", first_cell=first.address))
            return
        values = {"first": first.raw or "-", "second": second.raw or "-"}
        self.findings.append(spot.make_finding("key-twice-different", first_cell=first.address, **values))

    def _report_keys(self, unknown: list[TableRow], by_key: dict[str, FormRow]) -> None:
        """A changed key is one fault: the row that it should be is then not reported as deleted too."""
        missing = [key for key in by_key if key not in self._cells]
        for row in unknown:
            nearest = get_close_matches(row.key, missing or list(by_key), n=1, cutoff=0.6)
            nearest = nearest or get_close_matches(row.key, list(by_key), n=1, cutoff=0)
            if nearest and nearest[0] in missing:
                missing.remove(nearest[0])
                self._cells[nearest[0]] = _unread(by_key[nearest[0]].key, row)
            self.findings.append(
                make_finding(
                    "key-unknown",
                    sheet=row.sheet,
                    cell=row.key_cell,
                    key=row.key,
                    suggestion=nearest[0] if nearest else "",
                    found=repr_text(row.key),
                )
            )
        for key in missing:
            self._cells[key] = _absent(by_key[key].key, NumberState.UNREADABLE)
            self.findings.append(
                make_finding("key-deleted", sheet=self.table.sheet.name, key=key, label=by_key[key].display_label)
            )

    def _refuse_keyless(self, row: TableRow) -> None:
        """A number beside a form is somebody's number in the wrong row; words are headings or places to sign."""
        if row.value is not None and (row.value.kind is not CellKind.TEXT or _says_something(row.value.text)):
            shown = repr_text(row.value.text)
            self.findings.append(make_finding("row-without-key", sheet=row.sheet, cell=row.value_cell, found=shown))

    def _is_header(self, row: TableRow) -> bool:
        """Whether this is the line of titles: the first below the tags, with words where others have numbers."""
        if row is not self.table.rows[0] or row.value is None:
            return False
        return row.value.kind is CellKind.TEXT and not _says_something(row.value.text)

    def _basis(self) -> Basis:
        field_cell = self.table.fields.get(FieldTag.BASIS)
        if field_cell is None:
            return Basis.QUARTER
        basis = parse_basis(field_cell.text)
        if basis is None:
            place = {"sheet": self.table.sheet.name, "cell": field_cell.address}
            self.findings.append(make_finding("form-basis-unknown", **place, found=repr_text(field_cell.text)))
        return basis or Basis.QUARTER


class _Respelled:
    """The form's keys as they are compared where one isn't spelt exactly; made only where that is so."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = keys

    def find(self, key: str) -> str | None:
        """The form's key that is meant."""
        return self._by_spelling.get(normalize_key(key))

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        return {normalize_key(key): key for key in self._keys}


def _absent(key: CellKey, state: NumberState = NumberState.BLANK) -> ParsedCell:
    return ParsedCell(key, None, state, "", "", "", "")


def _unread(key: CellKey, row: TableRow) -> ParsedCell:
    raw = row.value.text if row.value is not None else ""
    return ParsedCell(key, None, NumberState.UNREADABLE, raw, row.sheet, row.value_cell, row.note)


def _says_something(text: str) -> bool:
    """Whether a text has a digit or is the word for "not collected"."""
    folded = fold_text(text).text
    return any(letter.isdigit() for letter in folded) or folded.casefold() in NOT_COLLECTED_WORDS


def _differs(said: str, meant: str) -> bool:
    """Whether locked words were changed; a blank beside them is no change."""
    return bool(said and meant) and said != meant and clean_key(said) != clean_key(meant)
