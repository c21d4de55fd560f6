"""Forms filled and saved by LibreOffice are imported with the entered values."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from etl.indicators.vocabulary import PARTICIPATIONS, Stage
from etl.plan.read_plan import read_plan
from etl.returns.form_identity import FieldTag
from tests.support.command_line import CommandLine
from tests.support.fill_forms import find_value_cells
from tests.support.libreoffice import copy_sheet_to_new_book, fill_with_libreoffice, needs_libreoffice
from tests.support.plan_edits import SHIPPED_PLAN

SITE, QUARTER = "BKN", "2025Q3"
OF_A_PAIR = ("numerator", "denominator")


@pytest.fixture
def run(make_planned_url) -> CommandLine:
    return CommandLine(make_planned_url("sqlite", "shipped"))


@pytest.fixture
def form(run: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "form.xlsx"
    run.succeed("form", SITE, QUARTER, "-o", path)
    return path


@pytest.fixture
def stages() -> dict[str, Stage]:
    """Return the last stage of every indicator that is measured in stages."""
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return {indicator.code: indicator.stages[-1] for indicator in plan.indicators if indicator.is_stage}


def make_entries(form: Path, stages: dict[str, Stage]) -> dict[str, Decimal]:
    """Return a different number for every key of the form, with totals from 1000, fitting parts and the last stages."""
    keys = list(find_value_cells(form.read_bytes()))
    numbers: dict[str, Decimal] = {}
    for index, key in enumerate(keys):
        code, _, part = key.partition("/")
        if code in stages:
            numbers[key] = Decimal(stages[code].rank)
        elif not part:
            numbers[key] = Decimal(1000 + 7 * index)
        elif part in OF_A_PAIR:
            numbers[key] = Decimal(100 + index) if part == "numerator" else Decimal(400 + index)
        else:
            numbers[key] = Decimal(40 + index)
    return {key: _adjust_part(key, value, numbers, keys) for key, value in numbers.items()}


def _adjust_part(key: str, value: Decimal, numbers: dict[str, Decimal], keys: list[str]) -> Decimal:
    """Return the value, or for the last part of a dimension the rest of the total."""
    code, _, part = key.partition("/")
    dimension = part.partition("/")[0]
    if not part or part in OF_A_PAIR or dimension in ("sex", "age"):
        return value
    if part == PARTICIPATIONS:
        return numbers[code] + value
    group = [key for key in keys if key.startswith(f"{code}/{dimension}/")]
    if key != group[-1]:
        return value
    return numbers[code] - sum((numbers[part_key] for part_key in group[:-1]), Decimal(0))


def map_to_cells(form: Path, entries: dict[str, Decimal], stages: dict[str, Stage]) -> dict[str, float | str]:
    addresses = find_value_cells(form.read_bytes())
    typed = {key: stages[key].label.en if key in stages else float(value) for key, value in entries.items()}
    return {f"Return!{addresses[key]}": value for key, value in typed.items()}


def import_file(run: CommandLine, path: Path, *more: str) -> dict:
    result = run("load", path, "--as", "offi", "--format", "json", *more)
    (loaded,) = result.json
    return {**loaded, "code": result.code}


def assert_every_figure_is_as_typed(run: CommandLine, entries: dict[str, Decimal]) -> None:
    rows = {row["indicator"]: row for row in run.figures("--site", SITE, "--quarter", QUARTER)}
    for key, value in entries.items():
        code, _, part = key.partition("/")
        if part in OF_A_PAIR:
            amount = rows[code]["actual"][part]
        elif part == PARTICIPATIONS:
            amount = rows[code]["participations"]["amount"]
        elif part:
            amount = rows[code]["parts"][part]["amount"]
        else:
            amount = rows[code]["actual"]["amount"]
        assert Decimal(amount) == value, key
    derived = rows["SO3-02"]["actual"]
    assert Decimal(derived["numerator"]) == entries["SO3-01/sex/women"]
    assert Decimal(derived["denominator"]) == entries["SO3-01"]


@needs_libreoffice
def test_a_form_saved_by_libreoffice_gives_every_entered_figure(
    run: CommandLine, form: Path, stages: dict[str, Stage], tmp_path: Path
) -> None:
    entries = make_entries(form, stages)
    filled = fill_with_libreoffice(form, tmp_path / "filled.xlsx", map_to_cells(form, entries, stages))
    loaded = import_file(run, filled)
    assert (loaded["code"], loaded["outcome"], loaded["site"], loaded["quarter"]) == (0, "submitted", SITE, QUARTER)
    assert not [finding for finding in loaded["findings"] if finding["severity"] == "error"]
    assert_every_figure_is_as_typed(run, entries)


@needs_libreoffice
def test_an_inserted_row_and_column_and_another_sheet_name_change_no_figure(
    run: CommandLine, form: Path, stages: dict[str, Stage], tmp_path: Path
) -> None:
    entries = make_entries(form, stages)
    filled = fill_with_libreoffice(
        form,
        tmp_path / "moved.xlsx",
        map_to_cells(form, entries, stages),
        insert_row=14,
        insert_column="E",
        rename_sheet="ត្រីមាសទី៣",
    )
    loaded = import_file(run, filled)
    assert (loaded["code"], loaded["outcome"]) == (0, "submitted")
    assert "form-sheet-renamed" in {finding["code"] for finding in loaded["findings"]}
    assert_every_figure_is_as_typed(run, entries)


@needs_libreoffice
def test_a_copied_sheet_needs_its_form_id_or_a_confirmation(
    run: CommandLine, form: Path, stages: dict[str, Stage], tmp_path: Path
) -> None:
    entries = make_entries(form, stages)
    filled = fill_with_libreoffice(form, tmp_path / "filled.xlsx", map_to_cells(form, entries, stages))
    copied = copy_sheet_to_new_book(filled, tmp_path / "copied.xlsx")
    bare = remove_form_id(copied, tmp_path / "bare.xlsx")
    unconfirmed = import_file(run, bare)
    assert (unconfirmed["code"], unconfirmed["outcome"]) == (1, "refused")
    assert [finding["code"] for finding in unconfirmed["findings"]] == ["form-unconfirmed"]
    incomplete = run("load", bare, "--as", "offi", "--site", SITE)
    assert incomplete.code == 2 and "--quarter" in incomplete.err
    other_site = import_file(run, bare, "--site", "RVG", "--quarter", QUARTER)
    assert (other_site["code"], other_site["outcome"]) == (1, "refused")
    assert not run.figure("SO3-01", "--site", SITE, "--quarter", QUARTER)["actual"]["reported"]
    loaded = import_file(run, bare, "--site", SITE, "--quarter", QUARTER)
    assert (loaded["code"], loaded["outcome"], loaded["quarter"]) == (0, "submitted", QUARTER)
    assert [finding["code"] for finding in loaded["findings"]] == ["form-confirmed"]
    assert_every_figure_is_as_typed(run, entries)
    identified = import_file(run, copied)
    assert (identified["code"], identified["site"], identified["superseded"]) == (0, SITE, loaded["return"])
    assert_every_figure_is_as_typed(run, entries)


def remove_form_id(source: Path, target: Path) -> Path:
    """Remove the row with the form ID, so that only the keys remain."""
    workbook = openpyxl.load_workbook(source)
    sheet = workbook.worksheets[0]
    row = next(cell.row for column in sheet.iter_cols() for cell in column if cell.value == FieldTag.FORM)
    for cell in sheet[row]:
        if cell.value is not None:
            cell.value = None
    workbook.save(target)
    return target
