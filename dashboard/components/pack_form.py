"""The way to a meeting pack of what is on the screen: one button for report and workbook, and each by itself."""

from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.plain import html
from dashboard.components.tables import aria, element
from dashboard.selection import address_of

PACK = "/staff/meeting-pack"


def build_pack_form(request: PageRequest, *, objective: str = "") -> Any:
    """A form that starts the work, with links to the page to print and to the workbook, which come at once."""
    say = request.say
    selection = replace(request.selection, objective=objective or request.selection.objective)
    button = html.Button(say("Make the meeting pack"), type="submit", className="button")
    return html.Div(
        [
            html.Form([button], action=address_of(selection, PACK), method="post"),
            html.Span(say("PDF report and Excel workbook of what is shown here. At once:"), className="muted"),
            element("A", say("the report to print"), href=address_of(selection, f"{PACK}.html"), target="_blank"),
            element("A", say("the workbook"), href=address_of(selection, f"{PACK}.xlsx"), download=""),
        ],
        className="pack-form",
        **aria(say("Meeting pack")),
    )
