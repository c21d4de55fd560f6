"""Every site of the plan, in pages and with a search: how one is found where there are many."""

from decimal import Decimal
from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.pagination import build_pager, build_search, found_sites, turn
from dashboard.components.plain import dcc, html
from dashboard.components.site_choice import SITES
from dashboard.components.states import build_no_plan
from dashboard.components.tables import build_table
from dashboard.page_scope import asking_of
from dashboard.selection import address_of
from etl.locale.translations import format_amount


@registry.page(SITES, title="Sites", permission="staff", kept=True)
def build_site_list(request: PageRequest) -> Any:
    """A row for each site, which leads to its page; the choice of the address goes with it."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    say, language = request.say, request.language
    found = found_sites(asking.plan.sites, request)
    turned = turn(found, request)
    rows = [
        [
            dcc.Link(site.name.in_language(language), href=address_of(request.selection, f"/staff/site/{site.code}")),
            site.code,
            site.province.in_language(language) or "–",
            str(len(asking.plan.reported_by(site.code))),
        ]
        for site in turned.shown
    ]
    header = (say("Site"), say("Code"), say("Province"), say("Indicators"))
    count = format_amount(Decimal(len(asking.plan.sites)), 0, language)
    table = build_table(say("Sites"), header, rows, numeric=(3,), table_id="sites", stacks=True)
    return [
        html.H1(say("{count} sites", count=count)),
        build_search(request, len(found)),
        table if turned.shown else html.P(say("No site is called so.")),
        build_pager(turned, request),
    ]
