"""The chart of an indicator by year, and the table of the same numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.charts.compared import ComparedSeries
from dashboard.charts.comparison_charts import draw_years
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons, build_compared_cell
from dashboard.components.figure_parts import (
    build_bare_share_cell,
    build_rating_cell,
    build_target_cell,
    build_value_link,
)
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.indicators.periods import Years
from etl.queries.objective_progress import IndicatorProgress
from etl.wording import describe_unit, get_share_name
from etl.wording.chart_titles import make_years_title, summarize_series


def build_year_chart(
    progress: IndicatorProgress,
    page: PageContext,
    comparisons: Comparisons,
    *,
    title: str = "",
    is_small: bool = False,
) -> Any:
    """Return the card. A small card has its title made from the figures."""
    locale, indicator = page.locale, progress.indicator
    _ = page.gettext
    unit = describe_unit(indicator, locale) or (_("stage") if indicator.is_stage else _("number"))
    suffix = f"-{indicator.code}" if is_small else ""
    texts = ChartTexts(
        title=title or make_years_title(progress.years, indicator, locale),
        subtitle=comparisons.append_names(
            _("{unit}; line: target; select a year", unit=unit)
            if is_small
            else _("{unit}, each year against its own target; line: target; select a year", unit=unit)
        ),
        summary=summarize_series(
            [(str(year), figure.actual.amount) for year, figure in progress.years if year <= page.now.year],
            indicator,
            locale,
        ),
        notes=f"{indicator.code}.",
    )
    path, years = f"/staff/indicator/{indicator.code}", [year for year, _figure in progress.years]
    addresses = [make_address(replace(page.selection, period=Years(year, year)), path) for year in years]
    compared = comparisons.list_year_series(indicator, years)
    chart = draw_years(
        indicator,
        progress.years,
        locale,
        addresses=addresses,
        pending_years=progress.unapproved_years,
        compared=compared,
        compared_year=next(iter(comparisons.years), None),
        height=180 if is_small else 280,
    )
    return build_chart_card(
        texts,
        chart,
        build_years_table(progress, page, compared, table_id=f"years{suffix}"),
        chart_id=f"chart-years{suffix}",
        files=ChartFiles(code=indicator.code, chart="years"),
        page=page,
        is_small=is_small,
    )


def build_years_table(
    progress: IndicatorProgress, page: PageContext, compared: Sequence[ComparedSeries], *, table_id: str
) -> Any:
    """Return a table of actual, target, share and rating by year, with a column for each compared series."""
    _, locale = page.gettext, page.locale
    indicator = progress.indicator
    share = get_share_name(progress.figure, locale)
    header: tuple[str, ...] = (_("Year"), _("Actual"), _("Target"), f"% {share}" if share else _("Share"), _("Rating"))
    header += tuple(series.label for series in compared)
    rows = [
        [
            str(year),
            build_value_link(figure.actual.amount, indicator, figure.requested_period, page.selection),
            build_target_cell(figure, indicator, locale),
            build_bare_share_cell(figure, progress.figure, locale),
            build_rating_cell(figure, indicator, locale),
            *(build_compared_cell(series, index, indicator, locale) for series in compared),
        ]
        for index, (year, figure) in enumerate(progress.years)
    ]
    return build_table(_("By year"), header, rows, numeric=(1, 2, 3), table_id=table_id)
