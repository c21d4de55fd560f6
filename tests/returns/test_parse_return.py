"""Tests of parsing returns: identity, keys and cells."""

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
from etl.returns.form.labels import list_basis_choices
from etl.returns.form.rows import list_form_rows
from etl.returns.form_identity import META_SHEET, PROPERTY_FORM
from etl.returns.numbers import NumberState
from tests.returns.intake_cases import (
    CHECK_DATE,
    PLAN,
    PLANS,
    QUARTER,
    VALID_ENTRIES,
    edit_file,
    examine_file,
    find_row,
    get_finding,
    list_codes,
    make_return_file,
)


def test_a_valid_return_gives_every_number_and_no_finding():
    result = examine_file(make_return_file(prepared_by="Sok", notes={"A-01": "two sessions"}))
    assert result.findings == () and result.is_acceptable
    parsed = result.parsed_return
    assert (parsed.site, parsed.quarter, parsed.plan_version, parsed.form_id) == ("one", QUARTER, 1, "one-2025Q3-v1")
    assert (parsed.basis, parsed.prepared_by) == (Basis.QUARTER, "Sok")
    assert {str(cell.key): cell.value for cell in parsed.cells} == VALID_ENTRIES
    assert [cell.key for cell in parsed.cells] == [row.key for row in list_form_rows(PLAN, "one", QUARTER)]
    first = parsed.cells[0]
    assert (first.raw, first.sheet, first.note) == ("12", "Return", "two sessions")
    assert {observation.key: observation.value for observation in parsed.iterate_observations()} == {
        parse_key(key): value for key, value in VALID_ENTRIES.items()
    }


def test_a_finding_has_the_address_of_its_cell():
    result = examine_file(make_return_file({"A-02": "#REF!"}))
    sheet = []
    edit_file(make_return_file(), lambda worksheet: sheet.append(worksheet))
    assert get_finding(result, "number-error-cell").cell == f"G{find_row(sheet[0], 'A-02')}"


def test_inserted_rows_and_columns_and_a_new_sheet_name_change_nothing():
    def move(sheet):
        sheet.title = "Q3 ដំណាំ"
        sheet.unmerge_cells(str(next(iter(sheet.merged_cells.ranges))))
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(find_row(sheet, "A-02"), 2)
        sheet.insert_cols(3)
        sheet.insert_rows(1)

    result = examine_file(edit_file(make_return_file(), move))
    assert sorted(list_codes(result)) == ["form-rows-moved", "form-sheet-renamed"]
    assert {str(cell.key): cell.value for cell in result.parsed_return.cells} == VALID_ENTRIES


def test_not_collected_and_blank_are_two_states():
    result = examine_file(make_return_file({"A-02": "NC", "B-04/numerator": None}, notes={"A-02": "flooded"}))
    states = {str(cell.key): cell.state for cell in result.parsed_return.cells}
    assert (states["A-02"], states["B-04/numerator"]) == (NumberState.NOT_COLLECTED, NumberState.BLANK)
    assert list_codes(result) == ["cell-blank"]


def test_not_collected_without_a_note_is_a_warning():
    assert list_codes(examine_file(make_return_file({"A-02": "NC"}))) == ["not-collected-without-note"]


@pytest.mark.parametrize("choice", list_basis_choices())
def test_the_basis_is_the_selected_one(choice):
    basis = Basis.QUARTER if choice == list_basis_choices()[0] else Basis.YEAR_TO_DATE
    result = examine_file(make_return_file(basis=basis))
    assert result.parsed_return.basis is basis and result.findings == ()


def test_an_unknown_basis_is_rejected():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "#basis"), 3, "both"))
    assert list_codes(examine_file(data)) == ["form-basis-unknown"]


def test_a_changed_key_is_one_error_that_names_the_nearest():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 1, "A02"))
    finding = get_finding(examine_file(data), "key-unknown")
    assert (finding.suggestion, finding.severity) == ("A-02", "error")
    assert list_codes(examine_file(data)) == ["key-unknown"]


