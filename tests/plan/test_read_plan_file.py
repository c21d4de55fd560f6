"""Plan workbooks are read by the limited reader process, once, and their issues are truncated and counted."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.plan.read_plan import read_plan
from etl.plan.write_plan import write_plan_workbook
from etl.use_cases.plans.read_plan_file import MAX_LISTED_ISSUES, read_plan_file, read_plan_workbook
from tests.support.plan_edits import OTHER_PLAN
from tests.support.workbooks import make_raw_workbook


def make_faulty_workbook(rows: int) -> bytes:
    """Return the other plan with many targets of an unknown indicator."""
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    book = load_workbook(io.BytesIO(write_plan_workbook(plan)))
    for number in range(rows):
        book["Targets"].append(["X", number, None, 1])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_at_most_500_issues_are_listed_and_all_are_counted() -> None:
    plan_file = read_plan_workbook("plan.xlsx", make_faulty_workbook(MAX_LISTED_ISSUES + 100))
    assert plan_file.plan is None
    assert len(plan_file.issues) == MAX_LISTED_ISSUES
    assert plan_file.issue_list.error_count >= MAX_LISTED_ISSUES + 100
    assert plan_file.issue_list.count == plan_file.issue_list.error_count + plan_file.issue_list.warning_count


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (make_raw_workbook('<row r="130000"><c r="A130000"><v>1</v></c></row>'), "far outside the area"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"%PDF-1.7", "a PDF"),
        (bytes(21 * 1024 * 1024), "The limit is 20 MB"),
    ],
)
def test_a_refused_workbook_is_one_issue_with_the_problem(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    (issue,) = read_plan_file(path).issues
    assert problem in issue.message and "save it as .xlsx" in issue.message


def test_an_ordinary_workbook_is_not_a_plan() -> None:
    plan_file = read_plan_workbook("book.xlsx", make_raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert plan_file.plan is None
    assert all("is missing" in issue.message or "not part of a plan" in issue.message for issue in plan_file.issues)
