"""A plan whose Khmer was lost before it arrived is refused, cell by cell, with advice."""

from pathlib import Path

import pytest

from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.support.plan_edits import SHIPPED_PLAN, Edit, apply_edits, copy_plan

QUESTION_MARKS, WRONG_ENCODING, NO_KHMER = "question marks", "wrong encoding", "no Khmer letters"
LOST = [
    ("indicators", "SO3-01", "name_km", "????????????????????????????????????", QUESTION_MARKS),
    ("indicators", "SO3-01", "definition_km", "????? ?????? GPS ????", QUESTION_MARKS),
    ("sites", "BKN", "name_km", "?", QUESTION_MARKS),
    ("sites", "RVG", "name_km", "\ufffd\ufffd\ufffd", QUESTION_MARKS),
    ("indicators", "SO3-01", "unit_label_km", "????", QUESTION_MARKS),
    ("indicators", "SO3-01", "name_km", "ចំនួន".encode().decode("cp1252", "replace"), WRONG_ENCODING),
    ("sites", "BKN", "name_km", "\u00e1\u017e\u201d\u00e1\u017e\u00bb\u00e1\u017e\u0178", WRONG_ENCODING),
    ("indicators", "SO3-01", "name_km", "cMnYnksikr", NO_KHMER),
    ("sites", "STC", "name_km", "sÞwgERtg", NO_KHMER),
    ("objectives", "SO1", "name_km", "eKalbMNg", NO_KHMER),
    ("indicators", "SO3-01", "responsible_km", "RkumRsavRCav", NO_KHMER),
]
KEPT = [
    ("indicators", "SO3-01", "unit_label_km", "kg a.i./ha"),
    ("indicators", "SO3-01", "name_km", "ចំនួនកសិករ (GPS, CA)"),
    ("indicators", "SO3-01", "responsible_km", ""),
    ("indicators", "SO3-01", "definition_km", "តើមានប៉ុន្មាននាក់?"),
    ("sites", "BKN", "name_km", "CA"),
]


def read_edited(folder: Path, edit: Edit) -> list[tuple[str, str]]:
    copy_plan(folder, SHIPPED_PLAN)
    apply_edits(folder, edit)
    return [(issue.location, issue.message) for issue in read_plan_file(folder).issues]


@pytest.mark.parametrize(("file", "row", "column", "text", "reason"), LOST)
def test_a_text_that_lost_its_khmer_is_an_error_at_its_cell(
    tmp_path: Path, file: str, row: str, column: str, text: str, reason: str
) -> None:
    issues = read_edited(tmp_path / "plan", Edit(file, row, column, text))
    assert [column in location and reason in message for location, message in issues] == [True]


@pytest.mark.parametrize(("file", "row", "column", "text"), KEPT)
def test_symbols_and_khmer_with_latin_words_are_accepted(
    tmp_path: Path, file: str, row: str, column: str, text: str
) -> None:
    assert read_edited(tmp_path / "plan", Edit(file, row, column, text)) == []


@pytest.mark.parametrize(("length", "quoted"), [(60, f"({60 * '?'})"), (61, f"({60 * '?'}...)")])
def test_a_message_quotes_the_first_sixty_letters(tmp_path: Path, length: int, quoted: str) -> None:
    ((_, message),) = read_edited(tmp_path / "plan", Edit("indicators", "SO3-01", "name_km", length * "?"))
    assert quoted in message
