"""One objective: its indicators by year, by site, or as a table."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.comparison import build_comparison
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.indicator_views import build_indicator_views
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.pack_form import build_pack_form
from dashboard.page_scope import make_scope
from etl.queries.objective_progress import find_objective_progress
from etl.queries.overview_wording import get_short_name
from etl.wording import describe_rating_counts, make_rating_counts_title


@registry.page(
    "/staff/objective/<code>",
    title="Objective {code}",
    permission="staff",
    cacheable=True,
    filters=("site", "programme", "compare"),
)
def build_objective(page: PageContext) -> Any:
    """Return the page of an objective; for an unknown code the list of objectives."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    # The page is its own choice of objective.
    scope = replace(scope, objectives=())
    progress = find_objective_progress(scope, page.path_params["code"])
    if progress is None:
        return build_unknown_code_page(
            page, [(objective.code, objective.name) for objective in scope.plan.objectives], "objective"
        )
    locale = page.locale
    objective, counts = progress.objective, progress.rating_counts
    name, full_name = get_short_name(objective, locale), objective.name.get_text(locale.language)
    return [
        tags.Div(
            [
                tags.P(
                    [
                        objective.code,
                        # A phone shows the counts alone.
                        tags.Span(f" · {make_rating_counts_title(counts, locale)}", className="wide-text"),
                    ],
                    className="crumb",
                ),
                build_strip(counts, locale),
                tags.P(describe_rating_counts(counts, locale), className="muted"),
            ],
            className="counts-line",
        ),
        tags.H1(name),
        build_no_returns_note(scope, page),
        *build_indicator_views(progress.indicators, page, replace(scope, objectives=(objective.code,))),
        build_comparison(page, scope, scope.list_indicators(objective.code)),
        # A phone shows two lines of the heading.
        tags.P(full_name, className="key"),
        build_pack_form(page, objective=objective.code),
    ]
