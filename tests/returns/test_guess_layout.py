"""A layout is proposed only if one column is certain to hold the results; else the columns are listed."""

import pytest

from etl.returns.intake import read_file
from etl.returns.layouts.guess_layout import LayoutGuess, guess_layout, list_number_columns
from etl.returns.layouts.layout import ColumnRole, list_layout_names, read_layout
from tests.support.layout_tables import save_workbook
from tests.support.tracking_tables import PLANS, WOMEN, TableVariant, list_values

NAME, AREA = "Farmers trained", "Area under CA"
ROWS = ((NAME, "2025 Q3", 315, 109), (AREA, "2025 Q3", 1200, 1130), (NAME, "2025 Q2", 315, 101))
NOT_RESULT_WORDS = ("target", "baseline", "lop", "variance", "%", "plan", "គោលដៅ", "prévu", "cumul")


def guess(*rows: tuple[object, ...]) -> tuple[LayoutGuess | None, list[str]]:
    contents = read_file("table.xlsx", save_workbook(TableVariant(rows).build()))
    assert contents.workbook is not None and contents.facts is not None
    layouts = [read_layout(name) for name in list_layout_names()]
    proposal = guess_layout(contents.workbook, contents.facts, plans=PLANS, known_layouts=layouts, site="RVG")
    return proposal, [column.heading for column in list_number_columns(contents.workbook, contents.facts, PLANS.latest)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Target (Year-End)", "Actual Achievement"),
        ("Baseline", "Reported"),
        ("LOP", "Actual"),
        ("Variance", "លទ្ធផលសម្រេចបាន"),
        ("% of target", "Résultats réalisés"),
        ("Planned", "Result achieved"),
    ],
)
def test_the_column_of_results_is_proposed_and_never_the_one_before_it(first: str, second: str) -> None:
    proposal, _ = guess(("Indicator Name", "Reporting time", first, second), *ROWS)
    assert proposal is not None
    assert proposal.layout.columns[ColumnRole.VALUE] == (second,)
    assert list_values(proposal.table)["2025Q3", "SO3-01"] == "109"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Target", "Variance"),
        ("Amount", "Quantity"),
        ("Baseline", "How many"),
        ("Actual 1", "Actual 2"),
        ("Cumulative", "Target"),
        ("គោលដៅ", "ភាគរយ"),
        ("Plan", "Amount"),
    ],
)
def test_no_layout_is_proposed_without_a_certain_column_of_results(first: str, second: str) -> None:
    proposal, headings = guess(("What", "When", first, second), *ROWS)
    assert proposal is None and headings == [first, second]


def test_the_only_column_of_numbers_is_proposed_if_its_heading_is_open() -> None:
    rows = [row[:3] for row in ROWS]
    for heading in ("How many", "N", "Amount", "Quantité", "ចំនួន"):
        proposal, _ = guess(("What", "When", heading), *rows)
        assert proposal is not None and list_values(proposal.table)["2025Q3", "SO3-01"] == "315", heading
    for heading in ("Target", "Baseline", "% achieved", "Plan 2025", "LOP", "Cumul", "គោលដៅ"):
        assert guess(("What", "When", heading), *rows)[0] is None, heading


@pytest.mark.parametrize(
    "heading", ["Cost (USD)", "Expenditure", "Price", "Row", "Row no.", "ល.រ", "ចំណាយ (រៀល)", "US$", "Coût"]
)
def test_money_and_numbers_of_rows_are_never_proposed_as_results(heading: str) -> None:
    assert guess(("What", "When", heading), *(row[:3] for row in ROWS))[0] is None


def test_a_column_that_counts_the_rows_is_never_proposed_as_results() -> None:
    rows = [(*row[:2], number) for number, row in enumerate(ROWS, 1)]
    assert guess(("What", "When", "Order"), *rows)[0] is None


@pytest.mark.parametrize(
    "headings", [("Grand total", "Women"), ("Women", "Total"), ("Total reported", "of which women"), ("សរុប", "ស្រី")]
)
def test_the_total_beside_women_is_proposed_and_the_women_are_read_as_a_part(headings: tuple[str, str]) -> None:
    women_first = "omen" in headings[0]
    numbers = (41, 109) if women_first else (109, 41)
    proposal, listed = guess(("What", "When", *headings), *((NAME, f"2025 Q{q}", *numbers) for q in (2, 3)))
    assert proposal is not None and listed == list(headings)
    assert proposal.layout.columns[ColumnRole.VALUE] == (headings[women_first],)
    assert list_values(proposal.table)["2025Q3", "SO3-01"] == "109"
    assert list_values(proposal.table)["2025Q3", WOMEN] == "41"


@pytest.mark.parametrize("headings", [("Men", "Women"), ("Total", "Sum", "Women"), ("Total", "Actual", "Women")])
def test_no_total_is_proposed_where_there_is_none_or_a_rival(headings: tuple[str, ...]) -> None:
    rows = [(NAME, f"2025 Q{quarter}", *range(5, 5 + len(headings))) for quarter in (2, 3)]
    proposal, listed = guess(("What", "When", *headings), *rows)
    assert listed == list(headings)
    assert proposal is None or not proposal.table.is_acceptable


def test_a_wide_table_is_proposed_with_its_columns_of_results_only() -> None:
    rows = ((NAME, 315, 109, 101), (AREA, 1200, 1130, 1100))
    proposal, _ = guess(("What is counted", "Target 2025", "Q3 2025", "Q2 2025"), *rows)
    assert proposal is not None
    assert [str(column.period) for column in proposal.table.shapes[0].value_columns] == ["2025Q3", "2025Q2"]
    assert not any(word in str(list_values(proposal.table).values()) for word in NOT_RESULT_WORDS)
