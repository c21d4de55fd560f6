"""Returns by site and quarter, as a grid of cells with a sign and a word each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.components.signs import build_sign
from etl.indicators.results import ReportingRate
from etl.locale import N_, Locale, get_locale
from etl.publication.signs import Sign
from etl.queries.reporting_status import GridCell, GridStatus, ReturnsGrid

_CELL_LABELS = {
    GridStatus.APPROVED: (Sign.TICK, "approved", N_("approved")),
    GridStatus.SUBMITTED: (Sign.HALF_CIRCLE, "submitted", N_("pending approval")),
    GridStatus.SENT_BACK: (Sign.ARROW_BACK, "sent-back", N_("sent back")),
    GridStatus.DRAFT: (Sign.PENCIL, "draft", N_("draft")),
    GridStatus.MISSING: (Sign.CROSS, "missing", N_("missing")),
    GridStatus.NOT_DUE: (Sign.RING, "not-due", N_("not due yet")),
    GridStatus.NOT_ASKED: (None, "not-asked", N_("not required")),
}

QUARTERS = (1, 2, 3, 4)

MakeCellAddress = Callable[[GridCell], str]
"""Returns the address that a cell links to; blank for no link."""


def omit_address(cell: GridCell) -> str:
    """Return no address, for grids without links."""
    return ""


def build_returns_grid(
    grid: ReturnsGrid, locale: Locale, *, make_cell_address: MakeCellAddress = omit_address, all_sites_address: str = ""
) -> Any:
    """Return the grid, which scrolls inside its frame, with each site's reporting rates.

    With `all_sites_address`, a grid that does not show all sites says so and links to that address.
    """
    _ = locale.gettext
    if not grid.quarters:
        return tags.P(_("No quarter of the plan has ended yet."))
    body = tags.Tbody(
        [
            tags.Tr(
                [
                    tags.Th(site.name.get_text(locale.language), scope="row"),
                    *(_build_cell(cell, locale, make_cell_address(cell)) for cell in cells),
                    *_build_rates(rate, locale),
                ],
            )
            for site, cells, rate in grid.rows
        ],
    )
    caption = tags.Caption(_("Returns by site and quarter"), className="vh")
    table = tags.Table([caption, _build_head(grid, locale), body], className="grid", id="returns")
    frame = tags.Div(
        table,
        className="scroll",
        tabIndex=0,
        role="region",
        **make_aria_label(_("Returns by site and quarter")),
    )
    return tags.Div(
        [
            _build_site_count(grid, all_sites_address, locale) if all_sites_address else None,
            frame,
            _build_legend(locale),
        ],
    )


def _build_site_count(grid: ReturnsGrid, address: str, locale: Locale) -> Any:
    """Return how many sites are shown, with a link to all; None where all are shown."""
    _ = locale.gettext
    if len(grid.rows) >= grid.site_count:
        return None
    message = _(
        "Showing {shown} of {count} sites, overdue returns first.",
        shown=len(grid.rows),
        count=locale.format_amount(Decimal(grid.site_count), 0),
    )
    return tags.P([message, " ", dcc.Link(_("All sites and their returns"), href=address)], className="shown")


def build_returns_by_year(grid: ReturnsGrid, locale: Locale) -> Any:
    """Return the returns of one site with one row per year, which fits a phone."""
    _ = locale.gettext
    cells = {(cell.quarter.year, cell.quarter.number): cell for cell in grid.cells}
    if not cells:
        return tags.P(_("No quarter of the plan has ended yet."))
    corner = tags.Th(_("Year"), scope="col")
    head = tags.Tr([corner, *(tags.Th(f"Q{number}", scope="col") for number in QUARTERS)])
    rows = [
        tags.Tr(
            [
                tags.Th(str(year), scope="row"),
                *(_build_year_cell(cells.get((year, number)), locale) for number in QUARTERS),
            ],
        )
        for year in sorted({year for year, _ in cells})
    ]
    caption = tags.Caption(_("Returns by year and quarter"), className="vh")
    table = tags.Table([caption, tags.Thead(head), tags.Tbody(rows)], className="grid", id="returns")
    return tags.Div([table, _build_legend(locale)])


def _build_year_cell(grid_cell: GridCell | None, locale: Locale) -> Any:
    """Return a cell that names a locked quarter; an empty cell for a quarter that has not ended."""
    if grid_cell is None:
        return tags.Td()
    table_cell = _build_cell(grid_cell, locale, "")
    if grid_cell.is_locked:
        table_cell["props"]["children"] = [
            *table_cell["props"]["children"],
            tags.Small(locale.gettext("locked")),
        ]
    return table_cell


def _build_legend(locale: Locale) -> Any:
    _ = locale.gettext
    key: list[Any] = []
    for sign, __, label in _CELL_LABELS.values():
        if sign:
            key += [build_sign(sign), f" {_(label)} · "]
    return tags.P([*key, build_sign(Sign.CLOCK), f" {_('late')}"], className="key")


def _build_head(grid: ReturnsGrid, locale: Locale) -> Any:
    """Return the heading row; locked quarters are marked."""
    _ = locale.gettext
    quarters = [
        tags.Th(
            [
                get_locale("en").format_quarter(quarter),
                tags.Small(_("locked")) if quarter in grid.locked_quarters else None,
            ],
            scope="col",
        )
        for quarter in grid.quarters
    ]
    corner = tags.Th(_("Site"), scope="col")
    rates = [tags.Th(_(label), scope="col") for label in (_RECEIVED, _ON_TIME)]
    return tags.Thead(tags.Tr([corner, *quarters, *rates]))


_RECEIVED, _ON_TIME = N_("Received"), N_("On time")


def _build_rates(rate: ReportingRate, locale: Locale) -> list[Any]:
    _ = locale.gettext
    return [
        tags.Td(_("{received} of {expected}", received=count, expected=rate.expected), className="n")
        for count in (rate.received, rate.on_time)
    ]


def _build_cell(cell: GridCell, locale: Locale, address: str) -> Any:
    sign, name, _ = _CELL_LABELS[cell.status]
    description = describe_cell(cell, locale)
    signs = [sign, Sign.CLOCK if cell.is_late else None, Sign.PENCIL if cell.newer_draft else None]
    mark = [build_sign(sign) for sign in signs if sign]
    title = f"{cell.site} {cell.quarter}: {description}"
    if address:
        children: Any = dcc.Link([*mark, tags.Span(title, className="vh")], href=address)
    else:
        children = [*mark, tags.Span(description, className="vh")]
    return tags.Td(children, className=f"cell {name}", title=title)


def describe_cell(cell: GridCell, locale: Locale) -> str:
    """Return a description such as `missing, locked` or `not due yet, due by 30 Jan 2026`."""
    due = cell.due if cell.status is GridStatus.NOT_DUE else None
    has_draft = cell.newer_draft is not None
    return _describe_status(cell.status, cell.is_late, cell.is_locked, due, locale, has_draft=has_draft)


@lru_cache(maxsize=1024)
def _describe_status(
    status: GridStatus, is_late: bool, is_locked: bool, due: date | None, locale: Locale, *, has_draft: bool
) -> str:
    _ = locale.gettext
    parts = [_(_CELL_LABELS[status][2])]
    if is_late:
        parts.append(_("late"))
    if has_draft:
        parts.append(_("with a newer draft"))
    if due is not None:
        parts.append(_("due by {day}", day=locale.format_day(due)))
    if is_locked:
        parts.append(_("locked"))
    return ", ".join(parts)
