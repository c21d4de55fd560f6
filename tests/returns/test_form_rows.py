"""Tests of the rows of forms."""

from decimal import Decimal

import pytest

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey, Source
from etl.returns.form.rows import FormError, list_form_rows
from tests.returns.form_plans import make_form_plan
from tests.support.builders import make_indicator, make_plan


def _list_keys(site: str, quarter: Quarter) -> list[str]:
    return [str(row.key) for row in list_form_rows(make_form_plan(), site, quarter)]


def test_totals_come_before_parts_and_numerators_before_denominators():
    assert _list_keys("one", Quarter(2025, 2)) == [
        "A-01",
        "A-01/sex/women",
        "A-01/kind/new",
        "A-01/kind/old",
        "A-02",
        "A-03/numerator",
        "A-03/denominator",
        "B-04/numerator",
    ]


def test_forms_exclude_derived_and_system_indicators_and_referenced_numbers():
    keys = _list_keys("two", Quarter(2026, 4))
    assert not [key for key in keys if key.startswith(("B-01", "B-02")) or key == "B-04/denominator"]


def test_a_form_has_only_the_indicators_that_its_site_reports():
    assert "B-05" in _list_keys("two", Quarter(2025, 2))
    assert "B-05" not in _list_keys("one", Quarter(2025, 2))


@pytest.mark.parametrize(
    ("quarter", "is_on_form"),
    [(Quarter(2026, 4), True), (Quarter(2026, 3), False), (Quarter(2025, 4), False), (Quarter(2027, 4), False)],
)
def test_a_milestone_is_on_the_form_only_in_the_fourth_quarter_of_its_year(quarter, is_on_form):
    assert ("B-03" in _list_keys("one", quarter)) is is_on_form


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_annual_indicator_is_on_the_form_only_in_the_fourth_quarter(number):
    assert ("B-06" in _list_keys("one", Quarter(2025, number))) is (number == 4)


def test_a_row_has_the_constraints_of_its_number():
    rows = {str(row.key): row for row in list_form_rows(make_form_plan(), "one", Quarter(2025, 2))}
    women, hectares = rows["A-01/sex/women"], rows["A-02"]
    assert (women.is_part, women.indent, women.upper_bound, women.exhaustive) == (True, 1, CellKey("A-01"), False)
    assert rows["A-01/kind/new"].exhaustive
    assert (women.whole, women.minimum) == (True, Decimal(0))
    assert (hectares.whole, hectares.upper_bound, hectares.unit.km, hectares.is_flow) == (False, None, "ហិកតា", False)
    assert rows["A-03/numerator"].upper_bound == CellKey("A-03", "denominator")
    assert rows["B-04/numerator"].upper_bound == CellKey("A-02")
    assert rows["A-03/denominator"].label.en == "plots seen"
    assert not rows["A-03/numerator"].is_part


@pytest.mark.parametrize(
    ("site", "quarter", "words"),
    [
        ("nowhere", Quarter(2025, 1), "no site 'nowhere'. Its sites are one, two, late"),
        ("late", Quarter(2025, 1), "reports from 2025Q2"),
        ("late", Quarter(2026, 2), "closed after 2026Q1"),
        ("one", Quarter(2023, 4), "runs from 2024 to 2028"),
        ("one", Quarter(2029, 1), "runs from 2024 to 2028"),
    ],
)
def test_the_error_says_why_a_form_does_not_exist(site, quarter, words):
    with pytest.raises(FormError, match=words):
        list_form_rows(make_form_plan(), site, quarter)


def test_a_site_with_nothing_to_report_has_no_form():
    plan = make_plan(make_indicator("A-01", source=Source.SYSTEM))
    with pytest.raises(FormError, match="has nothing to report in 2022Q1"):
        list_form_rows(plan, "one", Quarter(2022, 1))
