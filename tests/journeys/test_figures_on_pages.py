"""Figures in tables and charts of pages equal those of the command line for the same selection."""

from collections.abc import Sequence
from typing import TypeVar

import pytest

from tests.support.cli_figures import (
    Choice,
    CliFigures,
    check_indicator,
    check_objective,
    check_objective_sites,
    check_objective_table,
    check_overview,
    check_programme,
    check_site,
)
from tests.support.staff_pages import StaffPages

CHOICES = {
    "plan to date": Choice(),
    "a year": Choice("?period=2024", ("--year", "2024")),
    "a quarter": Choice("?period=2025Q2", ("--quarter", "2025Q2")),
    "one site, approved only": Choice("?site=RVG&unapproved=no", (), ("RVG",), ("--approved",)),
}


@pytest.fixture(scope="module", params=CHOICES)
def cli(request: pytest.FixtureRequest, sample_pages: StaffPages) -> CliFigures:
    return CliFigures(sample_pages.run, sample_pages.plan, CHOICES[request.param])


One = TypeVar("One")


def share_of(cli: CliFigures, all_of_them: Sequence[One], is_soak: bool) -> Sequence[One]:
    """Return all items for the first selection and in `make soak`; the other selections divide the items."""
    first, *others = CHOICES.values()
    if is_soak or cli.choice == first:
        return all_of_them
    return all_of_them[others.index(cli.choice) :: len(others)] or all_of_them[:1]


def list_varied_indicators(cli: CliFigures) -> list[str]:
    """Return the first indicator of each kind, so that every kind of number is compared."""
    code_by_kind: dict[tuple[object, ...], str] = {}
    for indicator in cli.plan.indicators:
        kind = indicator.is_ratio, indicator.over_time, indicator.source, indicator.target_basis
        code_by_kind.setdefault(kind, indicator.code)
    return list(code_by_kind.values())


def test_every_figure_of_the_overview_equals_the_command_line(sample_pages: StaffPages, cli: CliFigures) -> None:
    check_overview(sample_pages.read(f"/staff/overview{cli.choice.query}"), cli)


def test_every_figure_of_each_objective_equals_the_command_line(
    sample_pages: StaffPages, cli: CliFigures, is_soak: bool
) -> None:
    separator = "&" if cli.choice.query else "?"
    for code in (objective.code for objective in share_of(cli, cli.plan.objectives, is_soak)):
        address = f"/staff/objective/{code}{cli.choice.query}"
        check_objective(sample_pages.read(address), cli, code)
        check_objective_table(sample_pages.read(f"{address}{separator}view=table"), cli, code)
        if not cli.choice.sites:
            check_objective_sites(sample_pages.read(f"{address}{separator}view=site"), cli, code)


def test_every_figure_of_varied_indicators_equals_the_command_line(
    sample_pages: StaffPages, cli: CliFigures, is_soak: bool
) -> None:
    codes = list_varied_indicators(cli)
    assert len(codes) >= 6
    for code in share_of(cli, codes, is_soak):
        check_indicator(sample_pages.read(f"/staff/indicator/{code}{cli.choice.query}"), cli, code)


def test_every_figure_of_each_site_equals_the_command_line(
    sample_pages: StaffPages, cli: CliFigures, is_soak: bool
) -> None:
    for site in share_of(cli, cli.plan.sites, is_soak):
        check_site(sample_pages.read(f"/staff/site/{site.code}{cli.choice.query}"), cli, site.code)


def test_every_figure_of_each_programme_equals_the_command_line(
    sample_pages: StaffPages, cli: CliFigures, is_soak: bool
) -> None:
    for programme in share_of(cli, cli.plan.linked_programmes, is_soak):
        check_programme(sample_pages.read(f"/staff/programme/{programme.code}{cli.choice.query}"), cli, programme.code)
