"""The page of one return: its state, findings, numbers, evidence, history and actions."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.finding_list import build_findings
from dashboard.components.forms import (
    build_file_field,
    build_select_field,
    build_submit_button,
    build_upload_progress,
    upload_messages,
)
from dashboard.components.return_effects import build_effects, build_effects_summary
from dashboard.components.return_parts import (
    build_facts,
    build_numbers,
    build_thread,
    build_versions,
    make_return_address,
    make_typed_address,
)
from dashboard.components.uploads import MEGABYTE, redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_
from etl.locale.formats import format_size
from etl.queries.localized_findings import LocalizedFindings, localize_findings
from etl.queries.return_details import ReturnDetails, ReturnEvent, find_return_details
from etl.queries.return_effects import find_stored_effects
from etl.use_cases.returns.evidence import MAX_EVIDENCE_SIZE, remove_evidence
from etl.use_cases.returns.review import approve_return, comment_on_return, send_back_return, withdraw_return
from etl.use_cases.returns.typed_return import reopen_return
from etl.use_cases.returns.upload_return import SAME_NUMBERS, SubmitOutcome, submit_return
from etl.wording.effects import describe_key
from etl.wording.returns import describe_error

_MAX_DIGITS = 9

SUCCESS_MESSAGES = {
    "unchanged": N_("This file was already uploaded. Nothing changed."),
    "submitted": N_("Submitted. A manager will review it."),
    "already": N_("This return was already submitted. Nothing changed."),
    "approved": N_("Approved. Its numbers are now included in the figures."),
    "sent-back": N_("Sent back with your comment."),
    "withdrawn": N_("Withdrawn. It is not included in any figure."),
    "reopened": N_("This is a new draft with the same numbers. Submit it when it is right."),
    "commented": N_("Comment added."),
    "attached": N_("Attached."),
    "removed": N_("Removed."),
}
_REFUSED = {
    SubmitOutcome.BLOCKED: N_("Not submitted because the return has errors. Fix the errors listed below."),
    SubmitOutcome.UNCONFIRMED: N_("Confirm each warning before you submit."),
    SubmitOutcome.SAME_NUMBERS: N_("Not submitted because no number differs from the return that it would replace."),
}


@registry.route("/staff/returns/<number>", permission="staff")
def show_return(page: PageContext) -> ResponseReturnValue:
    """Show the return; 404 for visitors without access to its site."""
    details = find_accessible_return(page)
    return make_not_found_response(page.locale, page.path) if details is None else render_return_page(page, details)


@registry.route("/staff/returns/<number>/<action>", permission="staff", methods=("POST",))
def handle_return_action(page: PageContext) -> ResponseReturnValue:
    """Carry out an action and redirect to the page, or show the page with the error."""
    details, action = find_accessible_return(page), _ACTIONS.get(page.path_params["action"])
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
    return redirect_after_post(make_return_address(details.stored_return.id, page.locale, f"?notice={outcome}"))


@registry.route("/staff/returns/<number>/again", permission="staff", methods=("POST",))
def handle_reopening(page: PageContext) -> ResponseReturnValue:
    """Make a draft of a withdrawn return and redirect to the draft, or show the return with the error."""
    details = find_accessible_return(page)
    if details is None:
        return make_not_found_response(page.locale, page.path)
    try:
        result = reopen_return(page.source.engine, details.stored_return.id, actor=page.visitor.name, now=page.now)
    except TranslatableError as error:
        return render_return_page(page, details, (describe_error(error, page.locale),))
    if result.return_id is None:
        return render_return_page(page, details, (page.gettext("The file no longer matches any form."),))
    return redirect_after_post(make_return_address(result.return_id, page.locale, "?notice=reopened"))


def find_accessible_return(page: PageContext) -> ReturnDetails | None:
    """Find the return of the address; None if it does not exist or the visitor has no access."""
    number = page.path_params["number"]
    if not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
        return None
    details = find_return_details(page.source, int(number))
    return details if details is not None and page.visitor.can_access_site(details.stored_return.site) else None


def render_return_page(page: PageContext, details: ReturnDetails, errors: Sequence[str] = ()) -> ResponseReturnValue:
    """Render the page, with status 409 and an error summary if an action failed."""
    return_, findings = details.stored_return, localize_findings(details.findings, page.locale)
    notice = SUCCESS_MESSAGES.get(request.args.get("notice", ""))
    return render_document(
        "return_page.html",
        page,
        _make_title(details, page),
        errors=errors,
        notice=page.gettext(notice) if notice and not errors else "",
        status=409 if errors else 200,
        details=details,
        return_=return_,
        findings=findings,
        number_count=sum(number.cell is not None for number in details.numbers),
        send_back=_find_send_back(details),
        address=lambda suffix: make_return_address(return_.id, page.locale, suffix),
        facts=build_facts(details, page),
        findings_list=build_findings(findings, page.locale),
        **_list_effects_values(details, page),
        thread=build_thread(details.events, page),
        numbers=build_numbers(details, page),
        versions=build_versions(details, page),
        build_submit_button=build_submit_button,
        same_numbers_code=SAME_NUMBERS,
        **_list_action_values(details, findings, page),
        **_list_evidence_values(details, page),
    )


def _make_title(details: ReturnDetails, page: PageContext) -> str:
    return_ = details.stored_return
    site = details.plans.latest.site_by_code.get(return_.site) or details.plan.site_by_code.get(return_.site)
    name = site.name.get_text(page.language) if site else return_.site
    return f"{name}, {page.locale.format_quarter(return_.quarter)}"


def _find_send_back(details: ReturnDetails) -> ReturnEvent | None:
    """Return the event in which the return was sent back; None in any other state."""
    if details.stored_return.state is not ReturnState.SENT_BACK:
        return None
    events = [event for event in details.events if event.old_state is not event.new_state]
    return next((event for event in reversed(events) if event.new_state is ReturnState.SENT_BACK), None)


def _list_action_values(details: ReturnDetails, findings: LocalizedFindings, page: PageContext) -> dict[str, Any]:
    """Return the values of the forms for what the visitor may do with the return."""
    return_ = details.stored_return
    is_sender, is_submitted = return_.sender == page.visitor.name, return_.state is ReturnState.SUBMITTED
    may_review = is_submitted and page.visitor.has_permission(Permission.MANAGE)
    may_unlock = page.visitor.has_permission(Permission.ADMINISTER)
    return {
        "is_sender": is_sender,
        "may_decide": may_review and (details.allows_own_approval or not is_sender),
        "warnings": [
            (finding, count) for finding, count in findings.warning_counts if finding.code in details.unconfirmed_codes
        ],
        "periods_address": localize_path("/admin/periods", page.language) if may_unlock else "",
        "typed_address": _make_typed_address(details, page),
        "upload_address": localize_path(f"/staff/upload?site={return_.site}&quarter={return_.quarter}", page.language),
    }


def _make_typed_address(details: ReturnDetails, page: PageContext) -> str:
    """Return the address of the page that begins with this return's numbers, or continues a typed draft."""
    return_ = details.stored_return
    continues = details.typed is not None and return_.state is ReturnState.DRAFT
    query = {} if continues else {"from": return_.id}
    return make_typed_address(return_.site, return_.quarter, page.locale, **query)


