"""What is owed, in, late, sent back and approved: as next steps, as a grid, and as reminders to send."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan
from dashboard.components.filters import build_unknown_choice
from dashboard.components.markup import dcc, tags
from dashboard.components.pagination import PER_PAGE, build_pager, build_search, filter_sites, paginate
from dashboard.components.reminder import UPLOAD_PATH, build_reminder
from dashboard.components.returns_grid import build_returns_grid
from dashboard.components.tables import aria_label, element
from dashboard.page_scope import make_scope
from dashboard.selection import localize_path, make_address
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.results import NoValue, ReportingRate
from etl.indicators.vocabulary import Site, Source
from etl.locale import N_
from etl.queries.next_steps import NextStep, Task, list_next_steps, list_site_reminders
from etl.queries.plan_overview import find_counted_quarter
from etl.queries.reporting_status import (
    GridCell,
    get_overall_rate,
    get_returns_grid,
    list_grid_sites,
    list_overdue_returns,
    sort_by_overdue,
)
from etl.queries.scope import QueryScope
from etl.wording import append_unit, describe_amount, describe_period

PATH = "/staff/returns"
APPROVE = "/staff/approve"

MAX_STEPS_SHOWN = 40

_DO = {
    Task.CORRECT: N_("Correct and send again"),
    Task.DECIDE: N_("Approve or send back"),
    Task.FINISH: N_("Finish the draft and submit it"),
    Task.SEND: N_("Send"),
    Task.WAIT: N_("Sent by you: another manager decides"),
}


@registry.page(PATH, title="Returns", permission="staff")
def build_returns(request: PageContext) -> Any:
    """The page; what its visitor may not open stands there without a link."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    _ = request.gettext
    visitor = request.visitor
    decides = visitor.has_permission(Permission.MANAGE)
    steps = list_next_steps(asking, username=visitor.name, may_send=visitor.can_access_site, may_decide=decides)
    every = list_grid_sites(asking, year=_year(request))
    found = filter_sites(every, request)
    turned = paginate(sort_by_overdue(found, list_overdue_returns(asking)) if len(every) > PER_PAGE else found, request)
    here = {site.code for site in turned.items}
    grid = get_returns_grid(asking, year=_year(request), sees_drafts=visitor.can_access_site, only_sites=turned.items)
    owed = list_site_reminders(asking, is_included=lambda site: site in here and visitor.can_access_site(site))
    return [
        tags.H1(_title(request, asking)),
        tags.P(_rates(request, asking), className="sub"),
        tags.Section([tags.H2(_("My next steps")), *_steps(request, steps)], id="next-steps"),
        tags.Section(
            [
                tags.H2(_("By site and quarter")),
                build_unknown_choice(request.selection),
                _years(request, asking),
                *_finding(request, every, found),
                build_returns_grid(grid, request.locale, address_of=lambda square: _address(request, square)),
                build_pager(turned, request, anchor="#by-site"),
            ],
            id="by-site",
        ),
        tags.Section(
            [
                tags.H2(_("Reminders")),
                tags.P(_("Ready to copy into Telegram, in Khmer and in English.")),
                tags.P(_("For the sites that this page shows above.")) if len(here) < len(every) else None,
                *([build_reminder(request, one) for one in owed] or [tags.P(_("No return is owed."))]),
            ],
            id="reminders",
        ),
    ]


def _finding(request: PageContext, every: Sequence[Site], found: Sequence[Site]) -> list[Any]:
    """Where there are many sites: a search, the page's place among the others, and their order."""
    if len(every) <= PER_PAGE:
        return []
    told = tags.P(request.gettext("Sites that owe returns come first."), className="muted")
    return [build_search(request, len(found)), told]


def _title(request: PageContext, asking: QueryScope) -> str:
    """The finding: how the last quarter that counts stands."""
    quarter = find_counted_quarter(asking)
    if quarter is None:
        return request.gettext("Returns: none is due yet")
    rate = get_overall_rate(asking, quarter)
    return request.gettext(
        "Returns of {quarter}: {received} of {expected} received",
        quarter=request.locale.format_quarter(quarter),
        received=rate.received,
        expected=rate.expected,
    )


def _rates(request: PageContext, asking: QueryScope) -> Any:
    """The two rates since the plan began, and the plan's own indicator of them with its number."""
    rate = get_overall_rate(asking)
    said: list[Any] = [_rate_words(request, rate)]
    for indicator in asking.plan.indicators:
        if indicator.source is Source.SYSTEM:
            figure = asking.get_figure(indicator.code, period=PlanToDate())
            amount = describe_amount(figure.actual.amount, indicator, request.locale)
            address = localize_path(f"/staff/indicator/{indicator.code}", request.language)
            words = f"{indicator.name.in_language(request.language)}, {describe_period(figure.period, request.locale)}"
            shown = append_unit(amount, indicator, request.locale)
            if isinstance(figure.actual.amount, NoValue):
                shown = amount
            said += [" ", dcc.Link(f"{words}: {shown}", href=address)]
    return said


