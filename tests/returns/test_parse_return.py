"""A filled form is bound to its keys wherever they went, and says which form it is from every place that says so."""

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.vocabulary import Basis, CellKey, LocalizedText, parse_key
from etl.locale import get_locale
from etl.returns.findings.finding import Severity, render_message
from etl.returns.form.claims import Confirmation
from etl.returns.form.labels import basis_choices
from etl.returns.form.rows import form_rows
from etl.returns.form_identity import META_SHEET, PROPERTY_FORM
from etl.returns.numbers import NumberState
from tests.returns.intake_cases import (
    CHECK_DATE,
    PLAN,
    PLANS,
    QUARTER,
    VALID_ENTRIES,
    codes,
    edit_file,
    examine_file,
    find_row,
    get_finding,
    make_return_file,
)


def test_a_good_return_gives_every_number_and_no_finding():
    answer = examine_file(make_return_file(prepared_by="Sok", notes={"A-01": "two sessions"}))
    assert answer.findings == () and answer.is_acceptable
    parsed = answer.parsed_return
    assert (parsed.site, parsed.quarter, parsed.plan_version, parsed.form_id) == ("one", QUARTER, 1, "one-2025Q3-v1")
    assert (parsed.basis, parsed.prepared_by) == (Basis.QUARTER, "Sok")
    assert {str(cell.key): cell.value for cell in parsed.cells} == VALID_ENTRIES
    assert [cell.key for cell in parsed.cells] == [row.key for row in form_rows(PLAN, "one", QUARTER)]
    first = parsed.cells[0]
    assert (first.raw, first.sheet, first.note) == ("12", "Return", "two sessions")
    assert {one.key: one.value for one in parsed.observations()} == {
        parse_key(key): value for key, value in VALID_ENTRIES.items()
    }


def test_a_cell_is_found_at_its_address():
    answer = examine_file(make_return_file({"A-02": "#REF!"}))
    sheet = []
    edit_file(make_return_file(), lambda one: sheet.append(one))
    assert get_finding(answer, "number-error-cell").cell == f"G{find_row(sheet[0], 'A-02')}"


def test_inserted_rows_and_columns_and_a_new_sheet_name_change_nothing():
    def move(sheet):
        sheet.title = "Q3 ដំណាំ"
        sheet.unmerge_cells(str(next(iter(sheet.merged_cells.ranges))))
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(find_row(sheet, "A-02"), 2)
        sheet.insert_cols(3)
        sheet.insert_rows(1)

    answer = examine_file(edit_file(make_return_file(), move))
    assert sorted(codes(answer)) == ["form-rows-moved", "form-sheet-renamed"]
    assert {str(cell.key): cell.value for cell in answer.parsed_return.cells} == VALID_ENTRIES


def test_not_collected_and_blank_are_two_states():
    answer = examine_file(make_return_file({"A-02": "NC", "B-04/numerator": None}, notes={"A-02": "flooded"}))
    states = {str(cell.key): cell.state for cell in answer.parsed_return.cells}
    assert (states["A-02"], states["B-04/numerator"]) == (NumberState.NOT_COLLECTED, NumberState.BLANK)
    assert codes(answer) == ["cell-blank"]


def test_not_collected_without_a_note_is_a_warning():
    assert codes(examine_file(make_return_file({"A-02": "NC"}))) == ["not-collected-without-note"]


@pytest.mark.parametrize("choice", basis_choices())
def test_the_basis_is_what_was_chosen(choice):
    basis = Basis.QUARTER if choice == basis_choices()[0] else Basis.YEAR_TO_DATE
    answer = examine_file(make_return_file(basis=basis))
    assert answer.parsed_return.basis is basis and answer.findings == ()


def test_a_basis_that_is_no_choice_is_refused():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "#basis"), 3, "both"))
    assert codes(examine_file(data)) == ["form-basis-unknown"]


