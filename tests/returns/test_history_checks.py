"""Tests of the checks that compare a return with the site's earlier ones."""

import pytest

from etl.indicators.vocabulary import Basis
from etl.locale import get_locale
from etl.returns.checks import CHECKS, CheckContext
from etl.returns.findings.finding import make_finding, render_advice, render_message
from tests.finding_samples.all_samples import SAMPLES
from tests.returns.intake_cases import (
    PLAN,
    QUARTER,
    examine_file,
    get_finding,
    list_codes,
    make_other_return,
    make_return_file,
    map_returns_by_quarter,
)

ZEROS = dict.fromkeys(("A-01", "A-01/sex/women", "A-01/kind/new", "A-01/kind/old"), 0)


def people(count, women=1):
    return {"A-01": count, "A-01/sex/women": women, "A-01/kind/new": count - women, "A-01/kind/old": women}


def history(*values, key="A_01", last="2025Q2", **fields):
    """Return earlier returns with values. The last is for the quarter before the return; None is no return."""
    last_quarters = map_returns_by_quarter(**{f"Q{last}": make_other_return()})
    (last_quarter,) = last_quarters
    return {
        last_quarter.shift(index - len(values) + 1): make_other_return(**{key: value, **fields})
        for index, value in enumerate(values)
        if value is not None
    }


def find_codes(entries, others, **fields):
    return list_codes(examine_file(make_return_file(entries, **fields), others=others))


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if sample.code in CHECKS], ids=lambda sample: sample.code
)
def test_a_check_yields_its_own_code_and_only_that(sample):
    parsed = sample.examine_faulty().parsed_return
    context = CheckContext(
        sample.scenario.plan, sample.scenario.today, sample.scenario.is_locked, sample.scenario.other_returns
    )
    for code, check in CHECKS.items():
        assert {finding.code for finding in check(parsed, context)} <= {code}
    at_other_cells = [code for code in sample.extra_codes if code == sample.code]
    assert [finding.code for finding in CHECKS[sample.code](parsed, context)] == [sample.code, *at_other_cells]


@pytest.mark.parametrize(("now", "expected"), [(15, []), (16, ["flow-unusually-high"])])
def test_a_flow_may_be_three_times_the_highest_and_no_more(now, expected):
    assert find_codes(people(now), history(2, 5, 3, 1)) == expected


def test_three_quarters_are_too_few_for_a_comparison():
    assert find_codes(people(900), history(2, 5, 3)) == []
    assert find_codes({"A-02": 5, "B-04/numerator": 0}, history(700, 700, 700, key="A_02")) == []


def test_only_the_last_eight_quarters_are_compared():
    assert find_codes(people(16), history(99, *[None] * 4, 5, 3, 2, 1)) == ["flow-unusually-high"]
    assert find_codes(people(16), history(99, *[None] * 3, 5, 3, 2, 1)) == []


def test_a_total_that_is_too_high_is_reported_once_and_its_parts_are_not():
    before = {
        n: make_other_return(A_01=4, A_01__sex__women=1, A_01__kind__new=2, A_01__kind__old=3) for n in (1, 2, 3, 4)
    }
    others = map_returns_by_quarter(**{f"Q2024Q{n}": earlier_return for n, earlier_return in before.items()})
    assert find_codes({"A-01": 4000, "A-01/kind/new": 3992, "A-01/sex/women": 900}, others) == ["flow-unusually-high"]
    result = examine_file(make_return_file({"A-01/sex/women": 4}), others=others)
    assert [finding.key for finding in result.findings] == ["A-01/sex/women"]


def test_a_history_of_zeros_is_not_compared():
    assert find_codes(people(12), history(0, 0, 0, 0)) == []


def test_a_year_to_date_is_split_into_quarters_for_the_comparison():
    to_date = {"Q2025Q1": make_other_return(A_01=4), "Q2025Q2": make_other_return(Basis.YEAR_TO_DATE, A_01=9)}
    earlier = {"Q2024Q3": make_other_return(A_01=2), "Q2024Q4": make_other_return(A_01=5)}
    others = map_returns_by_quarter(**earlier, **to_date)
    assert find_codes(people(24), others, basis=Basis.YEAR_TO_DATE) == []
    assert find_codes(people(25), others, basis=Basis.YEAR_TO_DATE) == ["flow-unusually-high"]


def test_a_year_to_date_over_a_missing_quarter_is_not_compared():
    others = {**history(5, 5, 5, 5, last="2024Q4"), **map_returns_by_quarter(Q2025Q2=make_other_return(A_01=5))}
    switched = ["basis-differs"]
    assert find_codes(people(40), others, basis=Basis.YEAR_TO_DATE) == switched
    known = {**others, **map_returns_by_quarter(Q2025Q1=make_other_return(A_01=5))}
    assert sorted(find_codes(people(40), known, basis=Basis.YEAR_TO_DATE)) == ["basis-differs", "flow-unusually-high"]


def test_a_blank_total_is_compared_by_the_sum_of_its_parts():
    others = history(2, 5, 3, 1)
    assert find_codes({**people(16), "A-01": None}, others) == ["flow-unusually-high"]
    split = {q: make_other_return(A_01__kind__new=3, A_01__kind__old=2) for q in others}
    assert find_codes(people(16), split) == ["flow-unusually-high"]


