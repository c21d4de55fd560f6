"""The indicators that need attention: how far off, what they need, who must act, what was said last."""

from collections.abc import Sequence
from typing import Any

from dashboard.components.figure_parts import indicator_link, number_link, share_cell
from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.plain import html
from dashboard.components.tables import Cell, build_table
from dashboard.selection import Selection
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_day, format_quarter, speak
from etl.queries.attention import Attention
from etl.wording import amount_words, needs_words, with_unit

_LONGEST = 160
"""A remark longer than this is cut here; all of it stands on the indicator's page."""
_NAMED_AT_MOST = 3


def build_attention(found: Sequence[Attention], plan: Plan, selection: Selection) -> Any:
    """Worst first, a row for each."""
    say = speak(selection.language)
    header = (
        say("Indicator"),
        say("Rating"),
        say("Against target"),
        say("Actual"),
        say("Share"),
        say("Still needed"),
        say("Who acts"),
    )
    rows = [_row(one, plan.indicator_by_code[one.figure.indicator], plan, selection) for one in found]
    caption = say("Indicators at risk or off track, worst first")
    table = build_table(caption, header, rows, numeric=(3, 4), stacks=True, table_id="attention")
    key = say("Bar: actual. Stroke: target. Dotted: expected by now.")
    return html.Div([table, html.P(key, className="key")])


def _row(one: Attention, indicator: Indicator, plan: Plan, selection: Selection) -> list[Cell]:
    language, figure = selection.language, one.figure
    target = with_unit(amount_words(figure.target, indicator, language), indicator, language)
    return [
        [*indicator_link(indicator, selection), *_remark(one, language)],
        build_badge(figure.rating, language),
        build_bullet(figure, indicator, language),
        [
            number_link(figure, indicator, selection),
            html.Span(speak(language)(" of {target}", target=target), className="of"),
        ],
        share_cell(figure, indicator, language),
        needs_words(figure, indicator, language) or "–",
        _who_acts(one, indicator, plan, language),
    ]


def _remark(one: Attention, language: str) -> list[Any]:
    if one.remark is None:
        return []
    said = one.remark.why if len(one.remark.why) <= _LONGEST else one.remark.why[:_LONGEST].rstrip() + " …"
    return [html.P(f"{format_quarter(one.remark.quarter, language)}: {said}", className="said")]


def _who_acts(one: Attention, indicator: Indicator, plan: Plan, language: str) -> Any:
    """The sites whose returns decide, else who agreed to do something, else the unit that is responsible."""
    say = speak(language)
    if one.deciding:
        sites = list(dict.fromkeys(place.site for place in one.deciding))
        names = ", ".join(_site_name(plan, code, language) for code in sites[:_NAMED_AT_MOST])
        more = len(sites) - _NAMED_AT_MOST
        names += say(" and {count} more", count=more) if more > 0 else ""
        return say("{sites}: their returns decide", sites=names)
    if one.agreement is not None and one.agreement.responsible:
        due = one.agreement.due
        by = say("by {day}", day=format_day(due, language)) if due else say("agreed, no day set")
        return [one.agreement.responsible, html.Small(by)]
    return indicator.responsible.in_language(language) or "–"


def _site_name(plan: Plan, code: str, language: str) -> str:
    """A site that the newest plan leaves out is named by its code."""
    site = plan.site_by_code.get(code)
    return code if site is None else site.name.in_language(language)
