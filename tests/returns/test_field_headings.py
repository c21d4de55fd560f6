"""Tables as people keep them: periods, two-row headings, merged cells, sexes and units, in several words and orders."""

import pytest

from etl.indicators.vocabulary import Basis
from tests.support.tracking_tables import (
    FLOW,
    SEED,
    STOCK,
    WOMEN,
    YOUTH,
    TableVariant,
    list_errors,
    list_reasons,
    list_values,
)

NAME, AREA, SEED_NAME = "Farmers trained", "Area under CA", "Cover-crop seed produced"
LONG = ("Site", "Indicator", "Part", "Period", "Value", "Unit", "Note")


def make_wide(*headings: object, values: tuple[object, ...]) -> TableVariant:
    return TableVariant([("Code", *headings), (FLOW, *values)])


OTHER_PERIODS = [
    (make_wide("Jan 2025", "Feb 2025", "Mar 2025", values=(10, 15, 20)), "layout-month"),
    (make_wide("January 2025", "2025 Q2", values=(10, 15)), "layout-month"),
    (make_wide("មករា ២០២៥", "កុម្ភៈ ២០២៥", values=(10, 15)), "layout-month"),
    (make_wide("janvier 2025", "février 2025", values=(10, 15)), "layout-month"),
    (TableVariant([(None, 2025, None), ("Code", "Jan", "Feb"), (FLOW, 10, 15)]), "layout-month"),
    (make_wide("H1 2025", "H2 2025", values=(95, 130)), "layout-half-year"),
    (make_wide("Semester 1 2025", "Semester 2 2025", values=(95, 130)), "layout-half-year"),
    (make_wide("2025 first half", "2025 second half", values=(95, 130)), "layout-half-year"),
    (make_wide("ឆមាសទី១ ២០២៥", "ឆមាសទី២ ២០២៥", values=(95, 130)), "layout-half-year"),
    (make_wide("S1 2025", "S2 2025", values=(95, 130)), "layout-half-year"),
    (TableVariant([LONG, ("RVG", NAME, None, "H1 2025", 95)], "long"), "layout-half-year"),
    (TableVariant([LONG, ("RVG", NAME, None, "March 2025", 95)], "long"), "layout-month"),
    (make_wide("Q1", "Q2", values=(10, 15)), "layout-year-missing"),
    (make_wide("Quarter 1", "Quarter 2", values=(10, 15)), "layout-year-missing"),
    (make_wide("2025-03-31", values=(10,)), "layout-period-unknown"),
]


@pytest.mark.parametrize(("table", "code"), OTHER_PERIODS)
def test_periods_that_are_no_quarters_are_refused_with_their_headings(table: TableVariant, code: str) -> None:
    parsed = table.read()
    (finding,) = [finding for finding in parsed.findings if finding.is_error]
    assert finding.code == code and finding.cell and dict(finding.parameters)["found"]
    assert set(list_reasons(parsed).values()) <= {"heading_unclear", "row_unknown", "label"} or parsed.returns