def _list_evidence_values(details: ReturnDetails, page: PageContext) -> dict[str, Any]:
    """Return the values of the list of evidence and of the form to attach more."""
    names = {str(number.key): describe_key(details.plans, number.key, page.locale) for number in details.numbers}
    keys = [str(number.key) for number in details.numbers if number.cell]
    max_megabytes = MAX_EVIDENCE_SIZE // MEGABYTE
    return {
        "can_attach": details.stored_return.state in (ReturnState.DRAFT, ReturnState.SUBMITTED),
        "number_names": names,
        "evidence_options": [("", page.gettext("the whole return")), *((key, f"{key} · {names[key]}") for key in keys)],
        "max_megabytes": max_megabytes,
        "upload_attributes": {"data-upload": str(MAX_EVIDENCE_SIZE), **upload_messages(page.locale, max_megabytes)},
        "upload_progress": build_upload_progress(),
        "file_field": build_file_field,
        "build_select_field": build_select_field,
        "format_size": format_size,
    }


def _list_effects_values(details: ReturnDetails, page: PageContext) -> dict[str, Any]:
    """Return the dry run: of approving for a reviewer, with a summary of it, else of submitting."""
    can_decide = page.visitor.has_permission(Permission.MANAGE) and details.stored_return.state is ReturnState.SUBMITTED
    effects = find_stored_effects(
        page.source, details.stored_return.id, now=page.now, approve=can_decide, include_unapproved=not can_decide
    )
    if effects is None:
        return {"effects": None, "effects_summary": None, "same_as": None}
    summary = build_effects_summary(effects, page) if can_decide else None
    same_as = effects.main_comparison.stored_return if effects.main_comparison.has_same_numbers else None
    return {"effects": build_effects(effects, page), "effects_summary": summary, "same_as": same_as}


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


def _comment_on_return(page: PageContext, number: int) -> str:
    comment = request.form.get("comment", "")
    comment_on_return(page.source.engine, number, actor=page.visitor.name, now=page.now, comment=comment)
    return "commented"


def _remove_evidence(page: PageContext, number: int) -> str:
    text = request.form.get("evidence", "")
    evidence_id = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
    remove_evidence(page.source.engine, number, evidence_id, actor=page.visitor.name, now=page.now)
    return "removed"


_ACTIONS: dict[str, Callable[[PageContext, int], str]] = {
    "submit": _submit,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "comment": _comment_on_return,
    "remove-evidence": _remove_evidence,
}
