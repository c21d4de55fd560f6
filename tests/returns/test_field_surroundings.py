"""Tables whose title, sheet, blocks, names or neighbours say what the headings do not: never read as plain results."""

import pytest

from etl.returns.layouts.table_periods import FiscalYear
from tests.support.tracking_tables import (
    FLOW,
    SEED,
    STOCK,
    WOMEN,
    TableVariant,
    list_all_findings,
    list_errors,
    list_reasons,
    list_values,
)

NAME, AREA, SEED_NAME = "Farmers trained", "Area under CA", "Cover-crop seed produced"
QUARTER = ("Code", "2025 Q3")
ROW = (FLOW, 80)


def make_titled(*title: object, heading: str = "2025 Q3", **options: object) -> TableVariant:
    return TableVariant([title, ("Code", heading), ROW], **options)  # type: ignore[arg-type]


OTHER_TITLES = [
    make_titled("Targets 2025"),
    make_titled("គោលដៅ ឆ្នាំ២០២៥"),
    make_titled("Valeurs de référence"),
    make_titled("Forecast by quarter for all sites"),
    make_titled("Cumulative results since 1 January"),
    make_titled("បូកបន្តតាំងពីដើមឆ្នាំ"),
    TableVariant([QUARTER, ROW], title="Planned"),
    TableVariant([QUARTER, ROW], title="គោលដៅ"),
    TableVariant([("LOP targets",), ("Code", "Period", "Value"), (FLOW, "2025 Q3", 80)], "long"),
    TableVariant([("Code", "Year", "Quarter", "Value"), (FLOW, 2025, 3, 80)], "long", title="Baseline"),
]


@pytest.mark.parametrize("table", OTHER_TITLES)
def test_a_title_that_says_target_or_cumulative_is_an_error(table: TableVariant) -> None:
    parsed = table.read()
    assert [code for code, _ in list_errors(parsed)] == ["layout-title-unclear"] and not parsed.is_acceptable


@pytest.mark.parametrize(
    "table",
    [
        make_titled("Targets and results 2025"),
        make_titled("Targets 2025", heading="2025 Q3 actual"),
        make_titled("Strategic plan 2021-2025, objective 3"),
        make_titled("Target group: smallholders"),
        make_titled("Baseline year: 2020"),
        TableVariant([("Targets",), ("Code", "Period", "Actual"), (FLOW, "2025 Q3", 80)], "long"),
    ],
)
def test_a_title_that_leaves_no_doubt_is_no_error(table: TableVariant) -> None:
    assert list_values(table.read()) == {("2025Q3", FLOW): "80"}


@pytest.mark.parametrize(
    "title", ["Amounts in thousands", "USD '000", "Kilograms (x1,000)", "en milliers", "គិតជាពាន់", "Millions of riels"]
)
def test_a_title_that_names_a_multiple_is_an_error(title: str) -> None:
    assert list_errors(make_titled(title, heading="2025 Q3 actual").read()) == [("layout-scale", "A1")]


FISCAL_TITLES = [
    TableVariant([("Fiscal year October to September",), ("Code", "2025 Q1"), (FLOW, 41)]),
    TableVariant([("ឆ្នាំសារពើពន្ធ",), ("Code", "Q1 2025"), (FLOW, 41)]),
    TableVariant([("Code", "2025 Q1"), (FLOW, 41)], title="FY2025"),
    TableVariant([("FY data",), ("Code", "Year", "Quarter", "Value"), (FLOW, 2025, 1, 41)], "long"),
    TableVariant([("Exercice 2025",), ("Code", "Period", "Value"), (FLOW, "T1 2025", 41)], "long"),
]


@pytest.mark.parametrize("table", FISCAL_TITLES)
def test_a_fiscal_title_holds_for_headings_with_a_year(table: TableVariant) -> None:
    assert [code for code, _ in list_errors(table.read())] == ["layout-fiscal-year"]
    parsed = TableVariant(table.rows, table.layout, title=table.title, fiscal_year=FiscalYear(10)).read()
    assert list_values(parsed) == {("2024Q4", FLOW): "41"}