def test_a_deleted_row_is_reported():
    data = edit_file(make_return_file(), lambda sheet: sheet.delete_rows(find_row(sheet, "A-02")))
    result = examine_file(data)
    assert (list_codes(result), get_finding(result, "key-deleted").key) == (["key-deleted"], "A-02")


def _add_row(sheet, key, value):
    row = sheet.max_row + 2
    sheet.cell(row, 1, key)
    sheet.cell(row, 7, value)


@pytest.mark.parametrize(("value", "code"), [(732.5, "key-twice-same"), (9, "key-twice-different")])
def test_a_duplicate_key_is_reported_with_both_cells(value, code):
    result = examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, "A-02", value)))
    assert list_codes(result) == [code]
    assert dict(get_finding(result, code).parameters)["first_cell"] < get_finding(result, code).cell


def test_a_number_in_a_row_without_a_key_is_rejected_and_text_is_not():
    assert list_codes(examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, None, 7)))) == [
        "row-without-key"
    ]
    assert (
        list_codes(examine_file(edit_file(make_return_file(), lambda sheet: _add_row(sheet, None, "thank you")))) == []
    )


def test_merged_value_cells_are_rejected():
    def merge(sheet):
        row = find_row(sheet, "A-01/kind/new")
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=7, end_column=7)

    assert list_codes(examine_file(edit_file(make_return_file(), merge))) == ["cell-merged", "cell-merged"]


def test_a_changed_label_is_a_warning():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 2, "Farmers reached"))
    assert list_codes(examine_file(data)) == ["label-changed"]


def test_a_formula_without_a_saved_result_is_rejected():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "A-02"), 7, "=700+32"))
    assert list_codes(examine_file(data)) == ["number-formula-without-value"]


def _remove_identity(data):
    """Return what is left after the sheet was copied into a new book: cells, no property, hidden sheet or id."""

    def remove(sheet):
        workbook = sheet.parent
        del workbook[META_SHEET]
        for name in list(workbook.custom_doc_props.names):
            del workbook.custom_doc_props[name]
        sheet.cell(find_row(sheet, "#form"), 3).value = None

    return edit_file(data, remove)


def test_a_copied_sheet_is_accepted_after_site_and_quarter_are_confirmed():
    copied = _remove_identity(make_return_file())
    assert list_codes(examine_file(copied)) == ["form-unconfirmed"]
    result = examine_file(copied, confirmation=Confirmation("one", QUARTER))
    assert list_codes(result) == ["form-confirmed"]
    assert (result.parsed_return.form_id, result.is_acceptable) == ("one-2025Q3-v1", True)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [(Confirmation("two", QUARTER), "site-not-chosen"), (Confirmation("one", Quarter(2025, 2)), "quarter-not-chosen")],
)
def test_a_form_of_another_site_or_quarter_than_chosen_is_rejected(chosen, code):
    assert list_codes(examine_file(make_return_file(), confirmation=chosen)) == [code]
    assert list_codes(examine_file(make_return_file(), confirmation=Confirmation("one", QUARTER))) == []


def test_a_sheet_with_only_its_visible_id_has_a_warning_with_site_and_quarter():
    def remove(sheet):
        del sheet.parent[META_SHEET]
        for name in list(sheet.parent.custom_doc_props.names):
            del sheet.parent.custom_doc_props[name]

    result = examine_file(edit_file(make_return_file(), remove))
    finding = get_finding(result, "form-visible-id")
    assert (list_codes(result), finding.severity, finding.is_error) == (["form-visible-id"], Severity.WARNING, False)
    assert (
        "one" in render_message(finding, get_locale("en"))
        and "2025 Q3" in render_message(finding, get_locale("en"))
        and finding.cell
    )
    assert (result.parsed_return.form_id, result.is_acceptable) == ("one-2025Q3-v1", True)
    chosen = examine_file(edit_file(make_return_file(), remove), confirmation=Confirmation("two", QUARTER))
    assert list_codes(chosen) == ["site-not-chosen"]


