"""The oracle over the sample's entries equals every figure that `figures` prints."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from etl.database.connection import reading
from etl.database.read.returns import read_cells, read_findings, read_returns
from etl.indicators.periods import parse_quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Source
from etl.returns.findings.finding import Severity
from tests.support.command_line import CommandLine, FigureRow
from tests.support.compare_printed_figures import list_printed_differences, list_printed_part_differences
from tests.support.core_and_oracle import parse_period
from tests.support.reference_arithmetic import compute_reference_figure
from tests.support.sample_oracle import build_returns
from tests.support.shared_fixtures import TODAY, SampleDatabase

QUARTERS = (
    *("2022Q1", "2022Q4", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2"),
    *("2024Q3", "2024Q4", "2025Q2", "2026Q3", "2026Q4"),
)
ONE_OF = {False: 4, True: 8}
"""`make test` compares one of so many figures, by whether only approved returns are effective."""
FEW_QUARTERS = ("2022Q1", "2023Q3", "2024Q1", "2026Q3", "2026Q4")
"""The quarters whose figures `make test` prints."""
PrintedFigure = tuple[tuple[str, ...] | None, FigureRow]
"""The sites and the printed figure."""
PLANTED = {
    ("RTM", "2024Q1", "stock-unusual"),
    ("STC", "2024Q4", "stock-unusual"),
    ("STC", "2024Q2", "basis-differs"),
    ("STC", "2025Q2", "basis-differs"),
}
"""The warnings of the sample's returns: stocks that changed while returns were missing, and a year to date."""


MOST = Decimal("1.6")
"""The highest believable share of a target in the sample."""
SHOWN = {"achieved", "on_track", "at_risk", "off_track", "no_data", "incomplete"}
"""Ratings that the sample must contain, so that pages show them."""


@pytest.fixture(scope="module")
def printed_figures(shared_sample: SampleDatabase) -> Callable[[bool], list[PrintedFigure]]:
    """Return a function that gives what the command line prints, by whether only approved returns are effective."""
    run = CommandLine(f"sqlite:///{shared_sample.path}")
    return cache(lambda approved_only: list(list_printed_figures(shared_sample, run, approved_only=approved_only)))


def list_quarters() -> tuple[str, ...]:
    return QUARTERS if os.environ.get("SOAK") == "1" else FEW_QUARTERS


def test_the_sample_s_figures_are_believable_and_of_every_rating(
    shared_sample: SampleDatabase, printed_figures: Callable[[bool], list[PrintedFigure]]
) -> None:
    rows = [row for sites, row in printed_figures(False) if sites is None]
    yearly = [row for row in rows if row["period"] == PLAN_TO_DATE or row["period"].isdigit()]
    shares = {(row["indicator"], row["period"]): row["headline"] for row in yearly}
    numbers = {place: Decimal(share) for place, share in shares.items() if share.removeprefix("-")[:1].isdigit()}
    assert len(numbers) > len(shared_sample.plan.indicators)
    assert {place: share for place, share in numbers.items() if share > MOST} == {}
    assert {row["rating"] for row in yearly} >= SHOWN


