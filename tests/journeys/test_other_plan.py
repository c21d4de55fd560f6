"""Another plan works from its files to its figures, and a plan is revised in use."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from etl.database.connection import reading
from etl.database.read.plans import read_plans
from etl.indicators.periods import parse_quarter
from etl.plan.read_plan import read_plan
from tests.journeys.other_returns import SENT_RETURNS, make_entries, read_other_plan
from tests.support.command_line import CommandLine
from tests.support.fill_forms import fill_form, find_value_cells
from tests.support.plan_edits import (
    OTHER_PLAN,
    SHIPPED_PLAN,
    Edit,
    append_row,
    apply_edits,
    copy_plan,
    read_records,
    write_records,
)


@pytest.fixture
def run(sqlite_url: str, with_people) -> CommandLine:
    return with_people(sqlite_url)


def test_another_plan_works_from_its_files_to_its_figures(run: CommandLine, tmp_path: Path) -> None:
    loaded = run.succeed("plan", "load", OTHER_PLAN, "--format", "json").json
    assert (loaded["version"], loaded["provisional"], loaded["faults"]) == (1, False, [])
    plan = read_other_plan()
    quarters = [quarter for site, quarter in SENT_RETURNS if site == "01" and quarter < "2025"]
    for quarter in quarters:
        form = tmp_path / f"01-{quarter}.xlsx"
        assert "01" in run.succeed("form", "01", quarter, "-o", form).out
        entries = make_entries(plan, "01", parse_quarter(quarter))
        empty = form.read_bytes()
        assert set(find_value_cells(empty)) == set(entries)
        form.write_bytes(fill_form(empty, entries))
        checked = run.succeed("check", form, "--format", "json").json
        assert [(result["outcome"], result["findings"]) for result in checked] == [("checked", [])]
        run.succeed("load", form, "--as", "only01")
    # By hand: 110 + 120 + 130 + 140 trees in 2024, with a target of 1000.
    trees = run.figure("L.1", "--year", 2024, "--site", "01")
    assert (trees["actual"]["amount"], trees["actual"]["reported"]) == ("500", 4)
    of_all = run.figure("L.1", "--year", 2024)
    assert (of_all["actual"]["amount"], of_all["target"], of_all["achievement"]) == ("500", "1000", "0.5")
    # The deepest measurement of the year: of 4.4, 4.3, 4.2, 4.1 m.
    assert run.figure("L.2", "--year", 2024, "--site", "01")["actual"]["amount"] == "4.4"
    # 54 lots at the end of 2024, of which 34 germinate.
    assert run.figure("S.1", "--year", 2024, "--site", "01")["actual"]["amount"] == "54"
    assert run.figure("S.2", "--quarter", "2024Q4", "--site", "01")["actual"]["numerator"] == "34"
    rows = run.figures()
    assert [row["indicator"] for row in rows] == [indicator.code for indicator in plan.indicators]
    assert run.succeed("figures").out.count("\n") == 1 + len(plan.indicators)


def test_the_next_form_shows_the_values_of_the_last_return(run: CommandLine, tmp_path: Path) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    run.succeed("form", "01", "2024Q1", "-o", first)
    first.write_bytes(fill_form(first.read_bytes(), {"L.1": 4321}))
    run.succeed("load", first, "--as", "only01")
    run.succeed("form", "01", "2024Q2", "-o", second)
    values = [cell.value for row in openpyxl.load_workbook(second).worksheets[0].iter_rows() for cell in row]
    assert 4321 in values


def test_the_same_plan_as_a_workbook_makes_no_new_version(run: CommandLine, tmp_path: Path) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    run.succeed("plan", "export", tmp_path / "plan.xlsx")
    run.succeed("plan", "export", tmp_path / "folder")
    for path in (tmp_path / "plan.xlsx", tmp_path / "folder", OTHER_PLAN):
        result = run.succeed("plan", "load", path, "--format", "json").json
        assert (result["version"], result["is_new"], result["changes"]) == (1, False, [])


def make_revised_plan(folder: Path) -> Path:
    """Write the other plan with one raised target and its reason, and without one indicator."""
    copy_plan(folder)
    apply_edits(
        folder, Edit("targets", "L.1//2026", "value", "5000"), Edit("targets", "L.1//2026", "reason", "more land")
    )
    for file, column in (("indicators", "code"), ("targets", "indicator")):
        records = [record for record in read_records(folder, file) if record[column] != "L.2"]
        write_records(folder, file, records)
    return folder


def get_tree_target(run: CommandLine, year: int) -> tuple[str, int]:
    """Return the target of trees for a year, and the plan version it comes from."""
    row = run.figure("L.1", "--year", year)
    return row["target"], row["plan_version"]


def test_a_revised_plan_lists_its_changes_and_keeps_the_first_version(
    run: CommandLine, tmp_path: Path, open_database
) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    revised = make_revised_plan(tmp_path / "revised")
    preview = run.succeed("plan", "load", revised, "--dry-run", "--format", "json").json
    assert (preview["version"], preview["is_new"], len(preview["changes"])) == (None, True, 2)
    assert get_tree_target(run, 2026) == ("2000", 1)
    loaded = run.succeed("plan", "load", revised, "--effective", "2026-01-01", "--format", "json").json
    assert (loaded["version"], loaded["effective"], loaded["changes"]) == (2, "2026-01-01", preview["changes"])
    changes_text = "\n".join(loaded["changes"])
    for word in ("L.1", "4500", "5000", "more land", "L.2"):
        assert word in changes_text, changes_text
    assert [get_tree_target(run, year) for year in (2025, 2026)] == [("1500", 1), ("2500", 2)]
    with reading(open_database(run.database_url)) as connection:
        plans = read_plans(connection)
    assert plans is not None
    assert [version.plan for version in plans.versions] == [read_plan(OTHER_PLAN).plan, read_plan(revised).plan]
    refused = run("figures", "--indicator", "L.2")
    assert refused.code == 2 and "L.2" in refused.err


def test_the_preview_names_the_codes_that_leave_and_join_the_plan(run: CommandLine, tmp_path: Path) -> None:
    """Figures of such codes have nothing to be compared with, and the preview must not say that nothing changes."""
    run.succeed("plan", "load", OTHER_PLAN)
    revised = make_revised_plan(tmp_path / "revised")
    more = next(record for record in read_records(revised, "indicators") if record["code"] == "L.1")
    append_row(revised, "indicators", {**more, "code": "L.9", "name_en": "Trees counted again"})
    effects = "\n".join(preview_effects(run, revised))
    assert "the plan has no such code: L.2." in effects and "without figures yet: L.9." in effects
    assert "No target, percentage or rating" not in effects


def test_the_preview_shows_a_site_whose_target_changes_and_mentions_targets_of_disaggregations(
    run: CommandLine, tmp_path: Path
) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    of_site = copy_plan(tmp_path / "site")
    apply_edits(of_site, Edit("targets", "P.1/01/2025", "value", "95"))
    assert any("2025: target 90, " in line and "target 95, " in line for line in preview_effects(run, of_site))
    of_part = copy_plan(tmp_path / "part")
    target = {"indicator": "P.1", "year": "2025", "value": "7", "part": "sex/women", "provenance": "official"}
    append_row(of_part, "targets", target)
    assert "Targets of disaggregations change" in "\n".join(preview_effects(run, of_part))


def preview_effects(run: CommandLine, plan: Path) -> list[str]:
    """Return what loading the plan from its first day would change."""
    preview = run.succeed("plan", "load", plan, "--effective", "2023-01-01", "--dry-run", "--format", "json").json
    return preview["effects"]


def test_a_revision_of_an_official_plan_asks_whether_it_is_in_force_from_the_day_of_loading(
    run: CommandLine, tmp_path: Path
) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    revised = make_revised_plan(tmp_path / "revised")
    refused = run("plan", "load", revised)
    assert refused.code == 1 and "--effective 2026-11-23" in refused.err
    assert "In force from 23 Nov 2026, this plan assesses the quarters from 2026 Q4 to 2028 Q4." in refused.out
    assert run.figure("L.1", "--quarter", "2026Q4")["plan_version"] == 1
    run.succeed("plan", "load", revised, "--effective", "2026-11-23")
    assert run.figure("L.1", "--quarter", "2026Q3")["plan_version"] == 1
    assert run.figure("L.1", "--quarter", "2026Q4")["plan_version"] == 2


def test_a_form_of_the_first_version_is_accepted_after_the_second(run: CommandLine, tmp_path: Path) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    form = tmp_path / "old.xlsx"
    run.succeed("form", "01", "2026Q3", "-o", form)
    form.write_bytes(fill_form(form.read_bytes(), make_entries(read_other_plan(), "01", parse_quarter("2026Q3"))))
    run.succeed("plan", "load", make_revised_plan(tmp_path / "revised"), "--effective", "2026-01-01")
    (loaded,) = run.succeed("load", form, "--as", "only01", "--format", "json").json
    assert loaded["outcome"] == "submitted"
    assert [finding["code"] for finding in loaded["findings"] if finding["severity"] == "warning"] == [
        "form-older-plan"
    ]
    assert run.figure("L.1", "--quarter", "2026Q3", "--site", "01")["actual"]["amount"] == "210"


def test_the_official_plan_ends_the_provisional_mark_and_is_effective_from_the_first_day(
    run: CommandLine, tmp_path: Path
) -> None:
    first = run.succeed("plan", "load", SHIPPED_PLAN, "--format", "json").json
    assert (first["version"], first["provisional"]) == (1, True)
    folder = tmp_path / "official"
    shutil.copytree(SHIPPED_PLAN, folder)
    indicators = read_records(folder, "indicators")
    for record in indicators[1:]:
        record["status"] = "official"
    write_records(folder, "indicators", indicators)
    preview = run("plan", "load", folder, "--format", "json").json
    assert (preview["version"], preview["needs_date"], preview["effective"]) == (None, True, "2022-01-01")
    assert "this plan assesses the quarters from 2022 Q1 to" in preview["effects"][0]
    partly = run.succeed("plan", "load", folder, "--effective", "2022-01-01", "--format", "json").json
    assert (partly["version"], partly["provisional"]) == (2, True)
    indicators[0]["status"] = "official"
    write_records(folder, "indicators", indicators)
    apply_edits(folder, Edit("plan", "status", "value", "official"))
    second = run.succeed("plan", "load", folder, "--effective", "2022-01-01", "--format", "json").json
    assert (second["version"], second["provisional"], second["effective"]) == (3, False, "2022-01-01")
    assert {row["plan_version"] for row in run.figures("--year", 2022, "--year", 2026)} == {3}


def test_a_faulty_plan_is_not_loaded_and_the_current_one_stays(run: CommandLine, tmp_path: Path) -> None:
    run.succeed("plan", "load", OTHER_PLAN)
    folder = copy_plan(tmp_path / "bad")
    apply_edits(folder, Edit("targets", "L.1//2026", "value", "many"), Edit("sites", "N-2", "reports_from", "2024Q9"))
    result = run("plan", "load", folder, "--format", "json")
    assert result.code == 1
    assert {fault["file"] for fault in result.json["faults"]} == {"targets.csv", "sites.csv"}
    assert result.json["version"] is None
    assert get_tree_target(run, 2026) == ("2000", 1)


def test_a_site_with_the_name_of_another_site_can_submit_its_form(run: CommandLine, tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "namesakes")
    apply_edits(folder, Edit("sites", "N-2", "name_en", "Basin office"))
    run.succeed("plan", "load", folder)
    form = tmp_path / "form.xlsx"
    run.succeed("form", "N-2", "2024Q1", "-o", form)
    form.write_bytes(fill_form(form.read_bytes(), make_entries(read_other_plan(), "N-2", parse_quarter("2024Q1"))))
    (loaded,) = run.succeed("load", form, "--as", "offi", "--format", "json").json
    assert (loaded["outcome"], loaded["site"], loaded["findings"]) == ("submitted", "N-2", [])