def _version(number, plan, day=date(2025, 1, 1)):
    return PlanVersion(number, day, plan)


def _remove_indicators(*codes):
    return replace(PLAN, indicators=tuple(indicator for indicator in PLAN.indicators if indicator.code not in codes))


@pytest.mark.parametrize(
    ("later", "version"),
    [
        ((PLAN,), 2),
        ((_remove_indicators("A-02"),), 1),
        ((PLAN, _remove_indicators("A-02")), 2),
        ((PLAN, PLAN, _remove_indicators("B-04")), 3),
    ],
)
def test_a_copied_sheet_without_an_id_uses_the_newest_version_with_its_keys(later, version):
    plans = Plans((*PLANS.versions, *(_version(number, plan) for number, plan in enumerate(later, 2))))
    result = examine_file(_remove_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert result.parsed_return.plan_version == version and result.is_acceptable
    assert ("form-version-by-keys" in list_codes(result)) is (version < len(plans.versions))


def test_a_copied_sheet_that_matches_no_version_uses_the_one_in_force_and_reports_its_rows():
    less, more = _remove_indicators("A-02"), _remove_indicators("A-03")
    plans = Plans((_version(1, less), _version(2, more)))
    result = examine_file(_remove_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert result.parsed_return.plan_version == 2 and not result.is_acceptable
    assert "form-version-by-keys" not in list_codes(result) and "key-unknown" in list_codes(result)


def _change_unit(*codes_of, label=None):
    changed = {"unit": "rai"} if label is None else {"unit_label": label}
    return replace(
        PLAN,
        indicators=tuple(
            replace(indicator, **changed) if indicator.code in codes_of else indicator for indicator in PLAN.indicators
        ),
    )


def test_a_number_is_rejected_if_its_unit_changed_after_the_form_was_built():
    plans = Plans((*PLANS.versions, _version(2, _change_unit("A-02"))))
    result = examine_file(make_return_file(), plans=plans)
    finding = get_finding(result, "unit-changed")
    parameters = dict(finding.parameters)
    assert (finding.key, parameters["before"], parameters["now"], parameters["found"]) == ("A-02", "ha", "rai", "732.5")
    assert finding.cell == result.parsed_return.cell_by_key[CellKey("A-02")].address and not result.is_acceptable
    copied = examine_file(_remove_identity(make_return_file()), plans=plans, confirmation=Confirmation("one", QUARTER))
    assert copied.parsed_return.plan_version == 2


def test_a_copied_sheet_with_an_older_unit_in_its_unit_column_is_rejected():
    rai = _change_unit("A-02", label=LocalizedText("rai of land"))
    rai = replace(
        rai,
        indicators=tuple(
            replace(indicator, unit="rai") if indicator.code == "A-02" else indicator for indicator in rai.indicators
        ),
    )
    plans, chosen = Plans((*PLANS.versions, _version(2, rai))), Confirmation("one", QUARTER)
    result = examine_file(_remove_identity(make_return_file()), plans=plans, confirmation=chosen)
    finding = get_finding(result, "unit-changed")
    parameters = dict(finding.parameters)
    assert (finding.key, parameters["before"], parameters["now"], parameters["found"]) == ("A-02", "ha", "rai", "732.5")
    assert finding.cell == result.parsed_return.cell_by_key[CellKey("A-02")].address and not result.is_acceptable
    blank = examine_file(_remove_identity(make_return_file({"A-02": None})), plans=plans, confirmation=chosen)
    assert "unit-changed" not in list_codes(blank)
    reworded = Plans((*PLANS.versions, _version(2, _change_unit("A-02", label=LocalizedText("hectares of land")))))
    assert list_codes(examine_file(_remove_identity(make_return_file()), plans=reworded, confirmation=chosen)) == [
        "form-confirmed"
    ]


def test_a_blank_or_another_label_of_the_unit_is_not_a_change_of_unit():
    plans = Plans((*PLANS.versions, _version(2, _change_unit("A-02"))))
    assert "unit-changed" not in list_codes(examine_file(make_return_file({"A-02": None}), plans=plans))
    reworded = Plans((*PLANS.versions, _version(2, _change_unit("A-02", label=LocalizedText("hectares of land")))))
    assert list_codes(examine_file(make_return_file(), plans=reworded)) == ["form-older-plan"]


def test_contradictory_identities_are_both_named():
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, "#form"), 3, "two-2025Q3-v1"))
    finding = get_finding(examine_file(data), "form-contradiction")
    parameters = dict(finding.parameters)
    assert (parameters["first_place"], parameters["first"], parameters["second"]) == (
        PROPERTY_FORM,
        "one-2025Q3-v1",
        "two-2025Q3-v1",
    )


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [("#site", "Site two", "site-contradiction"), ("#quarter", "2025 Q2", "quarter-contradiction")],
)
def test_a_header_with_another_site_or_quarter_is_rejected(tag, text, code):
    data = edit_file(make_return_file(), lambda sheet: sheet.cell(find_row(sheet, tag), 3, text))
    assert list_codes(examine_file(data)) == [code]


