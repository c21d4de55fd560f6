"""One site: its figures against its own targets and all sites, its returns and its place."""

from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.compared_parts import make_comparisons
from dashboard.components.comparison import build_comparison
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.folds import build_fold
from dashboard.components.markup import tags
from dashboard.components.place_charts import build_own_targets, build_place_years
from dashboard.components.place_sections import (
    build_heading,
    build_place_figures,
    describe_reporting,
    select_targeted,
)
from dashboard.components.retired import build_retired_site
from dashboard.components.returns_grid import build_returns_by_year
from dashboard.components.site_choice import build_province_link
from dashboard.components.site_map import build_site_map
from dashboard.page_scope import make_scope
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Site
from etl.queries.place_progress import get_place_progress


@registry.page(
    "/staff/site/<code>",
    title="Site {code}",
    permission="staff",
    cacheable=True,
    filters=("objective", "programme", "compare"),
)
def build_site(page: PageContext) -> Any:
    """Return the page of a site; for an unknown code the list of sites."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    site = scope.plan.site_by_code.get(page.path_params["code"])
    if site is None:
        known_sites = [(site.code, site.name) for site in scope.plan.sites]
        return build_retired_site(page, scope) or build_unknown_code_page(page, known_sites, "site")
    _, locale = page.gettext, page.locale
    sites = (site.code,)
    progress = get_place_progress(scope, sites)
    no_targets = _("The plan sets no targets for this site in this selection.")
    selection = replace(page.selection, sites=sites)
    figures = select_targeted(progress)
    returns = dbc.Card(
        [
            tags.H2(_("Returns")),
            tags.P(describe_reporting(progress.reporting_rate, locale)),
            build_returns_by_year(progress.returns_grid, locale),
        ],
        body=True,
    )
    comparisons = make_comparisons(page, replace(scope, sites=sites))
    place_figures = build_place_figures(page, replace(scope, sites=sites), progress, selection, no_targets=no_targets)
    return [
        tags.P(_build_location(site, scope.plan, page), className="crumb"),
        *build_heading(site.name.get_text(locale.language), progress.rating_counts, locale),
        build_no_returns_note(scope, page),
        tags.Div(
            [
                build_own_targets(figures, site, comparisons, page) if figures else dbc.Card(no_targets, body=True),
                tags.Div([build_place_years(site, scope, comparisons, page), returns], className="stack"),
            ],
            className="main-and-side even",
        ),
        build_comparison(page, replace(scope, sites=sites), [indicator for indicator, _figure in progress.figures]),
        build_fold(_("Location"), build_site_map(site, scope.plan.sites, page.selection), fold_id="where"),
        build_fold(_("All figures of the site"), tags.Div(place_figures), fold_id="all-figures"),
    ]


def _build_location(site: Site, plan: Plan, page: PageContext) -> list[Any]:
    """Return code, district, province, coordinates and the last quarter of a closed site."""
    _, locale = page.gettext, page.locale
    province = plan.province_by_code.get(site.iso_3166_2)
    name = site.province.get_text(locale.language)
    parts: list[Any] = [
        site.code,
        site.district.get_text(locale.language),
        build_province_link(page, province) if province else name,
    ]
    if site.lat is not None and site.lon is not None:
        parts.append(f"{site.lat}° N, {site.lon}° E")
    if site.closed_after is not None:
        parts.append(_("closed after {quarter}", quarter=locale.format_quarter(site.closed_after)))
    return [piece for part in parts if part for piece in (" · ", part)][1:]
