"""Cards, charts, hover texts, tables, the drawer, CSV, Excel, JSON and PDF show the oracle's numbers.

The selections are random. `test_sample_edition.py` does the same for every figure, page and file of an edition.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.selection import Selection, append_parameters, make_address
from etl.database.connection import writing
from etl.database.read.plans import read_plans
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.results import NoValue, Rating
from etl.indicators.site_groups import SiteSelection, list_selected_codes
from etl.indicators.vocabulary import AcrossSites, Indicator, OverTime, Role, SiteReturn
from etl.locale import get_locale
from etl.publication.print_pdf import find_chromium
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.reporting.meeting_pack import PackChoice, make_pack
from etl.wording import describe_amount, describe_rating, describe_share, describe_target_reached
from tests.support.command_line import CLOCK, CommandLine
from tests.support.compare_files import (
    KINDS,
    check_explanations,
    check_pack_workbook,
    check_printed_figures,
    check_tracking_files,
    list_kinds,
    to_decimal,
)
from tests.support.compare_rendered import assert_cell, assert_target, check_compared_bars, check_comparison, is_number
from tests.support.reference_arithmetic import ReferenceFigure, compute_reference_figure
from tests.support.rendered_pages import RenderedCell, RenderedPage, fetch_page
from tests.support.sample_oracle import build_returns
from tests.support.shared_fixtures import TODAY, SampleDatabase
from tests.support.stored_returns import store_plan

NOW = datetime.fromisoformat(CLOCK)
PASSWORD = "a password of tests"
SELECTIONS, SELECTIONS_IN_SOAK = (0, 1, 4, 5), range(200)
"""The seeds of selections. Those of `make test` have every kind of figure, period, sites, plan version and language."""
PDFS, PDFS_IN_SOAK = 1, 200
REVISED_FROM = date(2025, 1, 1)


@dataclass
class Oracle:
    """The oracle for one selection, with cached figures."""

    plans: Plans
    returns: list[SiteReturn]
    sites: SiteSelection | None
    period: Period

    def __post_init__(self) -> None:
        self._cache: dict[tuple[str, Period, SiteSelection | None, str], ReferenceFigure] = {}

    def figure(
        self, code: str, period: Period | None = None, sites: tuple[str, ...] | None = None, part: str = ""
    ) -> ReferenceFigure:
        key = (code, self.period if period is None else period, sites or self.sites, part)
        if key not in self._cache:
            self._cache[key] = compute_reference_figure(
                self.plans, self.returns, indicator=code, sites=key[2], period=key[1], part=part, today=TODAY
            )
        return self._cache[key]


@dataclass(frozen=True)
class SampleApp:
    """The sample with a second plan version, which has other targets from 2025."""

    run: CommandLine
    client: FlaskClient
    source: DataSource
    plans: Plans
    returns: dict[bool, list[SiteReturn]]
    """Returns by whether unapproved ones are included."""

    def oracle(self, selection: Selection) -> Oracle:
        chosen = selection.plan_version
        plans = self.plans
        if chosen is not None:
            plans = Plans((PlanVersion(chosen, date.min, self.plan_of(selection)),))
        return Oracle(plans, self.returns[selection.include_unapproved], selection.sites or None, selection.period)

    def plan_of(self, selection: Selection) -> Plan:
        if selection.plan_version is None:
            return self.plans.latest
        return self.plans.versions[selection.plan_version - 1].plan


def revise_plan(plan: Plan) -> Plan:
    """Raise the targets of numbers by a tenth, and combine the sites of one level as their mean, not their sum."""
    stages = {indicator.code for indicator in plan.indicators if indicator.is_stage}
    targets = tuple(
        target if target.indicator in stages else replace(target, value=target.value * Decimal("1.1"))
        for target in plan.targets
    )
    terms = {code for indicator in plan.indicators for code in indicator.sum_of}
    level = next(
        indicator
        for indicator in plan.indicators
        if indicator.over_time is OverTime.STOCK
        and indicator.across_sites is AcrossSites.SUM
        and not (indicator.is_ratio or indicator.is_total or indicator.code in terms)
    )
    indicators = tuple(
        replace(indicator, across_sites=AcrossSites.MEAN) if indicator is level else indicator
        for indicator in plan.indicators
    )
    return replace(plan, indicators=indicators, targets=targets)


@pytest.fixture
def sample_app(shared_sample: SampleDatabase, sample_run: CommandLine, remembering_oracle: None) -> Iterator[SampleApp]:
    source = open_data_source(sample_run.database_url)
    add_user(source.engine, "mia", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    with writing(source.engine) as connection:
        store_plan(connection, revise_plan(shared_sample.plan), when=NOW, effective=REVISED_FROM)
        plans = read_plans(connection)
        assert plans is not None
        refresh_all_rollups(connection, plans)
        increment_data_version(connection)
    settings = Settings(
        database_url=sample_run.database_url, secret_key="a secret of tests only, not real", fixed_now=NOW
    )
    client = create_app(settings, source).server.test_client()
    assert client.post("/sign-in", data={"name": "mia", "password": PASSWORD}).status_code == 303
    typed = shared_sample.sample.entries
    returns = {is_all: build_returns(typed, approved_only=not is_all) for is_all in (True, False)}
    yield SampleApp(sample_run, client, source, plans, returns)
    source.engine.dispose()


def draw_selection(dice: Random, plan: Plan) -> Selection:
    first, last = plan.settings.first_year, plan.settings.last_year
    begin = dice.randint(first, last)
    codes = [site.code for site in plan.sites]
    periods: list[Period] = [PlanToDate(), Years(begin, begin), Years(begin, dice.randint(begin, last))]
    chosen = set(dice.sample(codes, dice.randint(1, 3))) if dice.random() < 0.5 else set()
    sites: SiteSelection = tuple(code for code in codes if code in chosen)
    if dice.random() < 0.25:
        sites = dice.choice(plan.provinces)
    return Selection(
        objectives=(dice.choice([objective.code for objective in plan.objectives]),),
        period=dice.choice([*periods, Quarter(begin, dice.randint(1, 4))]),
        sites=sites,
        include_unapproved=dice.random() < 0.6,
        plan_version=dice.choice([None, None, 1, 2]),
        language=dice.choice(["en", "km"]),
        compare=dice.choice(["", "year-before", "each-site", "each-site", str(begin), f"site-{dice.choice(codes)}"]),
    )


def test_every_number_everywhere_equals_the_oracle(sample_app: SampleApp, is_soak: bool) -> None:
    kinds: set[str] = set()
    for seed in SELECTIONS_IN_SOAK if is_soak else SELECTIONS:
        selection = draw_selection(Random(seed), sample_app.plans.latest)
        oracle = sample_app.oracle(selection)
        try:
            check_overview(sample_app, selection, oracle)
            check_objective(sample_app, selection, oracle)
            check_indicator(sample_app, selection, oracle, Random(seed))
            plan, client, find = sample_app.plan_of(selection), sample_app.client, oracle.figure
            check_tracking_files(client, selection, plan, find)
            check_pack_workbook(client, selection, plan, find)
            check_printed_figures(sample_app.run, selection, plan, find)
            indicators = plan.list_indicators(selection.objective)
            check_explanations(client, selection, plan, find, indicators[seed % len(indicators)].code)
            kinds.update(list_kinds(selection, plan))
        except AssertionError as error:
            raise AssertionError(f"selection {seed}: {selection}") from error
    assert kinds == set(KINDS)


def assert_share(cell: RenderedCell, reference: ReferenceFigure, indicator: Indicator, language: str) -> None:
    """Check the percentage; of an indicator in stages whether its target is reached, or why that is unknown."""
    if not indicator.is_stage:
        assert_cell(cell, reference.headline, None, language)
        return
    target, actual = reference.target, reference.actual.amount
    if isinstance(target, NoValue) or isinstance(actual, NoValue):
        reason = target if isinstance(target, NoValue) else actual
        assert isinstance(reason, NoValue)
        expected = describe_share(reason, get_locale(language))
    else:
        expected = describe_target_reached(actual >= target, get_locale(language))
    assert isinstance(reference.headline, NoValue)
    assert cell.numbers[0] == (reference.headline.value, expected)


def check_overview(sample_app: SampleApp, selection: Selection, oracle: Oracle) -> None:
    """Check the ratings of the objectives in table and chart, and the figures of the table."""
    plan = sample_app.plan_of(selection)
    page = fetch_page(sample_app.client, make_address(selection, "/staff/overview"))
    chosen = [objective for objective in plan.objectives if objective.code in selection.objectives]
    indicators = tuple(indicator for objective in chosen for indicator in plan.list_indicators(objective.code))
    check_figures(page, selection, oracle, indicators, plan)
    check_comparison(page, selection, oracle.figure, plan)
    for objective in chosen:
        ratings = Counter(oracle.figure(indicator.code).rating for indicator in plan.list_indicators(objective.code))
        (row,) = [row for row in page.tables["objectives"][1] if row[0].text.endswith(objective.code)]
        for rating, count in ratings.items():
            name = describe_rating(Rating(rating), selection.locale)
            assert f"{count} {name}" in row[2].text, row
            (trace,) = [trace for trace in page.charts["chart-objectives"] if trace["name"] == name]
            assert trace["x"][trace["y"].index(objective.code)] == count


def check_figures(
    page: RenderedPage, selection: Selection, oracle: Oracle, indicators: tuple[Indicator, ...], plan: Plan
) -> None:
    _ = selection.locale.gettext
    header, rows = page.tables["figures"]
    by_code = {row[0].text.split()[-1]: row for row in rows}
    assert set(by_code) == {indicator.code for indicator in indicators}
    for code, row in by_code.items():
        reference, indicator = oracle.figure(code), plan.indicator_by_code[code]
        assert row[header.index(_("Rating"))].text.endswith(
            describe_rating(Rating(reference.rating), selection.locale)
        ), code
        assert_cell(row[header.index(_("Actual"))], reference.actual.amount, indicator, selection.language)
        assert_target(row[header.index(_("Target"))], reference, indicator, selection.language)
        assert_share(row[header.index(_("Share"))], reference, indicator, selection.language)


def check_objective(sample_app: SampleApp, selection: Selection, oracle: Oracle) -> None:
    """Check the table and each indicator's years: table, bars, targets and hover texts."""
    plan = sample_app.plan_of(selection)
    address = make_address(selection, f"/staff/objective/{selection.objective}")
    page = fetch_page(sample_app.client, address)
    indicators = plan.list_indicators(selection.objective)
    table_page = fetch_page(sample_app.client, append_parameters(address, view="table"))
    check_figures(table_page, selection, oracle, indicators, plan)
    for indicator in indicators:
        check_chart_by_year(page, f"years-{indicator.code}", indicator, selection, oracle)
        check_compared_bars(page.charts[f"chart-years-{indicator.code}"][2:], indicator, selection, oracle.figure)


