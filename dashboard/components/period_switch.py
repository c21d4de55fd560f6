"""A switch between the plan to date, the current year and the latest quarter."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import aria_label, dcc, element, tags
from dashboard.selection import make_address
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.queries.plan_overview import find_counted_quarter
from etl.queries.scope import QueryScope
from etl.wording import describe_period


def build_period_switch(page: PageContext, scope: QueryScope) -> Any:
    """Return links to the periods, with the current one as text.

    Before the first counted quarter, the year is the plan's first.
    """
    counted = find_counted_quarter(scope)
    year = counted.year if counted else scope.plan.settings.first_year
    periods: list[Period] = [PlanToDate(), Years(year, year), *([counted] if counted else [])]
    chosen = scope.period
    if isinstance(chosen, Quarter) and chosen not in periods:
        periods[1:] = [Years(chosen.year, chosen.year), chosen]
    elif chosen not in periods:
        periods.insert(1, chosen)
    parts = [_build_period_link(page, period, chosen) for period in periods]
    return tags.Div(parts, className="switch", role="group", **aria_label(page.gettext("Period")))


def _build_period_link(page: PageContext, period: Period, chosen: Period) -> Any:
    words = describe_period(period, page.locale)
    words = words[:1].upper() + words[1:]
    if period == chosen:
        return element("B", words, **{"aria-current": "true"})
    return dcc.Link(words, href=make_address(replace(page.selection, period=period), page.path))
