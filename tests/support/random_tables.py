"""Random tracking tables from the headings that people use, with the meaning of every number."""

from dataclasses import dataclass, field
from random import Random

from openpyxl import Workbook

FLOW, WOMEN, STOCK, SEED = "SO3-01", "SO3-01/sex/women", "SO3-07", "SO2-05"
NAMES = {
    FLOW: ("SO3-01", "Farmers trained", "farmers  Trained", "SO3-01 Farmers trained"),
    STOCK: ("SO3-07", "Area under CA", "ផ្ទៃដីអនុវត្តកសិកម្មអភិរក្ស"),
    SEED: ("SO2-05", "Cover-crop seed produced"),
}
UNITS = {FLOW: ("people", "នាក់", "#", "persons"), STOCK: ("ha", "ហ.ត", "hectares"), SEED: ("kg", "គ.ក", "kgs")}
QUARTERS = (
    "{y} Q{q}",
    "Q{q} {y}",
    "{y}Q{q}",
    "ត្រីមាសទី{q} ឆ្នាំ{y}",
    "T{q} {y}",
    "Quarter {q}, {y}",
    "{months} {y}",
    "{be} ត្រីមាសទី{q}",
)
RESULT_WORDS = ("", "", "", "Actual", "Achieved", "លទ្ធផល", "Réalisé", "Results")
NOT_RESULTS = (
    "Target {y} Q{q}",
    "{y} Q{q} target",
    "Baseline",
    "Baseline {y}",
    "LOP target",
    "Life of project",
    "% of target",
    "{y} Q{q} % met",
    "Variance",
    "{y} Q{q} variance",
    "Plan {y}",
    "គោលដៅ {y}",
    "Cumulative",
    "{y} Q{q} planned",
    "End of project",
    "Écart {y} Q{q}",
    "Previous year",
    "Total",
)
REFUSED = (
    "FY{y} Q{q}",
    "FY{y}",
    "H1 {y}",
    "Sem 2 {y}",
    "ឆមាសទី១ {y}",
    "{month} {y}",
    "{y} Q{q} (revised)",
    "{y} Q{q} cumulative to date",
    "{y} Q{q} draft",
    "Q2-Q3 {y}",
    "{y} Q{q} xyz",
    "{y}/{next} Q{q}",
)
UNKNOWN = ("Cost", "Staff days", "Trips", "Budget code", "X")
MONTH_RANGES = ("Jan-Mar", "Apr-Jun", "Jul to Sep", "October - December")


@dataclass
class RandomTable:
    """A workbook, and by cell what is true: the number that a cell is, or None for a number that is no result."""

    workbook: Workbook
    truth: dict[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict)
    """By sheet and cell: quarter and key."""
    layout: str = "wide"


def make_random_table(random: Random) -> RandomTable:
    """Return a random table for the site RVG."""
    return _make_wide(random) if random.random() < 0.65 else _make_long(random)


def _format(random: Random, pattern: str, year: int, quarter: int) -> str:
    return pattern.format(
        y=year,
        q=quarter,
        be=year + 543,
        next=(year + 1) % 100,
        months=MONTH_RANGES[quarter - 1],
        month=random.choice(("Jan", "March", "តុលា", "décembre")),
    )


def _make_wide(random: Random) -> RandomTable:
    table = RandomTable(Workbook())
    sheet = table.workbook.active
    sheet.title = random.choice(("Tracking", "IPTT", "តារាង", "Sheet1"))
    if random.random() < 0.3:
        sheet.append([random.choice(("Indicator tracking table", "Results, strategic plan 2022-2026"))])
        sheet.append([])
    columns: list[tuple[str, str | None]] = []
    quarters = random.sample([(year, number) for year in (2024, 2025) for number in (1, 2, 3, 4)], random.randint(1, 4))
    for year, number in quarters:
        heading = f"{_format(random, random.choice(QUARTERS), year, number)} {random.choice(RESULT_WORDS)}".strip()
        columns.append((heading, f"{year}Q{number}"))
    for patterns, chance in ((NOT_RESULTS, 0.7), (REFUSED, 0.15), (UNKNOWN, 0.2)):
        while random.random() < chance and len(columns) < 9:
            year, number = random.choice((2024, 2025)), random.randint(1, 4)
            columns.append((_format(random, random.choice(patterns), year, number), None))
    random.shuffle(columns)
    has_types, has_units = random.random() < 0.3, random.random() < 0.5
    first = [random.choice(("Code", "Indicator", "សូចនាករ", "Indicator name"))]
    first += [random.choice(("Type", "Data", ""))] * has_types + [random.choice(("Unit", "ឯកតា"))] * has_units
    sheet.append([*first, *(heading for heading, _ in columns)])
    for code in random.sample(list(NAMES), random.randint(1, 3)):
        _append_indicator(random, table, code, columns, has_types, has_units)
    _append_strays(random, table)
    return table


