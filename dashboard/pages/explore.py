"""The newest edition to look through: by objective, year and site. It reaches frozen figures and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.charts.config import graph_config
from dashboard.charts.edition_charts import draw_edition_years, draw_shares, has_bar
from dashboard.charts.frame import ChartDict
from dashboard.components.edition_table import build_edition_table, build_indicator_link
from dashboard.components.filters import build_choices, build_unknown_choice
from dashboard.components.public_frame import build_public_frame
from dashboard.components.tables import aria_label
from dashboard.selection import Selection, parse_selection
from etl.indicators.editions import EditionContents, EditionFigure, edition_period_key
from etl.indicators.periods import PlanToDate, Years, period_key
from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.editions import find_newest_edition_contents
from etl.wording import describe_rating_counts
from etl.wording.editions import count_edition_ratings, describe_edition_period, edition_figure_title

IndicatorFigures = Sequence[tuple[Indicator, EditionFigure]]


@registry.page("/explore", title="Explore the published figures", permission="public")
def build_explore(request: PageContext) -> Any:
    """The page in its own frame; before the first edition, that nothing is published yet."""
    book = find_newest_edition_contents(request.source)
    if book is None:
        nothing = [
            html.H1(request.gettext("Nothing is published yet")),
            html.P(request.gettext("Come back after the first edition.")),
        ]
        return build_public_frame(request, Selection(language=request.language), None, nothing)
    selection = parse_explore_selection(request.query, book, request.locale)
    return build_public_frame(request, selection, book, _content(request, selection, book))


def parse_explore_selection(query: str, book: EditionContents, locale: Locale) -> Selection:
    """What the address chooses of what the edition has; a quarter or several sites are named and left out."""
    selection = parse_selection(query, only_plan(book.plan), locale.language)
    unknown = list(selection.unknown)
    if not _is_there(selection, book):
        unknown.append(period_key(selection.period))
        selection = replace(selection, period=PlanToDate())
    if len(selection.sites) > 1:
        unknown += selection.sites[1:]
        selection = replace(selection, sites=selection.sites[:1])
    return replace(selection, unknown=tuple(unknown), include_unapproved=True)


def _is_there(selection: Selection, book: EditionContents) -> bool:
    period = selection.period
    if isinstance(period, Years):
        return period.first == period.last and period.first in book.edition.years
    return isinstance(period, PlanToDate)


def select_figures(selection: Selection, book: EditionContents) -> IndicatorFigures:
    """Each indicator of the choice that has a figure there, in the plan's order."""
    site = selection.sites[0] if selection.sites else ""
    period = edition_period_key(selection.period)
    linked = {one.indicator for one in book.plan.indicator_programmes if one.programme == selection.programme}
    indicators = [
        one
        for one in book.plan.indicators
        if selection.objective in ("", one.objective) and (not selection.programme or one.code in linked)
    ]
    found = [(one, book.find(one.code, site=site, period=period)) for one in indicators]
    return [(indicator, figure) for indicator, figure in found if figure is not None]


def _content(request: PageContext, selection: Selection, book: EditionContents) -> list[Any]:
    _, locale = request.gettext, request.locale
    shown = select_figures(selection, book)
    period = describe_edition_period(edition_period_key(selection.period), locale)
    place = _place(selection, book, request)
    tally = count_edition_ratings(book, tuple(one.code for one, _ in shown)) if not selection.sites else None
    heading = _("{place}, {period}", place=place, period=period)
    table = build_edition_table(
        book, [(build_indicator_link(one, locale), one, figure) for one, figure in shown], heading, locale
    )
    return [
        html.H1(_("Explore the published figures")),
        html.P(
            _("Edition {name}. Charts need about 600 kB the first time; every number stands in the table as well.",
                name=book.edition.id),
            className="sub",
        ),
        _filters(request, selection, book),
        build_unknown_choice(selection),
        html.H2(heading),
        html.P(describe_rating_counts(tally, locale)) if tally and isinstance(selection.period, PlanToDate) else None,
        table if shown else html.P(_("There are no figures for this choice.")),
        *_shares(request, shown),
        *_years(request, selection, book, shown),
    ]  # fmt: skip


def _place(selection: Selection, book: EditionContents, request: PageContext) -> str:
    if selection.sites:
        return book.plan.site_by_code[selection.sites[0]].name.in_language(request.language)
    return request.gettext("All sites")


def _filters(request: PageContext, selection: Selection, book: EditionContents) -> Any:
    """Native selects in a GET form, as on every page."""
    _, locale = request.gettext, request.locale
    objectives = [("", _("All objectives"))]
    objectives += [(one.code, f"{one.code} · {one.name.in_language(locale.language)}") for one in book.plan.objectives]
    years = [(period_key(PlanToDate()), _("Plan to date")), *((str(year), str(year)) for year in book.edition.years)]
    sites = [("", _("All sites")), *((one.code, one.name.in_language(locale.language)) for one in book.plan.sites)]
    choices = [
        (_("Objective"), "objective", objectives, selection.objective),
        (_("Period"), "period", years, period_key(selection.period)),
        (_("Site"), "site", sites, selection.sites[0] if selection.sites else ""),
    ]
    if book.plan.linked_programmes:
        programmes = [("", _("All programmes")), *((one.code, one.code) for one in book.plan.linked_programmes)]
        choices.append((_("Programme"), "programme", programmes, selection.programme))
    return build_choices(request, choices)


def _shares(request: PageContext, shown: IndicatorFigures) -> list[Any]:
    """All percentages side by side, where there are several."""
    if sum(has_bar(figure) for _, figure in shown) < 2:
        return []
    _ = request.gettext
    told = _("Percent of the target, or of the planned change; the dashed line is 100 %.")
    chart = _chart("explore-shares", draw_shares(shown, request.locale), told)
    return [html.Section([html.H2(_("How far each indicator is")), html.P(told, className="sub"), chart])]


def _years(request: PageContext, selection: Selection, book: EditionContents, shown: IndicatorFigures) -> list[Any]:
    """One small chart for each indicator of a chosen objective."""
    if not selection.objective:
        return [html.P(request.gettext("Choose an objective to see its indicators year by year."), className="note")]
    site = selection.sites[0] if selection.sites else ""
    cards = [_year_card(request, book, indicator, site) for indicator, _ in shown]
    return [html.Section([html.H2(request.gettext("Year by year")), html.Div(cards, className="multiples")])]


def _year_card(request: PageContext, book: EditionContents, indicator: Indicator, site: str) -> Any:
    locale = request.locale
    figure = book.find(indicator.code, site=site)
    title = (
        edition_figure_title(figure, indicator, book, locale) if figure else indicator.name.in_language(locale.language)
    )
    found = [
        (year, one)
        for year in map(str, book.edition.years)
        if (one := book.find(indicator.code, site=site, period=year)) is not None
    ]
    table = build_edition_table(book, [(year, indicator, one) for year, one in found], title, locale)
    chart = _chart(f"explore-{indicator.code}", draw_edition_years(book, indicator, site, locale), title)
    folded = html.Details([html.Summary(request.gettext("The numbers as a table")), table], className="numbers")
    return html.Figure([html.H3(title), chart, folded], className="chart-card small")


def _chart(chart_id: str, drawn: ChartDict, told: str) -> Any:
    height = {"height": drawn["layout"]["height"]}
    graph = dcc.Graph(id=chart_id, figure=drawn, config=graph_config(), className="chart", style=height)
    return html.Div(graph, className="chart-frame", role="group", style=height, **aria_label(told))