QUARTERS = [
    make_wide("Jan 1, 2025 – Mar 31, 2025", "Apr 1, 2025 – Jun 30, 2025", values=(40, 55)),
    make_wide("1st quarter 2025", "second quarter 2025", values=(40, 55)),
    make_wide("T1 2025", "2e trimestre 2025", values=(40, 55)),
    make_wide("ត្រីមាសទី១ ឆ្នាំ២៥៦៨", "ត្រីមាសទី២ ឆ្នាំ២៥៦៨", values=(40, 55)),
    make_wide("Q1/2025", "Quarter II, 2025", values=(40, 55)),
    make_wide("Actual 2025 Q1", "2025 Q2 achieved", values=(40, 55)),
    TableVariant([("Tracking table 2025",), ("Code", "Q1", "Q2"), (FLOW, 40, 55)]),
    TableVariant([("Code", "Q1", "Q2"), (FLOW, 40, 55)], title="IPTT 2025"),
    TableVariant(
        [
            (None, "Quarter 1", None, None, "Quarter 2"),
            (None, "Jan 1, 2025 – Mar 31, 2025", None, None, "Apr 1, 2025 – Jun 30, 2025"),
            ("Code", "Target", "Actual", "% Met", "Target", "Actual", "% Met"),
            (FLOW, 50, 40, 0.8, 50, 55, 1.1),
        ]
    ),
    TableVariant(
        [
            ("Code", 2025, None, None, None, "LOP target"),
            (None, "Q1", None, "Q2", None, None),
            (None, "គោលដៅ", "លទ្ធផល", "គោលដៅ", "លទ្ធផល", None),
            (FLOW, 50, 40, 50, 55, 900),
        ],
        merges=("B1:E1", "B2:C2", "D2:E2", "A1:A3", "F1:F3"),
    ),
    TableVariant(
        [("Baseline", "Q1 2025", "Code", "Q2 2025", "Target 2025"), (3, 40, FLOW, 55, 400)],
    ),
    TableVariant(
        [
            (None, "Actual", None, "Target", None),
            ("Code", "2025 Q1", "2025 Q2", "2025 Q1", "2025 Q2"),
            (FLOW, 40, 55, 1, 2),
        ],
        merges=("B1:C1", "D1:E1"),
    ),
]


@pytest.mark.parametrize("table", QUARTERS)
def test_quarters_are_read_in_the_words_of_people(table: TableVariant) -> None:
    parsed = table.read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q1", FLOW): "40", ("2025Q2", FLOW): "55"}


def test_a_year_from_the_title_and_a_buddhist_year_are_named_in_a_warning() -> None:
    assert {finding.code for finding in QUARTERS[6].read().findings} == {"layout-year-from-title"}
    assert {finding.code for finding in QUARTERS[7].read().findings} == {"layout-year-from-title"}
    assert {finding.code for finding in QUARTERS[3].read().findings} == {"year-buddhist"}


MERGED = [
    TableVariant(
        [
            LONG,
            ("RVG", NAME, None, "2025 Q3", 60, "people"),
            (None, None, "women", None, 25),
            (None, None, "youth", None, 20),
        ],
        "long",
        merges=("A2:A4", "B2:B4", "D2:D4"),
    ),
    TableVariant(
        [
            ("Code", "Disaggregation", "Year", "Quarter", "Actual"),
            (FLOW, None, 2025, 3, 60),
            (None, "Female", None, None, 25),
        ]
        + [(None, "youth", None, None, 20)],
        "long",
        merges=("A2:A4", "C2:C4", "D2:D4"),
    ),
    TableVariant(
        [("រយៈពេល", "សូចនាករ", "ក្នុងនោះ", "លទ្ធផល"), ("ត្រីមាសទី៣ ឆ្នាំ២០២៥", NAME, None, "៦០"), (None, None, "ស្រី", "២៥")]
        + [(None, None, "youth", "២០")],
        "long",
        merges=("A2:A4", "B2:B4"),
    ),
    TableVariant(
        [("Indicator", "Part", "2025 Q3"), (NAME, None, 60), (None, "women", 25), (None, "youth", 20)],
        merges=("A2:A4",),
    ),
    TableVariant(
        [("Period", "Value", "Part", "Code"), ("Q3 2025", 60, None, FLOW), (None, 25, "women", FLOW)]
        + [(None, 20, "youth", FLOW)],
        "long",
        merges=("A2:A4",),
    ),
]


@pytest.mark.parametrize("table", MERGED)
def test_a_merged_cell_counts_for_its_rows(table: TableVariant) -> None:
    parsed = table.read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q3", FLOW): "60", ("2025Q3", WOMEN): "25", ("2025Q3", YOUTH): "20"}


def test_a_blank_period_without_merging_is_an_error_at_its_own_cell() -> None:
    rows = [("RVG", NAME, None, "2025 Q3", 60), (None, None, "women", None, 25), (None, None, "youth", None, 20)]
    parsed = TableVariant([LONG, *rows], "long").read()
    assert list_errors(parsed) == [("layout-cell-blank", "D3"), ("layout-cell-blank", "D4")]


