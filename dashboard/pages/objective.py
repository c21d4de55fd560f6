"""One objective: its indicators by need, each year by year against its targets."""

from typing import Any

from dash import html

from dashboard.asking import asking_of
from dashboard.components.figure_parts import amount_cell, bare_share_cell, chart_card, figures_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_badge, build_strip
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.components.tables import build_table
from dashboard.figures.comparison_charts import draw_years
from dashboard.registry import PageRequest, registry
from etl.language import speak
from etl.questions.objective_progress import IndicatorProgress, objective_progress
from etl.wording import figure_title, share_name, tally_title, tally_words, unit_words


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
    say = speak(language)
    objective = progress.objective
    figures = [(one.indicator, one.figure) for one in progress.indicators]
    return [
        html.P([objective.code, " · ", tally_title(progress.tally, language)], className="crumb"),
        html.H1(objective.name.in_language(language)),
        html.Div(
            [build_strip(progress.tally, language), html.P(tally_words(progress.tally, language))], className="sub"
        ),
        build_filters(request, asking.plan),
        build_nothing_reported(asking, language),
        html.Section(
            [
                html.H2(say("Indicators, those in need first")),
                figures_table(say("Indicators, those in need first"), figures, request.selection, table_id="figures"),
            ]
        ),
        html.Section(
            [
                html.H2(say("Year by year")),
                html.Div([_small(one, language) for one in progress.indicators], className="multiples"),
            ]
        ),
    ]


def _small(progress: IndicatorProgress, language: str) -> Any:
    """One of the small charts of the same shape."""
    say = speak(language)
    indicator = progress.indicator
    unit = unit_words(indicator, language) or say("number")
    return chart_card(
        figure_title(progress.figure, indicator, language),
        say("Actual by year, in the colour of its rating, against target, {unit}", unit=unit),
        draw_years(indicator, progress.years, language, height=220),
        years_table(progress, language, table_id=f"years-{indicator.code}"),
        say("Source: quarterly returns of the sites. {code}", code=indicator.code),
        chart_id=f"chart-years-{indicator.code}",
        language=language,
        level=3,
    )


def years_table(progress: IndicatorProgress, language: str, *, table_id: str) -> Any:
    """Every year with its actual, target, share and rating."""
    say = speak(language)
    share = share_name(progress.figure, language)
    header = (say("Year"), say("Actual"), say("Target"), f"% {share}" if share else say("Share"), say("Rating"))
    rows = [
        [
            str(year),
            amount_cell(figure.actual.amount, progress.indicator, language),
            amount_cell(figure.target, progress.indicator, language),
            bare_share_cell(figure, progress.figure, language),
            build_badge(figure.rating, language),
        ]
        for year, figure in progress.years
    ]
    return build_table(say("Year by year"), header, rows, numeric=(1, 2, 3), table_id=table_id)
