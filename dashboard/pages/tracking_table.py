"""The whole plan as one table: indicators down, years and quarters across; also as a workbook and as CSV."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.explanation_parts import WhyLinks
from dashboard.components.figure_parts import indicator_link, number_link
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_badge
from dashboard.components.pack_form import build_pack_form
from dashboard.components.plain import html
from dashboard.components.states import build_no_plan, build_nothing_reported
from dashboard.components.tables import element, number_cell
from dashboard.components.wide_table import WideColumn, build_wide_table
from dashboard.page_scope import asking_of
from dashboard.selection import address_of
from etl.exports.about import chosen_words, dated_words, marks_of
from etl.exports.tracking_rows import as_csv, group_words, heading_words, tracked_cell
from etl.exports.tracking_workbook import tracking_workbook
from etl.indicators.results import NoValue
from etl.queries.asking import Asking
from etl.queries.tracking_table import Column, Order, Shows, TrackedIndicator, TrackingTable, tracking_table
from etl.use_cases.reporting.audit_export import note_export

PATH = "/staff/tracking-table"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Asked:
    """The table that an address asks for."""

    asking: Asking
    order: Order
    table: TrackingTable


@registry.page(PATH, title="Tracking table", permission="staff", kept=True)
def build_tracking_table(request: PageRequest) -> Any:
    """The table with its filters and downloads."""
    asked = _asked(request)
    if asked is None:
        return build_no_plan(request.language)
    say = request.say
    plan = asked.asking.plan
    objectives = [("", say("All objectives")), *((one.code, one.code) for one in plan.objectives)]
    orders = [("", say("as in the plan")), (Order.NEED, say("in need first")), (Order.SHARE, say("lowest % first"))]
    more = [
        (say("Objective"), "objective", objectives, request.selection.objective),
        (say("Order"), "order", orders, asked.order),
    ]
    return [
        html.H1(say("Tracking table")),
        html.P(
            say(
                "Baseline, target and actual of every indicator, by year, with the quarters of the chosen year. "
                "Each actual leads to where it comes from, each percentage to how it was computed."
            ),
            className="sub",
        ),
        build_filters(request, plan, more=more),
        build_nothing_reported(asked.asking, request.language),
        build_pack_form(request),
        html.P(_downloads(request, asked), className="downloads"),
        _build(request, asked),
        html.P(" ".join(_about(request, asked)), className="key"),
    ]


@registry.route(f"{PATH}.xlsx", permission="staff")
def answer_workbook(request: PageRequest) -> ResponseReturnValue:
    """The table of the same address as a workbook."""
    asked = _asked(request)
    if asked is None:
        return Response("Not found", 404)
    title = asked.asking.plan.settings.name.in_language(request.language)
    data = tracking_workbook(asked.table, title=title, about=_about(request, asked), language=request.language)
    return _file(request, data, "xlsx", _WORKBOOK_TYPE)


@registry.route(f"{PATH}.csv", permission="staff")
def answer_csv(request: PageRequest) -> ResponseReturnValue:
    """The same as CSV."""
    asked = _asked(request)
    if asked is None:
        return Response("Not found", 404)
    text = as_csv(asked.table, request.language, _about(request, asked))
    return _file(request, text.encode(), "csv", "text/csv; charset=utf-8")


def _file(request: PageRequest, data: bytes, ending: str, kind: str) -> Response:
    note_export(request.source.engine, f"tracking table, {ending}", who=request.visitor.name, now=request.now)
    name = f"tracking-table-{request.now.date().isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, content_type=kind, headers=headers)


def _asked(request: PageRequest) -> _Asked | None:
    asking = asking_of(request)
    if asking is None:
        return None
    wanted = parse_qs(request.query.removeprefix("?"), errors="replace").get("order", [""])[0]
    order = Order(wanted) if wanted in list(Order) else Order.PLAN
    return _Asked(asking, order, tracking_table(asking, objective=request.selection.objective, order=order))


def _downloads(request: PageRequest, asked: _Asked) -> list[Any]:
    links: list[Any] = []
    for ending, words in (("xlsx", request.say("Download as Excel")), ("csv", request.say("Download as CSV"))):
        address = address_of(request.selection, f"{PATH}.{ending}")
        if asked.order is not Order.PLAN:
            address += f"{'&' if '?' in address else '?'}order={asked.order}"
        links += [element("A", words, href=address, download=""), " "]
    return links


def _about(request: PageRequest, asked: _Asked) -> list[str]:
    """What must stand on every copy: the day, how far it counts, what was chosen, and whether it is provisional."""
    language = request.language
    marks = (f"{mark}." for mark in marks_of(asked.asking.snapshot, language))
    dated = dated_words(request.now.date(), asked.table.counted_quarter, language)
    return [*dated, *chosen_words(asked.asking, language), *marks]


def _build(request: PageRequest, asked: _Asked) -> Any:
    language, table = request.language, asked.table
    columns = [WideColumn(group_words(one, language), heading_words(one, language)) for one in table.columns]
    bodies: list[tuple[str, list[list[Any]]]] = []
    why = WhyLinks(request.selection)
    for row in table.rows:
        objective = table.objectives[row.indicator.objective]
        heading = f"{objective.code} · {objective.name.in_language(language)}" if asked.order is Order.PLAN else ""
        if not bodies or bodies[-1][0] != heading:
            bodies.append((heading, []))
        name = indicator_link(row.indicator, request.selection)
        bodies[-1][1].append([name, *(_cell(request, row, column, why) for column in table.columns)])
    caption = request.say("Indicator performance tracking table")
    return build_wide_table(caption, request.say("Indicator"), columns, bodies, table_id="tracking")


def _cell(request: PageRequest, row: TrackedIndicator, column: Column, why: WhyLinks) -> Any:
    if column.shows is Shows.RATING:
        return build_badge(row.figure.rating, request.language)
    if column.shows is Shows.ACTUAL and column.period is not None:
        return number_link(row.figure_by_period[column.period], row.indicator, request.selection)
    said = tracked_cell(row, column, request.language)
    if isinstance(row.amount(column), NoValue):
        return element("Span", said.text, className="muted", **{"data-exact": said.exact})
    if column.shows is Shows.SHARE and column.period is not None:
        return why.build(row.figure_by_period[column.period])
    return number_cell(said.text, said.exact)
