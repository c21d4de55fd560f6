"""The workbook that a site fills in."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis
from etl.returns.form.build import build_form, build_form_workbook, form_rows
from etl.returns.form.labels import GUIDE, basis_choices, parse_basis, prompt_for_value, warning_for_value
from etl.returns.form_identity import is_signed, parse_form_id
from tests.returns.form_plans import make_form_plan, read_form

SECOND, FIRST = Quarter(2025, 2), Quarter(2025, 1)
LONGEST_IN_EXCEL = 255


def _open(quarter: Quarter = SECOND, **contents):
    return openpyxl.load_workbook(BytesIO(build_form(make_form_plan(), 3, "one", quarter, **contents)))


@pytest.fixture(scope="module")
def blank():
    return _open()


@pytest.fixture(scope="module")
def drawn():
    return build_form_workbook(make_form_plan(), 3, "one", SECOND)


def test_every_key_is_on_the_sheet_exactly_once_and_its_value_is_blank(blank):
    found = read_form(blank)
    assert list(found.values) == [str(row.key) for row in form_rows(make_form_plan(), "one", SECOND)]
    assert set(found.values.values()) == {None}
    assert set(found.notes.values()) == {None}


def test_the_drawn_form_knows_where_its_input_cells_are(drawn):
    marked = build_form_workbook(make_form_plan(), 3, "one", SECOND)
    for number, address in enumerate(marked.value_cells.values()):
        marked.workbook["Return"][address] = number
    assert list(read_form(marked.workbook).values.values()) == list(range(len(marked.value_cells)))


def test_only_value_note_and_header_cells_are_unlocked(blank, drawn):
    unlocked = {cell.coordinate for row in blank["Return"].iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {*drawn.value_cells.values(), *drawn.note_cells.values(), "C6", "C7", drawn.basis_cell}
    for name in ("Guide", "Definitions", "_meta"):
        assert all(cell.protection.locked for row in blank[name].iter_rows() for cell in row)
        assert blank[name].protection.sheet
    assert blank["Return"].protection.sheet
    assert not blank["Return"].protection.password


def test_every_input_cell_has_a_prompt_and_nothing_blocks(blank, drawn):
    validations = blank["Return"].data_validations.dataValidation
    inputs = {*drawn.value_cells.values(), *drawn.note_cells.values(), "C6", "C7", drawn.basis_cell}
    for address in inputs:
        assert len([one for one in validations if address in one.sqref]) == 1, address
    for one in validations:
        assert one.errorStyle == "warning"
        assert one.showInputMessage
        assert 0 < len(one.prompt) <= LONGEST_IN_EXCEL
        assert len(one.promptTitle) <= 32


def test_a_value_may_be_text_and_is_questioned_below_its_minimum_or_with_a_fraction(blank, drawn):
    cell = drawn.value_cells["A-01"]
    (rule,) = [one for one in blank["Return"].data_validations.dataValidation if cell in one.sqref]
    assert rule.formula1 == f"OR(ISTEXT({cell}),AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell})))"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("minimum", [None, Decimal("-1234567.25")])
def test_what_the_client_says_fits_into_its_box(whole, minimum):
    assert len(prompt_for_value(whole=whole, minimum=minimum)) <= LONGEST_IN_EXCEL
    assert len(warning_for_value(whole=whole, minimum=minimum)) <= LONGEST_IN_EXCEL


def test_a_part_above_its_total_is_marked_and_so_is_a_numerator_above_a_denominator(blank, drawn):
    formulas = {
        str(cells.sqref): rule.formula[0]
        for cells, rules in blank["Return"].conditional_formatting._cf_rules.items()
        for rule in rules
    }
    place = drawn.value_cells
    above = "AND(ISNUMBER({0}),ISNUMBER({1}),{0}>{1})"
    assert formulas[place["A-01/sex/women"]] == above.format(place["A-01/sex/women"], place["A-01"])
    assert formulas[place["A-03/numerator"]] == above.format(place["A-03/numerator"], place["A-03/denominator"])
    assert formulas[place["B-04/numerator"]] == above.format(place["B-04/numerator"], place["A-02"])
    assert len(formulas) == 5


def test_it_opens_on_the_return_and_hides_nothing_deeper_than_a_click(blank):
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


def test_property_hidden_sheet_and_visible_id_agree():
    book = _open(signing_key=b"secret")
    meta = {name: value for name, value, *_ in book["_meta"].values if name != "key"}
    properties = {one.name: one.value for one in book.custom_doc_props.props}
    assert read_form(book).fields["#form"] == meta["form"] == properties["CardecForm"] == "one-2025Q2-v3"
    assert properties["CardecPlanVersion"] == 3
    assert meta["signature"] == properties["CardecSignature"]
    assert is_signed(parse_form_id(str(meta["form"])), str(meta["signature"]), b"secret")
    assert (meta["site"], meta["quarter"], meta["plan_version"]) == ("one", "2025Q2", "3")
    keys = [row[1] for row in book["_meta"].values if row[0] == "key"]
    assert keys == list(read_form(book).values)


def test_the_first_quarter_has_no_basis_to_choose():
    book = _open(FIRST)
    assert "#basis" not in read_form(book).fields
    assert "list" not in {one.type for one in book["Return"].data_validations.dataValidation}
    meta = {row[0]: row[1] for row in book["_meta"].values}
    assert meta["basis_cell"] is None


def test_the_basis_that_is_preset_is_one_of_the_choices_and_reads_back():
    for basis in Basis:
        book = _open(basis=basis)
        chosen = str(read_form(book).fields["#basis"])
        (choices,) = [one for one in book["Return"].data_validations.dataValidation if one.type == "list"]
        assert chosen in choices.formula1.strip('"').split(",")
        assert len(choices.formula1) <= LONGEST_IN_EXCEL
        assert parse_basis(chosen) is basis


def test_a_basis_is_understood_in_either_language():
    assert parse_basis("This  Quarter") is Basis.QUARTER
    assert parse_basis("ត្រីមាសនេះ") is Basis.QUARTER
    assert parse_basis("since 1 January") is Basis.YEAR_TO_DATE
    assert parse_basis(basis_choices(first_month=4)[1]) is Basis.YEAR_TO_DATE
    assert parse_basis("last year") is None


def test_the_same_inputs_give_the_same_bytes():
    contents = {"entries": {"A-01": Decimal(5)}, "targets": {"A-01": Decimal(9)}, "last_values": {"A-02": None}}
    assert build_form(make_form_plan(), 3, "one", SECOND, **contents) == build_form(
        make_form_plan(), 3, "one", SECOND, **contents
    )


def test_entries_stand_in_the_cells_as_a_person_would_have_typed_them():
    typed = {"A-01": Decimal("12"), "A-02": Decimal("85.15"), "A-03/numerator": "NC", "A-01/kind/new": "=1+1", "x": 1}
    data = build_form(
        make_form_plan(),
        3,
        "one",
        SECOND,
        entries=typed,
        notes={"A-01": "ok\x00", "A-02": "+cmd"},
        prepared_by="Sok",
        prepared_on=date(2025, 7, 1),
    )
    book = openpyxl.load_workbook(BytesIO(data))
    found = read_form(book)
    assert found.values["A-01"] == 12
    assert (found.values["A-03/numerator"], found.values["A-01/kind/old"]) == ("NC", None)
    assert (found.notes["A-01"], found.notes["A-02"]) == ("ok", "+cmd")
    assert found.fields["#prepared_by"] == "Sok"
    assert found.fields["#date"].date() == date(2025, 7, 1)
    xml = ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>85.15</v>" in xml
    assert "=1+1</t>" in xml
    assert "<f>" not in xml


def test_last_value_and_target_are_shown_beside_the_value():
    book = _open(last_values={"A-01": Decimal(40), "A-02": None}, targets={"A-01": Decimal(100), "A-03": Decimal(70)})
    shown = {row[0].value: (row[4].value, row[5].value) for row in book["Return"].iter_rows() if row[0].value}
    assert shown["A-01"] == (40, 100)
    assert shown["A-02"] == ("NC", None)
    assert (None, 70) in [(row[4].value, row[5].value) for row in book["Return"].iter_rows() if not row[0].value]


def test_every_number_cell_has_a_format_of_its_own(blank, drawn):
    formats = {key: blank["Return"][cell].number_format for key, cell in drawn.value_cells.items()}
    assert formats["A-01"] == "#,##0"
    assert formats["A-02"] == "#,##0.00"


def test_guide_and_definitions_are_there_in_both_languages(blank):
    assert blank["Guide"].max_row == len(GUIDE) + 1
    assert all(row[1].value and row[2].value for row in blank["Guide"].iter_rows(min_row=2))
    words = [cell.value for row in blank["Definitions"].iter_rows() for cell in row if cell.value]
    assert "plots seen (taken from A-02, not typed)" in words
    assert "women\nnew, old (together the total)" in words
