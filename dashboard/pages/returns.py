"""All returns: next steps, the grid by site and quarter, and reminders."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.filters import build_unknown_choice
from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.components.pagination import PER_PAGE, build_pager, build_search, filter_sites, paginate
from dashboard.components.reminder import UPLOAD_PATH, build_reminder
from dashboard.components.return_parts import make_typed_address
from dashboard.components.returns_grid import build_returns_grid
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

MAX_STEPS = 40

_TASK_LABELS = {
    Task.CORRECT: N_("Correct and upload again"),
    Task.DECIDE: N_("Approve or send back"),
    Task.FINISH: N_("Finish the draft and submit it"),
    Task.SEND: N_("Upload"),
    Task.WAIT: N_("Uploaded by you: another manager reviews it"),
}


@registry.page(PATH, title="Returns", permission="staff")
def build_returns(page: PageContext) -> Any:
    """Return the page. It links only to what the visitor may open."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    _, visitor = page.gettext, page.visitor
    can_decide = visitor.has_permission(Permission.MANAGE)
    steps = list_next_steps(scope, username=visitor.name, may_send=visitor.can_access_site, may_decide=can_decide)
    sites = list_grid_sites(scope, year=_get_year(page))
    matches = filter_sites(sites, page)
    site_page = paginate(
        sort_by_overdue(matches, list_overdue_returns(scope)) if len(sites) > PER_PAGE else matches, page
    )
    shown_codes = {site.code for site in site_page.items}
    grid = get_returns_grid(
        scope, year=_get_year(page), sees_drafts=visitor.can_access_site, only_sites=site_page.items
    )
    overdue_returns = list_site_reminders(
        scope, is_included=lambda site: site in shown_codes and visitor.can_access_site(site)
    )
    return [
        tags.H1(_make_title(page, scope)),
        tags.P(_build_rates(page, scope), className="sub"),
        tags.Section([tags.H2(_("My next steps")), *_build_steps(page, scope, steps)], id="next-steps"),
        tags.Section(
            [
                tags.H2(_("By site and quarter")),
                build_unknown_choice(page.selection),
                _build_year_choice(page, scope),
                *_build_search_bar(page, sites, matches),
                build_returns_grid(
                    grid, page.locale, make_cell_address=lambda square: _make_cell_address(page, square)
                ),
                build_pager(site_page, page, anchor="#by-site"),
            ],
            id="by-site",
        ),
        tags.Section(
            [
                tags.H2(_("Reminders")),
                tags.P(_("Messages in Khmer and English to copy into Telegram.")),
                tags.P(_("For the sites shown above.")) if len(shown_codes) < len(sites) else None,
                *(
                    [build_reminder(page, site_returns) for site_returns in overdue_returns]
                    or [tags.P(_("No returns are overdue."))]
                ),
            ],
            id="reminders",
        ),
    ]


def _build_search_bar(page: PageContext, sites: Sequence[Site], matches: Sequence[Site]) -> list[Any]:
    """Return a search and a note on the order; nothing if all sites fit on one page."""
    if len(sites) <= PER_PAGE:
        return []
    note = tags.P(page.gettext("Sites with overdue returns come first."), className="muted")
    return [build_search(page, len(matches)), note]


def _make_title(page: PageContext, scope: QueryScope) -> str:
    """Return the reporting rate of the last counted quarter as a heading."""
    quarter = find_counted_quarter(scope)
    if quarter is None:
        return page.gettext("No returns are due yet")
    rate = get_overall_rate(scope, quarter)
    return page.gettext(
        "Returns of {quarter}: {received} of {expected} received",
        quarter=page.locale.format_quarter(quarter),
        received=rate.received,
        expected=rate.expected,
    )


def _build_rates(page: PageContext, scope: QueryScope) -> Any:
    """Return the reporting rates since the plan began, with links to the plan's own indicators of them."""
    rate = get_overall_rate(scope)
    parts: list[Any] = [_describe_rate(page, rate)]
    for indicator in scope.plan.indicators:
        if indicator.source is Source.SYSTEM:
            figure = scope.get_figure(indicator.code, period=PlanToDate())
            amount = describe_amount(figure.actual.amount, indicator, page.locale)
            address = localize_path(f"/staff/indicator/{indicator.code}", page.language)
            label = f"{indicator.name.get_text(page.language)}, {describe_period(figure.period, page.locale)}"
            amount_text = append_unit(amount, indicator, page.locale)
            if isinstance(figure.actual.amount, NoValue):
                amount_text = amount
            parts += [" ", dcc.Link(f"{label}: {amount_text}", href=address)]
    return parts


def _describe_rate(page: PageContext, rate: ReportingRate) -> str:
    received, on_time = rate.received_share, rate.on_time_share
    if isinstance(received, NoValue) or isinstance(on_time, NoValue):
        return page.gettext("No returns are due yet.")
    return page.gettext(
        "Returns received since the plan began: {received:,} of {expected:,} ({share}), {on_time:,} of "
        "them on time ({on_time_share} of all).",
        received=rate.received,
        expected=rate.expected,
        share=page.locale.format_share(received, 0),
        on_time=rate.on_time,
        on_time_share=page.locale.format_share(on_time, 0),
    )


