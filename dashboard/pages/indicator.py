"""One indicator: charts of its line, sites, years and parts with its remarks; then folded details."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.compared_parts import make_comparisons
from dashboard.components.comparison import build_comparison
from dashboard.components.definition import build_definition
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.folds import build_fold, make_view_address, read_view
from dashboard.components.history_marks import make_history_marks
from dashboard.components.indicator_charts import (
    MAX_SITE_CHARTS,
    MAX_SITE_CHARTS_FOR_MANY_SITES,
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
    make_explanation_title,
)
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.part_chart import build_part_chart
from dashboard.components.participations import (
    build_new_people_note,
    build_participations_by_year,
    build_participations_line,
)
from dashboard.components.remarks import build_needs, build_remarks
from dashboard.components.retired import build_retired_indicator
from dashboard.components.site_choice import exceeds_list_limit
from dashboard.components.stage_table import build_stage_table
from dashboard.components.year_charts import build_year_chart
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.indicators.periods import PlanToDate
from etl.queries.indicator_details import find_parts_by_year, list_site_notes, list_site_series, list_target_history
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.overview_wording import get_short_name
from etl.queries.plan_overview import find_counted_quarter, get_time_elapsed
from etl.queries.remarks import list_remark_versions
from etl.queries.scope import QueryScope
from etl.queries.unapproved_numbers import find_unapproved_keys
from etl.wording import describe_completeness, describe_headline, make_figure_title
from etl.wording.surprises import explain_rating

_SITE_QUARTERS = "site-quarters"
_MAX_NAMES = 4


@registry.page(
    "/staff/indicator/<code>", title="Indicator {code}", permission="staff", cacheable=True, filters=("site", "compare")
)
def build_indicator(page: PageContext) -> Any:
    """Return the page of an indicator; for an unknown code the list of indicators."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    history = find_indicator_history(scope, page.path_params["code"])
    if history is None:
        codes = [(indicator.code, indicator.name) for indicator in scope.plan.indicators]
        return build_retired_indicator(page, scope) or build_unknown_code_page(page, codes, "indicator")
    return [
        _build_breadcrumb(history, page),
        tags.H1(make_figure_title(history.figure, history.indicator, page.locale)),
        _build_subtitle(history, scope, page),
        build_no_returns_note(scope, page),
        *_build_charts(history, scope, page),
        build_comparison(page, scope, [history.indicator]),
        *_build_folds(history, scope, page),
    ]


def _build_charts(history: IndicatorHistory, scope: QueryScope, page: PageContext) -> list[Any]:
    """Return the line with the sites beside it, then years, parts, and remarks."""
    indicator = history.indicator
    pending_sites = frozenset(site for site, _ in find_unapproved_keys(scope, indicator.code, history.figure.sites))
    remarks = list_remark_versions(page.source, indicator.code)
    target_history = list_target_history(scope, indicator.code)
    marks = make_history_marks(remarks, target_history, history, page)
    introduction = [
        *build_needs(history.figure, indicator, page.locale),
        tags.Ol([tags.Li(mark.text) for mark in marks], className="mark-list") if marks else None,
    ]
    comparisons = make_comparisons(page, scope)
    cards = [
        build_year_chart(history.progress, page, comparisons),
        build_part_chart(find_parts_by_year(scope, indicator), history, comparisons, page),
        build_remarks(page, scope, indicator.code, remarks, introduction=introduction),
    ]
    first_row = [
        build_quarter_chart(history, marks, comparisons, page),
        build_site_chart(history, comparisons, page, pending_sites),
    ]
    return [
        tags.Div(first_row, className="main-and-side" if len(history.sites) <= MAX_SITE_CHARTS else None),
        tags.Div([card for card in cards if card is not None], className="cards-row"),
    ]


def _build_folds(history: IndicatorHistory, scope: QueryScope, page: PageContext) -> list[Any]:
    """Return the sections with more detail, folded; the charts of sites by quarter only where the address asks."""
    _, indicator = page.gettext, history.indicator
    notes = list_site_notes(page.source, scope, indicator)
    return [
        build_fold(make_explanation_title(history, page), build_explanation(history, page), fold_id="calculation"),
        build_fold(_("Parts with targets of their own"), build_part_targets(history, page)),
        build_fold(_("Sites by stage"), build_stage_table(history, page)),
        build_fold(_("By province"), build_provinces(history, page)),
        build_fold(_("People and participations"), build_participations_by_year(page, scope, history.progress)),
        _build_site_quarters(history, scope, page),
        build_fold(
            _("Targets over time"),
            build_target_history(list_target_history(scope, indicator.code), indicator, page),
            fold_id="targets",
        ),
        build_fold(_("Notes from sites"), build_notes(notes, scope.plan, page)),
        build_fold(_("Definition"), build_definition(indicator, scope.plan, page.selection), fold_id="definition"),
    ]


def _build_site_quarters(history: IndicatorHistory, scope: QueryScope, page: PageContext) -> Any:
    """Return the charts of each site by quarter, or a link to them; None where fewer than two sites report."""
    if len(history.sites) < 2:
        return None
    title = page.gettext("Each site by quarter, on the same scale")
    if read_view(page, ("", _SITE_QUARTERS)) != _SITE_QUARTERS:
        link = dcc.Link(title, href=f"{make_view_address(page, _SITE_QUARTERS)}")
        return tags.P(link, className="fold")
    limit = MAX_SITE_CHARTS_FOR_MANY_SITES if exceeds_list_limit(history.sites) else MAX_SITE_CHARTS
    series = list_site_series(scope, history.indicator, history.sites, limit=limit)
    return build_fold(title, build_site_quarter_charts(series, history, page), is_open=True)


def _build_breadcrumb(history: IndicatorHistory, page: PageContext) -> Any:
    objective = history.objective
    name = get_short_name(objective, page.locale)
    address = make_address(page.selection, f"/staff/objective/{objective.code}")
    link = dcc.Link([objective.code, tags.Span(f" · {name}", className="wide-text")], href=address)
    return tags.P(link, className="crumb")


def _build_subtitle(history: IndicatorHistory, scope: QueryScope, page: PageContext) -> Any:
    """Return rating, percentage and sites, and for the plan to date the share of the plan period."""
    figure, locale = history.figure, page.locale
    parts = [describe_headline(figure, locale)]
    if scope.sites is not None:
        parts.append(", ".join(site.name.get_text(locale.language) for site, _ in history.sites[:_MAX_NAMES]))
    latest = find_counted_quarter(scope)
    if isinstance(figure.requested_period, PlanToDate) and figure.counted_quarter is not None and latest is not None:
        if figure.counted_quarter < latest:
            parts.append(page.gettext("assessed at {quarter}", quarter=locale.format_quarter(figure.counted_quarter)))
        elapsed = locale.format_share(get_time_elapsed(scope.snapshot.plans, latest), 0)
        parts.append(page.gettext("{share} of the plan period has passed", share=elapsed))
    completeness = describe_completeness(figure.actual, locale)
    text = " · ".join([*parts, *([completeness] if completeness else [])])
    reason = explain_rating(figure, history.indicator, locale)
    text = " · ".join([text, *([reason] if reason else [])])
    content = [build_badge(figure.rating, locale), tags.Span(f" {text}", className="muted")]
    participations = build_participations_line(page, scope, history.indicator, figure.requested_period)
    note = build_new_people_note(history.indicator, page.locale)
    return tags.Div([tags.P(content), note, participations], className="sub headline")
