"""Pages of a plan with other codes, years and sites show the figures of the command line."""

import pytest

from tests.browser.cli_figures import Choice, CliFigures, check_indicator, check_objective, check_overview, check_site
from tests.browser.page_reader import read_page
from tests.browser.served_app import MANAGER, ServeApp, prepare_database
from tests.journeys.other_returns import read_other_plan, write_returns
from tests.support.plan_edits import OTHER_PLAN

pytestmark = pytest.mark.browser

CHOICES = (
    Choice(),
    Choice("?period=2024", ("--year", "2024")),
    Choice("?period=2024Q4&site=N-2&unapproved=no", ("--quarter", "2024Q4"), ("N-2",), ("--approved",)),
)


def test_pages_of_another_plan_show_the_figures_of_the_command_line(serve: ServeApp, tmp_path, is_soak: bool) -> None:
    """`make soak` visits every page for every selection; other runs for the first and one other selection."""
    prepare_database(tmp_path / "cardec.db")
    plan = read_other_plan()
    with serve(tmp_path / "cardec.db", plan) as app, app.visit() as visitor:
        app.run.succeed("plan", "load", OTHER_PLAN)
        files = write_returns(tmp_path / "returns", plan)
        app.run.succeed("load", *files[:-1], "--as", MANAGER, "--approve")
        app.run.succeed("load", files[-1], "--as", MANAGER)
        for index, choice in enumerate(CHOICES):
            cli = CliFigures(app.run, plan, choice)
            few = slice(None) if is_soak or not index else slice(index - 1, None, len(CHOICES) - 1)
            visitor.open(f"/staff/overview{choice.query}")
            check_overview(read_page(visitor.page), cli)
            for objective in plan.objectives[few]:
                visitor.open(f"/staff/objective/{objective.code}{choice.query}")
                check_objective(read_page(visitor.page), cli, objective.code)
            for indicator in plan.indicators[few]:
                visitor.open(f"/staff/indicator/{indicator.code}{choice.query}")
                check_indicator(read_page(visitor.page), cli, indicator.code)
            for site in plan.sites[few]:
                visitor.open(f"/staff/site/{site.code}{choice.query}")
                check_site(read_page(visitor.page), cli, site.code)
        visitor.open("/staff/number/P.1/2024")
        assert {row[5].words for row in read_page(visitor.page).tables["inputs"]} >= {files[0].name}
        for path in ("/", "/km/", "/km/staff/overview"):
            visitor.open(path)
        assert (visitor.foreign_requests, visitor.console_errors) == ([], [])
