"""One site: its own figures and how it keeps its returns."""

from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.figure_parts import compared_table, untargeted_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.period_switch import build_period_switch
from dashboard.components.plain import html
from dashboard.components.retired import build_closed_site
from dashboard.components.returns_grid import build_returns_by_year
from dashboard.components.site_map import build_site_map
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.page_scope import asking_of
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Site
from etl.locale.translations import format_quarter, format_share, speak
from etl.queries.asking import Asking
from etl.queries.comparisons import compared
from etl.queries.plan_overview import need
from etl.queries.site_progress import SiteProgress, site_progress
from etl.wording import tally_title, tally_words


@registry.page("/staff/site/<code>", title="Site {code}", permission="staff", kept=True)
def build_site(request: PageRequest) -> Any:
    """The site's page; for an unknown code the list of those there are."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    progress = site_progress(asking, request.codes["code"])
    if progress is None:
        known = [(one.code, one.name) for one in asking.plan.sites]
        return build_closed_site(request, asking) or build_unknown(request, known, "site")
    language = request.language
    say = speak(language)
    site = progress.site
    alone = replace(asking, sites=(site.code,))
    return [
        html.P(_place(site, language), className="crumb"),
        html.H1(f"{site.name.in_language(language)}: {tally_title(progress.tally, language)}"),
        html.Div(
            [build_strip(progress.tally, language), html.P(tally_words(progress.tally, language))], className="sub"
        ),
        build_period_switch(request, asking),
        build_filters(request, asking.plan, with_sites=False),
        build_nothing_reported(asking, language),
        *_figures(request, alone, progress),
        html.Section(
            [
                html.H2(say("Returns")),
                html.P(_kept(progress, language)),
                build_returns_by_year(progress.returns, language),
            ]
        ),
        html.Section(
            [html.H2(say("Where it lies")), build_site_map(site, asking.plan.sites, request.selection)], id="where"
        ),
    ]


def _figures(request: PageRequest, alone: Asking, progress: SiteProgress) -> list[Any]:
    """What the site has a target for, in need first; then what it reports towards the centre's targets alone."""
    say = request.say
    aimed = [one for one in progress.figures if one[1].rating is not Rating.NO_TARGET]
    others = [
        (indicator, compared(alone, indicator)) for indicator, one in progress.figures if (indicator, one) not in aimed
    ]
    aimed.sort(key=lambda one: need(one[1]))
    rows = [(indicator, compared(alone, indicator)) for indicator, _ in aimed]
    own, rest = say("Against its own targets, in need first"), say("Without a target of its own")
    table = compared_table(own, rows, request.selection, table_id="figures")
    nothing = html.P(say("The plan sets this site no target of its own for this choice."))
    sections = [html.Section([html.H2(own), table if rows else nothing])]
    if others:
        towards = html.P(say("These numbers count towards the targets of the centre."), className="key")
        more = untargeted_table(rest, others, request.selection, table_id="untargeted")
        sections.append(html.Section([html.H2(rest), towards, more]))
    return sections


def _place(site: Site, language: str) -> str:
    """Where it lies and since when it reports."""
    say = speak(language)
    said = [site.code, site.province.in_language(language)]
    if site.lat is not None and site.lon is not None:
        said.append(f"{site.lat}° N, {site.lon}° E")
    if site.closed_after is not None:
        said.append(say("closed after {quarter}", quarter=format_quarter(site.closed_after, language)))
    return " · ".join(one for one in said if one)


def _kept(progress: SiteProgress, language: str) -> str:
    say = speak(language)
    rate = progress.rate
    share = rate.received_share
    if isinstance(share, NoValue):
        return say("No return is due yet.")
    return say(
        "{received} of {expected} returns received ({share}), {on_time} on time.",
        received=rate.received,
        expected=rate.expected,
        share=format_share(share, language, 0),
        on_time=rate.on_time,
    )
