"""The views of the explore page: progress, over time, by site, and the table."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.charts.edition_bars import Bar, BarRow, draw_bar_rows, has_bar, make_share_bar, make_value_bar
from dashboard.charts.edition_charts import draw_edition_years
from dashboard.charts.edition_ratings import RatingRow, ShareLine, draw_rating_rows, draw_share_lines
from dashboard.components.explore_cards import Explorer, build_card, build_figures_table, make_csv_address
from dashboard.components.explore_choices import (
    BY_SITE,
    OVER_TIME,
    PROGRESS,
    TABLE,
    ShownFigure,
    iterate_shown_figures,
    list_chosen_indicators,
    list_chosen_places,
    list_chosen_years,
)
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.theme import RATING_STYLES
from etl.indicators.figures import count_ratings
from etl.indicators.results import Rating, RatingCounts
from etl.indicators.vocabulary import Indicator, Objective
from etl.locale import Locale
from etl.queries.overview_wording import get_on_track_share, get_short_name
from etl.wording import describe_rating, describe_rating_counts, describe_unit
from etl.wording.editions import describe_edition_period, make_edition_figure_title


def build_view(explorer: Explorer) -> list[Any]:
    """Return the cards of the chosen view, or a note where no figure matches the choices."""
    if not any(iterate_shown_figures(explorer.choices, explorer.contents)):
        return [dbc.Alert(explorer.page.gettext("No figures match this selection."), color="warning")]
    view = explorer.choices.view
    if view == TABLE:
        return [_build_table(explorer)]
    if view == PROGRESS:
        cards = _build_progress_cards(explorer)
    elif explorer.choices.is_narrow:
        build = _build_years_card if view == OVER_TIME else _build_sites_card
        cards = [build(explorer, *group) for group in _group_by_indicator(explorer)]
    else:
        cards = [_build_share_lines_card(explorer) if view == OVER_TIME else _build_site_ratings_card(explorer)]
    return [tags.Div(cards, className="explore-cards" if len(cards) > 1 else "")]


def _group_by_indicator(explorer: Explorer) -> list[tuple[Indicator, list[ShownFigure]]]:
    groups: dict[str, tuple[Indicator, list[ShownFigure]]] = {}
    for item in iterate_shown_figures(explorer.choices, explorer.contents):
        groups.setdefault(item.indicator.code, (item.indicator, []))[1].append(item)
    return list(groups.values())


def _build_table(explorer: Explorer) -> Any:
    shown = list(iterate_shown_figures(explorer.choices, explorer.contents))
    return build_figures_table(explorer, shown, explorer.page.gettext("Figures"), with_periods=False)


def _build_progress_cards(explorer: Explorer) -> list[Any]:
    """Return a card for each objective with a bar for each of its indicators."""
    by_objective: dict[str, list[tuple[Indicator, list[ShownFigure]]]] = {}
    for indicator, shown in _group_by_indicator(explorer):
        by_objective.setdefault(indicator.objective, []).append((indicator, shown))
    objectives = explorer.contents.plan.objectives
    rows = {
        code: [_make_share_row(explorer, indicator, items) for indicator, items in groups]
        for code, groups in by_objective.items()
    }
    high = max((bar.length or 0.0 for group in rows.values() for row in group for bar in row.bars), default=0.0)
    return [
        _build_progress_card(explorer, objective, by_objective[objective.code], rows[objective.code], high)
        for objective in objectives
        if objective.code in by_objective
    ]


def _build_progress_card(
    explorer: Explorer,
    objective: Objective,
    groups: Sequence[tuple[Indicator, list[ShownFigure]]],
    rows: list[BarRow],
    high: float,
) -> Any:
    _, locale = explorer.page.gettext, explorer.page.locale
    shown = [item for _indicator, items in groups for item in items]
    rows.sort(key=lambda row: -(row.bars[0].length if row.bars[0].length is not None else -1.0))
    has_line = len(explorer.choices.places) < 2 and any(has_bar(item.figure) for item in shown)
    return build_card(
        explorer,
        draw_bar_rows(rows, line_at=100.0 if has_line else None, high=high),
        build_figures_table(explorer, shown, get_short_name(objective, locale), with_periods=False),
        chart_id=f"explore-{objective.code}",
        title=_make_progress_title(explorer, objective, shown),
        subtitle=" ".join(
            filter(
                None,
                (
                    _("Percent of the target, or of the planned change."),
                    _("The line is 100 %.") if has_line else "",
                    _("Select a bar for its years."),
                ),
            )
        ),
        csv_address=make_csv_address(explorer, objectives=(objective.code,)),
    )


def _make_progress_title(explorer: Explorer, objective: Objective, shown: Sequence[ShownFigure]) -> str:
    name = get_short_name(objective, explorer.page.locale)
    counts = _count(shown)
    if len({item.place for item in shown}) > 1 or not counts.rated_count:
        return name
    good = explorer.page.gettext(
        "{good} of {rated} on track or achieved", good=counts.good_count, rated=counts.rated_count
    )
    # A full name fills the title of a card by itself; its chart says the same by colours and shapes.
    return name if len(name) > _MAX_TITLE_NAME else f"{name}: {good}"


_MAX_TITLE_NAME = 60
"""The letters of an objective's name that leave room for the number on track."""


