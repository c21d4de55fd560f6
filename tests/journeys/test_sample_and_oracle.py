"""Everything that the sample's maker typed, given to the slow oracle, makes every figure that `figures` prints."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from etl.database.connection import reading
from etl.database.read.returns import read_cells, read_findings, read_returns
from etl.indicators.periods import parse_quarter
from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Source
from etl.returns.findings.finding import Severity
from tests.support.command_line import CommandLine, FigureRow
from tests.support.compare_printed_figures import list_printed_differences, list_printed_value_differences
from tests.support.core_and_oracle import parse_period
from tests.support.reference_arithmetic import reference_figure, reference_part
from tests.support.sample_oracle import build_returns
from tests.support.shared_fixtures import TODAY, SampleDatabase

QUARTERS = (
    *("2022Q1", "2022Q4", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2"),
    *("2024Q3", "2024Q4", "2025Q2", "2026Q3", "2026Q4"),
)
PLANTED = {
    ("RTM", "2024Q1", "stock-unusual"),
    ("STC", "2024Q4", "stock-unusual"),
    ("STC", "2024Q2", "basis-differs"),
    ("STC", "2025Q2", "basis-differs"),
}
"""What returns of the sample are warned of: levels moved while returns were missing, a year was counted to date."""


MOST = Decimal("1.6")
"""No indicator of the sample goes further past its target in any year: nobody would believe it."""
SHOWN = {"achieved", "on_track", "at_risk", "off_track", "no_data", "incomplete"}
"""Ratings that the sample must show somewhere, so that pages and pictures do."""


def test_the_sample_s_figures_are_believable_and_of_every_rating(
    shared_sample: SampleDatabase, sample_run: CommandLine
) -> None:
    rows = [row for sites, row in printed(shared_sample, sample_run, approved_only=False) if sites is None]
    yearly = [row for row in rows if row["period"] == PLAN_TO_DATE or row["period"].isdigit()]
    shares = {(row["indicator"], row["period"]): row["headline"] for row in yearly}
    numbers = {place: Decimal(share) for place, share in shares.items() if share.removeprefix("-")[:1].isdigit()}
    assert len(numbers) > len(shared_sample.plan.indicators)
    assert {place: share for place, share in numbers.items() if share > MOST} == {}
    assert {row["rating"] for row in yearly} >= SHOWN


@pytest.mark.parametrize("approved_only", [False, True], ids=["with unapproved", "approved only"])
def test_the_oracle_over_the_entries_equals_every_printed_figure(
    shared_sample: SampleDatabase, sample_run: CommandLine, remembering_oracle: None, approved_only: bool
) -> None:
    plans = only_plan(shared_sample.plan)
    returns = build_returns(shared_sample.sample.entries, approved_only=approved_only)
    wrong: list[str] = []
    asked = 0
    for sites, row in printed(shared_sample, sample_run, approved_only=approved_only):
        question = {
            "indicator": row["indicator"],
            "sites": sites,
            "period": parse_period("" if row["period"] == PLAN_TO_DATE else row["period"]),
            "today": TODAY,
        }
        asked += 1
        found = list_printed_differences(row, reference_figure(plans, returns, **question))
        for part in shared_sample.plan.parts_of(row["indicator"]):
            there = reference_part(plans, returns, part=part.key, **question)
            found += list_printed_value_differences(part.key, row["parts"][part.key], there)
        wrong += [f"{row['indicator']} {row['period']} {sites}: {line}" for line in found]
    periods = 1 + len(shared_sample.years) + len(QUARTERS)
    assert asked == periods * len(shared_sample.plan.indicators) * (1 + len(shared_sample.plan.sites))
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:40])


PLAN_TO_DATE = str(parse_period(""))


def printed(
    made: SampleDatabase, run: CommandLine, *, approved_only: bool
) -> Iterator[tuple[tuple[str, ...] | None, dict]]:
    """Every figure of the command line for the periods, with the sites that were asked for."""
    more = ("--approved",) if approved_only else ()
    periods = [word for year in made.years for word in ("--year", year)]
    periods += [word for quarter in QUARTERS for word in ("--quarter", quarter)]
    for sites in (None, *((site.code,) for site in made.plan.sites)):
        chosen = () if sites is None else ("--site", *sites)
        for when in ((), periods):
            for row in run.figures(*chosen, *when, *more):
                yield sites, row


def test_a_pending_return_is_effective_only_with_unapproved_returns(
    shared_sample: SampleDatabase, sample_run: CommandLine
) -> None:
    waiting = {(entry.site, entry.quarter) for entry in shared_sample.sample.entries if not entry.is_approved}
    assert waiting, "the sample plants no return that waits"
    by_code = shared_sample.plan.indicator_by_code
    for site, quarter in waiting:
        chosen = ("--site", site, "--quarter", quarter)
        typed = [row for row in sample_run.figures(*chosen) if by_code[row["indicator"]].source is not Source.SYSTEM]
        left = [row for row in sample_run.figures(*chosen, "--approved") if row["indicator"] in _codes(typed)]
        assert any(row["actual"]["reported"] for row in typed)
        assert not any(row["actual"]["reported"] for row in left)


def _codes(rows: Sequence[FigureRow]) -> set[str]:
    return {row["indicator"] for row in rows}


def test_every_entered_number_is_stored_with_its_cell(
    shared_sample: SampleDatabase, sample_run: CommandLine, open_database
) -> None:
    typed = {(entry.file, entry.key): (entry.sheet, entry.cell, entry.value) for entry in shared_sample.sample.entries}
    stored = {}
    with reading(open_database(sample_run.database_url)) as connection:
        for return_ in read_returns(connection):
            for cell in read_cells(connection, return_.id):
                value = "NC" if cell.value is None else str(cell.value)
                stored[return_.file_name, str(cell.key)] = (cell.sheet, cell.address, value)
    assert len(typed) == len(shared_sample.sample.entries)
    assert {key: _exact(value) for key, value in stored.items()} == {key: _exact(entry) for key, entry in typed.items()}


def _exact(place: tuple[str, str, str]) -> tuple[str, str, object]:
    return place[0], place[1], place[2] if place[2] == "NC" else Decimal(place[2])


def test_the_sample_has_exactly_the_planted_warnings(
    shared_sample: SampleDatabase, sample_run: CommandLine, open_database
) -> None:
    told: set[tuple[str, str, str]] = set()
    with reading(open_database(sample_run.database_url)) as connection:
        for return_ in read_returns(connection):
            found = read_findings(connection, return_.id)
            assert not any(finding.is_error for finding in found)
            told.update(
                (return_.site, str(return_.quarter), finding.code)
                for finding in found
                if finding.severity is Severity.WARNING
            )
    assert told == PLANTED


def test_the_sample_contains_every_promised_case(shared_sample: SampleDatabase) -> None:
    typed = shared_sample.sample.entries
    sent: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in typed:
        sent[entry.site, entry.quarter].add(entry.file)
    assert any(len(files) > 1 for files in sent.values()), "no corrected return"
    assert any(entry.basis == "year_to_date" for entry in typed), "no return since January"
    assert any(entry.value == "NC" for entry in typed), "nothing that was not collected"
    sites = {site for site, _ in sent}
    quarters = {quarter for _, quarter in sent}
    assert sites == {site.code for site in shared_sample.plan.sites}
    assert len(sent) < len(sites) * len(quarters), "no quarter is missing"
    calendar = shared_sample.plan.settings.calendar
    assert any(not calendar.is_on_time(parse_quarter(entry.quarter), entry.submitted) for entry in typed), (
        "nobody is late"
    )
