"""One programme or partner: what it is answerable for, and how far that is."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note, build_unknown_code
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.period_switch import build_period_switch
from dashboard.components.site_choice import build_site_links
from dashboard.page_scope import make_scope
from dashboard.pages.objective import build_indicators_by_urgency
from etl.indicators.vocabulary import Programme
from etl.locale import Locale
from etl.queries.programme_progress import ProgrammeProgress, find_programme_progress
from etl.wording import describe_rating_counts, rating_counts_title


@registry.page("/staff/programme/<code>", title="Programme {code}", permission="staff", cacheable=True)
def build_programme(request: PageContext) -> Any:
    """The programme's page; for an unknown code the list of those there are."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    # The page is its own choice of programme; another one in the address would only empty it.
    asking = replace(asking, programme="")
    progress = find_programme_progress(asking, request.path_params["code"])
    if progress is None:
        return build_unknown_code(request, [(one.code, one.name) for one in asking.plan.programmes], "programme")
    locale = request.locale
    return [
        tags.P(_kind(progress.programme, locale), className="crumb"),
        tags.H1(f"{progress.programme.code}: {rating_counts_title(progress.rating_counts, locale)}"),
        tags.P(progress.programme.name.in_language(locale.language), className="sub"),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ]
        ),
        *_about(progress, request),
        build_period_switch(request, asking),
        build_filters(request, asking.plan, with_programmes=False),
        build_no_returns_note(asking, locale),
        *build_indicators_by_urgency(progress.indicators, request, asking),
    ]


def _kind(programme: Programme, locale: Locale) -> str:
    return " · ".join(
        one for one in (programme.code, programme.kind, programme.note.in_language(locale.language)) if one
    )


def _about(progress: ProgrammeProgress, request: PageContext) -> list[Any]:
    """Which sites report for it, and whether that is official."""
    _ = request.gettext
    if not progress.indicators:
        return [tags.P(_("The plan links no indicator to this programme or partner."))]
    parts: list[Any] = [tags.P([_("Reported by:"), " ", *build_site_links(request, progress.sites)])]
    if progress.is_illustrative:
        parts.append(tags.P(_("Which indicators belong to it is illustrative until the centre confirms it.")))
    return parts
