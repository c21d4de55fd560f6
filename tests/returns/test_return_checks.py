"""Each check finds its fault, and its good neighbour gives no finding."""

from datetime import date

import pytest

from etl.indicators.periods import Quarter
from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Basis
from etl.returns.checks import CheckContext
from etl.returns.form.build import build_form
from etl.returns.intake import run_intake
from tests.returns.intake_cases import (
    QUARTER,
    assert_worded,
    codes,
    examine_file,
    get_finding,
    make_other_return,
    make_return_file,
    returns_by_quarter,
)
from tests.support.builders import make_indicator, make_part, make_plan


def checked(entries, **known):
    return examine_file(
        make_return_file(entries, **{name: known.pop(name) for name in ("basis", "quarter") if name in known}), **known
    )


def test_a_part_is_never_more_than_its_total():
    finding = get_finding(checked({"A-01/sex/women": 13}), "part-over-total")
    said = dict(finding.parameters)
    assert (said["part"], said["total"], finding.severity) == ("13", "12", "error")
    assert codes(checked({"A-01/sex/women": 11})) == []


def test_a_part_is_never_more_than_the_total_that_its_neighbours_make():
    assert "part-over-total" in codes(checked({"A-01": None, "A-01/sex/women": 13}))
    assert codes(checked({"A-01": None, "A-01/sex/women": 11})) == []


def test_a_numerator_of_a_percentage_is_never_more_than_its_denominator():
    assert codes(checked({"A-03/numerator": 5})) == ["numerator-over-denominator"]
    assert codes(checked({"A-03/numerator": 4})) == []


def test_a_denominator_taken_by_reference_counts_too():
    assert codes(checked({"B-04/numerator": 733})) == ["numerator-over-denominator"]
    assert codes(checked({"B-04/numerator": 732})) == []


@pytest.mark.parametrize(("new", "code"), [(3, ["parts-not-total"]), (5, ["parts-not-total"]), (4, [])])
def test_parts_that_make_the_total_add_up_to_it(new, code):
    assert codes(checked({"A-01/kind/new": new})) == code


def test_filled_parts_that_are_already_too_many_are_found_though_one_is_blank():
    assert codes(checked({"A-01/kind/new": 12, "A-01/kind/old": None})) == ["part-blank"]
    assert codes(checked({"A-01": 7, "A-01/kind/new": None, "A-01/kind/old": 8})) == ["part-over-total", "part-blank"]


def test_both_numbers_of_a_share_are_filled():
    finding = get_finding(checked({"A-03/denominator": None}), "pair-incomplete")
    assert (finding.key, dict(finding.parameters)["other"]) == ("A-03/numerator", "A-03/denominator")
    assert "pair-incomplete" not in codes(checked({"A-03/numerator": None, "A-03/denominator": None}))


def test_a_share_of_which_one_number_can_not_be_read_is_not_called_incomplete():
    assert codes(checked({"A-03/denominator": "none"})) == ["number-none-word"]


def test_a_blank_is_a_warning_and_a_blank_part_only_a_note():
    answer = checked({"A-02": None, "B-04/numerator": 0, "A-01/sex/women": None})
    assert [(one.code, one.severity) for one in answer.findings] == [("cell-blank", "warning"), ("part-blank", "note")]
    assert answer.is_acceptable


def test_a_blank_total_that_its_parts_make_is_not_missing():
    assert codes(checked({"A-01": None})) == []


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
def test_a_return_comes_when_its_quarter_has_ended(today, expected):
    assert codes(checked({}, today=today)) == expected


def test_a_locked_quarter_takes_no_return():
    assert codes(checked({}, locked=True)) == ["quarter-locked"]


YEAR_TO_DATE = {"basis": Basis.YEAR_TO_DATE}


