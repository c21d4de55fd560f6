"""Titles, sheets, notes and sections that speak of plans, parts or other sites: never read as results of the site."""

import pytest

from tests.support.tracking_tables import FLOW, SEED, STOCK, WOMEN, YOUTH, TableVariant, list_errors, list_values

USERS, PEOPLE = "SO2-06", "SO3-06"
QUARTER = ("Code", "Indicator", "2025 Q3")
ROW = (FLOW, "Farmers trained", 80)
READ = {("2025Q3", FLOW): "80"}


def make_title(text: str, *, heading: str = "2025 Q3") -> TableVariant:
    return TableVariant([(text,), (), ("Code", "Indicator", heading), ROW])


def make_note(text: str) -> TableVariant:
    return TableVariant([QUARTER, ROW, (), (text,)])


def list_codes(table: TableVariant) -> list[str]:
    return [code for code, _ in list_errors(table.read())]


PLANS = [
    *("Annual Work Plan 2025", "Annual Work Plan and Budget 2025", "Annual Operational Plan", "Planning 2025"),
    *("Action plan 2025-2026", "Quarterly work-plan", "Plan of work", "AWPB 2025", "Workplan", "Expected results 2025"),
    *("Planned figures", "Rovieng: annual plan of activities", "Plans and budgets", "Activity plan by quarter"),
    *("ផែនការសកម្មភាពប្រចាំឆ្នាំ២០២៥", "ផែនការការងារ ២០២៥", "ផែនការប្រតិបត្តិ", "ផែនការថវិកា"),
]


@pytest.mark.parametrize("title", PLANS)
def test_a_title_or_sheet_of_a_plan_of_work_is_an_error_unless_headings_or_labels_say_actual(title: str) -> None:
    assert list_codes(make_title(title)) == ["layout-title-unclear"]
    assert list_codes(TableVariant([QUARTER, ROW], title=title[:31].replace(":", ""))) == ["layout-title-unclear"]
    assert list_values(make_title(title, heading="2025 Q3 actual").read()) == READ
    labelled = TableVariant([(title,), ("Code", "Type", "2025 Q3"), (FLOW, "Actual", 80), (FLOW, "Plan", 90)])
    assert list_codes(labelled) == [] and list_values(labelled.read()) == READ


ORDINARY = [
    *(
        "Strategic plan indicators: results 2025",
        "CARDEC strategic plan 2022-2026",
        "Results 2025",
        "Annual report 2025",
    ),
    *(
        "Progress against the annual work plan 2025",
        "Annual work plan 2025: progress report",
        "Indicator tracking table",
    ),
    *(
        "Objective 3: Train farmers, women and youth",
        "Monitoring and evaluation plan",
        "Gender and youth in agriculture",
    ),
    *("Expected result 3: more farmers adopt CA", "Prepared by the planning department", "Summary of results, Q3 2025"),
    *(
        "Ministry of Planning",
        "Training of farmers",
        "Farmers",
        "GDA / DALRM",
        "Quarterly report Q3 2025",
        "Table 1: Training",
    ),
    *("របាយការណ៍ប្រចាំត្រីមាស ២០២៥", "តារាងសូចនាករ ឆ្នាំ២០២៥", "ផែនការយុទ្ធសាស្ត្រ CARDEC ២០២២-២០២៦"),
    *("ការអនុវត្តផែនការសកម្មភាព ២០២៥", "Rovieng station, Preah Vihear province", "Site: RVG, report of Dara"),
]


@pytest.mark.parametrize("title", ORDINARY)
def test_an_ordinary_title_or_section_changes_nothing(title: str) -> None:
    assert list_codes(make_title(title)) == [] and list_values(make_title(title).read()) == READ
    section = TableVariant([QUARTER, ROW, (title,), (STOCK, "Area under CA", 7)])
    assert list_codes(section) == []


@pytest.mark.parametrize(
    "note",
    [
        *("Source: field books", "Prepared by Dara, approved by the director", "* preliminary", "Note: see annex 2"),
        *(
            "Targets were revised with the donor in March 2025",
            "The target for 2025 was exceeded because of early rain",
        ),
        *("1,000 farmers more are expected to come next year", "More women came than planned", "ប្រភព៖ សៀវភៅកត់ត្រា"),
    ],
)
def test_an_ordinary_note_changes_nothing(note: str) -> None:
    assert list_codes(make_note(note)) == [] and list_values(make_note(note).read()) == READ


