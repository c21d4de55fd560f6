"""The three linked charts of the overview: ratings by objective, share on track by year, signs by site."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.access.context import PageContext
from dashboard.charts.overview_charts import (
    ComparedRatings,
    ShareLine,
    draw_objective_ratings,
    draw_on_track_years,
    draw_share_lines,
)
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons, describe_sites, make_comparisons
from dashboard.components.marks import build_strip
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.site_choice import join_names
from dashboard.components.site_signs import MAX_SIGN_ROWS, build_site_signs
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.indicators.periods import Years
from etl.queries.overview_wording import (
    describe_on_track_share,
    get_short_name,
    make_on_track_title,
    make_ratings_title,
    sort_objectives_by_share,
    summarize_ratings,
    summarize_years,
)
from etl.queries.place_ratings import count_years
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import YearMatrix, get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from etl.wording import describe_rating_counts


def build_overview_charts(summaries: Sequence[ObjectiveSummary], scope: QueryScope, page: PageContext) -> Component:
    """Return the charts side by side, each with its table. Every mark leads to what it shows."""
    comparisons = make_comparisons(page, scope)
    return tags.Div(
        [
            _build_ratings(summaries, comparisons, page),
            _build_years(get_year_matrix(scope), comparisons, page),
            build_site_signs(get_site_matrix(scope, limit=MAX_SIGN_ROWS), page),
        ],
        className="three",
    )


def _build_ratings(summaries: Sequence[ObjectiveSummary], comparisons: Comparisons, page: PageContext) -> Component:
    _, locale = page.gettext, page.locale
    compared = {
        summary.objective.code: comparisons.list_ratings(
            comparisons.scope.list_indicators(summary.objective.code), f"/staff/objective/{summary.objective.code}"
        )
        for summary in summaries
    }
    addresses = [make_address(page.selection, f"/staff/objective/{item.objective.code}") for item in summaries]
    texts = ChartTexts(
        title=make_ratings_title(summaries, locale),
        subtitle=comparisons.append_names(
            _("Indicators of each objective by rating; select a bar to open the objective")
        ),
        summary=summarize_ratings(summaries, locale),
    )
    return build_chart_card(
        texts,
        draw_objective_ratings(summaries, locale, addresses=addresses, compared=compared),
        _build_ratings_table(summaries, comparisons, compared, page),
        chart_id="chart-objectives",
        files=ChartFiles(chart="objectives"),
        page=page,
        is_small=True,
    )


def _build_ratings_table(
    summaries: Sequence[ObjectiveSummary],
    comparisons: Comparisons,
    compared: Mapping[str, Sequence[ComparedRatings]],
    page: PageContext,
) -> Component:
    _, locale = page.gettext, page.locale
    rows = [
        [
            [
                make_link(
                    get_short_name(summary.objective, locale),
                    href=make_address(page.selection, f"/staff/objective/{summary.objective.code}"),
                ),
                tags.Small(summary.objective.code),
            ],
            _("{good} of {rated}", good=summary.rating_counts.good_count, rated=summary.rating_counts.rated_count),
            [
                build_strip(summary.rating_counts, locale),
                tags.Small(describe_rating_counts(summary.rating_counts, locale)),
            ],
            *(
                make_link(
                    _("{good} of {rated}", good=other.counts.good_count, rated=other.counts.rated_count),
                    href=other.address,
                )
                for other in compared[summary.objective.code]
            ),
        ]
        for summary in sort_objectives_by_share(summaries)
    ]
    names = (comparisons.describe(other) for other in comparisons.scopes)
    header = (_("Objective"), _("On track or achieved"), _("Ratings"), *names)
    return build_table(_("Ratings by objective"), header, rows, numeric=(1,), table_id="objectives")


def _build_years(matrix: YearMatrix, comparisons: Comparisons, page: PageContext) -> Component:
    """Return the lines of the objectives; beside other sites or an edition, one line for each of them and the page."""
    _, locale = page.gettext, page.locale
    other_lines = comparisons.list_share_lines(matrix)
    if other_lines:
        return _build_compared_years(matrix, other_lines, comparisons, page)
    addresses = _list_year_addresses(matrix, page)
    texts = ChartTexts(
        title=make_on_track_title(matrix, locale),
        subtitle=comparisons.append_names(
            _("Share of rated indicators on track or achieved; select a point to show its year")
        ),
        summary=summarize_years(matrix, locale),
    )
    return build_chart_card(
        texts,
        draw_on_track_years(
            matrix, locale, addresses=addresses, current_year=page.now.year, compared_years=comparisons.years
        ),
        _build_years_table(matrix, addresses, page),
        chart_id="chart-on-track",
        files=ChartFiles(chart="on-track"),
        page=page,
        is_small=True,
    )


def _list_year_addresses(matrix: YearMatrix, page: PageContext) -> list[str]:
    return [make_address(replace(page.selection, period=Years(year, year)), page.path) for year in matrix.years]


def _build_compared_years(
    matrix: YearMatrix, other_lines: Sequence[ShareLine], comparisons: Comparisons, page: PageContext
) -> Component:
    _, locale = page.gettext, page.locale
    addresses = _list_year_addresses(matrix, page)
    name = describe_sites(comparisons.scope, comparisons.scope.sites, page)
    lines = [ShareLine(name, name, count_years(matrix)), *other_lines]
    cells = [[describe_on_track_share(counts, locale) for counts in line.counts] for line in lines]
    names = [line.label for line in lines]
    texts = ChartTexts(
        title=_("Share on track: {names}", names=join_names(names, locale)),
        subtitle=_("Share of rated indicators on track or achieved; select a point to show its year"),
        summary="; ".join(f"{line.label}: {' '.join(row)}" for line, row in zip(lines, cells, strict=True)),
        notes=_("Each against its own targets."),
    )
    rows = [
        [make_link(str(year), href=address), *(row[index] for row in cells)]
        for index, (year, address) in enumerate(zip(matrix.years, addresses, strict=True))
    ]
    header, numeric = (_("Year"), *names), tuple(range(1, len(lines) + 1))
    chart = draw_share_lines(lines, matrix.years, locale, addresses=addresses, current_year=page.now.year)
    return build_chart_card(
        texts,
        chart,
        build_table(texts.subtitle, header, rows, numeric=numeric, table_id="on-track"),
        chart_id="chart-on-track",
        files=ChartFiles(chart="on-track"),
        page=page,
        is_small=True,
    )


def _build_years_table(matrix: YearMatrix, addresses: Sequence[str], page: PageContext) -> Component:
    _, locale = page.gettext, page.locale
    rows = []
    for index, (year, address) in enumerate(zip(matrix.years, addresses, strict=True)):
        cells = [describe_on_track_share(group.count_column(index), locale) for group in matrix.objectives]
        rows.append([make_link(str(year), href=address), *cells])
    header = (_("Year"), *(group.objective.code for group in matrix.objectives))
    numeric = tuple(range(1, len(header)))
    return build_table(_("Share on track or achieved, by year"), header, rows, numeric=numeric, table_id="on-track")