def test_a_merged_value_is_an_error() -> None:
    parsed = TableVariant([("Code", "2025 Q1", "2025 Q2"), (FLOW, 40, None)], merges=("B2:C2",)).read()
    assert list_errors(parsed) == [("cell-merged", "B2")] and list_reasons(parsed) == {"B2": "unreadable"}


def make_sexes(*counts: tuple[str | None, int]) -> TableVariant:
    rows = [(NAME, label, "2025 Q3", count) for label, count in counts]
    return TableVariant([("Indicator", "Part", "Period", "Value"), *rows], "long")


COUNTS = (("Total", 60), ("Male", 35), ("Female", 25))
SEXES = [
    make_sexes(("Total", 60), ("Male", 35), ("Female", 25)),
    make_sexes(("Men", 35), ("Women", 25), ("All", 60)),
    make_sexes(("សរុប", 60), ("ប្រុស", 35), ("ស្រី", 25)),
    make_sexes(("Femmes", 25), ("Hommes", 35), ("Total", 60)),
    make_sexes((None, 60), ("of which male", 35), ("# female", 25)),
    TableVariant(
        [
            ("Code", "Indicator", "2025 Q3"),
            (FLOW, NAME, None),
            (None, "Total", 60),
            (None, "Male", 35),
            (None, "Female", 25),
        ]
    ),
    TableVariant(
        [(None, "2025 Q3", None, None), ("Code", "Total", "Male", "Female"), (FLOW, 60, 35, 25)], merges=("B1:D1",)
    ),
    TableVariant([("Code", "2025 Q3 women", "2025 Q3 men", "2025 Q3 total"), (FLOW, 25, 35, 60)]),
]


@pytest.mark.parametrize("table", SEXES)
def test_women_and_total_are_taken_and_men_are_checked(table: TableVariant) -> None:
    parsed = table.read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q3", FLOW): "60", ("2025Q3", WOMEN): "25"}
    assert list(list_reasons(parsed).values()) == ["men"]


@pytest.mark.parametrize("index", range(len(SEXES)))
def test_men_that_are_not_the_total_without_the_women_are_an_error(index: int) -> None:
    table = SEXES[index]
    rows = [tuple(34 if value == 35 else value for value in row) for row in table.rows]
    parsed = TableVariant(rows, table.layout, table.merges).read()
    assert [code for code, _ in list_errors(parsed)] == ["layout-men-differ"]


def make_units(*rows: tuple[str, object, str]) -> TableVariant:
    return TableVariant(
        [("Indicator", "Period", "Value", "Unit"), *[(row[0], "2025 Q3", *row[1:]) for row in rows]], "long"
    )


@pytest.mark.parametrize(
    ("kg", "ha", "people"),
    [
        ("គ.ក", "ហ.ត", "Number"),
        ("គីឡូ", "ហិកតា", "#"),
        ("kgs", "Ha.", "persons"),
        ("Kilogram", "hectares", "No."),
        ("គ.ក្រ", "ហិចតា", "នាក់"),
        ("kilogrammes", "hectare", "personnes"),
    ],
)
def test_abbreviations_of_a_unit_are_the_same_unit(kg: str, ha: str, people: str) -> None:
    parsed = make_units((SEED_NAME, 850, kg), (AREA, 1050, ha), (NAME, 60, people)).read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q3", SEED): "850", ("2025Q3", STOCK): "1050", ("2025Q3", FLOW): "60"}


@pytest.mark.parametrize(
    ("name", "unit"),
    [(SEED_NAME, "t"), (SEED_NAME, "#"), (AREA, "rai"), (AREA, "គ.ក"), (NAME, "%"), (NAME, "households")],
)
def test_another_unit_is_an_error_at_its_cell(name: str, unit: str) -> None:
    assert list_errors(make_units((name, 850, unit)).read()) == [("layout-unit-differs", "D2")]


