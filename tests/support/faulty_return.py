"""A return of the shipped plan with 25 different faults at known cells, and the same return without faults."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.returns.form.build import build_form
from etl.returns.form.rows import FormRow, list_form_rows

SITE, QUARTER = "BKN", Quarter(2025, 3)
CHECK_DATE = date(2025, 10, 20)
"""The date of the checks. The return must be the site's first, or comparisons add warnings."""

KEY, LABEL, VALUE, NOTE = "A", "B", "G", "H"
TOTAL, SMALL = Decimal(60), Decimal(6)

FAULTY_ENTRIES: Mapping[str, tuple[object, str]] = {
    "SO1-01": ("៦០", "number-digits"),
    "SO1-03/phase/released": ("twelve or so", "number-unreadable"),
    "SO1-05/language/both": ("၁", "number-foreign-digits"),
    "SO2-01": (61, "parts-not-total"),
    "SO2-02/family/other": ("#REF!", "number-error-cell"),
    "SO2-03/numerator": ("45%", "number-percent"),
    "SO2-05": ("85,5", "number-decimal-comma"),
    "SO2-06": ("25 kg", "number-other-unit"),
    "SO2-07/numerator": ("គ្មាន", "number-none-word"),
    "SO3-01/age/youth": ("1,000", "number-ambiguous"),
    "SO3-01/sex/women": (61, "part-over-total"),
    "SO3-03/sex/women": (Decimal("2.5"), "number-not-whole"),
    "SO3-05/age/youth": (date(2025, 4, 3), "number-date"),
    "SO3-05/sex/women": (None, "part-blank"),
    "SO3-06": (None, "cell-blank"),
    "SO3-06/age/youth": ("1234567890123456", "number-too-long"),
    "SO3-08": ("1,234", "number-one-whole-reading"),
    "SO4-03/denominator": ("NC", "not-collected-without-note"),
    "SO4-04/sex/women": (-3, "number-below-minimum"),
}
"""The entries that replace valid numbers, with the finding code expected at each value cell."""


@dataclass(frozen=True)
class PlantedFault:
    """A fault with the code, cell and key of its expected finding on the sheet `Return`."""

    code: str
    cell: str
    key: str


@dataclass(frozen=True)
class FaultyReturn:
    """A file, its expected findings, and the same return without faults."""

    data: bytes
    faults: tuple[PlantedFault, ...]
    corrected_data: bytes

    @property
    def locations(self) -> list[tuple[str, str]]:
        """Return the code and cell of every fault, sorted."""
        return sorted((fault.code, fault.cell) for fault in self.faults)


def make_faulty_return(
    plan: Plan, *, version: int = 1, site: str = SITE, quarter: Quarter = QUARTER, signing_key: bytes = b""
) -> FaultyReturn:
    """Return a return of the shipped plan with 25 faults."""
    entries = collect_valid_entries(list_form_rows(plan, site, quarter))
    corrected_data = build_form(plan, version, site, quarter, entries=entries, signing_key=signing_key)
    faulty_entries = {
        **entries,
        **{key: value for key, (value, _) in FAULTY_ENTRIES.items() if not isinstance(value, date)},
    }
    workbook = load_workbook(
        BytesIO(build_form(plan, version, site, quarter, entries=faulty_entries, signing_key=signing_key))
    )
    sheet = workbook.worksheets[0]
    rows = {str(cell.value): cell.row for cell in sheet[KEY] if cell.value}
    faults = [PlantedFault(code, f"{VALUE}{rows[key]}", key) for key, (_, code) in FAULTY_ENTRIES.items()]
    faults += [change(sheet, rows) for change in _CHANGES]
    file = BytesIO()
    workbook.save(file)
    assert len({fault.code for fault in faults}) == len(faults) == 25
    return FaultyReturn(file.getvalue(), tuple(faults), corrected_data)


def collect_valid_entries(rows: Iterable[FormRow]) -> dict[str, Decimal]:
    """Return a valid number for every row: 60 for totals, split among their parts, and the last of its stages."""
    all_rows = list(rows)
    return {str(row.key): _make_valid_entry(row, all_rows) for row in all_rows}


def _make_valid_entry(row: FormRow, rows: list[FormRow]) -> Decimal:
    if row.stages:
        return Decimal(row.stages[-1].rank)
    if not row.is_part:
        return SMALL if row.upper_bound is not None and row.key.part else TOTAL
    if not row.exhaustive:
        return SMALL
    siblings = [sibling for sibling in rows if (sibling.indicator, sibling.dimension) == (row.indicator, row.dimension)]
    share = TOTAL // len(siblings)
    return share if row is not siblings[-1] else TOTAL - share * (len(siblings) - 1)


def _enter_date(sheet: Worksheet, rows: Mapping[str, int]) -> None:
    for key, (value, _) in FAULTY_ENTRIES.items():
        if isinstance(value, date):
            cell = sheet[f"{VALUE}{rows[key]}"]
            cell.value, cell.number_format = value, "yyyy-mm-dd"


def _enter_formula(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    """Enter a formula without a saved result, as a program without calculation does, and the date."""
    _enter_date(sheet, rows)
    return _enter_value(sheet, rows, "SO3-04/age/youth", "=3+3", "number-formula-without-value")


def _enter_value(sheet: Worksheet, rows: Mapping[str, int], key: str, value: object, code: str) -> PlantedFault:
    cell = f"{VALUE}{rows[key]}"
    sheet[cell] = value
    return PlantedFault(code, cell, key)


def _change_key(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    cell = f"{KEY}{rows['SO3-04/sex/women']}"
    sheet[cell] = "SO3-04/sex/woman"
    return PlantedFault("key-unknown", cell, "SO3-04/sex/woman")


def _change_label(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    cell = f"{KEY}{rows['SO2-04']}"
    sheet[f"{LABEL}{rows['SO2-04']}"] = "Accessions burnt"
    return PlantedFault("label-changed", cell, "SO2-04")


def _merge_cells(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = rows["SO3-07"]
    sheet.merge_cells(f"{VALUE}{row}:{NOTE}{row}")
    return PlantedFault("cell-merged", f"{VALUE}{row}", "SO3-07")


def _repeat_key(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = sheet.max_row + 2
    sheet[f"{KEY}{row}"] = "SO1-04"
    return _enter_value(sheet, {"SO1-04": row}, "SO1-04", 7, "key-twice-different")


def _enter_without_key(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = sheet.max_row + 1
    sheet[f"{VALUE}{row}"] = 77
    return PlantedFault("row-without-key", f"{VALUE}{row}", "")


_CHANGES: tuple[Callable[[Worksheet, Mapping[str, int]], PlantedFault], ...] = (
    _enter_formula,
    _change_key,
    _change_label,
    _merge_cells,
    _repeat_key,
    _enter_without_key,
)