def test_a_changed_key_is_one_error_that_names_the_nearest():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 1, "A02"))
    finding = get_finding(examine_file(data), "key-unknown")
    assert (finding.suggestion, finding.severity) == ("A-02", "error")
    assert codes(examine_file(data)) == ["key-unknown"]


def test_a_deleted_row_is_named():
    data = edit_file(make_return_file(), lambda sheet: sheet.delete_rows(find_row(sheet, "A-02")))
    answer = examine_file(data)
    assert (codes(answer), get_finding(answer, "key-deleted").key) == (["key-deleted"], "A-02")


def _add_row(sheet, key, value):
    row = sheet.max_row + 2
    sheet.cell(row, 1, key)
    sheet.cell(row, 7, value)


@pytest.mark.parametrize(("value", "code"), [(732.5, "key-twice-same"), (9, "key-twice-different")])
def test_a_key_that_stands_twice_is_named_with_both_cells(value, code):
    answer = examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, "A-02", value)))
    assert codes(answer) == [code]
    assert dict(get_finding(answer, code).parameters)["first_cell"] < get_finding(answer, code).cell


def test_a_number_in_a_row_without_a_key_is_refused_and_words_are_not():
    assert codes(examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, None, 7)))) == [
        "row-without-key"
    ]
    assert codes(examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, None, "thank you")))) == []


def test_merged_value_cells_are_refused():
    def merge(sheet):
        row = find_row(sheet, "A-01/kind/new")
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=7, end_column=7)

    assert codes(examine_file(edit_file(make_return_file(), merge))) == ["cell-merged", "cell-merged"]


def test_changed_words_beside_a_number_are_a_warning():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 2, "Farmers reached"))
    assert codes(examine_file(data)) == ["label-changed"]


def test_a_formula_is_known_by_whether_its_result_was_saved():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 7, "=700+32"))
    assert codes(examine_file(data)) == ["number-formula-without-value"]


def _without_identity(data):
    """What is left after the sheet was copied into a new book: cells, no property, no hidden sheet, no id."""

    def forget(sheet):
        workbook = sheet.parent
        del workbook[META_SHEET]
        for name in list(workbook.custom_doc_props.names):
            del workbook.custom_doc_props[name]
        sheet.cell(find_row(sheet, "#form"), 3).value = None

    return edit_file(data, forget)


def test_a_copied_sheet_is_taken_once_a_person_confirms_site_and_quarter():
    copied = _without_identity(make_return_file())
    assert codes(examine_file(copied)) == ["form-unconfirmed"]
    answer = examine_file(copied, confirmation=Confirmation("one", QUARTER))
    assert codes(answer) == ["form-confirmed"]
    assert (answer.parsed_return.form_id, answer.is_acceptable) == ("one-2025Q3-v1", True)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [(Confirmation("two", QUARTER), "site-not-chosen"), (Confirmation("one", Quarter(2025, 2)), "quarter-not-chosen")],
)
def test_a_form_sent_for_another_site_or_quarter_is_refused(chosen, code):
    assert codes(examine_file(make_return_file(), confirmation=chosen)) == [code]
    assert codes(examine_file(make_return_file(), confirmation=Confirmation("one", QUARTER))) == []


def test_a_sheet_that_kept_only_its_visible_id_names_its_site_and_quarter_to_be_confirmed():
    def forget(sheet):
        del sheet.parent[META_SHEET]
        for name in list(sheet.parent.custom_doc_props.names):
            del sheet.parent.custom_doc_props[name]

    answer = examine_file(edit_file(make_return_file(), forget))
    finding = get_finding(answer, "form-visible-id")
    assert (codes(answer), finding.severity, finding.is_error) == (["form-visible-id"], Severity.WARNING, False)
    assert (
        "one" in render_message(finding, get_locale("en"))
        and "2025Q3" in render_message(finding, get_locale("en"))
        and finding.cell
    )
    assert (answer.parsed_return.form_id, answer.is_acceptable) == ("one-2025Q3-v1", True)
    chosen = examine_file(edit_file(make_return_file(), forget), confirmation=Confirmation("two", QUARTER))
    assert codes(chosen) == ["site-not-chosen"]