def test_numbers_outside_of_the_table_and_on_other_sheets_are_named() -> None:
    rows = [("Budget", 5000), ("Code", "2025 Q3", None, "Cost"), (FLOW, 40, None, 900)]
    parsed = TableVariant(rows, other_sheets=(("Costs", [("a", 1), ("b", 2)]),)).read()
    assert list_values(parsed) == {("2025Q3", FLOW): "40"}
    findings = [finding for finding in parsed.findings if finding.code == "layout-numbers-unread"]
    assert {(finding.sheet, dict(finding.parameters)["cells"]) for finding in findings} == {
        ("Tracking", "B1"),
        ("Tracking", "D3"),
        ("Costs", "B1:B2"),
    }


@pytest.mark.parametrize(
    "heading",
    [
        *("Total to Q3 2025", "Achieved to Q3 2025", "Results 2025 to Q3", "To Q3 2025", "Achieved to 2025"),
        *("សម្រេចបានដល់ត្រីមាសទី៣ ២០២៥", "ដល់ត្រីមាសទី៣ ឆ្នាំ២០២៥", "លទ្ធផលដល់ឆ្នាំ២០២៥", "Actual to Jan-Sep 2025"),
    ],
)
def test_a_heading_to_a_quarter_is_not_that_quarter(heading: str) -> None:
    parsed = TableVariant([("Code", heading), (FLOW, 95)]).read()
    assert list_values(parsed) == {} and list_errors(parsed) == [("layout-heading-unclear", "B1")]


@pytest.mark.parametrize("period", ["to Q3 2025", "ដល់ត្រីមាសទី៣ ២០២៥", "to 2025", "2025 to Q3"])
def test_a_period_to_a_quarter_is_not_that_quarter(period: str) -> None:
    parsed = TableVariant([("Code", "Period", "Value"), (FLOW, period, 95)], "long").read()
    assert list_values(parsed) == {} and list_errors(parsed) == [("layout-period-unknown", "B2")]


@pytest.mark.parametrize(
    "heading",
    [
        *("Q1 to Q3 2025", "Q1 2025 to Q3 2025", "2025 Q1 to 2025 Q3", "2025 Q1 – 2025 Q3", "Jan to Sep 2025"),
        *("Jan 2025 to Sep 2025", "ត្រីមាសទី១ ២០២៥ ដល់ ត្រីមាសទី៣ ២០២៥", "មករា ដល់ កញ្ញា ២០២៥", "Janvier à septembre 2025"),
    ],
)
def test_a_range_from_the_first_quarter_is_read_with_the_year_at_one_end_or_both(heading: str) -> None:
    for table in (
        TableVariant([("Code", heading), (FLOW, 95)]),
        TableVariant([("Code", "Period", "Value"), (FLOW, heading, 95)], "long"),
    ):
        parsed = table.read()
        assert list_values(parsed) == {("2025Q3", FLOW): "95"}
        assert [return_.basis for return_ in parsed.returns] == [Basis.YEAR_TO_DATE]


def test_plan_and_implemented_in_khmer_and_abbreviated_totals_are_known() -> None:
    heads = [("Code", "2025 Q1", None, "2025 Q2", None), (None, "ផែនការ", "អនុវត្ត", "ផែនការ", "អនុវត្ត")]
    parsed = TableVariant([*heads, (FLOW, 50, 40, 30, 20)], merges=("A1:A2", "B1:C1", "D1:E1")).read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q1", FLOW): "40", ("2025Q2", FLOW): "20"}
    totals = [("Code", "2025 Q3", None, None), (None, "F", "M", "Tot."), (FLOW, 25, 35, 60)]
    parsed = TableVariant(totals, merges=("A1:A2", "B1:D1")).read()
    assert list_errors(parsed) == []
    assert list_values(parsed) == {("2025Q3", FLOW): "60", ("2025Q3", WOMEN): "25"}
