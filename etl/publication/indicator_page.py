"""Render the page of one indicator."""

from collections.abc import Sequence

from markupsafe import Markup

from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, parse_period
from etl.indicators.periods import Quarter
from etl.indicators.results import Rating
from etl.indicators.stage_words import group_by_stage
from etl.indicators.vocabulary import AcrossSites, Indicator, LocalizedText, OverTime, Source
from etl.locale import Locale
from etl.publication.public_page import EditionPage, render_public_page
from etl.publication.year_bars import SIGNED_RATINGS, Bar, draw_years
from etl.wording.editions import describe_missing_value, format_number, get_shown_value
from etl.wording.participations import localize_new_people, localize_part_label


def render_indicator_page(contents: EditionContents, indicator: Indicator, page: EditionPage) -> bytes:
    """Return the page of an indicator of the plan, or of a retired one."""
    code = indicator.code
    figure = contents.get_plan_to_date_figure(code)
    columns = [*map(str, contents.edition.years), PLAN_TO_DATE]
    years = list_year_figures(contents, indicator)
    return render_public_page(
        "indicator.html",
        contents,
        page,
        indicator=indicator,
        figure=figure,
        objective=contents.plan.objective_by_code.get(indicator.objective),
        retired=next((retired for retired in contents.edition.closed if retired.indicator.code == code), None),
        successor=contents.find_indicator(indicator.successor) if indicator.successor else None,
        counted_quarter=parse_period(figure.counted) if figure.counted else None,
        columns=columns,
        years=years,
        chart=draw_indicator_years(contents, indicator, page.locale),
        chart_ratings=list_chart_ratings(contents, indicator),
        remarks=contents.list_remarks(code),
        quarters=[
            (quarter, quarter_figure)
            for quarter, quarter_figure in contents.list_quarter_figures(code)
            if quarter_figure.state != "not_applicable" and contents.plan.is_scheduled(indicator, quarter)
        ],
        parts=[
            (part.label, [contents.find(code, part=part.key, period=period) for period in columns])
            for part in contents.list_parts(code)
        ],
        participations=_list_participations(contents, indicator, columns),
        part_results=_list_part_results(contents, code, columns),
        sites=[
            (site.name, [contents.find(code, site=site.code, period=period) for period in columns])
            for site in contents.list_sites(code)
        ],
        provinces=[
            (province.name, [contents.find(code, site=province.code, period=period) for period in columns])
            for province in contents.list_provinces(code)
        ],
        stage_groups=_group_sites(contents, indicator),
        programmes=[
            programme
            for programme in contents.plan.programmes
            if indicator in contents.list_programme_indicators(programme)
        ],
        method=_describe_method(indicator, page.locale),
    )


def _group_sites(contents: EditionContents, indicator: Indicator) -> Sequence[object]:
    """Return how many sites stand at each stage, with their names; nothing for other indicators and a single site."""
    sites = contents.list_sites(indicator.code)
    if not indicator.is_stage or len(sites) < 2:
        return ()
    figures = [(site.name, contents.find(indicator.code, site=site.code)) for site in sites]
    return group_by_stage(indicator.stages, [(name, figure.value if figure else None) for name, figure in figures])


def _list_participations(
    contents: EditionContents, indicator: Indicator, columns: Sequence[str]
) -> list[tuple[LocalizedText, list[EditionFigure | None]]]:
    """Return a row of new people and one of participations; nothing for other indicators."""
    part = contents.plan.find_participations(indicator.code)
    if part is None:
        return []
    rows = ((localize_new_people(), ""), (localize_part_label(part), part.key))
    return [
        (label, [contents.find(indicator.code, part=key, period=period) for period in columns]) for label, key in rows
    ]


def _list_part_results(
    contents: EditionContents, code: str, periods: Sequence[str]
) -> list[tuple[LocalizedText, str, EditionFigure]]:
    """Return the figure of each period of the parts that have targets of their own."""
    return [
        (part.label, period, figure)
        for part in contents.list_rated_parts(code)
        for period in periods
        if (figure := contents.find(code, part=part.key, period=period)) is not None
    ]


def list_year_figures(contents: EditionContents, indicator: Indicator) -> list[tuple[int, EditionFigure]]:
    """Return the centre's figures of the years."""
    figures = ((year, contents.find(indicator.code, period=str(year))) for year in contents.edition.years)
    return [(year, figure) for year, figure in figures if figure is not None]


def list_chart_ratings(contents: EditionContents, indicator: Indicator) -> list[Rating]:
    """Return the ratings whose signs stand in the chart by year, for its key."""
    ratings = {figure.public_rating for _year, figure in list_year_figures(contents, indicator)}
    return [rating for rating in Rating if rating in ratings & SIGNED_RATINGS]


def draw_indicator_years(contents: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """Return the chart of an indicator by year."""
    years = list_year_figures(contents, indicator)
    name = indicator.name.get_text(locale.language)
    label = locale.gettext("Results by year as bars, targets as lines: {name}", name=name)
    bars = [
        Bar(
            name=str(year),
            actual=(value := get_shown_value(figure, indicator)),
            actual_label=describe_missing_value(figure, contents, locale)
            if value is None
            else format_number(value, indicator, locale),
            target=figure.target,
            rating=figure.public_rating,
            is_unfinished=Quarter(year, 4) > contents.edition.quarter,
        )
        for year, figure in years
    ]
    return draw_years(bars, label)


def _describe_method(indicator: Indicator, locale: Locale) -> str:
    _ = locale.gettext
    if indicator.source is Source.SYSTEM:
        return _("The system computes it from its record of returns.")
    if indicator.is_ratio:
        return _("The numerators and the denominators of the sites are each added up, then divided.")
    if indicator.across_sites is AcrossSites.MINIMUM:
        return _("The value is the lowest stage of the sites that reported.")
    if indicator.over_time is OverTime.FLOW:
        return _("The amounts of the quarters and sites are added up.")
    if indicator.over_time is OverTime.STOCK:
        return _("The latest levels of the sites are added up.")
    return _("The quarters of each site are combined first, then the sites.")
