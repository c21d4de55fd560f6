"""Tables of a number's sources: cells with file and people, the rows around a cell, or counted returns."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dashboard.access.context import PageContext
from dashboard.components.markup import dcc, tags
from dashboard.components.pagination import build_pager, paginate
from dashboard.components.tables import build_table
from dashboard.selection import localize_path
from etl.exports.figure_rows import format_plain_number
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.number_source import Contribution, NumberSource, ReturnCell, SourceCell
from etl.queries.source_wording import describe_contribution
from etl.wording.effects import describe_key
from etl.wording.returns import describe_typed_number

_PER_PAGE = 300
"""The number of rows on one page of a table."""


def list_site_names(plans: Plans, locale: Locale) -> dict[str, str]:
    """Return every site's name; a retired site's as in the last plan that had it."""
    return {site.code: site.name.get_text(locale.language) for version in plans.versions for site in version.plan.sites}


def format_cell_reference(cell: SourceCell) -> str:
    """Return the reference to a cell in an address: the return's id and the cell's address."""
    return f"{cell.origin.id}!{cell.cell.address}"


def build_inputs(page: PageContext, source: NumberSource, names: dict[str, str], page_address: str) -> Any:
    """Return a table with one row per source cell, by quarter and site."""
    _ = page.gettext
    header = (
        _("Key"),
        _("Site"),
        _("Quarter"),
        _("Number"),
        _("Typed"),
        _("File"),
        _("Sheet"),
        _("Cell"),
        _("Uploaded by"),
        _("Approved by"),
        _("Note"),
    )
    list_page = paginate(
        [(contribution, cell) for contribution in source.contributions for cell in contribution.cells],
        page,
        per_page=_PER_PAGE,
    )
    rows = [
        _build_input_row(page, source, contribution, cell, names, page_address)
        for contribution, cell in list_page.items
    ]
    if not rows:
        return tags.P(_("This number has no source cells."))
    caption = _("Source cells")
    table = build_table(caption, header, rows, numeric=(3,), table_id="inputs", show_caption=True, stacks=True)
    return tags.Div([table, build_pager(list_page, page)]) if list_page.pages > 1 else table


def _build_input_row(
    page: PageContext,
    source: NumberSource,
    contribution: Contribution,
    cell: SourceCell,
    names: dict[str, str],
    page_address: str,
) -> list[Any]:
    _, locale, origin = page.gettext, page.locale, cell.origin
    can_open = page.visitor.can_access_site(origin.site)
    address_cell: Any = cell.cell.address
    file: Any = origin.file_name
    if can_open:
        separator = "&" if "?" in page_address else "?"
        address_cell = dcc.Link(
            address_cell,
            href=f"{page_address}{separator}{urlencode({'cell': format_cell_reference(cell)})}",
            title=_("Show the rows around it"),
        )
        address = localize_path(f"/staff/returns/{origin.id}/file", locale.language)
        file = tags.A(file, href=address, download="", title=_("Download the original file"))
    typed = _describe_typed(cell, locale)
    file = [typed, tags.Small(file)] if typed else file
    return [
        str(cell.cell.key),
        [tags.Span(origin.site), tags.Small(names.get(origin.site, ""))],
        locale.format_quarter(origin.quarter),
        _("not collected") if cell.cell.value is None else _format_cell(cell.cell.value, source.indicator, locale),
        cell.cell.raw,
        file,
        cell.cell.sheet,
        address_cell,
        _build_person_and_time(origin.sender, origin.submitted_at, locale),
        _build_person_and_time(origin.approver, origin.decided_at, locale) or _("pending approval"),
        _write_note(contribution, cell, source, locale),
    ]


def _describe_typed(cell: SourceCell, locale: Locale) -> str:
    """Return who typed the number on the page and when; blank for an uploaded file."""
    typed, key = cell.typed, cell.cell.key
    if typed is None:
        return ""
    return describe_typed_number(typed.author, typed.typed_at, typed.base_return, locale, is_typed=typed.is_typed(key))


def _format_cell(value: Decimal, indicator: Indicator, locale: Locale) -> str:
    """Return the number with all digits, or the words of a stage."""
    stage = indicator.find_stage(value)
    return stage.label.get_text(locale.language) if stage is not None else format_plain_number(value)


def _write_note(contribution: Contribution, cell: SourceCell, source: NumberSource, locale: Locale) -> str:
    """Return the note. A level that a share refers to may be older than the share; the note says so."""
    if cell.origin.quarter != contribution.quarter:
        return locale.format_quarter(contribution.quarter) + " ←"
    return describe_contribution(contribution, source.indicator, locale)


def _build_person_and_time(name: str, when: Any, locale: Locale) -> Any:
    return [name, tags.Small(locale.format_moment(when))] if name and when else ""


def build_surrounding_rows(
    page: PageContext, plans: Plans, source_cell: SourceCell, rows: tuple[ReturnCell, ...]
) -> Any:
    """Return the rows of the sheet around a cell as they were typed, with the cell's own row in bold."""
    _, locale = page.gettext, page.locale
    header = (_("Cell"), _("Key"), _("Name"), _("Typed"), _("Note"))
    body = [
        [
            tags.B(row.address) if row.key == source_cell.cell.key else row.address,
            str(row.key),
            describe_key(plans, row.key, locale),
            tags.B(row.raw) if row.key == source_cell.cell.key else row.raw,
            row.note,
        ]
        for row in rows
    ]
    caption = _(
        "Rows around {cell} in {file}, sheet {sheet}",
        cell=source_cell.cell.address,
        file=source_cell.origin.file_name,
        sheet=source_cell.cell.sheet,
    )
    table = build_table(caption, header, body, numeric=(3,), table_id="around", show_caption=True, stacks=True)
    address = localize_path(f"/staff/returns/{source_cell.origin.id}", locale.language)
    links = [
        tags.A(_("Open the return"), href=address),
        " · ",
        tags.A(_("Download the original file"), href=f"{address}/file", download=""),
    ]
    return tags.Section([table, tags.P(links)], className="around")


def build_counted_returns(page: PageContext, source: NumberSource, plans: Plans, names: dict[str, str]) -> Any:
    """Return a table of the expected returns behind one of the system's own indicators."""
    _ = page.gettext
    header = (_("Site"), _("Quarter"), _("Due"), _("First submitted"), _("Approved"), _("Counts"))
    list_page = paginate(source.contributions, page, per_page=_PER_PAGE)
    rows = [_build_counted_row(page, contribution, plans, names) for contribution in list_page.items]
    caption = _("Source returns")
    if not rows:
        return tags.P(_("No returns are due yet."))
    table = build_table(caption, header, rows, numeric=(5,), table_id="returns-counted", show_caption=True, stacks=True)
    return tags.Div([table, build_pager(list_page, page)]) if list_page.pages > 1 else table


def _build_counted_row(page: PageContext, contribution: Contribution, plans: Plans, names: dict[str, str]) -> list[Any]:
    _, locale, received = page.gettext, page.locale, contribution.received
    calendar = plans.get_plan_in_force(contribution.quarter).settings.calendar
    received_text = _("missing")
    if received is not None:
        late = not calendar.is_on_time(contribution.quarter, received.first_submitted)
        received_text = locale.format_moment(received.first_submitted) + (f" ({_('late')})" if late else "")
    return [
        names.get(contribution.site, contribution.site),
        locale.format_quarter(contribution.quarter),
        locale.format_day(calendar.get_due_date(contribution.quarter)),
        received_text,
        _("yes") if received is not None and received.approved else _("no"),
        f"{contribution.row.value:f} / {contribution.row.denominator:f}",
    ]
