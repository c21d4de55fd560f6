"""Create 400 filled returns: twenty invented sites over five years of the shipped plan."""

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText
from etl.plan.read_plan import read_plan
from etl.returns.form.build import FormContents, build_form_workbook, serialize_form
from etl.returns.form.targets import list_form_targets
from etl.sample.invented_numbers import SiteNumberGenerator
from tests.support.plan_edits import SHIPPED_PLAN

SITES = 20


def make_many_sites_plan() -> Plan:
    """Make the shipped plan with twenty copies of its first site, which all report every indicator."""
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    first = plan.sites[0]
    return replace(
        plan,
        sites=tuple(
            replace(first, code=f"S{place:02}", name=LocalizedText(f"Site {place:02}")) for place in range(1, SITES + 1)
        ),
        indicators=tuple(replace(indicator, reporting_sites=()) for indicator in plan.indicators),
        targets=tuple(target for target in plan.targets if not target.site),
        aliases=(),
    )


def write_many_returns(folder: Path, plan: Plan) -> list[Path]:
    """Write a file for each site and quarter of the plan."""
    folder.mkdir()
    return [_write(folder, plan, site, quarter, entries) for site, quarter, entries in _iterate_entries(plan)]


def _iterate_entries(plan: Plan) -> Iterator[tuple[str, Quarter, dict[str, Decimal]]]:
    for site in plan.sites:
        years = SiteNumberGenerator(
            plan,
            site.code,
            rng=random.Random(site.code),
            performance=[Decimal("0.9"), Decimal("1.05"), Decimal("0.7")],
            year_factors=[Decimal(1)],
        )
        for quarter in list_quarters_between(plan.settings.first_quarter, plan.settings.last_quarter):
            yield site.code, quarter, years.invent_quarter_numbers(quarter)


def _write(folder: Path, plan: Plan, site: str, quarter: Quarter, entries: dict[str, Decimal]) -> Path:
    contents = FormContents(
        targets=list_form_targets(plan, site, quarter.year), entries=dict(entries), prepared_by="Sample maker"
    )
    path = folder / f"{site}-{quarter}.xlsx"
    path.write_bytes(serialize_form(build_form_workbook(plan, 1, site, quarter, contents)))
    return path
