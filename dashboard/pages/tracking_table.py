"""The whole plan as one table: indicators down, years and quarters across; also as a workbook and as CSV."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note
from dashboard.components.explanation_parts import ExplanationLinks
from dashboard.components.figure_parts import indicator_link, number_link
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_badge
from dashboard.components.markup import tags
from dashboard.components.pack_form import build_pack_form
from dashboard.components.tables import element, number_cell
from dashboard.components.wide_table import WideColumn, build_wide_table
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.exports.about import describe_as_of, describe_scope, list_data_notices
from etl.exports.tracking_rows import (
    format_column_group,
    format_column_heading,
    make_tracking_cell,
    render_tracking_csv,
)
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.results import NoValue
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import Column, ColumnKind, SortOrder, TrackingRow, TrackingTable, get_tracking_table
from etl.use_cases.reporting.audit_export import record_export

PATH = "/staff/tracking-table"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Asked:
    """The table that an address asks for."""

    asking: QueryScope
    order: SortOrder
    table: TrackingTable


@registry.page(PATH, title="Tracking table", permission="staff", cacheable=True)
def build_tracking_table(request: PageContext) -> Any:
    """The table with its filters and downloads."""
    asked = _asked(request)
    if asked is None:
        return build_no_plan(request.locale)
    _ = request.gettext
    plan = asked.asking.plan
    objectives = [("", _("All objectives")), *((one.code, one.code) for one in plan.objectives)]
    orders = [
        ("", _("as in the plan")),
        (SortOrder.URGENCY, _("in need first")),
        (SortOrder.SHARE, _("lowest % first")),
    ]
    more = [
        (_("Objective"), "objective", objectives, request.selection.objective),
        (_("Order"), "order", orders, asked.order),
    ]
    return [
        tags.H1(_("Tracking table")),
        tags.P(
            _(
                "Baseline, target and actual of every indicator, by year, with the quarters of the chosen year. "
                "Each actual leads to where it comes from, each percentage to how it was computed."
            ),
            className="sub",
        ),
        build_filters(request, plan, more=more),
        build_no_returns_note(asked.asking, request.locale),
        build_pack_form(request),
        tags.P(_downloads(request, asked), className="downloads"),
        _build(request, asked),
        tags.P(" ".join(_about(request, asked)), className="key"),
    ]


@registry.route(f"{PATH}.xlsx", permission="staff")
def download_workbook(request: PageContext) -> ResponseReturnValue:
    """The table of the same address as a workbook."""
    asked = _asked(request)
    if asked is None:
        return Response("Not found", 404)
    title = asked.asking.plan.settings.name.in_language(request.language)
    data = render_tracking_workbook(asked.table, title=title, about=_about(request, asked), locale=request.locale)
    return _file(request, data, "xlsx", _WORKBOOK_TYPE)


@registry.route(f"{PATH}.csv", permission="staff")
def download_csv(request: PageContext) -> ResponseReturnValue:
    """The same as CSV."""
    asked = _asked(request)
    if asked is None:
        return Response("Not found", 404)
    text = render_tracking_csv(asked.table, request.locale, _about(request, asked))
    return _file(request, text.encode(), "csv", "text/csv; charset=utf-8")


def _file(request: PageContext, data: bytes, ending: str, kind: str) -> Response:
    record_export(request.source.engine, f"tracking table, {ending}", actor=request.visitor.name, now=request.now)
    name = f"tracking-table-{request.now.date().isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, content_type=kind, headers=headers)


def _asked(request: PageContext) -> _Asked | None:
    asking = make_scope(request)
    if asking is None:
        return None
    wanted = parse_qs(request.query.removeprefix("?"), errors="replace").get("order", [""])[0]
    order = SortOrder(wanted) if wanted in list(SortOrder) else SortOrder.PLAN
    return _Asked(asking, order, get_tracking_table(asking, objective=request.selection.objective, order=order))


def _downloads(request: PageContext, asked: _Asked) -> list[Any]:
    links: list[Any] = []
    for ending, words in (("xlsx", request.gettext("Download as Excel")), ("csv", request.gettext("Download as CSV"))):
        address = make_address(request.selection, f"{PATH}.{ending}")
        if asked.order is not SortOrder.PLAN:
            address += f"{'&' if '?' in address else '?'}order={asked.order}"
        links += [element("A", words, href=address, download=""), " "]
    return links


def _about(request: PageContext, asked: _Asked) -> list[str]:
    """What must stand on every copy: the day, how far it counts, what was chosen, and whether it is provisional."""
    locale = request.locale
    marks = (f"{mark}." for mark in list_data_notices(asked.asking.snapshot, locale))
    dated = describe_as_of(request.now.date(), asked.table.counted_quarter, locale)
    return [*dated, *describe_scope(asked.asking, locale), *marks]


def _build(request: PageContext, asked: _Asked) -> Any:
    locale, table = request.locale, asked.table
    columns = [
        WideColumn(format_column_group(one, locale), format_column_heading(one, locale)) for one in table.columns
    ]
    bodies: list[tuple[str, list[list[Any]]]] = []
    why = ExplanationLinks(request.selection)
    for row in table.rows:
        objective = table.objectives[row.indicator.objective]
        heading = (
            f"{objective.code} · {objective.name.in_language(locale.language)}" if asked.order is SortOrder.PLAN else ""
        )
        if not bodies or bodies[-1][0] != heading:
            bodies.append((heading, []))
        name = indicator_link(row.indicator, request.selection)
        bodies[-1][1].append([name, *(_cell(request, row, column, why) for column in table.columns)])
    caption = request.gettext("Indicator performance tracking table")
    return build_wide_table(caption, request.gettext("Indicator"), columns, bodies, table_id="tracking")


def _cell(request: PageContext, row: TrackingRow, column: Column, why: ExplanationLinks) -> Any:
    if column.kind is ColumnKind.RATING:
        return build_badge(row.figure.rating, request.locale)
    if column.kind is ColumnKind.ACTUAL and column.period is not None:
        return number_link(row.figure_by_period[column.period], row.indicator, request.selection)
    said = make_tracking_cell(row, column, request.locale)
    if isinstance(row.get_amount(column), NoValue):
        return element("Span", said.text, className="muted", **{"data-exact": said.exact_value})
    if column.kind is ColumnKind.SHARE and column.period is not None:
        return why.build(row.figure_by_period[column.period])
    return number_cell(said.text, said.exact_value)