def check_chart_by_year(
    page: RenderedPage, name: str, indicator: Indicator, selection: Selection, oracle: Oracle
) -> None:
    """Check the table, bars, target marks and hover texts of each year."""
    if name not in page.tables:
        return
    _, rows = page.tables[name]
    years = {row[0].text: row for row in rows if re.fullmatch(r"\d{4}", row[0].text)}
    bars, targets = page.charts[f"chart-{name}"][:2]
    hovers = dict(zip(bars["x"], bars.get("hovertext") or bars["text"], strict=True))
    exacts = dict(zip(bars["x"], bars["customdata"], strict=True))
    target_by_year = dict(zip(targets["x"], zip(targets["customdata"], targets["text"], strict=True), strict=True))
    for year, row in years.items():
        reference = oracle.figure(indicator.code, Years(int(year), int(year)))
        assert_cell(row[1], reference.actual.amount, indicator, selection.language)
        assert_target(row[2], reference, indicator, selection.language)
        assert_share(row[3], reference, indicator, selection.language)
        assert is_number(exacts[year], reference.actual.amount)
        assert row[1].numbers[0][1] in hovers[year], (hovers[year], row[1])
        height = dict(zip(bars["x"], bars["y"], strict=True))[year]
        assert (
            height is None if isinstance(reference.actual.amount, NoValue) else height == float(Decimal(exacts[year]))
        )
        if not isinstance(reference.target, NoValue):
            assert (
                is_number(target_by_year[year][0], reference.target) and row[2].numbers[0][1] in target_by_year[year][1]
            )
        else:
            assert year not in target_by_year


