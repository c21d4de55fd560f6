"""The sites on a map and ranked by their ratings, their list with a search, and the list of provinces."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.markup import dcc, tags
from dashboard.components.pagination import build_pager, build_search, filter_sites, paginate
from dashboard.components.place_charts import build_site_ranking
from dashboard.components.site_choice import SITES_PATH, build_province_link
from dashboard.components.site_map import build_site_map
from dashboard.components.site_signs import build_site_signs
from dashboard.components.tables import build_table
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.indicators.plans import Plan
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Site
from etl.queries.overview_wording import describe_shown_sites
from etl.queries.place_ratings import SiteRatings, rank_sites
from etl.queries.rating_matrix import get_site_matrix
from etl.queries.reporting_status import get_overall_rate
from etl.queries.scope import QueryScope


@registry.page(SITES_PATH, title="Sites", permission="staff", cacheable=True, filters=("objective", "programme"))
def build_site_list(page: PageContext) -> Any:
    """Return a row for each site with a link that keeps the selection."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    _, locale = page.gettext, page.locale
    matches = filter_sites(scope.plan.sites, page)
    site_page = paginate(matches, page)
    rows = [
        [
            dcc.Link(
                site.name.get_text(locale.language), href=make_address(page.selection, f"/staff/site/{site.code}")
            ),
            site.code,
            _build_province(page, scope.plan, site),
            str(len(scope.plan.list_site_indicators(site.code))),
        ]
        for site in site_page.items
    ]
    header = (_("Site"), _("Code"), _("Province"), _("Indicators"))
    count = locale.format_amount(Decimal(len(scope.plan.sites)), 0)
    table = build_table(_("Sites"), header, rows, numeric=(3,), table_id="sites", stacks=True)
    return [
        tags.H1(locale.ngettext("{count} site", "{count} sites", len(scope.plan.sites), count=count)),
        # The charts are those of the plan, so they stand only above its first sites.
        _build_charts(page, scope) if site_page.page == 1 and len(matches) == len(scope.plan.sites) else None,
        build_search(page, len(matches)),
        table if site_page.items else tags.P(_("No sites match your search.")),
        build_pager(site_page, page),
        _build_provinces(page, scope) if scope.plan.provinces else None,
    ]


def _build_charts(page: PageContext, scope: QueryScope) -> Any:
    """Return the map, the sites ranked by their ratings, and a sign per indicator."""
    matrix = get_site_matrix(scope)
    ratings = rank_sites(matrix)
    site_map = build_site_map(None, scope.plan.sites, page.selection, counts_by_site=_index_counts(ratings))
    card = tags.Div([tags.H2(page.gettext("Map")), site_map], className="chart-card")
    ranking = build_site_ranking(ratings, page, shown_sites=describe_shown_sites(matrix, page.locale))
    return tags.Div([card, ranking, build_site_signs(matrix, page)], className="three")


def _index_counts(ratings: Sequence[SiteRatings]) -> dict[str, RatingCounts]:
    return {site.code: counts for site, counts in ratings}


def _build_province(page: PageContext, plan: Plan, site: Site) -> Any:
    """Return a link to the site's province, or its name where the plan has no code for it."""
    province = plan.province_by_code.get(site.iso_3166_2)
    return build_province_link(page, province) if province else site.province.get_text(page.language) or "–"


def _build_provinces(page: PageContext, scope: QueryScope) -> Any:
    """Return a row for each province, with the returns that its sites have sent."""
    _ = page.gettext
    rows = []
    for province in scope.plan.provinces:
        rate = get_overall_rate(replace(scope, sites=province))
        received = _("{received} of {expected}", received=rate.received, expected=rate.expected)
        rows.append([build_province_link(page, province), province.code, str(len(province)), received])
    header = (_("Province"), _("Code"), _("Sites"), _("Returns received"))
    table = build_table(_("Provinces"), header, rows, numeric=(2, 3), table_id="provinces", stacks=True)
    return tags.Section([tags.H2(_("Provinces")), table], id="by-province")
