"""Reading a plan: what a file or a sheet may look like, and what is said of one that can't be read."""

import io
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from etl.plan import PlanIssue, read_plan, write_plan_workbook
from etl.plan.columns import FILE_SCHEMAS
from tests.support.plan_edits import OTHER_PLAN, append_row, copy_plan, read_records, write_records


def other_workbook() -> Workbook:
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    return load_workbook(io.BytesIO(write_plan_workbook(plan)))


def saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def only_fault(path: Path) -> PlanIssue:
    (fault,) = read_plan(path).issues
    return fault


def test_codes_keep_their_leading_zeros_and_numbers_their_digits() -> None:
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    assert plan.sites[0].code == "01"
    assert plan.sites[0].ncdd_code == "0708"
    assert str(plan.indicator_by_code["L.2"].baseline_value) == "4.50"


def test_a_blank_target_is_none_that_year() -> None:
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    assert plan.find_target("P.1", "", 2026) is None


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "sites.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_plan(folder).plan == read_plan(OTHER_PLAN).plan


def test_the_hash_follows_the_bytes(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    assert read_plan(folder).sha256 == read_plan(OTHER_PLAN).sha256
    append_row(folder, "site_aliases", {"site": "01", "alias": "HQ"})
    assert read_plan(folder).sha256 != read_plan(OTHER_PLAN).sha256


def test_a_file_that_is_not_utf_8_is_a_fault_at_its_line(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "programmes.csv"
    path.write_bytes(path.read_bytes() + "X,Développement,,,,,\n".encode("latin-1"))
    fault = only_fault(folder)
    assert (fault.file, fault.location) == ("programmes.csv", "line 3")
    assert "CSV UTF-8" in fault.message


def test_a_missing_file_is_one_fault_and_what_points_to_it_is_not_blamed(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    (folder / "sites.csv").unlink()
    assert (only_fault(folder).file, only_fault(folder).location) == ("sites.csv", "")


def test_unknown_missing_and_repeated_columns_are_told_apart(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "sites.csv"
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(head.replace("evidence", "evidense").replace("kind", "lat") + "\n" + rest, encoding="utf-8")
    messages = [fault.message for fault in read_plan(folder).issues if fault.location.startswith("line 1")]
    assert any("'evidense' is unknown; did you mean evidence?" in message for message in messages)
    assert any("column evidence is missing" in message for message in messages)
    assert any("column kind is missing" in message for message in messages)
    assert any("column lat appears twice" in message for message in messages)


def test_columns_may_stand_in_any_order_and_the_new_ones_may_be_absent(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    records = read_records(folder, "targets")
    lines = ["value,year,site,indicator,provenance"]
    lines += [",".join(record[name] for name in lines[0].split(",")) for record in records]
    (folder / "targets.csv").write_text("\n".join(lines), encoding="utf-8")
    assert read_plan(folder).plan == read_plan(OTHER_PLAN).plan


def test_a_file_with_semicolons_says_so(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "site_aliases.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert "separated by semicolons" in read_plan(folder).issues[0].message


def test_a_quote_that_is_never_closed_and_a_line_too_long_are_faults(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    path = folder / "site_aliases.csv"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + 'N-2,"open\n', encoding="utf-8")
    assert "double quote" in only_fault(folder).message
    path.write_text(whole + "N-2,one, two\n", encoding="utf-8")
    assert (only_fault(folder).location, "3 cells" in only_fault(folder).message) == ("line 4", True)


def test_a_row_or_code_that_stands_twice_is_a_fault_at_the_second(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    line = append_row(folder, "targets", {"indicator": "L.1", "year": "2025", "value": "1"})
    again = append_row(folder, "site_aliases", {"site": "01", "alias": "THE TERRACES"})
    issues = [(issue.file, issue.location) for issue in read_plan(folder).issues]
    assert issues == [
        ("targets.csv", f"line {line}, column indicator"),
        ("site_aliases.csv", f"line {again}, column alias"),
    ]


def test_settings_that_are_unknown_double_or_missing_are_faults(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    records = [record for record in read_records(folder, "plan") if record["key"] != "first_year"]
    write_records(folder, "plan", [*records, {"key": "colour", "value": "green"}, {"key": "due_days", "value": "1"}])
    messages = [issue.message for issue in read_plan(folder).issues]
    assert len(messages) == 3
    assert any(message.startswith("the key first_year is missing") for message in messages)
    assert any("'colour' is not a key" in message for message in messages)
    assert any("due_days is already at line" in message for message in messages)


def test_a_plan_without_a_row_where_one_is_needed_is_a_fault(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    for shape in FILE_SCHEMAS[1:]:
        write_records(folder, shape.name, [])
    assert [issue.file for issue in read_plan(folder).issues] == ["objectives.csv", "indicators.csv", "sites.csv"]
    book = other_workbook()
    for shape in FILE_SCHEMAS:
        book[shape.sheet].delete_rows(2, 500)
    issues = read_plan(saved(book, tmp_path / "plan.xlsx")).issues
    assert [(issue.file, issue.location) for issue in issues if "key" not in issue.message] == [
        ("plan.xlsx", location) for location in ("Objectives", "Indicators", "Sites")
    ]
    assert [issue.location for issue in issues if "key" in issue.message] == ["Plan", "Plan", "Plan"]


def test_a_stray_file_and_a_stray_sheet_only_warn(tmp_path: Path) -> None:
    folder = copy_plan(tmp_path / "plan")
    (folder / "budget.csv").write_text("a,b\n", encoding="utf-8")
    book = other_workbook()
    book.create_sheet("Notes")
    for path in (folder, saved(book, tmp_path / "plan.xlsx")):
        assert read_plan(path).plan is not None
        assert only_fault(path).severity == "warning"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a workbook"])
def test_a_broken_workbook_is_one_fault_and_no_exception(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert "save it as .xlsx" in only_fault(path).message


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_plan_is_told_and_raises_nothing(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    folder = copy_plan(tmp_path / "plan")
    files = sorted(folder.glob("*.csv"))
    for path in chance.sample(files, 3):
        path.write_bytes(damaged(path.read_bytes(), chance))
    whole = io.BytesIO()
    other_workbook().save(whole)
    (tmp_path / "zip.xlsx").write_bytes(damaged(whole.getvalue(), chance))
    part = chance.choice(ZipFile(whole).namelist())
    with ZipFile(tmp_path / "part.xlsx", "w") as archive:
        for name in ZipFile(whole).namelist():
            content = ZipFile(whole).read(name)
            archive.writestr(name, damaged(content, chance) if name == part else content)
    for path in (folder, tmp_path / "zip.xlsx", tmp_path / "part.xlsx"):
        read = read_plan(path)
        assert read.plan is not None or read.issues


def damaged(content: bytes, chance: Random) -> bytes:
    """The bytes with a few of them changed, put in or taken out."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        length = chance.choice((0, 1, 1, 30))
        changed[at : at + length] = chance.choice((b",", b"\n", b'"', b"\x00", b"9e9", b"\xff", b""))
    return bytes(changed)


def test_a_path_that_is_not_there_or_no_plan_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    assert "does not exist" in only_fault(tmp_path / "plan.csv").message
    assert "neither a folder" in only_fault(tmp_path / "plan.pdf").message
    assert len(read_plan(tmp_path).issues) == len(FILE_SCHEMAS)


def test_a_missing_sheet_names_the_sheet(tmp_path: Path) -> None:
    book = other_workbook()
    del book["Site aliases"]
    fault = only_fault(saved(book, tmp_path / "plan.xlsx"))
    assert "the sheet Site aliases is missing" in fault.message


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("#DIV/0!", "holds the error #DIV/0!"),
        ("=1+1", "never computed"),
        (datetime(2025, 3, 1), "holds a date or time"),
    ],
)
def test_a_cell_without_a_typed_value_is_a_fault_at_the_cell(tmp_path: Path, value: Any, advice: str) -> None:
    book = other_workbook()
    book["Targets"]["D3"] = value
    fault = only_fault(saved(book, tmp_path / "plan.xlsx"))
    assert (fault.file, fault.location) == ("plan.xlsx", "Targets!D3")
    assert advice in fault.message


def test_numbers_come_back_as_typed_whatever_the_float(tmp_path: Path) -> None:
    book = other_workbook()
    sheet = book["Indicators"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(row=3, column=columns["baseline_value"]).value = 4.1 + 0.2
    sheet.cell(row=3, column=columns["decimals"]).value = 2.0
    book["Sites"]["A2"].value = 1
    for cell in (*book["Targets"]["B"], *book["Indicators"]["AC"], *book["Indicators"]["AB"]):
        cell.value = cell.value.replace("01", "1") if isinstance(cell.value, str) else cell.value
    read = read_plan(saved(book, tmp_path / "plan.xlsx"))
    assert read.plan is not None, [str(issue) for issue in read.issues]
    assert str(read.plan.indicator_by_code["L.2"].baseline_value) == "4.3"
    assert read.plan.sites[0].code == "1"


def test_the_day_a_plan_starts_may_be_a_date_of_the_workbook(tmp_path: Path) -> None:
    book = other_workbook()
    sheet = book["Plan"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "effective_from")
    sheet.cell(row=row, column=2).value = datetime(2026, 1, 31)
    read = read_plan(saved(book, tmp_path / "plan.xlsx"))
    assert read.plan is not None
    assert str(read.plan.settings.effective_from) == "2026-01-31"
