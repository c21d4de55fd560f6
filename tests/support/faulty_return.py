"""A return of the shipped plan with twenty-five different faults, each at a known cell; and the same return without."""

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
from etl.returns.form.rows import FormRow, form_rows

SITE, QUARTER = "BKN", Quarter(2025, 3)
CHECK_DATE = date(2025, 10, 20)
"""A day on which the return comes neither early nor late. It must be the site's first: history warns of more."""

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
"""What is typed in the place of a good number, and what must be said of it, at its value cell."""


@dataclass(frozen=True)
class PlantedFault:
    """One fault: its code, the cell of the sheet `Return` where it must be told, and the key that it is told with."""

    code: str
    cell: str
    key: str


@dataclass(frozen=True)
class FaultyReturn:
    """A file, everything that must be found in it, and the same return without a fault."""

    data: bytes
    faults: tuple[PlantedFault, ...]
    corrected_data: bytes

    @property
    def locations(self) -> list[tuple[str, str]]:
        """Code and cell of every fault, sorted."""
        return sorted((fault.code, fault.cell) for fault in self.faults)


def make_faulty_return(
    plan: Plan, *, version: int = 1, site: str = SITE, quarter: Quarter = QUARTER, signing_key: bytes = b""
) -> FaultyReturn:
    """The return of the shipped plan's station with its twenty-five faults."""
    entries = valid_entries(form_rows(plan, site, quarter))
    good = build_form(plan, version, site, quarter, entries=entries, signing_key=signing_key)
    wrong = {**entries, **{key: value for key, (value, _) in FAULTY_ENTRIES.items() if not isinstance(value, date)}}
    workbook = load_workbook(BytesIO(build_form(plan, version, site, quarter, entries=wrong, signing_key=signing_key)))
    sheet = workbook.worksheets[0]
    rows = {str(cell.value): cell.row for cell in sheet[KEY] if cell.value}
    faults = [PlantedFault(code, f"{VALUE}{rows[key]}", key) for key, (_, code) in FAULTY_ENTRIES.items()]
    faults += [change(sheet, rows) for change in _CHANGES]
    file = BytesIO()
    workbook.save(file)
    assert len({fault.code for fault in faults}) == len(faults) == 25
    return FaultyReturn(file.getvalue(), tuple(faults), good)


def valid_entries(rows: Iterable[FormRow]) -> dict[str, Decimal]:
    """A number for every row, such that nothing is wrong: 60 for totals, shared out among parts that make them up."""
    asked = list(rows)
    return {str(row.key): _good(row, asked) for row in asked}


def _good(row: FormRow, asked: list[FormRow]) -> Decimal:
    if not row.is_part:
        return SMALL if row.upper_bound is not None else TOTAL
    if not row.exhaustive:
        return SMALL
    others = [one for one in asked if (one.indicator, one.dimension) == (row.indicator, row.dimension)]
    each = TOTAL // len(others)
    return each if row is not others[-1] else TOTAL - each * (len(others) - 1)


def _date(sheet: Worksheet, rows: Mapping[str, int]) -> None:
    for key, (value, _) in FAULTY_ENTRIES.items():
        if isinstance(value, date):
            cell = sheet[f"{VALUE}{rows[key]}"]
            cell.value, cell.number_format = value, "yyyy-mm-dd"


def _formula(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    """Typed by a program that doesn't compute: no result was saved. The date is typed here too, as a client does."""
    _date(sheet, rows)
    return _at_value(sheet, rows, "SO3-04/age/youth", "=3+3", "number-formula-without-value")


def _at_value(sheet: Worksheet, rows: Mapping[str, int], key: str, value: object, code: str) -> PlantedFault:
    cell = f"{VALUE}{rows[key]}"
    sheet[cell] = value
    return PlantedFault(code, cell, key)


def _key(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    cell = f"{KEY}{rows['SO3-04/sex/women']}"
    sheet[cell] = "SO3-04/sex/woman"
    return PlantedFault("key-unknown", cell, "SO3-04/sex/woman")


def _label(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    cell = f"{KEY}{rows['SO2-04']}"
    sheet[f"{LABEL}{rows['SO2-04']}"] = "Accessions burnt"
    return PlantedFault("label-changed", cell, "SO2-04")


def _merge(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = rows["SO3-07"]
    sheet.merge_cells(f"{VALUE}{row}:{NOTE}{row}")
    return PlantedFault("cell-merged", f"{VALUE}{row}", "SO3-07")


def _twice(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = sheet.max_row + 2
    sheet[f"{KEY}{row}"] = "SO1-04"
    return _at_value(sheet, {"SO1-04": row}, "SO1-04", 7, "key-twice-different")


def _keyless(sheet: Worksheet, rows: Mapping[str, int]) -> PlantedFault:
    row = sheet.max_row + 1
    sheet[f"{VALUE}{row}"] = 77
    return PlantedFault("row-without-key", f"{VALUE}{row}", "")


_CHANGES: tuple[Callable[[Worksheet, Mapping[str, int]], PlantedFault], ...] = (
    _formula,
    _key,
    _label,
    _merge,
    _twice,
    _keyless,
)
