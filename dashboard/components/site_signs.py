"""Sites by objectives: one sign per indicator with the rating against the site's own target."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.access.context import PageContext
from dashboard.components.markup import Component, make_aria_hidden, make_aria_label, make_element, make_link, tags
from dashboard.components.signs import build_sign
from dashboard.selection import make_address
from dashboard.theme import RATING_STYLES
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import Site
from etl.publication.signs import Sign
from etl.queries.overview_wording import describe_shown_sites, make_sites_title
from etl.queries.rating_matrix import ObjectiveRows, SiteMatrix
from etl.wording import describe_rating

MAX_SIGN_ROWS = 8
"""More sites would make the panel taller than the charts beside it; the page of sites shows all."""


def build_site_signs(matrix: SiteMatrix, page: PageContext) -> Component:
    """Return the panel: a row per site, a column per objective, a sign per indicator that the site reports."""
    _ = page.gettext
    objectives = matrix.objectives
    header = tags.Tr(
        [tags.Th(tags.Span(_("Site"), className="vh"), scope="col")]
        + [tags.Th(rows.objective.code, scope="col") for rows in objectives]
    )
    body = [_build_row(site, index, objectives, page) for index, site in enumerate(matrix.sites[:MAX_SIGN_ROWS])]
    hidden_count = len(matrix.sites) + matrix.hidden_count - len(body)
    text = page.locale.ngettext("{count:,} more site", "{count:,} more sites", hidden_count, count=hidden_count)
    more = [tags.P(make_link(text, href=make_address(page.selection, "/staff/sites")))]
    return make_element(
        "Figure",
        [
            tags.H2(
                describe_shown_sites(matrix, page.locale, limit=MAX_SIGN_ROWS) or make_sites_title(matrix, page.locale)
            ),
            tags.P(
                [
                    _("Each sign is the rating of an indicator against the site's own target; a dot has no rating"),
                    *_build_advice(matrix, page),
                ],
                className="sub",
            ),
            tags.Table([tags.Thead(header), tags.Tbody(body)], className="signs", id="site-signs"),
            *(more if hidden_count > 0 else []),
        ],
        className="chart-card panel",
    )


def _build_advice(matrix: SiteMatrix, page: PageContext) -> list[str]:
    """Return how to see the other sites, where there are some."""
    advice = page.gettext("Choose sites or a province in the filters to see others.")
    return [". ", advice] if matrix.hidden_count else []


def _build_row(site: Site, index: int, objectives: Sequence[ObjectiveRows], page: PageContext) -> Component:
    address = make_address(replace(page.selection, sites=()), f"/staff/site/{site.code}")
    name = make_link(site.name.get_text(page.language), href=address)
    return tags.Tr(
        [tags.Th(name, scope="row"), *(tags.Td(_build_signs(rows.list_column(index), page)) for rows in objectives)]
    )


def _build_signs(figures: Sequence[Figure], page: PageContext) -> Component | None:
    """Return the signs of one cell as a single piece, with the counts in words for screen readers."""
    if not figures:
        return None
    rated = sorted((figure.rating for figure in figures if figure.rating.is_rated), key=list(Rating).index)
    others = len(figures) - len(rated)
    words = [f"{rated.count(rating)} {describe_rating(rating, page.locale)}" for rating in Rating if rating in rated]
    if others:
        words.append(page.gettext("{count} without a rating", count=others))
    signs = [
        build_sign(RATING_STYLES[rating].sign, count=rated.count(rating), style=RATING_STYLES[rating].name)
        for rating in Rating
        if rating in rated
    ]
    if others:
        signs.append(build_sign(Sign.DOT, count=others))
    return tags.Span(
        tags.Span(signs, **make_aria_hidden()),
        role="img",
        title=" · ".join(words),
        **make_aria_label("; ".join(words)),
    )