def _count(shown: Sequence[ShownFigure]) -> RatingCounts:
    ratings = (item.figure.public_rating for item in shown)
    return count_ratings(rating for rating in ratings if rating is not None)


def _make_share_row(explorer: Explorer, indicator: Indicator, shown: Sequence[ShownFigure]) -> BarRow:
    several = len(explorer.choices.places) > 1
    return BarRow(
        explorer.get_name(indicator),
        tuple(
            make_share_bar(
                item.figure,
                indicator,
                explorer.contents,
                explorer.page.locale,
                place=explorer.get_place_name(item.place) if several else "",
                address=explorer.make_address(view=OVER_TIME, indicator=indicator.code),
            )
            for item in shown
        ),
    )


def _build_years_card(explorer: Explorer, indicator: Indicator, shown: list[ShownFigure]) -> Any:
    """Return the card of an indicator by year. A year leads to its sites."""
    _, locale = explorer.page.gettext, explorer.page.locale
    places = [
        (code, explorer.get_place_name(code))
        for code in list_chosen_places(explorer.choices, explorer.contents, indicator)
    ]
    chart = draw_edition_years(
        explorer.contents,
        indicator,
        places,
        list_chosen_years(explorer.choices, explorer.contents),
        locale,
        make_address=lambda year: explorer.make_address(view=BY_SITE, indicator=indicator.code, period=year),
    )
    name = explorer.get_name(indicator)
    last = shown[-1].figure
    one_place = make_edition_figure_title(last, indicator, explorer.contents, locale)
    unit = describe_unit(indicator, locale)
    return build_card(
        explorer,
        chart,
        build_figures_table(explorer, shown, name, with_periods=True),
        chart_id=f"explore-{indicator.code}",
        title=f"{one_place} ({last.key.period})" if len(places) == 1 else name,
        subtitle=" · ".join(
            filter(None, (unit, _("line: target") if len(places) == 1 else "", _("Select a year for its sites.")))
        ),
        csv_address=make_csv_address(explorer, indicator=indicator.code),
        indicator=indicator,
    )


def _build_sites_card(explorer: Explorer, indicator: Indicator, shown: list[ShownFigure]) -> Any:
    """Return the card of an indicator by site, the largest value first. A site leads to its years."""
    _, locale = explorer.page.gettext, explorer.page.locale
    rows = []
    for item in shown:
        name = explorer.get_place_name(item.place)
        address = explorer.make_address(view=OVER_TIME, indicator=indicator.code, places=(item.place,))
        bar = make_value_bar(item.figure, indicator, explorer.contents, locale, place=name, address=address)
        rows.append(BarRow(name, (_without_stage_length(bar, indicator),)))
    rows.sort(key=lambda row: -(row.bars[0].length if row.bars[0].length is not None else -1.0))
    centre = explorer.contents.find(indicator.code, period=explorer.choices.period)
    name = explorer.get_name(indicator)
    title = make_edition_figure_title(centre, indicator, explorer.contents, locale) if centre else name
    return build_card(
        explorer,
        draw_bar_rows(rows),
        build_figures_table(explorer, shown, name, with_periods=False),
        chart_id=f"explore-{indicator.code}",
        title=title,
        subtitle=" · ".join(
            (
                describe_edition_period(explorer.choices.period, locale),
                _("line: the site's target"),
                _("Select a site for its years."),
            )
        ),
        csv_address=make_csv_address(explorer, indicator=indicator.code),
        indicator=indicator,
    )


def _without_stage_length(bar: Bar, indicator: Indicator) -> Bar:
    """Return the bar; of a stage its label alone, because ranks have no length."""
    if not indicator.is_stage:
        return bar
    return Bar(length=None, label=bar.label, rating=bar.rating, hover=bar.hover, exact=bar.exact, address=bar.address)


