"""One indicator: its series against the targets, by year, by site and by part, its definition and its percentage."""

from typing import Any

from dash import dcc, html

from dashboard.asking import asking_of
from dashboard.components.definition import build_definition
from dashboard.components.figure_parts import amount_cell, bare_share_cell, chart_card, number_link
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_badge
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.components.tables import build_table
from dashboard.figures.comparison_charts import draw_sites, draw_years
from dashboard.figures.history_chart import draw_history
from dashboard.pages.objective import years_table
from dashboard.registry import PageRequest, registry
from dashboard.selection import address_of
from etl.indicators.results import NoValue
from etl.language import format_day, format_quarter, speak
from etl.questions.asking import Asking
from etl.questions.indicator_history import IndicatorHistory, indicator_history
from etl.wording import (
    completeness_words,
    figure_title,
    headline_words,
    how_computed,
    needed_words,
    period_words,
    share_name,
    unit_words,
)


@registry.page("/staff/indicator/<code>", title="Indicator {code}", permission="staff", kept=True)
def build_indicator(request: PageRequest) -> Any:
    """The indicator's page; for an unknown code the list of those there are."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    history = indicator_history(asking, request.codes["code"])
    if history is None:
        return build_unknown(request, [(one.code, one.name) for one in asking.plan.indicators], "indicator")
    language = request.language
    say = speak(language)
    return [
        _crumb(history, request),
        html.H1(figure_title(history.figure, history.indicator, language)),
        _subtitle(history, language),
        build_filters(request, asking.plan),
        build_nothing_reported(asking, language),
        _series(history, asking, language),
        html.Div([_years(history, language), _sites(history, request)], className="two"),
        html.Div(
            [
                html.Section([html.H2(say("How is this computed?")), _explain(history, request)], className="explain"),
                _parts(history, language),
            ],
            className="two",
        ),
        build_definition(history.indicator, asking.plan, language),
    ]


def _crumb(history: IndicatorHistory, request: PageRequest) -> Any:
    objective = history.objective
    short = objective.short.km if request.language == "km" else objective.short.en
    name = short or objective.name.in_language(request.language)
    address = address_of(request.selection, f"/staff/objective/{objective.code}")
    return html.P(dcc.Link(f"{objective.code} · {name}", href=address), className="crumb")


def _subtitle(history: IndicatorHistory, language: str) -> Any:
    figure = history.figure
    said = [headline_words(figure, language), period_words(figure.asked, language)]
    complete = completeness_words(figure.actual, language)
    return html.P(
        [
            build_badge(figure.rating, language),
            html.Span(" " + " · ".join([*said, *([complete] if complete else [])]), className="muted"),
        ],
        className="sub",
    )


def _series(history: IndicatorHistory, asking: Asking, language: str) -> Any:
    say = speak(language)
    indicator = history.indicator
    unit = unit_words(indicator, language) or say("number")
    rows = [
        [
            format_quarter(point.quarter, language),
            amount_cell(point.alone.amount, indicator, language),
            amount_cell(point.to_date.amount, indicator, language),
            amount_cell(point.expected, indicator, language),
            _state(history, point.quarter, point.to_date.carried, language),
        ]
        for point in history.points
    ]
    header = (say("Quarter"), say("In the quarter"), say("To date"), say("Expected"), say("Remarks"))
    return chart_card(
        say("Quarter by quarter"),
        say("Actual to date against the path to the targets, {unit}", unit=unit),
        draw_history(history, language),
        build_table(say("Quarter by quarter"), header, rows, numeric=(1, 2, 3), table_id="quarters"),
        say(
            "Solid: reported. Hollow: waiting for approval. Dashed: path to the targets. Dotted: at the recent pace. "
            "Source: quarterly returns, as of {day}.",
            day=format_day(asking.today, language),
        ),
        chart_id="chart-history",
        language=language,
    )


def _state(history: IndicatorHistory, quarter: Any, carried: Any, language: str) -> str:
    say = speak(language)
    said = []
    if quarter in history.unapproved:
        said.append(say("waiting for approval"))
    said += [
        say("{site} carried from {quarter}", site=one.site, quarter=format_quarter(one.since, language))
        for one in carried
    ]
    return " · ".join(said)


def _years(history: IndicatorHistory, language: str) -> Any:
    say = speak(language)
    unit = unit_words(history.indicator, language) or say("number")
    return chart_card(
        say("Year by year"),
        say("Actual by year, in the colour of its rating, against target, {unit}", unit=unit),
        draw_years(history.indicator, history.progress.years, language),
        years_table(history.progress, language, table_id="years"),
        say("Each year by its own target."),
        chart_id="chart-years",
        language=language,
    )


def _sites(history: IndicatorHistory, request: PageRequest) -> Any:
    language = request.language
    say = speak(language)
    unit = unit_words(history.indicator, language) or say("number")
    share = share_name(history.figure, language)
    header = (say("Site"), say("Actual"), say("Target"), f"% {share}" if share else say("Share"), say("Rating"))
    rows = [
        [
            dcc.Link(site.name.in_language(language), href=address_of(request.selection, f"/staff/site/{site.code}")),
            amount_cell(figure.actual.amount, history.indicator, language),
            amount_cell(figure.target, history.indicator, language),
            bare_share_cell(figure, history.figure, language),
            build_badge(figure.rating, language),
        ]
        for site, figure in history.sites
    ]
    return chart_card(
        say("By site"),
        say("Actual of each site, in the colour of its rating, against its own target, {unit}", unit=unit),
        draw_sites(history.indicator, history.sites, language),
        build_table(say("By site"), header, rows, numeric=(1, 2, 3), table_id="sites"),
        say("A site without a target of its own has no stroke."),
        chart_id="chart-sites",
        language=language,
    )


def _explain(history: IndicatorHistory, request: PageRequest) -> Any:
    language = request.language
    say = speak(language)
    figure, indicator = history.figure, history.indicator
    facts = [
        (say("Actual"), number_link(figure, indicator, request.selection)),
        (say("Baseline"), amount_cell(figure.baseline, indicator, language)),
        (say("Target"), amount_cell(figure.target, indicator, language)),
        (say("Expected by now"), amount_cell(figure.expected, indicator, language)),
    ]
    if figure.counted_quarter is not None:
        facts.append((say("Judged at"), format_quarter(figure.counted_quarter, language)))
    if figure.actual.numerator is not None and figure.actual.denominator is not None:
        facts.append((say("Numerator"), f"{figure.actual.numerator:,f} · {indicator.numerator.in_language(language)}"))
        facts.append(
            (say("Denominator"), f"{figure.actual.denominator:,f} · {indicator.denominator.in_language(language)}")
        )
    needed = needed_words(figure.outlook, indicator, language)
    if needed:
        facts.append((say("Still needed"), needed))
    if figure.deciding:
        places = ", ".join(f"{one.site} {format_quarter(one.quarter, language)}" for one in figure.deciding)
        facts.append((say("Returns that decide"), places))
    listed = [item for name, fact in facts for item in (html.Dt(name), html.Dd(fact))]
    return html.Div([html.P(how_computed(figure, indicator, language)), html.Dl(listed)])


def _parts(history: IndicatorHistory, language: str) -> Any:
    say = speak(language)
    if not history.parts:
        return html.Div()
    rows = [
        [part.label.in_language(language), part.dimension, amount_cell(value.amount, history.indicator, language)]
        for part, value in history.parts
        if value.amount is not NoValue.NOT_APPLICABLE
    ]
    table = build_table(
        say("Of which"), (say("Part"), say("Dimension"), say("Actual")), rows, numeric=(2,), table_id="parts"
    )
    return html.Section([html.H2(say("Of which")), table])
