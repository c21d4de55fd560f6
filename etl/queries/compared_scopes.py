"""Compare the figures of a scope with those of other years or sites, or of a published edition."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.indicators.editions import EditionContents, EditionFigure, Suppression, make_edition_period_key
from etl.indicators.exact import add_exactly
from etl.indicators.figures import count_ratings
from etl.indicators.periods import Period, Quarter, Years
from etl.indicators.results import Amount, Figure, NoValue, Rating, RatingCounts
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import Indicator
from etl.queries.comparisons import find_year_before
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents
from etl.queries.scope import QueryScope

YEAR_BEFORE, EACH_SITE, SITE_PREFIX, EDITION_PREFIX = "year-before", "each-site", "site-", "edition-"
MAX_COMPARED_SITES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """The other figure of a comparison: computed now, or as an edition published it."""

    amount: Amount | Suppression
    target: Amount
    headline: Amount
    headline_rule: str
    thresholds: tuple[Decimal, ...]
    rating: Rating | None
    """None where an edition withholds it."""


@dataclass(frozen=True)
class ComparedScope:
    """What the figures of a scope are compared with: a year, sites, an edition, or the same period a year before."""

    year: int | None = None
    sites: SiteSelection | None = None
    edition: EditionContents | None = None

    @property
    def is_year_before(self) -> bool:
        return self.year is None and self.sites is None and self.edition is None

    @property
    def is_other_time(self) -> bool:
        """Whether it has the same sites and today's data, but another year."""
        return self.sites is None and self.edition is None

    def find_figure(self, scope: QueryScope, indicator: Indicator) -> ComparedFigure | None:
        """Return the other figure of the indicator; None before the plan began, and where the edition has none."""
        if self.edition is not None:
            return _find_edition_figure(self.edition, scope, indicator)
        if self.is_year_before:
            figure = find_year_before(scope, scope.get_figure(indicator.code))
        else:
            period = None if self.year is None else Years(self.year, self.year)
            figure = scope.get_figure(indicator.code, period=period, sites=self.sites)
        return None if figure is None else _convert_figure(figure)

    def list_figures(self, scope: QueryScope, indicators: Iterable[Indicator]) -> list[ComparedFigure | None]:
        return [self.find_figure(scope, indicator) for indicator in indicators]

    def count_ratings(self, scope: QueryScope, indicators: Iterable[Indicator]) -> RatingCounts:
        """Return the ratings of the other figures; those that an edition withholds are left out."""
        figures = self.list_figures(scope, indicators)
        return count_ratings(figure.rating for figure in figures if figure is not None and figure.rating is not None)

    def list_year_figures(
        self, scope: QueryScope, indicator: Indicator, years: Iterable[int]
    ) -> list[ComparedFigure | None]:
        """Return the other figures of whole years; only for other sites and editions, whose period is the scope's."""
        return [self.find_figure(replace(scope, period=Years(year, year)), indicator) for year in years]

    def find_year(self, scope: QueryScope) -> int | None:
        """Return the year compared with; None for another comparison, and for a year before the plan."""
        if not self.is_other_time:
            return None
        if self.year is not None:
            return self.year
        period: Period = scope.period
        if isinstance(period, Quarter):
            return period.year - 1
        return period.last - 1 if isinstance(period, Years) else None


def _convert_figure(figure: Figure) -> ComparedFigure:
    return ComparedFigure(
        amount=figure.actual.amount,
        target=figure.target,
        headline=figure.headline,
        headline_rule=figure.headline_rule,
        thresholds=figure.thresholds,
        rating=figure.rating,
    )


def _find_edition_figure(book: EditionContents, scope: QueryScope, indicator: Indicator) -> ComparedFigure | None:
    """Return the figure of the same place and period; None where it isn't published, as for several sites together."""
    sites = scope.sites
    if sites is None:
        place = ""
    elif isinstance(sites, SiteGroup):
        place = sites.code
    elif len(sites) == 1:
        place = next(iter(sites))
    else:
        return None
    figure = book.find(indicator.code, site=place, period=make_edition_period_key(scope.period))
    return None if figure is None else _convert_edition_figure(figure, book)


def _convert_edition_figure(figure: EditionFigure, book: EditionContents) -> ComparedFigure:
    return ComparedFigure(
        amount=figure.amount,
        target=NoValue.NO_TARGET if figure.target is None else figure.target,
        headline=NoValue.NOT_DEFINED if figure.share is None else figure.share,
        headline_rule=figure.rule,
        thresholds=book.get_thresholds(figure),
        rating=figure.public_rating,
    )


def list_compared_scopes(scope: QueryScope, key: str, source: DataSource | None = None) -> tuple[ComparedScope, ...]:
    """Return what a key of an address stands for; nothing for an unknown key.

    A key is `year-before`, a year, `site-` with a code, `edition-` with an id, which needs the source, or `each-site`:
    each of the chosen sites, the first four of them.
    """
    plan = scope.plan
    if key == YEAR_BEFORE:
        return (ComparedScope(),)
    if key == EACH_SITE:
        return tuple(ComparedScope(sites=(code,)) for code in tuple(scope.sites or ())[:MAX_COMPARED_SITES])
    if key.startswith(SITE_PREFIX):
        code = key.removeprefix(SITE_PREFIX)
        return (ComparedScope(sites=(code,)),) if code in plan.site_by_code else ()
    if key.startswith(EDITION_PREFIX):
        edition = find_edition_contents(source, key.removeprefix(EDITION_PREFIX)) if source else None
        return (ComparedScope(edition=edition),) if edition else ()
    is_year = key.isascii() and key.isdigit() and len(key) == 4
    if is_year and plan.settings.first_year <= int(key) <= plan.settings.last_year:
        return (ComparedScope(year=int(key)),)
    return ()


def compute_difference(
    amount: Amount | Suppression, other: ComparedFigure | None, indicator: Indicator
) -> Decimal | None:
    """Return how much the amount is above that of the other figure; None without both, and for stages."""
    if other is None or indicator.is_stage:
        return None
    if not isinstance(amount, Decimal) or not isinstance(other.amount, Decimal):
        return None
    return add_exactly((amount, other.amount.copy_negate()))
