"""The matrix of all indicators by year or by site, with percentage and rating in each cell, as one piece of HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from markupsafe import Markup

from dashboard.access.context import PageContext
from dashboard.charts.addresses import make_figure_hash
from dashboard.components.markup import Component, build_toggle, make_aria_label, make_element, make_link, tags
from dashboard.components.signs import build_sign
from dashboard.components.site_choice import describe_hidden_sites
from dashboard.components.static_parts import build_static_part
from dashboard.components.templates import render_template
from dashboard.selection import append_parameters, make_address
from dashboard.theme import RATING_STYLES
from etl.exports.figure_rows import serialize_amount
from etl.indicators.periods import Period, PlanToDate, Years
from etl.indicators.results import Figure, NoValue, Rating
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import Indicator
from etl.publication.signs import Sign, draw_sign
from etl.queries.overview_wording import get_short_name
from etl.queries.rating_matrix import ObjectiveRows, get_site_matrix, get_year_matrix
from etl.queries.scope import QueryScope
from etl.wording import append_unit, describe_amount, describe_figure_share, describe_headline, describe_rating
from etl.wording.surprises import explain_rating

_PARAMETER, _BY_YEAR, _BY_SITE = "matrix", "year", "site"
_VIEW = "matrix-view"
"""The id of the element that a phone folds."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    period: Period
    site: str = ""
    is_whole: bool = False
    """Whether its figures are those of the plan or of the sites as a whole."""


