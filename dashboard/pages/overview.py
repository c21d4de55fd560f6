"""The overview of the plan: objectives by rating, indicators behind, progress and returns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.attention_table import build_attention_table
from dashboard.components.changes_list import build_changes, read_since_day
from dashboard.components.comparison import build_comparison
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note
from dashboard.components.figure_parts import build_figures_table
from dashboard.components.first_steps import build_first_steps
from dashboard.components.folds import build_view_tabs, read_view
from dashboard.components.marks import build_meter
from dashboard.components.markup import make_link, tags
from dashboard.components.overview_charts import build_overview_charts
from dashboard.components.overview_summary import build_overview_summary
from dashboard.components.pack_form import build_pack_form
from dashboard.components.rating_matrix import build_rating_matrix
from dashboard.components.remarks import build_open_actions
from dashboard.components.returns_grid import build_returns_grid
from dashboard.page_scope import get_indicator, make_scope
from dashboard.selection import make_address
from etl.queries.attention import list_attention_items
from etl.queries.changes import find_changes_since
from etl.queries.editions import list_editions
from etl.queries.plan_overview import Overview, get_plan_overview
from etl.queries.remarks import Remark, list_remarks
from etl.queries.scope import QueryScope
from etl.wording import make_rating_counts_title

MOST_URGENT, MAX_ATTENTION_ROWS = 5, 40
"""The numbers of rows of the table of urgent indicators, and of it and the folded table together."""

MAX_TABLE_ROWS = 60
"""With more indicators, the table of all of them is the tracking table, so that the page stays light."""


@registry.page(
    "/staff/overview",
    title="Overview",
    permission="staff",
    cacheable=True,
    filters=("site", "objective", "programme", "compare"),
)
def build_overview(page: PageContext) -> Any:
    """Return the overview of the selected period, programme and sites."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    locale = page.locale
    overview, remarks = get_plan_overview(scope), list_remarks(page.source)
    day = read_since_day(page)
    has_returns = bool(scope.record.received_returns)
    worst = next(((get_indicator(scope, figure.indicator), figure) for figure in overview.attention), None)
    return [
        build_first_steps(page),
        tags.Div(tags.H1(make_rating_counts_title(overview.rating_counts, locale)), className="lead"),
        build_overview_summary(
            overview.rating_counts, worst, overview.overdue_returns, page.selection, _build_meters(overview, page)
        ),
        build_no_returns_note(scope, page),
        *(_build_progress(overview, remarks, scope, page) if has_returns else ()),
        *_build_views(overview, remarks, day, scope, page),
        build_pack_form(page),
    ]


def _build_progress(
    overview: Overview, remarks: Sequence[Remark], scope: QueryScope, page: PageContext
) -> tuple[Any, ...]:
    """Return the charts, the comparison and the most urgent indicators, which are empty before the first return."""
    return (
        build_overview_charts(overview.objectives, scope, page),
        build_comparison(page, scope, scope.list_indicators()),
        _build_attention(overview, remarks, scope, page),
    )


def _build_attention(overview: Overview, remarks: Sequence[Remark], scope: QueryScope, page: PageContext) -> Any:
    """Return the most urgent indicators, with what they need and who acts; the others are folded."""
    if not overview.attention:
        heading = tags.H2(page.gettext("Most urgent"))
        return tags.Section([heading, tags.P(page.gettext("No indicators are at risk or off track."))])
    items = list_attention_items(overview.attention, remarks)
    first, others = items[:MOST_URGENT], items[MOST_URGENT:MAX_ATTENTION_ROWS]
    heading = tags.H2(page.gettext("Most urgent ({count})", count=len(first)))
    content = [heading, build_attention_table(first, scope, page.selection, table_id="attention")]
    if others:
        title = page.locale.ngettext(
            "{count} more indicator needs attention",
            "{count} more indicators need attention",
            len(others),
            count=len(others),
        )
        table = build_attention_table(others, scope, page.selection, table_id="attention-others")
        content.append(tags.Details([tags.Summary(title), table], className="reminder"))
    return dbc.Card([*content, *_build_truncation_note(overview, page)], body=True, class_name="urgent")


