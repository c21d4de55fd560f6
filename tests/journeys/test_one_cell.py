"""Adding one to cells of returns changes exactly the dependent figures."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from etl.database.connection import reading
from etl.database.read.returns import find_received_file, read_cells, read_returns
from etl.indicators.periods import PlanToDate, parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.sample.build import MANAGER
from tests.support.command_line import CommandLine, FigureRow, find_changed_figures
from tests.support.fill_forms import change_cell
from tests.support.shared_fixtures import SampleDatabase

TO_DATE = str(PlanToDate())
Figures = dict[tuple[str, str, str], FigureRow]


@dataclass(frozen=True)
class CellChange:
    """The changed cells, and the expected changes by indicator and period: the field and its difference."""

    site: str
    quarter: str
    cells: tuple[str, ...]
    moves: Mapping[tuple[str, str], tuple[str, int]]


CASES = {
    "a plain flow": CellChange(
        "RVG",
        "2023Q2",
        ("SO2-05",),
        {("SO2-05", period): ("amount", 1) for period in (TO_DATE, "2023", "2023Q2")},
    ),
    "a part of which a share is derived": CellChange(
        "RTM",
        "2024Q3",
        ("SO3-01/sex/women",),
        {
            **{("SO3-01", period): ("parts", 1) for period in (TO_DATE, "2024", "2024Q3")},
            # A share over several years is that of its latest year, so the plan to date doesn't change.
            **{("SO3-02", period): ("numerator", 1) for period in ("2024", "2024Q3")},
        },
    ),
    "a stock that is the denominator of two shares, with one of the groups it is made of": CellChange(
        "BKN",
        "2023Q4",
        ("SO2-01", "SO2-01/group/other"),
        {
            **{("SO2-01", period): ("amount", 1) for period in ("2023", "2023Q4")},
            **{(code, period): ("denominator", 1) for code in ("SO2-03", "SO2-07") for period in ("2023", "2023Q4")},
        },
    ),
    "a flow since January: the later return of the year takes it off again": CellChange(
        "STC",
        "2024Q2",
        ("SO3-01",),
        {("SO3-01", "2024Q2"): ("amount", 1), ("SO3-02", "2024Q2"): ("denominator", 1)},
    ),
}


@pytest.fixture(scope="module")
def years(shared_sample: SampleDatabase) -> tuple[int, ...]:
    """Return the years of the changed cells, in `make soak` all years. The plan to date is always compared."""
    changed = {parse_quarter(case.quarter).year for case in CASES.values()}
    return shared_sample.years if os.environ.get("SOAK") == "1" else tuple(sorted(changed))


@pytest.fixture(scope="module")
def before(shared_sample: SampleDatabase, years: tuple[int, ...]) -> Figures:
    return CommandLine(f"sqlite:///{shared_sample.path}").all_figures(years)


def test_adding_one_to_a_cell_changes_exactly_the_dependent_figures(
    sample_run: CommandLine, years: tuple[int, ...], before: Figures, tmp_path: Path, open_database
) -> None:
    """Change a cell in each of several returns, whose figures are different ones, and compute every figure once."""
    places = [(name, *key, sites) for name, case in CASES.items() for key in case.moves for sites in ("all", case.site)]
    expected = {place[1:] for place in places}
    assert len(expected) == len(places), "two cases change the same figure"
    for number, case in enumerate(CASES.values()):
        import_increment(sample_run, open_database, case, tmp_path / f"one-more-{number}.xlsx", "--approve")
    after = sample_run.all_figures(years)
    assert find_changed_figures(before, after) == expected
    for name, *place, sites in places:
        case, key = CASES[name], (*place, sites)
        number, change = case.moves[tuple(place)]
        moved = get_number(after[key], number, case) - get_number(before[key], number, case)
        assert moved == change, (name, key)


def test_an_unapproved_change_affects_no_approved_figure(
    sample_run: CommandLine, years: tuple[int, ...], tmp_path: Path, open_database, is_soak: bool
) -> None:
    """Compare the quarter's figures of all and of each site, in `make soak` those of every year too."""
    case = CASES["a plain flow"]

    def read(*more: str) -> Figures:
        if is_soak:
            return sample_run.all_figures(years, *more)
        rows = sample_run.figures("--year", case.quarter[:4], "--quarter", case.quarter, *more)
        rows += sample_run.figures("--year", case.quarter[:4], "--quarter", case.quarter, "--site", case.site, *more)
        return {(row["indicator"], row["period"], ",".join(row["sites"])): row for row in rows}

    approved, before = read("--approved"), read()
    import_increment(sample_run, open_database, case, tmp_path / "one-more.xlsx")
    assert read("--approved") == approved
    moved = {key[0] for key in find_changed_figures(before, read())}
    # The share of approved returns stays: this return corrects an approved one.
    assert moved == {"SO2-05"}


def get_number(row: FigureRow, number: str, case: CellChange) -> Decimal:
    if number == "parts":
        return Decimal(row["parts"][case.cells[0].partition("/")[2]]["amount"])
    return Decimal(row["actual"][number])


def import_increment(run: CommandLine, open_database, case: CellChange, path: Path, *approve: str) -> None:
    """Increment the cells in the approved file of the site and quarter, and import it."""
    with reading(open_database(run.database_url)) as connection:
        quarters = [parse_quarter(case.quarter)]
        (approved,) = read_returns(connection, sites=[case.site], quarters=quarters, states=[ReturnState.APPROVED])
        file = find_received_file(connection, approved.sha256)
        address = {str(cell.key): cell.address for cell in read_cells(connection, approved.id)}
    assert file is not None
    data = file.data
    for key in case.cells:
        data = change_cell(data, address[key], lambda value: value + 1)
    path.write_bytes(data)
    (loaded,) = run.succeed("load", path, "--as", MANAGER, "--format", "json", *approve).json
    assert (loaded["site"], loaded["quarter"]) == (case.site, case.quarter)
    assert loaded["superseded"] == (approved.id if approve else None)