FISCAL_TEXTS = [
    *("Reporting year July 2024 - June 2025", "Year: Oct-Sep", "Q1 = Oct-Dec", "Quarter 1: October to December"),
    *(
        "Year 1 (July 2024 - June 2025)",
        "The year begins in October",
        "Q2 (Jan-Mar), year Oct-Sep",
        "Calendar: April-March",
    ),
    *("ត្រីមាសទី១ = តុលា-ធ្នូ", "ឆ្នាំរាយការណ៍ តុលា ដល់ កញ្ញា", "T1 = oct.-déc.", "Note: Q1 = Oct-Dec 2024, fiscal year Oct-Sep"),
]


@pytest.mark.parametrize("text", FISCAL_TEXTS)
def test_a_text_that_names_the_months_of_another_year_makes_the_years_fiscal(text: str) -> None:
    wide, long = [("Code", "2025 Q1"), (FLOW, 41)], [("Code", "Year", "Quarter", "Value"), (FLOW, 2025, 1, 41)]
    for rows, layout in ((wide, "wide"), (long, "long")):
        for variant in ([(text,), *rows], [*rows, (), (text,)]):
            assert [code for code, _ in list_errors(TableVariant(variant, layout).read())] == ["layout-fiscal-year"]


@pytest.mark.parametrize(
    "text",
    [
        *("Results from July 2024 to June 2025", "Q1 = Jan-Mar", "Year: Jan-Dec", "Field days in October 2025"),
        *("ត្រីមាសទី១ = មករា-មីនា", "The report of the year was written in May", "Planting from June to October each year"),
    ],
)
def test_months_that_fit_the_calendar_or_name_no_year_change_nothing(text: str) -> None:
    table = [("Code", "2025 Q1"), (FLOW, 41)]
    for rows in ([(text,), *table], [*table, (), (text,)]):
        assert list_values(TableVariant(rows).read()) == {("2025Q1", FLOW): "41"}


def test_months_in_a_fiscal_table_are_those_of_the_calendar() -> None:
    for heading in ("Jan-Mar 2025", "1 Jan - 31 Mar 2025", "CY2025 Q1"):
        table = TableVariant([("Fiscal year data",), ("Code", heading), (FLOW, 41)])
        assert list_values(table.read()) == {("2025Q1", FLOW): "41"}, heading


BLOCKS = [
    ([("Targets", None), (FLOW, 80), (STOCK, 900)], "A2"),
    ([("Planned", None), (FLOW, 80), ("Achieved", None), (STOCK, 900)], "A2"),
    ([(FLOW, 80), ("គោលដៅ", None), (STOCK, 900)], "A3"),
    ([(FLOW, 80), ("2024", None), (STOCK, 900)], "A3"),
    ([(FLOW, 80), ("Year 2024", None), (STOCK, 900)], "A3"),
]


@pytest.mark.parametrize(("rows", "cell"), BLOCKS)
def test_a_label_above_rows_is_an_error_at_the_label(rows: list[tuple[object, ...]], cell: str) -> None:
    assert list_errors(TableVariant([QUARTER, *rows]).read()) == [("layout-rows-below-label", cell)]


def test_a_label_beside_the_first_of_several_rows_is_an_error() -> None:
    for labels in (("Target", None), ("Baseline", None), ("គោលដៅ", None), ("Cumulative", None), ("Forecast", None)):
        rows = [(label, code, 80) for label, code in zip(labels, (FLOW, STOCK), strict=True)]
        parsed = TableVariant([("Row", *QUARTER), *rows]).read()
        assert ("layout-rows-below-label", "A2") in list_errors(parsed) and list_values(parsed) == {}


