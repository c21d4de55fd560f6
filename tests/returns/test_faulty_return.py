"""Tests that 25 different faults of a return are all reported, each at its cell."""

from collections import Counter
from io import BytesIO

import pytest
from openpyxl import load_workbook

from etl.indicators.plans import make_single_plan
from etl.locale import LANGUAGES, get_locale
from etl.plan.read_plan import read_plan
from etl.returns.checks import CheckContext
from etl.returns.findings.finding import Severity, render_advice, render_message, serialize_finding
from etl.returns.form.annotate import annotate_return
from etl.returns.form.findings_sheet import FIRST_FINDING_ROW
from etl.returns.form_identity import FINDINGS_SHEET
from etl.returns.intake import run_intake
from tests.returns.intake_cases import assert_worded
from tests.support.faulty_return import CHECK_DATE, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN

PLAN = read_plan(SHIPPED_PLAN).plan


@pytest.fixture(scope="module")
def faulty():
    return make_faulty_return(PLAN)


@pytest.fixture(scope="module")
def result(faulty):
    return examine_file(faulty.data)


def examine_file(data):
    context = CheckContext(PLAN, CHECK_DATE)
    result = run_intake("return.xlsx", data, plans=make_single_plan(PLAN), make_context=lambda _: context)
    assert_worded(result.findings)
    return result


def test_the_return_without_its_faults_gives_no_finding(faulty):
    assert examine_file(faulty.corrected_data).findings == ()


def test_findings_are_exactly_the_planted_codes_at_their_cells(faulty, result):
    assert sorted((finding.code, finding.cell) for finding in result.findings) == faulty.locations
    assert {finding.sheet for finding in result.findings} == {"Return"}
    planted = {fault.code: fault.key for fault in faulty.faults}
    assert {finding.code: finding.key for finding in result.findings} == planted
    assert Counter(finding.severity for finding in result.findings) == {"error": 18, "warning": 5, "note": 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_complete_texts_in_both_languages(result, language):
    for finding in result.findings:
        fields = serialize_finding(finding, get_locale(language))
        words = f"{fields['message']} {fields['advice']}"
        assert "{" not in words and "?" not in words.replace("doubt?", "")
        assert (language == "km") == any(
            "\u1780" <= letter <= "\u17ff" for letter in render_advice(finding, get_locale(language))
        )


def test_a_khmer_message_has_the_khmer_name_of_the_indicator(result):
    blank = next(finding for finding in result.findings if finding.code == "cell-blank")
    name = PLAN.indicator_by_code["SO3-06"].name
    assert name.km in render_message(blank, get_locale("km")) and name.en not in render_message(blank, get_locale("km"))
    assert name.en in render_message(blank, get_locale("en")) and name.km not in render_message(blank, get_locale("en"))


def test_the_annotated_workbook_has_each_finding_at_its_cell_in_both_languages(faulty, result):
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    book = load_workbook(BytesIO(data))
    sheet, findings_sheet = book["Return"], book[FINDINGS_SHEET]
    rows_listed = [
        [cell.value for cell in row] for row in findings_sheet.iter_rows(min_row=FIRST_FINDING_ROW) if row[0].value
    ]
    assert sorted((row[3], row[7]) for row in rows_listed) == sorted(
        (f"Return!{finding.cell}", render_advice(finding, get_locale("en"))) for finding in result.findings
    )
    assert {row[4] for row in rows_listed} == {render_message(finding, get_locale("km")) for finding in result.findings}
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for finding in result.findings:
        key = finding.suggestion if finding.code == "key-unknown" else finding.key
        if finding.severity is Severity.NOTE or not key:
            continue
        comment = sheet.cell(rows[key], 7).comment
        for language in LANGUAGES:
            assert (
                render_message(finding, get_locale(language)) in comment.text
                and render_advice(finding, get_locale(language)) in comment.text
            )


def test_the_annotated_workbook_is_accepted_once_fixed(faulty, result):
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    book, good = load_workbook(BytesIO(data)), load_workbook(BytesIO(faulty.corrected_data))["Return"]
    right = {good.cell(row, 1).value: good.cell(row, 7).value for row in range(1, good.max_row + 1)}
    sheet = book["Return"]
    for row in range(1, sheet.max_row + 1):
        key = sheet.cell(row, 1).value
        if key and key in right and not key.startswith("#"):
            sheet.cell(row, 7).value = right[key]
    file = BytesIO()
    book.save(file)
    again = examine_file(file.getvalue())
    assert again.findings == () and again.is_acceptable
