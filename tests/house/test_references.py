"""The references and the printed commands are those of the code, and nothing else stands there."""

import re
from pathlib import Path

import pytest

from etl.indicators.periods import Quarter
from etl.plan.read_plan import read_plan
from etl.plan.schemas import FILE_SCHEMAS, SETTINGS
from etl.returns.form.rows import list_form_rows
from tests.browser.returns_scenario import NOW, fill_return_form
from tests.cli.test_commands import COMMANDS
from tests.support.command_line import CommandLine
from tests.support.faulty_return import collect_valid_entries
from tests.support.write_reference import PAGE, ROOT, render_reference

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "decisions"),
]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def list_first_columns(text: str) -> list[str]:
    """Return the rows of the tables without their last column, which describes the others."""
    return [line.rpartition(" | ")[0] for line in text.splitlines() if line.startswith("| ")]


def list_code_cells(text: str) -> list[str]:
    """Return what stands as code in the first column of each table."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_setting_address_and_metric_is_in_the_reference_and_nothing_else():
    rendered = list_first_columns(render_reference())
    assert list_first_columns(PAGE.read_text()) == rendered, "run python -m tests.support.write_reference"


def test_every_command_has_a_row_and_no_other_has_one():
    rows = list_code_cells((ROOT / "docs" / "commands.md").read_text())
    names = {row.partition(" --")[0] for row in rows}
    assert names == set(COMMANDS)


@pytest.mark.parametrize("schema", FILE_SCHEMAS, ids=lambda schema: schema.name)
def test_the_page_of_plan_files_has_no_field_that_a_plan_has_not(schema):
    section = (ROOT / "docs" / "plan-files.md").read_text().partition(f"## {schema.file}\n")[2].partition("\n## ")[0]
    columns = [*schema.columns, *(SETTINGS if schema is FILE_SCHEMAS[0] else ())]
    assert set(list_code_cells(section)) == {column.name for column in columns}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_prints_only_commands_and_files_that_exist(path: Path):
    text = path.read_text()
    assert set(re.findall(r"(?:^|[`\s])make ([a-z]+)\b(?=[^a-z]*(?:`|#|$|\s{2}))", text, re.MULTILINE)) <= TARGETS
    for module in re.findall(r"python -m (tests[\w.]+|etl\b|dashboard[\w.]*)", text):
        assert any((ROOT / module.replace(".", "/")).with_suffix(suffix).exists() for suffix in ("", ".py")), module
    for command in re.findall(r"python -m etl ([a-z-]+(?: [a-z-]+)?)", text):
        assert any(command.split()[: len(known.split())] == known.split() for known in COMMANDS), command
    for name in re.findall(r"`((?:docs|tests|etl|dashboard|deploy|data)(?:/[a-z0-9_][a-z0-9_.-]*)+)`", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (path.parent / name).exists(), name


def test_the_worked_examples_change_files_and_names_that_exist():
    text = (ROOT / "docs" / "adding.md").read_text()
    changed = re.findall(r"^ # ([\w/]+\.\w+)(?:, (\w+))?", text, re.MULTILINE)
    assert len(changed) > 12
    for name, place in changed:
        if place != "a":  # "a new file"
            content = (ROOT / name).read_text()
            assert place.lstrip("_") in content or "docs" in name, (name, place)


def test_the_quarter_on_the_command_line_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    block = (ROOT / "docs" / "commands.md").read_text().partition("## A quarter")[2].split("```")[1]
    commands = [line.partition("#")[0].split()[3:] for line in block.strip().splitlines()]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    run = CommandLine(f"sqlite:///{tmp_path / 'cardec.db'}", clock=NOW.isoformat())
    for command in commands:
        if command[0] == "load":
            run.succeed("users", "add", "dara", "--role", "manager", "--link")
        # Publishing renders some hundred files, which other tests do.
        run.succeed(*command, *(["--dry-run"] if command[0] == "publish" else []))
        if command[0] == "form":
            fill_printed_form(Path(command[-1]))


def fill_printed_form(form: Path) -> None:
    """Fill every row of the form of Bos Khnor with a number that passes the checks."""
    plan = read_plan(ROOT / "data" / "plan").plan
    assert plan is not None
    rows = list_form_rows(plan, "BKN", Quarter(2025, 3))
    stages = {str(row.key): row.stages[-1].label.en for row in rows if row.stages}
    form.write_bytes(fill_return_form(form.read_bytes(), {**collect_valid_entries(rows), **stages}))
