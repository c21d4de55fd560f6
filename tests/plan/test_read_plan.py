"""Test reading plans: valid variants of files and sheets, and issues for unreadable ones."""

import io
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from etl.plan import PlanIssue, write_plan_workbook
from etl.plan.schemas import FILE_SCHEMAS
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.plan_edits import OTHER_PLAN, append_row, copy_plan, read_records, write_records


@cache
def write_other_workbook() -> bytes:
    plan = read_plan_file(OTHER_PLAN).plan
    assert plan is not None
    return write_plan_workbook(plan)


def make_other_workbook() -> Workbook:
    return load_workbook(io.BytesIO(write_other_workbook()))


def save_workbook(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def read_single_issue(path: Path) -> PlanIssue:
    (issue,) = read_plan_file(path).issues
    return issue


def test_codes_keep_leading_zeros_and_numbers_keep_their_digits() -> None:
    plan = read_plan_file(OTHER_PLAN).plan
    assert plan is not None
    assert plan.sites[0].code == "01"
    assert plan.sites[0].ncdd_code == "0708"
    assert str(plan.indicator_by_code["L.2"].baseline_value) == "4.50"


def test_blank_target_is_no_target() -> None:
    plan = read_plan_file(OTHER_PLAN).plan
    assert plan is not None
    assert plan.find_target("P.1", "", 2026) is None


def test_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "sites.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_plan_file(folder).plan == read_plan_file(OTHER_PLAN).plan


def test_hash_depends_on_the_bytes(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    assert read_plan_file(folder).sha256 == read_plan_file(OTHER_PLAN).sha256
    append_row(folder, "site_aliases", {"site": "01", "alias": "HQ"})
    assert read_plan_file(folder).sha256 != read_plan_file(OTHER_PLAN).sha256


def test_file_that_is_not_utf_8_is_an_issue_at_its_line(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "programmes.csv"
    path.write_bytes(path.read_bytes() + "X,Développement,,,,,\n".encode("latin-1"))
    issue = read_single_issue(folder)
    assert (issue.file, issue.location) == ("programmes.csv", "line 3")
    assert "CSV UTF-8" in issue.message


def test_missing_file_is_a_single_issue_without_unknown_references(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    (folder / "sites.csv").unlink()
    assert (read_single_issue(folder).file, read_single_issue(folder).location) == ("sites.csv", "")


def test_unknown_missing_and_repeated_columns_are_different_issues(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "sites.csv"
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(head.replace("evidence", "evidense").replace("kind", "lat") + "\n" + rest, encoding="utf-8")
    messages = [issue.message for issue in read_plan_file(folder).issues if issue.location.startswith("line 1")]
    assert any("'evidense' is unknown; did you mean evidence?" in message for message in messages)
    assert any("column evidence is missing" in message for message in messages)
    assert any("column kind is missing" in message for message in messages)
    assert any("column lat appears twice" in message for message in messages)


def test_columns_may_be_in_any_order_and_newer_columns_may_be_missing(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    records = read_records(folder, "targets")
    lines = ["value,year,site,indicator,provenance"]
    lines += [",".join(record[name] for name in lines[0].split(",")) for record in records]
    (folder / "targets.csv").write_text("\n".join(lines), encoding="utf-8")
    assert read_plan_file(folder).plan == read_plan_file(OTHER_PLAN).plan


def test_file_with_semicolons_is_an_issue(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "site_aliases.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert "separated by semicolons" in read_plan_file(folder).issues[0].message


def test_missing_quote_and_too_many_cells_are_issues(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "site_aliases.csv"
    content = path.read_text(encoding="utf-8")
    path.write_text(content + 'N-2,"open\n', encoding="utf-8")
    assert "double quote" in read_single_issue(folder).message
    path.write_text(content + "N-2,one, two\n", encoding="utf-8")
    assert (read_single_issue(folder).location, "3 cells" in read_single_issue(folder).message) == ("line 4", True)


def test_duplicate_row_or_code_is_an_issue_at_the_second_row(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    line = append_row(folder, "targets", {"indicator": "L.1", "year": "2025", "value": "1"})
    again = append_row(folder, "site_aliases", {"site": "01", "alias": "THE TERRACES"})
    issues = [(issue.file, issue.location) for issue in read_plan_file(folder).issues]
    assert issues == [
        ("targets.csv", f"line {line}, column indicator"),
        ("site_aliases.csv", f"line {again}, column alias"),
    ]


def test_unknown_duplicate_and_missing_settings_are_issues(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    records = [record for record in read_records(folder, "plan") if record["key"] != "first_year"]
    write_records(folder, "plan", [*records, {"key": "colour", "value": "green"}, {"key": "due_days", "value": "1"}])
    messages = [issue.message for issue in read_plan_file(folder).issues]
    assert len(messages) == 3
    assert any(message.startswith("the key first_year is missing") for message in messages)
    assert any("'colour' is not a key" in message for message in messages)
    assert any("due_days is already at line" in message for message in messages)


def test_file_without_required_rows_is_an_issue(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    for schema in FILE_SCHEMAS[1:]:
        write_records(folder, schema.name, [])
    assert [issue.file for issue in read_plan_file(folder).issues] == ["objectives.csv", "indicators.csv", "sites.csv"]
    book = make_other_workbook()
    for schema in FILE_SCHEMAS:
        book[schema.sheet].delete_rows(2, 500)
    issues = read_plan_file(save_workbook(book, tmp_path / "plan.xlsx")).issues
    assert [(issue.file, issue.location) for issue in issues if "key" not in issue.message] == [
        ("plan.xlsx", location) for location in ("Objectives", "Indicators", "Sites")
    ]
    assert [issue.location for issue in issues if "key" in issue.message] == ["Plan", "Plan", "Plan"]


def test_unknown_file_and_sheet_are_warnings(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    (folder / "budget.csv").write_text("a,b\n", encoding="utf-8")
    book = make_other_workbook()
    book.create_sheet("Notes")
    for path in (folder, save_workbook(book, tmp_path / "plan.xlsx")):
        assert read_plan_file(path).plan is not None
        assert read_single_issue(path).severity == "warning"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a workbook"])
def test_damaged_workbook_is_a_single_issue(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert "save it as .xlsx" in read_single_issue(path).message


@pytest.mark.parametrize("seed", range(40))
def test_damaged_plan_never_raises(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    folder = copy_plan(tmp_path / "plan")
    files = sorted(folder.glob("*.csv"))
    for path in random.sample(files, 3):
        path.write_bytes(damage(path.read_bytes(), random))
    workbook = io.BytesIO(write_other_workbook())
    (tmp_path / "zip.xlsx").write_bytes(damage(workbook.getvalue(), random))
    part = random.choice(ZipFile(workbook).namelist())
    with ZipFile(tmp_path / "part.xlsx", "w") as archive:
        for name in ZipFile(workbook).namelist():
            content = ZipFile(workbook).read(name)
            archive.writestr(name, damage(content, random) if name == part else content)
    for path in (folder, tmp_path / "zip.xlsx", tmp_path / "part.xlsx"):
        result = read_plan_file(path)
        assert result.plan is not None or result.issues


def damage(content: bytes, random: Random) -> bytes:
    """Return the bytes with a few of them changed, inserted or removed."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(changed))
        length = random.choice((0, 1, 1, 30))
        changed[at : at + length] = random.choice((b",", b"\n", b'"', b"\x00", b"9e9", b"\xff", b""))
    return bytes(changed)


def test_missing_path_and_other_file_types_are_issues(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    assert "does not exist" in read_single_issue(tmp_path / "plan.csv").message
    assert "neither a folder" in read_single_issue(tmp_path / "plan.pdf").message
    assert len(read_plan_file(tmp_path).issues) == sum(schema.expected for schema in FILE_SCHEMAS)


def test_missing_sheet_is_named(tmp_path: Path) -> None:
    book = make_other_workbook()
    del book["Site aliases"]
    issue = read_single_issue(save_workbook(book, tmp_path / "plan.xlsx"))
    assert "the sheet Site aliases is missing" in issue.message


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("#DIV/0!", "holds the error #DIV/0!"),
        ("=1+1", "never computed"),
        (datetime(2025, 3, 1), "holds a date or time"),
    ],
)
def test_cell_without_a_value_is_an_issue_at_the_cell(tmp_path: Path, value: Any, advice: str) -> None:
    book = make_other_workbook()
    book["Targets"]["D3"] = value
    issue = read_single_issue(save_workbook(book, tmp_path / "plan.xlsx"))
    assert (issue.file, issue.location) == ("plan.xlsx", "Targets!D3")
    assert advice in issue.message


def test_a_repeated_row_is_named_by_the_first_cell_of_the_earlier_one(tmp_path: Path) -> None:
    book = make_other_workbook()
    sheet = book["Objectives"]
    sheet.append([cell.value for cell in sheet[2]])
    issue = read_single_issue(save_workbook(book, tmp_path / "plan.xlsx"))
    assert "is already at Objectives!A2;" in issue.message


def test_numbers_are_read_as_shown_not_as_floats(tmp_path: Path) -> None:
    book = make_other_workbook()
    sheet = book["Indicators"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(row=3, column=columns["baseline_value"]).value = 4.1 + 0.2
    sheet.cell(row=3, column=columns["decimals"]).value = 2.0
    book["Sites"]["A2"].value = 1
    reporting_sites = get_column_letter(columns["reporting_sites"])
    for cell in (*book["Targets"]["B"], *sheet[reporting_sites]):
        cell.value = cell.value.replace("01", "1") if isinstance(cell.value, str) else cell.value
    result = read_plan_file(save_workbook(book, tmp_path / "plan.xlsx"))
    assert result.plan is not None, [str(issue) for issue in result.issues]
    assert str(result.plan.indicator_by_code["L.2"].baseline_value) == "4.3"
    assert result.plan.sites[0].code == "1"


def test_effective_from_may_be_a_date_cell(tmp_path: Path) -> None:
    book = make_other_workbook()
    sheet = book["Plan"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "effective_from")
    sheet.cell(row=row, column=2).value = datetime(2026, 1, 31)
    result = read_plan_file(save_workbook(book, tmp_path / "plan.xlsx"))
    assert result.plan is not None
    assert str(result.plan.settings.effective_from) == "2026-01-31"