def _build_steps(page: PageContext, scope: QueryScope, steps: tuple[NextStep, ...]) -> list[Any]:
    """Return the steps; returns of earlier quarters that were never uploaded are folded below them."""
    if not steps:
        return [tags.P(page.gettext("You have no open tasks.")), _build_shortcuts(page, steps)]
    quarter = find_counted_quarter(scope)
    older = [step for step in steps if step.task is Task.SEND and quarter is not None and step.quarter < quarter]
    current = sorted(
        (step for step in steps if step not in older), key=lambda step: quarter is None or step.quarter < quarter
    )
    return [
        *_build_step_list(page, current),
        _build_older_steps(page, older),
        _build_shortcuts(page, steps),
    ]


def _build_older_steps(page: PageContext, steps: Sequence[NextStep]) -> Any:
    """Return the missing returns of earlier quarters, folded; None without any."""
    if not steps:
        return None
    summary = tags.Summary(page.gettext("Missing from earlier quarters: {count}", count=len(steps)))
    return tags.Details([summary, *_build_step_list(page, steps)], className="older-steps")


def _build_step_list(page: PageContext, steps: Sequence[NextStep]) -> list[Any]:
    step_list = tags.Ul([tags.Li(_build_step(page, step)) for step in steps[:MAX_STEPS]], className="steps")
    more_count = len(steps) - MAX_STEPS
    more_text = page.gettext("{count} more in the table of returns below", count=more_count)
    return [
        step_list if steps else None,
        tags.P(tags.A(more_text, href="#by-site")) if more_count > 0 else None,
    ]


def _build_shortcuts(page: PageContext, steps: tuple[NextStep, ...]) -> Any:
    """Return links to the upload page and, for several pending returns, to approving them together."""
    links: list[Any] = [tags.A(page.gettext("Upload a return"), href=localize_path(UPLOAD_PATH, page.language))]
    if sum(step.task is Task.DECIDE for step in steps) > 1:
        links += [
            " · ",
            tags.A(page.gettext("Approve several at once"), href=localize_path(APPROVE, page.language)),
        ]
    return tags.P(links)


def _build_step(page: PageContext, step: NextStep) -> Any:
    _, locale = page.gettext, page.locale
    name = f"{step.site.name.get_text(locale.language)}, {locale.format_quarter(step.quarter)}"
    day = locale.format_day(step.due)
    if step.task in (Task.DECIDE, Task.WAIT):
        when = _("uploaded by {who}", who=step.sender)
    elif step.is_received:
        when = _("until then, the return submitted before it counts")
    else:
        when = _("overdue since {day}", day=day) if step.is_overdue else _("due by {day}", day=day)
    address = _make_step_address(page, step)
    title = tags.B(name) if not address else dcc.Link(name, href=address)
    is_urgent = step.is_overdue and step.task in (Task.SEND, Task.FINISH)
    return [
        tags.Span(_(_TASK_LABELS[step.task]), className="task"),
        title,
        tags.Span(when, className="when overdue" if is_urgent else "when"),
        _build_typed_link(page, step, name) if step.task is Task.SEND else None,
    ]


def _build_typed_link(page: PageContext, step: NextStep, name: str) -> Any:
    """Return a link to the page on which the return is typed. It is a document, so the browser loads it."""
    address = make_typed_address(step.site.code, step.quarter, page.locale)
    label = page.gettext("Type it on the page")
    return tags.A([label, tags.Span(f": {name}", className="vh")], href=address, className="type-it")


def _make_step_address(page: PageContext, step: NextStep) -> str:
    if step.return_id is not None:
        return _make_return_address(page, step.return_id)
    return _make_upload_address(page, step.site.code, step.quarter)


def _make_cell_address(page: PageContext, square: GridCell) -> str:
    """Return the address of a cell's return or of its upload; blank for visitors without access."""
    if not page.visitor.can_access_site(square.site):
        return ""
    if square.return_id is not None:
        return _make_return_address(page, square.return_id)
    return (
        _make_upload_address(page, square.site, square.quarter)
        if square.status.is_outstanding and not square.is_locked
        else ""
    )


def _make_upload_address(page: PageContext, site: str, quarter: Quarter) -> str:
    query = urlencode({"site": site, "quarter": str(quarter)})
    return f"{localize_path(UPLOAD_PATH, page.language)}?{query}"


def _make_return_address(page: PageContext, number: int) -> str:
    return localize_path(f"{PATH}/{number}", page.language)


def _get_year(page: PageContext) -> int | None:
    """Return the selected year; None for the latest quarters."""
    period = page.selection.period
    if isinstance(period, Quarter):
        return period.year
    return period.first if isinstance(period, Years) else None


def _build_year_choice(page: PageContext, scope: QueryScope) -> Any:
    """Return links to each year of the plan."""
    _, settings = page.gettext, scope.plan.settings
    last = min(settings.calendar.find_last_ended_quarter(scope.today).year, settings.last_year)
    choices: list[tuple[str, Period]] = [(_("Latest quarters"), PlanToDate())]
    choices += [(str(year), Years(year, year)) for year in range(last, settings.first_year - 1, -1)]
    links = [
        tags.Li(
            dcc.Link(label, href=make_address(replace(page.selection, period=period), PATH)),
            **{"aria-current": "true" if period == page.selection.period else None},
        )
        for label, period in choices
    ]
    return tags.Nav(tags.Ul(links, className="year-choice"), **make_aria_label(_("Years")))
