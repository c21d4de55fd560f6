"""The whole plan on one screen: objectives by rating, what needs attention, two clocks, the returns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.attention_table import build_attention_table
from dashboard.components.changes_list import build_changes, build_since_choice, read_since_day
from dashboard.components.empty_states import build_no_plan, build_no_returns_note
from dashboard.components.figure_parts import figures_table
from dashboard.components.filters import build_filters
from dashboard.components.marks import build_meter, build_strip
from dashboard.components.markup import dcc, tags
from dashboard.components.overview_summary import build_overview_summary
from dashboard.components.pack_form import build_pack_form
from dashboard.components.remarks import build_open_actions
from dashboard.components.returns_grid import build_returns_grid
from dashboard.components.tables import aria_label
from dashboard.page_scope import get_indicator, make_scope
from dashboard.selection import make_address
from etl.indicators.vocabulary import Objective
from etl.locale import Locale
from etl.queries.attention import list_attention_items
from etl.queries.changes import find_changes_since
from etl.queries.editions import list_editions
from etl.queries.plan_overview import ObjectiveSummary, Overview, get_plan_overview
from etl.queries.remarks import Remark, list_remarks
from etl.queries.scope import QueryScope
from etl.wording import describe_rating_counts, rating_counts_title

MAX_ATTENTION_ROWS, TRUNCATED_ATTENTION_ROWS = 40, 15
"""Up to so many indicators in need stand in a table with what each needs; where there are more, so many of the worst
do, and all are in the last table."""


@registry.page("/staff/overview", title="Overview", permission="staff", cacheable=True)
def build_overview(request: PageContext) -> Any:
    """The overview for the chosen period, programme and sites."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    locale, _ = request.locale, request.gettext
    overview, remarks = get_plan_overview(asking), list_remarks(request.source)
    day = read_since_day(request)
    worst = next(((get_indicator(asking, one.indicator), one) for one in overview.attention), None)
    cards = [_card(summary, request) for summary in overview.objectives]
    return [
        tags.Div(
            [tags.H1(rating_counts_title(overview.rating_counts, locale)), _clocks(overview, request)],
            className="lead",
        ),
        build_overview_summary(overview.rating_counts, worst, overview.overdue_returns, request.selection),
        build_filters(request, asking.plan, more=[build_since_choice(request, day)] if day else ()),
        build_pack_form(request),
        build_no_returns_note(asking, locale),
        tags.Section(cards, className="cards", **aria_label(_("Objectives"))),
        _attention(overview, remarks, asking, request),
        build_open_actions(request, asking, remarks),
        _returns(overview, request),
        _changes(asking, day, request),
        _everything(overview, asking, request),
    ]


def _attention(overview: Overview, remarks: Sequence[Remark], asking: QueryScope, request: PageContext) -> Any:
    """Who is in need, what it takes and who must act."""
    heading = tags.H2(request.gettext("Needs attention"))
    if not overview.attention:
        return tags.Section([heading, tags.P(request.gettext("Nothing is at risk or off track in this choice."))])
    count = len(overview.attention)
    worst = overview.attention if count <= MAX_ATTENTION_ROWS else overview.attention[:TRUNCATED_ATTENTION_ROWS]
    found = list_attention_items(worst, remarks)
    table = build_attention_table(found, asking.plan, request.selection)
    return tags.Section([heading, *_more_in_need(overview, request), table])


def _more_in_need(overview: Overview, request: PageContext) -> list[Any]:
    """How many stand in the table of those in need, where not all do."""
    count = len(overview.attention)
    if count <= MAX_ATTENTION_ROWS:
        return []
    words = request.gettext(
        "{shown} of {count} are shown, the worst first.", shown=TRUNCATED_ATTENTION_ROWS, count=count
    )
    rest = tags.A(request.gettext("All of them in one table"), href="#every-indicator")
    return [tags.P([words, " ", rest], className="shown")]


def _returns(overview: Overview, request: PageContext) -> Any:
    """The grid; of many sites those that owe most, with the way to the others."""
    address = make_address(request.selection, "/staff/returns")
    grid = build_returns_grid(overview.returns_grid, request.locale, all_sites_address=address)
    return tags.Section([tags.H2(request.gettext("Returns")), grid])


def _changes(asking: QueryScope, day: date | None, request: PageContext) -> Any:
    """What moved since the day of the address; days to choose from where it has none."""
    changes = find_changes_since(request.source, asking, day) if day else None
    told = build_changes(request, asking.plan, day, changes, list_editions(request.source))
    return tags.Section([tags.H2(request.gettext("What changed")), *told], id="changes")


def _everything(overview: Overview, asking: QueryScope, request: PageContext) -> Any:
    """Every indicator in one table, folded."""
    _ = request.gettext
    rows = [(get_indicator(asking, one.indicator), one) for summary in overview.objectives for one in summary.figures]
    table = figures_table(_("Every indicator"), rows, request.selection, table_id="figures")
    folded = tags.Details([tags.Summary(_("All of them in one table")), table])
    return tags.Section([tags.H2(_("Every indicator")), folded], id="every-indicator")


def _clocks(overview: Overview, request: PageContext) -> Any:
    """How much of the plan's time is gone, and how many returns of the last quarter are in."""
    locale = request.locale
    _ = locale.gettext
    gone = build_meter(overview.time_elapsed, _("Plan time gone"), locale.format_share(overview.time_elapsed, 0))
    rate = overview.reporting_rate
    if overview.counted_quarter is None or not rate.expected:
        return tags.Div([gone], className="clocks")
    received = build_meter(
        rate.received_share if not isinstance(rate.received_share, str) else overview.time_elapsed,
        _("Returns received, {quarter}", quarter=locale.format_quarter(overview.counted_quarter)),
        _("{received} of {expected}", received=rate.received, expected=rate.expected),
    )
    return tags.Div([gone, received], className="clocks")


def _card(summary: ObjectiveSummary, request: PageContext) -> Any:
    locale = request.locale
    _ = locale.gettext
    objective, tally = summary.objective, summary.rating_counts
    address = make_address(request.selection, f"/staff/objective/{objective.code}")
    return dcc.Link(
        [
            tags.P(objective.code, className="code"),
            tags.H2(_short(objective, locale)),
            tags.P(
                [
                    _("{good} of {rated}", good=tally.good_count, rated=tally.rated_count),
                    tags.Small(_(" on track or achieved")),
                ],
                className="big",
            ),
            build_strip(tally, locale),
            tags.P(describe_rating_counts(tally, locale), className="counts"),
        ],
        href=address,
        className="card",
    )


def _short(objective: Objective, locale: Locale) -> str:
    short = objective.short.km if locale.language == "km" else objective.short.en
    return short or objective.name.in_language(locale.language)
