"""Tests of the checks within a return: each fault gives its finding, and a valid neighbour gives none."""

from datetime import date

import pytest

from etl.indicators.periods import Quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Basis
from etl.returns.checks import CheckContext
from etl.returns.intake import run_intake
from tests.returns.intake_cases import (
    QUARTER,
    assert_worded,
    examine_file,
    get_finding,
    list_codes,
    make_other_return,
    make_return_file,
    map_returns_by_quarter,
)
from tests.support.builders import make_indicator, make_part, make_plan
from tests.support.cached_forms import get_form


def check_entries(entries, **options):
    return examine_file(
        make_return_file(entries, **{name: options.pop(name) for name in ("basis", "quarter") if name in options}),
        **options,
    )


def test_a_part_is_never_more_than_its_total():
    finding = get_finding(check_entries({"A-01/sex/women": 13}), "part-over-total")
    parameters = dict(finding.parameters)
    assert (parameters["part"], parameters["total"], finding.severity) == ("13", "12", "error")
    assert list_codes(check_entries({"A-01/sex/women": 11})) == []


def test_a_part_is_never_more_than_the_sum_of_the_other_parts():
    assert "part-over-total" in list_codes(check_entries({"A-01": None, "A-01/sex/women": 13}))
    assert list_codes(check_entries({"A-01": None, "A-01/sex/women": 11})) == []


def test_a_numerator_of_a_percentage_is_never_more_than_its_denominator():
    assert list_codes(check_entries({"A-03/numerator": 5})) == ["numerator-over-denominator"]
    assert list_codes(check_entries({"A-03/numerator": 4})) == []


def test_a_referenced_denominator_is_checked_too():
    assert list_codes(check_entries({"B-04/numerator": 733})) == ["numerator-over-denominator"]
    assert list_codes(check_entries({"B-04/numerator": 732})) == []


@pytest.mark.parametrize(("new", "code"), [(3, ["parts-not-total"]), (5, ["parts-not-total"]), (4, [])])
def test_exhaustive_parts_add_up_to_the_total(new, code):
    assert list_codes(check_entries({"A-01/kind/new": new})) == code


def test_parts_above_the_total_are_reported_even_if_one_is_blank():
    assert list_codes(check_entries({"A-01/kind/new": 12, "A-01/kind/old": None})) == ["part-blank"]
    assert list_codes(check_entries({"A-01": 7, "A-01/kind/new": None, "A-01/kind/old": 8})) == [
        "part-over-total",
        "part-blank",
    ]


def test_both_numbers_of_a_ratio_are_required():
    finding = get_finding(check_entries({"A-03/denominator": None}), "pair-incomplete")
    assert (finding.key, dict(finding.parameters)["other"]) == ("A-03/numerator", "“plots seen”")
    assert "pair-incomplete" not in list_codes(check_entries({"A-03/numerator": None, "A-03/denominator": None}))


def test_a_ratio_with_an_unreadable_number_is_not_incomplete():
    assert list_codes(check_entries({"A-03/denominator": "none"})) == ["number-none-word"]


def test_a_blank_is_a_warning_and_a_blank_part_only_a_note():
    result = check_entries({"A-02": None, "B-04/numerator": 0, "A-01/sex/women": None})
    assert [(finding.code, finding.severity) for finding in result.findings] == [
        ("cell-blank", "warning"),
        ("part-blank", "note"),
    ]
    assert result.is_acceptable


def test_a_blank_total_with_all_parts_is_not_missing():
    assert list_codes(check_entries({"A-01": None})) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 9, 22), ["quarter-too-early"]),
        (date(2025, 9, 23), ["quarter-early"]),
        (date(2025, 9, 29), ["quarter-early"]),
        (date(2025, 9, 30), []),
        (date(2025, 10, 1), []),
    ],
)
def test_a_return_before_the_end_of_its_quarter_is_reported(today, expected):
    assert list_codes(check_entries({}, today=today)) == expected


def test_a_return_for_a_locked_quarter_is_rejected():
    assert list_codes(check_entries({}, locked=True)) == ["quarter-locked"]


YEAR_TO_DATE = {"basis": Basis.YEAR_TO_DATE}


