"""The chart of an indicator's parts by year, with those of other sites and years beside them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.charts.addresses import make_figure_hash
from dashboard.charts.detail_charts import ComparedParts, draw_parts
from dashboard.charts.frame import describe_with_unit, format_exact_value
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons
from dashboard.components.figure_parts import build_value_link
from dashboard.components.markup import make_link, tags
from dashboard.components.tables import build_table
from etl.indicators.periods import Years
from etl.indicators.vocabulary import Indicator
from etl.queries.indicator_details import PartsByYear, find_parts_by_year
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import describe_unit
from etl.wording.chart_titles import make_parts_title, summarize_series


def list_compared_parts(group: PartsByYear, indicator: Indicator, comparisons: Comparisons) -> list[ComparedParts]:
    """Return the parts of other sites, and of another year beside the only year of the chart.

    Nothing for an edition, whose parts a page of staff does not read, and for a year that the chart shows already.
    """
    groups = []
    for compared in comparisons.scopes:
        scope, year = comparisons.scope, compared.find_year(comparisons.scope)
        if compared.sites is not None:
            scope = replace(scope, sites=compared.sites)
        elif year is not None and len(group.years) == 1 and year not in group.years:
            scope = replace(scope, period=Years(year, year))
        else:
            continue
        other = find_parts_by_year(scope, indicator)
        if other is None:
            continue
        amounts = {
            (part.key, group.years[0] if compared.is_other_time else own_year): value.amount
            for part, values in other.parts
            for own_year, value in zip(other.years, values, strict=True)
        }
        address = comparisons.make_address(compared, f"/staff/indicator/{indicator.code}")
        groups.append(ComparedParts(comparisons.describe(compared), amounts, address))
    return groups


def build_part_chart(
    group: PartsByYear | None, history: IndicatorHistory, comparisons: Comparisons, page: PageContext
) -> Any:
    """Return a chart of the parts by year, side by side; None without parts."""
    if group is None:
        return None
    locale, indicator = page.locale, history.indicator
    _ = page.gettext
    addresses = {
        (part.key, year): make_figure_hash(indicator.code, Years(year, year), part=part.key)
        for part, _ in group.parts
        for year in group.years
    }
    compared = list_compared_parts(group, indicator, comparisons)
    last = group.years[-1]
    of_last = group.list_parts(last)
    unit = describe_unit(indicator, locale) or (_("stage") if indicator.is_stage else _("number"))
    names = [_("compared with {names}", names=other.label) for other in compared]
    texts = ChartTexts(
        title=make_parts_title(of_last, group.totals[-1].actual.amount, str(last), indicator, locale),
        subtitle=" · ".join((_("Actual by year and part, {unit}", unit=unit), *names)),
        summary=summarize_series(
            [(part.label.get_text(locale.language), value.amount) for part, value in of_last], indicator, locale
        ),
        notes=_("The parts add up to the total.")
        if group.is_exhaustive
        else _("The parts may overlap or not add up to the total."),
    )
    return build_chart_card(
        texts,
        draw_parts(group, indicator, locale, addresses=addresses, compared=compared),
        _build_part_table(texts.title, group, indicator, compared, page),
        chart_id="chart-parts",
        files=ChartFiles(code=indicator.code, chart="parts"),
        page=page,
    )


def _build_part_table(
    title: str, group: PartsByYear, indicator: Indicator, compared: Sequence[ComparedParts], page: PageContext
) -> Any:
    """Return a row for each part, and below it one for each compared scope."""
    locale, rows = page.locale, []
    for part, values in group.parts:
        name = part.label.get_text(locale.language)
        links = [
            build_value_link(value.amount, indicator, Years(year, year), page.selection, part=part.key)
            for year, value in zip(group.years, values, strict=True)
        ]
        rows.append([name, *links])
        rows += [
            [f"{name}, {other.label}", *_build_compared_cells(other, part.key, group, indicator, page)]
            for other in compared
        ]
    header = (page.gettext("Part"), *(str(year) for year in group.years))
    return build_table(title, header, rows, numeric=tuple(range(1, len(header))), table_id="parts")


def _build_compared_cells(
    other: ComparedParts, key: str, group: PartsByYear, indicator: Indicator, page: PageContext
) -> list[Any]:
    amounts = [other.amounts.get((key, year)) for year in group.years]
    return [
        "–"
        if amount is None
        else make_link(
            tags.Span(describe_with_unit(amount, indicator, page.locale), **{"data-exact": format_exact_value(amount)}),
            href=other.address,
        )
        for amount in amounts
    ]
