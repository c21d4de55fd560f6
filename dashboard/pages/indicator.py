"""One indicator: its series, targets, sites, parts, notes and definition."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.comparison import build_comparison
from dashboard.components.definition import build_definition
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.indicator_charts import (
    MAX_SITE_CHARTS,
    MAX_SITE_CHARTS_FOR_MANY_SITES,
    build_part_charts,
    build_quarter_chart,
    build_site_chart,
    build_site_quarter_charts,
)
from dashboard.components.indicator_sections import (
    build_explanation,
    build_notes,
    build_part_targets,
    build_provinces,
    build_target_history,
)
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.participations import (
    build_new_people_note,
    build_participations_by_year,
    build_participations_line,
)
from dashboard.components.remarks import build_remarks
from dashboard.components.retired import build_retired_indicator
from dashboard.components.site_choice import exceeds_list_limit
from dashboard.components.stage_table import build_stage_table
from dashboard.components.year_charts import build_year_chart
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.indicators.periods import PlanToDate
from etl.queries.indicator_details import list_parts_by_year, list_site_notes, list_site_series, list_target_history
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.plan_overview import get_time_elapsed
from etl.queries.scope import QueryScope
from etl.queries.unapproved_numbers import find_unapproved_keys
from etl.wording import describe_completeness, describe_headline, describe_period, make_figure_title


@registry.page(
    "/staff/indicator/<code>", title="Indicator {code}", permission="staff", cacheable=True, filters=("site", "compare")
)
def build_indicator(page: PageContext) -> Any:
    """Return the page of an indicator; for an unknown code the list of indicators."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page.locale)
    history = find_indicator_history(scope, page.path_params["code"])
    if history is None:
        codes = [(indicator.code, indicator.name) for indicator in scope.plan.indicators]
        return build_retired_indicator(page, scope) or build_unknown_code_page(page, codes, "indicator")
    indicator = history.indicator
    pending_sites = frozenset(site for site, _ in find_unapproved_keys(scope, indicator.code, history.figure.sites))
    limit = MAX_SITE_CHARTS_FOR_MANY_SITES if exceeds_list_limit(history.sites) else MAX_SITE_CHARTS
    series = list_site_series(scope, indicator, history.sites, limit=limit)
    return [
        _build_breadcrumb(history, page),
        tags.H1(make_figure_title(history.figure, indicator, page.locale)),
        _build_subtitle(history, scope, page),
        build_new_people_note(indicator, page.locale),
        build_participations_line(page, scope, indicator, history.figure.requested_period),
        build_no_returns_note(scope, page.locale),
        build_quarter_chart(history, page),
        tags.Div(
            [build_year_chart(history.progress, page), build_site_chart(history, page, pending_sites)],
            className="two" if len(history.sites) <= MAX_SITE_CHARTS else None,
        ),
        build_comparison(page, scope, [indicator]),
        build_stage_table(history, page),
        build_provinces(history, page),
        build_explanation(history, page),
        build_participations_by_year(page, scope, history.progress),
        build_part_targets(history, page),
        build_remarks(page, scope, indicator.code),
        build_site_quarter_charts(series, history, page),
        build_part_charts(list_parts_by_year(scope, indicator), history, page),
        build_target_history(list_target_history(scope, indicator.code), indicator, page),
        build_notes(list_site_notes(page.source, scope, indicator), scope.plan, page),
        build_definition(indicator, scope.plan, page.selection),
    ]


def _build_breadcrumb(history: IndicatorHistory, page: PageContext) -> Any:
    objective = history.objective
    short = objective.short.km if page.language == "km" else objective.short.en
    name = short or objective.name.get_text(page.language)
    address = make_address(page.selection, f"/staff/objective/{objective.code}")
    return tags.P(dcc.Link(f"{objective.code} · {name}", href=address), className="crumb")


def _build_subtitle(history: IndicatorHistory, scope: QueryScope, page: PageContext) -> Any:
    """Return rating, percentage and period, and for the plan to date the share of the plan period."""
    figure, locale = history.figure, page.locale
    parts = [describe_headline(figure, locale), describe_period(figure.requested_period, locale)]
    if isinstance(figure.requested_period, PlanToDate) and figure.counted_quarter is not None:
        elapsed = locale.format_share(get_time_elapsed(scope.snapshot.plans, figure.counted_quarter), 0)
        parts.append(page.gettext("{share} of the plan period has passed", share=elapsed))
    completeness = describe_completeness(figure.actual, locale)
    text = " · ".join([*parts, *([completeness] if completeness else [])])
    return tags.P([build_badge(figure.rating, locale), tags.Span(f" {text}", className="muted")], className="sub")
