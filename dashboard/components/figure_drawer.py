"""The drawer that explains a figure over any staff page, down to the cells of the returns."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.charts.addresses import FigureReference, parse_figure_hash
from dashboard.component_ids import DRAWER, DRAWER_BODY, DRAWER_TITLE
from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.number_parts import format_cell_reference, list_site_names
from dashboard.components.number_texts import describe_choice, list_gaps
from dashboard.components.participations import build_participations_line
from dashboard.components.tables import build_number_cell
from dashboard.page_scope import make_scope
from dashboard.selection import append_parameters, localize_path, make_address
from etl.exports.figure_rows import format_plain_number, serialize_amount
from etl.indicators.part_targets import has_targets
from etl.indicators.periods import PlanToDate, make_period_key
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Source
from etl.queries.number_source import Contribution, NumberSource, SourceCell, find_number_source
from etl.queries.retired_codes import resolve_scope
from etl.queries.source_wording import describe_method, list_calculation_lines
from etl.wording import append_unit, describe_amount
from etl.wording.explanations import explain_figure
from etl.wording.participations import append_part_unit, describe_number_name

MAX_CELLS = 12
"""The drawer lists at most this many cells; the page of the number lists all."""


@dataclass(frozen=True, slots=True)
class DrawerContent:
    """The name of the figure and its explanation."""

    title: str
    body: list[Any]


def build_drawer() -> dbc.Offcanvas:
    """Return the closed drawer. A callback opens it while the address names a figure after its `#`."""
    return dbc.Offcanvas(
        tags.Div(id=DRAWER_BODY, **{"aria-live": "polite"}),
        id=DRAWER,
        title=tags.Span(id=DRAWER_TITLE),
        labelledby=DRAWER_TITLE,
        placement="end",
        is_open=False,
    )


def build_drawer_content(page: PageContext, figure_hash: str) -> DrawerContent:
    """Return the explanation of the figure that the hash names, for the selection of the page below."""
    _ = page.gettext
    reference = parse_figure_hash(figure_hash)
    source = _find_source(page, reference) if reference else None
    if reference is None or source is None:
        advice = _("The plan has no such figure. Close this and choose another.")
        return DrawerContent(_("Figure not found"), [tags.P(advice)])
    page = _apply_reference(page, reference)
    names = list_site_names(page.snapshot.plans, page.locale) if page.snapshot else {}
    return DrawerContent(
        describe_number_name(source.indicator, source.part, page.locale),
        [
            tags.P(
                describe_choice(page, source, names, is_to_date=reference.is_to_date, start=reference.start),
                className="sub",
            ),
            *_build_value(page, source, reference),
            _build_participations(page, source, reference),
            *_build_calculation(page, source, names),
            *_build_cells(page, source, names, _make_number_address(page, reference)),
            _build_links(page, reference),
        ],
    )


def _apply_reference(page: PageContext, reference: FigureReference) -> PageContext:
    """Return the page with the site of the reference in place of its own sites."""
    if not reference.site:
        return page
    pairs = [pair for pair in parse_qsl(page.query.removeprefix("?"), errors="replace") if pair[0] != "site"]
    return replace(page, query=urlencode([*pairs, ("site", reference.site)]))


def _find_source(page: PageContext, reference: FigureReference) -> NumberSource | None:
    scope = make_scope(_apply_reference(page, reference))
    if scope is None:
        return None
    scope = resolve_scope(page.source, replace(scope, period=reference.period), reference.code, now=page.now)
    return find_number_source(
        page.source, scope, reference.code, reference.part, to_date=reference.is_to_date, start=reference.start
    )


def _build_value(page: PageContext, source: NumberSource, reference: FigureReference) -> list[Any]:
    """Return the value with its target, rating and percentage. Totals to date and parts without targets have none."""
    locale, figure, amount = page.locale, source.figure, source.value.amount
    text = append_part_unit(describe_amount(amount, source.indicator, locale), source.indicator, source.part, locale)
    value = tags.P(build_number_cell(text, serialize_amount(amount)), className="big")
    if reference.is_to_date or (source.part is not None and not has_targets(source.plan, source.part)):
        return [value]
    target = None
    if not isinstance(figure.target, NoValue):
        amount_text = append_unit(describe_amount(figure.target, source.indicator, locale), source.indicator, locale)
        target = page.gettext("Target: {target}", target=amount_text)
    return [
        value,
        tags.P([target, " ", build_badge(figure.rating, locale)]),
        build_bullet(figure, source.indicator, locale) if target else None,
        *(tags.P(sentence) for sentence in explain_figure(figure, source.indicator, locale)),
    ]


def _build_participations(page: PageContext, source: NumberSource, reference: FigureReference) -> Component | None:
    """Return the participations beside an indicator that counts new people; None for others and for parts."""
    scope = None if reference.part or reference.is_to_date else make_scope(page)
    return build_participations_line(page, scope, source.indicator, reference.period) if scope else None


def _build_calculation(page: PageContext, source: NumberSource, names: dict[str, str]) -> list[Any]:
    lines = [tags.Li(line) for line in list_calculation_lines(source, names, page.locale)]
    gaps = list_gaps(page, source, names)
    return [
        tags.H2(page.gettext("How it is calculated")),
        tags.P(describe_method(source, page.locale)),
        tags.Ul(lines, className="sum") if lines else None,
        dbc.Alert([tags.P(sentence) for sentence in gaps], color="warning") if gaps else None,
    ]


def _build_cells(page: PageContext, source: NumberSource, names: dict[str, str], number_address: str) -> list[Any]:
    """Return a row for each cell behind the number, with links to its rows and its file."""
    _ = page.gettext
    if source.indicator.source is Source.SYSTEM:
        return []
    cells = [(contribution, cell) for contribution in source.contributions for cell in contribution.cells]
    if not cells:
        return [tags.P(_("This number has no source cells."))]
    header = tags.Tr([tags.Th(text, scope="col") for text in (_("Site"), _("Number"), _("Cell"))])
    rows = [_build_row(page, contribution, cell, names, number_address) for contribution, cell in cells[:MAX_CELLS]]
    hidden = len(cells) - MAX_CELLS
    more = page.locale.ngettext("{count} more cell", "{count} more cells", hidden, count=hidden)
    return [
        tags.H2(_("What it is calculated from")),
        tags.Table([tags.Thead(header), tags.Tbody(rows)], className="list", id="drawer-cells"),
        tags.P(make_link(more, href=number_address)) if hidden > 0 else None,
    ]


def _build_row(
    page: PageContext, contribution: Contribution, cell: SourceCell, names: dict[str, str], number_address: str
) -> Component:
    """Return site and quarter, number, and cell with file. Only people of the site and managers can open them."""
    _, locale, origin = page.gettext, page.locale, cell.origin
    place: Any = f"{cell.cell.sheet}!{cell.cell.address}"
    file: Any = origin.file_name
    if page.visitor.can_access_site(origin.site):
        place = make_link(place, href=append_parameters(number_address, cell=format_cell_reference(cell)))
        address = localize_path(f"/staff/returns/{origin.id}/file", locale.language)
        file = tags.A(file, href=address, download="", title=_("Download the original file"))
    site = [names.get(origin.site, origin.site), tags.Small(locale.format_quarter(origin.quarter))]
    number = _("not collected") if cell.cell.value is None else format_plain_number(cell.cell.value)
    return tags.Tr(
        [
            tags.Th(site, scope="row"),
            tags.Td(number, className="n"),
            tags.Td([place, tags.Small([_("in"), " ", file])]),
        ]
    )


def _make_number_address(page: PageContext, reference: FigureReference) -> str:
    """Return the address of the page of the number."""
    selection = replace(page.selection, period=PlanToDate(), objectives=())
    address = make_address(selection, f"/staff/number/{reference.code}/{make_period_key(reference.period)}")
    return append_parameters(address, part=reference.part, to_date=reference.to_date)


def _build_links(page: PageContext, reference: FigureReference) -> Component:
    _ = page.gettext
    indicator_address = make_address(page.selection, f"/staff/indicator/{reference.code}")
    return tags.P(
        [
            make_link(_("Open the indicator"), href=indicator_address, className="button"),
            " ",
            make_link(_("All sources"), href=_make_number_address(page, reference)),
        ],
        className="onward",
    )