NOTES = [
    *("Note: figures are cumulative since January", "All numbers are targets", "* numbers are for women only"),
    *(
        "All figures are running totals",
        "សម្គាល់៖ តួលេខជាតម្លៃបូកបន្ត",
        "Youth only",
        "Annual work plan",
        "Cumulative totals",
    ),
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_that_says_what_the_numbers_are_is_an_error_at_its_cell(note: str) -> None:
    assert list_errors(make_note(note).read()) == [("layout-title-unclear", "A4")]
    assert list_errors(make_title(note).read()) == [("layout-title-unclear", "A1")]


def test_a_note_about_a_multiple_or_another_unit_is_an_error_at_its_cell() -> None:
    for note in ("in thousands", "Note: amounts in thousands"):
        assert list_errors(make_note(note).read()) == [("layout-scale", "A4")], note
    for note in ("Figures in rai", "Areas in rai", "គិតជារ៉ៃ", "Amounts in tonnes"):
        for rows in ([QUARTER, (STOCK, None, 80), (), (note,)], [(note,), QUARTER, (STOCK, None, 80)]):
            assert list_codes(TableVariant(rows)) == ["layout-unit-differs"], note


PART_TITLES = [
    *("Male participants", "Female farmers", "Women only", "Youth", "Youth participants only", "Number of women, 2025"),
    *("Training courses (women only)", "យុវជន", "យុវជន ២០២៥", "កសិករស្រី", "Youth data Q3 2025"),
]


@pytest.mark.parametrize("title", PART_TITLES)
def test_a_title_or_sheet_of_a_part_is_an_error(title: str) -> None:
    assert list_codes(make_title(title)) == ["layout-title-unclear"]
    assert list_codes(TableVariant([QUARTER, ROW], title=title[:31])) == ["layout-title-unclear"]


def test_a_category_is_the_title_of_a_part_only_over_indicators_with_that_part() -> None:
    assert list_codes(TableVariant([QUARTER, (USERS, None, 5)], title="Companies")) == ["layout-title-unclear"]
    for title in ("Companies", "Research", "National"):
        assert list_codes(TableVariant([QUARTER, ROW], title=title)) == [], title
    rows = [(FLOW, None, 80), (f"{FLOW}/age/youth", None, 20), (WOMEN, None, 40)]
    parsed = TableVariant([("Training of youth and women",), QUARTER, *rows]).read()
    assert list_values(parsed) == {("2025Q3", FLOW): "80", ("2025Q3", YOUTH): "20", ("2025Q3", WOMEN): "40"}


@pytest.mark.parametrize(
    "title", ["All sites", "Summary of all sites", "Total of the stations", "សរុបគ្រប់ទីតាំង", "ស្ថានីយទាំងអស់", "Nationwide"]
)
def test_a_title_of_all_sites_is_an_error_unless_the_table_names_its_sites(title: str) -> None:
    assert list_codes(make_title(title)) == ["layout-title-unclear"]
    sites = TableVariant([(title,), ("Site", *QUARTER), ("RVG", *ROW)])
    assert list_codes(sites) == [] and list_values(sites.read()) == READ


@pytest.mark.parametrize("sheet", ["Summary", "Total", "សរុប", "Summary 2025", "Consolidated", "Grand total"])
def test_a_sheet_of_sums_is_an_error_where_the_site_is_chosen(sheet: str) -> None:
    assert list_codes(TableVariant([QUARTER, ROW], title=sheet)) == ["layout-title-unclear"]
    named = TableVariant([("Site: RVG",), QUARTER, ROW], title=sheet)
    assert list_values(named.read()) == READ


@pytest.mark.parametrize(
    "text",
    [
        *("Rattanak Mondul Q3", "Report, Rattanak Mondul town", "Site: RTM and RVG", "RTM results 2025"),
        *("Report of Ratanak Mondul", "លទ្ធផលស្ថានីយរតនមណ្ឌល", "Stung Chinit and Rovieng"),
    ],
)
def test_another_site_among_the_words_of_a_title_is_an_error(text: str) -> None:
    assert list_errors(make_title(text).read()) == [("layout-site-block", "A1")]
    assert list_codes(TableVariant([QUARTER, ROW], title=text[:31].replace(":", ""))) == ["layout-site-block"]
    with_sites = TableVariant([(text,), ("Site", *QUARTER), ("RVG", *ROW)])
    assert list_codes(with_sites) == []


SECTIONS = [
    *("Table 2: Planned figures", "Annual work plan", "Cumulative since 2022", "B. Planned activities (annual plan)"),
    *("Women", "Youth", "Female participants", "ផែនការសកម្មភាព", "Table 2: Cumulative"),
]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_or_a_second_block_with_such_a_title_is_an_error_at_its_cell(section: str) -> None:
    below = (PEOPLE, "Farmers applying CA practices", 30)
    for rows, cell in (([(section,), below], "A3"), ([(), (section,), QUARTER, below], "A4")):
        errors = list_errors(TableVariant([QUARTER, ROW, *rows]).read())
        assert errors in ([("layout-title-unclear", cell)], [("layout-rows-below-label", cell)])


def test_a_section_of_another_place_or_period_is_an_error_at_its_cell() -> None:
    for section in ("Battambang province", "District: Banan", "ខេត្តបាត់ដំបង", "Report of Rattanak Mondul", "RTM and STC"):
        parsed = TableVariant([QUARTER, ROW, (section,), (STOCK, "Area under CA", 7)]).read()
        assert list_errors(parsed) == [("layout-site-block", "A3")], section
    for section in ("Results 2024", "2024"):
        parsed = TableVariant([QUARTER, ROW, (section,), (STOCK, "Area under CA", 7)]).read()
        assert list_errors(parsed) == [("layout-rows-below-label", "A3")], section


def test_blank_rows_of_parts_and_of_indicators_are_no_sections() -> None:
    rows = [("Farmers trained", 80), ("of which women", None), ("Youth", None), ("Cover-crop seed produced", None)]
    more = [("Planned facilities and equipment in working order", None), ("Area under CA", 7)]
    parsed = TableVariant([("Indicator", "2025 Q3"), *rows, *more]).read()
    assert list_errors(parsed) == [] and list_values(parsed) == {("2025Q3", FLOW): "80", ("2025Q3", STOCK): "7"}
    assert SEED not in {key for _, key in list_values(parsed)}
