"""Rules about provinces and districts: codes and names in sites.csv, and targets at several levels."""

from pathlib import Path

import pytest

from etl.plan import PlanIssue
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan, get_csv_location


def add_targets(folder: Path, *rows: tuple[str, str, str, str]) -> None:
    for indicator, site, year, value in rows:
        append_row(folder, "targets", {"indicator": indicator, "site": site, "year": year, "value": value})


def read_issues(folder: Path) -> list[PlanIssue]:
    return list(read_plan_file(folder).issues)


@pytest.mark.parametrize(
    ("edit", "severity", "message"),
    [
        (Edit("sites", "N-2", "iso_3166_2", "Kampot"), "error", "iso_3166_2 is 'Kampot'; write the code of a province"),
        (Edit("sites", "N-2", "province_en", "Kep"), "warning", "province_en is 'Kep', but 'Kampot' for 01"),
        (Edit("sites", "N-2", "iso_3166_2", ""), "warning", "N-2 is missing from the figures of Kampot"),
        (Edit("sites", "east.3", "code", "kh-7"), "error", "code is kh-7, which is also the province of 01"),
    ],
)
def test_a_province_of_a_site_is_named_with_what_to_do(tmp_path: Path, edit: Edit, severity: str, message: str) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, edit)
    issues = [issue for issue in read_issues(folder) if message in issue.message]
    assert [(issue.severity, issue.file) for issue in issues] == [(severity, "sites.csv")]
    assert issues[0].location.endswith(f"column {edit.column}")


@pytest.mark.parametrize(
    ("edit", "column", "message"),
    [
        (Edit("sites", "N-2", "ncdd_code", "070801"), "district_en", "district_en is '', but 'Tuek Chhou' for 01"),
        (
            Edit("sites", "01", "ncdd_code", "07"),
            "ncdd_code",
            "ncdd_code has no district, so Tuek Chhou, the district of 01",
        ),
        (
            Edit("sites", "N-2", "district_en", "Kep"),
            "ncdd_code",
            "ncdd_code has no district, so Kep, the district of N-2",
        ),
        (Edit("sites", "east.3", "ncdd_code", "0708"), "iso_3166_2", "iso_3166_2 is 'KH-21', but 'KH-7' for 01"),
    ],
)
def test_a_district_that_contradicts_its_code_is_a_warning(
    tmp_path: Path, edit: Edit, column: str, message: str
) -> None:
    """Site 01 is in the district 0708 of Kampot."""
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, Edit("sites", "01", "district_en", "Tuek Chhou"))
    assert read_issues(folder) == []
    apply_edits(folder, edit)
    (issue,) = [issue for issue in read_issues(folder) if message in issue.message]
    assert (issue.severity, issue.file) == ("warning", "sites.csv")
    assert issue.location.endswith(f"column {column}")


def test_a_target_of_a_province_is_read_and_can_be_looked_up(tmp_path: Path) -> None:
    """Kampot (KH-7) has the sites 01 and N-2, whose targets for P.1 in 2025 are 90 and 60."""
    folder = copy_plan(tmp_path / "plan")
    add_targets(folder, ("P.1", "KH-7", "2025", "150"))
    result = read_plan_file(folder)
    assert result.plan is not None and not result.issues
    target = result.plan.find_target("P.1", "KH-7", 2025)
    assert target is not None and target.value == 150


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("P.1", "KH-9", "2025", "1"), "site names 'KH-9', which sites doesn't have"),
        (("S.1", "KH-21", "2025", "1"), "no site of KH-21 reports S.1"),
    ],
)
def test_a_target_of_a_province_without_figures_is_refused(
    tmp_path: Path, row: tuple[str, str, str, str], message: str
) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(folder, Edit("indicators", "S.1", "reporting_sites", "01;N-2"))
    add_targets(folder, row)
    messages = [issue.message for issue in read_issues(folder) if issue.severity == "error"]
    assert len(messages) == 1 and message in messages[0]


def test_an_indicator_of_the_centre_has_no_target_of_a_province(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    apply_edits(
        folder,
        Edit("indicators", "L.3", "across_sites", "centre"),
        Edit("indicators", "L.3", "reporting_sites", "01"),
    )
    add_targets(folder, ("L.3", "KH-7", "2026", "1"))
    messages = [issue.message for issue in read_issues(folder) if issue.severity == "error"]
    assert any("KH-7 is a province, but across_sites of L.3 is centre" in message for message in messages)


def test_targets_that_disagree_at_centre_province_and_site_are_all_named(tmp_path: Path) -> None:
    """Centre 180; Kampot 160 of its sites' 90 + 60; with the 30 of east.3, outside of Kampot, that is 190."""
    folder = copy_plan(tmp_path / "plan")
    add_targets(folder, ("P.1", "KH-7", "2025", "160"))
    issues = read_issues(folder)
    assert {(issue.severity, issue.file) for issue in issues} == {("warning", "targets.csv")}
    by_location = {issue.location: issue.message for issue in issues}
    assert by_location == {
        get_csv_location(Edit("targets", "P.1//2025", "value", "")): (
            "value is 180, but its provinces (KH-7: 160, east.3: 30) add up to 190 for 2025, 10 more; both are kept"
        ),
        issues[-1].location: (
            "value is 160, but its 2 sites (01: 90, N-2: 60) add up to 150 for 2025, 10 less; both are kept"
        ),
    }


def test_baselines_of_a_province_are_compared_too(tmp_path: Path) -> None:
    """S.1 has baselines of 50 and 30 for the sites of Kampot, whose own baseline is 81."""
    folder = copy_plan(tmp_path / "plan")
    add_targets(folder, ("S.1", "KH-7", "2023", "81"))
    messages = [issue.message for issue in read_issues(folder)]
    assert "value is 81, but its 2 sites (01: 50, N-2: 30) add up to 80 for 2023, 1 less; both are kept" in messages
