"""Somebody's own tables become returns: what is understood of each sample, number by number, and what is refused."""

from collections import Counter
from decimal import Decimal

import pytest
from openpyxl import Workbook

from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Basis
from etl.plan.read_plan import read_plan
from etl.returns.findings.finding import Finding
from etl.returns.intake import read_file
from etl.returns.layouts.layout import LayoutError, layout_to_toml, list_layout_names, parse_layout, read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.numbers import NumberState
from tests.finding_samples.all_samples import TABLE_SAMPLES
from tests.finding_samples.layout_samples import TableSample
from tests.returns.intake_cases import assert_worded, make_return_file
from tests.support.layout_tables import (
    append_rows,
    edit_table,
    long_english,
    long_khmer,
    wide_quarters,
    wide_years,
    workbook_to_bytes,
)
from tests.support.plan_edits import SHIPPED_PLAN

PLAN = read_plan(SHIPPED_PLAN).plan
PLANS = only_plan(PLAN)


def parse_sample(data: bytes, layout: str, *, site: str = "") -> ParsedTable:
    read = read_file("table.xlsx", data)
    assert read.workbook is not None and read.facts is not None, read.findings
    found = parse_table(read.workbook, read.facts, plans=PLANS, layout=read_layout(layout), site=site)
    assert_worded(found.findings)
    for one in found.returns:
        assert_worded(one.findings)
    return found


def numbers_by_return(table: ParsedTable) -> dict[str, dict[str, object]]:
    """Every number by return and key; a word for one that has none."""
    return {
        f"{one.site} {one.quarter}": {
            str(cell.key): cell.value if cell.value is not None else cell.state.value for cell in one.cells
        }
        for one in table.returns
    }


def count_codes(table: ParsedTable) -> Counter[str]:
    return Counter(finding.code for finding in table.findings)


def test_a_register_with_a_row_for_each_value_is_understood() -> None:
    table = parse_sample(workbook_to_bytes(long_english()), "long")
    assert numbers_by_return(table) == {
        "BKN 2024Q1": {
            "SO2-03/numerator": 300,
            "SO3-01": 120,
            "SO3-01/sex/women": 55,
            "SO3-07": Decimal("1250.5"),
        },
        "RVG 2024Q1": {"SO3-01": 40, "SO3-01/sex/women": 18},
        "RVG 2024Q2": {"SO3-01": "blank", "SO3-07": 310},
    }
    assert count_codes(table) == {"layout-column-aside": 1}
    assert [one.basis for one in table.returns] == [Basis.QUARTER] * 3
    bkn = table.returns[0]
    cell = bkn.cell_by_key[next(key for key in bkn.cell_by_key if str(key) == "SO3-07")]
    assert (cell.sheet, cell.address, cell.raw) == ("M&E register", "G7", "1,250.5")
    assert [one.note for one in bkn.cells if str(one.key) == "SO3-01"] == ["two courses"]


def test_a_khmer_list_is_understood_whatever_its_spelling_digits_and_hidden_spaces() -> None:
    table = parse_sample(workbook_to_bytes(long_khmer()), "long")
    assert numbers_by_return(table) == {
        "BKN 2024Q1": {"SO3-01": 95, "SO3-01/sex/women": 41},
        "BKN 2024Q2": {"SO3-07": 1300},
        "RVG 2024Q2": {"SO3-01": 30, "SO3-01/sex/women": "not_collected"},
    }
    assert table.findings == ()
    assert {finding.code for one in table.returns for finding in one.findings} <= {
        "number-digits",
        "number-spaces",
        "number-groups",
        "layout-not-in-table",
    }


def test_a_tracking_table_of_quarters_with_sites_as_a_column_is_understood() -> None:
    table = parse_sample(workbook_to_bytes(wide_quarters()), "wide")
    found = numbers_by_return(table)
    assert found["BKN 2024Q1"] == {"SO2-03/numerator": 300, "SO3-01": 120, "SO3-01/sex/women": 50, "SO3-07": 1200}
    assert found["BKN 2024Q3"] == {"SO2-03/numerator": 320, "SO3-07": Decimal("1240.5")}
    assert found["RVG 2025Q2"] == {"SO3-01": "not_collected"}
    assert found["BKN 2025Q2"] == {"SO2-03/numerator": 350, "SO3-01": 45, "SO3-01/sex/women": 20}
    assert set(found) == {f"{site} {quarter}" for site in ("BKN", "RVG") for quarter in QUARTERS}
    assert count_codes(table) == {"layout-computed": 1}
    assert {heading for _, heading in table.shapes[0].ignored_headings} == {"Baseline", "2026 / Target"}
    assert {one.basis for one in table.returns} == {Basis.QUARTER}


QUARTERS = ("2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2")


def test_whole_years_become_the_fourth_quarter_and_no_quarter_is_invented() -> None:
    table = parse_sample(workbook_to_bytes(wide_years()), "wide")
    assert numbers_by_return(table) == {
        "BKN 2023Q4": {"SO3-01": 400, "SO3-01/sex/women": 200, "SO3-07": 800},
        "RVG 2023Q4": {"SO3-01": 90, "SO3-01/sex/women": 45, "SO3-07": 180},
        "BKN 2024Q4": {"SO3-01": 450, "SO3-01/sex/women": 220, "SO3-07": 810},
        "RVG 2024Q4": {"SO3-01": 140, "SO3-01/sex/women": 65, "SO3-07": 190},
    }
    assert {one.basis for one in table.returns} == {Basis.YEAR_TO_DATE}
    assert table.findings == ()
    assert [shape.sheet.name for shape in table.shapes] == ["បុសខ្នុរ", "Rovieng"]


