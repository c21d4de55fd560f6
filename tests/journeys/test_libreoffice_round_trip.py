"""A form of the system that a real spreadsheet program filled and saved loads as it was typed."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from etl.returns.form_identity import FieldTag
from tests.support.command_line import CommandLine
from tests.support.fill_forms import find_value_cells
from tests.support.libreoffice import copy_sheet_to_new_book, fill_with_libreoffice, needs_libreoffice
from tests.support.plan_edits import SHIPPED_PLAN

SITE, QUARTER = "BKN", "2025Q3"
OF_A_PAIR = ("numerator", "denominator")


@pytest.fixture
def run(sqlite_url: str, with_people) -> CommandLine:
    run = with_people(sqlite_url)
    run.succeed("plan", "load", SHIPPED_PLAN)
    return run


@pytest.fixture
def form(run: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "form.xlsx"
    run.succeed("form", SITE, QUARTER, "-o", path)
    return path


def typed_numbers(form: Path) -> dict[str, Decimal]:
    """A different number for every key of the form: totals of 1000 and more, whose parts go with them."""
    keys = list(find_value_cells(form.read_bytes()))
    found: dict[str, Decimal] = {}
    for place, key in enumerate(keys):
        code, _, part = key.partition("/")
        if not part:
            found[key] = Decimal(1000 + 7 * place)
        elif part in OF_A_PAIR:
            found[key] = Decimal(100 + place) if part == "numerator" else Decimal(400 + place)
        else:
            found[key] = Decimal(40 + place)
    return {key: _fitted(key, value, found, keys) for key, value in found.items()}


def _fitted(key: str, value: Decimal, found: dict[str, Decimal], keys: list[str]) -> Decimal:
    """The last part of a dimension takes the rest, so that parts that make a total add up to it."""
    code, _, part = key.partition("/")
    dimension = part.partition("/")[0]
    if not part or part in OF_A_PAIR or dimension in ("sex", "age"):
        return value
    group = [one for one in keys if one.startswith(f"{code}/{dimension}/")]
    if key != group[-1]:
        return value
    return found[code] - sum((found[one] for one in group[:-1]), Decimal(0))


def in_cells(form: Path, typed: dict[str, Decimal], sheet: str = "Return") -> dict[str, float | str]:
    addresses = find_value_cells(form.read_bytes())
    return {f"{sheet}!{addresses[key]}": float(value) for key, value in typed.items()}


def load(run: CommandLine, path: Path, *more: str) -> dict:
    answered = run("load", path, "--as", "offi", "--format", "json", *more)
    (loaded,) = answered.json
    return {**loaded, "code": answered.code}


def assert_every_figure_is_as_typed(run: CommandLine, typed: dict[str, Decimal]) -> None:
    rows = {row["indicator"]: row for row in run.figures("--site", SITE, "--quarter", QUARTER)}
    for key, value in typed.items():
        code, _, part = key.partition("/")
        if part in OF_A_PAIR:
            shown = rows[code]["actual"][part]
        elif part:
            shown = rows[code]["parts"][part]["amount"]
        else:
            shown = rows[code]["actual"]["amount"]
        assert Decimal(shown) == value, key
    derived = rows["SO3-02"]["actual"]
    assert Decimal(derived["numerator"]) == typed["SO3-01/sex/women"]
    assert Decimal(derived["denominator"]) == typed["SO3-01"]


@needs_libreoffice
def test_a_form_that_libreoffice_filled_and_saved_gives_every_figure_as_it_was_typed(
    run: CommandLine, form: Path, tmp_path: Path
) -> None:
    typed = typed_numbers(form)
    filled = fill_with_libreoffice(form, tmp_path / "filled.xlsx", in_cells(form, typed))
    loaded = load(run, filled)
    assert (loaded["code"], loaded["outcome"], loaded["site"], loaded["quarter"]) == (0, "submitted", SITE, QUARTER)
    assert not [one for one in loaded["findings"] if one["severity"] == "error"]
    assert_every_figure_is_as_typed(run, typed)


@needs_libreoffice
def test_an_inserted_row_and_column_and_another_sheet_name_change_no_figure(
    run: CommandLine, form: Path, tmp_path: Path
) -> None:
    typed = typed_numbers(form)
    filled = fill_with_libreoffice(
        form,
        tmp_path / "moved.xlsx",
        in_cells(form, typed),
        insert_row=14,
        insert_column="E",
        rename_sheet="ត្រីមាសទី៣",
    )
    loaded = load(run, filled)
    assert (loaded["code"], loaded["outcome"]) == (0, "submitted")
    assert "form-sheet-renamed" in {one["code"] for one in loaded["findings"]}
    assert_every_figure_is_as_typed(run, typed)


@needs_libreoffice
def test_a_sheet_copied_into_a_new_book_is_known_by_its_form_id_and_without_it_must_be_confirmed(
    run: CommandLine, form: Path, tmp_path: Path
) -> None:
    typed = typed_numbers(form)
    filled = fill_with_libreoffice(form, tmp_path / "filled.xlsx", in_cells(form, typed))
    copied = copy_sheet_to_new_book(filled, tmp_path / "copied.xlsx")
    bare = without_form_id(copied, tmp_path / "bare.xlsx")
    alone = load(run, bare)
    assert (alone["code"], alone["outcome"]) == (1, "refused")
    assert [one["code"] for one in alone["findings"]] == ["form-unconfirmed"]
    half = run("load", bare, "--as", "offi", "--site", SITE)
    assert half.code == 2 and "--quarter" in half.err
    other = load(run, bare, "--site", "RVG", "--quarter", QUARTER)
    assert (other["code"], other["outcome"]) == (1, "refused")
    assert not run.figure("SO3-01", "--site", SITE, "--quarter", QUARTER)["actual"]["reported"]
    loaded = load(run, bare, "--site", SITE, "--quarter", QUARTER)
    assert (loaded["code"], loaded["outcome"], loaded["quarter"]) == (0, "submitted", QUARTER)
    assert [one["code"] for one in loaded["findings"]] == ["form-confirmed"]
    assert_every_figure_is_as_typed(run, typed)
    known = load(run, copied)
    assert (known["code"], known["site"], known["superseded"]) == (0, SITE, loaded["return"])
    assert_every_figure_is_as_typed(run, typed)


def without_form_id(source: Path, target: Path) -> Path:
    """The workbook without the row that says which form it is: nothing but the keys is left."""
    workbook = openpyxl.load_workbook(source)
    sheet = workbook.worksheets[0]
    row = next(cell.row for column in sheet.iter_cols() for cell in column if cell.value == FieldTag.FORM)
    for cell in sheet[row]:
        if cell.value is not None:
            cell.value = None
    workbook.save(target)
    return target