def _build_share_lines_card(explorer: Explorer) -> Any:
    """Return the share of indicators on track by year, a line for each objective, for the first chosen place."""
    _, locale = explorer.page.gettext, explorer.page.locale
    years = list_chosen_years(explorer.choices, explorer.contents)
    place = next(iter(explorer.choices.places), "")
    lines, rows = [], []
    for objective in explorer.contents.plan.objectives:
        name = get_short_name(objective, locale)
        counts = [_count_objective(explorer, objective, place, year) for year in years]
        texts = [_("{good} of {rated}", good=item.good_count, rated=item.rated_count) for item in counts]
        lines.append(
            ShareLine(
                name,
                tuple(get_on_track_share(item) for item in counts),
                tuple(f"{name}, {year}: {text}" for year, text in zip(years, texts, strict=True)),
                tuple(explorer.make_address(objectives=(objective.code,)) for _year in years),
            )
        )
        link = explorer.make_address(objectives=(objective.code,))
        rows.append([_make_page_link(name, link), *texts])
    table = build_table(_("Share on track, by year"), (_("Objective"), *years), rows, numeric=range(1, len(years) + 1))
    return build_card(
        explorer,
        draw_share_lines(lines, years),
        table,
        chart_id="explore-years",
        title=_(
            "{place}: share of rated indicators that are on track or achieved", place=explorer.get_place_name(place)
        ),
        subtitle=_("A line for each objective. Select a point for the indicators of its objective."),
        csv_address=make_csv_address(explorer),
    )


def _make_page_link(text: str, address: str) -> Any:
    return {"type": "Link", "namespace": "dash_core_components", "props": {"children": text, "href": address}}


def _count_objective(explorer: Explorer, objective: Objective, place: str, period: str) -> RatingCounts:
    figures = [
        explorer.contents.find(indicator.code, site=place, period=period)
        for indicator in explorer.contents.list_objective_indicators(objective)
    ]
    return count_ratings(figure.public_rating for figure in figures if figure and figure.public_rating)


def _build_site_ratings_card(explorer: Explorer) -> Any:
    """Return the ratings of the indicators of each site. A site leads to its progress."""
    _, locale = explorer.page.gettext, explorer.page.locale
    shown_by_place: dict[str, list[ShownFigure]] = {}
    for item in iterate_shown_figures(explorer.choices, explorer.contents):
        shown_by_place.setdefault(item.place, []).append(item)
    places = sorted(shown_by_place, key=lambda code: _make_site_order(_count(shown_by_place[code])))
    rows = [
        RatingRow(
            explorer.get_place_name(code),
            _count(shown_by_place[code]),
            explorer.make_address(view=PROGRESS, places=(code,)),
        )
        for code in places
    ]
    table_rows = [[_make_page_link(row.name, row.address), describe_rating_counts(row.counts, locale)] for row in rows]
    return build_card(
        explorer,
        draw_rating_rows(rows, locale),
        build_table(_("Ratings by site"), (_("Site"), _("Ratings")), table_rows),
        chart_id="explore-sites",
        title=_("Ratings of the indicators of each site"),
        subtitle=" · ".join((
            _("Each site against its own targets, {period}. Select a bar for the site's progress.",
                period=describe_edition_period(explorer.choices.period, locale)),
            *_describe_signs([row.counts for row in rows], locale),
        )),
        csv_address=make_csv_address(explorer),
    )  # fmt: skip


def _describe_signs(counts_list: Sequence[RatingCounts], locale: Locale) -> list[str]:
    """Return the sign and the word of each rating that a bar shows."""
    shown = {rating for counts in counts_list for rating, count in counts.counts if count}
    return [f"{RATING_STYLES[rating].shape} {describe_rating(rating, locale)}" for rating in Rating if rating in shown]


def _make_site_order(counts: RatingCounts) -> tuple[bool, float, int]:
    share = get_on_track_share(counts)
    return share is None, 0.0 if share is None else float(share), -counts.total


def count_shown_ratings(explorer: Explorer) -> RatingCounts:
    """Return the ratings of the chosen indicators for the first chosen place and the period."""
    place = next(iter(explorer.choices.places), "")
    figures = [
        explorer.contents.find(indicator.code, site=place, period=explorer.choices.period)
        for indicator in list_chosen_indicators(explorer.choices, explorer.contents)
    ]
    return count_ratings(figure.public_rating for figure in figures if figure and figure.public_rating)
