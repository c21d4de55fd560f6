"""Received and on-time rates of the sites' returns (arithmetic, section 7)."""

from collections.abc import Collection, Iterable
from datetime import date

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Received, Site


def owing_sites(plan: Plan, quarter: Quarter) -> tuple[Site, ...]:
    """The active sites whose form asks for at least one number in the quarter, in the plan's order."""
    return plan.owing_sites(quarter)


def reporting_rate(
    plans: Plans,
    received: Iterable[Received],
    *,
    sites: Collection[str] | None,
    today: date,
    first: Quarter | None = None,
    last: Quarter | None = None,
) -> ReportingRate:
    """Returns expected (due, or in already), received and first submitted on time; the whole plan unless bounded."""
    standing = {(one.site, one.quarter): one for one in received}
    settings = plans.latest.settings
    expected = come = on_time = 0
    for quarter in quarters_between(first or settings.first_quarter, last or settings.last_quarter):
        plan = plans.in_force(quarter)
        calendar = plan.settings.calendar
        for site in owing_sites(plan, quarter):
            if sites is not None and site.code not in sites:
                continue
            one = standing.get((site.code, quarter))
            expected += one is not None or calendar.is_due(quarter, today)
            come += one is not None
            on_time += one is not None and calendar.is_on_time(quarter, one.first_submitted)
    return ReportingRate(expected=expected, received=come, on_time=on_time)
