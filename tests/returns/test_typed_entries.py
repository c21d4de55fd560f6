"""Tests of typed entries: the same entries give the same findings as in the workbook."""

from collections.abc import Iterable
from datetime import date

from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Basis
from etl.plan.read_plan import read_plan
from etl.returns.checks import CheckContext
from etl.returns.form.rows import list_form_rows
from etl.returns.form.spec import FormContents
from etl.returns.form.typed_form import build_typed_form
from etl.returns.intake import IntakeResult, run_intake
from etl.returns.numbers import NumberState
from etl.returns.typed_entries import TypedEntries, TypedRow
from tests.support.faulty_return import CHECK_DATE, QUARTER, SITE, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.typed_rows import make_faulty_rows, make_valid_rows

PLAN = read_plan(SHIPPED_PLAN).plan
ROWS = list_form_rows(PLAN, SITE, QUARTER)


def examine_rows(rows: Iterable[TypedRow], basis: str = "quarter") -> IntakeResult:
    entries, contents = TypedEntries(tuple(rows), basis), FormContents(prepared_on=date(2025, 10, 2))
    data = build_typed_form(PLAN, 1, SITE, QUARTER, entries, contents)
    context = CheckContext(PLAN, CHECK_DATE)
    return run_intake("typed.xlsx", data, plans=make_single_plan(PLAN), make_context=lambda _: context)


def examine_entry(key: str, text: str, **fields: object) -> IntakeResult:
    typed = TypedRow(key, text, **fields)
    return examine_rows(typed if row.key == key else row for row in make_valid_rows(PLAN))


def test_valid_typed_rows_give_no_finding() -> None:
    result = examine_rows(make_valid_rows(PLAN))
    assert result.is_acceptable and result.findings == ()


def test_the_25_faults_of_the_workbook_give_the_same_25_codes_at_the_same_keys() -> None:
    faulty = make_faulty_return(PLAN)
    findings = examine_rows(make_faulty_rows(PLAN)).findings
    assert sorted((finding.code, finding.key) for finding in findings) == sorted(
        (fault.code, fault.key) for fault in faulty.faults
    )
    assert len({finding.code for finding in findings}) == 25


def test_khmer_digits_and_separators_are_read_as_in_the_workbook() -> None:
    result = examine_entry("SO3-08", "១ ២៣៤")
    assert result.parsed_return is not None
    assert {finding.code for finding in result.findings} >= {"number-digits", "number-groups"}
    assert next(cell.value for cell in result.parsed_return.cells if str(cell.key) == "SO3-08") == 1234


def test_a_blank_is_not_a_zero_and_not_collected_is_a_choice() -> None:
    states = {}
    for text, fields in (("", {}), ("0", {}), ("", {"is_not_collected": True, "note": "no staff"})):
        result = examine_entry("SO3-08", text, **fields)
        assert result.parsed_return is not None
        cell = next(cell for cell in result.parsed_return.cells if str(cell.key) == "SO3-08")
        states[text, bool(fields)] = cell.state
    assert states == {
        ("", False): NumberState.BLANK,
        ("0", False): NumberState.VALUE,
        ("", True): NumberState.NOT_COLLECTED,
    }


def test_a_number_that_is_also_marked_as_not_collected_is_an_error() -> None:
    findings = examine_entry("SO3-08", "5", is_not_collected=True).findings
    assert [finding.code for finding in findings] == ["number-unreadable"]


def test_a_row_that_the_page_lacked_is_reported_as_deleted() -> None:
    findings = examine_rows(row for row in make_valid_rows(PLAN) if row.key != "SO3-08").findings
    assert [(finding.code, finding.key) for finding in findings] == [("key-deleted", "SO3-08")]


def test_a_typed_formula_that_is_more_than_arithmetic_stays_text() -> None:
    findings = examine_entry("SO3-08", '=HYPERLINK("http://example.org","5")').findings
    assert [finding.code for finding in findings] == ["number-unreadable"]


def test_an_unknown_basis_is_reported_and_a_known_one_is_read() -> None:
    findings = examine_rows(make_valid_rows(PLAN), "month").findings
    assert [finding.code for finding in findings] == ["form-basis-unknown"]
    result = examine_rows(make_valid_rows(PLAN), "year_to_date")
    assert result.parsed_return is not None and result.parsed_return.basis is Basis.YEAR_TO_DATE
