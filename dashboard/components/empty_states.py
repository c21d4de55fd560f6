"""Pages and notes for missing data. Each says what is missing and what to do next."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.components.first_steps import build_first_steps
from dashboard.components.markup import dcc, tags
from dashboard.components.reminder import UPLOAD_PATH
from dashboard.components.site_choice import build_site_list_link, exceeds_list_limit
from dashboard.selection import localize_path, make_address
from etl.indicators.vocabulary import LocalizedText
from etl.queries.scope import QueryScope


def build_no_plan_page(page: PageContext) -> list[Any]:
    """Return the page that explains how to load the first plan; for administrators with the first steps."""
    _ = page.gettext
    steps = build_first_steps(page)
    return [
        tags.H1(_("No plan is loaded yet")),
        steps or tags.P(_("An administrator loads it under “{label}”.", label=_("Plan"))),
        tags.P(_("Objectives, indicators, targets and sites come from the plan.")),
    ]


def build_no_returns_note(scope: QueryScope, page: PageContext) -> Any:
    """Return a note when no return has been received, else None."""
    if scope.record.received_returns:
        return None
    _ = page.gettext
    return dbc.Alert(
        [
            tags.P(
                _(
                    "No returns have been received yet, so there are no actuals. Download the form of a site, fill it "
                    "in and upload it."
                )
            ),
            tags.P(tags.A(_("Upload a return"), href=localize_path(UPLOAD_PATH, page.language))),
        ],
        color="warning",
    )


def build_unknown_code_page(page: PageContext, known_items: Sequence[tuple[str, LocalizedText]], kind: str) -> Any:
    """Return a page that says that a code is unknown and links to the known ones."""
    locale = page.locale
    _ = locale.gettext
    links = [
        tags.Li(
            dcc.Link(
                f"{code} · {name.get_text(locale.language)}",
                href=make_address(page.selection, f"/staff/{kind}/{code}"),
            )
        )
        for code, name in (() if kind == "site" and exceeds_list_limit(known_items) else known_items)
    ]
    return [
        tags.H1(_("Code not found: {code}", code=page.path_params["code"])),
        tags.P(_("Available codes:")),
        tags.P(build_site_list_link(page)) if kind == "site" and exceeds_list_limit(known_items) else tags.Ul(links),
    ]
