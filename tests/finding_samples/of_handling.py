"""Samples of what people do to a form beside filling it in: move, hide, comment, write days and names their way."""

from datetime import date

from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.finding_samples.sample import VALUE_COLUMN, Sample, changed, set_field, unmerge_all, written
from tests.returns.intake_cases import edited, filled, row_of

NOTE_COLUMN = 8
WITH_DAY = {"prepared_on": date(2025, 10, 3)}


def insert_a_row(sheet: Worksheet) -> None:
    unmerge_all(sheet)
    sheet.insert_rows(row_of(sheet, "A-02"))


def hide_a_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[row_of(sheet, "A-02")].hidden = True


def comment(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "A-02"), VALUE_COLUMN).comment = Comment("measured by tape", "Sok")


def note_in_limon(sheet: Worksheet) -> None:
    cell = sheet.cell(row_of(sheet, "A-02"), NOTE_COLUMN, "vas;edayExS")
    cell.font = Font(name="Limon S1", size=20)


def respell(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "A-02"), 1, "a\u2013០2")


def dated(code: str, typed: object) -> Sample:
    """A day in the header as somebody typed it; the neighbour is a true date."""
    return Sample(code, lambda: edited(filled(**WITH_DAY), set_field("#date", typed)), lambda: filled(**WITH_DAY))


SAMPLES: tuple[Sample, ...] = (
    changed("form-rows-moved", insert_a_row),
    changed("rows-hidden", hide_a_row),
    written(
        "form-mac-days",
        lambda xml: xml.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
        part="xl/workbook.xml",
    ),
    changed("comment-kept", comment),
    changed("text-old-font", note_in_limon),
    changed("site-misspelt", set_field("#site", "Site onne")),
    changed("year-buddhist", set_field("#quarter", "ត្រីមាសទី៣ ឆ្នាំ២៥៦៨")),
    dated("date-as-text", "13/10/2025"),
    dated("date-ambiguous", "3/10/2025"),
    dated("date-unreadable", "early in October"),
    changed("key-respelled", respell),
)
