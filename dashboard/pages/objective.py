"""One objective: its indicators by need, beside the year before, and each year by year against its targets."""

from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.figure_parts import compared_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_strip
from dashboard.components.pack_form import build_pack_form
from dashboard.components.period_switch import build_period_switch
from dashboard.components.plain import html
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.components.year_charts import build_years
from dashboard.page_scope import asking_of
from etl.locale.translations import speak
from etl.queries.asking import Asking
from etl.queries.comparisons import compared
from etl.queries.objective_progress import IndicatorProgress, objective_progress
from etl.wording import figure_title, tally_title, tally_words


@registry.page("/staff/objective/<code>", title="Objective {code}", permission="staff", kept=True)
def build_objective(request: PageRequest) -> Any:
    """The objective's page; for an unknown code the list of those there are."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    progress = objective_progress(asking, request.codes["code"])
    if progress is None:
        return build_unknown(request, [(one.code, one.name) for one in asking.plan.objectives], "objective")
    language = request.language
    objective = progress.objective
    return [
        html.P([objective.code, " · ", tally_title(progress.tally, language)], className="crumb"),
        html.H1(objective.name.in_language(language)),
        html.Div(
            [build_strip(progress.tally, language), html.P(tally_words(progress.tally, language))], className="sub"
        ),
        build_period_switch(request, asking),
        build_filters(request, asking.plan),
        build_pack_form(request, objective=objective.code),
        build_nothing_reported(asking, language),
        *indicators_by_need(progress.indicators, request, asking),
    ]


def indicators_by_need(found: tuple[IndicatorProgress, ...], request: PageRequest, asking: Asking) -> list[Any]:
    """The table of the indicators and a small chart for each, in the order given."""
    language = request.language
    say = speak(language)
    if not found:
        return [html.P(say("No indicator in this choice."))]
    rows = [(one.indicator, compared(asking, one.indicator)) for one in found]
    caption = say("Indicators, those in need first")
    charts = [
        build_years(one, request, title=figure_title(one.figure, one.indicator, language), is_small=True)
        for one in found
    ]
    return [
        html.Section([html.H2(caption), compared_table(caption, rows, request.selection, table_id="figures")]),
        html.Section([html.H2(say("Year by year")), html.Div(charts, className="multiples")]),
    ]