def test_a_year_to_date_is_not_less_than_the_quarters_before_it():
    before = map_returns_by_quarter(Q2025Q1=make_other_return(A_01=8), Q2025Q2=make_other_return(A_01=5))
    result = check_entries({}, others=before, **YEAR_TO_DATE)
    assert dict(get_finding(result, "year-to-date-falls").parameters)["before"] == "13"
    assert (
        list_codes(check_entries({}, others=map_returns_by_quarter(Q2025Q1=make_other_return(A_01=8)), **YEAR_TO_DATE))
        == []
    )
    assert list_codes(check_entries({}, others=before)) == []


def test_an_earlier_year_to_date_replaces_the_quarters_before_it():
    before = map_returns_by_quarter(
        Q2025Q1=make_other_return(A_01=8), Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, A_01=10)
    )
    assert list_codes(check_entries({}, others=before, **YEAR_TO_DATE)) == []


def test_quarters_of_another_year_do_not_count():
    assert (
        list_codes(
            check_entries(
                {},
                others=map_returns_by_quarter(Q2024Q4=make_other_return(Basis.YEAR_TO_DATE, A_01=99)),
                **YEAR_TO_DATE,
            )
        )
        == []
    )


def test_a_correction_never_lifts_the_year_above_a_later_year_to_date():
    later = {
        "others": map_returns_by_quarter(
            Q2025Q4=make_other_return(Basis.YEAR_TO_DATE, A_01=15), Q2025Q1=make_other_return(A_01=4)
        )
    }
    finding = get_finding(check_entries({}, **later), "earlier-quarter-rises")
    assert dict(finding.parameters)["later_quarter"] == str(Quarter(2025, 4))
    lower = {"A-01": 11, "A-01/kind/new": 3}
    assert list_codes(check_entries(lower, **later)) == []


def test_stocks_may_fall_whatever_the_basis():
    before = map_returns_by_quarter(Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, A_02=9999))
    assert list_codes(check_entries({}, others=before, **YEAR_TO_DATE)) == []


def test_all_faults_of_a_return_are_reported_together():
    result = check_entries(
        {"A-01/sex/women": 13, "A-02": "1,234", "A-03/numerator": "45%", "B-04/numerator": None}, locked=True
    )
    assert sorted(list_codes(result)) == sorted(
        ["part-over-total", "number-ambiguous", "number-percent", "cell-blank", "quarter-locked"]
    )
    assert result.parsed_return.quarter == QUARTER and not result.is_acceptable


PARTS_IN_TWO_WAYS = tuple(
    make_part("A-01", key) for key in ("kind/new", "kind/old", "kind/mixed", "age/young", "age/grown")
)


def check_two_dimensions(**entries):
    """Return a return of a plan whose one number is split by kind and by age."""
    plan = make_plan(
        make_indicator("A-01", whole=True, minimum=0), sites=("one",), years=(2024, 2028), parts=PARTS_IN_TWO_WAYS
    )
    cells = {key.replace("_", "/"): value for key, value in entries.items() if key != "total"}
    entries = {"A-01": entries.get("total"), **{f"A-01/{key}": value for key, value in cells.items()}}
    data = get_form(plan, 1, "one", QUARTER, entries=entries)
    context = CheckContext(plan, date(2025, 10, 20))
    result = run_intake("return.xlsx", data, plans=make_single_plan(plan), make_context=lambda _: context)
    assert_worded(result.findings)
    return result


KINDS = {"kind_new": 4, "kind_old": 8, "kind_mixed": 0}


def test_two_ways_of_splitting_a_blank_total_agree():
    assert list_codes(check_two_dimensions(**KINDS, age_young=5, age_grown=6)) == ["dimensions-disagree"]
    assert list_codes(check_two_dimensions(**KINDS, age_young=5, age_grown=7)) == []
    assert list_codes(check_two_dimensions(total=12, **KINDS, age_young=5, age_grown=7)) == []


def test_parts_above_the_total_are_reported_before_all_are_filled():
    kinds = {"kind_new": 9, "kind_old": 8, "age_young": 5, "age_grown": 7}
    assert list_codes(check_two_dimensions(total=12, **kinds)) == ["parts-not-total", "part-blank"]
    assert list_codes(check_two_dimensions(total=12, **{**kinds, "kind_new": 4})) == ["part-blank"]