@pytest.mark.parametrize("approved_only", [False, True], ids=["with unapproved", "approved only"])
def test_the_oracle_over_the_entries_equals_every_printed_figure(
    shared_sample: SampleDatabase,
    printed_figures: Callable[[bool], list[PrintedFigure]],
    remembering_oracle: None,
    approved_only: bool,
    is_soak: bool,
) -> None:
    """Compare every figure in `make soak`, else a selection that has every indicator, period and site."""
    figures = printed_figures(approved_only)
    indicators, sites = shared_sample.plan.indicators, shared_sample.plan.sites
    periods = 1 + len(shared_sample.years) + len(list_quarters())
    assert len(figures) == periods * len(indicators) * (1 + len(sites))
    compared = figures if is_soak else Random(2026).sample(figures, len(figures) // ONE_OF[approved_only])
    assert {row["indicator"] for _, row in compared} == {indicator.code for indicator in indicators}
    assert len({row["period"] for _, row in compared}) == periods
    assert {chosen for chosen, _ in compared} == {None, *((site.code,) for site in sites)}
    plans = make_single_plan(shared_sample.plan)
    returns = build_returns(shared_sample.sample.entries, approved_only=approved_only)
    all_differences: list[str] = []
    for chosen, row in compared:
        query = {
            "indicator": row["indicator"],
            "sites": chosen,
            "period": parse_period("" if row["period"] == PLAN_TO_DATE else row["period"]),
            "today": TODAY,
        }
        differences = list_printed_differences(row, compute_reference_figure(plans, returns, **query))
        for part in shared_sample.plan.list_parts(row["indicator"]):
            there = compute_reference_figure(plans, returns, part=part.key, **query)
            differences += list_printed_part_differences(part.key, row["parts"][part.key], there)
        all_differences += [f"{row['indicator']} {row['period']} {chosen}: {line}" for line in differences]
    assert not all_differences, f"{len(all_differences)} differences:\n" + "\n".join(all_differences[:40])


PLAN_TO_DATE = str(parse_period(""))


def list_printed_figures(sample: SampleDatabase, run: CommandLine, *, approved_only: bool) -> Iterator[PrintedFigure]:
    """Yield every figure of the command line for the periods, with its sites."""
    options = ("--approved",) if approved_only else ()
    periods = [word for year in sample.years for word in ("--year", year)]
    periods += [word for quarter in list_quarters() for word in ("--quarter", quarter)]
    for sites in (None, *((site.code,) for site in sample.plan.sites)):
        site_options = () if sites is None else ("--site", *sites)
        for when in ((), periods):
            for row in run.figures(*site_options, *when, *options):
                yield sites, row


def test_a_pending_return_is_effective_only_with_unapproved_returns(
    shared_sample: SampleDatabase, sample_run: CommandLine
) -> None:
    pending = {(entry.site, entry.quarter) for entry in shared_sample.sample.entries if not entry.is_approved}
    assert pending, "the sample plants no return that waits"
    by_code = shared_sample.plan.indicator_by_code
    for site, quarter in pending:
        chosen = ("--site", site, "--quarter", quarter)
        entered = [row for row in sample_run.figures(*chosen) if by_code[row["indicator"]].source is not Source.SYSTEM]
        approved_rows = [
            row for row in sample_run.figures(*chosen, "--approved") if row["indicator"] in _list_codes(entered)
        ]
        assert any(row["actual"]["reported"] for row in entered)
        assert not any(row["actual"]["reported"] for row in approved_rows)


def _list_codes(rows: Sequence[FigureRow]) -> set[str]:
    return {row["indicator"] for row in rows}


def test_every_entered_number_is_stored_with_its_cell(
    shared_sample: SampleDatabase, sample_run: CommandLine, open_database
) -> None:
    entered = {
        (entry.file, entry.key): (entry.sheet, entry.cell, entry.value) for entry in shared_sample.sample.entries
    }
    stored = {}
    with reading(open_database(sample_run.database_url)) as connection:
        for return_ in read_returns(connection):
            for cell in read_cells(connection, return_.id):
                value = "NC" if cell.value is None else str(cell.value)
                stored[return_.file_name, str(cell.key)] = (cell.sheet, cell.address, value)
    assert len(entered) == len(shared_sample.sample.entries)
    assert {key: _parse_value(value) for key, value in stored.items()} == {
        key: _parse_value(entry) for key, entry in entered.items()
    }


def _parse_value(place: tuple[str, str, str]) -> tuple[str, str, object]:
    return place[0], place[1], place[2] if place[2] == "NC" else Decimal(place[2])


def test_the_sample_has_exactly_the_planted_warnings(
    shared_sample: SampleDatabase, sample_run: CommandLine, open_database
) -> None:
    warnings: set[tuple[str, str, str]] = set()
    with reading(open_database(sample_run.database_url)) as connection:
        for return_ in read_returns(connection):
            findings = read_findings(connection, return_.id)
            assert not any(finding.is_error for finding in findings)
            warnings.update(
                (return_.site, str(return_.quarter), finding.code)
                for finding in findings
                if finding.severity is Severity.WARNING
            )
    assert warnings == PLANTED


def test_the_sample_contains_every_promised_case(shared_sample: SampleDatabase) -> None:
    entries = shared_sample.sample.entries
    files_by_key: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        files_by_key[entry.site, entry.quarter].add(entry.file)
    assert any(len(files) > 1 for files in files_by_key.values()), "no corrected return"
    assert any(entry.basis == "year_to_date" for entry in entries), "no return since January"
    assert any(entry.value == "NC" for entry in entries), "nothing that was not collected"
    sites = {site for site, _ in files_by_key}
    quarters = {quarter for _, quarter in files_by_key}
    assert sites == {site.code for site in shared_sample.plan.sites}
    assert len(files_by_key) < len(sites) * len(quarters), "no quarter is missing"
    calendar = shared_sample.plan.settings.calendar
    assert any(not calendar.is_on_time(parse_quarter(entry.quarter), entry.submitted) for entry in entries), (
        "nobody is late"
    )
