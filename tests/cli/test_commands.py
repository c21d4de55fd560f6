"""Every command as scripts use it: help, exit codes, parseable output, errors with their locations."""

import argparse
import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pandas import read_parquet
from sqlalchemy import Engine

from etl.cli.main import build_parser
from etl.database.connection import open_engine
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.support.command_line import CLOCK, CommandLine
from tests.support.forked_processes import start_command
from tests.support.plan_edits import OTHER_PLAN, Edit, apply_edits, copy_plan

ROOT = Path(__file__).parents[2]


def collect_all_commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command by its name, such as `plan load`."""

    def walk(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[str, argparse.ArgumentParser]]:
        below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        if not below:
            yield " ".join(words), parser
        for action in below:
            for name, command in action.choices.items():
                yield from walk(command, (*words, name))

    return dict(walk(build_parser(), ()))


COMMANDS = collect_all_commands()


@pytest.fixture
def run(sqlite_url: str) -> CommandLine:
    """Return the command line on a database without a plan."""
    return CommandLine(sqlite_url)


@pytest.fixture
def planned(run: CommandLine, now) -> CommandLine:
    """Return the same with the other plan and a manager."""
    run.succeed("plan", "load", OTHER_PLAN)
    engine: Engine = open_engine(run.database_url)
    add_user(engine, "mana", Role.MANAGER, "long enough to pass", now=now, actor="test")
    engine.dispose()
    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_text(run: CommandLine, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.code == 0
    assert result.out.startswith(f"usage: python -m etl {command}")
    for option in (option for action in COMMANDS[command]._actions for option in action.option_strings):
        assert option in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_documents_show_every_command_with_an_example(command: str) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{command}` |")]
    assert len(rows) == 1 and f"python -m etl {command}" in rows[0]


def test_the_documents_show_no_command_or_option_that_there_is_not() -> None:
    for name in ("docs/commands.md", "docs/production.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for called in re.findall(r"python -m etl ([a-z][^`#\n]*)", text):
            command = next(
                (command for command in COMMANDS if called.split()[: len(command.split())] == command.split()), None
            )
            assert command, f"{name}: {called}"
            known = {option for action in COMMANDS[command]._actions for option in action.option_strings}
            assert set(re.findall(r"(?<!\S)--?[a-z-]+", called)) <= known, f"{name}: {called}"
    assert "docs/commands.md" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-command",),
        ("plan",),
        ("figures", "--quarter", "2025Q9"),
        ("figures", "--format", "yaml"),
        ("form", "01", "soon"),
        ("load", "somewhere"),
        ("plan", "load", "somewhere", "--effective", "tomorrow"),
        ("audit", "--since", "2026-13-01"),
        ("audit", "--until", "2026-02-30"),
    ],
)
def test_an_invalid_command_line_is_a_usage_error(run: CommandLine, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "usage:" in result.err and "fromisoformat" not in result.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--indicator", "X.9"), "X.9"),
        (("--objective", "NONE"), "NONE"),
        (("--site", "01", "--site", "ABC"), "ABC"),
        (("--programme", "XY"), "XY"),
        (("--year", "1999"), "1999"),
        (("--year", "2025-2031"), "2025-2031"),
        (("--quarter", "2031Q1"), "2031Q1"),
        (("--year", "20x5"), "2025"),
        (("--year", "2026-2025"), "2025"),
    ],
)
def test_a_figure_of_an_unknown_code_is_a_usage_error(
    planned: CommandLine, arguments: tuple[str, ...], named: str
) -> None:
    result = planned("figures", *arguments)
    assert (result.code, result.out) == (2, "")
    assert named in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("figures",),
        ("form", "01", "2024Q1"),
        ("plan", "export", "plan.xlsx"),
        ("check", OTHER_PLAN.parents[1] / "empty.xlsx"),
    ],
)
def test_without_a_plan_commands_say_how_to_load_one(
    run: CommandLine, arguments: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "check":
        (tmp_path / "empty.xlsx").write_bytes(b"nothing")
        arguments = ("check", tmp_path / "empty.xlsx")
    result = run(*arguments)
    assert (result.code, result.out) in ((3, ""), (3, "[]\n"))
    assert "python -m etl plan load data/plan" in result.err
    assert not (tmp_path / "plan.xlsx").exists()


def test_invalid_settings_are_a_usage_error_and_all_are_named(run: CommandLine) -> None:
    run.environ.update(DATABASE_URL="mysql://secret@here/db", CLOCK="soon")
    result = run("figures")
    assert result.code == 2
    assert "DATABASE_URL" in result.err and "CLOCK" in result.err and "secret" not in result.err


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_faulty_plan_is_refused_with_files_and_lines(run: CommandLine, tmp_path: Path, command: str) -> None:
    folder = copy_plan(tmp_path / "bad")
    apply_edits(
        folder, Edit("targets", "L.1//2026", "value", "many"), Edit("indicators", "S.1", "direction", "sideways")
    )
    result = run("plan", command, folder)
    assert result.code == 1
    output = result.out + result.err
    assert re.search(r"targets\.csv, line 4, column value", output), output
    assert re.search(r"indicators\.csv, line 5, column direction", output), output
    faults = run("plan", command, folder, "--format", "json").json
    faults = faults["faults"] if command == "load" else faults
    assert {(fault["file"], fault["place"]) for fault in faults} >= {
        ("targets.csv", "line 4, column value"),
        ("indicators.csv", "line 5, column direction"),
    }


def test_a_valid_plan_is_summarized_in_numbers(run: CommandLine) -> None:
    assert "3 objectives, 9 indicators, 3 sites" in run.succeed("plan", "check", OTHER_PLAN).out


def test_figures_are_written_to_files(planned: CommandLine, tmp_path: Path) -> None:
    printed = planned.succeed("figures", "--format", "csv").out
    for output_format in ("csv", "xlsx", "parquet"):
        planned.succeed("figures", "--format", output_format, "-o", str(tmp_path / f"figures.{output_format}"))
    assert (tmp_path / "figures.csv").read_bytes().decode() == printed
    rows = list(load_workbook(tmp_path / "figures.xlsx")["Figures"].values)
    assert len(rows) == len(printed.splitlines())
    assert set(read_parquet(tmp_path / "figures.parquet")["indicator"]) == {row[0] for row in rows[1:]}
    assert planned("figures", "--format", "xlsx").code == 2


def test_figures_are_the_same_as_table_json_and_csv(planned: CommandLine) -> None:
    for more in (
        (),
        ("--each-site",),
        ("--each-province",),
        ("--objective", "LAND", "--year", "2024", "--quarter", "2025Q1"),
    ):
        rows = planned.figures(*more)
        lines = list(csv.DictReader(io.StringIO(planned.succeed("figures", "--format", "csv", *more).out)))
        table = planned.succeed("figures", *more).out.splitlines()
        assert len(rows) == len(lines) == len(table) - 1 > 0
        for row, line, table_row in zip(rows, lines, table[1:], strict=True):
            assert table_row.startswith(row["indicator"]) and row["shown"]["actual"] in table_row
            for column in ("indicator", "period", "target", "expected", "headline", "rating"):
                assert line[column] == str(row[column])
            assert line["actual"] == row["actual"]["amount"]
            assert line["sites"] == ";".join(row["sites"])
            assert line["province"] == row.get("province", "")


def test_a_province_s_figure_is_that_of_its_sites_against_their_targets(planned: CommandLine) -> None:
    """Kampot (KH-7) has the sites 01 and N-2, with targets of 90 and 60 for P.1 in 2025."""
    chosen = ("--indicator", "P.1", "--year", "2025")
    (kampot,) = planned.figures(*chosen, "--province", "KH-7")
    assert (kampot["province"], kampot["sites"], kampot["target"]) == ("KH-7", ["01", "N-2"], "150")
    each = planned.figures(*chosen, "--each-province")
    assert [(row["province"], row["target"]) for row in each] == [("KH-7", "150"), ("KH-21", "30")]
    its_sites = planned.figures(*chosen, "--each-site", "--province", "KH-7")
    assert [row["target"] for row in its_sites] == ["90", "60"]
    unknown = planned("figures", "--province", "KH-99")
    assert unknown.code == 2 and "KH-99" in unknown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("form", "S99", "2025Q1"),
        ("form", "01", "2035Q1"),
        ("users", "set-sites", "offi", "--site", "S99"),
        ("users", "add", "new", "--role", "manager", "--link", "--site", "01"),
        ("check", "no.csv", "--layout", "no-layout"),
        ("load", "no.csv", "--layout", "no-layout", "--as", "mana"),
        ("redact", "2025-Q9", "--kind", "sites", "--indicator", "P.1", "--why", "wrong"),
        ("publish", "2035Q1"),
    ],
)
def test_a_code_or_period_that_does_not_exist_is_wrong_usage(planned: CommandLine, arguments: tuple[str, ...]) -> None:
    engine = open_engine(planned.database_url)
    add_user(engine, "offi", Role.OFFICER, "long enough to pass", now=datetime.fromisoformat(CLOCK), actor="test")
    engine.dispose()
    refused = planned(*arguments)
    assert refused.code == 2, refused.err


def test_several_objectives_indicators_and_programmes_can_be_selected(planned: CommandLine) -> None:
    def codes(*more: str) -> list[str]:
        return [row["indicator"] for row in planned.figures(*more)]

    assert codes("--objective", "LAND") == ["L.1", "L.2", "L.3"]
    assert codes("--indicator", "P.1", "--indicator", "L.2") == ["L.2", "P.1"]
    assert codes("--programme", "BASIN") == ["L.1", "P.1"]


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_path_without_a_return_is_a_usage_error(planned: CommandLine, tmp_path: Path, command: str) -> None:
    more = ("--as", "mana") if command == "load" else ()
    for path in (tmp_path, tmp_path / "nowhere.xlsx"):
        result = planned(command, path, *more)
        assert (result.code, result.out) == (2, "") and "no such file" in result.err


def test_a_refused_return_is_explained_in_both_languages(planned: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "photo.xlsx").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    outputs = {}
    for language in ("en", "km"):
        printed = planned("check", tmp_path, "--language", language)
        assert printed.code == 1
        outputs[language] = printed.out
        (result,) = json.loads(planned("check", tmp_path, "--language", language, "--format", "json").out)
        assert result["outcome"] == "refused" and result["findings"][0]["message"] in printed.out
    assert outputs["en"].startswith("photo.xlsx: refused\n  error file-")
    assert re.search("[\u1780-\u17ff]", outputs["km"])


@pytest.mark.parametrize("command", [("plan", "export"), ("form", "01", "2024Q1", "-o")])
def test_an_unwritable_file_is_reported_in_a_sentence(
    planned: CommandLine, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = planned(*command, tmp_path / "nowhere" / "file.xlsx")
    assert result.code == 3
    assert "file.xlsx" in result.err and "Traceback" not in result.err


def test_a_form_without_anything_to_report_is_refused_with_a_reason(planned: CommandLine, tmp_path: Path) -> None:
    refused = {("ABC", "2024Q1"): (2, "ABC"), ("east.3", "2024Q1"): (3, "2024Q3"), ("01", "2031Q1"): (2, "2028")}
    for arguments, (code, reason) in refused.items():
        result = planned("form", *arguments, "-o", tmp_path / "form.xlsx")
        assert result.code == code and reason in result.err
    assert not (tmp_path / "form.xlsx").exists()


def test_accounts_are_added_with_a_password_from_standard_input_and_listed(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("long enough to pass\n"))
    assert "sokha" in run.succeed("users", "add", "Sokha", "--role", "officer", "--site", "01").out
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    refused = run("users", "add", "dara", "--role", "manager")
    assert refused.code == 2 and "password" in refused.err
    listed = run.succeed("users", "list").out.splitlines()
    assert [line.split() for line in listed[1:]] == [["sokha", "officer", "01", "yes", "yes"]]


def test_accounts_are_changed_deactivated_and_activated_from_the_command_line(planned: CommandLine) -> None:
    output = planned.succeed("users", "add", "boss", "--role", "administrator", "--link").out
    assert re.search(r"^http://127\.0\.0\.1:8050/set-password/\S{43}$", output, re.MULTILINE)
    planned.succeed("users", "set-role", "mana", "officer", "--site", "01")
    assert "officer for 01 N-2" in planned.succeed("users", "set-sites", "mana", "--site", "01", "--site", "N-2").out
    assert planned("users", "set-sites", "mana", "--site", "nowhere").code == 2
    assert planned("users", "set-sites", "boss", "--site", "01").code == 2
    planned.succeed("users", "deactivate", "mana")
    assert planned("users", "link", "mana").code == 3
    planned.succeed("users", "activate", "mana")
    assert "/set-password/" in planned.succeed("users", "link", "mana").out
    assert planned("users", "deactivate", "boss").err.count("last administrator") == 1
    assert planned("users", "link", "--first").code == 3
    assert planned("users", "link", "nobody").code == 2
    for arguments in ((), ("--first", "mana")):
        refused = planned("users", "link", *arguments)
        assert refused.code == 2 and "Give the name of an account, or --first" in refused.err
    audit_log = planned.succeed("audit", "--subject", "user mana").out
    for action in ("change user", "deactivate user", "activate user", "one-time link"):
        assert f"command line,{action},user mana" in audit_log


def test_the_first_command_creates_a_database_that_verifies(empty_database_url: str, tmp_path: Path) -> None:
    run = CommandLine(empty_database_url)
    for command in (["verify"], ["backup", str(tmp_path / "cardec.zip")]):
        refused = run(*command)
        assert refused.code == 3 and "The database of DATABASE_URL is empty." in refused.err
    assert not list(tmp_path.glob("*.zip"))
    assert run("figures").code == 3
    run.succeed("migrate")
    run.succeed("plan", "load", OTHER_PLAN)
    assert run.succeed("verify").out == "No damage found: every file, number and stored row is as it was saved.\n"


def test_the_sample_is_never_imported_into_a_database_with_a_plan(planned: CommandLine) -> None:
    result = planned("sample")
    assert result.code == 3 and "new database" in result.err
    assert planned("sample", "--accounts").code == 3


def test_closing_the_output_early_causes_no_error(planned: CommandLine, tmp_path: Path) -> None:
    output, errors = tmp_path / "output", tmp_path / "errors"
    os.mkfifo(output)
    process = start_command(["figures", "--format", "json", "--each-site"], planned.environ, output, str(errors))
    with output.open("rb", buffering=0) as stream:
        stream.read(1)
    process.join()
    assert (process.exitcode, errors.read_bytes()) == (0, b"")
