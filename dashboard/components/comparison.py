"""The comparison of a page's figures with another year, with a site or with each of the chosen sites."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.figure_parts import build_amount_cell, build_indicator_link, build_number_link
from dashboard.components.marks import build_badge
from dashboard.components.markup import Component, tags
from dashboard.components.site_choice import find_site_name, join_names
from dashboard.components.tables import build_number_cell, build_table
from etl.exports.figure_rows import serialize_amount
from etl.indicators.periods import Period, Years
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.compared_scopes import EACH_SITE, ComparedScope, compute_difference, list_compared_scopes
from etl.queries.scope import QueryScope
from etl.wording import describe_period, describe_unit


def build_comparison(page: PageContext, scope: QueryScope, indicators: Sequence[Indicator]) -> Component | None:
    """Return a table with the figures of the page, those compared with, and the differences; None without a choice.

    Each column is named by its period and sites, so that no number stands beside one of another scope unlabelled.
    """
    key, _ = page.selection.compare, page.gettext
    compared = list_compared_scopes(scope, key)
    heading = tags.H2(_("Comparison"))
    if not compared:
        note = _("Choose up to four sites in the filter bar to compare each of them with all of them together.")
        return tags.Section([heading, tags.P(note)], id="comparison") if key == EACH_SITE else None
    header = [_("Indicator"), _describe_period_and_place(scope, scope.period, scope.sites, page), _("Rating")]
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


def _build_other_cells(figure: Figure, other: Figure | None, indicator: Indicator, locale: Locale) -> list[Any]:
    """Return the other actual, its rating, and by how much the page's actual is above it."""
    if other is None:
        return ["–", "–", "–"]
    difference = compute_difference(figure, other, indicator)
    return [
        build_amount_cell(other.actual.amount, indicator, locale),
        build_badge(other.rating, locale),
        "–" if difference is None else _build_difference(difference, indicator, locale),
    ]


def _build_difference(difference: Decimal, indicator: Indicator, locale: Locale) -> Any:
    text = locale.format_amount(difference, indicator.decimals)
    return build_number_cell(f"+{text}" if difference > 0 else text, serialize_amount(difference))


def _describe_column(scope: QueryScope, compared: ComparedScope, page: PageContext) -> str:
    """Return the period and the sites of a column."""
    sites = scope.sites if compared.sites is None else compared.sites
    if compared.is_year_before:
        return f"{page.gettext('A year before')}, {_describe_place(scope, sites, page)}"
    year = compared.year
    return _describe_period_and_place(scope, scope.period if year is None else Years(year, year), sites, page)


def _describe_period_and_place(
    scope: QueryScope, period: Period, sites: SiteSelection | None, page: PageContext
) -> str:
    text = f"{describe_period(period, page.locale)}, {_describe_place(scope, sites, page)}"
    return text[:1].upper() + text[1:]


def _describe_place(scope: QueryScope, sites: SiteSelection | None, page: PageContext) -> str:
    if sites is None:
        return page.gettext("all sites")
    if isinstance(sites, SiteGroup):
        return sites.name.get_text(page.language)
    return join_names([find_site_name(scope.plan, code, page.locale) for code in sites], page.locale)
