"""One programme or partner and the progress of its indicators."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.comparison import build_comparison
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.indicator_views import build_indicator_views
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.site_choice import build_site_links
from dashboard.page_scope import make_scope
from etl.indicators.vocabulary import Programme
from etl.locale import Locale
from etl.queries.programme_progress import ProgrammeProgress, find_programme_progress
from etl.wording import describe_rating_counts, make_rating_counts_title


@registry.page(
    "/staff/programme/<code>",
    title="Programme {code}",
    permission="staff",
    cacheable=True,
    filters=("site", "objective", "compare"),
)
def build_programme(page: PageContext) -> Any:
    """Return the page of a programme; for an unknown code the list of programmes."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    # The page is its own choice of programme; another one in the address would only empty it.
    scope = replace(scope, programme="")
    progress = find_programme_progress(scope, page.path_params["code"])
    if progress is None:
        return build_unknown_code_page(
            page, [(programme.code, programme.name) for programme in scope.plan.programmes], "programme"
        )
    locale = page.locale
    return [
        tags.P(_describe_kind(progress.programme, locale), className="crumb"),
        tags.H1(f"{progress.programme.code}: {make_rating_counts_title(progress.rating_counts, locale)}"),
        tags.P(progress.programme.name.get_text(locale.language), className="sub"),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ],
            className="counts-line",
        ),
        *_build_about(progress, page),
        build_no_returns_note(scope, page),
        build_comparison(page, scope, [item.indicator for item in progress.indicators]),
        *build_indicator_views(progress.indicators, page, replace(scope, programme=progress.programme.code)),
    ]


def _describe_kind(programme: Programme, locale: Locale) -> str:
    return " · ".join(
        part for part in (programme.code, programme.kind, programme.note.get_text(locale.language)) if part
    )


def _build_about(progress: ProgrammeProgress, page: PageContext) -> list[Any]:
    """Return which sites report for the programme, and whether its links are confirmed."""
    _ = page.gettext
    if not progress.indicators:
        return [tags.P(_("The plan links no indicators to this programme or partner."))]
    parts: list[Any] = [tags.P([_("Reported by:"), " ", *build_site_links(page, progress.sites)])]
    if progress.is_illustrative:
        parts.append(tags.P(_("The links to indicators are illustrative until the centre confirms them.")))
    return parts