@pytest.mark.parametrize(
    ("now", "expected"), [(910, []), (911, ["stock-unusual"]), (490, []), (489, ["stock-unusual"])]
)
def test_a_stock_may_be_thirty_percent_off_the_latest_and_no_more(now, expected):
    others = history(100, 100, 100, 700, key="A_02")
    assert find_codes({"A-02": now, "B-04/numerator": 0}, others) == expected


@pytest.mark.parametrize(("now", "expected"), [(7, []), (8, ["stock-unusual"]), (1, [])])
def test_a_small_stock_may_be_three_units_off_and_no_more(now, expected):
    assert find_codes({"A-02": now, "B-04/numerator": 0}, history(4, 4, 4, 4, key="A_02")) == expected


def test_a_stock_that_falls_to_zero_is_reported_after_a_single_return():
    assert find_codes({"A-02": 0, "B-04/numerator": 0}, history(9, 9, 9, 9, key="A_02")) == ["stock-falls-to-zero"]
    assert find_codes({"A-02": 0, "B-04/numerator": 0}, history(9, None, key="A_02")) == ["stock-falls-to-zero"]
    assert find_codes({"A-02": 0, "B-04/numerator": 0}, history(9, 0, key="A_02")) == []


def test_all_zeros_are_reported_and_one_other_number_is_enough():
    assert find_codes(ZEROS, {}) == ["flows-all-zero"]
    assert find_codes({**ZEROS, "A-01": 1, "A-01/kind/new": 1}, {}) == []
    assert "flows-all-zero" not in find_codes({**ZEROS, **dict.fromkeys(list(ZEROS)[1:])}, {})


def test_women_may_equal_totals_below_five():
    assert find_codes(people(4, women=4) | {"A-01/kind/new": 4, "A-01/kind/old": 0}, {}) == []
    assert find_codes(people(5, women=5) | {"A-01/kind/new": 5, "A-01/kind/old": 0}, {}) == ["women-are-all"]


def test_the_numbers_of_last_quarter_are_reported_and_older_ones_are_not():
    same = {"A_01": 12, "A_01__sex__women": 5, "A_01__kind__new": 4, "A_01__kind__old": 8}
    assert find_codes({}, map_returns_by_quarter(Q2025Q2=make_other_return(**same))) == ["flows-as-last-quarter"]
    assert find_codes({}, map_returns_by_quarter(Q2025Q1=make_other_return(**same))) == []
    assert find_codes({}, map_returns_by_quarter(Q2025Q2=make_other_return(**{**same, "A_01__sex__women": 4}))) == []
    assert find_codes(ZEROS, map_returns_by_quarter(Q2025Q2=make_other_return(**dict.fromkeys(same, 0)))) == [
        "flows-all-zero"
    ]


def test_the_basis_is_doubtful_only_if_every_flow_is_at_least_the_year_before_it():
    year = {"A_01": 12, "A_01__sex__women": 4, "A_01__kind__new": 4, "A_01__kind__old": 8}
    assert find_codes({}, map_returns_by_quarter(Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, **year))) == [
        "basis-differs",
        "basis-doubtful",
    ]
    more = {**year, "A_01__sex__women": 6}
    assert find_codes({}, map_returns_by_quarter(Q2025Q2=make_other_return(Basis.YEAR_TO_DATE, **more))) == [
        "basis-differs"
    ]
    assert find_codes({}, map_returns_by_quarter(Q2025Q1=make_other_return(**year))) == []
    assert find_codes({}, map_returns_by_quarter(Q2025Q1=make_other_return(**year)), quarter=QUARTER.shift(-1)) == [
        "basis-doubtful"
    ]


def test_a_basis_is_compared_with_the_last_return_that_has_one():
    to_date = make_other_return(Basis.YEAR_TO_DATE, A_01=1)
    result = examine_file(
        make_return_file(), others=map_returns_by_quarter(Q2024Q4=to_date, Q2025Q1=make_other_return())
    )
    finding = get_finding(result, "basis-differs")
    assert dict(finding.parameters)["before"] == "2024Q4" and finding.cell == "C8"
    assert "this quarter" in render_message(finding, get_locale("en")) and "this quarter" not in render_message(
        finding, get_locale("km")
    )
    assert find_codes({}, map_returns_by_quarter(Q2024Q4=to_date, Q2025Q2=make_other_return())) == []
    assert find_codes({}, map_returns_by_quarter(Q2024Q4=to_date), quarter=QUARTER.shift(-2)) == []


def test_a_first_return_of_a_site_is_compared_with_nothing():
    assert find_codes({}, {}) == []
    assert PLAN.indicator_by_code["A-01"].is_flow and PLAN.indicator_by_code["A-02"].is_stock


@pytest.mark.parametrize("language", ["en", "km"])
def test_advice_about_a_table_names_no_cell_of_a_form(language: str) -> None:
    """A table has no cell with the choice of its basis."""
    for code in ("basis-differs", "basis-doubtful"):
        of_table, of_form = make_finding(code, before="2024Q4"), make_finding(code, cell="C8", before="2024Q4")
        assert "?" not in render_advice(of_table, get_locale(language)), code
        assert "C8" in render_advice(of_form, get_locale(language)), code
