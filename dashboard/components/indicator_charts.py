"""The charts of one indicator with their tables: by quarter, by site, each site by quarter, by part."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.charts.comparison_charts import draw_sites
from dashboard.charts.detail_charts import draw_parts, draw_site_quarters, highest_of
from dashboard.charts.history_chart import draw_history
from dashboard.components.chart_card import ChartFiles, ChartWords, build_chart_card
from dashboard.components.figure_parts import amount_cell, bare_share_cell, quarter_link, value_link
from dashboard.components.marks import build_badge
from dashboard.components.pagination import Turned, build_pager, turn
from dashboard.components.plain import dcc, html
from dashboard.components.site_choice import are_many
from dashboard.components.tables import build_table
from dashboard.selection import address_of
from etl.indicators.periods import Years
from etl.indicators.results import Figure, NoValue, SeriesPoint
from etl.indicators.vocabulary import Site
from etl.locale.translations import format_day, format_quarter, speak
from etl.queries.indicator_details import PartsByYear, SiteSeries
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import completeness_words, share_name, unit_words
from etl.wording.findings import history_title, parts_title, sites_title, summary_words

_ENDS = 20
_SITES_PAGE = "sites"
SITES_DRAWN = 12
"""So many sites have a small chart of their own, those with the largest numbers; all are in the table."""
DRAWN_OF_MANY = 3
"""So many have one where the sites are too many to be listed: the page else grows heavy with what few look at."""


def build_quarters(history: IndicatorHistory, request: PageRequest) -> Any:
    """The series against its path, with the table of all of it; each number leads to its cells."""
    language, indicator = request.language, history.indicator
    say = request.say
    header = (
        say("Quarter"),
        say("In the quarter"),
        say("To date"),
        say("Expected"),
        say("Target"),
        say("A year before"),
        say("State"),
    )
    rows = [_quarter_row(history, place, request) for place in range(len(history.points))]
    words = ChartWords(
        title=history_title(history.points, indicator, language),
        subtitle=say("Actual to date against the path to the targets, {unit}", unit=_unit(history, language)),
        summary=summary_words(
            [(format_quarter(one.quarter, language), one.to_date.amount) for one in history.points],
            indicator,
            language,
        ),
        source=say(
            "Solid: reported. Hollow: waiting for approval. Dashed: path to the targets. Dotted: at the recent pace. "
            "Source: quarterly returns, as of {day}.",
            day=format_day(request.now.date(), language),
        ),
    )
    table = build_table(say("Quarter by quarter"), header, rows, numeric=(1, 2, 3, 4, 5), table_id="quarters")
    return build_chart_card(
        words,
        draw_history(history, language),
        table,
        chart_id="chart-history",
        files=ChartFiles(code=indicator.code, chart="quarters"),
        request=request,
    )


def _quarter_row(history: IndicatorHistory, place: int, request: PageRequest) -> list[Any]:
    language, indicator, point = request.language, history.indicator, history.points[place]
    before = history.points[place - 4] if place >= 4 else None
    return [
        format_quarter(point.quarter, language),
        quarter_link(point.alone.amount, indicator, point.quarter, request.selection),
        value_link(point.to_date.amount, indicator, point.quarter, request.selection, is_to_date=True),
        amount_cell(point.expected, indicator, language),
        "" if isinstance(point.target, NoValue) else amount_cell(point.target, indicator, language),
        "–" if before is None else amount_cell(before.to_date.amount, indicator, language),
        _state(history, point, language),
    ]


def _state(history: IndicatorHistory, point: SeriesPoint, language: str) -> str:
    say = speak(language)
    said = [say("waiting for approval")] if point.quarter in history.unapproved else []
    said += [
        say("{site} carried from {quarter}", site=one.site, quarter=format_quarter(one.since, language))
        for one in point.to_date.carried
    ]
    complete = completeness_words(point.alone, language)
    return " · ".join([*said, *([complete] if complete else [])])


def build_sites(history: IndicatorHistory, request: PageRequest, waiting: frozenset[str]) -> Any:
    """Bars by site, sorted, each against its own target."""
    language = request.language
    say = request.say
    figure, indicator = history.figure, history.indicator
    share = share_name(figure, language)
    header = (say("Site"), say("Actual"), say("Target"), f"% {share}" if share else say("Share"), say("Rating"))
    ends, turned = _ends(history.sites), _turned(history, request)
    rows = [
        [
            dcc.Link(site.name.in_language(language), href=address_of(request.selection, f"/staff/site/{site.code}")),
            value_link(one.actual.amount, indicator, one.asked, request.selection, site=site.code),
            amount_cell(one.target, indicator, language),
            bare_share_cell(one, figure, indicator, language),
            build_badge(one.rating, language),
        ]
        for site, one in turned.shown
    ]
    named = [(site.name.in_language(language), one.actual.amount) for site, one in history.sites]
    unit = _unit(history, language)
    words = ChartWords(
        title=sites_title(history.sites, indicator, language),
        subtitle=say(
            "Actual of each site, in the colour and shape of its rating; stroke: its target, {unit}", unit=unit
        ),
        summary=summary_words(named, indicator, language),
        source=say("A site without a target of its own has no stroke. Hatched: waiting for approval."),
    )
    table = build_table(say("By site"), header, rows, numeric=(1, 2, 3), table_id="sites")
    if turned.pages > 1:
        pager = build_pager(turned, request, name=_SITES_PAGE, anchor="#by-site")
        told = say(
            "The {ends} highest and the {ends} lowest of {count} sites are drawn; the table has all, highest first.",
            ends=_ENDS,
            count=turned.count,
        )
        table = html.Div([html.P(told, className="shown"), table, pager], id="by-site")
    return build_chart_card(
        words,
        draw_sites(indicator, ends, language, waiting=waiting),
        table,
        chart_id="chart-sites",
        files=ChartFiles(code=indicator.code, chart="sites"),
        request=request,
    )


def _by_size(sites: Sequence[tuple[Site, Figure]]) -> list[tuple[Site, Figure]]:
    """The largest number first, those without one last."""

    def size(one: tuple[Site, Figure]) -> tuple[bool, Decimal, str]:
        amount = one[1].actual.amount
        is_number = isinstance(amount, Decimal)
        return not is_number, -amount if isinstance(amount, Decimal) else Decimal(0), one[0].code

    return sorted(sites, key=size)


def _ends(sites: Sequence[tuple[Site, Figure]]) -> Sequence[tuple[Site, Figure]]:
    """What is drawn of many sites: the highest and the lowest numbers."""
    if not are_many(sites):
        return sites
    told = [one for one in _by_size(sites) if isinstance(one[1].actual.amount, Decimal)]
    return told if len(told) <= 2 * _ENDS else [*told[:_ENDS], *told[-_ENDS:]]


def _turned(history: IndicatorHistory, request: PageRequest) -> Turned[tuple[Site, Figure]]:
    """The rows of the table: all sites in the plan's order, or of many a page of them by size."""
    if not are_many(history.sites):
        return turn(history.sites, request, name=_SITES_PAGE, most=max(1, len(history.sites)))
    return turn(_by_size(history.sites), request, name=_SITES_PAGE)


