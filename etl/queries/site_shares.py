"""The percentages of indicators at each site, beside those of all sites in scope, with their title and summary."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.progress import DISTANCE
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.queries.rating_matrix import SiteMatrix
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class SiteShares:
    """Indicators with a percentage that is comparable, each with the figures of the sites in their order."""

    sites: tuple[Site, ...]
    hidden_count: int
    """The number of sites that are left out because there are too many."""
    rows: tuple[tuple[Indicator, Figure, tuple[Figure | None, ...]], ...]
    """An indicator, its figure of all sites in scope, and one of each site; None at sites that don't report it."""
    left_out: tuple[Indicator, ...]
    """The indicators without a comparable percentage at any site."""


def select_site_shares(matrix: SiteMatrix, scope: QueryScope) -> SiteShares:
    """Return the rows that have a percentage at a site.

    The distance of a `maintain` indicator is worse when larger, so it doesn't compare with other percentages.
    """
    rows, left_out = [], []
    for group in matrix.objectives:
        for indicator, figures in group.rows:
            if any(figure is not None and has_share(figure) for figure in figures):
                rows.append((indicator, scope.get_figure(indicator.code), figures))
            else:
                left_out.append(indicator)
    return SiteShares(matrix.sites, matrix.hidden_count, tuple(rows), tuple(left_out))


def has_share(figure: Figure) -> bool:
    """Return whether the headline is a percentage that compares with others."""
    return isinstance(figure.headline, Decimal) and figure.headline_rule != DISTANCE


def make_site_shares_title(shares: SiteShares, locale: Locale) -> str:
    """Return the site that is lowest on most indicators."""
    lowest: Counter[int] = Counter()
    compared_count = 0
    for _indicator, _total, figures in shares.rows:
        numbers = [
            (figure.headline, index)
            for index, figure in enumerate(figures)
            if figure is not None and isinstance(figure.headline, Decimal)
        ]
        if len(numbers) > 1:
            compared_count += 1
            lowest[min(numbers)[1]] += 1
    if not shares.rows:
        return locale.gettext("No site has targets of its own for these indicators")
    if not lowest:
        return locale.gettext("No indicator has a percentage at two sites")
    index, count = max(lowest.items(), key=lambda item: (item[1], -item[0]))
    return locale.gettext(
        "{site} is lowest on {count} of {compared} indicators that compare",
        site=shares.sites[index].name.get_text(locale.language),
        count=count,
        compared=compared_count,
    )


def summarize_site_shares(shares: SiteShares, locale: Locale) -> str:
    """Return a text alternative: the lowest and highest percentage of each indicator."""
    parts = []
    for indicator, _total, figures in shares.rows:
        numbers = [figure.headline for figure in figures if figure is not None and isinstance(figure.headline, Decimal)]
        if numbers:
            low, high = locale.format_share(min(numbers), 0), locale.format_share(max(numbers), 0)
            parts.append(f"{indicator.code}: {low}" if low == high else f"{indicator.code}: {low} – {high}")
    return "; ".join(parts)
