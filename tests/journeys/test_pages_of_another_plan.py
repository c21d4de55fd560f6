"""Pages of a plan with other codes, years and sites show the figures of the command line."""

from pathlib import Path

from tests.journeys.other_returns import read_other_plan, write_returns
from tests.support.cli_figures import Choice, CliFigures, check_indicator, check_objective, check_overview, check_site
from tests.support.manager_account import MANAGER, prepare_database
from tests.support.plan_edits import OTHER_PLAN
from tests.support.staff_pages import open_staff_pages

CHOICES = (
    Choice(),
    Choice("?period=2024", ("--year", "2024")),
    Choice("?period=2024Q4&site=N-2&unapproved=no", ("--quarter", "2024Q4"), ("N-2",), ("--approved",)),
)


def test_pages_of_another_plan_show_the_figures_of_the_command_line(tmp_path: Path, is_soak: bool) -> None:
    """`make soak` reads every page for every selection; other runs for the first and one other selection."""
    prepare_database(tmp_path / "cardec.db")
    plan = read_other_plan()
    with open_staff_pages(tmp_path / "cardec.db", plan) as pages:
        pages.run.succeed("plan", "load", OTHER_PLAN)
        files = write_returns(tmp_path / "returns", plan)
        pages.run.succeed("load", *files[:-1], "--as", MANAGER, "--approve")
        pages.run.succeed("load", files[-1], "--as", MANAGER)
        for index, choice in enumerate(CHOICES):
            cli = CliFigures(pages.run, plan, choice)
            few = slice(None) if is_soak or not index else slice(index - 1, None, len(CHOICES) - 1)
            check_overview(pages.read(f"/staff/overview{choice.query}"), cli)
            for objective in plan.objectives[few]:
                check_objective(pages.read(f"/staff/objective/{objective.code}{choice.query}"), cli, objective.code)
            for indicator in plan.indicators[few]:
                check_indicator(pages.read(f"/staff/indicator/{indicator.code}{choice.query}"), cli, indicator.code)
            for site in plan.sites[few]:
                check_site(pages.read(f"/staff/site/{site.code}{choice.query}"), cli, site.code)
        inputs = pages.read("/staff/number/P.1/2024").tables["inputs"]
        assert {row[5].words for row in inputs} >= {files[0].name}