def _rate_words(request: PageContext, rate: ReportingRate) -> str:
    received, on_time = rate.received_share, rate.on_time_share
    if isinstance(received, NoValue) or isinstance(on_time, NoValue):
        return request.gettext("No return is due yet.")
    return request.gettext(
        "Since the plan began {received} of {expected} returns came in ({share}), {on_time} of them on time "
        "({on_time_share} of all).",
        received=rate.received,
        expected=rate.expected,
        share=request.locale.format_share(received, 0),
        on_time=rate.on_time,
        on_time_share=request.locale.format_share(on_time, 0),
    )


def _steps(request: PageContext, steps: tuple[NextStep, ...]) -> list[Any]:
    if not steps:
        return [tags.P(request.gettext("Nothing waits for you.")), _shortcuts(request, steps)]
    listed = tags.Ul([tags.Li(_step(request, step)) for step in steps[:MAX_STEPS_SHOWN]], className="steps")
    more = len(steps) - MAX_STEPS_SHOWN
    rest = request.gettext("and {count} more: they are in the returns by site and quarter below.", count=more)
    return [listed, tags.P(tags.A(rest, href="#by-site")) if more > 0 else None, _shortcuts(request, steps)]


def _shortcuts(request: PageContext, steps: tuple[NextStep, ...]) -> Any:
    """To the upload page, and for who has several returns to decide on to where they are approved together."""
    links: list[Any] = [tags.A(request.gettext("Send a return"), href=localize_path(UPLOAD_PATH, request.language))]
    if sum(step.task is Task.DECIDE for step in steps) > 1:
        links += [
            " · ",
            tags.A(request.gettext("Approve several at once"), href=localize_path(APPROVE, request.language)),
        ]
    return tags.P(links)


def _step(request: PageContext, step: NextStep) -> Any:
    _, locale = request.gettext, request.locale
    name = f"{step.site.name.in_language(locale.language)}, {locale.format_quarter(step.quarter)}"
    day = locale.format_day(step.due)
    if step.task in (Task.DECIDE, Task.WAIT):
        when = _("sent by {who}", who=step.sender)
    else:
        when = _("overdue since {day}", day=day) if step.is_overdue else _("due by {day}", day=day)
    address = _step_address(request, step)
    words = tags.B(name) if not address else dcc.Link(name, href=address)
    is_urgent = step.is_overdue and step.task in (Task.SEND, Task.FINISH)
    return [
        tags.Span(_(_DO[step.task]), className="task"),
        words,
        tags.Span(when, className="when overdue" if is_urgent else "when"),
    ]


def _step_address(request: PageContext, step: NextStep) -> str:
    if step.return_id is not None:
        return _return(request, step.return_id)
    return _upload(request, step.site.code, step.quarter)


def _address(request: PageContext, square: GridCell) -> str:
    """Where a square leads: to its return, or to where one can be sent; nowhere for whom it isn't."""
    if not request.visitor.can_access_site(square.site):
        return ""
    if square.return_id is not None:
        return _return(request, square.return_id)
    return (
        _upload(request, square.site, square.quarter) if square.status.is_outstanding and not square.is_locked else ""
    )


def _upload(request: PageContext, site: str, quarter: Quarter) -> str:
    query = urlencode({"site": site, "quarter": str(quarter)})
    return f"{localize_path(UPLOAD_PATH, request.language)}?{query}"


def _return(request: PageContext, number: int) -> str:
    return localize_path(f"{PATH}/{number}", request.language)


def _year(request: PageContext) -> int | None:
    """The year that the address chooses; None for the latest quarters."""
    period = request.selection.period
    if isinstance(period, Quarter):
        return period.year
    return period.first if isinstance(period, Years) else None


def _years(request: PageContext, asking: QueryScope) -> Any:
    """The choice of a year as plain links."""
    _, settings = request.gettext, asking.plan.settings
    last = min(settings.calendar.last_ended(asking.today).year, settings.last_year)
    choices: list[tuple[str, Period]] = [(_("Latest quarters"), PlanToDate())]
    choices += [(str(year), Years(year, year)) for year in range(last, settings.first_year - 1, -1)]
    links = [
        element(
            "Li",
            dcc.Link(words, href=make_address(replace(request.selection, period=period), PATH)),
            **{"aria-current": "true" if period == request.selection.period else None},
        )
        for words, period in choices
    ]
    return tags.Nav(tags.Ul(links, className="year-choice"), **aria_label(_("Years")))
