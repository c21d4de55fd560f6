"""A return with twenty-five faults as the command line tells of it: at once, as text and as JSON, in both languages."""

from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.plan.read_plan import read_plan
from tests.support.command_line import CommandLine
from tests.support.faulty_return import FaultyReturn, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN


@pytest.fixture
def run(sqlite_url: str) -> CommandLine:
    run = CommandLine(sqlite_url)
    run.succeed("plan", "load", SHIPPED_PLAN)
    return run


@pytest.fixture
def faulty() -> FaultyReturn:
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return make_faulty_return(plan)


@pytest.fixture
def sent(faulty: FaultyReturn, tmp_path: Path) -> Path:
    path = tmp_path / "return.xlsx"
    path.write_bytes(faulty.data)
    return path


@pytest.mark.parametrize("language", ["en", "km"])
def test_json_has_exactly_the_planted_codes_at_their_cells(
    run: CommandLine, faulty: FaultyReturn, sent: Path, language: str
) -> None:
    answered = run("check", sent, "--format", "json", "--language", language)
    (told,) = answered.json
    assert (answered.code, told["outcome"], told["found"]) == (1, "refused", 25)
    assert sorted((one["code"], one["cell"]) for one in told["findings"]) == faulty.locations
    is_khmer = [any("\u1780" <= letter <= "\u17ff" for letter in one["advice"]) for one in told["findings"]]
    assert set(is_khmer) == {language == "km"}


@pytest.mark.parametrize("language", ["en", "km"])
def test_text_names_each_cell_once_with_its_code(
    run: CommandLine, faulty: FaultyReturn, sent: Path, language: str
) -> None:
    lines = run("check", sent, "--language", language).out.splitlines()[1:]
    told = Counter(tuple(line.split()[1:3]) for line in lines)
    assert told == Counter((code, f"Return!{cell}:") for code, cell in faulty.locations)


def test_the_file_to_mend_lists_the_same_and_is_taken_once_mended(
    run: CommandLine, faulty: FaultyReturn, sent: Path, tmp_path: Path
) -> None:
    out = tmp_path / "to mend.xlsx"
    assert run("check", sent, "--annotated", out).code == 1
    listed = load_workbook(out)["Findings"]
    places = [row[3] for row in listed.iter_rows(min_row=5, values_only=True) if row[0]]
    assert sorted(places) == sorted(f"Return!{cell}" for _, cell in faulty.locations)
    good = load_workbook(BytesIO(faulty.corrected_data))["Return"]
    right = {good.cell(row, 1).value: good.cell(row, 7).value for row in range(1, good.max_row + 1)}
    book = load_workbook(out)
    for row in range(1, book["Return"].max_row + 1):
        key = str(book["Return"].cell(row, 1).value)
        if key in right and "#" not in key:
            book["Return"].cell(row, 7).value = right[key]
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    (told,) = run.succeed("check", mended, "--format", "json").json
    assert (told["outcome"], told["found"]) == ("checked", 0)
