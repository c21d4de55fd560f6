"""The table of indicators that need attention: distance from target, remaining need, who acts, last remark."""

from collections.abc import Sequence
from typing import Any

from dashboard.components.figure_parts import (
    build_indicator_link,
    build_number_link,
    build_revision_note,
    build_share_cell,
)
from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.markup import tags
from dashboard.components.site_choice import find_site_name
from dashboard.components.sparkline import build_sparkline
from dashboard.components.tables import Cell, build_table
from dashboard.selection import Selection
from etl.indicators.periods import Years
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.attention import AttentionItem
from etl.queries.scope import QueryScope
from etl.wording import append_unit, describe_amount, describe_remaining_need

_MAX_REMARK_LENGTH = 160
"""The length at which a remark is cut. The indicator's page shows all of it."""
_MAX_SITES = 3


def build_attention_table(
    attention_items: Sequence[AttentionItem], scope: QueryScope, selection: Selection, *, table_id: str
) -> Any:
    """Return a table with one row per indicator, worst first."""
    _, plan = selection.locale.gettext, scope.plan
    years = range(plan.settings.first_year, plan.settings.last_year + 1)
    header = (
        _("Indicator"),
        _("Rating"),
        _("Against target"),
        _("Actual"),
        _("Share"),
        f"{years[0]}–{years[-1]}",
        _("Still needed"),
        _("Who acts"),
    )
    rows = [
        _build_row(item, plan.indicator_by_code[item.figure.indicator], scope, years, selection)
        for item in attention_items
    ]
    caption = _("Indicators at risk or off track, most behind first")
    table = build_table(caption, header, rows, numeric=(3, 4), stacks=True, table_id=table_id)
    key = _("Bar: actual. Line: target. Dotted line: expected by now.")
    return tags.Div([table, tags.P(key, className="key")])


def _build_row(
    item: AttentionItem, indicator: Indicator, scope: QueryScope, years: range, selection: Selection
) -> list[Cell]:
    locale, figure, plan = selection.locale, item.figure, scope.plan
    figures = [(year, scope.get_figure(indicator.code, period=Years(year, year))) for year in years]
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return [
        [*build_indicator_link(indicator, selection), *_build_remark(item, locale)],
        build_badge(figure.rating, locale),
        build_bullet(figure, indicator, locale),
        [
            build_number_link(figure, indicator, selection),
            tags.Span(locale.gettext(" of {target}", target=target), className="of"),
            build_revision_note(figure, indicator, locale),
        ],
        build_share_cell(figure, locale),
        build_sparkline(figures, indicator, locale) or "–",
        describe_remaining_need(figure, indicator, locale) or "–",
        _build_responsible(item, indicator, plan, locale),
    ]


def _build_remark(item: AttentionItem, locale: Locale) -> list[Any]:
    if item.last_remark is None:
        return []
    remark_text = (
        item.last_remark.reason
        if len(item.last_remark.reason) <= _MAX_REMARK_LENGTH
        else item.last_remark.reason[:_MAX_REMARK_LENGTH].rstrip() + " …"
    )
    title = locale.gettext("Remark on {quarter}", quarter=locale.format_quarter(item.last_remark.quarter))
    return [tags.Details([tags.Summary(title), tags.P(remark_text)], className="remark-note")]


def _build_responsible(item: AttentionItem, indicator: Indicator, plan: Plan, locale: Locale) -> Any:
    """Return the sites whose returns are needed, else the person with an open action, else the responsible unit."""
    _ = locale.gettext
    if item.deciding_returns:
        sites = list(dict.fromkeys(location.site for location in item.deciding_returns))
        names = ", ".join(find_site_name(plan, code, locale) for code in sites[:_MAX_SITES])
        more = len(sites) - _MAX_SITES
        names += _(" and {count} more", count=more) if more > 0 else ""
        return _("{sites}: depends on their returns", sites=names)
    if item.open_action is not None and item.open_action.responsible:
        due = item.open_action.due
        by = _("by {day}", day=locale.format_day(due)) if due else _("no due date")
        return [item.open_action.responsible, tags.Small(f"{item.open_action.agreed_action}, {by}")]
    return indicator.responsible.get_text(locale.language) or "–"
