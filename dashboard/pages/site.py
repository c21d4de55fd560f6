"""One site: its own figures and how it keeps its returns."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note, build_unknown_code
from dashboard.components.figure_parts import comparison_table, untargeted_table
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
from etl.queries.plan_overview import urgency_key
from etl.queries.scope import QueryScope
from etl.queries.site_progress import SiteProgress, find_site_progress
from etl.wording import describe_rating_counts, rating_counts_title


@registry.page("/staff/site/<code>", title="Site {code}", permission="staff", cacheable=True)
def build_site(request: PageContext) -> Any:
    """The site's page; for an unknown code the list of those there are."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    progress = find_site_progress(asking, request.path_params["code"])
    if progress is None:
        known = [(one.code, one.name) for one in asking.plan.sites]
        return build_retired_site(request, asking) or build_unknown_code(request, known, "site")
    locale = request.locale
    _ = locale.gettext
    site = progress.site
    alone = replace(asking, sites=(site.code,))
    return [
        tags.P(_place(site, locale), className="crumb"),
        tags.H1(f"{site.name.in_language(locale.language)}: {rating_counts_title(progress.rating_counts, locale)}"),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ],
            className="sub",
        ),
        build_period_switch(request, asking),
        build_filters(request, asking.plan, with_sites=False),
        build_no_returns_note(asking, locale),
        *_figures(request, alone, progress),
        tags.Section(
            [
                tags.H2(_("Returns")),
                tags.P(_kept(progress, locale)),
                build_returns_by_year(progress.returns_grid, locale),
            ]
        ),
        tags.Section(
            [tags.H2(_("Where it lies")), build_site_map(site, asking.plan.sites, request.selection)], id="where"
        ),
    ]


def _figures(request: PageContext, alone: QueryScope, progress: SiteProgress) -> list[Any]:
    """What the site has a target for, in need first; then what it reports towards the centre's targets alone."""
    _ = request.gettext
    aimed = [one for one in progress.figures if one[1].rating is not Rating.NO_TARGET]
    others = [
        (indicator, compare_figure(alone, indicator))
        for indicator, one in progress.figures
        if (indicator, one) not in aimed
    ]
    aimed.sort(key=lambda one: urgency_key(one[1]))
    rows = [(indicator, compare_figure(alone, indicator)) for indicator, _ in aimed]
    own, rest = _("Against its own targets, in need first"), _("Without a target of its own")
    table = comparison_table(own, rows, request.selection, table_id="figures")
    nothing = tags.P(_("The plan sets this site no target of its own for this choice."))
    sections = [tags.Section([tags.H2(own), table if rows else nothing])]
    if others:
        towards = tags.P(_("These numbers count towards the targets of the centre."), className="key")
        more = untargeted_table(rest, others, request.selection, table_id="untargeted")
        sections.append(tags.Section([tags.H2(rest), towards, more]))
    return sections


def _place(site: Site, locale: Locale) -> str:
    """Where it lies and since when it reports."""
    _ = locale.gettext
    said = [site.code, site.province.in_language(locale.language)]
    if site.lat is not None and site.lon is not None:
        said.append(f"{site.lat}° N, {site.lon}° E")
    if site.closed_after is not None:
        said.append(_("closed after {quarter}", quarter=locale.format_quarter(site.closed_after)))
    return " · ".join(one for one in said if one)


def _kept(progress: SiteProgress, locale: Locale) -> str:
    _ = locale.gettext
    rate = progress.reporting_rate
    share = rate.received_share
    if isinstance(share, NoValue):
        return _("No return is due yet.")
    return _(
        "{received} of {expected} returns received ({share}), {on_time} on time.",
        received=rate.received,
        expected=rate.expected,
        share=locale.format_share(share, 0),
        on_time=rate.on_time,
    )
