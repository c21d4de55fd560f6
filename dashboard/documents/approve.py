"""Approval of several returns at once."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.empty_states import build_no_plan
from dashboard.components.forms import build_error_summary
from dashboard.components.markup import element
from dashboard.components.pagination import build_pager, page_address, paginate
from dashboard.components.return_parts import return_address
from dashboard.components.tables import Cell, build_table
from dashboard.selection import localize_path
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.pending_returns import PendingReturn, PendingReturns, get_pending_returns
from etl.use_cases.returns.review import Approval, ApprovalResult, approve_returns
from etl.wording.returns import describe_error

APPROVE = "/staff/approve"
_TITLE = N_("Returns pending approval")
_MAX_CHOSEN = 500
_PAGE_SIZE = 100


@registry.route(APPROVE, permission="manage", methods=("GET", "POST"))
def handle_approvals(page: PageContext) -> ResponseReturnValue:
    """Show the pending returns; after a POST, approve the selected ones and show the results."""
    if page.source.find_snapshot() is None:
        return make_document_response(page, page.gettext(_TITLE), build_no_plan(page.locale))
    if request.method != "POST":
        return _render(page, ())
    approvals = [
        approval
        for text in request.form.getlist("chosen")[:_MAX_CHOSEN]
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
    notice = (
        element("P", _("Approved: {count}", count=approved_count), className="done", role="status")
        if approved_count
        else None
    )
    others = page.locale.ngettext(
        "{count} more return needs another manager because you uploaded it.",
        "{count} more returns need another manager because you uploaded them.",
        pending_returns.others_count,
        count=pending_returns.others_count,
    )
    content = [
        element(
            "P", element("A", _("Returns"), href=localize_path("/staff/returns", page.language)), className="crumb"
        ),
        build_error_summary(errors, page),
        notice,
        element("H1", _(_TITLE)),
        _build_form(pending_returns, page) if pending_returns.returns else element("P", _("You have no open tasks.")),
        element("P", others, className="muted") if pending_returns.others_count else None,
    ]
    return make_document_response(page, _(_TITLE), content, 409 if errors else 200)


def _build_form(pending_returns: PendingReturns, page: PageContext) -> Any:
    _ = page.gettext
    header = (_("Return"), _("Uploaded by"), _("Warnings"), _("Evidence"), _("Corrects"), _("Choose"))
    list_page = paginate(pending_returns.returns, page, per_page=_PAGE_SIZE)
    rows = [_build_row(pending, pending_returns, page) for pending in list_page.items]
    table = build_table(_(_TITLE), header, rows, numeric=(2, 3), table_id="waiting", stacks=True)
    button = element("Button", _("Approve selected returns"), type="submit", className="button")
    has_approvable = any(not pending.is_locked for pending in list_page.items)
    content = [table, button if has_approvable else None]
    form = element("Form", content, action=page_address(page, list_page.page), method="post", className="act")
    return element("Div", [build_pager(list_page, page), form]) if list_page.pages > 1 else form


def _build_row(pending: PendingReturn, pending_returns: PendingReturns, page: PageContext) -> list[Cell]:
    _, locale, return_ = page.gettext, page.locale, pending.stored_return
    site = pending_returns.plans.latest.site_by_code.get(return_.site)
    name = (
        f"{site.name.in_language(locale.language) if site else return_.site}, {locale.format_quarter(return_.quarter)}"
    )
    late = element("B", f" · {_('late')}") if pending.is_late else None
    when = locale.format_moment(return_.submitted_at or return_.created_at)
    box_id = f"chosen-{return_.id}"
    box = element("Input", type="checkbox", name="chosen", value=f"{return_.id}:{return_.state.value}", id=box_id)
    label = element("Label", _("approve {name}", name=name), htmlFor=box_id, className="vh")
    return [
        [element("A", name, href=return_address(return_.id, locale)), late],
        f"{return_.sender}, {when}",
        str(pending.warning_count),
        str(pending.evidence_count),
        _("return {number}", number=pending.corrected_return_id) if pending.corrected_return_id else "",
        _("locked: an administrator can unlock it") if pending.is_locked else [box, label],
    ]