def test_an_unknown_site_or_plan_version_is_reported():
    assert list_codes(examine_file(make_return_file(), plans=Plans((PlanVersion(7, date.min, PLAN),)))) == [
        "form-plan-unknown"
    ]
    fewer = replace(PLAN, sites=tuple(site for site in PLAN.sites if site.code != "one"))
    assert list_codes(examine_file(make_return_file(), plans=Plans((PlanVersion(1, date.min, fewer),)))) == [
        "site-unknown"
    ]


def test_a_return_of_a_closed_site_is_rejected():
    closed = tuple(replace(site, closed_after=Quarter(2025, 2)) for site in PLAN.sites)
    plans = Plans((PlanVersion(1, date.min, replace(PLAN, sites=closed)),))
    assert list_codes(examine_file(make_return_file(), plans=plans)) == ["site-closed"]


def test_a_form_of_an_older_plan_uses_its_own_version_with_a_warning():
    plans = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), PLAN)))
    result = examine_file(make_return_file(), plans=plans)
    assert (list_codes(result), result.parsed_return.plan_version) == (["form-older-plan"], 1)


def test_a_form_of_an_older_plan_reports_the_added_and_removed_keys():
    indicators = tuple(indicator for indicator in PLAN.indicators if indicator.code not in ("A-03", "B-04"))
    added = replace(indicators[0], code="A-09")
    newer = replace(PLAN, indicators=(*indicators, added))
    plans = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), newer)))
    parameters = dict(get_finding(examine_file(make_return_file(), plans=plans), "form-older-plan").parameters)
    assert (parameters["same"], parameters["more"]) == ("5", "A-09")
    assert parameters["less"] == "A-03/numerator, A-03/denominator, B-04/numerator"


def test_a_signature_of_another_system_is_a_warning():
    assert list_codes(examine_file(make_return_file(signing_key=b"ours"), signing_key=b"ours")) == []
    assert list_codes(examine_file(make_return_file(signing_key=b"theirs"), signing_key=b"ours")) == ["form-signature"]


def test_a_workbook_without_a_form_has_a_finding():
    data = edit_file(make_return_file(), lambda sheet: None)
    assert list_codes(examine_file(data)) == []
    other = Workbook()
    other.active["A1"] = "Farmers"
    other.active["B1"] = 12
    assert list_codes(examine_file(_save(other))) == ["form-not-found"]


def _save(workbook):
    from io import BytesIO

    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_form_without_tags_or_twice_in_a_workbook_is_rejected():
    def remove_tags(sheet):
        tag_row = next(cell.row for cell in sheet["A"] if cell.value == "#key")
        for cell in sheet[tag_row]:
            cell.value = None

    assert list_codes(examine_file(edit_file(make_return_file(), remove_tags))) == ["form-tags-missing"]
    two_forms = edit_file(make_return_file(), lambda sheet: sheet.parent.copy_worksheet(sheet))
    assert list_codes(examine_file(two_forms)) == ["form-twice"]
