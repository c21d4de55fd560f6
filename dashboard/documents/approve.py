"""Approval of several returns at once."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response, render_document
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.forms import build_submit_button
from dashboard.components.markup import tags
from dashboard.components.pagination import build_pager, make_page_address, paginate
from dashboard.components.return_parts import make_return_address
from dashboard.components.tables import Cell, build_table
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.pending_returns import PendingReturn, PendingReturns, get_pending_returns
from etl.use_cases.returns.review import Approval, ApprovalResult, approve_returns
from etl.wording.returns import describe_error

APPROVE_PATH = "/staff/approve"
_TITLE = N_("Returns pending approval")
_MAX_APPROVALS = 500
_PAGE_SIZE = 100


@registry.route(APPROVE_PATH, permission="manage", methods=("GET", "POST"))
def handle_approvals(page: PageContext) -> ResponseReturnValue:
    """Show the pending returns; after a POST, approve the selected ones and show the results."""
    if page.source.find_snapshot() is None:
        return make_document_response(page, page.gettext(_TITLE), build_no_plan_page(page))
    if request.method != "POST":
        return _render(page, ())
    approvals = [
        approval
        for text in request.form.getlist("chosen")[:_MAX_APPROVALS]
        if (approval := _parse_approval(text)) is not None
    ]
    return _render(page, approve_returns(page.source.engine, approvals, actor=page.visitor.name, now=page.now))


def _parse_approval(text: str) -> Approval | None:
    """Parse `<return id>:<expected state>`; None for anything else."""
    number, _, state = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    try:
        return Approval(int(number), ReturnState(state))
    except ValueError:
        return None


def _render(page: PageContext, results: Sequence[ApprovalResult]) -> ResponseReturnValue:
    _, pending_returns = page.gettext, get_pending_returns(page.source, username=page.visitor.name)
    errors = [describe_error(result.error, page.locale) for result in results if result.error is not None]
    approved_count = len(results) - len(errors)
    list_page = paginate(pending_returns.returns, page, per_page=_PAGE_SIZE)
    header = (_("Return"), _("Uploaded by"), _("Warnings"), _("Evidence"), _("Corrects"), _("Choose"))
    rows = [_build_row(pending, pending_returns, page) for pending in list_page.items]
    return render_document(
        "approve.html",
        page,
        _(_TITLE),
        errors=errors,
        notice=_("Approved: {count}", count=approved_count) if approved_count else "",
        status=409 if errors else 200,
        pending_returns=pending_returns,
        list_page=list_page,
        action=make_page_address(page, list_page.page),
        pager=build_pager(list_page, page),
        table=build_table(_(_TITLE), header, rows, numeric=(2, 3), table_id="waiting", stacks=True),
        build_submit_button=build_submit_button,
    )


def _build_row(pending: PendingReturn, pending_returns: PendingReturns, page: PageContext) -> list[Cell]:
    _, locale, return_ = page.gettext, page.locale, pending.stored_return
    site = pending_returns.plans.latest.site_by_code.get(return_.site)
    name = f"{site.name.get_text(locale.language) if site else return_.site}, {locale.format_quarter(return_.quarter)}"
    late_mark = tags.B(f" · {_('late')}") if pending.is_late else None
    submitted_time = locale.format_moment(return_.submitted_at or return_.created_at)
    box_id = f"chosen-{return_.id}"
    box = tags.Input(type="checkbox", name="chosen", value=f"{return_.id}:{return_.state.value}", id=box_id)
    label = tags.Label(_("approve {name}", name=name), htmlFor=box_id, className="vh")
    return [
        [tags.A(name, href=make_return_address(return_.id, locale)), late_mark],
        f"{return_.sender}, {submitted_time}",
        str(pending.warning_count),
        str(pending.evidence_count),
        _("return {number}", number=pending.corrected_return_id) if pending.corrected_return_id else "",
        _("locked: an administrator can unlock it") if pending.is_locked else [box, label],
    ]
