"""The command line reports all 25 errors of a return, as text and JSON, in both languages."""

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import takewhile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.plan.read_plan import read_plan
from tests.support.command_line import CommandLine
from tests.support.faulty_return import FaultyReturn, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN


@pytest.fixture
def run(make_planned_url: Callable[[str, str], str]) -> CommandLine:
    return CommandLine(make_planned_url("sqlite", "shipped"))


@pytest.fixture(scope="module")
def faulty() -> FaultyReturn:
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return make_faulty_return(plan)


@pytest.fixture
def return_file(faulty: FaultyReturn, tmp_path: Path) -> Path:
    path = tmp_path / "return.xlsx"
    path.write_bytes(faulty.data)
    return path


@pytest.mark.parametrize("language", ["en", "km"])
def test_json_has_exactly_the_planted_codes_at_their_cells(
    run: CommandLine, faulty: FaultyReturn, return_file: Path, language: str
) -> None:
    result = run("check", return_file, "--format", "json", "--language", language)
    (checked,) = result.json
    assert (result.code, checked["outcome"], checked["found"]) == (1, "refused", 25)
    assert sorted((finding["code"], finding["cell"]) for finding in checked["findings"]) == faulty.locations
    is_khmer = [any("\u1780" <= letter <= "\u17ff" for letter in finding["advice"]) for finding in checked["findings"]]
    assert set(is_khmer) == {language == "km"}


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_text_lists_each_cell_once_with_its_code(
    run: CommandLine, faulty: FaultyReturn, return_file: Path, language: str
) -> None:
    lines = run("check", return_file, "--language", language).out.splitlines()[1:]
    findings = takewhile(lambda line: not line.startswith("  account of"), lines)
    printed = Counter(tuple(line.split()[1:3]) for line in findings)
    assert printed == Counter((code, f"Return!{cell}:") for code, cell in faulty.locations)


def test_the_annotated_file_lists_the_same_findings_and_is_accepted_after_fixing(
    run: CommandLine, faulty: FaultyReturn, return_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "to mend.xlsx"
    assert run("check", return_file, "--annotated", out).code == 1
    findings_sheet = load_workbook(out)["Findings"]
    places = [row[3] for row in findings_sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert sorted(places) == sorted(f"Return!{cell}" for _, cell in faulty.locations)
    correct_sheet = load_workbook(BytesIO(faulty.corrected_data))["Return"]
    correct_values = {
        correct_sheet.cell(row, 1).value: correct_sheet.cell(row, 7).value
        for row in range(1, correct_sheet.max_row + 1)
    }
    book = load_workbook(out)
    for row in range(1, book["Return"].max_row + 1):
        key = str(book["Return"].cell(row, 1).value)
        if key in correct_values and "#" not in key:
            book["Return"].cell(row, 7).value = correct_values[key]
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    (checked,) = run.succeed("check", corrected, "--format", "json").json
    assert (checked["outcome"], checked["found"]) == ("checked", 0)