def test_a_target_row_below_each_indicator_is_no_label_of_the_next() -> None:
    rows = [(FLOW, 40), ("Target", 80), (STOCK, 850), ("Target", None), (SEED, 700)]
    assert list_values(TableVariant([QUARTER, *rows]).read()) == {
        ("2025Q3", FLOW): "40",
        ("2025Q3", STOCK): "850",
        ("2025Q3", SEED): "700",
    }


@pytest.mark.parametrize("note", ["Target", "គោលដៅ", "Planned", "Baseline", "LOP target"])
def test_a_note_that_says_target_makes_its_row_none(note: str) -> None:
    parsed = TableVariant([(*QUARTER, "Note"), (*ROW, note)]).read()
    assert list_values(parsed) == {} and set(list_reasons(parsed).values()) <= {"target", "baseline", "life"}


SITES = [
    TableVariant([QUARTER, ("RVG", None), ROW, ("BKN", None), (STOCK, 850)]),
    TableVariant([QUARTER, ROW, ("Site: BKN", None), (STOCK, 850)]),
    TableVariant([("Code", "Indicator", "2025 Q3"), (FLOW, NAME, 80), (None, "BKN", None), (STOCK, AREA, 850)]),
    TableVariant([(None, "RVG", "BKN"), ("Code", "2025 Q2", "2025 Q3"), (FLOW, 40, 50)]),
    TableVariant([(None, "RVG", None, "BKN"), ("Code", "2025 Q1", "2025 Q2", "2025 Q3"), (FLOW, 1, 2, 3)]),
]


@pytest.mark.parametrize("table", SITES)
def test_sites_in_the_middle_or_over_columns_are_an_error(table: TableVariant) -> None:
    assert [code for code, _ in list_errors(table.read())] == ["layout-site-block"]


NEIGHBOURS = [
    (TableVariant([QUARTER, ROW, ("Code", "2025 Q2"), (STOCK, 850)]), "layout-second-table", "A3"),
    (TableVariant([QUARTER, ROW, ("Code", "Target 2025"), (STOCK, 850)]), "layout-second-table", "A3"),
    (
        TableVariant([("Code", "Period", "Value"), (FLOW, "2025 Q3", 80), ("Code", "Period", "Target"), ROW], "long"),
        "layout-second-table",
        "A3",
    ),
    (TableVariant([(*QUARTER, None, "Code", "2025 Q2"), (*ROW, None, STOCK, 850)]), "layout-role-twice", "D1"),
    (TableVariant([(*QUARTER, "Indicator", "Measure"), (*ROW, NAME, AREA)]), "layout-role-twice", "D1"),
    (TableVariant([(*QUARTER, "Category", "Sex"), (*ROW, None, "Female")]), "layout-role-twice", "D1"),
    (TableVariant([(*QUARTER, "Site", "Location"), (*ROW, "RVG", "BKN")]), "layout-role-twice", "D1"),
]


@pytest.mark.parametrize(("table", "code", "cell"), NEIGHBOURS)
def test_a_second_table_or_a_second_column_of_names_is_an_error(table: TableVariant, code: str, cell: str) -> None:
    assert (code, cell) in list_errors(table.read())


