"""One objective: its indicators by urgency, and each of them by year."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.comparison import build_comparison
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.figure_parts import build_comparison_table
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.pack_form import build_pack_form
from dashboard.components.year_charts import build_year_chart
from dashboard.page_scope import make_scope
from etl.queries.comparisons import compare_figure
from etl.queries.objective_progress import IndicatorProgress, find_objective_progress
from etl.queries.scope import QueryScope
from etl.wording import describe_rating_counts, make_figure_title, make_rating_counts_title


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
        return build_no_plan_page(page.locale)
    # The page is its own choice of objective.
    scope = replace(scope, objectives=())
    progress = find_objective_progress(scope, page.path_params["code"])
    if progress is None:
        return build_unknown_code_page(
            page, [(objective.code, objective.name) for objective in scope.plan.objectives], "objective"
        )
    locale = page.locale
    objective = progress.objective
    return [
        tags.P([objective.code, " · ", make_rating_counts_title(progress.rating_counts, locale)], className="crumb"),
        tags.H1(objective.name.get_text(locale.language)),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ],
            className="sub",
        ),
        build_pack_form(page, objective=objective.code),
        build_no_returns_note(scope, locale),
        build_comparison(page, scope, scope.list_indicators(objective.code)),
        *build_indicators_by_urgency(progress.indicators, page, scope),
    ]


def build_indicators_by_urgency(
    indicators: tuple[IndicatorProgress, ...], page: PageContext, scope: QueryScope
) -> list[Any]:
    """Return a table and a small chart for each of the indicators, in the given order."""
    locale = page.locale
    _ = locale.gettext
    if not indicators:
        return [tags.P(_("No indicators match this selection."))]
    rows = [(progress.indicator, compare_figure(scope, progress.indicator)) for progress in indicators]
    caption = _("Indicators, most behind first")
    charts = [
        build_year_chart(
            progress, page, title=make_figure_title(progress.figure, progress.indicator, locale), is_small=True
        )
        for progress in indicators
    ]
    return [
        tags.Section([tags.H2(caption), build_comparison_table(caption, rows, page.selection, table_id="figures")]),
        tags.Section([tags.H2(_("By year")), tags.Div(charts, className="multiples")]),
    ]
