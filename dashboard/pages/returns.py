"""What is owed, in, late, sent back and approved: as next steps, as a grid, and as reminders to send."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.access.registry import PageRequest, Permission, registry
from dashboard.components.filters import build_unknown_choice
from dashboard.components.pagination import ON_A_PAGE, build_pager, build_search, found_sites, turn
from dashboard.components.plain import dcc, html
from dashboard.components.reminder import UPLOAD, build_reminder
from dashboard.components.returns_grid import build_returns_grid
from dashboard.components.states import build_no_plan
from dashboard.components.tables import aria, element
from dashboard.page_scope import asking_of
from dashboard.selection import address_of, in_language
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.results import NoValue, ReportingRate
from etl.indicators.vocabulary import Site, Source
from etl.locale.translations import format_day, format_quarter, format_share, to_say
from etl.queries.asking import Asking
from etl.queries.next_steps import NextStep, Task, next_steps, owed_by_site
from etl.queries.plan_overview import last_counted
from etl.queries.reporting_status import Square, grid_sites, owed_returns, owing_most, returns_grid, whole_rate
from etl.wording import amount_words, period_words, with_unit

PATH = "/staff/returns"
APPROVE = "/staff/approve"

STEPS_SHOWN = 40

_DO = {
    Task.CORRECT: to_say("Correct and send again"),
    Task.DECIDE: to_say("Approve or send back"),
    Task.FINISH: to_say("Finish the draft and submit it"),
    Task.SEND: to_say("Send"),
    Task.WAIT: to_say("Sent by you: another manager decides"),
}


@registry.page(PATH, title="Returns", permission="staff")
def build_returns(request: PageRequest) -> Any:
    """The page; what its visitor may not open stands there without a link."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    say = request.say
    visitor = request.visitor
    decides = visitor.may(Permission.MANAGE)
    steps = next_steps(asking, who=visitor.name, sends_for=visitor.may_send_for, decides=decides)
    every = grid_sites(asking, year=_year(request))
    found = found_sites(every, request)
    turned = turn(owing_most(found, owed_returns(asking)) if len(every) > ON_A_PAGE else found, request)
    here = {site.code for site in turned.shown}
    grid = returns_grid(asking, year=_year(request), sees_drafts=visitor.may_send_for, only=turned.shown)
    owed = owed_by_site(asking, sites_of=lambda site: site in here and visitor.may_send_for(site))
    return [
        html.H1(_title(request, asking)),
        html.P(_rates(request, asking), className="sub"),
        html.Section([html.H2(say("My next steps")), *_steps(request, steps)], id="next-steps"),
        html.Section(
            [
                html.H2(say("By site and quarter")),
                build_unknown_choice(request.selection),
                _years(request, asking),
                *_finding(request, every, found),
                build_returns_grid(grid, request.language, address_of=lambda square: _address(request, square)),
                build_pager(turned, request, anchor="#by-site"),
            ],
            id="by-site",
        ),
        html.Section(
            [
                html.H2(say("Reminders")),
                html.P(say("Ready to copy into Telegram, in Khmer and in English.")),
                html.P(say("For the sites that this page shows above.")) if len(here) < len(every) else None,
                *([build_reminder(request, one) for one in owed] or [html.P(say("No return is owed."))]),
            ],
            id="reminders",
        ),
    ]


def _finding(request: PageRequest, every: Sequence[Site], found: Sequence[Site]) -> list[Any]:
    """Where there are many sites: a search, the page's place among the others, and their order."""
    if len(every) <= ON_A_PAGE:
        return []
    told = html.P(request.say("Sites that owe returns come first."), className="muted")
    return [build_search(request, len(found)), told]


def _title(request: PageRequest, asking: Asking) -> str:
    """The finding: how the last quarter that counts stands."""
    quarter = last_counted(asking)
    if quarter is None:
        return request.say("Returns: none is due yet")
    rate = whole_rate(asking, quarter)
    return request.say(
        "Returns of {quarter}: {received} of {expected} received",
        quarter=format_quarter(quarter, request.language),
        received=rate.received,
        expected=rate.expected,
    )


def _rates(request: PageRequest, asking: Asking) -> Any:
    """The two rates since the plan began, and the plan's own indicator of them with its number."""
    rate = whole_rate(asking)
    said: list[Any] = [_rate_words(request, rate)]
    for indicator in asking.plan.indicators:
        if indicator.source is Source.SYSTEM:
            figure = asking.figure(indicator.code, period=PlanToDate())
            amount = amount_words(figure.actual.amount, indicator, request.language)
            address = in_language(f"/staff/indicator/{indicator.code}", request.language)
            words = f"{indicator.name.in_language(request.language)}, {period_words(figure.period, request.language)}"
            shown = with_unit(amount, indicator, request.language)
            if isinstance(figure.actual.amount, NoValue):
                shown = amount
            said += [" ", dcc.Link(f"{words}: {shown}", href=address)]
    return said


