"""The list of sites, with a search and pagination."""

from decimal import Decimal
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan
from dashboard.components.markup import dcc, tags
from dashboard.components.pagination import build_pager, build_search, filter_sites, paginate
from dashboard.components.site_choice import SITES_PATH
from dashboard.components.tables import build_table
from dashboard.page_scope import make_scope
from dashboard.selection import make_address


@registry.page(SITES_PATH, title="Sites", permission="staff", cacheable=True)
def build_site_list(page: PageContext) -> Any:
    """Return a row for each site with a link that keeps the selection."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan(page.locale)
    _, locale = page.gettext, page.locale
    matches = filter_sites(scope.plan.sites, page)
    site_page = paginate(matches, page)
    rows = [
        [
            dcc.Link(
                site.name.get_text(locale.language), href=make_address(page.selection, f"/staff/site/{site.code}")
            ),
            site.code,
            site.province.get_text(locale.language) or "–",
            str(len(scope.plan.list_site_indicators(site.code))),
        ]
        for site in site_page.items
    ]
    header = (_("Site"), _("Code"), _("Province"), _("Indicators"))
    count = locale.format_amount(Decimal(len(scope.plan.sites)), 0)
    table = build_table(_("Sites"), header, rows, numeric=(3,), table_id="sites", stacks=True)
    return [
        tags.H1(_("{count} sites", count=count)),
        build_search(page, len(matches)),
        table if site_page.items else tags.P(_("No sites match your search.")),
        build_pager(site_page, page),
    ]
