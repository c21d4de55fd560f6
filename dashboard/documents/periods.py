"""Quarters with their due days and locks; the administrator locks and unlocks them, with a reason."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.empty_states import build_no_plan
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_error_list
from dashboard.components.uploads import redirect_after_post
from dashboard.components.validated_fields import build_text_area
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

_TOLD = {
    "locked": N_("Locked. These quarters take no return until they are unlocked."),
    "unlocked": N_("Unlocked. These quarters take returns again."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_periods(asked: PageContext) -> ResponseReturnValue:
    """The quarters; sent, the same page with what was done, or with what kept it from being done."""
    if sent.method != "POST":
        return _answer(asked, ())
    locked = sent.form.get("act") == "lock"
    try:
        set_quarter_locks(
            asked.source.engine,
            _chosen(),
            locked=locked,
            actor=asked.visitor.name,
            now=asked.now,
            reason=sent.form.get("reason", ""),
        )
    except TranslatableError as error:
        return _answer(asked, (describe_error(error, asked.locale),))
    told = "locked" if locked else "unlocked"
    return redirect_after_post(f"{localize_path(PATH, asked.language)}?told={told}")


def _chosen() -> list[Quarter]:
    """The quarters that the form names; a text that is none is left out."""
    found = []
    for text in sent.form.getlist("quarter"):
        try:
            found.append(parse_quarter(text))
        except ValueError:
            continue
    return found


def _answer(asked: PageContext, faults: Sequence[str]) -> ResponseReturnValue:
    title = asked.gettext("Periods")
    asking = make_scope(asked)
    content = build_no_plan(asked.locale) if asking is None else _build(asked, asking, title, faults)
    return make_document_response(asked, title, content, 422 if faults else 200)


def _build(asked: PageContext, asking: QueryScope, title: str, faults: Sequence[str]) -> list[Any]:
    _ = asked.gettext
    told = _TOLD.get(sent.args.get("told", "")) if not faults else None
    return [
        build_error_list(faults, asked),
        element("P", _(told), className="done", role="status") if told else None,
        element("H1", title),
        element(
            "P",
            _(
                "A locked quarter takes no return and no approval: its figures stay as they are. Due days come with "
                "the plan."
            ),
            className="sub",
        ),
        _form(asked, list_plan_quarters(asked.source, asking)),
    ]


def _form(asked: PageContext, quarters: Sequence[PlanQuarter]) -> Any:
    _ = asked.gettext
    header = (_("Quarter"), _("Choose"), _("Ends"), _("Due"), _("Received"), _("Waiting"), _("Lock"))
    chosen = set(sent.form.getlist("quarter")) if sent.method == "POST" else set()
    rows = [_row(asked, one, is_chosen=str(one.quarter) in chosen) for one in quarters]
    buttons = [
        element("Button", _(words), type="submit", name="act", value=act, className=name)
        for words, act, name in (
            (_LOCK, "lock", "button"),
            (_UNLOCK, "unlock", "button second"),
        )
    ]
    return element(
        "Form",
        [
            build_text_area(
                _("Reason"),
                "reason",
                sent.form.get("reason", ""),
                {},
                hint=_("Stands in the audit trail."),
                rows=2,
                maxLength=MAX_REASON_LENGTH,
            ),
            element("P", buttons, className="buttons"),
            build_table(_("Quarters of the plan"), header, rows, numeric=(4, 5), table_id="periods", stacks=True),
        ],
        method="post",
        action=localize_path(PATH, asked.language),
        className="periods",
    )


_LOCK, _UNLOCK = N_("Lock the chosen quarters"), N_("Unlock the chosen quarters")


def _row(asked: PageContext, one: PlanQuarter, *, is_chosen: bool) -> list[Any]:
    _, locale = asked.gettext, asked.locale
    name = locale.format_quarter(one.quarter)
    box = element(
        "Input",
        type="checkbox",
        name="quarter",
        value=str(one.quarter),
        checked=is_chosen,
        **{"aria-label": _("Choose {quarter}", quarter=name)},
    )
    received = _("{received} of {expected}", received=one.reporting_rate.received, expected=one.reporting_rate.expected)
    return [
        name,
        box,
        locale.format_day(one.end),
        locale.format_day(one.due),
        received if one.reporting_rate.expected else "–",
        str(one.pending_count) if one.pending_count else "–",
        _lock(asked, one),
    ]


def _lock(asked: PageContext, one: PlanQuarter) -> Any:
    """Whether it is locked, and who changed that last and why."""
    state = element("B", asked.gettext("locked")) if one.is_locked else asked.gettext("open")
    if one.lock_change is None:
        return state
    told = f"{one.lock_change.actor}, {asked.locale.format_moment(one.lock_change.at)}: {one.lock_change.reason}"
    return [state, element("Small", told)]