def _rate_words(request: PageRequest, rate: ReportingRate) -> str:
    received, on_time = rate.received_share, rate.on_time_share
    if isinstance(received, NoValue) or isinstance(on_time, NoValue):
        return request.say("No return is due yet.")
    return request.say(
        "Since the plan began {received} of {expected} returns came in ({share}), {on_time} of them on time "
        "({on_time_share} of all).",
        received=rate.received,
        expected=rate.expected,
        share=format_share(received, request.language, 0),
        on_time=rate.on_time,
        on_time_share=format_share(on_time, request.language, 0),
    )


def _steps(request: PageRequest, steps: tuple[NextStep, ...]) -> list[Any]:
    if not steps:
        return [html.P(request.say("Nothing waits for you.")), _shortcuts(request, steps)]
    listed = html.Ul([html.Li(_step(request, step)) for step in steps[:STEPS_SHOWN]], className="steps")
    more = len(steps) - STEPS_SHOWN
    rest = request.say("and {count} more: they are in the returns by site and quarter below.", count=more)
    return [listed, html.P(html.A(rest, href="#by-site")) if more > 0 else None, _shortcuts(request, steps)]


def _shortcuts(request: PageRequest, steps: tuple[NextStep, ...]) -> Any:
    """To the upload page, and for who has several returns to decide on to where they are approved together."""
    links: list[Any] = [html.A(request.say("Send a return"), href=in_language(UPLOAD, request.language))]
    if sum(step.task is Task.DECIDE for step in steps) > 1:
        links += [" · ", html.A(request.say("Approve several at once"), href=in_language(APPROVE, request.language))]
    return html.P(links)


def _step(request: PageRequest, step: NextStep) -> Any:
    say, language = request.say, request.language
    name = f"{step.site.name.in_language(language)}, {format_quarter(step.quarter, language)}"
    day = format_day(step.due, language)
    if step.task in (Task.DECIDE, Task.WAIT):
        when = say("sent by {who}", who=step.sender)
    else:
        when = say("overdue since {day}", day=day) if step.is_overdue else say("due by {day}", day=day)
    address = _step_address(request, step)
    words = html.B(name) if not address else dcc.Link(name, href=address)
    is_urgent = step.is_overdue and step.task in (Task.SEND, Task.FINISH)
    return [
        html.Span(say(_DO[step.task]), className="task"),
        words,
        html.Span(when, className="when overdue" if is_urgent else "when"),
    ]


def _step_address(request: PageRequest, step: NextStep) -> str:
    if step.number is not None:
        return _return(request, step.number)
    return _upload(request, step.site.code, step.quarter)


def _address(request: PageRequest, square: Square) -> str:
    """Where a square leads: to its return, or to where one can be sent; nowhere for whom it isn't."""
    if not request.visitor.may_send_for(square.site):
        return ""
    if square.number is not None:
        return _return(request, square.number)
    return _upload(request, square.site, square.quarter) if square.standing.is_owed and not square.is_locked else ""


def _upload(request: PageRequest, site: str, quarter: Quarter) -> str:
    query = urlencode({"site": site, "quarter": str(quarter)})
    return f"{in_language(UPLOAD, request.language)}?{query}"


def _return(request: PageRequest, number: int) -> str:
    return in_language(f"{PATH}/{number}", request.language)


def _year(request: PageRequest) -> int | None:
    """The year that the address chooses; None for the latest quarters."""
    period = request.selection.period
    if isinstance(period, Quarter):
        return period.year
    return period.first if isinstance(period, Years) else None


def _years(request: PageRequest, asking: Asking) -> Any:
    """The choice of a year as plain links."""
    say, settings = request.say, asking.plan.settings
    last = min(settings.calendar.last_ended(asking.today).year, settings.last_year)
    choices: list[tuple[str, Period]] = [(say("Latest quarters"), PlanToDate())]
    choices += [(str(year), Years(year, year)) for year in range(last, settings.first_year - 1, -1)]
    links = [
        element(
            "Li",
            dcc.Link(words, href=address_of(replace(request.selection, period=period), PATH)),
            **{"aria-current": "true" if period == request.selection.period else None},
        )
        for words, period in choices
    ]
    return html.Nav(html.Ul(links, className="year-choice"), **aria(say("Years")))
