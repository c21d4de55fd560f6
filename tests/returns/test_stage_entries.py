"""Stages in forms and tables: the list to choose from, and what people type in its place."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, PlanVersion, make_single_plan
from etl.indicators.vocabulary import CellKey, LocalizedText, Stage
from etl.locale import get_locale
from etl.returns.findings.finding import render_message
from etl.returns.form.build import build_form, build_form_workbook, serialize_form
from etl.returns.intake import IntakeResult, read_file
from etl.returns.layouts.layout import read_layout
from etl.returns.layouts.parse_table import parse_table
from etl.returns.numbers import NumberState
from tests.finding_samples.sample import SampleScenario, examine_in_scenario
from tests.support.builders import make_indicator, make_plan, make_stage_indicator, make_targets
from tests.support.cached_forms import get_form
from tests.support.layout_tables import append_rows, save_workbook
from tests.support.libreoffice import fill_with_libreoffice, needs_libreoffice

QUARTER = Quarter(2025, 3)
WORDS = (("planned", "គ្រោងទុក"), ("under way", "កំពុងដំណើរការ"), ("in use, at last", "កំពុងប្រើប្រាស់"))


def make_stage_form_plan() -> Plan:
    """Make a plan with a building of three stages, a policy with no and yes, and a number."""
    stages = tuple(
        Stage("A-01", f"stage-{rank}", LocalizedText(*words), rank) for rank, words in enumerate(WORDS, start=1)
    )
    return make_plan(
        make_stage_indicator("A-01", stages=stages),
        make_stage_indicator("A-02", "no", "yes", first_rank=0),
        make_indicator("A-03", whole=True),
        sites=("one", "two"),
        years=(2024, 2028),
        targets=make_targets("A-01", {2025: 2}),
    )


PLAN = make_stage_form_plan()


def examine(entries: dict[str, object]) -> IntakeResult:
    data = get_form(PLAN, 1, "one", QUARTER, entries={"A-01": "planned", "A-02": "no", "A-03": 1, **entries})
    return examine_in_scenario(data, SampleScenario(plan=PLAN))


def read_cell(result: IntakeResult, key: str) -> object:
    assert result.parsed_return is not None
    cell = result.parsed_return.cell_by_key[CellKey(key)]
    return cell.value if cell.state is NumberState.VALUE else cell.state


@pytest.mark.parametrize(
    ("key", "entry", "rank"),
    [
        ("A-01", "under way / កំពុងដំណើរការ", 2),
        ("A-01", "Under  WAY ", 2),
        ("A-01", "កំពុង​ដំណើរការ", 2),
        ("A-01", "stage-3", 3),
        ("A-01", "in use, at last", 3),
        ("A-01", Decimal(3), 3),
        ("A-01", "៣", 3),
        ("A-02", "YES", 1),
        ("A-02", "No", 0),
        ("A-02", "yes-km", 1),
        ("A-02", Decimal(0), 0),
        ("A-01", "NC", NumberState.NOT_COLLECTED),
        ("A-01", None, NumberState.BLANK),
        ("A-01", "-", NumberState.BLANK),
    ],
)
def test_words_of_either_language_codes_and_ranks_are_read(key: str, entry: object, rank: object) -> None:
    result = examine({key: entry})
    assert read_cell(result, key) == rank
    assert not [finding for finding in result.findings if finding.is_error]


@pytest.mark.parametrize("entry", [Decimal(5), "5", Decimal("1.5"), "done", "yes", "50%", "none", "planned, under way"])
def test_anything_else_is_an_error_at_the_cell_that_lists_the_stages(entry: object) -> None:
    result = examine({"A-01": entry})
    (finding,) = [finding for finding in result.findings if finding.is_error]
    assert (finding.code, finding.key, finding.sheet) == ("stage-unknown", "A-01", "Return")
    assert finding.cell.startswith("G")
    english, khmer = (render_message(finding, get_locale(language)) for language in ("en", "km"))
    assert "The stages are: planned, under way, in use, at last." in english
    assert all(word in khmer for _, word in WORDS)
    assert read_cell(result, "A-01") is NumberState.UNREADABLE


def test_the_form_has_a_list_of_words_in_both_languages_and_shows_the_target_in_words() -> None:
    contents = {"last_values": {"A-01": Decimal(1)}, "targets": {"A-01": Decimal(2)}}
    book = load_workbook(BytesIO(build_form(PLAN, 1, "one", QUARTER, **contents)))
    sheet = book["Return"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "A-01")
    assert sheet.cell(row, 5).value == "planned / គ្រោងទុក"
    assert sheet.cell(row, 6).value == "under way / កំពុងដំណើរការ"
    (rule,) = [
        rule
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list" and sheet.cell(row, 7).coordinate in rule.sqref
    ]
    sheet_name, _, cells = str(rule.formula1).partition("!")
    words = [cell.value for (cell,) in book[sheet_name.strip("'")][cells.replace("$", "")]]
    assert words == [*(f"{english} / {khmer}" for english, khmer in WORDS), "NC"]
    assert rule.errorStyle == "warning"


def test_a_form_of_a_plan_without_stages_has_no_list_of_words() -> None:
    plan = make_plan(make_indicator("A-03", whole=True), years=(2024, 2028))
    book = load_workbook(BytesIO(build_form(plan, 1, "one", QUARTER)))
    assert max(len([value for value in row if value]) for row in book["_meta"].values) == 3


def test_a_table_of_words_is_read_with_the_cell_of_each_stage() -> None:
    book = Workbook()
    rows = [
        ["Site", "Code", "Indicator", "Of which", "Year", "Quarter", "Result", "Unit", "Remarks"],
        ["one", "A-01", "A building", None, 2025, "Q3", "Under way", "stage", None],
        ["one", "A-02", "A policy", None, 2025, "Q3", "yes", "yes/no", None],
        ["two", "A-01", "A building", None, 2025, "Q3", "demolished", "stage", None],
    ]
    append_rows(book.active, rows)
    contents = read_file("table.xlsx", save_workbook(book))
    assert contents.workbook is not None and contents.facts is not None
    plans = make_single_plan(PLAN)
    table = parse_table(contents.workbook, contents.facts, plans=plans, layout=read_layout("long"))
    first, second = table.returns
    assert [(str(cell.key), cell.value, cell.address) for cell in first.cells] == [("A-01", 2, "G2"), ("A-02", 1, "G3")]
    (finding,) = [finding for finding in second.findings if finding.is_error]
    assert (finding.code, finding.cell) == ("stage-unknown", "G4")


def test_a_return_whose_form_has_other_stages_is_refused_at_its_cell() -> None:
    newer = make_plan(
        make_stage_indicator("A-01", "idea", "built"), *PLAN.indicators[1:], sites=("one", "two"), years=(2024, 2028)
    )
    plans = Plans((PlanVersion(1, date.min, PLAN), PlanVersion(2, date(2025, 7, 1), newer)))
    data = get_form(PLAN, 1, "one", QUARTER, entries={"A-01": "under way", "A-02": "no", "A-03": 1})
    result = examine_in_scenario(data, SampleScenario(plan=PLAN, plans=plans))
    (finding,) = [finding for finding in result.findings if finding.is_error]
    assert (finding.code, finding.key) == ("unit-changed", "A-01")


@needs_libreoffice
def test_a_form_that_libreoffice_saved_keeps_its_words_and_its_lists(tmp_path: Path) -> None:
    form = build_form_workbook(PLAN, 1, "one", QUARTER)
    path = tmp_path / "form.xlsx"
    path.write_bytes(serialize_form(form))
    typed = {"A-01": "under way / កំពុងដំណើរការ", "A-02": "yes", "A-03": 4}
    cells: dict[str, float | str] = {f"Return!{form.value_cells[key]}": value for key, value in typed.items()}
    filled = fill_with_libreoffice(path, tmp_path / "filled.xlsx", cells)
    result = examine_in_scenario(filled.read_bytes(), SampleScenario(plan=PLAN))
    assert [read_cell(result, key) for key in typed] == [2, 1, 4]
    assert result.is_acceptable
    rules = load_workbook(filled)["Return"].data_validations.dataValidation
    lists = [rule for rule in rules if rule.type == "list" and "_meta" in str(rule.formula1)]
    assert {str(rule.sqref) for rule in lists} == {form.value_cells["A-01"], form.value_cells["A-02"]}
