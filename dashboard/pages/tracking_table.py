"""The indicator performance tracking table, as a page, a workbook and CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note
from dashboard.components.explanation_parts import ExplanationLinks
from dashboard.components.figure_parts import (
    build_indicator_link,
    build_number_link,
    build_revision_note,
    build_value_link,
)
from dashboard.components.marks import build_badge
from dashboard.components.markup import make_aria_label, make_link, tags
from dashboard.components.pack_form import build_pack_form
from dashboard.components.pagination import read_query_value
from dashboard.components.sparkline import build_sparkline
from dashboard.components.tables import build_number_cell
from dashboard.components.wide_table import WideColumn, build_wide_table
from dashboard.page_scope import make_scope
from dashboard.selection import append_parameters, make_address
from etl.exports.about import describe_as_of, describe_data_notices, describe_scope
from etl.exports.tracking_rows import (
    format_column_group,
    format_column_heading,
    make_tracking_cell,
    render_tracking_csv,
)
from etl.exports.tracking_workbook import render_tracking_workbook
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import PARTICIPATIONS
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import (
    Column,
    ColumnKind,
    ColumnOrder,
    SortOrder,
    TrackingRow,
    TrackingTable,
    get_tracking_table,
)
from etl.use_cases.reporting.audit_export import record_export
from etl.wording.participations import PARTICIPATIONS_LABEL

PATH = "/staff/tracking-table"
ORDER_PARAMETER, COLUMNS_PARAMETER = "order", "columns"
ALL, QUARTERS = "all", "quarters"
SHOWN_YEARS = 2
"""The number of latest years that the table of the plan to date shows at first, which fit 1,440 pixels."""


@dataclass(frozen=True)
class _TableRequest:
    """The table that an address asks for, with its scope and order."""

    scope: QueryScope
    order: SortOrder | ColumnOrder
    columns: str
    """The parameter of the chosen columns; blank for the default."""
    table: TrackingTable


@registry.page(
    PATH,
    title="Tracking table",
    permission="staff",
    cacheable=True,
    filters=("site", "objective", "programme", "order"),
)
def build_tracking_table(page: PageContext) -> Any:
    """Return the table with its filters and downloads."""
    table_request = _make_table_request(page)
    if table_request is None:
        return build_no_plan_page(page)
    _ = page.gettext
    return [
        tags.H1(_("Tracking table")),
        tags.P(
            _(
                "Baseline, target and actual of every indicator by year, and by quarter for the chosen "
                "year. Select an actual to see its source, or a percentage to see how it is calculated."
            ),
            className="sub",
        ),
        build_no_returns_note(table_request.scope, page),
        _build_column_choice(page, table_request),
        _build(page, table_request),
        tags.P(_build_downloads(page, table_request), className="downloads"),
        tags.P(" ".join(_describe_data(page, table_request)), className="key"),
        build_pack_form(page),
    ]


@registry.route(f"{PATH}.xlsx", permission="staff")
def download_workbook(page: PageContext) -> ResponseReturnValue:
    """Return the table of the same address as a workbook."""
    table_request = _make_table_request(page)
    if table_request is None:
        return Response("Not found", 404)
    title = table_request.scope.plan.settings.name.get_text(page.language)
    data = render_tracking_workbook(
        table_request.table, title=title, about=_describe_data(page, table_request), locale=page.locale
    )
    return _make_file(page, data, "xlsx", XLSX)


@registry.route(f"{PATH}.csv", permission="staff")
def download_csv(page: PageContext) -> ResponseReturnValue:
    """Return the table of the same address as CSV."""
    table_request = _make_table_request(page)
    if table_request is None:
        return Response("Not found", 404)
    text = render_tracking_csv(table_request.table, page.locale, _describe_data(page, table_request))
    return _make_file(page, text.encode(), "csv", "text/csv; charset=utf-8")


def _make_file(page: PageContext, data: bytes, ending: str, media_type: str) -> Response:
    record_export(page.source.engine, f"tracking table, {ending}", actor=page.visitor.name, now=page.now)
    name = f"tracking-table-{page.now.date().isoformat()}.{ending}"
    return make_download_response(data, name, media_type)


def _make_table_request(page: PageContext) -> _TableRequest | None:
    scope = make_scope(page)
    if scope is None:
        return None
    text = read_query_value(page, ORDER_PARAMETER)
    order: SortOrder | ColumnOrder = SortOrder.PLAN
    if text in list(SortOrder):
        order = SortOrder(text)
    elif "." in text:
        order = ColumnOrder(text.removeprefix("-"), is_descending=text.startswith("-"))
    columns = read_query_value(page, COLUMNS_PARAMETER)
    return _TableRequest(scope, order, columns, get_tracking_table(scope, order=order))


def _format_order(order: SortOrder | ColumnOrder) -> str:
    """Return the parameter of the order; blank for the plan's."""
    if isinstance(order, ColumnOrder):
        return f"-{order.key}" if order.is_descending else order.key
    return "" if order is SortOrder.PLAN else str(order)