def _build_truncation_note(overview: Overview, page: PageContext) -> list[Any]:
    """Return how many indicators the tables leave out; nothing if they have all."""
    count = len(overview.attention)
    if count <= MAX_ATTENTION_ROWS:
        return []
    text = page.gettext("Showing {shown} of {count}, most behind first.", shown=MAX_ATTENTION_ROWS, count=count)
    link = tags.A(page.gettext("All indicators in one table"), href="#every-indicator")
    return [tags.P([text, " ", link], className="shown")]


def _build_views(
    overview: Overview, remarks: Sequence[Remark], day: date | None, scope: QueryScope, page: PageContext
) -> list[Any]:
    """Return tabs and the one that the address names; with a day to compare with, the changes since then."""
    _ = page.gettext
    views = (
        ("indicators", _("All indicators")),
        ("returns", _("Returns due")),
        ("changes", _("What changed")),
        ("actions", _("Open actions")),
    )
    view = "changes" if day else read_view(page, [name for name, _title in views])
    tabs = build_view_tabs(page, views, _("Views"), current=view)
    if view == "indicators":
        return [tabs, _build_all_indicators(overview, scope, page)]
    if view == "returns":
        return [tabs, _build_returns(overview, page)]
    if view == "changes":
        return [tabs, _build_changes(scope, day, page)]
    return [tabs, build_open_actions(page, scope, remarks)]


def _build_returns(overview: Overview, page: PageContext) -> Any:
    """Return the grid of returns. For many sites it shows those with most overdue returns."""
    address = make_address(page.selection, "/staff/returns")
    return tags.Section(build_returns_grid(overview.returns_grid, page.locale, all_sites_address=address))


def _build_changes(scope: QueryScope, day: date | None, page: PageContext) -> Any:
    """Return the changes since the day of the address, or a choice of days."""
    changes = find_changes_since(page.source, scope, day) if day else None
    return tags.Section(build_changes(page, scope.plan, day, changes, list_editions(page.source)), id="changes")


def _build_all_indicators(overview: Overview, scope: QueryScope, page: PageContext) -> Any:
    """Return the matrix of all indicators, and a collapsed table with their actuals and targets.

    A table of many indicators is left to the tracking table, with a link.
    """
    _ = page.gettext
    heading = tags.H2(_("All indicators"), id="matrix-title", className="vh")
    content = [heading, *build_rating_matrix(page, scope)]
    if sum(len(summary.figures) for summary in overview.objectives) > MAX_TABLE_ROWS:
        address = make_address(page.selection, "/staff/tracking-table")
        link = tags.P(make_link(_("All indicators in one table"), href=address))
        return tags.Section([*content, link], id="every-indicator")
    rows = [
        (get_indicator(scope, figure.indicator), figure)
        for summary in overview.objectives
        for figure in summary.figures
    ]
    table = build_figures_table(_("All indicators"), rows, page.selection, table_id="figures")
    details = tags.Details([tags.Summary(_("All indicators in one table")), table])
    return tags.Section([*content, details], id="every-indicator")


def _build_meters(overview: Overview, page: PageContext) -> Any:
    """Return meters for the plan period and for the returns of the last quarter."""
    locale = page.locale
    _ = locale.gettext
    time_meter = build_meter(
        overview.time_elapsed, _("Plan period passed"), locale.format_share(overview.time_elapsed, 0)
    )
    rate = overview.reporting_rate
    if overview.counted_quarter is None or not rate.expected:
        return tags.Div([time_meter], className="clocks")
    returns_meter = build_meter(
        rate.received_share if not isinstance(rate.received_share, str) else overview.time_elapsed,
        _("Returns received, {quarter}", quarter=locale.format_quarter(overview.counted_quarter)),
        _("{received} of {expected}", received=rate.received, expected=rate.expected),
    )
    return tags.Div([time_meter, returns_meter], className="clocks")
