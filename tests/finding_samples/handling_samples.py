"""Samples of what people do to a form besides filling it in: moving and hiding rows, comments, dates, names."""

from datetime import date

from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.finding_samples.sample import (
    VALUE_COLUMN,
    Sample,
    make_edited_sample,
    make_xml_sample,
    set_field,
    unmerge_all,
)
from tests.returns.intake_cases import edit_file, find_row, make_return_file

NOTE_COLUMN = 8
WITH_DAY = {"prepared_on": date(2025, 10, 3)}


def insert_a_row(sheet: Worksheet) -> None:
    unmerge_all(sheet)
    sheet.insert_rows(find_row(sheet, "A-02"))


def hide_a_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[find_row(sheet, "A-02")].hidden = True


def type_beside_form(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), NOTE_COLUMN + 1, 12)


def add_comment(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), VALUE_COLUMN).comment = Comment("measured by tape", "Sok")


def add_legacy_font_note(sheet: Worksheet) -> None:
    cell = sheet.cell(find_row(sheet, "A-02"), NOTE_COLUMN, "vas;edayExS")
    cell.font = Font(name="Limon S1", size=20)


def respell_key(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), 1, "a\u2013០2")


def make_date_sample(code: str, typed: object) -> Sample:
    """Make a sample with a date typed as text in the header; the counterpart has a real date."""
    return Sample(
        code,
        lambda: edit_file(make_return_file(**WITH_DAY), set_field("#date", typed)),
        lambda: make_return_file(**WITH_DAY),
    )


SAMPLES: tuple[Sample, ...] = (
    make_edited_sample("form-rows-moved", insert_a_row),
    make_edited_sample("rows-hidden", hide_a_row),
    make_edited_sample("form-numbers-beside", type_beside_form),
    make_xml_sample(
        "form-mac-days",
        lambda xml: xml.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
        part="xl/workbook.xml",
    ),
    make_edited_sample("comment-kept", add_comment),
    make_edited_sample("text-old-font", add_legacy_font_note),
    make_edited_sample("site-misspelt", set_field("#site", "Site onne")),
    make_edited_sample("year-buddhist", set_field("#quarter", "ត្រីមាសទី៣ ឆ្នាំ២៥៦៨")),
    make_date_sample("date-as-text", "13/10/2025"),
    make_date_sample("date-ambiguous", "3/10/2025"),
    make_date_sample("date-unreadable", "early in October"),
    make_edited_sample("key-respelled", respell_key),
)
