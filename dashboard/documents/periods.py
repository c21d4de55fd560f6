"""Quarters with their due dates and locks, which administrators set with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.forms import build_error_summary, build_text_field
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.components.uploads import redirect_after_post
from dashboard.page_scope import make_scope
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter, parse_quarter
from etl.locale import N_
from etl.queries.periods import PlanQuarter, list_plan_quarters
from etl.queries.scope import QueryScope
from etl.use_cases.returns.locks import MAX_REASON_LENGTH, set_quarter_locks
from etl.wording.returns import describe_error

PATH = "/admin/periods"
MAX_OPEN_QUARTERS = 9
"""The current quarter and two years before it. Earlier and future quarters are folded."""

_SUCCESS_MESSAGES = {
    "locked": N_("Quarters locked. They do not accept returns until they are unlocked."),
    "unlocked": N_("Quarters unlocked. They accept returns again."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_periods(page: PageContext) -> ResponseReturnValue:
    """Show the quarters; after a POST, lock or unlock the selected ones or show the error."""
    if request.method != "POST":
        return _render(page, ())
    locked = request.form.get("act") == "lock"
    try:
        set_quarter_locks(
            page.source.engine,
            _read_quarters(),
            locked=locked,
            actor=page.visitor.name,
            now=page.now,
            reason=request.form.get("reason", ""),
        )
    except TranslatableError as error:
        return _render(page, (describe_error(error, page.locale),))
    outcome = "locked" if locked else "unlocked"
    return redirect_after_post(f"{localize_path(PATH, page.language)}?notice={outcome}")


def _read_quarters() -> list[Quarter]:
    """Return the selected quarters of the form without invalid values."""
    quarters = []
    for text in request.form.getlist("quarter"):
        try:
            quarters.append(parse_quarter(text))
        except ValueError:
            continue
    return quarters


def _render(page: PageContext, errors: Sequence[str]) -> ResponseReturnValue:
    title = page.gettext("Quarters")
    scope = make_scope(page)
    content = build_no_plan_page(page) if scope is None else _build_content(page, scope, title, errors)
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_content(page: PageContext, scope: QueryScope, title: str, errors: Sequence[str]) -> list[Any]:
    _ = page.gettext
    notice = _SUCCESS_MESSAGES.get(request.args.get("notice", "")) if not errors else None
    return [
        build_error_summary(errors, page),
        tags.P(_(notice), className="done", role="status") if notice else None,
        tags.H1(title),
        tags.P(
            _(
                "A locked quarter accepts no returns or approvals, so its figures do not change. Due "
                "dates come from the plan."
            ),
            className="sub",
        ),
        _build_form(page, list_plan_quarters(page.source, scope)),
    ]


@dataclass(frozen=True)
class _QuarterGroups:
    recent: Sequence[PlanQuarter]
    """The current quarter, or the nearest one of the plan, and those before it, latest first."""
    earlier: Sequence[PlanQuarter]
    future: Sequence[PlanQuarter]
    """The quarters after the current one, the next one first."""


def _group_quarters(quarters: Sequence[PlanQuarter]) -> _QuarterGroups:
    """Return the quarters, which come latest first, in groups. Before the plan begins, its first quarter is current."""
    not_ended = [plan_quarter for plan_quarter in quarters if not plan_quarter.has_ended]
    future = not_ended[:-1]
    others = quarters[len(future) :]
    return _QuarterGroups(others[:MAX_OPEN_QUARTERS], others[MAX_OPEN_QUARTERS:], future[::-1])


def _build_form(page: PageContext, quarters: Sequence[PlanQuarter]) -> Any:
    _ = page.gettext
    buttons = [
        tags.Button(_(label), type="submit", name="act", value=action, className=name)
        for label, action, name in (
            (_LOCK, "lock", "button"),
            (_UNLOCK, "unlock", "button second"),
        )
    ]
    groups = _group_quarters(quarters)
    return tags.Form(
        [
            build_text_field(
                _("Reason"),
                "reason",
                value=request.form.get("reason", ""),
                lines=2,
                hint=_("Recorded in the audit log."),
                maxLength=MAX_REASON_LENGTH,
            ),
            tags.P(buttons, className="buttons"),
            _build_table(page, _("Quarters of the plan"), groups.recent, "periods"),
            _build_fold(page, _("Earlier quarters"), groups.earlier, "periods-earlier"),
            _build_fold(page, _("Future quarters"), groups.future, "periods-future"),
        ],
        method="post",
        action=localize_path(PATH, page.language),
        className="periods",
    )


def _read_choice() -> frozenset[str]:
    """Return the quarters that a refused form had selected."""
    return frozenset(request.form.getlist("quarter")) if request.method == "POST" else frozenset()


def _build_fold(page: PageContext, title: str, quarters: Sequence[PlanQuarter], table_id: str) -> Any:
    """Return a folded table, which is open if one of its quarters is selected; None without quarters."""
    if not quarters:
        return None
    chosen = _read_choice()
    return tags.Details(
        [tags.Summary(f"{title} ({len(quarters)})"), _build_table(page, title, quarters, table_id)],
        open=any(str(plan_quarter.quarter) in chosen for plan_quarter in quarters) or None,
    )


def _build_table(page: PageContext, caption: str, quarters: Sequence[PlanQuarter], table_id: str) -> Any:
    _, chosen = page.gettext, _read_choice()
    header = (_("Quarter"), _("Choose"), _("Ends"), _("Due"), _("Received"), _("Pending approval"), _("Lock"))
    rows = [_build_row(page, plan_quarter, is_chosen=str(plan_quarter.quarter) in chosen) for plan_quarter in quarters]
    return build_table(caption, header, rows, numeric=(4, 5), table_id=table_id, stacks=True)


_LOCK, _UNLOCK = N_("Lock selected quarters"), N_("Unlock selected quarters")


def _build_row(page: PageContext, plan_quarter: PlanQuarter, *, is_chosen: bool) -> list[Any]:
    _, locale = page.gettext, page.locale
    name = locale.format_quarter(plan_quarter.quarter)
    box = tags.Input(
        type="checkbox",
        name="quarter",
        value=str(plan_quarter.quarter),
        checked=is_chosen,
        **{"aria-label": _("Select {quarter}", quarter=name)},
    )
    received = _(
        "{received} of {expected}",
        received=plan_quarter.reporting_rate.received,
        expected=plan_quarter.reporting_rate.expected,
    )
    return [
        name,
        box,
        locale.format_day(plan_quarter.end),
        locale.format_day(plan_quarter.due),
        received if plan_quarter.reporting_rate.expected else "–",
        str(plan_quarter.pending_count) if plan_quarter.pending_count else "–",
        _describe_lock(page, plan_quarter),
    ]


def _describe_lock(page: PageContext, plan_quarter: PlanQuarter) -> Any:
    """Return whether the quarter is locked, and who changed the lock last and why."""
    state = tags.B(page.gettext("locked")) if plan_quarter.is_locked else page.gettext("open")
    change = plan_quarter.lock_change
    if change is None:
        return state
    details = f"{change.actor}, {page.locale.format_moment(change.at)}: {change.reason}"
    return [state, tags.Small(details)]
