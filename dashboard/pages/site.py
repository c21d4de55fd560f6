"""One site: its figures and its returns."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note, build_unknown_code
from dashboard.components.figure_parts import build_comparison_table, build_untargeted_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.period_switch import build_period_switch
from dashboard.components.retired import build_retired_site
from dashboard.components.returns_grid import build_returns_by_year
from dashboard.components.site_map import build_site_map
from dashboard.page_scope import make_scope
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Site
from etl.locale import Locale
from etl.queries.comparisons import compare_figure
from etl.queries.plan_overview import make_urgency_key
from etl.queries.scope import QueryScope
from etl.queries.site_progress import SiteProgress, find_site_progress
from etl.wording import describe_rating_counts, make_rating_counts_title


@registry.page("/staff/site/<code>", title="Site {code}", permission="staff", cacheable=True)
def build_site(page: PageContext) -> Any:
    """Return the page of a site; for an unknown code the list of sites."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan(page.locale)
    progress = find_site_progress(scope, page.path_params["code"])
    if progress is None:
        known_sites = [(site.code, site.name) for site in scope.plan.sites]
        return build_retired_site(page, scope) or build_unknown_code(page, known_sites, "site")
    locale = page.locale
    _ = locale.gettext
    site = progress.site
    site_scope = replace(scope, sites=(site.code,))
    return [
        tags.P(_describe_location(site, locale), className="crumb"),
        tags.H1(f"{site.name.get_text(locale.language)}: {make_rating_counts_title(progress.rating_counts, locale)}"),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ],
            className="sub",
        ),
        build_period_switch(page, scope),
        build_filters(page, scope.plan, with_sites=False),
        build_no_returns_note(scope, locale),
        *_build_figures(page, site_scope, progress),
        tags.Section(
            [
                tags.H2(_("Returns")),
                tags.P(_describe_reporting(progress, locale)),
                build_returns_by_year(progress.returns_grid, locale),
            ]
        ),
        tags.Section([tags.H2(_("Location")), build_site_map(site, scope.plan.sites, page.selection)], id="where"),
    ]


def _build_figures(page: PageContext, site_scope: QueryScope, progress: SiteProgress) -> list[Any]:
    """Return the indicators with a target of the site, most behind first, then the others."""
    _ = page.gettext
    targeted = [row for row in progress.figures if row[1].rating is not Rating.NO_TARGET]
    untargeted = [
        (indicator, compare_figure(site_scope, indicator))
        for indicator, figure in progress.figures
        if (indicator, figure) not in targeted
    ]
    targeted.sort(key=lambda row: make_urgency_key(row[1]))
    rows = [(indicator, compare_figure(site_scope, indicator)) for indicator, _ in targeted]
    targeted_title, untargeted_title = _("Against its own targets, most behind first"), _("Without its own target")
    table = build_comparison_table(targeted_title, rows, page.selection, table_id="figures")
    empty_line = tags.P(_("The plan sets no targets for this site in this selection."))
    sections = [tags.Section([tags.H2(targeted_title), table if rows else empty_line])]
    if untargeted:
        note = tags.P(_("These numbers count towards the targets of the centre."), className="key")
        untargeted = build_untargeted_table(untargeted_title, untargeted, page.selection, table_id="untargeted")
        sections.append(tags.Section([tags.H2(untargeted_title), note, untargeted]))
    return sections


def _describe_location(site: Site, locale: Locale) -> str:
    """Return code, province, coordinates and the last quarter of a closed site."""
    _ = locale.gettext
    parts = [site.code, site.province.get_text(locale.language)]
    if site.lat is not None and site.lon is not None:
        parts.append(f"{site.lat}° N, {site.lon}° E")
    if site.closed_after is not None:
        parts.append(_("closed after {quarter}", quarter=locale.format_quarter(site.closed_after)))
    return " · ".join(part for part in parts if part)


def _describe_reporting(progress: SiteProgress, locale: Locale) -> str:
    _ = locale.gettext
    rate = progress.reporting_rate
    share = rate.received_share
    if isinstance(share, NoValue):
        return _("No returns are due yet.")
    return _(
        "{received} of {expected} returns received ({share}), {on_time} on time.",
        received=rate.received,
        expected=rate.expected,
        share=locale.format_share(share, 0),
        on_time=rate.on_time,
    )
