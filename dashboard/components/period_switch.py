"""A switch between the plan to date, the current year and the latest quarter."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.selection import make_address
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.queries.plan_overview import find_counted_quarter
from etl.queries.scope import QueryScope
from etl.wording import describe_period


def build_period_switch(page: PageContext, scope: QueryScope) -> Any:
    """Return links to the periods, with the current one as text.

    Before the first counted quarter, the year is the plan's first.
    """
    counted_quarter = find_counted_quarter(scope)
    year = counted_quarter.year if counted_quarter else scope.plan.settings.first_year
    periods: list[Period] = [PlanToDate(), Years(year, year), *([counted_quarter] if counted_quarter else [])]
    selected_period = scope.period
    if isinstance(selected_period, Quarter) and selected_period not in periods:
        periods[1:] = [Years(selected_period.year, selected_period.year), selected_period]
    elif selected_period not in periods:
        periods.insert(1, selected_period)
    parts = [_build_period_link(page, period, selected_period) for period in periods]
    return tags.Div(parts, className="switch", role="group", **make_aria_label(page.gettext("Period")))


def _build_period_link(page: PageContext, period: Period, selected_period: Period) -> Any:
    label = describe_period(period, page.locale)
    label = label[:1].upper() + label[1:]
    if period == selected_period:
        return tags.B(label, **{"aria-current": "true"})
    return dcc.Link(label, href=make_address(replace(page.selection, period=period), page.path))