def build_site_quarters(series: tuple[SiteSeries, ...], history: IndicatorHistory, request: PageRequest) -> Any:
    """A small chart for each site on one scale; nothing where one site reports alone."""
    say = request.say
    if len(series) < 2:
        return None
    highest = highest_of(series)
    cards = [_site_card(one, history, highest, request) for one in series]
    left_out = len(history.sites) - len(series)
    said = [html.P(say("{count} more sites are in the table only.", count=left_out))] if left_out else []
    return html.Section(
        [html.H2(say("Each site quarter by quarter, on one scale")), *said, html.Div(cards, className="multiples")]
    )


def _site_card(one: SiteSeries, history: IndicatorHistory, highest: float, request: PageRequest) -> Any:
    language, indicator = request.language, history.indicator
    say = request.say
    header = (say("Quarter"), say("In the quarter"), say("To date"))
    rows = [
        [
            format_quarter(point.quarter, language),
            value_link(point.alone.amount, indicator, point.quarter, request.selection, site=one.site.code),
            value_link(
                point.to_date.amount, indicator, point.quarter, request.selection, site=one.site.code, is_to_date=True
            ),
        ]
        for point in one.points
    ]
    name = one.site.name.in_language(language)
    words = ChartWords(
        title=f"{name}: {history_title(one.points, indicator, language)}",
        subtitle=say("To date, {unit}", unit=_unit(history, language)),
        summary=summary_words(
            [(format_quarter(point.quarter, language), point.to_date.amount) for point in one.points],
            indicator,
            language,
        ),
        source=one.site.code,
    )
    table = build_table(name, header, rows, numeric=(1, 2), table_id=f"site-{one.site.code}")
    return build_chart_card(
        words,
        draw_site_quarters(one, indicator, language, highest=highest),
        table,
        chart_id=f"chart-site-{one.site.code}",
        files=ChartFiles(code=indicator.code, chart="site-quarters"),
        request=request,
        is_small=True,
    )


def build_parts(groups: tuple[PartsByYear, ...], history: IndicatorHistory, request: PageRequest) -> Any:
    """Each dimension's parts by year."""
    if not groups:
        return None
    cards = [_part_card(one, history, request) for one in groups]
    return html.Section([html.H2(request.say("Of which")), html.Div(cards, className="two")])


def _part_card(group: PartsByYear, history: IndicatorHistory, request: PageRequest) -> Any:
    language, indicator = request.language, history.indicator
    say = request.say
    rows = [
        [
            part.label.in_language(language),
            *(
                value_link(value.amount, indicator, Years(year, year), request.selection, part=part.key)
                for year, value in zip(group.years, values, strict=True)
            ),
        ]
        for part, values in group.parts
    ]
    last = group.years[-1]
    of_last = group.of_year(last)
    words = ChartWords(
        title=parts_title(of_last, group.totals[-1].actual.amount, str(last), indicator, language),
        subtitle=say("Actual by year and part, {unit}", unit=_unit(history, language)),
        summary=summary_words(
            [(part.label.in_language(language), value.amount) for part, value in of_last], indicator, language
        ),
        source=say("The parts add up to the whole.")
        if group.is_exhaustive
        else say("Parts may overlap or leave a rest."),
    )
    header = (say("Part"), *(str(year) for year in group.years))
    numeric = tuple(range(1, len(group.years) + 1))
    return build_chart_card(
        words,
        draw_parts(group, indicator, language),
        build_table(words.title, header, rows, numeric=numeric, table_id=f"parts-{group.dimension}"),
        chart_id=f"chart-parts-{group.dimension}",
        files=ChartFiles(code=indicator.code, chart="parts"),
        request=request,
    )


def _unit(history: IndicatorHistory, language: str) -> str:
    return unit_words(history.indicator, language) or speak(language)("number")
