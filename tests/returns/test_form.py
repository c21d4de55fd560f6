"""Tests of the workbook that a site fills in."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis
from etl.returns.form.build import build_form, build_form_workbook, list_form_rows
from etl.returns.form.labels import GUIDE, list_basis_choices, make_value_prompt, make_value_warning, parse_basis
from etl.returns.form_identity import is_signed, parse_form_id
from tests.returns.form_plans import make_form_plan, read_form

SECOND, FIRST = Quarter(2025, 2), Quarter(2025, 1)
LONGEST_IN_EXCEL = 255


def _open_form(quarter: Quarter = SECOND, **contents):
    return openpyxl.load_workbook(BytesIO(build_form(make_form_plan(), 3, "one", quarter, **contents)))


@pytest.fixture(scope="module")
def blank():
    return _open_form()


@pytest.fixture(scope="module")
def form_workbook():
    return build_form_workbook(make_form_plan(), 3, "one", SECOND)


def test_every_key_is_on_the_sheet_exactly_once_and_its_value_is_blank(blank):
    contents = read_form(blank)
    assert list(contents.values) == [str(row.key) for row in list_form_rows(make_form_plan(), "one", SECOND)]
    assert set(contents.values.values()) == {None}
    assert set(contents.notes.values()) == {None}


def test_the_form_workbook_has_the_addresses_of_its_input_cells(form_workbook):
    other = build_form_workbook(make_form_plan(), 3, "one", SECOND)
    for number, address in enumerate(other.value_cells.values()):
        other.workbook["Return"][address] = number
    assert list(read_form(other.workbook).values.values()) == list(range(len(other.value_cells)))


def test_only_value_note_and_header_cells_are_unlocked(blank, form_workbook):
    unlocked = {cell.coordinate for row in blank["Return"].iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {
        *form_workbook.value_cells.values(),
        *form_workbook.note_cells.values(),
        "C6",
        "C7",
        form_workbook.basis_cell,
    }
    for name in ("Guide", "Definitions", "_meta"):
        assert all(cell.protection.locked for row in blank[name].iter_rows() for cell in row)
        assert blank[name].protection.sheet
    assert blank["Return"].protection.sheet
    assert not blank["Return"].protection.password


def test_every_input_cell_has_a_prompt_and_nothing_blocks(blank, form_workbook):
    validations = blank["Return"].data_validations.dataValidation
    inputs = {
        *form_workbook.value_cells.values(),
        *form_workbook.note_cells.values(),
        "C6",
        "C7",
        form_workbook.basis_cell,
    }
    for address in inputs:
        assert len([validation for validation in validations if address in validation.sqref]) == 1, address
    for validation in validations:
        assert validation.errorStyle == "warning"
        assert validation.showInputMessage
        assert 0 < len(validation.prompt) <= LONGEST_IN_EXCEL
        assert len(validation.promptTitle) <= 32


def test_a_value_may_be_text_and_gets_a_warning_below_its_minimum_or_with_a_fraction(blank, form_workbook):
    cell = form_workbook.value_cells["A-01"]
    (rule,) = [rule for rule in blank["Return"].data_validations.dataValidation if cell in rule.sqref]
    assert rule.formula1 == f"OR(ISTEXT({cell}),AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell})))"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("minimum", [None, Decimal("-1234567.25")])
def test_prompts_and_warnings_are_within_the_limit_of_excel(whole, minimum):
    assert len(make_value_prompt(whole=whole, minimum=minimum)) <= LONGEST_IN_EXCEL
    assert len(make_value_warning(whole=whole, minimum=minimum)) <= LONGEST_IN_EXCEL


def test_parts_above_totals_and_numerators_above_denominators_are_highlighted(blank, form_workbook):
    formulas = {
        str(cells.sqref): rule.formula[0]
        for cells, rules in blank["Return"].conditional_formatting._cf_rules.items()
        for rule in rules
    }
    cells_by_key = form_workbook.value_cells
    above = "AND(ISNUMBER({0}),ISNUMBER({1}),{0}>{1})"
    assert formulas[cells_by_key["A-01/sex/women"]] == above.format(
        cells_by_key["A-01/sex/women"], cells_by_key["A-01"]
    )
    assert formulas[cells_by_key["A-03/numerator"]] == above.format(
        cells_by_key["A-03/numerator"], cells_by_key["A-03/denominator"]
    )
    assert formulas[cells_by_key["B-04/numerator"]] == above.format(
        cells_by_key["B-04/numerator"], cells_by_key["A-02"]
    )
    assert len(formulas) == 5


def test_it_opens_on_the_return_sheet_and_no_sheet_is_very_hidden(blank):
    assert blank.active.title == "Return"
    assert {sheet.title: sheet.sheet_state for sheet in blank.worksheets} == {
        "Return": "visible",
        "Guide": "visible",
        "Definitions": "visible",
        "_meta": "hidden",
    }
    assert blank.calculation.fullCalcOnLoad


def test_it_prints_on_two_pages_at_most_with_its_header_on_each(blank):
    sheet = blank["Return"]
    header = sheet.print_title_rows.strip("$").split(":")[0].strip("$")
    assert sheet.row_dimensions[int(header) - 1].hidden
    assert sheet.freeze_panes == f"A{int(header) + 1}"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.page_setup.paperSize) == (1, 2, 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_document_property_hidden_sheet_and_visible_id_agree():
    book = _open_form(signing_key=b"secret")
    meta = {name: value for name, value, *_ in book["_meta"].values if name != "key"}
    properties = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert read_form(book).fields["#form"] == meta["form"] == properties["CardecForm"] == "one-2025Q2-v3"
    assert properties["CardecPlanVersion"] == 3
    assert meta["signature"] == properties["CardecSignature"]
    assert is_signed(parse_form_id(str(meta["form"])), str(meta["signature"]), b"secret")
    assert (meta["site"], meta["quarter"], meta["plan_version"]) == ("one", "2025Q2", "3")
    keys = [row[1] for row in book["_meta"].values if row[0] == "key"]
    assert keys == list(read_form(book).values)


def test_the_first_quarter_has_no_choice_of_basis():
    book = _open_form(FIRST)
    assert "#basis" not in read_form(book).fields
    assert "list" not in {rule.type for rule in book["Return"].data_validations.dataValidation}
    meta = {row[0]: row[1] for row in book["_meta"].values}
    assert meta["basis_cell"] is None


def test_the_preset_basis_is_one_of_the_choices_and_can_be_parsed():
    for basis in Basis:
        book = _open_form(basis=basis)
        chosen = str(read_form(book).fields["#basis"])
        (choices,) = [rule for rule in book["Return"].data_validations.dataValidation if rule.type == "list"]
        assert chosen in choices.formula1.strip('"').split(",")
        assert len(choices.formula1) <= LONGEST_IN_EXCEL
        assert parse_basis(chosen) is basis


def test_a_basis_is_parsed_in_either_language():
    assert parse_basis("This  Quarter") is Basis.QUARTER
    assert parse_basis("ត្រីមាសនេះ") is Basis.QUARTER
    assert parse_basis("since 1 January") is Basis.YEAR_TO_DATE
    assert parse_basis(list_basis_choices(first_month=4)[1]) is Basis.YEAR_TO_DATE
    assert parse_basis("last year") is None


def test_the_same_inputs_give_the_same_bytes():
    contents = {"entries": {"A-01": Decimal(5)}, "targets": {"A-01": Decimal(9)}, "last_values": {"A-02": None}}
    assert build_form(make_form_plan(), 3, "one", SECOND, **contents) == build_form(
        make_form_plan(), 3, "one", SECOND, **contents
    )


def test_entries_are_written_as_a_person_would_type_them():
    entries = {"A-01": Decimal("12"), "A-02": Decimal("85.15"), "A-03/numerator": "NC", "A-01/kind/new": "=1+1", "x": 1}
    data = build_form(
        make_form_plan(),
        3,
        "one",
        SECOND,
        entries=entries,
        notes={"A-01": "ok\x00", "A-02": "+cmd"},
        prepared_by="Sok",
        prepared_on=date(2025, 7, 1),
    )
    book = openpyxl.load_workbook(BytesIO(data))
    contents = read_form(book)
    assert contents.values["A-01"] == 12
    assert (contents.values["A-03/numerator"], contents.values["A-01/kind/old"]) == ("NC", None)
    assert (contents.notes["A-01"], contents.notes["A-02"]) == ("ok", "+cmd")
    assert contents.fields["#prepared_by"] == "Sok"
    assert contents.fields["#date"].date() == date(2025, 7, 1)
    xml = ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>85.15</v>" in xml
    assert "=1+1</t>" in xml
    assert "<f>" not in xml


def test_last_value_and_target_are_shown_beside_the_value():
    book = _open_form(
        last_values={"A-01": Decimal(40), "A-02": None}, targets={"A-01": Decimal(100), "A-03": Decimal(70)}
    )
    values = {row[0].value: (row[4].value, row[5].value) for row in book["Return"].iter_rows() if row[0].value}
    assert values["A-01"] == (40, 100)
    assert values["A-02"] == ("NC", None)
    assert (None, 70) in [(row[4].value, row[5].value) for row in book["Return"].iter_rows() if not row[0].value]


def test_every_number_cell_has_a_format_of_its_own(blank, form_workbook):
    formats = {key: blank["Return"][cell].number_format for key, cell in form_workbook.value_cells.items()}
    assert formats["A-01"] == "#,##0"
    assert formats["A-02"] == "#,##0.00"


def test_guide_and_definitions_are_there_in_both_languages(blank):
    assert blank["Guide"].max_row == len(GUIDE) + 1
    assert all(row[1].value and row[2].value for row in blank["Guide"].iter_rows(min_row=2))
    words = [cell.value for row in blank["Definitions"].iter_rows() for cell in row if cell.value]
    assert "plots seen (copied from A-02, do not enter)" in words
    assert "women\nnew, old (add up to the total)" in words
