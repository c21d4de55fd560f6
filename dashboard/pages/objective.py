"""One objective: its indicators by need, beside the year before, and each year by year against its targets."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note, build_unknown_code
from dashboard.components.figure_parts import comparison_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.components.pack_form import build_pack_form
from dashboard.components.period_switch import build_period_switch
from dashboard.components.year_charts import build_year_chart
from dashboard.page_scope import make_scope
from etl.queries.comparisons import compare_figure
from etl.queries.objective_progress import IndicatorProgress, find_objective_progress
from etl.queries.scope import QueryScope
from etl.wording import describe_rating_counts, figure_title, rating_counts_title


@registry.page("/staff/objective/<code>", title="Objective {code}", permission="staff", cacheable=True)
def build_objective(request: PageContext) -> Any:
    """The objective's page; for an unknown code the list of those there are."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    progress = find_objective_progress(asking, request.path_params["code"])
    if progress is None:
        return build_unknown_code(request, [(one.code, one.name) for one in asking.plan.objectives], "objective")
    locale = request.locale
    objective = progress.objective
    return [
        tags.P([objective.code, " · ", rating_counts_title(progress.rating_counts, locale)], className="crumb"),
        tags.H1(objective.name.in_language(locale.language)),
        tags.Div(
            [
                build_strip(progress.rating_counts, locale),
                tags.P(describe_rating_counts(progress.rating_counts, locale)),
            ],
            className="sub",
        ),
        build_period_switch(request, asking),
        build_filters(request, asking.plan),
        build_pack_form(request, objective=objective.code),
        build_no_returns_note(asking, locale),
        *build_indicators_by_urgency(progress.indicators, request, asking),
    ]


def build_indicators_by_urgency(
    indicators: tuple[IndicatorProgress, ...], request: PageContext, scope: QueryScope
) -> list[Any]:
    """The table of the indicators and a small chart for each, in the order given."""
    locale = request.locale
    _ = locale.gettext
    if not indicators:
        return [tags.P(_("No indicator in this choice."))]
    rows = [(one.indicator, compare_figure(scope, one.indicator)) for one in indicators]
    caption = _("Indicators, those in need first")
    charts = [
        build_year_chart(one, request, title=figure_title(one.figure, one.indicator, locale), is_small=True)
        for one in indicators
    ]
    return [
        tags.Section([tags.H2(caption), comparison_table(caption, rows, request.selection, table_id="figures")]),
        tags.Section([tags.H2(_("Year by year")), tags.Div(charts, className="multiples")]),
    ]
