"""From a return with faults, by the command line, to a workbook that is mended, sent again and loaded."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.indicators.periods import parse_quarter
from tests.journeys.other_returns import make_entries, make_filled_form, read_other_plan
from tests.support.command_line import CommandLine
from tests.support.fill_forms import fill_form
from tests.support.plan_edits import OTHER_PLAN

PLAN = read_other_plan()


@pytest.fixture
def run(sqlite_url: str, with_people) -> CommandLine:
    run = with_people(sqlite_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q2", changes={"P.1/sex/women": 400, "L.1": "none"}))
    return path


def test_the_annotated_file_is_mended_and_then_loads(run: CommandLine, faulty: Path, tmp_path: Path) -> None:
    out = tmp_path / "to mend.xlsx"
    answered = run("check", faulty, "--annotated", out, "--format", "json")
    assert answered.code == 1
    (told,) = answered.json
    assert {"part-over-total", "number-none-word"} <= {finding["code"] for finding in told["findings"]}
    right = make_entries(PLAN, "01", parse_quarter("2024Q2"))
    mended = tmp_path / "mended.xlsx"
    mended.write_bytes(fill_form(out.read_bytes(), {key: right[key] for key in ("P.1/sex/women", "L.1")}))
    (loaded,) = run.succeed("load", mended, "--as", "offi", "--format", "json").json
    assert (loaded["outcome"], loaded["found"]) == ("submitted", 0)


def test_it_shows_the_last_quarter_and_the_target_as_the_form_did(run: CommandLine, tmp_path: Path) -> None:
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


def test_a_file_that_is_no_form_gives_no_workbook_to_mend(run: CommandLine, tmp_path: Path) -> None:
    broken, out = tmp_path / "broken.xlsx", tmp_path / "out.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    answered = run("check", broken, "--annotated", out)
    assert answered.code == 1 and "matches no form" in answered.err
    assert not out.exists()


def test_no_file_is_written_over(run: CommandLine, faulty: Path) -> None:
    before = faulty.read_bytes()
    answered = run("check", faulty, "--annotated", faulty)
    assert answered.code == 2 and "already exists" in answered.err
    assert faulty.read_bytes() == before
