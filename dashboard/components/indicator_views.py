"""The indicators of an objective or a programme in three views: by year, by site, and as a table."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.charts.compared import ComparedSeries
from dashboard.charts.site_dots import draw_site_dots
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import build_compared_share, make_comparisons
from dashboard.components.figure_parts import build_comparison_table, build_indicator_link
from dashboard.components.folds import build_view_tabs, read_view
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.site_choice import describe_hidden_sites
from dashboard.components.tables import build_number_cell, build_table
from dashboard.components.year_charts import build_year_chart
from dashboard.selection import make_address
from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.comparisons import compare_figure
from etl.queries.objective_progress import IndicatorProgress
from etl.queries.rating_matrix import get_site_matrix
from etl.queries.scope import QueryScope
from etl.queries.site_shares import SiteShares, make_site_shares_title, select_site_shares, summarize_site_shares
from etl.wording import describe_figure_share, make_figure_title

_BY_YEAR, _BY_SITE, _TABLE = "year", "site", "table"


def build_indicator_views(
    indicators: Sequence[IndicatorProgress], page: PageContext, scope: QueryScope
) -> list[Component]:
    """Return tabs and the view that the address names. `scope` contains the indicators' objective or programme."""
    _ = page.gettext
    if not indicators:
        return [tags.P(_("No indicators match this selection."))]
    views = ((_BY_YEAR, _("By year")), (_BY_SITE, _("By site")), (_TABLE, _("Table")))
    view = read_view(page, [name for name, _title in views])
    content = {_BY_YEAR: _build_years, _BY_SITE: _build_sites, _TABLE: _build_table}[view]
    return [build_view_tabs(page, views, _("Views")), content(indicators, page, scope)]


def _build_years(indicators: Sequence[IndicatorProgress], page: PageContext, scope: QueryScope) -> Component:
    """Return a small chart for each indicator, in the given order."""
    comparisons = make_comparisons(page, scope)
    charts = [
        build_year_chart(
            progress,
            page,
            comparisons,
            title=make_figure_title(progress.figure, progress.indicator, page.locale),
            is_small=True,
        )
        for progress in indicators
    ]
    heading = tags.H2(page.gettext("By year"), className="vh")
    return tags.Div([heading, tags.Div(charts, className="multiples")])


def _build_table(indicators: Sequence[IndicatorProgress], page: PageContext, scope: QueryScope) -> Component:
    rows = [(progress.indicator, compare_figure(scope, progress.indicator)) for progress in indicators]
    return build_comparison_table(
        page.gettext("Indicators, most behind first"), rows, page.selection, table_id="figures"
    )


def _build_sites(indicators: Sequence[IndicatorProgress], page: PageContext, scope: QueryScope) -> Component:
    """Return the chart of sites with its table."""
    _, locale = page.gettext, page.locale
    shares = select_site_shares(get_site_matrix(scope), scope)
    comparisons = make_comparisons(page, scope)
    compared = comparisons.list_indicator_series([row[0] for row in shares.rows])

    def make_cell_address(indicator: Indicator, site: Site | None) -> str:
        selection = replace(page.selection, sites=(site.code,)) if site else page.selection
        return make_address(selection, f"/staff/indicator/{indicator.code}")

    notes = [_("Line: the selected sites together."), _("Dotted: 100 %.")]
    if shares.left_out:
        names = ", ".join(indicator.code for indicator in shares.left_out)
        notes.append(_("Without a percentage at a site: {codes}.", codes=names))
    if shares.hidden_count:
        notes.append(describe_hidden_sites(shares.hidden_count, locale))
    texts = ChartTexts(
        title=make_site_shares_title(shares, locale),
        subtitle=comparisons.append_names(
            _("Percentage of each site's own target or planned change; select a dot for its source")
        ),
        summary=summarize_site_shares(shares, locale),
        notes=" ".join(notes),
    )
    return build_chart_card(
        texts,
        draw_site_dots(shares, locale, make_address=make_cell_address, compared=compared),
        _build_share_table(shares, compared, page),
        chart_id="chart-site-shares",
        files=ChartFiles(chart="site-shares", objectives=scope.objectives, programme=scope.programme),
        page=page,
    )


def _build_share_table(shares: SiteShares, compared: Sequence[ComparedSeries], page: PageContext) -> Component:
    _ = page.gettext
    rows = [
        [
            build_indicator_link(indicator, page.selection),
            _build_share(total, page),
            *(
                _build_site_share(figure, indicator, site, page) if figure is not None else ""
                for site, figure in zip(shares.sites, figures, strict=True)
            ),
            *(build_compared_share(series, index, page.locale) for series in compared),
        ]
        for index, (indicator, total, figures) in enumerate(shares.rows)
    ]
    names = [site.name.get_text(page.language) for site in shares.sites]
    header = (_("Indicator"), _("Sites together"), *names, *(series.label for series in compared))
    return build_table(
        _("Percentages by site"), header, rows, numeric=tuple(range(1, len(header))), table_id="site-shares"
    )


def _build_share(figure: Figure, page: PageContext) -> Any:
    if isinstance(figure.headline, NoValue):
        return tags.Span("–", **{"data-exact": serialize_amount(figure.headline)})
    text = describe_figure_share(figure, figure.headline, page.locale)
    return build_number_cell(text, serialize_amount(figure.headline))


def _build_site_share(figure: Figure, indicator: Indicator, site: Site, page: PageContext) -> Any:
    selection = replace(page.selection, sites=(site.code,))
    address = make_address(selection, f"/staff/indicator/{indicator.code}")
    return make_link(_build_share(figure, page), href=address)
