"""One more in one cell of one return moves exactly the figures that depend on it, on card, table, chart and CLI."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from etl.indicators.plans import Plan
from tests.browser.chromium import BrowserVisitor
from tests.browser.cli_figures import Choice, CliFigures, check_indicator, check_objective, check_overview, check_site
from tests.browser.page_reader import PageContent, Row, Trace, read_page
from tests.browser.served_app import MANAGER, ServeApp
from tests.browser.stored_files import find_current_file

pytestmark = pytest.mark.browser

SITE, QUARTER, YEAR = "RTM", "2024Q3", "2024"
KEY = "SO3-01/sex/women"
TOTAL, SHARE = "SO3-01", "SO3-02"
"""The indicator with the part that is typed, and the one that the system derives from it."""

UNTOUCHED = "SO2-05"


@pytest.fixture
def told(sample_copy: Path, shipped_plan: Plan, serve: ServeApp) -> Iterator[tuple[BrowserVisitor, CliFigures]]:
    with serve(sample_copy, shipped_plan) as site, site.visit() as visitor:
        yield visitor, CliFigures(site.run, shipped_plan, Choice(f"?period={YEAR}", ("--year", YEAR)))


def read_pages(visitor: BrowserVisitor, told: CliFigures) -> dict[str, PageContent]:
    """The pages on which the number matters, each checked against the command line."""
    query, found = told.choice.query, {}
    checks = {
        "overview": lambda seen: check_overview(seen, told),
        "objective/SO3": lambda seen: check_objective(seen, told, "SO3"),
        f"site/{SITE}": lambda seen: check_site(seen, told, SITE),
        **{f"indicator/{code}": lambda seen, code=code: check_indicator(seen, told, code) for code in (TOTAL, SHARE)},
        f"indicator/{UNTOUCHED}": lambda seen: check_indicator(seen, told, UNTOUCHED),
    }
    for path, check in checks.items():
        visitor.open(f"/staff/{path}{query}")
        found[path] = read_page(visitor.page)
        check(found[path])
    return found


def test_one_more_in_one_cell_moves_exactly_its_figures_on_every_page(
    told: tuple[BrowserVisitor, CliFigures], tmp_path: Path
) -> None:
    visitor, before = told
    file = find_current_file(before.run.database_url, SITE, QUARTER)
    seen = read_pages(visitor, before)
    path = tmp_path / "one-more.xlsx"
    path.write_bytes(file.increment_number(KEY))
    before.run.succeed("load", path, "--as", MANAGER, "--approve")
    after = CliFigures(before.run, before.plan, before.choice)
    now = read_pages(visitor, after)

    moved = {code for code, row in after.figures.items() if row != before.figures[code]}
    assert moved == {TOTAL, SHARE}
    assert now[f"indicator/{UNTOUCHED}"] == seen[f"indicator/{UNTOUCHED}"]
    for path in ("overview", "objective/SO3", f"site/{SITE}"):
        assert changed_rows(seen[path], now[path]) == {SHARE}, path
    # Of the trained people one more is a woman, while their number stays.
    share, parts = f"indicator/{SHARE}", f"indicator/{TOTAL}"
    assert changed_parts(seen[parts], now[parts]) == {label_of(after.plan): Decimal(1)}
    assert numerator(now[share]) - numerator(seen[share]) == 1
    assert replace(now[parts], tables={}, charts={}) == replace(seen[parts], tables={}, charts={})
    assert changed_points(seen[parts], now[parts]) == {"chart-parts-sex": {YEAR}}
    assert changed_points(seen[share], now[share]) == {
        "chart-years": {YEAR},
        "chart-sites": {name_of(after.plan, SITE)},
        "chart-history": {"2024Q3", "2024Q4"},
        f"chart-site-{SITE}": {"2024Q3", "2024Q4"},
    }


def changed_rows(seen: PageContent, now: PageContent) -> set[str]:
    before, after = ({row[0].small: row for row in _figure_rows(one)} for one in (seen, now))
    return {code for code, row in after.items() if before[code] != row}


def _figure_rows(page: PageContent) -> tuple[Row, ...]:
    """A site's page has a second table, of what it has no target for."""
    return (*page.tables["figures"], *page.tables.get("untargeted", ()))


def changed_parts(seen: PageContent, now: PageContent) -> dict[str, Decimal]:
    before, after = ({row[0].words: row[1].exact for row in one.tables["parts-sex"]} for one in (seen, now))
    return {name: Decimal(after[name]) - Decimal(before[name]) for name in after if after[name] != before[name]}


def changed_points(seen: PageContent, now: PageContent) -> dict[str, set[str]]:
    """The names of the points of each chart's actuals that lie elsewhere than before."""
    found: dict[str, set[str]] = {}
    for name, traces in now.charts.items():
        actual = 1 if name == "chart-history" else 0
        lies = name == "chart-sites"
        before, after = dict(points(seen.charts[name][actual], lies)), dict(points(traces[actual], lies))
        moved = {point for point in after if after[point] != before[point]}
        found |= {name: moved} if moved else {}
    return found


def points(trace: Trace, lying: bool) -> Iterable[tuple[str, object]]:
    names, lengths = (trace.y, trace.x) if lying else (trace.x, trace.y)
    return zip(names, zip(lengths, trace.exact, strict=True), strict=True)


def numerator(seen: PageContent) -> Decimal:
    (first,) = re.findall(r"^[\d,]+", seen.facts["Numerator"].words)
    return Decimal(first.replace(",", ""))


def label_of(plan: Plan) -> str:
    (part,) = [one for one in plan.parts_of(TOTAL) if f"{TOTAL}/{one.key}" == KEY]
    return part.label.en


def name_of(plan: Plan, site: str) -> str:
    return plan.site_by_code[site].name.en
