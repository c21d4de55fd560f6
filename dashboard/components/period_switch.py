"""A switch between the plan to date, its running year and its latest quarter: the choice that a meeting makes most."""

from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.plain import dcc, html
from dashboard.components.tables import aria, element
from dashboard.selection import address_of
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.queries.asking import Asking
from etl.queries.plan_overview import last_counted
from etl.wording import period_words


def build_period_switch(request: PageRequest, asking: Asking) -> Any:
    """Links to the same page; the chosen one is text. Before a quarter counts, the plan's first year stands."""
    counted = last_counted(asking)
    year = counted.year if counted else asking.plan.settings.first_year
    periods: list[Period] = [PlanToDate(), Years(year, year), *([counted] if counted else [])]
    chosen = asking.period
    if isinstance(chosen, Quarter) and chosen not in periods:
        periods[1:] = [Years(chosen.year, chosen.year), chosen]
    elif chosen not in periods:
        periods.insert(1, chosen)
    parts = [_one(request, period, chosen) for period in periods]
    return html.Div(parts, className="switch", role="group", **aria(request.say("Period")))


def _one(request: PageRequest, period: Period, chosen: Period) -> Any:
    words = period_words(period, request.language)
    words = words[:1].upper() + words[1:]
    if period == chosen:
        return element("B", words, **{"aria-current": "true"})
    return dcc.Link(words, href=address_of(replace(request.selection, period=period), request.path))
