"""Existing tables are parsed into returns: the numbers of each sample, and the tables that are refused."""

from collections import Counter
from decimal import Decimal

import pytest
from openpyxl import Workbook

from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Basis
from etl.plan.read_plan import read_plan
from etl.returns.findings.finding import Finding
from etl.returns.intake import read_file
from etl.returns.layouts.layout import LayoutError, format_layout, list_layout_names, parse_layout, read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.numbers import NumberState
from tests.finding_samples.all_samples import TABLE_SAMPLES
from tests.finding_samples.layout_samples import TableSample
from tests.returns.intake_cases import assert_worded, make_return_file
from tests.support.layout_tables import (
    append_rows,
    edit_table,
    make_long_english,
    make_long_khmer,
    make_wide_quarters,
    make_wide_years,
    save_workbook,
)
from tests.support.plan_edits import SHIPPED_PLAN

PLAN = read_plan(SHIPPED_PLAN).plan
PLANS = make_single_plan(PLAN)


def parse_sample(data: bytes, layout: str, *, site: str = "", name: str = "table.xlsx") -> ParsedTable:
    contents = read_file(name, data, reads_tables=True)
    assert contents.workbook is not None and contents.facts is not None, contents.findings
    table = parse_table(contents.workbook, contents.facts, plans=PLANS, layout=read_layout(layout), site=site)
    assert_worded(table.findings)
    for return_ in table.returns:
        assert_worded(return_.findings)
    return table


def collect_numbers_by_return(table: ParsedTable) -> dict[str, dict[str, object]]:
    """Return the numbers by return and key; the state for a cell without a number."""
    return {
        f"{return_.site} {return_.quarter}": {
            str(cell.key): cell.value if cell.value is not None else cell.state.value for cell in return_.cells
        }
        for return_ in table.returns
    }


def count_codes(table: ParsedTable) -> Counter[str]:
    return Counter(finding.code for finding in table.findings)


def test_a_register_with_a_row_for_each_value_is_parsed() -> None:
    table = parse_sample(save_workbook(make_long_english()), "long")
    assert collect_numbers_by_return(table) == {
        "BKN 2024Q1": {
            "SO2-03/numerator": 300,
            "SO3-01": 120,
            "SO3-01/sex/women": 55,
            "SO3-07": Decimal("1250.5"),
        },
        "RVG 2024Q1": {"SO3-01": 40, "SO3-01/sex/women": 18},
        "RVG 2024Q2": {"SO3-01": "blank", "SO3-07": 310},
    }
    assert count_codes(table) == {"layout-column-aside": 1, "layout-numbers-aside": 1}
    assert [return_.basis for return_ in table.returns] == [Basis.QUARTER] * 3
    bkn = table.returns[0]
    cell = bkn.cell_by_key[next(key for key in bkn.cell_by_key if str(key) == "SO3-07")]
    assert (cell.sheet, cell.address, cell.raw) == ("M&E register", "G7", "1,250.5")
    assert [cell.note for cell in bkn.cells if str(cell.key) == "SO3-01"] == ["two courses"]


def test_a_khmer_list_is_parsed_despite_spelling_digits_and_hidden_spaces() -> None:
    table = parse_sample(save_workbook(make_long_khmer()), "long")
    assert collect_numbers_by_return(table) == {
        "BKN 2024Q1": {"SO3-01": 95, "SO3-01/sex/women": 41},
        "BKN 2024Q2": {"SO3-07": 1300},
        "RVG 2024Q2": {"SO3-01": 30, "SO3-01/sex/women": "not_collected"},
    }
    assert table.findings == ()
    assert {finding.code for return_ in table.returns for finding in return_.findings} <= {
        "number-digits",
        "number-spaces",
        "number-groups",
        "layout-not-in-table",
    }