def _make_own_address(page: PageContext, table_request: _TableRequest, *, order: str, columns: str) -> str:
    parameters = {ORDER_PARAMETER: order, COLUMNS_PARAMETER: columns}
    return append_parameters(make_address(page.selection, PATH), **parameters)


def _get_group(column: Column) -> str:
    """Return the name of the column's group in the choice of columns; blank for columns that are always shown."""
    if isinstance(column.period, Quarter):
        return QUARTERS
    return str(column.period.first) if isinstance(column.period, Years) else ""


def _list_chosen_groups(table_request: _TableRequest) -> list[str]:
    """Return the years and quarters to show: those of the address, else those that fit a screen.

    For a chosen period, all of its columns are shown; for the plan to date, the latest years.
    """
    groups = list(dict.fromkeys(group for column in table_request.table.columns if (group := _get_group(column))))
    if table_request.columns == ALL:
        return groups
    if table_request.columns:
        return [group for group in groups if group in table_request.columns.split(",")]
    if not isinstance(table_request.scope.period, PlanToDate):
        return groups
    counted = table_request.table.counted_quarter
    years = [group for group in groups if group != QUARTERS and (counted is None or int(group) <= counted.year)]
    return years[-SHOWN_YEARS:]


def _build_column_choice(page: PageContext, table_request: _TableRequest) -> Any:
    """Return links that show and hide the columns of each year and of the quarters."""
    _ = page.gettext
    groups = list(dict.fromkeys(group for column in table_request.table.columns if (group := _get_group(column))))
    chosen, order = _list_chosen_groups(table_request), _format_order(table_request.order)
    links: list[Any] = [tags.Span(_("Columns"), className="muted")]
    for group in groups:
        others = [name for name in groups if (name in chosen) != (name == group)]
        address = _make_own_address(page, table_request, order=order, columns=",".join(others) or "none")
        label = _("Quarters") if group == QUARTERS else group
        is_shown = group in chosen
        state = _("shown") if is_shown else _("hidden")
        links.append(
            make_link(
                [label, tags.Span(f" ({state})", className="vh")], href=address, className="on" if is_shown else None
            )
        )
    if len(chosen) < len(groups):
        links.append(make_link(_("All"), href=_make_own_address(page, table_request, order=order, columns=ALL)))
    return tags.Div(links, className="switch column-choice", role="group", **make_aria_label(_("Columns")))


def _build_downloads(page: PageContext, table_request: _TableRequest) -> list[Any]:
    links: list[Any] = []
    for extension, label in (("xlsx", page.gettext("Download as Excel")), ("csv", page.gettext("Download as CSV"))):
        address = make_address(page.selection, f"{PATH}.{extension}")
        address = append_parameters(address, **{ORDER_PARAMETER: _format_order(table_request.order)})
        links += [tags.A(label, href=address, download=""), " "]
    return links


