"""Charts of sites: ranked ratings, percentages of a site's own targets, and its share on track by year."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.access.context import PageContext
from dashboard.charts.overview_charts import RatingBar, ShareLine, draw_rating_bars, draw_share_lines
from dashboard.charts.target_bars import draw_target_bars
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons, build_compared_share
from dashboard.components.markup import Component, make_link
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.indicators.periods import Years
from etl.indicators.vocabulary import Site
from etl.queries.overview_wording import describe_on_track_share
from etl.queries.place_ratings import (
    IndicatorFigure,
    SiteRatings,
    count_years,
    make_own_targets_title,
    make_place_years_title,
    make_ranking_title,
)
from etl.queries.rating_matrix import get_year_matrix
from etl.queries.scope import QueryScope
from etl.wording import describe_headline, describe_rating_counts

_MAX_BARS = 12


def build_site_ranking(ratings: Sequence[SiteRatings], page: PageContext, *, shown_sites: str = "") -> Component:
    """Return a bar per site, divided by the ratings against its own targets, lowest share on track first.

    `shown_sites` says which sites they are, if not all; the title of few sites doesn't speak of all.
    """
    _, locale = page.gettext, page.locale
    bars = [
        RatingBar(
            site.code,
            site.name.get_text(locale.language),
            counts,
            make_address(replace(page.selection, sites=()), f"/staff/site/{site.code}"),
            has_code=False,
        )
        for site, counts in ratings
    ]
    rows = [
        [
            make_link(bar.name, href=bar.address),
            _("{good} of {rated}", good=bar.counts.good_count, rated=bar.counts.rated_count),
            describe_rating_counts(bar.counts, locale),
        ]
        for bar in bars
    ]
    texts = ChartTexts(
        title=shown_sites or make_ranking_title(ratings, locale),
        subtitle=_("Indicators by rating against each site's own targets; select a bar to open the site"),
        summary="; ".join(f"{bar.name}: {bar.counts.good_count} / {bar.counts.rated_count}" for bar in bars),
    )
    header = (_("Site"), _("On track or achieved"), _("Ratings"))
    return build_chart_card(
        texts,
        draw_rating_bars(bars, locale, is_of_share=True),
        build_table(_("Ratings by site"), header, rows, numeric=(1,), table_id="site-ratings"),
        chart_id="chart-site-ratings",
        files=ChartFiles(chart="site-ratings"),
        page=page,
        is_small=True,
    )


def build_own_targets(
    figures: Sequence[IndicatorFigure], site: Site, comparisons: Comparisons, page: PageContext
) -> Component:
    """Return the bullets of a site's indicators that have a target of its own, most behind first."""
    _, locale = page.gettext, page.locale
    shown = figures[:_MAX_BARS]
    selection = replace(page.selection, sites=(site.code,))
    addresses = [make_address(selection, f"/staff/indicator/{indicator.code}") for indicator, _figure in shown]
    compared = comparisons.list_indicator_series([indicator for indicator, _figure in shown])
    notes = [_("Line: the site's own target. Grey line: expected by now.")]
    if len(figures) > len(shown):
        hidden_count = len(figures) - len(shown)
        notes.append(
            locale.ngettext(
                "{count:,} more is in the table of figures.",
                "{count:,} more are in the table of figures.",
                hidden_count,
                count=hidden_count,
            )
        )
    texts = ChartTexts(
        title=make_own_targets_title(figures, locale),
        subtitle=comparisons.append_names(
            _("Percentage of the site's own target or planned change; select a bar for the indicator")
        ),
        summary="; ".join(f"{indicator.code}: {describe_headline(figure, locale)}" for indicator, figure in shown),
        notes=" ".join(notes),
    )
    rows = [
        [
            make_link(indicator.name.get_text(locale.language), href=address),
            describe_headline(figure, locale),
            *(build_compared_share(series, index, locale) for series in compared),
        ]
        for index, ((indicator, figure), address) in enumerate(zip(shown, addresses, strict=True))
    ]
    header = (_("Indicator"), _("Share"), *(series.label for series in compared))
    numeric = tuple(range(1, len(header)))
    return build_chart_card(
        texts,
        draw_target_bars(shown, locale, addresses=addresses, compared=compared),
        build_table(texts.subtitle, header, rows, numeric=numeric, table_id="own-targets"),
        chart_id="chart-own-targets",
        files=ChartFiles(chart="site-shares", sites=(site.code,)),
        page=page,
    )


def build_place_years(site: Site, scope: QueryScope, comparisons: Comparisons, page: PageContext) -> Component:
    """Return the site's share on track by year beside that of all sites, each against its own targets."""
    _, locale = page.gettext, page.locale
    matrix = get_year_matrix(replace(scope, sites=(site.code,)))
    own, all_sites = count_years(matrix), count_years(get_year_matrix(replace(scope, sites=None)))
    name = site.name.get_text(locale.language)
    addresses = [make_address(replace(page.selection, period=Years(year, year)), page.path) for year in matrix.years]
    lines = [ShareLine(name, name, own), ShareLine(_("All sites"), _("All sites"), all_sites)]
    other_lines = comparisons.list_share_lines(matrix)
    texts = ChartTexts(
        title=make_place_years_title(name, own, all_sites, matrix.years, locale),
        subtitle=comparisons.append_names(
            _("Share of rated indicators on track or achieved; select a point to show its year")
        ),
        summary="; ".join(
            f"{year}: {describe_on_track_share(counts, locale)} / {describe_on_track_share(total, locale)}"
            for year, counts, total in zip(matrix.years, own, all_sites, strict=True)
        ),
        notes=_("Each against its own targets."),
    )
    rows = [
        [
            make_link(str(year), href=address),
            *(describe_on_track_share(line.counts[index], locale) for line in (*lines, *other_lines)),
        ]
        for index, (year, address) in enumerate(zip(matrix.years, addresses, strict=True))
    ]
    header = (_("Year"), name, _("All sites"), *(line.label for line in other_lines))
    numeric = tuple(range(1, len(header)))
    return build_chart_card(
        texts,
        draw_share_lines(
            [*lines, *other_lines],
            matrix.years,
            locale,
            addresses=addresses,
            current_year=page.now.year,
            compared_years=comparisons.years,
        ),
        build_table(texts.subtitle, header, rows, numeric=numeric, table_id="place-years"),
        chart_id="chart-place-years",
        files=ChartFiles(chart="place-years", sites=(site.code,)),
        page=page,
    )
