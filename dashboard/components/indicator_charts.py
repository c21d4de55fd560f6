"""The charts and tables of one indicator: by quarter, by site, by site and quarter, and by part."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dashboard.access.context import PageContext
from dashboard.charts.addresses import make_figure_hash
from dashboard.charts.compared import describe_line_amount
from dashboard.charts.compared_lines import ComparedLine
from dashboard.charts.comparison_charts import draw_sites
from dashboard.charts.detail_charts import draw_site_quarters, find_highest
from dashboard.charts.history_chart import HistoryMark, draw_history, find_outlook_end, list_incomplete_points
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons, build_compared_cell
from dashboard.components.figure_parts import (
    build_amount_cell,
    build_bare_share_cell,
    build_quarter_link,
    build_rating_cell,
    build_target_cell,
    build_value_link,
)
from dashboard.components.markup import dcc, make_link, tags
from dashboard.components.pagination import Page, build_pager, paginate
from dashboard.components.site_choice import exceeds_list_limit
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.indicators.periods import Quarter
from etl.indicators.progress import DISTANCE, OF_CHANGE, OF_TARGET
from etl.indicators.results import Figure, NoValue, SeriesPoint, SiteQuarterKey
from etl.indicators.vocabulary import Indicator, Site, TargetBasis
from etl.locale import N_, Locale
from etl.queries.indicator_details import SiteSeries
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import describe_completeness, describe_unit, get_share_name
from etl.wording.chart_titles import make_history_title, make_sites_title, summarize_series

_EXTREMES = 20
_MAX_MISSING = 6
"""The number of missing returns named below the chart, the latest."""
_PAGE_PARAMETER = "sites"
MAX_SITE_CHARTS = 12
"""The number of sites with a small chart of their own. The table shows all sites."""
MAX_SITE_CHARTS_FOR_MANY_SITES = 3
"""The same where there are too many sites to list, to keep the page small."""


def build_quarter_chart(
    history: IndicatorHistory, marks: Sequence[HistoryMark], comparisons: Comparisons, page: PageContext
) -> Any:
    """Return the chart of values to date against the path to the targets, with its table."""
    locale, indicator = page.locale, history.indicator
    _ = page.gettext
    header: tuple[str, ...] = (
        _("Quarter"),
        _("In the quarter"),
        _("To date"),
        _("Expected"),
        _("Target"),
        _("A year before"),
        _("State"),
    )
    lines = comparisons.list_history_lines(history)
    rows = [
        [
            *_build_quarter_row(history, index, page),
            *(_build_line_cell(line, point.quarter, indicator, locale) for line in lines),
        ]
        for index, point in enumerate(history.points)
    ]
    header += tuple(line.label for line in lines)
    texts = ChartTexts(
        title=make_history_title(history.points, indicator, locale),
        subtitle=comparisons.append_names(_describe_history(history, page)),
        summary=summarize_series(
            [(locale.format_quarter(point.quarter), point.to_date.amount) for point in history.points],
            indicator,
            locale,
        ),
        notes=_describe_history_marks(history, page),
    )
    addresses = {
        point.quarter: make_figure_hash(indicator.code, point.quarter, is_to_date=True, start=history.start)
        for point in history.points
    }
    table = build_table(_("By quarter"), header, rows, numeric=(1, 2, 3, 4, 5), table_id="quarters")
    return build_chart_card(
        texts,
        draw_history(history, locale, addresses=addresses, marks=marks, compared=lines),
        table,
        chart_id="chart-history",
        files=ChartFiles(code=indicator.code, chart="quarters"),
        page=page,
    )


def _build_line_cell(line: ComparedLine, quarter: Quarter, indicator: Indicator, locale: Locale) -> Any:
    """Return the value of a compared line in a quarter as a link to where it comes from."""
    for point_quarter, words, amount, address in line.points:
        if point_quarter == quarter:
            text = describe_line_amount(amount, indicator, locale)
            return make_link(text, href=address, title=words)
    return "–"


def _describe_history(history: IndicatorHistory, page: PageContext) -> str:
    """Return the unit, from when the values count, and the scope."""
    _, unit = page.gettext, _format_unit(history, page.locale)
    if history.start is not None:
        return _("{unit}, cumulative since {year}; select a point for its source", unit=unit, year=history.start.year)
    if history.indicator.is_number_flow and history.indicator.target_basis is TargetBasis.ANNUAL:
        return _("{unit}, from the start of each year; select a point for its source", unit=unit)
    return _("{unit}, at the end of each quarter; select a point for its source", unit=unit)


def _describe_history_marks(history: IndicatorHistory, page: PageContext) -> str:
    """Return the key of the lines and marks that the chart has, and the missing returns."""
    _, locale = page.gettext, page.locale
    key = [
        _("Line: target."),
        _("Dashed: path to the targets."),
        *([_("Hollow circle: pending approval.")] if history.unapproved_quarters else []),
        *([_("Hollow square: returns missing.")] if list_incomplete_points(history) else []),
        *([_("Dotted: at the recent pace.")] if find_outlook_end(history) is not None else []),
    ]
    if history.missing:
        key.append(_("Missing: {returns}.", returns=_list_returns(history.missing, locale)))
    if history.covered:
        key.append(_("In a year-to-date return: {returns}.", returns=_list_returns(history.covered, locale)))
    return " ".join(key)


def _list_returns(keys: Sequence[SiteQuarterKey], locale: Locale) -> str:
    """Return the sites and quarters of the latest returns, and how many there are before them."""
    names = ", ".join(f"{key.site} {locale.format_quarter(key.quarter)}" for key in keys[-_MAX_MISSING:])
    more = len(keys) - _MAX_MISSING
    return names + (locale.gettext(" and {count} earlier", count=more) if more > 0 else "")


def _to_date(history: IndicatorHistory) -> str:
    """Return the parameter of the address of a value to date."""
    return "yes" if history.start is None else str(history.start)


def _build_quarter_row(history: IndicatorHistory, index: int, page: PageContext) -> list[Any]:
    locale, indicator, point = page.locale, history.indicator, history.points[index]
    before = history.points[index - 4] if index >= 4 else None
    return [
        locale.format_quarter(point.quarter),
        build_quarter_link(point.in_quarter.amount, indicator, point.quarter, page.selection),
        build_value_link(point.to_date.amount, indicator, point.quarter, page.selection, to_date=_to_date(history)),
        build_amount_cell(point.expected, indicator, locale),
        "" if isinstance(point.target, NoValue) else build_amount_cell(point.target, indicator, locale),
        "–" if before is None else build_amount_cell(before.to_date.amount, indicator, locale),
        _describe_state(history, point, locale),
    ]


def _describe_state(history: IndicatorHistory, point: SeriesPoint, locale: Locale) -> str:
    _ = locale.gettext
    notes = [_("pending approval")] if point.quarter in history.unapproved_quarters else []
    for level in point.to_date.carried:
        since = locale.format_quarter(level.since)
        notes.append(_("{site}: value carried forward from {quarter}", site=level.site, quarter=since))
    covered = [key.site for key in history.covered if key.quarter == point.quarter]
    if covered:
        notes.append(_("{sites}: in a year-to-date return", sites=", ".join(covered)))
    in_quarter = replace(point.in_quarter, reported=point.in_quarter.reported + len(covered))
    complete = describe_completeness(in_quarter, locale)
    return " · ".join([*notes, *([complete] if complete else [])])


_SITE_SUBTITLES = {
    OF_TARGET: N_("{unit}; percentage of the site's own target; line: target; select a bar for its site"),
    OF_CHANGE: N_("{unit}; percentage of the site's own planned change; line: target; select a bar for its site"),
    DISTANCE: N_("{unit}; distance from the site's own target; line: target; select a bar for its site"),
}
_PLAIN_SITE_SUBTITLE = N_("{unit}; line: the site's own target; select a bar for its site")


def build_site_chart(
    history: IndicatorHistory, comparisons: Comparisons, page: PageContext, waiting: frozenset[str]
) -> Any:
    """Return the chart of sites, sorted by value, each against its own target, with its table."""
    locale = page.locale
    _ = page.gettext
    indicator = history.indicator
    ends = _select_extremes(history.sites)
    named_amounts = [
        (site.name.get_text(locale.language), site_figure.actual.amount) for site, site_figure in history.sites
    ]
    unit = _format_unit(history, locale)
    texts = ChartTexts(
        title=make_sites_title(history.sites, indicator, locale),
        subtitle=comparisons.append_names(
            _(_SITE_SUBTITLES.get(history.figure.headline_rule, _PLAIN_SITE_SUBTITLE), unit=unit)
        ),
        summary=summarize_series(named_amounts, indicator, locale),
        notes=_("Sites without their own target have no line. Hatched: pending approval."),
    )
    addresses = {
        site.code: make_address(replace(page.selection, sites=()), f"/staff/site/{site.code}") for site, _ in ends
    }
    compared = comparisons.list_site_series(indicator, [site for site, _ in ends])
    table = _build_site_table(history, comparisons, page)
    return build_chart_card(
        texts,
        draw_sites(indicator, ends, locale, addresses=addresses, pending_sites=waiting, compared=compared),
        table,
        chart_id="chart-sites",
        files=ChartFiles(code=indicator.code, chart="sites"),
        page=page,
    )


def _build_site_table(history: IndicatorHistory, comparisons: Comparisons, page: PageContext) -> Any:
    """Return the table of sites, or one page of it with a pager where there are many."""
    locale, figure, indicator = page.locale, history.figure, history.indicator
    _ = page.gettext
    share = get_share_name(figure, locale)
    header: tuple[str, ...] = (_("Site"), _("Actual"), _("Target"), f"% {share}" if share else _("Share"), _("Rating"))
    list_page = _paginate_sites(history, page)
    compared = comparisons.list_site_series(indicator, [site for site, _ in list_page.items])
    header += tuple(series.label for series in compared)
    rows = [
        [
            dcc.Link(
                site.name.get_text(locale.language), href=make_address(page.selection, f"/staff/site/{site.code}")
            ),
            build_value_link(
                site_figure.actual.amount, indicator, site_figure.requested_period, page.selection, site=site.code
            ),
            build_target_cell(site_figure, indicator, locale),
            build_bare_share_cell(site_figure, figure, locale, site=site.code),
            build_rating_cell(site_figure, indicator, locale),
            *(build_compared_cell(series, index, indicator, locale) for series in compared),
        ]
        for index, (site, site_figure) in enumerate(list_page.items)
    ]
    table = build_table(_("By site"), header, rows, numeric=(1, 2, 3), table_id="sites")
    if list_page.pages > 1:
        pager = build_pager(list_page, page, name=_PAGE_PARAMETER, anchor="#by-site")
        message = _(
            "The chart shows the {ends} highest and {ends} lowest of {count} sites. "
            "The table shows all sites, highest first.",
            ends=_EXTREMES,
            count=list_page.total,
        )
        table = tags.Div([tags.P(message, className="shown"), table, pager], id="by-site")
    return table


def _sort_by_value(sites: Sequence[tuple[Site, Figure]]) -> list[tuple[Site, Figure]]:
    """Return the sites by value, the largest first. Sites without a value come last."""

    def size(site_figure: tuple[Site, Figure]) -> tuple[bool, Decimal, str]:
        amount = site_figure[1].actual.amount
        is_number = isinstance(amount, Decimal)
        return not is_number, -amount if isinstance(amount, Decimal) else Decimal(0), site_figure[0].code

    return sorted(sites, key=size)


def _select_extremes(sites: Sequence[tuple[Site, Figure]]) -> Sequence[tuple[Site, Figure]]:
    """Return the sites to draw: all, or those with the highest and lowest values where there are many."""
    if not exceeds_list_limit(sites):
        return sites
    with_numbers = [
        site_figure for site_figure in _sort_by_value(sites) if isinstance(site_figure[1].actual.amount, Decimal)
    ]
    return (
        with_numbers if len(with_numbers) <= 2 * _EXTREMES else [*with_numbers[:_EXTREMES], *with_numbers[-_EXTREMES:]]
    )


def _paginate_sites(history: IndicatorHistory, page: PageContext) -> Page[tuple[Site, Figure]]:
    """Return the rows of the table: all sites in the plan's order, or one page of many sites by value."""
    if not exceeds_list_limit(history.sites):
        return paginate(history.sites, page, name=_PAGE_PARAMETER, per_page=max(1, len(history.sites)))
    return paginate(_sort_by_value(history.sites), page, name=_PAGE_PARAMETER)