def test_a_total_that_is_not_the_sum_of_its_quarters_is_told_and_the_quarters_are_taken() -> None:
    table = parse_sample(edit_table(wide_quarters, lambda book: set_cell(book, "J8", 111)), "wide")
    (finding,) = [one for one in table.findings if one.code == "layout-total-differs"]
    assert (finding.cell, dict(finding.parameters)["sum"], dict(finding.parameters)["total"]) == ("J8", "110", "111")
    assert numbers_by_return(table)["RVG 2024Q4"] == {"SO3-01": 35}


def set_cell(book: Workbook, address: str, value: object) -> None:
    book.worksheets[0][address] = value


EACH = pytest.mark.parametrize("sample", TABLE_SAMPLES, ids=[sample.code for sample in TABLE_SAMPLES])
AT_NO_CELL = {"layout-no-table", "layout-is-form", "layout-site-missing", "layout-outside-plan"}
AT_NO_CELL |= {"layout-computed", "layout-not-in-table"}


def all_findings(table: ParsedTable) -> list[Finding]:
    found = [*table.findings, *(finding for one in table.returns for finding in one.findings)]
    assert_worded(tuple(found))
    return found


@EACH
def test_a_table_with_a_fault_is_told_of_it_at_its_cell_and_of_nothing_that_its_good_neighbour_is_not(
    sample: TableSample,
) -> None:
    faults, good = all_findings(sample.parse_faulty()), all_findings(sample.parse_good())
    assert {finding.code for finding in faults} - {finding.code for finding in good} == {sample.code}
    told = [finding for finding in faults if finding.code == sample.code]
    assert all(bool(finding.cell) is (sample.code not in AT_NO_CELL) for finding in told)


@EACH
def test_the_good_neighbour_of_a_table_with_a_fault_is_taken(sample: TableSample) -> None:
    table = sample.parse_good()
    assert table.returns and not any(finding.is_error for finding in all_findings(table))


def test_what_a_table_as_a_whole_can_not_be_is_told() -> None:
    assert count_codes(parse_sample(make_return_file(), "long")) == {"layout-is-form": 1}
    book = Workbook()
    append_rows(book.active, [["a", "b"], [1, 2]])
    assert count_codes(parse_sample(workbook_to_bytes(book), "wide")) == {"layout-no-table": 1}


def one_row_table(*cells: object, header: tuple[str, ...] = ("Code", "2024 Q1", "2024 Q2")) -> bytes:
    book = Workbook()
    append_rows(book.active, [header, cells])
    return workbook_to_bytes(book)


def test_a_sheet_that_names_no_site_needs_a_person_to_name_it() -> None:
    data = one_row_table("SO3-07", 5, 6)
    assert count_codes(parse_sample(data, "wide")) == {"layout-site-missing": 1}
    assert numbers_by_return(parse_sample(data, "wide", site="BKN")) == {
        "BKN 2024Q1": {"SO3-07": 5},
        "BKN 2024Q2": {"SO3-07": 6},
    }


def test_a_site_named_above_the_table_is_the_site_of_all_its_rows() -> None:
    book = Workbook()
    append_rows(book.active, [["Site: Banan"], ["Code", "Jan-Mar 2024", "Apr - Jun 2024"], ["SO3-07", 5, 6]])
    assert set(numbers_by_return(parse_sample(workbook_to_bytes(book), "wide"))) == {"BNN 2024Q1", "BNN 2024Q2"}


def test_years_the_plan_does_not_cover_are_left_aside_with_their_count() -> None:
    table = parse_sample(one_row_table("SO3-07", 5, 6, header=("Code", "2019 Q1", "2024 Q1")), "wide", site="BKN")
    assert count_codes(table) == {"layout-outside-plan": 1} and set(numbers_by_return(table)) == {"BKN 2024Q1"}


def test_the_same_value_twice_is_a_warning_and_a_name_of_two_indicators_is_never_guessed() -> None:
    book = Workbook()
    append_rows(book.active, [["Code", "2024 Q1"], ["SO3-07", 5], ["SO3-07", 5]])
    assert count_codes(parse_sample(workbook_to_bytes(book), "wide", site="BKN")) == {"layout-value-twice": 1}


def test_every_number_rule_of_forms_holds_in_tables_too() -> None:
    table = parse_sample(one_row_table("SO3-01", "1,234", "45%"), "wide", site="BKN")
    found = {finding.cell: finding.code for one in table.returns for finding in one.findings if finding.cell}
    assert found == {"B2": "number-one-whole-reading", "C2": "number-percent"}
    states = [cell.state for one in table.returns for cell in one.cells]
    assert states == [NumberState.VALUE, NumberState.UNREADABLE]


def test_a_layout_file_with_a_fault_is_told_and_one_that_is_written_out_reads_back() -> None:
    with pytest.raises(LayoutError, match="There are: long, wide"):
        read_layout("../secret")
    for fault in ({"kind": "round"}, {"kind": "long", "columns": {}}, {"kind": "long", "colums": {}}):
        with pytest.raises(ValueError):
            parse_layout("x", fault)
    import tomllib

    for name in list_layout_names():
        layout = read_layout(name)
        assert parse_layout(name, tomllib.loads(layout_to_toml(layout))) == layout
