"""One programme or partner: what it is answerable for, and how far that is."""

from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.period_switch import build_period_switch
from dashboard.components.plain import html
from dashboard.components.site_choice import build_site_links
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.page_scope import asking_of
from dashboard.pages.objective import indicators_by_need
from etl.indicators.vocabulary import Programme
from etl.queries.programme_progress import ProgrammeProgress, programme_progress
from etl.wording import tally_title, tally_words


@registry.page("/staff/programme/<code>", title="Programme {code}", permission="staff", kept=True)
def build_programme(request: PageRequest) -> Any:
    """The programme's page; for an unknown code the list of those there are."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    # The page is its own choice of programme; another one in the address would only empty it.
    asking = replace(asking, programme="")
    progress = programme_progress(asking, request.codes["code"])
    if progress is None:
        return build_unknown(request, [(one.code, one.name) for one in asking.plan.programmes], "programme")
    language = request.language
    return [
        html.P(_kind(progress.programme, language), className="crumb"),
        html.H1(f"{progress.programme.code}: {tally_title(progress.tally, language)}"),
        html.P(progress.programme.name.in_language(language), className="sub"),
        html.Div([build_strip(progress.tally, language), html.P(tally_words(progress.tally, language))]),
        *_about(progress, request),
        build_period_switch(request, asking),
        build_filters(request, asking.plan, with_programmes=False),
        build_nothing_reported(asking, language),
        *indicators_by_need(progress.indicators, request, asking),
    ]


def _kind(programme: Programme, language: str) -> str:
    return " · ".join(one for one in (programme.code, programme.kind, programme.note.in_language(language)) if one)


def _about(progress: ProgrammeProgress, request: PageRequest) -> list[Any]:
    """Which sites report for it, and whether that is official."""
    say = request.say
    if not progress.indicators:
        return [html.P(say("The plan links no indicator to this programme or partner."))]
    parts: list[Any] = [html.P([say("Reported by:"), " ", *build_site_links(request, progress.sites)])]
    if progress.is_illustrative:
        parts.append(html.P(say("Which indicators belong to it is illustrative until the centre confirms it.")))
    return parts
