"""Twenty-five different faults in one return are all told at once, each at its cell, and nothing else is."""

from collections import Counter
from io import BytesIO

import pytest
from openpyxl import load_workbook

from etl.indicators.plans import only_plan
from etl.locale import LANGUAGES, get_locale
from etl.plan.read_plan import read_plan
from etl.returns.checks import CheckContext
from etl.returns.findings.finding import Severity, render_advice, render_message, serialize_finding
from etl.returns.form.annotate import annotate_return
from etl.returns.form.findings_sheet import FINDINGS_SHEET, FIRST_FINDING_ROW
from etl.returns.intake import run_intake
from tests.returns.intake_cases import assert_worded
from tests.support.faulty_return import CHECK_DATE, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN

PLAN = read_plan(SHIPPED_PLAN).plan


@pytest.fixture(scope="module")
def faulty():
    return make_faulty_return(PLAN)


@pytest.fixture(scope="module")
def answer(faulty):
    return examined(faulty.data)


def examined(data):
    context = CheckContext(PLAN, CHECK_DATE)
    answer = run_intake("return.xlsx", data, plans=only_plan(PLAN), make_context=lambda _: context)
    assert_worded(answer.findings)
    return answer


def test_the_return_without_its_faults_gives_no_finding(faulty):
    assert examined(faulty.corrected_data).findings == ()


def test_exactly_the_planted_codes_are_found_at_exactly_their_cells(faulty, answer):
    assert sorted((one.code, one.cell) for one in answer.findings) == faulty.locations
    assert {one.sheet for one in answer.findings} == {"Return"}
    planted = {fault.code: fault.key for fault in faulty.faults}
    assert {one.code: one.key for one in answer.findings} == planted
    assert Counter(one.severity for one in answer.findings) == {"error": 18, "warning": 5, "note": 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_said_in_both_languages_without_a_gap(answer, language):
    for finding in answer.findings:
        told = serialize_finding(finding, get_locale(language))
        words = f"{told['message']} {told['advice']}"
        assert "{" not in words and "?" not in words.replace("doubt?", "")
        assert (language == "km") == any(
            "\u1780" <= letter <= "\u17ff" for letter in render_advice(finding, get_locale(language))
        )


def test_a_khmer_sentence_calls_an_indicator_by_its_khmer_name(answer):
    blank = next(one for one in answer.findings if one.code == "cell-blank")
    name = PLAN.indicator_by_code["SO3-06"].name
    assert name.km in render_message(blank, get_locale("km")) and name.en not in render_message(blank, get_locale("km"))
    assert name.en in render_message(blank, get_locale("en")) and name.km not in render_message(blank, get_locale("en"))


def test_the_workbook_to_mend_tells_each_once_at_its_cell_in_both_languages(faulty, answer):
    data = annotate_return(PLAN, 1, answer.parsed_return, answer.findings, last_values={}, targets={})
    book = load_workbook(BytesIO(data))
    sheet, listed = book["Return"], book[FINDINGS_SHEET]
    told = [[cell.value for cell in row] for row in listed.iter_rows(min_row=FIRST_FINDING_ROW) if row[0].value]
    assert sorted((row[3], row[7]) for row in told) == sorted(
        (f"Return!{one.cell}", render_advice(one, get_locale("en"))) for one in answer.findings
    )
    assert {row[4] for row in told} == {render_message(one, get_locale("km")) for one in answer.findings}
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for finding in answer.findings:
        key = finding.suggestion if finding.code == "key-unknown" else finding.key
        if finding.severity is Severity.NOTE or not key:
            continue
        comment = sheet.cell(rows[key], 7).comment
        for language in LANGUAGES:
            assert (
                render_message(finding, get_locale(language)) in comment.text
                and render_advice(finding, get_locale(language)) in comment.text
            )


def test_mended_in_the_workbook_that_came_back_it_is_taken(faulty, answer):
    data = annotate_return(PLAN, 1, answer.parsed_return, answer.findings, last_values={}, targets={})
    book, good = load_workbook(BytesIO(data)), load_workbook(BytesIO(faulty.corrected_data))["Return"]
    right = {good.cell(row, 1).value: good.cell(row, 7).value for row in range(1, good.max_row + 1)}
    sheet = book["Return"]
    for row in range(1, sheet.max_row + 1):
        key = sheet.cell(row, 1).value
        if key and key in right and not key.startswith("#"):
            sheet.cell(row, 7).value = right[key]
    file = BytesIO()
    book.save(file)
    again = examined(file.getvalue())
    assert again.findings == () and again.is_acceptable
