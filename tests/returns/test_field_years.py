"""Whole years beside columns that divide them, and fiscal years over months: read by the calendar, or an error."""

import pytest

from tests.support.tracking_tables import (
    FLOW,
    TableVariant,
    list_errors,
    list_reasons,
    list_values,
)

NAME = "Farmers trained"


def make_divided(heading: str, text: object) -> TableVariant:
    header = ("Site", "Indicator", "Year", heading, "Value")
    return TableVariant([header, ("RVG", NAME, 2025, text, 60)], "long")


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Month", "September"),
        ("Reporting month", 9),
        ("ខែ", 9),
        ("ខែ", "កញ្ញា"),
        ("Mois", "mai"),
        ("Season", "Wet season"),
        ("រដូវ", "រដូវវស្សា"),
        ("Saison", "2"),
        ("Quarter of FY", "Q1"),
        ("Fiscal quarter", "Q1"),
        ("Fiscal quarter", 1),
        ("Week", 14),
        ("When", "Q1"),
        ("Time", "Sept"),
        ("ពេល", "ត្រីមាសទី១"),
    ],
)
def test_a_quarter_month_or_season_beside_a_year_is_never_the_whole_year(heading: str, text: object) -> None:
    parsed = make_divided(heading, text).read()
    assert list_errors(parsed) == [("layout-year-divided", "D2")] and list_reasons(parsed)["E2"] == "row_unknown"


@pytest.mark.parametrize(
    ("heading", "text"),
    [("ត្រីមាសទី", "ត្រីមាសទី១"), ("ត្រីមាសទី", "១"), ("Trim.", 1), ("Q", "I"), ("Trimestre", "T1"), ("Quarter no.", 1)],
)
def test_plain_headings_of_quarters_are_read(heading: str, text: object) -> None:
    parsed = make_divided(heading, text).read()
    assert parsed.is_acceptable and list_values(parsed) == {("2025Q1", FLOW): "60"}


@pytest.mark.parametrize(("heading", "text"), [("Trainer", "Dara"), ("Months of training", 3), ("Village", "Romtum")])
def test_a_column_that_does_not_divide_the_year_leaves_it_whole(heading: str, text: object) -> None:
    assert list_values(make_divided(heading, text).read()) == {("2025Q4", FLOW): "60"}


def test_rows_of_one_number_and_period_that_differ_in_an_unknown_column_are_an_error() -> None:
    header = ("Site", "Indicator", "Year", "Kind", "Value")
    for first, second in (("x", "y"), ("Hoped", "Counted"), ("១", "២")):
        rows = [("RVG", NAME, 2025, first, 60), ("RVG", NAME, 2025, second, None)]
        assert list_errors(TableVariant([header, *rows], "long").read()) == [("layout-rows-alike", "D3")]
    other_years = [("RVG", NAME, 2024, "x", 60), ("RVG", NAME, 2025, "y", None)]
    assert list_errors(TableVariant([header, *other_years], "long").read()) == []
