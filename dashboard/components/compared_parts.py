"""What the charts of a page are compared with: names, addresses and the other figures of each chart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.access.context import PageContext
from dashboard.charts.compared import (
    ComparedSeries,
    describe_compared_amount,
    describe_compared_share,
    format_compared_amount,
    get_share,
)
from dashboard.charts.compared_lines import ComparedLine, ComparedPoint
from dashboard.charts.overview_charts import ComparedRatings, ShareLine
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.site_choice import find_site_name, join_names
from dashboard.selection import add_base_path, make_address
from dashboard.theme import COMPARED_STYLES
from etl.indicators.figures import count_ratings
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.queries.compared_scopes import ComparedFigure, ComparedScope, list_compared_scopes
from etl.queries.comparisons import QUARTERS_PER_YEAR
from etl.queries.indicator_history import IndicatorHistory, find_indicator_history
from etl.queries.plan_overview import find_counted_quarter
from etl.queries.rating_matrix import YearMatrix
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class Comparisons:
    """What the address of a page compares its figures with, for the charts of the page."""

    page: PageContext
    scope: QueryScope
    scopes: tuple[ComparedScope, ...]

    @property
    def other_places(self) -> tuple[ComparedScope, ...]:
        """Other sites and editions, which have figures of their own in every year."""
        return tuple(compared for compared in self.scopes if not compared.is_other_time)

    @property
    def years(self) -> tuple[int, ...]:
        """The compared years of the plan."""
        settings = self.scope.plan.settings
        years = (compared.find_year(self.scope) for compared in self.scopes)
        return tuple(year for year in years if year is not None and year >= settings.first_year)

    def describe(self, compared: ComparedScope) -> str:
        """Return the short name: a year, sites, or an edition."""
        if compared.edition is not None:
            return self.page.gettext("edition {name}", name=compared.edition.edition.id)
        if compared.sites is not None:
            return describe_sites(self.scope, compared.sites, self.page)
        year = compared.find_year(self.scope)
        return self.page.gettext("a year before") if year is None or compared.is_year_before else str(year)

    def describe_figures(self, compared: ComparedScope) -> str:
        """Return the short name of figures; of a whole year beside one that has not ended it says so."""
        period, year, name = self.scope.period, compared.find_year(self.scope), self.describe(compared)
        if year is None or compared.is_year_before or not isinstance(period, Years):
            return name
        if year >= period.last or self.has_ended(period.last):
            return name
        return self.page.gettext("{year}, whole year", year=name)

    def has_ended(self, year: int) -> bool:
        """Whether all quarters of the year count: their returns are due, or all are received."""
        counted_quarter = self._counted_quarter
        return counted_quarter is not None and counted_quarter >= Quarter(year, QUARTERS_PER_YEAR)

    @cached_property
    def _counted_quarter(self) -> Quarter | None:
        return find_counted_quarter(self.scope)

    def describe_all(self) -> str:
        """Return the names of all scopes, for the subtitle of a chart; blank without a comparison."""
        names = join_names([self.describe(compared) for compared in self.scopes], self.page.locale)
        return self.page.gettext("compared with {names}", names=names) if names else ""

    def append_names(self, subtitle: str) -> str:
        """Return a chart's subtitle with what it is compared with."""
        return " · ".join(text for text in (subtitle, self.describe_all()) if text)

    def make_address(self, compared: ComparedScope, path: str) -> str:
        """Return where the other figures of a page come from: its own address with the other year or sites."""
        if compared.edition is not None:
            folder = "/km" if self.page.language == "km" else ""
            place = path.removeprefix("/staff/") if path.startswith("/staff/indicator/") else ""
            edition = f"/editions/{compared.edition.edition.id}{folder}"
            return add_base_path(f"{edition}/{place.replace('indicator/', 'indicators/')}")
        selection = replace(self.page.selection, compare="")
        year = compared.find_year(self.scope)
        if compared.sites is not None:
            selection = replace(selection, sites=compared.sites)
        elif year is not None:
            selection = replace(selection, period=Years(year, year))
        return make_address(selection, path)

    def list_series(
        self,
        compared_scopes: Iterable[ComparedScope],
        list_figures: Callable[[ComparedScope], Sequence[ComparedFigure | None]],
        make_path: Callable[[int], str],
    ) -> list[ComparedSeries]:
        """Return the series of a chart. `make_path` returns where the mark of an index leads."""
        return [
            ComparedSeries(
                label=self.describe_figures(compared),
                figures=(figures := list_figures(compared)),
                addresses=[self.make_address(compared, make_path(index)) for index in range(len(figures))],
                position=position,
            )
            for position, compared in enumerate(compared_scopes)
        ]

    def list_indicator_series(self, indicators: Sequence[Indicator]) -> list[ComparedSeries]:
        """Return a figure for each indicator."""
        return self.list_series(
            self.scopes,
            lambda compared: compared.list_figures(self.scope, indicators),
            lambda index: f"/staff/indicator/{indicators[index].code}",
        )

    def list_year_series(self, indicator: Indicator, years: Sequence[int]) -> list[ComparedSeries]:
        """Return the figures of other sites and editions for each year."""
        return self.list_series(
            self.other_places,
            lambda compared: compared.list_year_figures(self.scope, indicator, years),
            lambda index: f"/staff/indicator/{indicator.code}",
        )

    def list_site_series(self, indicator: Indicator, sites: Sequence[Site]) -> list[ComparedSeries]:
        """Return the figures of each site in other years and editions. Compared sites are rows of the chart."""
        scopes = [compared for compared in self.scopes if compared.sites is None]
        return self.list_series(
            scopes,
            lambda compared: [
                compared.find_figure(replace(self.scope, sites=(site.code,)), indicator) for site in sites
            ],
            lambda index: f"/staff/site/{sites[index].code}",
        )

    def list_ratings(self, indicators: Sequence[Indicator], path: str) -> tuple[ComparedRatings, ...]:
        """Return the other ratings of the indicators."""
        return tuple(
            ComparedRatings(
                self.describe_figures(compared),
                compared.count_ratings(self.scope, indicators),
                self.make_address(compared, path),
            )
            for compared in self.scopes
        )

    def list_share_lines(self, matrix: YearMatrix) -> list[ShareLine]:
        """Return a line for each of the other sites and editions: its ratings of all indicators by year."""
        indicators = [indicator for rows in matrix.objectives for indicator, _ in rows.rows]
        lines = []
        for compared in self.other_places:
            columns = [
                [compared.find_figure(replace(self.scope, period=Years(year, year)), item) for item in indicators]
                for year in matrix.years
            ]
            counts = tuple(
                count_ratings(figure.rating for figure in column if figure is not None and figure.rating is not None)
                for column in columns
            )
            name = self.describe(compared)
            address = self.make_address(compared, self.page.path)
            lines.append(ShareLine(name, name, counts, is_compared=True, addresses=[address] * len(matrix.years)))
        return lines

    def list_history_lines(self, history: IndicatorHistory) -> list[ComparedLine]:
        """Return the values to date of each other scope by quarter; a compared year below the quarters of the year."""
        lines = [
            ComparedLine(
                self.describe(compared),
                COMPARED_STYLES[position % len(COMPARED_STYLES)],
                tuple(self._list_points(compared, history)),
            )
            for position, compared in enumerate(self.scopes)
        ]
        return [line for line in lines if line.points]

    def _list_points(self, compared: ComparedScope, history: IndicatorHistory) -> Iterator[ComparedPoint]:
        address = self.make_address(compared, f"/staff/indicator/{history.indicator.code}")
        if compared.edition is not None:
            yield from self._list_edition_points(compared, compared.edition.edition.quarter, history, address)
            return
        scope, shift, year = self.scope, 0, compared.find_year(self.scope)
        if compared.sites is not None:
            scope = replace(scope, sites=compared.sites)
        elif year is None or isinstance(scope.period, PlanToDate) or history.start is not None:
            # The line of several years shows the other year already.
            return
        else:
            shown = scope.period.year if isinstance(scope.period, Quarter) else scope.period.last
            scope, shift = replace(scope, period=Years(year, year)), (shown - year) * QUARTERS_PER_YEAR
        other = find_indicator_history(scope, history.indicator.code)
        for point in other.points if other else ():
            words = self.page.locale.format_quarter(point.quarter)
            yield point.quarter.shift(shift), words, point.to_date.amount, address

    def _list_edition_points(
        self, compared: ComparedScope, last: Quarter, history: IndicatorHistory, address: str
    ) -> Iterator[ComparedPoint]:
        """Yield the values at the ends of the years, or where the points count from the start, that of the plan."""
        scopes = [(last, self.scope)]
        if history.start is None:
            years = sorted({point.quarter.year for point in history.points if point.quarter <= last})
            scopes = [(min(Quarter(year, 4), last), replace(self.scope, period=Years(year, year))) for year in years]
        for quarter, scope in scopes:
            figure = compared.find_figure(scope, history.indicator)
            if figure is not None:
                yield quarter, self.page.locale.format_quarter(quarter), figure.amount, address