def _version(number, plan, day=date(2025, 1, 1)):
    return PlanVersion(number, day, plan)


def _without(*gone):
    return replace(PLAN, indicators=tuple(one for one in PLAN.indicators if one.code not in gone))


@pytest.mark.parametrize(
    ("later", "version"),
    [
        ((PLAN,), 2),
        ((_without("A-02"),), 1),
        ((PLAN, _without("A-02")), 2),
        ((PLAN, PLAN, _without("B-04")), 3),
    ],
)
def test_a_copied_sheet_without_an_id_is_read_by_the_newest_version_that_asks_its_keys(later, version):
    plans = Plans((*PLANS.versions, *(_version(number, plan) for number, plan in enumerate(later, 2))))
    answer = examine_file(_without_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert answer.parsed_return.plan_version == version and answer.is_acceptable
    assert ("form-version-by-keys" in codes(answer)) is (version < len(plans.versions))


def test_a_copied_sheet_that_no_version_asks_for_is_read_by_the_one_in_force_and_its_rows_are_told():
    less, more = _without("A-02"), _without("A-03")
    plans = Plans((_version(1, less), _version(2, more)))
    answer = examine_file(_without_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert answer.parsed_return.plan_version == 2 and not answer.is_acceptable
    assert "form-version-by-keys" not in codes(answer) and "key-unknown" in codes(answer)


def _in_rai(*codes_of, label=None):
    changed = {"unit": "rai"} if label is None else {"unit_label": label}
    return replace(
        PLAN, indicators=tuple(replace(one, **changed) if one.code in codes_of else one for one in PLAN.indicators)
    )


def test_a_number_in_a_unit_that_changed_since_its_form_was_made_is_refused_at_its_cell():
    plans = Plans((*PLANS.versions, _version(2, _in_rai("A-02"))))
    answer = examine_file(make_return_file(), plans=plans)
    finding = get_finding(answer, "unit-changed")
    told = dict(finding.parameters)
    assert (finding.key, told["before"], told["now"], told["found"]) == ("A-02", "ha", "rai", "732.5")
    assert finding.cell == answer.parsed_return.cell_by_key[CellKey("A-02")].address and not answer.is_acceptable
    copied = examine_file(_without_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert copied.parsed_return.plan_version == 2


def test_a_copied_sheet_is_refused_where_its_own_unit_column_names_a_unit_of_before():
    rai = _in_rai("A-02", label=LocalizedText("rai of land"))
    rai = replace(
        rai, indicators=tuple(replace(one, unit="rai") if one.code == "A-02" else one for one in rai.indicators)
    )
    plans, chosen = Plans((*PLANS.versions, _version(2, rai))), Confirmation("one", QUARTER)
    answer = examine_file(_without_identity(make_return_file()), plans=plans, confirmation=chosen)
    finding = get_finding(answer, "unit-changed")
    told = dict(finding.parameters)
    assert (finding.key, told["before"], told["now"], told["found"]) == ("A-02", "ha", "rai", "732.5")
    assert finding.cell == answer.parsed_return.cell_by_key[CellKey("A-02")].address and not answer.is_acceptable
    blank = examine_file(_without_identity(make_return_file({"A-02": None})), plans=plans, confirmation=chosen)
    assert "unit-changed" not in codes(blank)
    reworded = Plans((*PLANS.versions, _version(2, _in_rai("A-02", label=LocalizedText("hectares of land")))))
    assert codes(examine_file(_without_identity(make_return_file()), plans=reworded, confirmation=chosen)) == [
        "form-confirmed"
    ]


def test_a_blank_and_other_words_for_the_same_unit_are_no_change_of_unit():
    plans = Plans((*PLANS.versions, _version(2, _in_rai("A-02"))))
    assert "unit-changed" not in codes(examine_file(make_return_file({"A-02": None}), plans=plans))
    reworded = Plans((*PLANS.versions, _version(2, _in_rai("A-02", label=LocalizedText("hectares of land")))))
    assert codes(examine_file(make_return_file(), plans=reworded)) == ["form-older-plan"]


def test_places_that_contradict_each_other_are_both_named():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "#form"), 3, "two-2025Q3-v1"))
    finding = get_finding(examine_file(data), "form-contradiction")
    said = dict(finding.parameters)
    assert (said["first_place"], said["first"], said["second"]) == (PROPERTY_FORM, "one-2025Q3-v1", "two-2025Q3-v1")


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [("#site", "Site two", "site-contradiction"), ("#quarter", "2025 Q2", "quarter-contradiction")],
)
def test_a_header_that_names_another_site_or_quarter_is_refused(tag, text, code):
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, tag), 3, text))
    assert codes(examine_file(data)) == [code]


