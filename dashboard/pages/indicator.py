"""One indicator: its series against the targets, by year, by site and by part, its targets, notes and definition."""

from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.definition import build_definition
from dashboard.components.filters import build_filters
from dashboard.components.indicator_charts import (
    DRAWN_OF_MANY,
    SITES_DRAWN,
    build_parts,
    build_quarters,
    build_site_quarters,
    build_sites,
)
from dashboard.components.indicator_sections import build_explanation, build_notes, build_target_history
from dashboard.components.marks import build_badge
from dashboard.components.period_switch import build_period_switch
from dashboard.components.plain import dcc, html
from dashboard.components.remarks import build_remarks
from dashboard.components.retired import build_closed_indicator
from dashboard.components.site_choice import are_many
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.components.year_charts import build_years
from dashboard.page_scope import asking_of
from dashboard.selection import address_of
from etl.indicators.periods import PlanToDate
from etl.locale.translations import format_share
from etl.queries.asking import Asking
from etl.queries.indicator_details import parts_by_year, series_of_sites, site_notes, target_history
from etl.queries.indicator_history import IndicatorHistory, indicator_history
from etl.queries.plan_overview import time_gone
from etl.queries.waiting import waiting_places
from etl.wording import completeness_words, figure_title, headline_words, period_words


@registry.page("/staff/indicator/<code>", title="Indicator {code}", permission="staff", kept=True)
def build_indicator(request: PageRequest) -> Any:
    """The indicator's page; for an unknown code the list of those there are."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    history = indicator_history(asking, request.codes["code"])
    if history is None:
        known = [(one.code, one.name) for one in asking.plan.indicators]
        return build_closed_indicator(request, asking) or build_unknown(request, known, "indicator")
    indicator = history.indicator
    waiting = frozenset(site for site, _ in waiting_places(asking, indicator.code, history.figure.sites))
    most = DRAWN_OF_MANY if are_many(history.sites) else SITES_DRAWN
    series = series_of_sites(asking, indicator, history.sites, most=most)
    return [
        _crumb(history, request),
        html.H1(figure_title(history.figure, indicator, request.language)),
        _subtitle(history, asking, request),
        build_period_switch(request, asking),
        build_filters(request, asking.plan),
        build_nothing_reported(asking, request.language),
        build_quarters(history, request),
        html.Div(
            [build_years(history.progress, request), build_sites(history, request, waiting)],
            className="two" if len(history.sites) <= SITES_DRAWN else None,
        ),
        build_explanation(history, request),
        build_remarks(request, asking, indicator.code),
        build_site_quarters(series, history, request),
        build_parts(parts_by_year(asking, indicator), history, request),
        build_target_history(target_history(asking, indicator.code), indicator, request),
        build_notes(site_notes(request.source, asking, indicator), asking.plan, request),
        build_definition(indicator, asking.plan, request.selection),
    ]


def _crumb(history: IndicatorHistory, request: PageRequest) -> Any:
    objective = history.objective
    short = objective.short.km if request.language == "km" else objective.short.en
    name = short or objective.name.in_language(request.language)
    address = address_of(request.selection, f"/staff/objective/{objective.code}")
    return html.P(dcc.Link(f"{objective.code} · {name}", href=address), className="crumb")


def _subtitle(history: IndicatorHistory, asking: Asking, request: PageRequest) -> Any:
    """Rating, percentage and period; beside a cumulative percentage the share of the plan's days."""
    figure, language = history.figure, request.language
    said = [headline_words(figure, language), period_words(figure.asked, language)]
    if isinstance(figure.asked, PlanToDate) and figure.counted_quarter is not None:
        gone = format_share(time_gone(asking.snapshot.plans, figure.counted_quarter), language, 0)
        said.append(request.say("{share} of the plan's time gone", share=gone))
    complete = completeness_words(figure.actual, language)
    words = " · ".join([*said, *([complete] if complete else [])])
    return html.P([build_badge(figure.rating, language), html.Span(f" {words}", className="muted")], className="sub")
