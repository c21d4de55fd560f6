"""Approving several returns at once: those that wait, each with what is worth knowing, to be chosen and approved."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.empty_states import build_no_plan
from dashboard.components.pagination import build_pager, page_address, paginate
from dashboard.components.return_parts import return_address
from dashboard.components.tables import Cell, build_table, element
from dashboard.components.upload_form import build_error_list
from dashboard.selection import localize_path
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.pending_returns import PendingReturn, PendingReturns, get_pending_returns
from etl.use_cases.returns.review import Approval, ApprovalResult, approve_returns
from etl.wording.returns import describe_error

APPROVE = "/staff/approve"
_TITLE = N_("Returns that wait for approval")
_MOST = 500
_ON_A_PAGE = 100


@registry.route(APPROVE, permission="manage", methods=("GET", "POST"))
def handle_approvals(asked: PageContext) -> ResponseReturnValue:
    """The list; sent, what became of each chosen return, and what still waits."""
    if asked.source.find_snapshot() is None:
        return make_document_response(asked, asked.gettext(_TITLE), build_no_plan(asked.locale))
    if sent.method != "POST":
        return _page(asked, ())
    chosen = [seen for text in sent.form.getlist("chosen")[:_MOST] if (seen := _seen(text)) is not None]
    return _page(asked, approve_returns(asked.source.engine, chosen, actor=asked.visitor.name, now=asked.now))


def _seen(text: str) -> Approval | None:
    """A return and the state in which it stood on the page; None for anything else."""
    number, _, state = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    try:
        return Approval(int(number), ReturnState(state))
    except ValueError:
        return None


def _page(asked: PageContext, decided: Sequence[ApprovalResult]) -> ResponseReturnValue:
    _, waiting = asked.gettext, get_pending_returns(asked.source, username=asked.visitor.name)
    faults = [describe_error(one.error, asked.locale) for one in decided if one.error is not None]
    done = len(decided) - len(faults)
    told = element("P", _("Approved: {count}", count=done), className="done", role="status") if done else None
    others = _("{count} more wait for another manager, since you sent them.", count=waiting.others_count)
    content = [
        element(
            "P", element("A", _("Returns"), href=localize_path("/staff/returns", asked.language)), className="crumb"
        ),
        build_error_list(faults, asked),
        told,
        element("H1", _(_TITLE)),
        _form(waiting, asked) if waiting.returns else element("P", _("Nothing waits for you.")),
        element("P", others, className="muted") if waiting.others_count else None,
    ]
    return make_document_response(asked, _(_TITLE), content, 409 if faults else 200)


def _form(waiting: PendingReturns, asked: PageContext) -> Any:
    _ = asked.gettext
    header = (_("Return"), _("Sent by"), _("Warnings"), _("Evidence"), _("Corrects"), _("Choose"))
    turned = paginate(waiting.returns, asked, per_page=_ON_A_PAGE)
    rows = [_row(one, waiting, asked) for one in turned.items]
    table = build_table(_(_TITLE), header, rows, numeric=(2, 3), table_id="waiting", stacks=True)
    button = element("Button", _("Approve those chosen"), type="submit", className="button")
    can_any = any(not one.is_locked for one in turned.items)
    content = [table, button if can_any else None]
    form = element("Form", content, action=page_address(asked, turned.page), method="post", className="act")
    return element("Div", [build_pager(turned, asked), form]) if turned.pages > 1 else form


def _row(one: PendingReturn, waiting: PendingReturns, asked: PageContext) -> list[Cell]:
    _, locale, stored = asked.gettext, asked.locale, one.stored_return
    site = waiting.plans.latest.site_by_code.get(stored.site)
    name = f"{site.name.in_language(locale.language) if site else stored.site}, {locale.format_quarter(stored.quarter)}"
    late = element("B", f" · {_('late')}") if one.is_late else None
    when = locale.format_moment(stored.submitted_at or stored.created_at)
    box_id = f"chosen-{stored.id}"
    box = element("Input", type="checkbox", name="chosen", value=f"{stored.id}:{stored.state.value}", id=box_id)
    label = element("Label", _("approve {name}", name=name), htmlFor=box_id, className="vh")
    return [
        [element("A", name, href=return_address(stored.id, locale)), late],
        f"{stored.sender}, {when}",
        str(one.warning_count),
        str(one.evidence_count),
        _("return {number}", number=one.corrected_return_id) if one.corrected_return_id else "",
        _("locked: an administrator can unlock it") if one.is_locked else [box, label],
    ]