def build_site_quarter_charts(series: tuple[SiteSeries, ...], history: IndicatorHistory, page: PageContext) -> Any:
    """Return a small chart per site, all on one scale."""
    _ = page.gettext
    highest = find_highest(series)
    cards = [_build_site_card(site_series, history, highest, page) for site_series in series]
    left_out = len(history.sites) - len(series)
    note = page.locale.ngettext(
        "{count:,} more site is shown only in the table.",
        "{count:,} more sites are shown only in the table.",
        left_out,
        count=left_out,
    )
    notes = [tags.P(note)] if left_out else []
    return tags.Div([*notes, tags.Div(cards, className="multiples")], id="site-quarters")


def _build_site_card(site_series: SiteSeries, history: IndicatorHistory, highest: float, page: PageContext) -> Any:
    locale, indicator = page.locale, history.indicator
    _ = page.gettext
    header = (_("Quarter"), _("In the quarter"), _("To date"))
    rows = [
        [
            locale.format_quarter(point.quarter),
            build_value_link(
                point.in_quarter.amount, indicator, point.quarter, page.selection, site=site_series.site.code
            ),
            build_value_link(
                point.to_date.amount,
                indicator,
                point.quarter,
                page.selection,
                site=site_series.site.code,
                to_date="yes",
            ),
        ]
        for point in site_series.points
    ]
    name = site_series.site.name.get_text(locale.language)
    texts = ChartTexts(
        title=f"{name}: {make_history_title(site_series.points, indicator, locale)}",
        subtitle=_("To date, {unit}", unit=_format_unit(history, locale)),
        summary=summarize_series(
            [(locale.format_quarter(point.quarter), point.to_date.amount) for point in site_series.points],
            indicator,
            locale,
        ),
        notes=f"{site_series.site.code}.",
    )
    table = build_table(name, header, rows, numeric=(1, 2), table_id=f"site-{site_series.site.code}")
    return build_chart_card(
        texts,
        draw_site_quarters(site_series, indicator, locale, highest=highest),
        table,
        chart_id=f"chart-site-{site_series.site.code}",
        files=ChartFiles(code=indicator.code, chart="site-quarters"),
        page=page,
        is_small=True,
    )


def _format_unit(history: IndicatorHistory, locale: Locale) -> str:
    if history.indicator.is_stage:
        return locale.gettext("stage")
    return describe_unit(history.indicator, locale) or locale.gettext("number")
