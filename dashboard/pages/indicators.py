"""All indicators by objective, each with its rating, and the programmes that they support."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note
from dashboard.components.marks import build_badge, build_strip
from dashboard.components.markup import Component, make_link, tags
from dashboard.components.navigation import INDICATORS_PATH
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.queries.plan_overview import ObjectiveSummary, get_plan_overview
from etl.queries.scope import QueryScope
from etl.wording import describe_headline_share


@registry.page(
    INDICATORS_PATH,
    title="Indicators",
    permission="staff",
    cacheable=True,
    filters=("site", "objective", "programme"),
)
def build_indicator_list(page: PageContext) -> Any:
    """Return the indicators of the selected period, sites and programme."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    _ = page.gettext
    objectives = get_plan_overview(scope).objectives
    table = make_link(_("Tracking table"), href=make_address(page.selection, "/staff/tracking-table"))
    return [
        tags.H1(_("Indicators")),
        build_no_returns_note(scope, page),
        tags.P([_("All numbers by year and quarter:"), " ", table], className="sub"),
        tags.Div([_build_objective(summary, scope, page) for summary in objectives], className="two"),
        _build_programmes(scope, page),
    ]


def _build_objective(summary: ObjectiveSummary, scope: QueryScope, page: PageContext) -> Component:
    objective, selection = summary.objective, page.selection
    link = make_link(
        f"{objective.code} · {objective.name.get_text(page.language)}",
        href=make_address(selection, f"/staff/objective/{objective.code}"),
    )
    rows = [_build_row(scope.plan.indicator_by_code[figure.indicator], figure, page) for figure in summary.figures]
    return tags.Section(
        [
            tags.H2(link),
            build_strip(summary.rating_counts, page.locale),
            tags.Table(tags.Tbody(rows), className="list indicator-list"),
        ]
    )


def _build_row(indicator: Indicator, figure: Figure, page: PageContext) -> Component:
    has_share = not isinstance(figure.headline, NoValue)
    name = make_link(
        indicator.name.get_text(page.language), href=make_address(page.selection, f"/staff/indicator/{indicator.code}")
    )
    return tags.Tr(
        [
            tags.Th(name, scope="row"),
            tags.Td(indicator.code, className="muted"),
            tags.Td(describe_headline_share(figure, page.locale) if has_share else "", className="n"),
            tags.Td(build_badge(figure.rating, page.locale)),
        ]
    )


def _build_programmes(scope: QueryScope, page: PageContext) -> Component | None:
    if not scope.plan.linked_programmes:
        return None
    links = [
        tags.Li(
            [
                make_link(
                    programme.name.get_text(page.language),
                    href=make_address(page.selection, f"/staff/programme/{programme.code}"),
                ),
                tags.Small(f" {programme.code}", className="muted"),
            ]
        )
        for programme in scope.plan.linked_programmes
    ]
    return tags.Section([tags.H2(page.gettext("Programmes and organisations")), tags.Ul(links, className="results")])