def test_a_year_to_date_is_not_less_than_the_quarters_before_it():
    before = returns_by_quarter(Q2025Q1=make_other_return(A_01=8), Q2025Q2=make_other_return(A_01=5))
    answer = checked({}, others=before, **YEAR_TO_DATE)
    assert dict(get_finding(answer, "year-to-date-falls").parameters)["before"] == "13"
    assert codes(checked({}, others=returns_by_quarter(Q2025Q1=make_other_return(A_01=8)), **YEAR_TO_DATE)) == []
    assert codes(checked({}, others=before)) == []


def test_an_earlier_year_to_date_stands_for_all_before_it():
    before = returns_by_quarter(
        Q2025Q1=make_other_return(A_01=8), Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, A_01=10)
    )
    assert codes(checked({}, others=before, **YEAR_TO_DATE)) == []


def test_quarters_of_another_year_do_not_count():
    assert (
        codes(
            checked(
                {}, others=returns_by_quarter(Q2024Q4=make_other_return(Basis.YEAR_TO_DATE, A_01=99)), **YEAR_TO_DATE
            )
        )
        == []
    )


def test_a_correction_never_lifts_the_year_above_a_later_year_to_date():
    later = {
        "others": returns_by_quarter(
            Q2025Q4=make_other_return(Basis.YEAR_TO_DATE, A_01=15), Q2025Q1=make_other_return(A_01=4)
        )
    }
    finding = get_finding(checked({}, **later), "earlier-quarter-rises")
    assert dict(finding.parameters)["later_quarter"] == str(Quarter(2025, 4))
    lower = {"A-01": 11, "A-01/kind/new": 3}
    assert codes(checked(lower, **later)) == []


def test_stocks_may_fall_whatever_the_basis():
    before = returns_by_quarter(Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, A_02=9999))
    assert codes(checked({}, others=before, **YEAR_TO_DATE)) == []


def test_faults_of_one_return_are_all_found_at_once():
    answer = checked(
        {"A-01/sex/women": 13, "A-02": "1,234", "A-03/numerator": "45%", "B-04/numerator": None}, locked=True
    )
    assert sorted(codes(answer)) == sorted(
        ["part-over-total", "number-ambiguous", "number-percent", "cell-blank", "quarter-locked"]
    )
    assert answer.parsed_return.quarter == QUARTER and not answer.is_acceptable


PARTS_IN_TWO_WAYS = tuple(
    make_part("A-01", key) for key in ("kind/new", "kind/old", "kind/mixed", "age/young", "age/grown")
)


def checked_in_two_ways(**entries):
    """A return of a plan whose one number is split by kind and by age."""
    plan = make_plan(
        make_indicator("A-01", whole=True, minimum=0), sites=("one",), years=(2024, 2028), parts=PARTS_IN_TWO_WAYS
    )
    cells = {key.replace("_", "/"): value for key, value in entries.items() if key != "total"}
    entries = {"A-01": entries.get("total"), **{f"A-01/{key}": value for key, value in cells.items()}}
    data = build_form(plan, 1, "one", QUARTER, entries=entries)
    context = CheckContext(plan, date(2025, 10, 20))
    answer = run_intake("return.xlsx", data, plans=only_plan(plan), make_context=lambda _: context)
    assert_worded(answer.findings)
    return answer


KINDS = {"kind_new": 4, "kind_old": 8, "kind_mixed": 0}


def test_two_ways_of_splitting_a_blank_total_agree():
    assert codes(checked_in_two_ways(**KINDS, age_young=5, age_grown=6)) == ["dimensions-disagree"]
    assert codes(checked_in_two_ways(**KINDS, age_young=5, age_grown=7)) == []
    assert codes(checked_in_two_ways(total=12, **KINDS, age_young=5, age_grown=7)) == []


def test_parts_that_are_too_many_are_found_before_all_are_filled():
    kinds = {"kind_new": 9, "kind_old": 8, "age_young": 5, "age_grown": 7}
    assert codes(checked_in_two_ways(total=12, **kinds)) == ["parts-not-total", "part-blank"]
    assert codes(checked_in_two_ways(total=12, **{**kinds, "kind_new": 4})) == ["part-blank"]
