"""What leaves the dashboard: the meeting pack, the tracking table and the published editions."""

from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.navigation import COMPARE_EDITIONS_PATH, REPORTS_PATH
from dashboard.components.pack_form import build_pack_form
from dashboard.selection import Selection, localize_path, make_address
from etl.queries.editions import list_editions

_TRACKING_TABLE = "/staff/tracking-table"


@registry.page(REPORTS_PATH, title="Reports", permission="staff")
def build_reports(page: PageContext) -> Any:
    """Return a card for each kind of report."""
    if page.snapshot is None:
        return build_no_plan_page(page)
    _ = page.gettext
    cards = [
        _build_card(_("Meeting pack"), _("The figures of the whole plan for a meeting."), build_pack_form(page)),
        _build_card(
            _("Tracking table"),
            _("Baseline, targets and actuals of every indicator by year."),
            _build_tracking_links(page),
        ),
        _build_card(
            _("Published editions"),
            _("What donors and partners see, without an account."),
            _build_edition_links(page),
        ),
    ]
    return [tags.H1(_("Reports"), className="mb-3"), tags.Div(cards, className="three")]


def _build_card(title: str, text: str, content: Any) -> dbc.Card:
    return dbc.Card(dbc.CardBody([tags.H2(title), tags.P(text), content]), class_name="h-100")


def _build_tracking_links(page: PageContext) -> Component:
    _ = page.gettext
    files = [
        tags.A(label, href=make_address(page.selection, f"{_TRACKING_TABLE}.{ending}"), download="")
        for label, ending in ((_("Download as Excel"), "xlsx"), (_("Download as CSV"), "csv"))
    ]
    table = make_link(_("Open the tracking table"), href=make_address(page.selection, _TRACKING_TABLE))
    return tags.Ul([tags.Li(link) for link in (table, *files)], className="results")


def _build_edition_links(page: PageContext) -> Component:
    """Return links to the public pages; a sentence before the first edition."""
    _ = page.gettext
    editions = list_editions(page.source)
    if not editions:
        return tags.P(_("No edition has been published yet."), className="muted")
    addresses = [
        (_("Newest edition: {name}", name=editions[-1].id), "/"),
        (_("All editions"), "/editions"),
        (_("Explore the published figures"), "/explore"),
    ]
    links = [tags.A(label, href=localize_path(path, page.language)) for label, path in addresses]
    if len(editions) > 1:
        address = make_address(Selection(language=page.language), COMPARE_EDITIONS_PATH)
        links.append(make_link(_("Compare editions"), href=address))
    return tags.Ul([tags.Li(link) for link in links], className="results")
