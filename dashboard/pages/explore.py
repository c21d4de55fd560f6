"""The newest edition by objective, year and site. It shows published figures only."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.charts.config import make_graph_config
from dashboard.charts.edition_charts import draw_edition_years, draw_shares, has_bar
from dashboard.charts.frame import ChartDict
from dashboard.components.edition_table import build_edition_table, build_indicator_link
from dashboard.components.filters import build_choices, build_unknown_choice
from dashboard.components.markup import make_aria_label
from dashboard.components.public_frame import build_public_frame
from dashboard.components.site_choice import get_selected_place, list_place_options
from dashboard.selection import Selection, parse_selection
from etl.indicators.editions import EditionContents, EditionFigure, make_edition_period_key
from etl.indicators.periods import PlanToDate, Years, make_period_key
from etl.indicators.plans import make_single_plan
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.editions import find_newest_edition_contents
from etl.wording import describe_rating_counts
from etl.wording.editions import count_edition_ratings, describe_edition_period, make_edition_figure_title

IndicatorFigures = Sequence[tuple[Indicator, EditionFigure]]


@registry.page("/explore", title="Explore the published figures", permission="public")
def build_explore(page: PageContext) -> Any:
    """Return the page in its own frame, or a note before the first edition."""
    contents = find_newest_edition_contents(page.source)
    if contents is None:
        nothing = [
            html.H1(page.gettext("Nothing is published yet")),
            html.P(page.gettext("Come back after the first edition.")),
        ]
        return build_public_frame(page, Selection(language=page.language), None, nothing)
    selection = parse_explore_selection(page.query, contents, page.locale)
    return build_public_frame(page, selection, contents, _build_content(page, selection, contents))


def parse_explore_selection(query: str, contents: EditionContents, locale: Locale) -> Selection:
    """Parse the selection. It reports quarters and further sites as unknown, since editions lack them."""
    selection = parse_selection(query, make_single_plan(contents.plan), locale.language)
    unknown = list(selection.unknown)
    if not _has_period(selection, contents):
        unknown.append(make_period_key(selection.period))
        selection = replace(selection, period=PlanToDate())
    if not isinstance(selection.sites, SiteGroup):
        unknown += selection.sites[1:]
        selection = replace(selection, sites=selection.sites[:1])
    return replace(selection, unknown=tuple(unknown), include_unapproved=True)


def _has_period(selection: Selection, contents: EditionContents) -> bool:
    period = selection.period
    if isinstance(period, Years):
        return period.first == period.last and period.first in contents.edition.years
    return isinstance(period, PlanToDate)


def select_figures(selection: Selection, contents: EditionContents) -> IndicatorFigures:
    """Return the selected indicators that have a figure, in the plan's order."""
    site = get_selected_place(selection)
    period = make_edition_period_key(selection.period)
    programme_codes = {
        link.indicator for link in contents.plan.indicator_programmes if link.programme == selection.programme
    }
    indicators = [
        indicator
        for indicator in contents.plan.indicators
        if selection.objective in ("", indicator.objective)
        and (not selection.programme or indicator.code in programme_codes)
    ]
    candidates = [(indicator, contents.find(indicator.code, site=site, period=period)) for indicator in indicators]
    return [(indicator, figure) for indicator, figure in candidates if figure is not None]


def _build_content(page: PageContext, selection: Selection, contents: EditionContents) -> list[Any]:
    _, locale = page.gettext, page.locale
    figures = select_figures(selection, contents)
    period = describe_edition_period(make_edition_period_key(selection.period), locale)
    place = _describe_site(selection, contents, page)
    tally = (
        count_edition_ratings(contents, tuple(indicator.code for indicator, _ in figures))
        if not selection.sites
        else None
    )
    heading = _("{place}, {period}", place=place, period=period)
    table = build_edition_table(
        contents,
        [(build_indicator_link(indicator, locale), indicator, figure) for indicator, figure in figures],
        heading,
        locale,
    )
    return [
        html.H1(_("Explore the published figures")),
        html.P(
            _("Edition {name}. Charts load about 600 kB the first time. The table has all figures.",
                name=contents.edition.id),
            className="sub",
        ),
        _build_filters(page, selection, contents),
        build_unknown_choice(selection),
        html.H2(heading),
        html.P(describe_rating_counts(tally, locale)) if tally and isinstance(selection.period, PlanToDate) else None,
        table if figures else html.P(_("No figures match this selection.")),
        *_build_comparison(page, contents, figures),
        *_build_year_cards(page, selection, contents, figures),
    ]  # fmt: skip


