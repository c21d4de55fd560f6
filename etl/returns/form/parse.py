"""Parse the workbook of a return: resolve its form, bind its rows to keys and read its numbers."""

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
from etl.returns.form.stray_numbers import check_stray_numbers
from etl.returns.form_identity import DEFINITIONS_SHEET, META_SHEET, RETURN_SHEET, FieldTag, FormIdentity
from etl.returns.numbers import NOT_COLLECTED_WORDS, CellLocation, NumberReading, NumberState, read_number, shorten_text
from etl.returns.workbook.cells import CellKind, WorkbookData
from etl.returns.workbook.facts import SheetFacts, WorkbookFacts
from etl.returns.workbook.merged import MergedCells


@dataclass(frozen=True)
class ParseResult:
    """The result of parsing. `parsed_return` is None if an error in `findings` makes that impossible."""

    parsed_return: ParsedReturn | None
    findings: tuple[Finding, ...]
    table: FormTable | None = None


def parse_return(
    workbook: WorkbookData,
    facts: WorkbookFacts,
    *,
    plans: Plans,
    confirmation: Confirmation | None = None,
    signing_key: bytes = b"",
) -> ParseResult:
    """Parse the return in a workbook and collect findings about its form and the notation of its numbers."""
    tables = find_tables(workbook)
    if len(tables) != 1:
        return ParseResult(None, (_explain_missing_form(workbook, tables, plans),))
    table = tables[0]
    identity_result = resolve_identity(workbook, table, plans=plans, confirmation=confirmation, signing_key=signing_key)
    if identity_result.identity is None:
        return ParseResult(None, identity_result.findings)
    version = next((item for item in plans.versions if item.number == identity_result.identity.plan_version), None)
    if version is None:
        finding = make_finding("form-plan-unknown", version=identity_result.identity.plan_version)
        return ParseResult(None, (*identity_result.findings, finding))
    rows = resolve_rows(version.plan, identity_result.identity)
    if isinstance(rows, Finding):
        return ParseResult(None, (*identity_result.findings, rows))
    expected_cells = get_expected_cells(version.plan, rows, identity_result.identity.quarter)
    binder = _Binder(table, facts.find_sheet(table.sheet.name), expected_cells)
    binder.findings.extend(identity_result.findings)
    binder.findings.extend(_check_form(table, identity_result.identity, rows, plans))
    binder.check_handling(identity_result.identity)
    binder.findings.extend(check_stray_numbers(workbook, table))
    prepared_date = read_prepared_date(table, days_from_1904=facts.uses_1904_dates)
    binder.findings.extend(prepared_date.findings)
    if facts.uses_1904_dates:
        binder.findings.append(make_finding("form-mac-days", sheet=table.sheet.name))
    parsed_return = binder.bind(identity_result.identity, prepared_date.text)
    newest = plans.get_version_in_force(parsed_return.quarter)
    unit_findings = tuple(check_units(parsed_return, version.plan, newest.plan))
    if identity_result.is_confirmed:
        unit_findings += tuple(check_copied_units(parsed_return, {row.key: row.unit for row in table.rows}, plans))
    parsed_return = replace(parsed_return, findings=(*parsed_return.findings, *unit_findings))
    return ParseResult(parsed_return, parsed_return.findings, table)


def _explain_missing_form(workbook: WorkbookData, tables: tuple[FormTable, ...], plans: Plans) -> Finding:
    if tables:
        return make_finding("form-twice", first=tables[0].sheet.name, second=tables[1].sheet.name)
    keys = {str(key) for indicator in plans.latest.indicators for key in plans.latest.list_entry_keys(indicator)}
    for sheet in workbook.sheets:
        # The other sheets of a form list its keys too.
        if (
            sheet.name not in (META_SHEET, DEFINITIONS_SHEET)
            and sum(cell.kind is CellKind.TEXT and clean_key(cell.text) in keys for cell in sheet.cells) > 1
        ):
            return make_finding("form-tags-missing", sheet=sheet.name)
    return make_finding("form-not-found")


