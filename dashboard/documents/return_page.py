"""The page of one return: its state, findings, numbers, evidence, history and actions."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.finding_list import build_findings
from dashboard.components.forms import build_error_summary
from dashboard.components.markup import element
from dashboard.components.return_actions import build_actions, build_comment, build_evidence
from dashboard.components.return_effects import build_effects
from dashboard.components.return_parts import (
    build_facts,
    build_numbers,
    build_thread,
    build_versions,
    return_address,
)
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.queries.localized_findings import LocalizedFindings, localize_findings
from etl.queries.return_details import ReturnDetails, find_return_details
from etl.queries.return_effects import find_stored_effects
from etl.use_cases.returns.evidence import remove_evidence
from etl.use_cases.returns.review import approve_return, comment_on_return, send_back_return, withdraw_return
from etl.use_cases.returns.upload_return import SubmitOutcome, submit_return
from etl.wording.returns import describe_error

_MAX_DIGITS = 9
_RETURNS_PATH = "/staff/returns"

SUCCESS_MESSAGES = {
    "unchanged": N_("This file was already uploaded. Nothing changed."),
    "submitted": N_("Submitted. A manager will review it."),
    "already": N_("This return was already submitted. Nothing changed."),
    "approved": N_("Approved. Its numbers are now included in the figures."),
    "sent-back": N_("Sent back with your comment."),
    "withdrawn": N_("Withdrawn. It is not included in any figure."),
    "commented": N_("Comment added."),
    "attached": N_("Attached."),
    "removed": N_("Removed."),
}
_REFUSED = {
    SubmitOutcome.BLOCKED: N_("Not submitted because the return has errors. Fix the errors listed below."),
    SubmitOutcome.UNCONFIRMED: N_("Confirm each warning before you submit."),
}


@registry.route("/staff/returns/<number>", permission="staff")
def show_return(page: PageContext) -> ResponseReturnValue:
    """Show the return; 404 for visitors without access to its site."""
    details = find_accessible_return(page)
    return make_not_found_response(page.locale, page.path) if details is None else render_return_page(page, details)


@registry.route("/staff/returns/<number>/<act>", permission="staff", methods=("POST",))
def handle_return_action(page: PageContext) -> ResponseReturnValue:
    """Carry out an action and redirect to the page, or show the page with the error."""
    details, action = find_accessible_return(page), _ACTIONS.get(page.path_params["act"])
    if details is None or action is None:
        return make_not_found_response(page.locale, page.path)
    try:
        outcome = action(page, details.stored_return.id)
    except TranslatableError as error:
        message = describe_error(error, page.locale)
        current = find_accessible_return(page)
        return (
            make_not_found_response(page.locale, page.path)
            if current is None
            else render_return_page(page, current, (message,))
        )
    return redirect_after_post(return_address(details.stored_return.id, page.locale, f"?told={outcome}"))


def find_accessible_return(page: PageContext) -> ReturnDetails | None:
    """Find the return of the address; None if it does not exist or the visitor has no access."""
    number = page.path_params["number"]
    if not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
        return None
    details = find_return_details(page.source, int(number))
    return details if details is not None and page.visitor.can_access_site(details.stored_return.site) else None


def render_return_page(page: PageContext, details: ReturnDetails, errors: Sequence[str] = ()) -> ResponseReturnValue:
    """Render the page, with status 409 and an error summary if an action failed."""
    title = _make_title(details, page)
    return make_document_response(page, title, _build_content(details, title, errors, page), 409 if errors else 200)


def _make_title(details: ReturnDetails, page: PageContext) -> str:
    site = details.plans.latest.site_by_code.get(details.stored_return.site) or details.plan.site_by_code.get(
        details.stored_return.site
    )
    name = site.name.in_language(page.language) if site else details.stored_return.site
    return f"{name}, {page.locale.format_quarter(details.stored_return.quarter)}"


def _build_content(details: ReturnDetails, title: str, errors: Sequence[str], page: PageContext) -> Any:
    _, findings = page.gettext, localize_findings(details.findings, page.locale)
    return [
        element("P", element("A", _("Returns"), href=localize_path(_RETURNS_PATH, page.language)), className="crumb"),
        build_error_summary(errors, page),
        _build_notice(page) if not errors else None,
        element("H1", title),
        element("P", _make_summary(details, page), className="sub"),
        _build_notes(details, page),
        element("Div", [build_actions(details, findings, page), build_facts(details, page)], className="two acting"),
        _build_findings_section(details, findings, page),
        _build_effects_section(details, page),
        build_evidence(details, page),
        element(
            "Section",
            [
                element("H2", _("History and comments")),
                build_thread(details.events, page),
                build_comment(details, page),
            ],
            id="thread",
        ),
        element("Section", [element("H2", _("Numbers")), build_numbers(details, page)]),
        build_versions(details, page),
    ]


def _build_notice(page: PageContext) -> Any:
    """Return the message about the last action, from a fixed list of texts."""
    text = SUCCESS_MESSAGES.get(request.args.get("told", ""))
    return element("P", page.gettext(text), className="done", role="status") if text else None


def _make_summary(details: ReturnDetails, page: PageContext) -> str:
    return page.gettext(
        "Return {number}: {count} numbers", number=details.stored_return.id, count=_count_numbers(details)
    )


def _count_numbers(details: ReturnDetails) -> int:
    return sum(number.cell is not None for number in details.numbers)


def _build_notes(details: ReturnDetails, page: PageContext) -> Any:
    """Return notes on a correction, a locked quarter and a return that was sent back."""
    notes = []
    if details.is_correction and details.corrected_return is not None:
        link = element(
            "A",
            page.gettext("return {number}", number=details.corrected_return.id),
            href=return_address(details.corrected_return.id, page.locale),
        )
        text = page.gettext("This is a correction. Until it is approved, the figures use ")
        notes.append(element("P", [text, link, "."], className="note", id="corrects"))
    if details.is_locked:
        notes.append(element("P", page.gettext("The quarter is locked and does not accept returns."), className="note"))
    last_event = details.events[-1] if details.events else None
    send_backs = [
        event
        for event in details.events
        if event.new_state is ReturnState.SENT_BACK and event.old_state is not event.new_state
    ]
    if details.stored_return.state is ReturnState.SENT_BACK and send_backs and last_event is not None:
        send_back = send_backs[-1]
        text = page.gettext("Sent back by {actor}:", actor=send_back.actor)
        notes.append(
            element(
                "Div", [element("P", element("B", text)), element("P", send_back.comment)], className="note", id="why"
            )
        )
    return notes


def _build_findings_section(details: ReturnDetails, findings: LocalizedFindings, page: PageContext) -> Any:
    link = None
    if findings.total:
        link = element(
            "P",
            element(
                "A",
                page.gettext("Download this return with every finding marked (.xlsx)"),
                href=return_address(details.stored_return.id, page.locale, "/annotated"),
            ),
        )
    return element(
        "Section",
        [element("H2", page.gettext("What was found")), build_findings(findings, page.locale), link],
        id="findings",
    )


def _build_effects_section(details: ReturnDetails, page: PageContext) -> Any:
    """Return the dry run: of approving for a reviewer, else of submitting."""
    can_decide = page.visitor.has_permission(Permission.MANAGE) and details.stored_return.state is ReturnState.SUBMITTED
    effects = find_stored_effects(
        page.source, details.stored_return.id, now=page.now, approve=can_decide, include_unapproved=not can_decide
    )
    return build_effects(effects, page) if effects is not None else None


def _read_expected_state() -> ReturnState:
    try:
        return ReturnState(request.form.get("seen", ""))
    except ValueError:
        return ReturnState.SUPERSEDED


def _submit(page: PageContext, number: int) -> str:
    confirmed: Collection[str] = request.form.getlist("confirmed")
    result = submit_return(page.source.engine, number, actor=page.visitor.name, now=page.now, confirmed_codes=confirmed)
    if result.outcome in _REFUSED:
        raise TranslatableError(_REFUSED[result.outcome])
    return result.outcome.value


def _approve(page: PageContext, number: int) -> str:
    comment = request.form.get("comment", "")
    approve_return(
        page.source.engine,
        number,
        actor=page.visitor.name,
        now=page.now,
        expected_state=_read_expected_state(),
        comment=comment,
    )
    return "approved"


def _send_back(page: PageContext, number: int) -> str:
    comment = request.form.get("comment", "")
    send_back_return(
        page.source.engine,
        number,
        actor=page.visitor.name,
        now=page.now,
        expected_state=_read_expected_state(),
        comment=comment,
    )
    return "sent-back"


def _withdraw(page: PageContext, number: int) -> str:
    withdraw_return(
        page.source.engine, number, actor=page.visitor.name, now=page.now, expected_state=_read_expected_state()
    )
    return "withdrawn"


def _comment(page: PageContext, number: int) -> str:
    comment = request.form.get("comment", "")
    comment_on_return(page.source.engine, number, actor=page.visitor.name, now=page.now, comment=comment)
    return "commented"


def _remove_evidence(page: PageContext, number: int) -> str:
    text = request.form.get("evidence", "")
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
    remove_evidence(page.source.engine, number, chosen, actor=page.visitor.name, now=page.now)
    return "removed"


_ACTIONS: dict[str, Callable[[PageContext, int], str]] = {
    "submit": _submit,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "comment": _comment,
    "remove-evidence": _remove_evidence,
}
