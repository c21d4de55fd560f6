"""A plan names the indicators that the public front page shows first."""

from pathlib import Path

from etl.plan.read_plan import read_plan
from tests.support.plan_edits import append_row, copy_plan


def test_headlines_are_codes_of_indicators(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    append_row(folder, "plan", {"key": "headlines", "value": "S.1; P.1"})
    result = read_plan(folder)
    assert not [issue for issue in result.issues if issue.severity == "error"]
    assert result.plan is not None and result.plan.settings.headline_codes == ("S.1", "P.1")


def test_an_unknown_headline_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    append_row(folder, "plan", {"key": "headlines", "value": "S.1; NONE-9"})
    (issue,) = [issue for issue in read_plan(folder).issues if issue.severity == "error"]
    assert issue.file == "plan.csv" and "names NONE-9" in issue.message