def test_a_header_that_is_repeated_and_a_column_that_agrees_are_no_error() -> None:
    repeated = TableVariant([QUARTER, ROW, QUARTER, (STOCK, 850)]).read()
    assert list_values(repeated) == {("2025Q3", FLOW): "80", ("2025Q3", STOCK): "850"}
    agreeing = TableVariant([(*QUARTER, "Ref"), (*ROW, FLOW)]).read()
    assert list_values(agreeing) == {("2025Q3", FLOW): "80"}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (FLOW, AREA),
        (FLOW, "Female farmers trained"),
        (FLOW, "Target: farmers trained"),
        (FLOW, "% women among farmers trained"),
        (FLOW, "កសិករស្រីដែលបានបណ្តុះបណ្តាល"),
        (f"{FLOW} Target", None),
        (f"{FLOW} women", None),
        (f"{FLOW} cumulative", None),
        (f"{WOMEN} target", None),
        (f"{FLOW}/age/elderly", None),
        (FLOW, "Annual plan: farmers trained"),
        (FLOW, "Farmers to be trained"),
        (FLOW, "Youth trained"),
        (FLOW, "Young farmers trained in the field"),
        (FLOW, "ចំនួនយុវជនដែលបានបណ្តុះបណ្តាល"),
        (FLOW, "Area under no-till"),
        (FLOW, "Seed produced by cover crops"),
        ("SO2-06", "Seed lots given to schools"),
        ("SO2-06", "Planned seed lots"),
    ],
)
def test_a_name_that_says_something_else_than_its_code_is_an_error(code: str, name: str | None) -> None:
    parsed = TableVariant([("Code", "Indicator", "2025 Q3"), (code, name, 80)]).read()
    assert [error for error, _ in list_errors(parsed)] == ["layout-name-differs"] and list_values(parsed) == {}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *(
            (FLOW, "No. of farmers trained"),
            (FLOW, "កសិករ"),
            (f"{FLOW}: {NAME}", None),
            (FLOW, "Farmers in FFS (people)"),
        ),
        *(
            (FLOW, "Training participants"),
            (FLOW, "FT"),
            (FLOW, "Farmers and others who were trained as planned"),
        ),
        ("SO4-03", "Planned equipment in working order"),
        ("SO2-06", "Lots for farmers, schools and companies"),
        ("SO3-04", "Young researchers hosted"),
    ],
)
def test_a_name_in_other_words_beside_its_code_is_no_error(code: str, name: str | None) -> None:
    parsed = TableVariant([("Code", "Indicator", "2025 Q3"), (code, name, 80)]).read()
    codes = [finding.code for finding in list_all_findings(parsed)]
    assert not {"layout-name-differs", "layout-name-unlike", "layout-site-block"} & set(codes)


def test_a_name_without_a_word_of_the_plan_is_a_warning_at_its_cell() -> None:
    for name in ("Milk sold", "Trees planted along roads", "ដើមឈើដែលបានដាំ"):
        parsed = TableVariant([("Code", "Indicator", "2025 Q3"), (FLOW, name, 80)]).read()
        warnings = [(finding.code, finding.cell) for finding in list_all_findings(parsed)]
        assert ("layout-name-unlike", "B2") in warnings and list_values(parsed) == {("2025Q3", FLOW): "80"}, name


@pytest.mark.parametrize("name", ["Farmers trained by RTM", "Farmers trained (Rattanak Mondul)", "កសិកររតនមណ្ឌល"])
def test_a_name_with_another_site_is_an_error_at_its_cell(name: str) -> None:
    parsed = TableVariant([("Code", "Indicator", "2025 Q3"), (FLOW, name, 80)]).read()
    assert list_errors(parsed)[0] == ("layout-site-block", "B2") and list_values(parsed) == {}
    own = TableVariant([("Site", "Code", "Indicator", "2025 Q3"), ("RTM", FLOW, name, 80)]).read()
    assert list_values(own) == {("2025Q3", FLOW): "80"}


@pytest.mark.parametrize("unit", ["(tonnes)", "(t)", "[rai]", "(USD)", ", tons", "(តោន)"])
def test_another_unit_in_a_name_is_an_error(unit: str) -> None:
    parsed = TableVariant([("Code", "Indicator", "2025 Q3"), (SEED, f"{SEED_NAME} {unit}", 80)]).read()
    assert list_errors(parsed) == [("layout-unit-differs", "B2")]