def _describe_site(selection: Selection, contents: EditionContents, page: PageContext) -> str:
    sites = selection.sites
    if sites:
        place = sites if isinstance(sites, SiteGroup) else contents.plan.site_by_code[sites[0]]
        return place.name.get_text(page.language)
    return page.gettext("All sites")


def _build_filters(page: PageContext, selection: Selection, contents: EditionContents) -> Any:
    """Return native selects in a GET form."""
    _, locale = page.gettext, page.locale
    objectives = [("", _("All objectives"))]
    objectives += [
        (objective.code, f"{objective.code} · {objective.name.get_text(locale.language)}")
        for objective in contents.plan.objectives
    ]
    years = [
        (make_period_key(PlanToDate()), _("Plan to date")),
        *((str(year), str(year)) for year in contents.edition.years),
    ]
    provinces = contents.list_provinces()
    sites = [
        ("", _("All sites")),
        *list_place_options(provinces, contents.plan.sites, locale),
    ]
    choices = [
        (_("Objective"), "objective", objectives, selection.objective),
        (_("Period"), "period", years, make_period_key(selection.period)),
        (
            _("Site or province") if contents.list_provinces() else _("Site"),
            "site",
            sites,
            get_selected_place(selection),
        ),
    ]
    if contents.plan.linked_programmes:
        programmes = [
            ("", _("All programmes")),
            *((programme.code, programme.code) for programme in contents.plan.linked_programmes),
        ]
        choices.append((_("Programme"), "programme", programmes, selection.programme))
    return build_choices(page, choices)


def _build_comparison(page: PageContext, contents: EditionContents, figures: IndicatorFigures) -> list[Any]:
    """Return a chart that compares all percentages; nothing for fewer than two."""
    if sum(has_bar(figure) for _, figure in figures) < 2:
        return []
    _ = page.gettext
    label = _("Percent of the target, or of the planned change; the dashed line is 100 %.")
    chart = _build_chart("explore-shares", draw_shares(contents, figures, page.locale), label)
    return [html.Section([html.H2(_("Progress of each indicator")), html.P(label, className="sub"), chart])]


def _build_year_cards(
    page: PageContext, selection: Selection, contents: EditionContents, figures: IndicatorFigures
) -> list[Any]:
    """Return a small chart for each indicator of the selected objective."""
    if not selection.objective:
        return [html.P(page.gettext("Choose an objective to see its indicators year by year."), className="note")]
    site = get_selected_place(selection)
    cards = [_build_year_card(page, contents, indicator, site) for indicator, _ in figures]
    return [html.Section([html.H2(page.gettext("By year")), html.Div(cards, className="multiples")])]


def _build_year_card(page: PageContext, contents: EditionContents, indicator: Indicator, site: str) -> Any:
    locale = page.locale
    figure = contents.find(indicator.code, site=site)
    title = (
        make_edition_figure_title(figure, indicator, contents, locale)
        if figure
        else indicator.name.get_text(locale.language)
    )
    years = [
        (year, edition_figure)
        for year in map(str, contents.edition.years)
        if (edition_figure := contents.find(indicator.code, site=site, period=year)) is not None
    ]
    table = build_edition_table(
        contents, [(year, indicator, edition_figure) for year, edition_figure in years], title, locale
    )
    chart = _build_chart(f"explore-{indicator.code}", draw_edition_years(contents, indicator, site, locale), title)
    details = html.Details([html.Summary(page.gettext("The numbers as a table")), table], className="numbers")
    return html.Figure([html.H3(title), chart, details], className="chart-card small")


def _build_chart(chart_id: str, chart: ChartDict, label: str) -> Any:
    height = {"height": chart["layout"]["height"]}
    graph = dcc.Graph(id=chart_id, figure=chart, config=make_graph_config(), className="chart", style=height)
    return html.Div(graph, className="chart-frame", role="group", style=height, **make_aria_label(label))