def _append_indicator(
    random: Random,
    table: RandomTable,
    code: str,
    columns: list[tuple[str, str | None]],
    has_types: bool,
    has_units: bool,
) -> None:
    """Append the rows of an indicator: with types, a row of targets and one of results."""
    labels = (("Target", False), ("Actual", True)) if has_types else ((None, True),)
    name, unit = random.choice(NAMES[code]), random.choice(UNITS[code])
    keys = [code, WOMEN] if code == FLOW and random.random() < 0.5 else [code]
    for key in keys:
        own_name = name if key == code else random.choice(("of which women", "Female", "ស្រី"))
        for index, (label, is_result) in enumerate(labels):
            cells: list[object] = [own_name if index == 0 else None]
            cells += [label] * has_types + [unit if key == code else None] * has_units
            start = len(cells)
            numbers = [random.randint(1, 900) if random.random() < 0.8 else None for _ in columns]
            sheet = table.workbook.active
            sheet.append([*cells, *numbers])
            for offset, (number, (_, quarter)) in enumerate(zip(numbers, columns, strict=True)):
                if number is not None:
                    address = sheet.cell(sheet.max_row, start + offset + 1).coordinate
                    table.truth[sheet.title, address] = (quarter, key) if quarter and is_result else None


def _make_long(random: Random) -> RandomTable:
    table = RandomTable(Workbook(), layout="long")
    sheet = table.workbook.active
    sheet.title = "Data"
    value_heading = random.choice(("Value", "Actual", "លទ្ធផល", "Result"))
    others = random.sample(
        ("Target", "Baseline", "Variance", "% of target", "LOP", "Cost", "គោលដៅ"), random.randint(0, 3)
    )
    women_heading = random.choice(("Women", "Of which women", "Female", "ស្រី")) if random.random() < 0.4 else ""
    if women_heading:
        value_heading, others = random.choice((value_heading, "Total", "សរុប")), [women_heading, *others]
    headings = [*("Indicator", "Part", "Period"), value_heading, *others]
    order = list(range(len(headings)))
    random.shuffle(order)
    sheet.append([headings[position] for position in order])
    seen: set[tuple[str, str]] = set()
    for _ in range(random.randint(1, 8)):
        code = random.choice(list(NAMES))
        year, number = random.choice((2024, 2025)), random.randint(1, 4)
        part, key = random.choice(((None, code), ("Female", WOMEN))) if code == FLOW else (None, code)
        if (key, f"{year}Q{number}") in seen and random.random() < 0.8:
            continue
        is_repeated = (key, f"{year}Q{number}") in seen
        seen.add((key, f"{year}Q{number}"))
        cells = [random.choice(NAMES[code]), part, _format(random, random.choice(QUARTERS), year, number)]
        numbers: list[int | None] = [random.randint(1, 900) for _ in range(1 + len(others))]
        has_women = women_heading != "" and key == FLOW and (WOMEN, f"{year}Q{number}") not in seen
        if has_women:
            seen.add((WOMEN, f"{year}Q{number}"))
        elif women_heading:
            numbers[1] = None
        row = [*cells, *numbers]
        sheet.append([row[position] for position in order])
        for position in range(len(cells), len(row)):
            if row[position] is None:
                continue
            address = sheet.cell(sheet.max_row, order.index(position) + 1).coordinate
            is_value = position == len(cells)
            table.truth[sheet.title, address] = (f"{year}Q{number}", key) if is_value else None
            if has_women and position == len(cells) + 1:
                table.truth[sheet.title, address] = (f"{year}Q{number}", WOMEN)
            if is_repeated:
                table.truth[sheet.title, address] = None
    _append_strays(random, table)
    return table


def _append_strays(random: Random, table: RandomTable) -> None:
    """Type numbers beside the table or on another sheet."""
    if random.random() < 0.15:
        sheet = table.workbook.active
        cell = sheet.cell(random.randint(1, sheet.max_row + 2), sheet.max_column + 2, random.randint(1, 900))
        table.truth[sheet.title, cell.coordinate] = None
    if random.random() < 0.15:
        other = table.workbook.create_sheet("Notes")
        other["B2"] = random.randint(1, 900)
        table.truth["Notes", "B2"] = None