def make_comparisons(page: PageContext, scope: QueryScope) -> Comparisons:
    """Return what the address compares with; nothing for an unknown edition."""
    return Comparisons(page, scope, list_compared_scopes(scope, page.selection.compare, page.source))


def build_compared_cell(series: ComparedSeries, index: int, indicator: Indicator, locale: Locale) -> Component:
    """Return the amount of a mark as a link to where it comes from."""
    figure = series.figures[index]
    text = tags.Span(
        describe_compared_amount(figure, indicator, locale), **{"data-exact": format_compared_amount(figure)}
    )
    return make_link(text, href=series.addresses[index]) if figure is not None else text


def build_compared_share(series: ComparedSeries, index: int, locale: Locale) -> Component:
    """Return the percentage of a mark as a link to where it comes from."""
    figure = series.figures[index]
    text = describe_compared_share(figure, locale)
    return text if get_share(figure) is None else make_link(text, href=series.addresses[index])


def describe_sites(scope: QueryScope, sites: SiteSelection | None, page: PageContext) -> str:
    """Return the names of sites or of a province."""
    if sites is None:
        return page.gettext("all sites")
    if isinstance(sites, SiteGroup):
        return sites.name.get_text(page.language)
    return join_names([find_site_name(scope.plan, code, page.locale) for code in sites], page.locale)