def _describe_data(page: PageContext, table_request: _TableRequest) -> list[str]:
    """Return lines for every copy: the day, the last counted quarter, the selection and data notices."""
    locale = page.locale
    marks = describe_data_notices(table_request.scope.snapshot, locale)
    date_lines = describe_as_of(page.now.date(), table_request.table.counted_quarter, locale)
    return [*date_lines, *describe_scope(table_request.scope, locale), *marks]


def _build(page: PageContext, table_request: _TableRequest) -> Any:
    locale, table = page.locale, table_request.table
    # A revised target is marked in its own cell; files have a column for all revisions.
    chosen = ("", *_list_chosen_groups(table_request))
    own_columns = [
        column for column in table.columns if column.kind is not ColumnKind.REVISIONS and _get_group(column) in chosen
    ]
    columns = [_make_wide_column(column, page, table_request) for column in own_columns]
    bodies: list[tuple[str, list[list[Any]]]] = []
    explanation_links = ExplanationLinks(page.selection)
    for row in table.rows:
        objective = table.objectives[row.indicator.objective]
        heading = (
            f"{objective.code} · {objective.name.get_text(locale.language)}"
            if table_request.order is SortOrder.PLAN
            else ""
        )
        if not bodies or bodies[-1][0] != heading:
            bodies.append((heading, []))
        years = [(period.first, figure) for period, figure in row.figure_by_period.items() if isinstance(period, Years)]
        name = [
            *build_indicator_link(row.indicator, page.selection, row.part),
            build_sparkline(years, row.indicator, locale) if len(years) > 1 and row.part is None else None,
        ]
        bodies[-1][1].append([name, *(_build_cell(page, row, column, explanation_links) for column in own_columns)])
        if row.participations:
            bodies[-1][1].append(_build_participations(page, row, own_columns))
    caption = page.gettext("Indicator performance tracking table")
    return build_wide_table(caption, page.gettext("Indicator"), columns, bodies, table_id="tracking")


def _make_wide_column(column: Column, page: PageContext, table_request: _TableRequest) -> WideColumn:
    """Return the column with the address that sorts by it: smallest first, then largest first."""
    order = table_request.order
    is_sorted = isinstance(order, ColumnOrder) and order.key == column.key
    is_descending = isinstance(order, ColumnOrder) and is_sorted and order.is_descending
    next_order = f"-{column.key}" if is_sorted and not is_descending else column.key
    return WideColumn(
        format_column_group(column, page.locale),
        format_column_heading(column, page.locale),
        _make_own_address(page, table_request, order=next_order, columns=table_request.columns),
        ("descending" if is_descending else "ascending") if is_sorted else "",
    )


def _build_participations(page: PageContext, row: TrackingRow, columns: Sequence[Column]) -> list[Any]:
    """Return the row of participations below the people."""
    cells: list[Any] = [tags.Small(page.gettext(PARTICIPATIONS_LABEL))]
    for column in columns:
        if column.kind is ColumnKind.ACTUAL and column.period is not None:
            amount = row.participations[column.period].amount
            cells.append(build_value_link(amount, row.indicator, column.period, page.selection, part=PARTICIPATIONS))
        else:
            cells.append("")
    return cells


def _build_cell(page: PageContext, row: TrackingRow, column: Column, explanation_links: ExplanationLinks) -> Any:
    if column.kind is ColumnKind.RATING:
        return build_badge(row.figure.rating, page.locale)
    if column.kind is ColumnKind.ACTUAL and column.period is not None:
        return build_number_link(row.figure_by_period[column.period], row.indicator, page.selection)
    tracking_cell = make_tracking_cell(row, column, page.locale)
    if isinstance(row.get_amount(column), NoValue):
        return tags.Span(tracking_cell.text, className="muted", **{"data-exact": tracking_cell.exact_value})
    if column.kind is ColumnKind.SHARE and column.period is not None:
        return explanation_links.build(row.figure_by_period[column.period])
    number = build_number_cell(tracking_cell.text, tracking_cell.exact_value)
    if column.kind is not ColumnKind.TARGET:
        return number
    return [number, build_revision_note(row.get_figure(column), row.indicator, page.locale)]
