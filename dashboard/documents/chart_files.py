"""The data of each chart as CSV, for the same selection as the page."""

from dataclasses import replace

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.compared_parts import Comparisons, make_comparisons
from dashboard.components.download import make_download_response
from dashboard.documents.compared_columns import (
    append_columns,
    list_indicator_columns,
    list_objective_columns,
    list_year_columns,
)
from dashboard.page_scope import make_scope
from etl.exports.about import list_data_notices
from etl.exports.chart_rows import (
    CHARTS,
    PLAN_CHARTS,
    Rows,
    list_objective_rows,
    list_on_track_rows,
    list_part_rows,
    list_place_year_rows,
    list_quarter_rows,
    list_site_quarter_rows,
    list_site_rating_rows,
    list_site_rows,
    list_site_share_rows,
    list_year_rows,
    render_chart_csv,
    render_plan_chart_csv,
)
from etl.indicators.site_groups import SiteGroup
from etl.locale import get_locale
from etl.queries.indicator_details import find_parts_by_year, list_site_series
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.overview_wording import describe_shown_sites
from etl.queries.place_ratings import count_years, rank_sites
from etl.queries.plan_overview import get_plan_overview
from etl.queries.rating_matrix import get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from etl.queries.site_shares import select_site_shares
from etl.use_cases.reporting.audit_export import record_export
from etl.wording import describe_period


@registry.route("/staff/chart/<code>/<chart>/csv", permission="staff")
def download_chart_data(page: PageContext) -> ResponseReturnValue:
    """Return the CSV of one chart of an indicator; 404 for an unknown code or chart."""
    scope, chart = make_scope(page), page.path_params["chart"]
    history = find_indicator_history(scope, page.path_params["code"]) if scope is not None else None
    if scope is None or history is None or chart not in CHARTS:
        return Response("Not found", 404, mimetype="text/plain")
    comparisons = _make_comparisons(scope, page)
    group = find_parts_by_year(scope, history.indicator) if chart == "parts" else None
    columns = list_indicator_columns(chart, history, group, comparisons)
    rows = append_columns(_list_rows(scope, history, chart), columns)
    text = render_chart_csv(rows, history.indicator, _describe_data(comparisons, page))
    _record_export(page, f"chart {history.indicator.code} {chart}, csv")
    name = f"{history.indicator.code}-{chart}-{page.now.date().isoformat()}.csv"
    return make_download_response(text.encode(), name, "text/csv; charset=utf-8")


@registry.route("/staff/plan-chart/<chart>/csv", permission="staff")
def download_plan_chart_data(page: PageContext) -> ResponseReturnValue:
    """Return the CSV of one of the overview's charts; 404 for an unknown chart."""
    scope, chart = make_scope(page), page.path_params["chart"]
    if scope is None or chart not in PLAN_CHARTS:
        return Response("Not found", 404, mimetype="text/plain")
    comparisons = _make_comparisons(scope, page)
    about = _describe_data(comparisons, page)
    if chart in ("site-ratings", "site-shares"):
        about += [text for text in (describe_shown_sites(get_site_matrix(scope), get_locale("en")),) if text]
    text = render_plan_chart_csv(_list_plan_rows(comparisons, chart), scope.plan, about)
    _record_export(page, f"chart {chart}, csv")
    name = f"plan-{chart}-{page.now.date().isoformat()}.csv"
    return make_download_response(text.encode(), name, "text/csv; charset=utf-8")


def _record_export(page: PageContext, subject: str) -> None:
    record_export(page.source.engine, subject, actor=page.visitor.name, now=page.now)


def _make_comparisons(scope: QueryScope, page: PageContext) -> Comparisons:
    """Return what the address compares with, named in English as the rest of the file is."""
    return make_comparisons(replace(page, language="en"), scope)


def _list_plan_rows(comparisons: Comparisons, chart: str) -> Rows:
    scope = comparisons.scope
    if chart == "objectives":
        summaries = get_plan_overview(scope).objectives
        return append_columns(list_objective_rows(summaries), list_objective_columns(summaries, comparisons))
    if chart == "on-track":
        matrix = get_year_matrix(scope)
        columns = list_year_columns(matrix, comparisons)
        if columns:
            # As on the chart: all indicators together, beside those of the other sites or the edition.
            return append_columns(list_place_year_rows(matrix.years, count_years(matrix)), columns)
        return list_on_track_rows(matrix)
    if chart == "site-ratings":
        return list_site_rating_rows(rank_sites(get_site_matrix(scope)))
    if chart == "place-years":
        matrix, total = get_year_matrix(scope), get_year_matrix(replace(scope, sites=None))
        rows = list_place_year_rows(matrix.years, count_years(matrix), count_years(total))
        return append_columns(rows, list_year_columns(matrix, comparisons))
    return list_site_share_rows(select_site_shares(get_site_matrix(scope), scope))


def _list_rows(scope: QueryScope, history: IndicatorHistory, chart: str) -> Rows:
    if chart == "quarters":
        return list_quarter_rows(history)
    if chart == "years":
        return list_year_rows(history.progress)
    if chart == "sites":
        return list_site_rows(history)
    if chart == "parts":
        return list_part_rows(find_parts_by_year(scope, history.indicator))
    all_series = list_site_series(scope, history.indicator, history.sites, limit=len(history.sites))
    return list_site_quarter_rows(all_series)


def _describe_data(comparisons: Comparisons, page: PageContext) -> list[str]:
    """Return lines that describe the data: period, sites, approval, day, what it is compared with, data notices."""
    scope, compared = comparisons.scope, comparisons.describe_all()
    province = f"province {scope.sites.code}, " if isinstance(scope.sites, SiteGroup) else ""
    sites = f"{province}sites: {' '.join(scope.sites)}" if scope.sites else "all sites"
    basis = "approved and pending approval" if scope.include_unapproved else "approved only"
    day = get_locale("en").format_day(page.now.date())
    marks = list_data_notices(scope.snapshot, get_locale("en"))
    return [
        f"{describe_period(scope.period, get_locale('en'))}; {sites}; {basis}; as of {day}",
        *([compared] if compared else []),
        *marks,
    ]
