"""The whole plan on one screen: objectives by rating, what needs attention, two clocks, the returns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.access.registry import PageRequest, registry
from dashboard.components.answers import build_answers
from dashboard.components.attention_table import build_attention
from dashboard.components.changes_list import build_changes, chosen_day, since_choice
from dashboard.components.figure_parts import figures_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_meter, build_strip
from dashboard.components.pack_form import build_pack_form
from dashboard.components.plain import dcc, html
from dashboard.components.remarks import build_agreements
from dashboard.components.returns_grid import build_returns_grid
from dashboard.components.states import build_no_plan, build_nothing_reported
from dashboard.components.tables import aria
from dashboard.page_scope import asking_of, indicator_of
from dashboard.selection import address_of
from etl.indicators.vocabulary import Objective
from etl.locale.translations import format_quarter, format_share, speak
from etl.queries.asking import Asking
from etl.queries.attention import attention_of
from etl.queries.changes import changes_since
from etl.queries.editions import list_editions
from etl.queries.plan_overview import ObjectiveSummary, Overview, plan_overview
from etl.queries.remarks import Remark, all_remarks
from etl.wording import tally_title, tally_words

IN_NEED_AT_MOST, IN_NEED_SHOWN = 40, 15
"""Up to so many indicators in need stand in a table with what each needs; where there are more, so many of the worst
do, and all are in the last table."""


@registry.page("/staff/overview", title="Overview", permission="staff", kept=True)
def build_overview(request: PageRequest) -> Any:
    """The overview for the chosen period, programme and sites."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    language, say = request.language, request.say
    overview, remarks = plan_overview(asking), all_remarks(request.source)
    day = chosen_day(request)
    worst = next(((indicator_of(asking, one.indicator), one) for one in overview.attention), None)
    cards = [_card(summary, request) for summary in overview.objectives]
    return [
        html.Div([html.H1(tally_title(overview.tally, language)), _clocks(overview, request)], className="lead"),
        build_answers(overview.tally, worst, overview.owed, request.selection),
        build_filters(request, asking.plan, more=[since_choice(request, day)] if day else ()),
        build_pack_form(request),
        build_nothing_reported(asking, language),
        html.Section(cards, className="cards", **aria(say("Objectives"))),
        _attention(overview, remarks, asking, request),
        build_agreements(request, asking, remarks),
        _returns(overview, request),
        _changes(asking, day, request),
        _everything(overview, asking, request),
    ]


def _attention(overview: Overview, remarks: Sequence[Remark], asking: Asking, request: PageRequest) -> Any:
    """Who is in need, what it takes and who must act."""
    heading = html.H2(request.say("Needs attention"))
    if not overview.attention:
        return html.Section([heading, html.P(request.say("Nothing is at risk or off track in this choice."))])
    count = len(overview.attention)
    worst = overview.attention if count <= IN_NEED_AT_MOST else overview.attention[:IN_NEED_SHOWN]
    found = attention_of(worst, remarks)
    table = build_attention(found, asking.plan, request.selection)
    return html.Section([heading, *_more_in_need(overview, request), table])


def _more_in_need(overview: Overview, request: PageRequest) -> list[Any]:
    """How many stand in the table of those in need, where not all do."""
    count = len(overview.attention)
    if count <= IN_NEED_AT_MOST:
        return []
    words = request.say("{shown} of {count} are shown, the worst first.", shown=IN_NEED_SHOWN, count=count)
    rest = html.A(request.say("All of them in one table"), href="#every-indicator")
    return [html.P([words, " ", rest], className="shown")]


def _returns(overview: Overview, request: PageRequest) -> Any:
    """The grid; of many sites those that owe most, with the way to the others."""
    address = address_of(request.selection, "/staff/returns")
    grid = build_returns_grid(overview.returns, request.language, all_of_them=address)
    return html.Section([html.H2(request.say("Returns")), grid])


def _changes(asking: Asking, day: date | None, request: PageRequest) -> Any:
    """What moved since the day of the address; days to choose from where it has none."""
    changes = changes_since(request.source, asking, day) if day else None
    told = build_changes(request, asking.plan, day, changes, list_editions(request.source))
    return html.Section([html.H2(request.say("What changed")), *told], id="changes")


def _everything(overview: Overview, asking: Asking, request: PageRequest) -> Any:
    """Every indicator in one table, folded."""
    say = request.say
    rows = [(indicator_of(asking, one.indicator), one) for summary in overview.objectives for one in summary.figures]
    table = figures_table(say("Every indicator"), rows, request.selection, table_id="figures")
    folded = html.Details([html.Summary(say("All of them in one table")), table])
    return html.Section([html.H2(say("Every indicator")), folded], id="every-indicator")


def _clocks(overview: Overview, request: PageRequest) -> Any:
    """How much of the plan's time is gone, and how many returns of the last quarter are in."""
    language = request.language
    say = speak(language)
    gone = build_meter(overview.time_gone, say("Plan time gone"), format_share(overview.time_gone, language, 0))
    rate = overview.reporting
    if overview.counted_quarter is None or not rate.expected:
        return html.Div([gone], className="clocks")
    received = build_meter(
        rate.received_share if not isinstance(rate.received_share, str) else overview.time_gone,
        say("Returns received, {quarter}", quarter=format_quarter(overview.counted_quarter, language)),
        say("{received} of {expected}", received=rate.received, expected=rate.expected),
    )
    return html.Div([gone, received], className="clocks")


def _card(summary: ObjectiveSummary, request: PageRequest) -> Any:
    language = request.language
    say = speak(language)
    objective, tally = summary.objective, summary.tally
    address = address_of(request.selection, f"/staff/objective/{objective.code}")
    return dcc.Link(
        [
            html.P(objective.code, className="code"),
            html.H2(_short(objective, language)),
            html.P(
                [
                    say("{good} of {rated}", good=tally.good, rated=tally.rated),
                    html.Small(say(" on track or achieved")),
                ],
                className="big",
            ),
            build_strip(tally, language),
            html.P(tally_words(tally, language), className="counts"),
        ],
        href=address,
        className="card",
    )


def _short(objective: Objective, language: str) -> str:
    short = objective.short.km if language == "km" else objective.short.en
    return short or objective.name.in_language(language)
