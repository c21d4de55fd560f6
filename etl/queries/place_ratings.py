"""Ratings of sites against their own targets, with the titles of their charts."""

from collections.abc import Sequence
from decimal import Decimal

from etl.indicators.figures import count_ratings
from etl.indicators.results import Figure, NoValue, RatingCounts
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.queries.overview_wording import get_on_track_share
from etl.queries.rating_matrix import SiteMatrix, YearMatrix

SiteRatings = tuple[Site, RatingCounts]
IndicatorFigure = tuple[Indicator, Figure]


def rank_sites(matrix: SiteMatrix) -> tuple[SiteRatings, ...]:
    """Return the ratings of each site, lowest share on track first; sites without a rated indicator come last."""
    ratings = [
        (
            site,
            count_ratings(figure.rating for rows in matrix.objectives for figure in rows.list_column(index)),
        )
        for index, site in enumerate(matrix.sites)
    ]

    def make_key(item: SiteRatings) -> tuple[bool, Decimal, str]:
        share = get_on_track_share(item[1])
        return share is None, share if share is not None else Decimal(0), item[0].code

    return tuple(sorted(ratings, key=make_key))


def count_years(matrix: YearMatrix) -> tuple[RatingCounts, ...]:
    """Return the ratings of all indicators in each year."""
    return tuple(
        count_ratings(figure.rating for rows in matrix.objectives for figure in rows.list_column(index))
        for index in range(len(matrix.years))
    )


def make_ranking_title(ratings: Sequence[SiteRatings], locale: Locale) -> str:
    """Return the sites with the lowest and highest share on track."""
    rated = [(site, share) for site, counts in ratings if (share := get_on_track_share(counts)) is not None]
    if not rated:
        return locale.gettext("No site can be rated against targets of its own yet")
    (low, low_share), (high, high_share) = rated[0], rated[-1]
    if low_share == high_share:
        return locale.gettext(
            "All sites have the same share on track: {share}", share=locale.format_share(low_share, 0)
        )
    return locale.gettext(
        "{low}: {low_share} on track; {high}: {high_share}",
        low=low.name.get_text(locale.language),
        low_share=locale.format_share(low_share, 0),
        high=high.name.get_text(locale.language),
        high_share=locale.format_share(high_share, 0),
    )


def make_place_years_title(
    name: str, own: Sequence[RatingCounts], all_sites: Sequence[RatingCounts], years: Sequence[int], locale: Locale
) -> str:
    """Return the share on track of the place in its last rated year, beside that of all sites."""
    for year, counts, total in reversed(list(zip(years, own, all_sites, strict=True))):
        share, total_share = get_on_track_share(counts), get_on_track_share(total)
        if share is not None and total_share is not None:
            return locale.gettext(
                "{year}: {share} on track at {place}, {total} at all sites together",
                year=year,
                share=locale.format_share(share, 0),
                place=name,
                total=locale.format_share(total_share, 0),
            )
    return locale.gettext("No year can be rated yet")


def make_own_targets_title(figures: Sequence[IndicatorFigure], locale: Locale) -> str:
    """Return the indicator with the lowest percentage of those that are behind, or that none is."""
    behind = [
        (indicator, figure)
        for indicator, figure in figures
        if figure.rating.needs_attention and not isinstance(figure.headline, NoValue)
    ]
    if not figures:
        return locale.gettext("No targets of its own")
    if not behind:
        return locale.gettext("No indicator is at risk or off track")
    indicator, figure = behind[0]
    return locale.gettext(
        "{indicator} is most behind, {share}",
        indicator=indicator.name.get_text(locale.language),
        share=locale.format_share(figure.headline, thresholds=figure.thresholds)
        if isinstance(figure.headline, Decimal)
        else "",
    )
