"""Pages and files show a total of other indicators with its terms."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.indicators.periods import Quarter
from etl.plan.read_plan import read_plan
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from tests.dashboard.app_constants import ROUTER
from tests.journeys.other_returns import make_entries, read_other_plan
from tests.plan.test_totals_rules import add_indicator
from tests.support.cached_forms import get_form
from tests.support.command_line import CommandLine
from tests.support.plan_edits import append_row, copy_plan


@pytest.fixture
def app_with_total(staffed_app, tmp_path: Path, now: datetime):
    """Return the app with lots stored (S.1), lots lent (S.4) and their total (S.5), and a return of site 01."""
    folder = copy_plan(tmp_path / "plan with a total")
    add_indicator(folder, "S.4", "S.1", name_en="Seed lots lent", reporting_sites="01")
    columns = {"name_en": "Seed lots in all", "reporting_sites": "", "source": "derived", "sum_of": "S.1;S.4"}
    add_indicator(folder, "S.5", "S.1", **columns)
    append_row(folder, "targets", {"indicator": "S.5", "year": "2025", "value": "150", "provenance": "official"})
    engine = staffed_app.source.engine
    loaded = load_plan(engine, folder, actor="administrator", now=now, effective=date(2024, 1, 1), reason="A total.")
    assert loaded.version == 2, loaded
    plan = read_plan(folder).plan
    assert plan is not None
    quarter = Quarter(2025, 1)
    entries = {**make_entries(read_other_plan(), "01", quarter), "S.1": 40, "S.2/numerator": 30, "S.4": 7}
    data = get_form(plan, 2, "01", quarter, entries=entries)
    result = import_return_file(engine, "01-2025Q1.xlsx", data, actor="manager", now=now, approve=True)
    assert result.outcome is ImportOutcome.APPROVED, result
    return staffed_app


def read_page(app, path: str, search: str = "") -> str:
    answer = app.call_callback(app.make_client("manager"), ROUTER, path, search).json
    return json.dumps(answer, ensure_ascii=False)


def test_the_number_of_a_total_lists_its_terms_and_their_cells(app_with_total) -> None:
    text = read_page(app_with_total, "/staff/number/S.5/2025Q1")
    assert "The indicators S.1, S.4 are added up, each from its own returns." in text
    assert "S.4 Seed lots lent: 7" in text and "40 + 7 = 47" in text
    assert "/staff/number/S.1/2025Q1" in text and "/staff/number/S.4/2025Q1" in text
    assert "01-2025Q1.xlsx" in text


def test_definitions_link_a_total_and_its_terms(app_with_total) -> None:
    total = read_page(app_with_total, "/staff/indicator/S.5")
    assert "Sum of" in total and "S.1 Seed lots stored" in total
    term = read_page(app_with_total, "/staff/indicator/S.4")
    assert "Part of the totals" in term and "S.5 Seed lots in all" in term


def test_a_total_is_in_the_figures_with_its_target(app_with_total) -> None:
    run = CommandLine(app_with_total.settings.database_url)
    figure = run.figure("S.5", "--year", "2025", "--site", "01")
    assert figure["actual"]["amount"] == "47"
    assert run.figure("S.5", "--year", "2025")["target"] == "150"