def test_a_tracking_table_of_quarters_with_a_site_column_is_parsed() -> None:
    table = parse_sample(save_workbook(make_wide_quarters()), "wide")
    numbers = collect_numbers_by_return(table)
    assert numbers["BKN 2024Q1"] == {"SO2-03/numerator": 300, "SO3-01": 120, "SO3-01/sex/women": 50, "SO3-07": 1200}
    assert numbers["BKN 2024Q3"] == {"SO2-03/numerator": 320, "SO3-07": Decimal("1240.5")}
    assert numbers["RVG 2025Q2"] == {"SO3-01": "not_collected"}
    assert numbers["BKN 2025Q2"] == {"SO2-03/numerator": 350, "SO3-01": 45, "SO3-01/sex/women": 20}
    assert set(numbers) == {f"{site} {quarter}" for site in ("BKN", "RVG") for quarter in QUARTERS}
    assert count_codes(table) == {"layout-computed": 1, "layout-numbers-aside": 2}
    assert {heading for _, heading in table.shapes[0].ignored_headings} == {"Baseline", "2026 / Target"}
    assert {return_.basis for return_ in table.returns} == {Basis.QUARTER}


QUARTERS = ("2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2")


@pytest.mark.parametrize("heading", ["Quarter", "ត្រីមាស", "Qtr", "Trimestre"])
@pytest.mark.parametrize(("text", "quarter"), [("2025 Q2", "2025Q2"), ("Q2 2025", "2025Q2"), ("Q2", ""), (2, "")])
def test_a_column_of_quarters_alone_needs_the_year_in_its_cells(heading: str, text: object, quarter: str) -> None:
    book = Workbook()
    book.active.append(["Code", "Value", heading, "Site"])
    book.active.append(["SO3-01", 40, text, "RVG"])
    table = parse_sample(save_workbook(book), "long")
    assert list(collect_numbers_by_return(table)) == ([f"RVG {quarter}"] if quarter else [])
    errors = [(finding.code, finding.cell) for finding in table.findings if finding.code.startswith("layout-period")]
    assert errors == ([] if quarter else [("layout-period-unknown", "C2")])


def test_whole_years_become_the_fourth_quarter() -> None:
    table = parse_sample(save_workbook(make_wide_years()), "wide")
    assert collect_numbers_by_return(table) == {
        "BKN 2023Q4": {"SO3-01": 400, "SO3-01/sex/women": 200, "SO3-07": 800},
        "RVG 2023Q4": {"SO3-01": 90, "SO3-01/sex/women": 45, "SO3-07": 180},
        "BKN 2024Q4": {"SO3-01": 450, "SO3-01/sex/women": 220, "SO3-07": 810},
        "RVG 2024Q4": {"SO3-01": 140, "SO3-01/sex/women": 65, "SO3-07": 190},
    }
    assert {return_.basis for return_ in table.returns} == {Basis.YEAR_TO_DATE}
    assert {(finding.code, finding.cell) for finding in table.findings} == {
        ("layout-numbers-aside", "D4"),
        ("layout-numbers-aside", "F4"),
    }
    assert [shape.sheet.name for shape in table.shapes] == ["បុសខ្នុរ", "Rovieng"]


def test_a_total_that_differs_from_its_quarters_is_a_warning() -> None:
    table = parse_sample(edit_table(make_wide_quarters, lambda book: set_cell(book, "J8", 111)), "wide")
    (finding,) = [finding for finding in table.findings if finding.code == "layout-total-differs"]
    assert (finding.cell, dict(finding.parameters)["sum"], dict(finding.parameters)["total"]) == ("J8", "110", "111")
    assert collect_numbers_by_return(table)["RVG 2024Q4"] == {"SO3-01": 35}


def set_cell(book: Workbook, address: str, value: object) -> None:
    book.worksheets[0][address] = value


EACH = pytest.mark.parametrize("sample", TABLE_SAMPLES, ids=[sample.code for sample in TABLE_SAMPLES])
AT_NO_CELL = {"layout-no-table", "layout-is-form", "layout-site-missing"}
AT_NO_CELL |= {"layout-not-in-table", "layout-no-results", "table-encoding", "table-separator"}
AT_NO_CELL |= {"layout-rest-basis", "layout-rest-blank", "layout-rest-stays"}


