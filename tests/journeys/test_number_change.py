"""Adding 1 to one cell of a return changes exactly the figures that depend on it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from etl.indicators.plans import Plan
from tests.support.cli_figures import (
    Choice,
    CliFigures,
    check_indicator,
    check_objective,
    check_objective_table,
    check_overview,
    check_site,
)
from tests.support.manager_account import MANAGER
from tests.support.page_content import PageContent, Row, Trace
from tests.support.staff_pages import StaffPages, open_staff_pages
from tests.support.stored_files import find_current_file

SITE, QUARTER, YEAR = "RTM", "2024Q3", "2024"
KEY = "SO3-01/sex/women"
TOTAL, SHARE = "SO3-01", "SO3-02"
"""The indicator with the reported part, and the indicator that the system derives from it."""

UNTOUCHED = "SO2-05"


@pytest.fixture
def pages(sample_copy: Path, shipped_plan: Plan) -> Iterator[StaffPages]:
    with open_staff_pages(sample_copy, shipped_plan) as staff_pages:
        yield staff_pages


def read_pages(pages: StaffPages, cli: CliFigures) -> dict[str, PageContent]:
    """Return the pages that depend on the number, after comparing each with the command line."""
    query, contents = cli.choice.query, {}
    checks = {
        "overview": lambda content: check_overview(content, cli),
        "objective/SO3": lambda content: check_objective(content, cli, "SO3"),
        f"objective/SO3{query}&view=table": lambda content: check_objective_table(content, cli, "SO3"),
        f"site/{SITE}": lambda content: check_site(content, cli, SITE),
        **{
            f"indicator/{code}": lambda content, code=code: check_indicator(content, cli, code)
            for code in (TOTAL, SHARE)
        },
        f"indicator/{UNTOUCHED}": lambda content: check_indicator(content, cli, UNTOUCHED),
    }
    for path, check in checks.items():
        contents[path] = pages.read(f"/staff/{path}" if "?" in path else f"/staff/{path}{query}")
        check(contents[path])
    return contents


def test_adding_one_to_a_cell_changes_exactly_the_dependent_figures(pages: StaffPages, tmp_path: Path) -> None:
    before = CliFigures(pages.run, pages.plan, Choice(f"?period={YEAR}", ("--year", YEAR)))
    file = find_current_file(before.run.database_url, SITE, QUARTER)
    pages_before = read_pages(pages, before)
    path = tmp_path / "one-more.xlsx"
    path.write_bytes(file.increment_number(KEY))
    before.run.succeed("load", path, "--as", MANAGER, "--approve")
    after = CliFigures(before.run, before.plan, before.choice)
    now = read_pages(pages, after)

    moved = {code for code, row in after.figures.items() if row != before.figures[code]}
    assert moved == {TOTAL, SHARE}
    assert now[f"indicator/{UNTOUCHED}"] == pages_before[f"indicator/{UNTOUCHED}"]
    for path in ("overview", f"objective/SO3?period={YEAR}&view=table", f"site/{SITE}"):
        assert list_changed_rows(pages_before[path], now[path]) == {SHARE}, path
    # The number of women grows by one; the number of trained people stays the same.
    share, parts = f"indicator/{SHARE}", f"indicator/{TOTAL}"
    assert collect_changed_parts(pages_before[parts], now[parts]) == {label_of(after.plan): Decimal(1)}
    assert get_numerator(now[share]) - get_numerator(pages_before[share]) == 1
    assert replace(now[parts], tables={}, charts={}) == replace(pages_before[parts], tables={}, charts={})
    assert collect_changed_points(pages_before[parts], now[parts]) == {"chart-parts": {YEAR}}
    assert collect_changed_points(pages_before[share], now[share]) == {
        "chart-years": {YEAR},
        "chart-sites": {name_of(after.plan, SITE)},
        "chart-history": {"2024Q3", "2024Q4"},
    }


def list_changed_rows(before_page: PageContent, now: PageContent) -> set[str]:
    before, after = ({row[0].small: row for row in _list_figure_rows(content)} for content in (before_page, now))
    return {code for code, row in after.items() if before[code] != row}


def _list_figure_rows(page: PageContent) -> tuple[Row, ...]:
    """Return the rows of both tables; a site's page has a second one for indicators without a target."""
    return (*page.tables["figures"], *page.tables.get("untargeted", ()))


def collect_changed_parts(before_page: PageContent, now: PageContent) -> dict[str, Decimal]:
    before, after = ({row[0].words: row[1].exact for row in content.tables["parts"]} for content in (before_page, now))
    return {name: Decimal(after[name]) - Decimal(before[name]) for name in after if after[name] != before[name]}


def collect_changed_points(before_page: PageContent, now: PageContent) -> dict[str, set[str]]:
    """Return the names of the points of actuals that changed, by chart."""
    changed: dict[str, set[str]] = {}
    for name, traces in now.charts.items():
        actual = 1 if name == "chart-history" else 0
        lies = name == "chart-sites"
        before, after = (
            dict(iterate_points(before_page.charts[name][actual], lies)),
            dict(iterate_points(traces[actual], lies)),
        )
        moved = {point for point in after if after[point] != before[point]}
        changed |= {name: moved} if moved else {}
    return changed


def iterate_points(trace: Trace, lying: bool) -> Iterable[tuple[str, object]]:
    names, lengths = (trace.y, trace.x) if lying else (trace.x, trace.y)
    return zip(names, zip(lengths, trace.exact, strict=True), strict=True)


def get_numerator(content: PageContent) -> Decimal:
    (first,) = re.findall(r"^[\d,]+", content.facts["Numerator"].words)
    return Decimal(first.replace(",", ""))


def label_of(plan: Plan) -> str:
    (part,) = [part for part in plan.list_parts(TOTAL) if f"{TOTAL}/{part.key}" == KEY]
    return part.label.en


def name_of(plan: Plan, site: str) -> str:
    return plan.site_by_code[site].name.en