def check_indicator(sample_app: SampleApp, selection: Selection, oracle: Oracle, dice: Random) -> None:
    """Check the page of an indicator: its title, its years and its sites."""
    plan = sample_app.plan_of(selection)
    indicator = dice.choice(plan.indicators)
    language = selection.language
    page = fetch_page(sample_app.client, make_address(selection, f"/staff/indicator/{indicator.code}"))
    reference = oracle.figure(indicator.code)
    if not isinstance(reference.actual.amount, NoValue):
        text = describe_amount(to_decimal(reference.actual.amount), indicator, get_locale(language))
        assert text in page.text
    _, rows = page.tables["sites"]
    names = {site.name.get_text(language): site.code for site in plan.sites}
    for row in rows:
        of_site = oracle.figure(indicator.code, sites=(names[row[0].text],))
        assert_cell(row[1], of_site.actual.amount, indicator, language)
        assert_target(row[2], of_site, indicator, language)
    bars = page.charts["chart-sites"][0]
    for name, exact in zip(bars["y"], bars["customdata"], strict=True):
        assert is_number(exact, oracle.figure(indicator.code, sites=(names[name],)).actual.amount)
    check_chart_by_year(page, "years", indicator, selection, oracle)


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="CHROMIUM IS NOT INSTALLED: no PDF was printed")
def test_every_number_in_the_pdf_equals_the_oracle(sample_app: SampleApp, tmp_path: Path, is_soak: bool) -> None:
    for seed in range(PDFS_IN_SOAK if is_soak else PDFS):
        selection = draw_selection(Random(1000 + seed), sample_app.plans.latest)
        oracle, plan = sample_app.oracle(selection), sample_app.plan_of(selection)
        choice = PackChoice(
            period=selection.period,
            sites=list_selected_codes(selection.sites),
            objectives=selection.objectives,
            include_unapproved=selection.include_unapproved,
            plan_version=selection.plan_version,
            language=selection.language,
        )
        report = make_pack(sample_app.source, choice, today=TODAY).files[0]
        (tmp_path / "pack.pdf").write_bytes(report.data)
        command = ["pdftotext", "-raw", str(tmp_path / "pack.pdf"), "-"]
        pdf_text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = parse_pdf_rows(pdf_text, [indicator.code for indicator in plan.list_indicators(selection.objective)])
        for code, words in rows.items():
            reference, indicator = oracle.figure(code), plan.indicator_by_code[code]
            expected_texts = [
                describe_amount(to_decimal(amount), indicator, selection.locale)
                for amount in (reference.actual.amount, reference.target)
                if not isinstance(amount, NoValue)
            ]
            if not isinstance(reference.headline, NoValue):
                expected_texts.append(describe_share(to_decimal(reference.headline), selection.locale))
            pattern = ".*".join(map(make_cell_pattern, expected_texts))
            assert re.search(pattern, words, re.DOTALL), (seed, selection, code, expected_texts, words)


def parse_pdf_rows(pdf_text: str, codes: list[str]) -> dict[str, str]:
    """Return what follows the code in each indicator's row on the objective's page of a PDF, cell by cell.

    The text is in the order of the page's content, where the cells of a row follow its name and code. It ends with the
    name of the next indicator, or with the explanation below the table.
    """
    objective = codes[0].split("-")[0]
    page = pdf_text[pdf_text.rindex(f"{objective} ·") :]
    pieces = re.split(rf"^({objective}-\S+)(?= · |$)", page, flags=re.MULTILINE)
    rows = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    assert set(codes) <= set(rows), (set(codes) - set(rows), page[:3000])
    return {code: rows[code] for code in codes}


def make_cell_pattern(text: str) -> str:
    """Return a pattern of a cell: a number stands alone; words may wrap anywhere, as Khmer has no spaces."""
    if any(letter.isalpha() for letter in text):
        return r"\s*".join(map(re.escape, "".join(text.split())))
    number = r"\s+".join(map(re.escape, text.split()))
    return rf"(?<![\d.,]){number}(?![.,]?\d)"
