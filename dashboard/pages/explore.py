"""The newest edition to look through: by objective, year and site. It reaches frozen figures and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.access.registry import PageRequest, registry
from dashboard.charts.config import graph_config
from dashboard.charts.edition_charts import draw_edition_years, draw_shares, has_bar
from dashboard.charts.frame import FigureDict
from dashboard.components.edition_table import build_edition_table, build_indicator_link
from dashboard.components.filters import build_choices, build_unknown_choice
from dashboard.components.public_frame import build_public_frame
from dashboard.components.tables import aria
from dashboard.selection import Selection, parse_selection
from etl.indicators.editions import Book, EditionFigure, period_text
from etl.indicators.periods import PlanToDate, Years, period_key
from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Indicator
from etl.queries.editions import find_newest_book
from etl.wording import tally_words
from etl.wording.editions import period_name, plan_tally, title_words

Shown = Sequence[tuple[Indicator, EditionFigure]]


@registry.page("/explore", title="Explore the published figures", permission="public")
def build_explore(request: PageRequest) -> Any:
    """The page in its own frame; before the first edition, that nothing is published yet."""
    book = find_newest_book(request.source)
    if book is None:
        nothing = [
            html.H1(request.say("Nothing is published yet")),
            html.P(request.say("Come back after the first edition.")),
        ]
        return build_public_frame(request, Selection(language=request.language), None, nothing)
    selection = choose(request.query, book, request.language)
    return build_public_frame(request, selection, book, _content(request, selection, book))


def choose(query: str, book: Book, language: str) -> Selection:
    """What the address chooses of what the edition has; a quarter or several sites are named and left out."""
    selection = parse_selection(query, only_plan(book.plan), language)
    unknown = list(selection.unknown)
    if not _is_there(selection, book):
        unknown.append(period_key(selection.period))
        selection = replace(selection, period=PlanToDate())
    if len(selection.sites) > 1:
        unknown += selection.sites[1:]
        selection = replace(selection, sites=selection.sites[:1])
    return replace(selection, unknown=tuple(unknown), include_unapproved=True)


def _is_there(selection: Selection, book: Book) -> bool:
    period = selection.period
    if isinstance(period, Years):
        return period.first == period.last and period.first in book.edition.years
    return isinstance(period, PlanToDate)


def chosen_figures(selection: Selection, book: Book) -> Shown:
    """Each indicator of the choice that has a figure there, in the plan's order."""
    site = selection.sites[0] if selection.sites else ""
    period = period_text(selection.period)
    linked = {one.indicator for one in book.plan.indicator_programmes if one.programme == selection.programme}
    indicators = [
        one
        for one in book.plan.indicators
        if selection.objective in ("", one.objective) and (not selection.programme or one.code in linked)
    ]
    found = [(one, book.find(one.code, site=site, period=period)) for one in indicators]
    return [(indicator, figure) for indicator, figure in found if figure is not None]


def _content(request: PageRequest, selection: Selection, book: Book) -> list[Any]:
    say, language = request.say, request.language
    shown = chosen_figures(selection, book)
    period = period_name(period_text(selection.period), language)
    place = _place(selection, book, request)
    tally = plan_tally(book, tuple(one.code for one, _ in shown)) if not selection.sites else None
    heading = say("{place}, {period}", place=place, period=period)
    table = build_edition_table(
        book, [(build_indicator_link(one, language), one, figure) for one, figure in shown], heading, language
    )
    return [
        html.H1(say("Explore the published figures")),
        html.P(
            say("Edition {name}. Charts need about 600 kB the first time; every number stands in the table as well.",
                name=book.edition.id),
            className="sub",
        ),
        _filters(request, selection, book),
        build_unknown_choice(selection),
        html.H2(heading),
        html.P(tally_words(tally, language)) if tally and isinstance(selection.period, PlanToDate) else None,
        table if shown else html.P(say("There are no figures for this choice.")),
        *_shares(request, shown),
        *_years(request, selection, book, shown),
    ]  # fmt: skip


def _place(selection: Selection, book: Book, request: PageRequest) -> str:
    if selection.sites:
        return book.plan.site_by_code[selection.sites[0]].name.in_language(request.language)
    return request.say("All sites")


def _filters(request: PageRequest, selection: Selection, book: Book) -> Any:
    """Native selects in a GET form, as on every page."""
    say, language = request.say, request.language
    objectives = [("", say("All objectives"))]
    objectives += [(one.code, f"{one.code} · {one.name.in_language(language)}") for one in book.plan.objectives]
    years = [(period_key(PlanToDate()), say("Plan to date")), *((str(year), str(year)) for year in book.edition.years)]
    sites = [("", say("All sites")), *((one.code, one.name.in_language(language)) for one in book.plan.sites)]
    choices = [
        (say("Objective"), "objective", objectives, selection.objective),
        (say("Period"), "period", years, period_key(selection.period)),
        (say("Site"), "site", sites, selection.sites[0] if selection.sites else ""),
    ]
    if book.plan.linked_programmes:
        programmes = [("", say("All programmes")), *((one.code, one.code) for one in book.plan.linked_programmes)]
        choices.append((say("Programme"), "programme", programmes, selection.programme))
    return build_choices(request, choices)


def _shares(request: PageRequest, shown: Shown) -> list[Any]:
    """All percentages side by side, where there are several."""
    if sum(has_bar(figure) for _, figure in shown) < 2:
        return []
    say = request.say
    told = say("Percent of the target, or of the planned change; the dashed line is 100 %.")
    chart = _chart("explore-shares", draw_shares(shown, request.language), told)
    return [html.Section([html.H2(say("How far each indicator is")), html.P(told, className="sub"), chart])]


def _years(request: PageRequest, selection: Selection, book: Book, shown: Shown) -> list[Any]:
    """One small chart for each indicator of a chosen objective."""
    if not selection.objective:
        return [html.P(request.say("Choose an objective to see its indicators year by year."), className="note")]
    site = selection.sites[0] if selection.sites else ""
    cards = [_year_card(request, book, indicator, site) for indicator, _ in shown]
    return [html.Section([html.H2(request.say("Year by year")), html.Div(cards, className="multiples")])]


def _year_card(request: PageRequest, book: Book, indicator: Indicator, site: str) -> Any:
    language = request.language
    figure = book.find(indicator.code, site=site)
    title = title_words(figure, indicator, book, language) if figure else indicator.name.in_language(language)
    found = [
        (year, one)
        for year in map(str, book.edition.years)
        if (one := book.find(indicator.code, site=site, period=year)) is not None
    ]
    table = build_edition_table(book, [(year, indicator, one) for year, one in found], title, language)
    chart = _chart(f"explore-{indicator.code}", draw_edition_years(book, indicator, site, language), title)
    folded = html.Details([html.Summary(request.say("The numbers as a table")), table], className="numbers")
    return html.Figure([html.H3(title), chart, folded], className="chart-card small")


def _chart(chart_id: str, drawn: FigureDict, told: str) -> Any:
    height = {"height": drawn["layout"]["height"]}
    graph = dcc.Graph(id=chart_id, figure=drawn, config=graph_config(), className="chart", style=height)
    return html.Div(graph, className="chart-frame", role="group", style=height, **aria(told))
