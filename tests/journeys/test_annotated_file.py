"""A faulty return is annotated on the command line, corrected and loaded."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.indicators.periods import parse_quarter
from tests.journeys.other_returns import make_entries, make_filled_form, read_other_plan
from tests.support.command_line import CommandLine
from tests.support.fill_forms import fill_form

PLAN = read_other_plan()


@pytest.fixture
def run(sqlite_other_plan_run: CommandLine) -> CommandLine:
    return sqlite_other_plan_run


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q2", changes={"P.1/sex/women": 400, "L.1": "none"}))
    return path


def test_the_annotated_file_loads_after_its_cells_are_fixed(run: CommandLine, faulty: Path, tmp_path: Path) -> None:
    out = tmp_path / "to mend.xlsx"
    result = run("check", faulty, "--annotated", out, "--format", "json")
    assert result.code == 1
    (checked,) = result.json
    assert {"part-over-total", "number-none-word"} <= {finding["code"] for finding in checked["findings"]}
    correct_entries = make_entries(PLAN, "01", parse_quarter("2024Q2"))
    corrected = tmp_path / "corrected.xlsx"
    corrected.write_bytes(fill_form(out.read_bytes(), {key: correct_entries[key] for key in ("P.1/sex/women", "L.1")}))
    (loaded,) = run.succeed("load", corrected, "--as", "offi", "--format", "json").json
    assert (loaded["outcome"], loaded["found"]) == ("submitted", 0)


def test_the_annotated_file_shows_last_values_and_targets_like_the_form(run: CommandLine, tmp_path: Path) -> None:
    before, now, out = (tmp_path / f"{name}.xlsx" for name in ("before", "now", "out"))
    before.write_bytes(make_filled_form(PLAN, "01", "2024Q1"))
    now.write_bytes(make_filled_form(PLAN, "01", "2024Q2"))
    run.succeed("load", before, "--as", "mana", "--approve")
    form = tmp_path / "form.xlsx"
    run.succeed("form", "01", "2024Q2", "-o", form)
    run.succeed("check", now, "--annotated", out)

    def known(path: Path) -> list[tuple[object, ...]]:
        sheet = load_workbook(path).worksheets[0]
        return [row[:6] for row in sheet.iter_rows(values_only=True)]

    assert known(out) == known(form)


def test_a_file_that_is_no_form_gives_no_annotated_workbook(run: CommandLine, tmp_path: Path) -> None:
    broken, out = tmp_path / "broken.xlsx", tmp_path / "out.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    result = run("check", broken, "--annotated", out)
    assert result.code == 1 and "matches no form" in result.err
    assert not out.exists()


def test_no_file_is_overwritten_by_annotating(run: CommandLine, faulty: Path) -> None:
    before = faulty.read_bytes()
    result = run("check", faulty, "--annotated", faulty)
    assert result.code == 2 and "already exists" in result.err
    assert faulty.read_bytes() == before
