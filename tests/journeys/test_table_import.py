"""Tables of other layouts on the command line: recognized, previewed, imported and imported again."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from etl.database.connection import open_engine, reading, writing
from etl.database.read.plans import read_plans
from etl.database.read.returns import find_return
from etl.database.read.sources import read_all_sources
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource
from etl.returns.form.labels import parse_basis
from etl.returns.layouts.layout import read_layout
from etl.use_cases.returns.import_return import ImportOutcome, ImportResult
from etl.use_cases.returns.import_table import TableImport, check_table, import_table
from tests.support.command_line import CommandLine
from tests.support.layout_tables import (
    edit_table,
    make_long_english,
    make_long_khmer,
    make_wide_quarters,
    make_wide_years,
    save_workbook,
)
from tests.support.stored_returns import store_plan

NOW = datetime(2026, 5, 1, 3, tzinfo=UTC)


@pytest.fixture
def run(database_kind: str, make_planned_url) -> CommandLine:
    return CommandLine(make_planned_url(database_kind, "shipped"))


def test_a_tracking_table_is_previewed_imported_once_and_effective_in_figures(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "iptt.xlsx"
    path.write_bytes(save_workbook(make_wide_quarters()))
    printed = run.succeed("check", path, "--layout", "wide").out
    assert "sheet IPTT: header in row 4, data from row 5" in printed and "F 2024Q1" in printed
    (preview,) = run.succeed("load", path, "--layout", "wide", "--as", "mana", "--dry-run", "--format", "json").json
    assert {result["outcome"] for result in preview["returns"]} == {"checked"}
    assert all(result["effects"]["against"][0]["return"] is None for result in preview["returns"])
    assert run.figure("SO3-01", "--year", 2024)["actual"]["amount"] == "nothing_reported"
    (first,) = run.succeed("load", path, "--layout", "wide", "--as", "mana", "--approve", "--format", "json").json
    assert {result["outcome"] for result in first["returns"]} == {"approved"} and len(first["returns"]) == 12
    year = run.figure("SO3-01", "--year", 2024, "--site", "BKN")["actual"]
    assert (year["amount"], year["reported"], year["missing"]) == ("260", 3, ["BKN 2024Q3"])
    (repeated,) = run.succeed("load", path, "--layout", "wide", "--as", "mana", "--approve", "--format", "json").json
    assert {result["outcome"] for result in repeated["returns"]} == {"unchanged"}
    assert run("verify").code == 0


def test_a_csv_table_gives_the_figures_of_the_workbook(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "iptt.csv"
    rows = make_wide_quarters().worksheets[0].values
    text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_bytes(text.encode("utf-8-sig"))
    (first,) = run.succeed("load", path, "--layout", "wide", "--as", "mana", "--approve", "--format", "json").json
    assert {result["outcome"] for result in first["returns"]} == {"approved"} and len(first["returns"]) == 12
    assert run.figure("SO3-01", "--year", 2024, "--site", "BKN")["actual"]["amount"] == "260"
    assert run("verify").code == 0


def test_importing_a_submitted_table_with_approve_approves_it(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "iptt.xlsx"
    path.write_bytes(save_workbook(make_wide_quarters()))
    (first,) = run.succeed("load", path, "--layout", "wide", "--as", "offi", "--format", "json").json
    (second,) = run.succeed("load", path, "--layout", "wide", "--as", "mana", "--approve", "--format", "json").json
    assert {result["outcome"] for result in first["returns"]} == {"submitted"}
    assert {result["outcome"] for result in second["returns"]} == {"approved"}
    assert [result["return"] for result in second["returns"]] == [result["return"] for result in first["returns"]]
    assert run("verify").code == 0


def test_annual_values_give_the_year_and_mark_its_quarters_covered(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "years.xlsx"
    path.write_bytes(save_workbook(make_wide_years()))
    run.succeed("load", path, "--layout", "wide", "--as", "mana")
    assert run.figure("SO3-01", "--year", 2023, "--site", "BKN")["actual"]["amount"] == "400"
    assert run.figure("SO3-01", "--quarter", "2023Q2", "--site", "BKN")["actual"]["amount"] == "covered"


def test_a_table_error_refuses_the_table_and_a_return_error_only_the_return(run: CommandLine, tmp_path: Path) -> None:
    faulty_table, faulty_return = tmp_path / "table.xlsx", tmp_path / "one.xlsx"

    def unknown(book: Workbook) -> None:
        book.worksheets[0]["A5"] = "Atlantis"

    def too_many_women(book: Workbook) -> None:
        book.worksheets[0]["G6"] = 500

    faulty_table.write_bytes(edit_table(make_long_english, unknown))
    refused = run("load", faulty_table, "--layout", "long", "--as", "mana")
    assert refused.code == 1 and "layout-site-unknown" in refused.out and "A5" in refused.out
    faulty_return.write_bytes(edit_table(make_long_english, too_many_women))
    result = run("load", faulty_return, "--layout", "long", "--as", "mana", "--format", "json")
    assert result.code == 1
    outcomes = {f"{row['site']} {row['quarter']}": row["outcome"] for row in result.json[0]["returns"]}
    assert outcomes == {"BKN 2024Q1": "refused", "RVG 2024Q1": "submitted", "RVG 2024Q2": "submitted"}


def test_a_layout_is_proposed_for_an_unknown_table(run: CommandLine, tmp_path: Path) -> None:
    known, strange = tmp_path / "known.xlsx", tmp_path / "strange.xlsx"
    known.write_bytes(save_workbook(make_long_khmer()))
    assert run.succeed("layouts", "guess", known, "--format", "json").json["layout"] == "long"
    book = make_long_english()
    for address, heading in (("A4", "Where"), ("B4", "Ref"), ("C4", "What"), ("G4", "How many")):
        book.worksheets[0][address] = heading
    strange.write_bytes(save_workbook(book))
    guessed = run.succeed("layouts", "guess", strange, "--format", "json").json
    assert guessed["layout"] is None and 'value = ["How many"]' in guessed["proposed"]
    assert guessed["numbers"] >= 6
    assert "wide" in run.succeed("layouts", "list").out
    halves = Workbook()
    halves.worksheets[0].append(("Ref", "H1 2025", "H2 2025"))
    halves.worksheets[0].append(("A.1", 12, 13))
    (tmp_path / "none.xlsx").write_bytes(save_workbook(halves))
    refused = run("layouts", "guess", tmp_path / "none.xlsx")
    assert refused.code == 1 and "not recognized" in refused.out and "0 numbers" not in refused.out


def test_a_new_form_presets_the_basis_that_the_site_used_last(run: CommandLine, tmp_path: Path) -> None:
    years, form = tmp_path / "years.xlsx", tmp_path / "form.xlsx"
    years.write_bytes(save_workbook(make_wide_years()))
    run.succeed("load", years, "--layout", "wide", "--as", "mana")
    run.succeed("form", "BKN", "2025Q2", "-o", form)
    assert read_basis(form) == "year_to_date"
    run.succeed("form", "STC", "2025Q2", "-o", form)
    assert read_basis(form) == "quarter"


def read_basis(form: Path) -> str:
    sheet = load_workbook(form).worksheets[0]
    label = next(sheet.cell(cell.row, 3).value for cell in sheet["A"] if cell.value == "#basis")
    basis = parse_basis(str(label))
    return basis.value if basis is not None else ""


def test_a_table_with_one_number_keeps_the_others_and_their_source(run: CommandLine, tmp_path: Path) -> None:
    whole, correction = tmp_path / "whole.xlsx", tmp_path / "correction.xlsx"
    write_rows(whole, ("Code", "2025 Q3"), ("SO3-01", 91), ("SO3-01/sex/women", 41), ("SO3-07", 1050))
    write_rows(correction, ("Code", "2025 Q3"), ("SO3-01", 112))
    arguments = ("--layout", "wide", "--site", "RVG", "--as", "mana", "--format", "json")
    run.succeed("load", whole, *arguments, "--approve")
    preview = run.succeed("load", correction, *arguments, "--dry-run").json[0]["returns"][0]
    (comparison,) = preview["effects"]["against"]
    assert comparison["counts"]["changed"] == 1 and comparison["counts"]["dropped"] == 0
    assert "layout-rest-stays" in {finding["code"] for finding in preview["findings"]}
    run.succeed("load", correction, *arguments, "--approve")
    figures = {code: run.figure(code, "--quarter", "2025Q3", "--site", "RVG") for code in ("SO3-01", "SO3-07")}
    assert [figure["actual"]["amount"] for figure in figures.values()] == ["112", "1050"]
    again = tmp_path / "again.xlsx"
    write_rows(again, ("Code", "2025 Q3"), ("SO3-01", 113))
    run.succeed("load", again, *arguments, "--approve")
    assert list_sources(run.database_url) == {
        "SO3-01": ("again.xlsx", "B2"),
        "SO3-01/sex/women": ("whole.xlsx", "B3"),
        "SO3-07": ("whole.xlsx", "B4"),
    }
    assert run("verify").code == 0


def test_the_rest_becomes_blank_only_by_choice_and_is_named(run: CommandLine, tmp_path: Path) -> None:
    whole, correction = tmp_path / "whole.xlsx", tmp_path / "correction.xlsx"
    write_rows(whole, ("Code", "2025 Q3"), ("SO3-01", 91), ("SO3-07", 1050))
    write_rows(correction, ("Code", "2025 Q3"), ("SO3-01", 112))
    arguments = ("--layout", "wide", "--site", "RVG", "--as", "mana", "--approve", "--format", "json")
    run.succeed("load", whole, *arguments)
    (result,) = run.succeed("load", correction, *arguments, "--rest", "blank").json[0]["returns"]
    (finding,) = [finding for finding in result["findings"] if finding["code"] == "layout-rest-blank"]
    assert "SO3-07" in finding["message"]
    assert run.figure("SO3-07", "--quarter", "2025Q3", "--site", "RVG")["actual"]["amount"] != "1050"


def test_the_account_of_numbers_is_printed_and_written_as_a_list(run: CommandLine, tmp_path: Path) -> None:
    path, account = tmp_path / "table.xlsx", tmp_path / "account.csv"
    write_rows(path, ("Code", "2025 Q3 target", "2025 Q3", "Cost"), ("SO3-01", 80, 91, 1200))
    printed = run("check", path, "--layout", "wide", "--site", "RVG", "--account", account).out
    assert "account of 3 numbers: 1 taken, 2 not taken" in printed and "Tracking!B2 2025 Q3 target" in printed
    lines = account.read_text("utf-8-sig").splitlines()
    assert lines[2] == "table.xlsx,Tracking,C2,91,2025 Q3,RVG,2025Q3,SO3-01,"
    assert len(lines) == 4 and lines[1].endswith('"a target, not a result"')


def test_no_number_of_a_refused_table_or_return_is_shown_as_taken(make_planned_url, tmp_path: Path) -> None:
    run, path, account = (
        CommandLine(make_planned_url("sqlite", "shipped")),
        tmp_path / "table.xlsx",
        tmp_path / "account.csv",
    )
    arguments = ("--layout", "wide", "--account", account)
    write_rows(path, ("Code", "Site", "2025 Q3"), ("SO3-01", "RVG", 91), ("SO9-99", "RVG", 5), ("SO3-01", "BKN", 40))
    load = ("load", path, "--as", "mana", "--dry-run", *arguments)
    for command in (("check", path, *arguments), load):
        printed = run(*command).out
        assert "account of 3 numbers: 0 taken, 3 not taken" in printed and "the file was refused" in printed
        assert account.read_text("utf-8-sig").count("the file was refused") == 2
    write_rows(path, ("Code", "Site", "2025 Q3"), ("SO3-01", "RVG", -91), ("SO3-07", "RVG", 5), ("SO3-01", "BKN", 40))
    result = run("check", path, "--layout", "wide", "--format", "json").json[0]
    reasons = {number["cell"]: number["reason_code"] for number in result["account"]}
    assert reasons == {"C2": "unreadable", "C3": "return_refused", "C4": None}, result


def write_rows(path: Path, *rows: tuple[object, ...]) -> None:
    book = Workbook()
    book.active.title = "Tracking"
    for row in rows:
        book.active.append(row)
    book.save(path)


def list_sources(database_url: str) -> dict[str, tuple[str, str]]:
    """Return file and cell of each effective number of the site RVG in 2025 Q3."""
    engine = open_engine(database_url)
    with reading(engine) as connection:
        sources = read_all_sources(connection, "approved")
    engine.dispose()
    return {str(source.cell.key): (source.origin.file_name, source.cell.address) for source in sources}


def test_a_plan_loaded_between_two_returns_of_a_table_holds_for_the_rest(make_planned_url, database_kind: str) -> None:
    """The table is read again by the new plan for what is left; returns that are stored stay and are named once."""
    engine = open_engine(make_planned_url(database_kind, "shipped"))
    with reading(engine) as connection:
        plan = read_plans(connection).latest
    data, layout = save_workbook(make_wide_quarters()), read_layout("wide")
    expected = list_places(check_table(DataSource(engine), "iptt.xlsx", data, layout=layout, now=NOW))

    def load_plan_after_two(done: int, _total: int, _result: ImportResult) -> None:
        if done == 2:
            with writing(engine) as connection:
                store_plan(connection, plan, when=NOW, effective=date(2024, 1, 1))
                increment_data_version(connection)

    result = import_table(
        engine, "iptt.xlsx", data, layout=layout, actor="mana", now=NOW, report_progress=load_plan_after_two
    )
    assert list_places(result) == expected and {item.outcome for item in result.returns} == {ImportOutcome.SUBMITTED}
    with reading(engine) as connection:
        versions = [find_return(connection, item.return_id).plan_version for item in result.returns]
    assert versions == [1, 1, *[2] * (len(expected) - 2)]


def list_places(table: TableImport) -> list[tuple[str, Quarter | None]]:
    return [(result.site, result.quarter) for result in table.returns]
