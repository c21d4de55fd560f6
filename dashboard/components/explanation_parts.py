"""Explanations of percentages, and the links to them."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import make_link, tags
from dashboard.selection import Selection, append_parameters, make_address
from etl.exports.about import describe_scope
from etl.exports.figure_rows import serialize_amount
from etl.indicators.part_targets import find_part
from etl.indicators.periods import PlanToDate, make_period_key
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale, get_locale
from etl.queries.scope import QueryScope
from etl.wording import describe_headline, describe_headline_share, describe_period
from etl.wording.explanations import explain_figure
from etl.wording.participations import describe_number_name, describe_participations

EXPLANATION_PATH = "/staff/why"
EXPLANATION_ID = "why"
"""The id of the explanation on its page."""


class ExplanationLinks:
    """Links from percentages to their explanations, for one selection."""

    def __init__(self, selection: Selection) -> None:
        self._path, _, query = make_address(_clear_period(selection), EXPLANATION_PATH).partition("?")
        self._query = f"?{query}" if query else ""
        self._language = selection.language

    def build(self, figure: Figure) -> Any:
        """Return the percentage as a link. The figure must have one."""
        address = f"{self._path}/{figure.indicator}/{make_period_key(figure.requested_period)}{self._query}"
        address = append_parameters(address, part=figure.part)
        text, exact = describe_headline_share(figure, get_locale(self._language)), serialize_amount(figure.headline)
        return tags.A(text, href=address, className="ask", **{"data-exact": exact})


def build_explanation(page: PageContext, scope: QueryScope, indicator: Indicator, figure: Figure) -> Any:
    """Return the calculation of a percentage, with links to its sources and to the indicator."""
    part = find_part(scope.plan, indicator.code, figure.part)
    locale = page.locale
    choices = [
        describe_period(figure.requested_period, locale),
        *describe_scope(replace(scope, period=PlanToDate()), locale),
    ]
    return tags.Section(
        [
            tags.H2(describe_number_name(indicator, part, locale)),
            tags.P(" · ".join(choices), className="sub"),
            tags.P(describe_headline(figure, locale), className="big"),
            *(tags.P(sentence) for sentence in explain_figure(figure, indicator, locale)),
            _build_participations(scope, indicator, figure, locale),
            tags.P(_build_drill_down(page, indicator, figure), className="onward"),
        ],
        id=EXPLANATION_ID,
    )


def _build_participations(scope: QueryScope, indicator: Indicator, figure: Figure, locale: Locale) -> Any:
    """Return the participations beside an indicator that counts new people; None for others and for parts."""
    if figure.part:
        return None
    value = scope.compute_participations(indicator.code, period=figure.requested_period)
    return None if value is None else tags.P(describe_participations(value.amount, indicator, locale))


def _build_drill_down(page: PageContext, indicator: Indicator, figure: Figure) -> list[Any]:
    _, selection, period = page.gettext, page.selection, make_period_key(figure.requested_period)
    source_address = make_address(_clear_period(selection), f"/staff/number/{indicator.code}/{period}")
    source_address = append_parameters(source_address, part=figure.part)
    indicator_address = make_address(selection, f"/staff/indicator/{indicator.code}")
    return [
        make_link(_("Where the number comes from"), href=source_address),
        " ",
        make_link(_("View the indicator"), href=indicator_address),
    ]


def _clear_period(selection: Selection) -> Selection:
    """Return the selection without period and objective, which the path carries or does not need."""
    return replace(selection, period=PlanToDate(), objectives=())
