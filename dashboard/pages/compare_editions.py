"""Two published editions side by side: the ratings of each objective, and every figure with the difference."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.charts.overview_charts import RatingBar, draw_rating_bars
from dashboard.components.chart_card import ChartFiles, ChartTexts, build_chart_card
from dashboard.components.compared_parts import Comparisons
from dashboard.components.comparison import build_compared_amount, build_compared_rating, build_difference
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.figure_parts import build_indicator_link
from dashboard.components.markup import Component, tags
from dashboard.components.navigation import COMPARE_EDITIONS_PATH
from dashboard.components.pagination import build_hidden_parameters, read_query_value
from dashboard.components.tables import build_table
from dashboard.page_scope import make_scope
from dashboard.selection import localize_path
from etl.indicators.vocabulary import Indicator
from etl.locale import N_
from etl.queries.compared_scopes import ComparedScope
from etl.queries.editions import find_edition_contents, list_editions
from etl.queries.overview_wording import get_short_name

_PARAMETERS = ("earlier", "later")
_LABELS = {"earlier": N_("Edition"), "later": N_("compared with")}


@registry.page(
    COMPARE_EDITIONS_PATH,
    title="Compare editions",
    permission="staff",
    cacheable=True,
    filters=("site", "objective", "programme"),
)
def build_edition_comparison(page: PageContext) -> Any:
    """Return the figures of two editions for the period, sites and objectives of the selection."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    _ = page.gettext
    names = [edition.id for edition in list_editions(page.source)]
    heading = tags.H1(_("Compare editions"))
    if len(names) < 2:
        return [heading, tags.P(_("Fewer than two editions are published, so there is nothing to compare."))]
    chosen = [_choose(page, names, position) for position in (0, 1)]
    contents = [find_edition_contents(page.source, name) for name in chosen]
    scopes = tuple(ComparedScope(edition=edition) for edition in contents if edition is not None)
    comparisons = Comparisons(page, replace(scope, objectives=()), scopes)
    indicators = scope.list_indicators()
    return [
        heading,
        _build_form(page, names, chosen),
        _build_chart(comparisons, [item.code for item in scope.list_objectives()], page),
        _build_table(comparisons, indicators, page),
    ]


def _choose(page: PageContext, names: Sequence[str], position: int) -> str:
    """Return the edition of the address; for an unknown one the last but one, and the newest."""
    name = read_query_value(page, _PARAMETERS[position])
    return name if name in names else names[position - 2]


def _build_form(page: PageContext, names: Sequence[str], chosen: Sequence[str]) -> Component:
    fields = build_hidden_parameters(page, *_PARAMETERS)
    for parameter, current in zip(_PARAMETERS, chosen, strict=True):
        options = [{"label": name, "value": name} for name in reversed(names)]
        select = dbc.Select(options=options, value=current, name=parameter, size="sm", className="w-auto")
        fields.append(tags.Label([page.gettext(_LABELS[parameter]), " ", select]))
    action = localize_path(page.path, page.language)
    button = dbc.Button(page.gettext("Compare"), type="submit", size="sm")
    return tags.Form([*fields, button], action=action, method="get", className="filters")


def _build_chart(comparisons: Comparisons, objectives: Sequence[str], page: PageContext) -> Component:
    _, locale, scope = page.gettext, page.locale, comparisons.scope
    bars = []
    for code in objectives:
        earlier, later = comparisons.list_ratings(scope.list_indicators(code), "")
        name = get_short_name(scope.plan.objective_by_code[code], locale)
        bars.append(RatingBar(code, name, later.counts, later.address, compared=(earlier,)))
    earlier_name, later_name = (comparisons.describe(compared) for compared in comparisons.scopes)
    texts = ChartTexts(
        title=_("Ratings of {later}, below them those of {earlier}", later=later_name, earlier=earlier_name),
        subtitle=_("Indicators of each objective by rating; select a bar to open the edition"),
        summary="; ".join(f"{bar.code}: {bar.counts.good_count} / {bar.counts.rated_count}" for bar in bars),
        source=_("Figures as they were published."),
    )
    rows = [
        [f"{bar.code} {bar.name}"]
        + [
            _("{good} of {rated}", good=counts.good_count, rated=counts.rated_count)
            for counts in (bar.compared[0].counts, bar.counts)
        ]
        for bar in bars
    ]
    header = (_("Objective"), earlier_name, later_name)
    table = build_table(_("Ratings by objective"), header, rows, numeric=(1, 2), table_id="objectives")
    chart = draw_rating_bars(bars, locale)
    return build_chart_card(
        texts, chart, table, chart_id="chart-editions", files=ChartFiles(chart="editions", has_csv=False), page=page
    )


def _build_table(comparisons: Comparisons, indicators: Sequence[Indicator], page: PageContext) -> Component:
    _, locale = page.gettext, page.locale
    earlier_name, later_name = (comparisons.describe(compared) for compared in comparisons.scopes)
    header = (_("Indicator"), earlier_name, _("Rating"), later_name, _("Rating"), _("Difference"))
    rows = []
    for indicator in indicators:
        earlier, later = (compared.find_figure(comparisons.scope, indicator) for compared in comparisons.scopes)
        rows.append(
            [
                build_indicator_link(indicator, page.selection),
                build_compared_amount(earlier, indicator, locale),
                build_compared_rating(earlier, locale),
                build_compared_amount(later, indicator, locale),
                build_compared_rating(later, locale),
                build_difference(None if later is None else later.amount, earlier, indicator, locale),
            ]
        )
    return build_table(_("Comparison"), header, rows, numeric=(1, 3, 5), table_id="compared", stacks=True)
