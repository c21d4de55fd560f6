"""The comparison of a page's figures with another year, with a site or with each of the chosen sites."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.components.compared_parts import describe_sites, make_comparisons
from dashboard.components.figure_parts import build_amount_cell, build_indicator_link, build_number_link
from dashboard.components.marks import build_badge
from dashboard.components.markup import Component, tags
from dashboard.components.tables import build_number_cell, build_table
from etl.exports.figure_rows import serialize_amount
from etl.indicators.editions import Suppression
from etl.indicators.periods import Period, Years
from etl.indicators.results import Amount, Figure
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.compared_scopes import EACH_SITE, EDITION_PREFIX, ComparedFigure, ComparedScope, compute_difference
from etl.queries.scope import QueryScope
from etl.wording import describe_period, describe_unit


def build_comparison(page: PageContext, scope: QueryScope, indicators: Sequence[Indicator]) -> Component | None:
    """Return a table with the figures of the page, those compared with, and the differences; None without a choice.

    Each column is named by its period and sites, so that no number stands beside one of another scope unlabelled.
    """
    key, _ = page.selection.compare, page.gettext
    comparisons = make_comparisons(page, scope)
    compared = comparisons.scopes
    heading = tags.H2(_("Comparison"))
    if not compared:
        notes = {
            EACH_SITE: _(
                "Choose up to four sites in the filter bar to compare each of them with all of them together."
            ),
            EDITION_PREFIX: _("There is no such edition. Choose another in the filter bar."),
        }
        note = next((note for prefix, note in notes.items() if key.startswith(prefix)), None)
        return tags.Section([heading, dbc.Alert(note, color="warning")], id="comparison") if note else None
    name = _describe_period_and_place(scope, scope.period, scope.sites, page)
    if isinstance(scope.period, Years) and not comparisons.has_ended(scope.period.last):
        name = _("{period}, up to now", period=name)
    header = [_("Indicator"), name, _("Rating")]
    for other in compared:
        header += [_describe_column(scope, other, page), _("Rating"), _("Difference")]
    rows = [_build_row(page, scope, indicator, compared) for indicator in indicators]
    numeric = (1, *(3 + 3 * index + offset for index in range(len(compared)) for offset in (0, 2)))
    table = build_table(_("Comparison"), header, rows, numeric=numeric, table_id="compared", stacks=True)
    return tags.Section([heading, table], id="comparison")


def _build_row(
    page: PageContext, scope: QueryScope, indicator: Indicator, compared: Sequence[ComparedScope]
) -> list[Any]:
    locale = page.locale
    figure = scope.get_figure(indicator.code)
    unit = describe_unit(indicator, locale)
    cells: list[Any] = [
        build_indicator_link(indicator, page.selection),
        [build_number_link(figure, indicator, page.selection), tags.Small(unit) if unit else ""],
        build_badge(figure.rating, locale),
    ]
    for other_scope in compared:
        other = other_scope.find_figure(scope, indicator)
        cells += _build_other_cells(figure, other, indicator, locale)
    return cells


def _build_other_cells(figure: Figure, other: ComparedFigure | None, indicator: Indicator, locale: Locale) -> list[Any]:
    """Return the other actual, its rating, and by how much the page's actual is above it."""
    return [
        build_compared_amount(other, indicator, locale),
        build_compared_rating(other, locale),
        build_difference(figure.actual.amount, other, indicator, locale),
    ]


def build_compared_amount(other: ComparedFigure | None, indicator: Indicator, locale: Locale) -> Any:
    """Return the amount, or why there is none: it is withheld, or not reported."""
    if other is None:
        return "–"
    if isinstance(other.amount, Suppression):
        return tags.Span(locale.gettext("not published"), className="reason", **{"data-exact": other.amount.value})
    return build_amount_cell(other.amount, indicator, locale)


def build_compared_rating(other: ComparedFigure | None, locale: Locale) -> Any:
    """Return the rating; a dash where an edition withholds it."""
    return "–" if other is None or other.rating is None else build_badge(other.rating, locale)


def build_difference(
    amount: Amount | Suppression | None, other: ComparedFigure | None, indicator: Indicator, locale: Locale
) -> Any:
    """Return by how much the amount is above the other one; a dash where one of them is no number."""
    difference = None if amount is None else compute_difference(amount, other, indicator)
    if difference is None:
        return "–"
    text = locale.format_amount(difference, indicator.decimals)
    return build_number_cell(f"+{text}" if difference > 0 else text, serialize_amount(difference))


def _describe_column(scope: QueryScope, compared: ComparedScope, page: PageContext) -> str:
    """Return the period and the sites of a column."""
    sites = scope.sites if compared.sites is None else compared.sites
    if compared.edition is not None:
        text = _describe_period_and_place(scope, scope.period, sites, page)
        return page.gettext("Edition {name}: {scope}", name=compared.edition.edition.id, scope=text)
    if compared.is_year_before:
        return f"{page.gettext('A year before')}, {describe_sites(scope, sites, page)}"
    year = compared.year
    return _describe_period_and_place(scope, scope.period if year is None else Years(year, year), sites, page)


def _describe_period_and_place(
    scope: QueryScope, period: Period, sites: SiteSelection | None, page: PageContext
) -> str:
    text = f"{describe_period(period, page.locale)}, {describe_sites(scope, sites, page)}"
    return text[:1].upper() + text[1:]