def _check_form(table: FormTable, identity: FormIdentity, rows: tuple[FormRow, ...], plans: Plans) -> Iterator[Finding]:
    if table.sheet.name != RETURN_SHEET:
        yield make_finding("form-sheet-renamed", sheet=table.sheet.name)
    newest = plans.get_version_in_force(identity.quarter)
    if newest.number != identity.plan_version:
        yield make_older_plan_finding(identity, rows, newest)


@dataclass
class _Binder:
    """Binds the rows of a table to the rows of a form and collects findings."""

    table: FormTable
    facts: SheetFacts | None
    expected: ExpectedCells
    findings: list[Finding] = field(default_factory=list)
    _cells: dict[str, ParsedCell] = field(default_factory=dict)

    def check_handling(self, identity: FormIdentity) -> None:
        """Check the header and report how the form was changed apart from filling it in."""
        self.findings.extend(check_site(self.table, identity, self.expected.plan))
        self.findings.extend(check_quarter(self.table, identity))
        self.findings.extend(check_hidden_cells(self.table, self.facts))
        self.findings.extend(check_legacy_khmer(self.table))
        if {row.key for row in self.table.rows} >= self.expected.row_numbers.keys():
            # A missing row moves the rows below it, and has a finding of its own.
            self.findings.extend(check_moved_rows(self.table, self.expected.row_numbers))

    def bind(self, identity: FormIdentity, prepared_on: str) -> ParsedReturn:
        by_key = self.expected.by_key
        comments = dict(self.facts.comments) if self.facts else {}
        spellings = _Spellings(by_key)
        merged = MergedCells(self.facts.merges if self.facts else ())
        unknown_rows: list[TableRow] = []
        for table_row in self.table.rows:
            row, comment_findings = merge_comments(self._correct_key(table_row, by_key, spellings), comments)
            self.findings.extend(comment_findings)
            if row.key in by_key:
                self._bind_row(row, by_key[row.key], merged)
            elif row.key:
                if not self._is_title_row(row):
                    unknown_rows.append(row)
            else:
                self._report_keyless(row)
        self._report_keys(unknown_rows, by_key)
        return ParsedReturn(
            identity=identity,
            basis=self._read_basis(),
            rows=self.expected.rows,
            cells=tuple(self._cells.get(key) or _make_blank_cell(row.key) for key, row in by_key.items()),
            findings=tuple(self.findings),
            sheet=self.table.sheet.name,
            basis_cell=self.table.fields[FieldTag.BASIS].address if FieldTag.BASIS in self.table.fields else "",
            prepared_by=self.table.get_field_text(FieldTag.PREPARED_BY),
            prepared_on=prepared_on,
        )

    def _correct_key(self, row: TableRow, by_key: dict[str, FormRow], spellings: "_Spellings") -> TableRow:
        """Return the row with the key of the form, where only dashes, digits or case differ."""
        key = spellings.find(row.key) if row.key and row.key not in by_key else None
        if key is None:
            return row
        finding = make_finding(
            "key-respelled", sheet=row.sheet, cell=row.key_cell, key=key, found=shorten_text(row.key)
        )
        self.findings.append(finding)
        return replace(row, key=key)

    def _bind_row(self, row: TableRow, form_row: FormRow, merged: MergedCells) -> None:
        location = CellLocation(row.sheet, row.value_cell, row.key)
        merged_range = merged.find_area(row.value_cell)
        if merged_range:
            number = location.reject("cell-merged", range=merged_range)
        else:
            formula = classify_formula(self.facts, row.value_cell)
            number = read_number(row.value, self.expected.number_specs[row.key], location, formula)
        raw = row.value.text if row.value is not None else ""
        cell = ParsedCell(form_row.key, number.value, number.state, raw, row.sheet, row.value_cell, row.note)
        first = self._cells.get(row.key)
        if first is not None:
            self._report_duplicate(first, cell, location)
            return
        self._cells[row.key] = cell
        self._report_row(row, form_row, location, number)

    def _report_row(self, row: TableRow, form_row: FormRow, location: CellLocation, number: NumberReading) -> None:
        self.findings.extend(number.findings)
        if number.state is NumberState.NOT_COLLECTED and not row.note:
            self.findings.append(location.make_finding("not-collected-without-note", label=form_row.display_label))
        labels = ((row.label, form_row.label.en), (row.label_km, form_row.label.km))
        changed_labels = [text for text, label in labels if _differs(text, label)]
        if changed_labels:
            finding = make_finding(
                "label-changed",
                sheet=row.sheet,
                cell=row.key_cell,
                key=row.key,
                found=shorten_text(changed_labels[0]),
                label=form_row.display_label,
            )
            self.findings.append(finding)

    def _report_duplicate(self, first: ParsedCell, second: ParsedCell, location: CellLocation) -> None:
        if (first.value, first.state) == (second.value, second.state):
            self.findings.append(location.make_finding("key-twice-same", first_cell=first.address))
            return
        values = {"first": first.raw or "-", "second": second.raw or "-"}
        self.findings.append(location.make_finding("key-twice-different", first_cell=first.address, **values))

    def _report_keys(self, unknown_rows: list[TableRow], by_key: dict[str, FormRow]) -> None:
        """Report unknown and missing keys. A changed key is one fault: its row is not reported as deleted too."""
        missing_keys = [key for key in by_key if key not in self._cells]
        for row in unknown_rows:
            matches = get_close_matches(row.key, missing_keys or list(by_key), n=1, cutoff=0.6)
            matches = matches or get_close_matches(row.key, list(by_key), n=1, cutoff=0)
            if matches and matches[0] in missing_keys:
                missing_keys.remove(matches[0])
                self._cells[matches[0]] = _make_unreadable_cell(by_key[matches[0]].key, row)
            self.findings.append(
                make_finding(
                    "key-unknown",
                    sheet=row.sheet,
                    cell=row.key_cell,
                    key=row.key,
                    suggestion=matches[0] if matches else "",
                    found=shorten_text(row.key),
                )
            )
        for key in missing_keys:
            self._cells[key] = _make_blank_cell(by_key[key].key, NumberState.UNREADABLE)
            self.findings.append(
                make_finding("key-deleted", sheet=self.table.sheet.name, key=key, label=by_key[key].display_label)
            )

    def _report_keyless(self, row: TableRow) -> None:
        """Report a number in a row without a key. Other text in such rows is a heading or a signature line."""
        if row.value is not None and (row.value.kind is not CellKind.TEXT or _has_entry(row.value.text)):
            quoted_text = shorten_text(row.value.text)
            self.findings.append(
                make_finding("row-without-key", sheet=row.sheet, cell=row.value_cell, found=quoted_text)
            )

    def _is_title_row(self, row: TableRow) -> bool:
        """Whether this is the row of column titles: the first below the tags, with text in the value column."""
        if row is not self.table.rows[0] or row.value is None:
            return False
        return row.value.kind is CellKind.TEXT and not _has_entry(row.value.text)

    def _read_basis(self) -> Basis:
        field_cell = self.table.fields.get(FieldTag.BASIS)
        if field_cell is None:
            return Basis.QUARTER
        basis = parse_basis(field_cell.text)
        if basis is None:
            location = {"sheet": self.table.sheet.name, "cell": field_cell.address}
            self.findings.append(make_finding("form-basis-unknown", **location, found=shorten_text(field_cell.text)))
        return basis or Basis.QUARTER


class _Spellings:
    """Keys of a form by normalized spelling, computed at the first lookup."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = keys

    def find(self, key: str) -> str | None:
        """Return the key of the form with the same normalized spelling."""
        return self._by_spelling.get(normalize_key(key))

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        return {normalize_key(key): key for key in self._keys}


def _make_blank_cell(key: CellKey, state: NumberState = NumberState.BLANK) -> ParsedCell:
    return ParsedCell(key, None, state, "", "", "", "")


def _make_unreadable_cell(key: CellKey, row: TableRow) -> ParsedCell:
    raw = row.value.text if row.value is not None else ""
    return ParsedCell(key, None, NumberState.UNREADABLE, raw, row.sheet, row.value_cell, row.note)


def _has_entry(text: str) -> bool:
    """Whether a text has a digit or means "not collected"."""
    folded_text = fold_text(text).text
    return any(letter.isdigit() for letter in folded_text) or folded_text.casefold() in NOT_COLLECTED_WORDS


def _differs(text: str, label: str) -> bool:
    """Whether a locked label was changed. A blank is not a change."""
    return bool(text and label) and text != label and clean_key(text) != clean_key(label)
