"""Test that a written plan is read back equal: from files, from a workbook, and through LibreOffice."""

import io
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText, Target
from etl.plan import write_plan_folder, write_plan_workbook
from etl.plan.schemas import FILE_SCHEMAS
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.few_examples import limit_examples
from tests.support.plan_edits import OTHER_PLAN, SHIPPED_PLAN


def read_valid_plan(path: Path) -> Plan:
    result = read_plan_file(path)
    assert result.plan is not None, [str(issue) for issue in result.issues]
    return result.plan


def pass_through_workbook(plan: Plan, folder: Path) -> Plan:
    path = folder / "plan.xlsx"
    path.write_bytes(write_plan_workbook(plan))
    return read_valid_plan(path)


def pass_through_files(plan: Plan, folder: Path) -> Plan:
    write_plan_folder(plan, folder / "files")
    return read_valid_plan(folder / "files")


@pytest.mark.parametrize("source", [SHIPPED_PLAN, OTHER_PLAN], ids=["shipped", "other"])
def test_plan_is_read_back_equal_from_files_and_workbook(tmp_path: Path, source: Path) -> None:
    plan = read_valid_plan(source)
    assert pass_through_files(plan, tmp_path) == plan
    assert pass_through_workbook(plan, tmp_path) == plan


_texts = st.text(st.sampled_from(list("aZ09 ,;\"'=+-@#/%\n\téកសិកម្ម០១")), max_size=30).map(lambda text: text.strip())
_amounts = st.decimals(min_value=Decimal(-10) ** 9, max_value=Decimal(10) ** 9, places=5, allow_nan=False)


@limit_examples(6)
@given(name=_texts, note=_texts, reason=_texts, value=_amounts, aliases=st.lists(_texts, max_size=3))
def test_any_text_and_number_is_read_back_equal(
    name: str, note: str, reason: str, value: Decimal, aliases: list[str]
) -> None:
    plan = read_valid_plan(OTHER_PLAN)
    changed = replace(
        plan,
        objectives=(replace(plan.objectives[0], name=LocalizedText("a" + name, note)), *plan.objectives[1:]),
        indicators=(replace(plan.indicators[0], alignment=note, minimum=value), *plan.indicators[1:]),
        targets=(*plan.targets, Target("P.1", "", 2026, value, "sourced", reason)),
        aliases=tuple(replace(plan.aliases[0], alias=f"other {alias} {at}") for at, alias in enumerate(aliases)),
    )
    with TemporaryDirectory() as folder:
        assert pass_through_files(changed, Path(folder)) == changed
        assert pass_through_workbook(changed, Path(folder)) == changed


def test_workbook_starts_with_a_guide_in_both_languages() -> None:
    book = load_workbook(io.BytesIO(write_plan_workbook(read_valid_plan(OTHER_PLAN))))
    assert book.sheetnames == ["Read me", *(schema.sheet for schema in FILE_SCHEMAS)]
    rows = [[cell.value for cell in row] for row in book["Read me"].iter_rows()]
    guide = "\n".join(str(row[0]) for row in rows)
    assert "A blank target means that there is none that year." in guide
    assert all(f"{schema.sheet}:" in guide for schema in FILE_SCHEMAS)
    khmer = [str(row[1]) for row in rows[:6]]
    assert all(any("\u1780" <= letter <= "\u17ff" for letter in text) for text in khmer)


def test_workbook_has_choices_frozen_header_and_text_codes() -> None:
    book = load_workbook(io.BytesIO(write_plan_workbook(read_valid_plan(OTHER_PLAN))))
    for schema in FILE_SCHEMAS:
        sheet = book[schema.sheet]
        assert sheet.freeze_panes == "B2"
        assert len(sheet.data_validations.dataValidation) == sum(bool(column.choices) for column in schema.columns)
    assert (book["Sites"]["A2"].value, book["Sites"]["A2"].number_format) == ("01", "@")
    assert book["Targets"]["D2"].value == 1000


def test_text_that_looks_like_a_formula_is_written_as_text() -> None:
    plan = read_valid_plan(OTHER_PLAN)
    changed = replace(
        plan, objectives=(replace(plan.objectives[0], name=LocalizedText('=HYPERLINK("x")')), *plan.objectives[1:])
    )
    cell = load_workbook(io.BytesIO(write_plan_workbook(changed)))["Objectives"]["B2"]
    assert cell.data_type == "s"


@pytest.mark.libreoffice
@pytest.mark.parametrize("source", [SHIPPED_PLAN, OTHER_PLAN], ids=["shipped", "other"])
def test_workbook_saved_by_libreoffice_is_the_same_plan(tmp_path: Path, source: Path) -> None:
    plan = read_valid_plan(source)
    (tmp_path / "plan.xlsx").write_bytes(write_plan_workbook(plan))
    folder = tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder),
        str(tmp_path / "plan.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert read_valid_plan(folder / "plan.xlsx") == plan
