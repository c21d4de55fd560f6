"""Sample tables with invented numbers: two of each layout, in English and in Khmer."""

from collections.abc import Callable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

SAMPLE_NOTICE = "Sample data: every number in this table is invented."
SAMPLE_NOTICE_KM = "ទិន្នន័យគំរូ៖ តួលេខទាំងអស់ត្រូវបានប្រឌិត"
KHMER = "០១២៣៤៥៦៧៨៩"
COENG_DA = "កសិករដែលបានទទួលការបណ្\u178aុះបណ្តាល"


def save_workbook(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def edit_table(make_workbook: Callable[[], Workbook], change: Callable[[Workbook], object]) -> bytes:
    """Build a sample table, change it and save it."""
    workbook = make_workbook()
    change(workbook)
    return save_workbook(workbook)


def append_rows(sheet: Worksheet, rows: Sequence[Sequence[object]]) -> None:
    for row in rows:
        sheet.append(list(row))


def make_long_english() -> Workbook:
    """Return a register: a row for each number, codes and names, separate columns for year and quarter."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "M&E register"
    append_rows(
        sheet,
        [
            ["Results register, Bos Khnor and outreach sites"],
            [SAMPLE_NOTICE],
            [],
            ["Site", "Code", "Indicator", "Of which", "Year", "Quarter", "Result", "Unit", "Remarks", "Entered by"],
            ["Bos Khnor", "SO3-01", "Farmers trained", None, 2024, "Q1", 120, "persons", "two courses", "Dara"],
            ["Bos Khnor", "SO3-01", "Farmers trained", "Women", 2024, "Q1", 55, "persons", None, "Dara"],
            ["Bos Khnor", "SO3-07", "Area under CA", None, 2024, "Q1", "1,250.5", "ha", None, "Dara"],
            ["Boskhnor", "SO2-03/numerator", None, None, 2024, "Q1", 300, None, None, "Dara"],
            ["Rovieng district", None, "Farmers trained", None, 2024, 1, "40 people", "people", None, "Sokha"],
            ["Rovieng district", None, "Farmers trained", "female", 2024, 1, 18, "people", None, "Sokha"],
            ["Rovieng district", None, "area under ca", None, 2024, 2, 310, "hectares", None, "Sokha"],
            ["Rovieng district", None, "Farmers trained", None, 2024, 2, "-", "people", "no course", "Sokha"],
            ["Total", None, "Farmers trained", None, 2024, "Q1", 160, "people", None, None],
        ],
    )
    return workbook


def make_long_khmer() -> Workbook:
    """Return the same in Khmer: Khmer digits, coeng DA instead of coeng TA, zero-width spaces, names for codes."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "បញ្ជី"
    name = "ចំនួន\u200bកសិករដែលបានទទួលការបណ្តុះបណ្តាល".replace("\u17d2\u178f", "\u17d2\u178a")
    append_rows(
        sheet,
        [
            [SAMPLE_NOTICE_KM],
            ["ទីតាំង", "សូចនាករ", "ក្នុងនោះ", "រយៈពេល", "លទ្ធផល", "ឯកតា", "កំណត់សម្គាល់"],
            ["បុសខ្នុរ", name, None, "ត្រីមាសទី១ ឆ្នាំ២០២៤", "៩៥", "នាក់", None],
            ["បុស\u200bខ្នុរ", name, "ស្រី", "ត្រីមាសទី១ ឆ្នាំ២០២៤", "៤១", "នាក់", None],
            ["បុសខ្នុរ", "ផ្ទៃដីអនុវត្តកសិកម្មអភិរក្ស", None, "ត្រីមាស២/២០២៤", "១ ៣០០", "ហិចតា", "វាស់វែងដោយ GPS"],
            ["រវៀង", name, None, "2024Q2", 30, "នាក់", None],
            ["រវៀង", name, "ក្នុងនោះស្រី", "2024Q2", "NC", "នាក់", "មិនបានរាប់"],
        ],
    )
    return workbook


def make_wide_quarters() -> Workbook:
    """Return an IPTT: a column of sites, quarters of two years as columns, totals, targets, a title."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "IPTT"
    append_rows(
        sheet,
        [
            ["Indicator performance tracking table, strategic plan 2022-2026"],
            [SAMPLE_NOTICE],
            [None] * 5 + [2024, None, None, None, None, 2025, None],
            ["Code", "Indicator", "Site", "Unit", "Baseline", "Q1", "Q2", "Q3", "Q4", "Total", "Q1", "Q2", "Target"],
            ["SO3", "Objective 3: training and spread"],
            ["SO3-01", "Farmers trained", "BKN", "people", 0, 120, 80, None, 60, None, 90, 45, 700],
            [None, "of which women", "BKN", None, 0, 50, 41, None, 22, None, 40, 20, None],
            ["SO3-01", "Farmers trained", "RVG", "people", 0, 20, 25, 30, 35, 110, 15, "NC", 200],
            ["SO3-07", "Area under CA", "BKN", "ha", 600, 1200, 1230, "1 240,5", 1300, None, 1310, None, 3500],
            ["SO3-02", "Women among farmers trained", "BKN", "%", None, 0.42, 0.5, None, None, None, None, None, 0.5],
            ["SO2-03", "numerator", "BKN", None, None, 300, 310, 320, 330, None, 340, 350, None],
        ],
    )
    sheet.merge_cells("F3:J3")
    sheet.merge_cells("K3:L3")
    sheet["M3"] = 2026
    return workbook


def make_wide_years() -> Workbook:
    """Return a sheet for each site, with target and result of each year as columns, in Khmer."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, first in (("បុសខ្នុរ", 400), ("Rovieng", 90)):
        sheet = workbook.create_sheet(title)
        append_rows(
            sheet,
            [
                [SAMPLE_NOTICE_KM],
                ["លេខកូដ", "សូចនាករ", "ឯកតា", "ឆ្នាំ២០២៣", None, "ឆ្នាំ២០២៤", None],
                [None, None, None, "គោលដៅ", "លទ្ធផល", "គោលដៅ", "លទ្ធផល"],
                ["SO3-01", None, "នាក់", 500, first, 600, first + 50],
                ["SO3-01/sex/women", None, None, None, first // 2, None, first // 2 + 20],
                ["SO3-07", None, "ហិកតា", 900, first * 2, 1000, first * 2 + 10],
            ],
        )
    return workbook