@dataclass(frozen=True, slots=True)
class _Cell:
    rating: Rating
    style: str
    """CSS classes: that of the rating first."""
    sign: Markup
    text: str
    title: str
    exact: str
    address: str


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    name: str
    address: str
    cells: tuple[_Cell | None, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    code: str
    name: str
    rows: tuple[_Row, ...]


def build_rating_matrix(page: PageContext, scope: QueryScope) -> list[Component]:
    """Return the switch between years and sites, and the matrix for the one in the address.

    The last column is the whole: the plan to date, or the sites together where there is more than one. On a phone a
    button unfolds both, unless the reader has chosen one of the two.
    """
    choice = parse_qs(page.query.removeprefix("?"), errors="replace").get(_PARAMETER, [""])[0]
    is_by_site = choice == _BY_SITE
    notes = [
        page.gettext("Percent of the target, or of the planned change."),
        page.gettext("Select a cell for its source."),
    ]
    if is_by_site:
        matrix = get_site_matrix(scope)
        columns = [_Column(site.name.get_text(page.language), scope.period, site.code) for site in matrix.sites]
        columns += _list_columns_of_all_sites(scope, page)
        objectives, hidden_count = matrix.objectives, matrix.hidden_count
        notes.append(page.gettext("Cells with a value have no target of their own at the site."))
        if hidden_count:
            notes.append(describe_hidden_sites(hidden_count, page.locale))
    else:
        year_matrix = get_year_matrix(scope)
        columns = [_Column(str(year), Years(year, year)) for year in year_matrix.years]
        columns.append(_Column(page.gettext("Plan"), PlanToDate(), is_whole=True))
        objectives = year_matrix.objectives
    groups = [_make_group(rows, columns, scope, page) for rows in objectives if rows.rows]
    markup = render_template("rating_matrix.html", page.locale, columns=columns, groups=groups)
    head = tags.Div(
        [
            tags.Div([_build_key(groups, page), tags.P(" ".join(notes), className="key")]),
            _build_switch(page, is_by_site=is_by_site),
        ],
        className="matrix-head",
    )
    frame = build_static_part("div", str(markup), id="matrix", className="scroll", tabIndex=0)
    is_open = choice in (_BY_YEAR, _BY_SITE)
    return [
        build_toggle(_count_rows(groups, page, is_by_site=is_by_site), _VIEW, "matrix-toggle", is_open=is_open),
        tags.Div([head, frame], id=_VIEW, className="matrix-view unfolded" if is_open else "matrix-view"),
    ]


def _count_rows(groups: Sequence[_Group], page: PageContext, *, is_by_site: bool) -> str:
    """Return the number of indicators in the matrix and its columns, as the name of the fold."""
    count, ngettext = sum(len(group.rows) for group in groups), page.locale.ngettext
    if is_by_site:
        return ngettext("{count} indicator by site", "{count} indicators by site", count, count=count)
    return ngettext("{count} indicator by year", "{count} indicators by year", count, count=count)


def _build_key(groups: Sequence[_Group], page: PageContext) -> Component:
    """Return the signs in the cells with their words: of the rated ones all, of the others those that occur."""
    occurring = {cell.rating for group in groups for row in group.rows for cell in row.cells if cell is not None}
    words = []
    for rating in Rating:
        if rating.is_rated or rating in occurring:
            style = RATING_STYLES[rating]
            words.append(
                tags.Span([build_sign(style.sign, style=style.name), " ", describe_rating(rating, page.locale)])
            )
    return tags.P(words, className="key signs-key")


def _list_columns_of_all_sites(scope: QueryScope, page: PageContext) -> list[_Column]:
    """Return the column of all sites in scope together; none for a single site."""
    sites, name = scope.sites, page.gettext("All sites")
    if isinstance(sites, SiteGroup):
        name = sites.name.get_text(page.language)
    elif sites is not None:
        name = page.locale.ngettext("{count} site", "{count} sites", len(sites), count=len(sites))
    return [] if sites is not None and len(sites) == 1 else [_Column(name, scope.period, is_whole=True)]


def _build_switch(page: PageContext, *, is_by_site: bool) -> Component:
    _ = page.gettext
    address = make_address(page.selection, page.path)
    by_year, by_site = (append_parameters(address, **{_PARAMETER: name}) for name in (_BY_YEAR, _BY_SITE))
    links = [
        make_element("B", label, **{"aria-current": "true"}) if is_current else make_link(label, href=href)
        for label, href, is_current in ((_("By year"), by_year, not is_by_site), (_("By site"), by_site, is_by_site))
    ]
    return tags.Div(links, className="switch", role="group", **make_aria_label(_("Columns")))


def _make_group(rows: ObjectiveRows, columns: Sequence[_Column], scope: QueryScope, page: PageContext) -> _Group:
    return _Group(
        rows.objective.code,
        get_short_name(rows.objective, page.locale),
        tuple(_make_row(indicator, figures, columns, scope, page) for indicator, figures in rows.rows),
    )


def _make_row(
    indicator: Indicator,
    figures: Sequence[Figure | None],
    columns: Sequence[_Column],
    scope: QueryScope,
    page: PageContext,
) -> _Row:
    whole = (scope.get_figure(indicator.code, period=column.period) for column in columns if column.is_whole)
    return _Row(
        indicator.code,
        indicator.name.get_text(page.language),
        make_address(page.selection, f"/staff/indicator/{indicator.code}"),
        tuple(
            _make_cell(indicator, figure, column, page) if figure else None
            for figure, column in zip((*figures, *whole), columns, strict=True)
        ),
    )


def _make_cell(indicator: Indicator, figure: Figure, column: _Column, page: PageContext) -> _Cell:
    """Return the percentage with its rating; without a percentage the value; without a value a dash."""
    locale, amount = page.locale, figure.actual.amount
    value = describe_amount(amount, indicator, locale)
    has_value = not isinstance(amount, NoValue)
    exact = amount if isinstance(figure.headline, NoValue) else figure.headline
    text = value if has_value else ""
    if not isinstance(figure.headline, NoValue):
        text = describe_figure_share(figure, figure.headline, locale)
    style = RATING_STYLES[figure.rating]
    parts = [
        f"{column.name}: {append_unit(value, indicator, locale) if has_value else value}",
        describe_headline(figure, locale),
        describe_rating(figure.rating, locale),
        explain_rating(figure, indicator, locale),
    ]
    classes = [style.name]
    if column.is_whole:
        classes.append("whole")
    if style.sign is Sign.DASH and text:
        # A dash before a number would read as a minus.
        classes.append("sign-last")
    return _Cell(
        rating=figure.rating,
        style=" ".join(classes),
        sign=draw_sign(style.sign),
        text=text,
        title=" · ".join(dict.fromkeys(part for part in parts if part)),
        exact=serialize_amount(exact),
        address=make_figure_hash(indicator.code, column.period, site=column.site),
    )