def test_a_site_or_a_plan_that_is_not_there_is_named():
    assert codes(examine_file(make_return_file(), plans=Plans((PlanVersion(7, date.min, PLAN),)))) == [
        "form-plan-unknown"
    ]
    fewer = replace(PLAN, sites=tuple(site for site in PLAN.sites if site.code != "one"))
    assert codes(examine_file(make_return_file(), plans=Plans((PlanVersion(1, date.min, fewer),)))) == ["site-unknown"]


def test_a_closed_site_is_refused():
    closed = tuple(replace(site, closed_after=Quarter(2025, 2)) for site in PLAN.sites)
    plans = Plans((PlanVersion(1, date.min, replace(PLAN, sites=closed)),))
    assert codes(examine_file(make_return_file(), plans=plans)) == ["site-closed"]


def test_a_form_of_an_older_plan_is_read_by_its_own_version_with_a_warning():
    plans = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), PLAN)))
    answer = examine_file(make_return_file(), plans=plans)
    assert (codes(answer), answer.parsed_return.plan_version) == (["form-older-plan"], 1)


def test_a_form_of_an_older_plan_is_told_what_is_asked_alike_and_what_more_or_less():
    kept = tuple(one for one in PLAN.indicators if one.code not in ("A-03", "B-04"))
    added = replace(kept[0], code="A-09")
    newer = replace(PLAN, indicators=(*kept, added))
    plans = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), newer)))
    told = dict(get_finding(examine_file(make_return_file(), plans=plans), "form-older-plan").parameters)
    assert (told["same"], told["more"]) == ("5", "A-09")
    assert told["less"] == "A-03/numerator, A-03/denominator, B-04/numerator"


def test_a_signature_of_another_system_is_a_warning():
    assert codes(examine_file(make_return_file(signing_key=b"ours"), signing_key=b"ours")) == []
    assert codes(examine_file(make_return_file(signing_key=b"theirs"), signing_key=b"ours")) == ["form-signature"]


def test_a_workbook_that_is_no_form_is_answered_with_where_to_get_one():
    data = edit_file(make_return_file(), lambda sheet: None)
    assert codes(examine_file(data)) == []
    other = Workbook()
    other.active["A1"] = "Farmers"
    other.active["B1"] = 12
    assert codes(examine_file(_saved(other))) == ["form-not-found"]


def _saved(workbook):
    from io import BytesIO

    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_form_without_its_row_of_tags_or_twice_in_a_book_is_refused():
    def forget_tags(sheet):
        tag_row = next(cell.row for cell in sheet["A"] if cell.value == "#key")
        for cell in sheet[tag_row]:
            cell.value = None

    assert codes(examine_file(edit_file(make_return_file(), forget_tags))) == ["form-tags-missing"]
    twice = edit_file(make_return_file(), lambda sheet: sheet.parent.copy_worksheet(sheet))
    assert codes(examine_file(twice)) == ["form-twice"]
