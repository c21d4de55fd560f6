"""The form that creates a meeting pack of the current view."""

from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.components.markup import make_aria_label, tags
from dashboard.selection import append_parameters, make_address

MEETING_PACK_PATH = "/staff/meeting-pack"


def build_pack_form(page: PageContext, *, objective: str = "") -> Any:
    """Return a form that starts the job, with links to the printable report and the workbook."""
    _ = page.gettext
    selection = replace(page.selection, objectives=(objective,) if objective else page.selection.objectives)
    button = dbc.Button(_("Create meeting pack"), type="submit", outline=True, color="primary", size="sm")
    return tags.Div(
        [
            tags.Form([button], action=make_address(selection, MEETING_PACK_PATH), method="post"),
            tags.Span(_("Creates a PDF report and an Excel workbook. Available now:"), className="muted"),
            tags.A(
                _("Printable report"),
                href=make_address(selection, f"{MEETING_PACK_PATH}.html"),
                target="_blank",
            ),
            tags.A(
                _("Slides (16:9)"),
                href=append_parameters(make_address(selection, f"{MEETING_PACK_PATH}.html"), format="slides"),
                target="_blank",
            ),
            tags.A(_("Excel workbook"), href=make_address(selection, f"{MEETING_PACK_PATH}.xlsx"), download=""),
        ],
        className="pack-form",
        **make_aria_label(_("Meeting pack")),
    )