def list_all_findings(table: ParsedTable) -> list[Finding]:
    findings = [*table.findings, *(finding for return_ in table.returns for finding in return_.findings)]
    assert_worded(tuple(findings))
    return findings


@EACH
def test_a_faulty_table_causes_only_its_own_finding_at_its_cell(
    sample: TableSample,
) -> None:
    faults, valid = list_all_findings(sample.parse_faulty()), list_all_findings(sample.parse_good())
    assert {finding.code for finding in faults} - {finding.code for finding in valid} == {sample.code}
    own_findings = [finding for finding in faults if finding.code == sample.code]
    assert all(bool(finding.cell) is (sample.code not in AT_NO_CELL) for finding in own_findings)


@EACH
def test_the_valid_counterpart_of_a_faulty_table_is_accepted(sample: TableSample) -> None:
    table = sample.parse_good()
    assert table.returns and not any(finding.is_error for finding in list_all_findings(table))


def test_a_form_or_a_sheet_without_headings_is_not_a_table() -> None:
    assert count_codes(parse_sample(make_return_file(), "long")) == {"layout-is-form": 1}
    book = Workbook()
    append_rows(book.active, [["a", "b"], [1, 2]])
    assert count_codes(parse_sample(save_workbook(book), "wide")) == {"layout-no-table": 1}


def make_one_row_table(*cells: object, header: tuple[str, ...] = ("Code", "2024 Q1", "2024 Q2")) -> bytes:
    book = Workbook()
    append_rows(book.active, [header, cells])
    return save_workbook(book)


def test_a_sheet_without_a_site_needs_a_default_site() -> None:
    data = make_one_row_table("SO3-07", 5, 6)
    assert count_codes(parse_sample(data, "wide")) == {"layout-site-missing": 1}
    assert collect_numbers_by_return(parse_sample(data, "wide", site="BKN")) == {
        "BKN 2024Q1": {"SO3-07": 5},
        "BKN 2024Q2": {"SO3-07": 6},
    }


def test_a_site_above_the_table_applies_to_all_its_rows() -> None:
    book = Workbook()
    append_rows(book.active, [["Site: Banan"], ["Code", "Jan-Mar 2024", "Apr - Jun 2024"], ["SO3-07", 5, 6]])
    assert set(collect_numbers_by_return(parse_sample(save_workbook(book), "wide"))) == {"BNN 2024Q1", "BNN 2024Q2"}


def test_years_outside_the_plan_are_ignored_and_counted() -> None:
    table = parse_sample(make_one_row_table("SO3-07", 5, 6, header=("Code", "2019 Q1", "2024 Q1")), "wide", site="BKN")
    assert count_codes(table) == {"layout-outside-plan": 1} and set(collect_numbers_by_return(table)) == {"BKN 2024Q1"}


def test_the_same_value_twice_is_an_error() -> None:
    book = Workbook()
    append_rows(book.active, [["Code", "2024 Q1"], ["SO3-07", 5], ["SO3-07", 5]])
    assert count_codes(parse_sample(save_workbook(book), "wide", site="BKN")) == {"layout-value-twice": 1}


def test_number_rules_of_forms_apply_to_tables() -> None:
    table = parse_sample(make_one_row_table("SO3-01", "1,234", "45%"), "wide", site="BKN")
    code_by_cell = {
        finding.cell: finding.code for return_ in table.returns for finding in return_.findings if finding.cell
    }
    assert code_by_cell == {"B2": "number-one-whole-reading", "C2": "number-percent"}
    states = [cell.state for return_ in table.returns for cell in return_.cells]
    assert states == [NumberState.VALUE, NumberState.UNREADABLE]


def test_invalid_layouts_raise_errors_and_valid_ones_round_trip() -> None:
    with pytest.raises(LayoutError, match="There are: long, wide"):
        read_layout("../secret")
    for fields in ({"kind": "round"}, {"kind": "long", "columns": {}}, {"kind": "long", "colums": {}}):
        with pytest.raises(ValueError):
            parse_layout("x", fields)
    import tomllib

    for name in list_layout_names():
        layout = read_layout(name)
        assert parse_layout(name, tomllib.loads(format_layout(layout))) == layout
