"""One province: the figures of its sites together, its sites and their returns."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.markup import tags
from dashboard.components.place_sections import build_heading, build_place_figures, describe_reporting
from dashboard.components.returns_grid import build_returns_grid
from dashboard.components.site_choice import build_site_links
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.queries.place_progress import get_place_progress


@registry.page(
    "/staff/province/<code>",
    title="Province {code}",
    permission="staff",
    cacheable=True,
    filters=("objective", "programme"),
)
def build_province(page: PageContext) -> Any:
    """Return the page of a province; for an unknown code the list of provinces."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    province = scope.snapshot.plans.provinces.get(page.path_params["code"])
    if province is None:
        return build_unknown_code_page(page, [(known.code, known.name) for known in scope.plan.provinces], "province")
    _, locale = page.gettext, page.locale
    progress = get_place_progress(scope, province)
    no_targets = _("The plan sets no targets for this province in this selection.")
    selection = replace(page.selection, sites=province)
    sites = [site for site in map(scope.snapshot.plans.find_site, province) if site is not None]
    count = locale.ngettext("{count} site", "{count} sites", len(sites), count=len(sites))
    return [
        tags.P(" · ".join([_("Province"), province.code, count]), className="crumb"),
        *build_heading(province.name.get_text(locale.language), progress.rating_counts, locale),
        build_no_returns_note(scope, page),
        *build_place_figures(page, replace(scope, sites=province), progress, selection, no_targets=no_targets),
        tags.Section([tags.H2(_("Sites")), tags.P(build_site_links(page, sites))]),
        tags.Section(
            [
                tags.H2(_("Returns")),
                tags.P(describe_reporting(progress.reporting_rate, locale)),
                build_returns_grid(
                    progress.returns_grid, locale, all_sites_address=make_address(selection, "/staff/returns")
                ),
            ]
        ),
    ]
