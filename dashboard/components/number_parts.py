"""What stands behind a number: its cells with file and people, the rows around one of them, or the returns counted."""

from typing import Any
from urllib.parse import urlencode

from dashboard.access.registry import PageRequest
from dashboard.components.pagination import build_pager, turn
from dashboard.components.plain import dcc, html
from dashboard.components.tables import build_table, element
from dashboard.selection import in_language
from etl.exports.figure_rows import plain_number
from etl.indicators.plans import Plans
from etl.locale.translations import format_day, format_moment, format_quarter
from etl.queries.number_source import Contribution, Input, NumberSource, TypedCell
from etl.queries.source_wording import note_words
from etl.wording.effects import key_words

_ON_A_PAGE = 300
"""So many cells or returns stand on one page."""


def site_names(plans: Plans, language: str) -> dict[str, str]:
    """Every site's name, a closed one's as the last plan that had it says it."""
    return {site.code: site.name.in_language(language) for version in plans.versions for site in version.plan.sites}


def cell_choice(one: Input) -> str:
    """How an address names a cell: its return's number and where it stands."""
    return f"{one.origin.id}!{one.cell.address}"


def build_inputs(request: PageRequest, found: NumberSource, names: dict[str, str], here: str) -> Any:
    """A row for each cell, in order of quarter and site."""
    say = request.say
    header = (
        say("Key"),
        say("Site"),
        say("Quarter"),
        say("Number"),
        say("Typed"),
        say("File"),
        say("Sheet"),
        say("Cell"),
        say("Sent by"),
        say("Approved by"),
        say("Note"),
    )
    turned = turn([(one, cell) for one in found.contributions for cell in one.cells], request, most=_ON_A_PAGE)
    rows = [_input_row(request, found, one, cell, names, here) for one, cell in turned.shown]
    if not rows:
        return html.P(say("No typed cell stands behind this number."))
    caption = say("The cells behind this number")
    table = build_table(caption, header, rows, numeric=(3,), table_id="inputs", show_caption=True, stacks=True)
    return html.Div([table, build_pager(turned, request)]) if turned.pages > 1 else table


def _input_row(
    request: PageRequest, found: NumberSource, one: Contribution, cell: Input, names: dict[str, str], here: str
) -> list[Any]:
    say, language, origin = request.say, request.language, cell.origin
    is_theirs = request.visitor.may_send_for(origin.site)
    place: Any = cell.cell.address
    file: Any = origin.file_name
    if is_theirs:
        joint = "&" if "?" in here else "?"
        place = dcc.Link(
            place, href=f"{here}{joint}{urlencode({'cell': cell_choice(cell)})}", title=say("the rows around it")
        )
        address = in_language(f"/staff/returns/{origin.id}/file", language)
        file = element("A", file, href=address, download="", title=say("Download the original file"))
    return [
        str(cell.cell.key),
        [html.Span(origin.site), html.Small(names.get(origin.site, ""))],
        format_quarter(origin.quarter, language),
        say("not collected") if cell.cell.value is None else plain_number(cell.cell.value),
        cell.cell.raw,
        file,
        cell.cell.sheet,
        place,
        _act(origin.sender, origin.submitted_at, language),
        _act(origin.approver, origin.decided_at, language) or say("waiting for approval"),
        _note(one, cell, found, language),
    ]


def _note(one: Contribution, cell: Input, found: NumberSource, language: str) -> str:
    """A level that a share refers to may be older than the share itself; that is told here as well."""
    if cell.origin.quarter != one.quarter:
        return format_quarter(one.quarter, language) + " ←"
    return note_words(one, found.indicator, language)


def _act(who: str, when: Any, language: str) -> Any:
    return [who, html.Small(format_moment(when, language))] if who and when else ""


def build_around(request: PageRequest, plans: Plans, chosen: Input, rows: tuple[TypedCell, ...]) -> Any:
    """The rows of the sheet above and below the chosen cell, as they were typed; the cell's own row stands out."""
    say, language = request.say, request.language
    header = (say("Cell"), say("Key"), say("Name"), say("Typed"), say("Note"))
    body = [
        [
            html.B(one.address) if one.key == chosen.cell.key else one.address,
            str(one.key),
            key_words(plans, one.key, language),
            html.B(one.raw) if one.key == chosen.cell.key else one.raw,
            one.note,
        ]
        for one in rows
    ]
    told = say(
        "Around {cell} in {file}, sheet {sheet}",
        cell=chosen.cell.address,
        file=chosen.origin.file_name,
        sheet=chosen.cell.sheet,
    )
    table = build_table(told, header, body, numeric=(3,), table_id="around", show_caption=True, stacks=True)
    address = in_language(f"/staff/returns/{chosen.origin.id}", language)
    links = [
        element("A", say("Open the return"), href=address),
        " · ",
        element("A", say("Download the original file"), href=f"{address}/file", download=""),
    ]
    return html.Section([table, html.P(links)], className="around")


def build_counted_returns(request: PageRequest, found: NumberSource, plans: Plans, names: dict[str, str]) -> Any:
    """For the system's own indicators: each return that was expected, when it came, and whether it counts."""
    say = request.say
    header = (say("Site"), say("Quarter"), say("Due"), say("First sent"), say("Approved"), say("Counts"))
    turned = turn(found.contributions, request, most=_ON_A_PAGE)
    rows = [_counted_row(request, one, plans, names) for one in turned.shown]
    caption = say("The returns behind this number")
    if not rows:
        return html.P(say("No return is due yet."))
    table = build_table(caption, header, rows, numeric=(5,), table_id="returns-counted", show_caption=True, stacks=True)
    return html.Div([table, build_pager(turned, request)]) if turned.pages > 1 else table


def _counted_row(request: PageRequest, one: Contribution, plans: Plans, names: dict[str, str]) -> list[Any]:
    say, language, received = request.say, request.language, one.received
    calendar = plans.in_force(one.quarter).settings.calendar
    sent = say("missing")
    if received is not None:
        late = not calendar.is_on_time(one.quarter, received.first_submitted)
        sent = format_moment(received.first_submitted, language) + (f" ({say('late')})" if late else "")
    return [
        names.get(one.site, one.site),
        format_quarter(one.quarter, language),
        format_day(calendar.due(one.quarter), language),
        sent,
        say("yes") if received is not None and received.approved else say("no"),
        f"{one.row.value:f} / {one.row.denominator:f}",
    ]