@pytest.mark.parametrize("heading", ["Revised value", "Updated", "Corrected", "Achieved results"])
def test_a_second_column_of_numbers_of_a_long_table_is_an_error(heading: str) -> None:
    parsed = TableVariant([("Code", "Period", "Value", heading), (FLOW, "2025 Q3", 40, 44)], "long").read()
    assert [cell for _, cell in list_errors(parsed)] == ["D1"] and not parsed.is_acceptable


@pytest.mark.parametrize("heading", ["By Q2 2025", "by end of Q2 2025", "Till date 2025 Q2", "Q2 2025 acc.", "9M 2025"])
def test_a_heading_up_to_a_date_is_not_that_quarter(heading: str) -> None:
    assert list_values(TableVariant([("Code", heading), (FLOW, 95)]).read()) == {}
    assert [cell for _, cell in list_errors(TableVariant([("Code", heading), (FLOW, 95)]).read())] == ["B1"]


@pytest.mark.parametrize("labels", [("Tgt", "Act"), ("Hoped", "Counted"), ("T", "A"), ("Fcst", "Actual"), ("x", "y")])
def test_labels_below_no_heading_are_understood_or_an_error(labels: tuple[str, str]) -> None:
    rows = [(FLOW, labels[0], 80), (FLOW, labels[1], None)]
    assert not TableVariant([("Code", None, "2025 Q3"), *rows]).read().is_acceptable


def test_a_table_of_targets_only_names_them_as_set_aside() -> None:
    parsed = TableVariant([("Code", "2025 Q3 (prévision)", "Target 2025"), (FLOW, 80, 300)]).read()
    assert list_errors(parsed) == [("layout-no-results", "")]
    assert list_reasons(parsed) == {"B2": "target", "C2": "target"}


UPPER_HEADINGS = [
    TableVariant([(None, "Baseline 2021", 2025), ("Code", None, "Q3"), (FLOW, 10, 60)], merges=("B1:B2",)),
    TableVariant([(None, "Baseline 2021", 2025), ("Code", None, "Q3"), (FLOW, 10, 60)]),
    TableVariant([(None, "Target 2025", "2025 Q3"), ("Code", None, None), (FLOW, 10, 60)]),
    TableVariant([(None, "គោលដៅ ២០២៥", "ត្រីមាសទី៣ ២០២៥"), ("Code", None, None), (FLOW, 10, 60)]),
    TableVariant([(None, "Baseline"), ("Code", None, "2025 Q3"), (FLOW, 10, 60)], merges=("B1:B2",)),
    TableVariant([(None, "Target", "Actual"), ("Code", "2025 Q3", "2025 Q3"), (FLOW, 10, 60)]),
]


@pytest.mark.parametrize("table", UPPER_HEADINGS)
def test_a_heading_of_one_column_in_an_upper_row_is_no_title(table: TableVariant) -> None:
    parsed = table.read()
    assert list_values(parsed) == {("2025Q3", FLOW): "60"} and parsed.is_acceptable
    assert list_reasons(parsed)["B3"] in ("baseline", "target")


@pytest.mark.parametrize("merges", [(), ("A1:C1",)])
def test_a_title_directly_above_the_header_still_holds_for_the_table(merges: tuple[str, ...]) -> None:
    for rows in (
        [("Targets 2025",), ("Code", "2025 Q3"), (FLOW, 60)],
        [("Targets 2025",), (None, "Code", "2025 Q3"), (1, FLOW, 60)],
        [("Targets 2025",), (None, "Code", "2025 Q3"), (None, FLOW, 60)],
    ):
        assert [code for code, _ in list_errors(TableVariant(rows, merges=merges).read())] == ["layout-title-unclear"]


def test_a_heading_that_may_be_centred_over_columns_of_results_is_an_error() -> None:
    above = (None, None, "Target", None, "Actual")
    table = TableVariant([above, ("Code", "2025 Q1", "2025 Q2", "2025 Q1", "2025 Q2"), (FLOW, 10, 20, 30, 40)])
    assert ("layout-title-unclear", "C1") in list_errors(table.read())
