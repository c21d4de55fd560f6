"""One return: its state, findings, numbers beside the last return's, evidence and thread; and what may be done now."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.finding_list import build_findings
from dashboard.components.return_actions import build_actions, build_comment, build_evidence
from dashboard.components.return_effects import build_effects
from dashboard.components.return_parts import (
    build_facts,
    build_numbers,
    build_thread,
    build_versions,
    return_address,
)
from dashboard.components.tables import element
from dashboard.components.upload_form import build_error_list
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

_LONGEST_NUMBER = 9
_BACK = "/staff/returns"

SUCCESS_MESSAGES = {
    "unchanged": N_("This very file is here already, so nothing was changed."),
    "submitted": N_("Submitted. A manager decides on it now."),
    "already": N_("It was submitted before; nothing was done twice."),
    "approved": N_("Approved. Its numbers count now."),
    "sent-back": N_("Sent back with your comment."),
    "withdrawn": N_("Taken back. It counts nowhere."),
    "commented": N_("The comment is in the thread."),
    "attached": N_("Attached."),
    "removed": N_("Removed."),
}
_REFUSED = {
    SubmitOutcome.BLOCKED: N_("It has errors by now, so it was not submitted. They are listed below."),
    SubmitOutcome.UNCONFIRMED: N_("Confirm each warning before you submit."),
}


@registry.route("/staff/returns/<number>", permission="staff")
def show_return(asked: PageContext) -> ResponseReturnValue:
    """The page, for who may send for the return's site; for others as if it didn't exist."""
    seen = find_accessible_return(asked)
    return make_not_found_response(asked.locale, asked.path) if seen is None else render_return_page(asked, seen)


@registry.route("/staff/returns/<number>/<act>", permission="staff", methods=("POST",))
def handle_return_action(asked: PageContext) -> ResponseReturnValue:
    """Does one act and leads back to the page; what keeps it from being done stands at the top of the page."""
    seen, act = find_accessible_return(asked), _ACTS.get(asked.path_params["act"])
    if seen is None or act is None:
        return make_not_found_response(asked.locale, asked.path)
    try:
        told = act(asked, seen.stored_return.id)
    except TranslatableError as error:
        fault = describe_error(error, asked.locale)
        after = find_accessible_return(asked)
        return (
            make_not_found_response(asked.locale, asked.path)
            if after is None
            else render_return_page(asked, after, (fault,))
        )
    return redirect_after_post(return_address(seen.stored_return.id, asked.locale, f"?told={told}"))


def find_accessible_return(asked: PageContext) -> ReturnDetails | None:
    """The return that the address names, if it is this visitor's to open."""
    number = asked.path_params["number"]
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        return None
    found = find_return_details(asked.source, int(number))
    return found if found is not None and asked.visitor.can_access_site(found.stored_return.site) else None


def render_return_page(asked: PageContext, details: ReturnDetails, faults: Sequence[str] = ()) -> ResponseReturnValue:
    """The whole page; with faults it is the answer to an act that was not done."""
    title = _title(details, asked)
    return make_document_response(asked, title, _build(details, title, faults, asked), 409 if faults else 200)


def _title(seen: ReturnDetails, asked: PageContext) -> str:
    site = seen.plans.latest.site_by_code.get(seen.stored_return.site) or seen.plan.site_by_code.get(
        seen.stored_return.site
    )
    name = site.name.in_language(asked.language) if site else seen.stored_return.site
    return f"{name}, {asked.locale.format_quarter(seen.stored_return.quarter)}"


def _build(seen: ReturnDetails, title: str, faults: Sequence[str], asked: PageContext) -> Any:
    _, found = asked.gettext, localize_findings(seen.findings, asked.locale)
    return [
        element("P", element("A", _("Returns"), href=localize_path(_BACK, asked.language)), className="crumb"),
        build_error_list(faults, asked),
        _told(asked) if not faults else None,
        element("H1", title),
        element("P", _summary(seen, asked), className="sub"),
        _notes(seen, asked),
        element("Div", [build_actions(seen, found, asked), build_facts(seen, asked)], className="two acting"),
        _findings(seen, found, asked),
        _effects(seen, asked),
        build_evidence(seen, asked),
        element(
            "Section",
            [
                element("H2", _("Thread")),
                build_thread(seen.events, asked),
                build_comment(seen, asked),
            ],
            id="thread",
        ),
        element("Section", [element("H2", _("Numbers")), build_numbers(seen, asked)]),
        build_versions(seen, asked),
    ]


def _told(asked: PageContext) -> Any:
    """What was just done, from a fixed list: nothing of the address itself is shown."""
    text = SUCCESS_MESSAGES.get(sent.args.get("told", ""))
    return element("P", asked.gettext(text), className="done", role="status") if text else None


def _summary(seen: ReturnDetails, asked: PageContext) -> str:
    return asked.gettext("Return {number}: {count} numbers", number=seen.stored_return.id, count=_count(seen))


def _count(seen: ReturnDetails) -> int:
    return sum(one.cell is not None for one in seen.numbers)


def _notes(seen: ReturnDetails, asked: PageContext) -> Any:
    """What somebody must know before anything else: it corrects another, the quarter is locked, why it came back."""
    said = []
    if seen.is_correction and seen.corrected_return is not None:
        link = element(
            "A",
            asked.gettext("return {number}", number=seen.corrected_return.id),
            href=return_address(seen.corrected_return.id, asked.locale),
        )
        text = asked.gettext("This corrects what is approved already. Until it is approved, that one counts: ")
        said.append(element("P", [text, link, "."], className="note", id="corrects"))
    if seen.is_locked:
        said.append(element("P", asked.gettext("The quarter is locked: it takes no return."), className="note"))
    back = seen.events[-1] if seen.events else None
    came_back = [
        one for one in seen.events if one.new_state is ReturnState.SENT_BACK and one.old_state is not one.new_state
    ]
    if seen.stored_return.state is ReturnState.SENT_BACK and came_back and back is not None:
        step = came_back[-1]
        text = asked.gettext("{who} sent it back:", who=step.actor)
        said.append(
            element("Div", [element("P", element("B", text)), element("P", step.comment)], className="note", id="why")
        )
    return said


def _findings(seen: ReturnDetails, found: LocalizedFindings, asked: PageContext) -> Any:
    link = None
    if found.total:
        link = element(
            "P",
            element(
                "A",
                asked.gettext("The sender's numbers in a fresh form, with every finding marked (.xlsx)"),
                href=return_address(seen.stored_return.id, asked.locale, "/annotated"),
            ),
        )
    return element(
        "Section",
        [element("H2", asked.gettext("What was found")), build_findings(found, asked.locale), link],
        id="findings",
    )


def _effects(seen: ReturnDetails, asked: PageContext) -> Any:
    """The dry run: for its sender what submitting would do, for who decides what approving would."""
    decides = asked.visitor.has_permission(Permission.MANAGE) and seen.stored_return.state is ReturnState.SUBMITTED
    effects = find_stored_effects(
        asked.source, seen.stored_return.id, now=asked.now, approve=decides, include_unapproved=not decides
    )
    return build_effects(effects, asked) if effects is not None else None


def _seen_state() -> ReturnState:
    try:
        return ReturnState(sent.form.get("seen", ""))
    except ValueError:
        return ReturnState.SUPERSEDED


def _submit(asked: PageContext, number: int) -> str:
    confirmed: Collection[str] = sent.form.getlist("confirmed")
    done = submit_return(
        asked.source.engine, number, actor=asked.visitor.name, now=asked.now, confirmed_codes=confirmed
    )
    if done.outcome in _REFUSED:
        raise TranslatableError(_REFUSED[done.outcome])
    return done.outcome.value


def _approve(asked: PageContext, number: int) -> str:
    comment = sent.form.get("comment", "")
    approve_return(
        asked.source.engine,
        number,
        actor=asked.visitor.name,
        now=asked.now,
        expected_state=_seen_state(),
        comment=comment,
    )
    return "approved"


def _send_back(asked: PageContext, number: int) -> str:
    comment = sent.form.get("comment", "")
    send_back_return(
        asked.source.engine,
        number,
        actor=asked.visitor.name,
        now=asked.now,
        expected_state=_seen_state(),
        comment=comment,
    )
    return "sent-back"


def _withdraw(asked: PageContext, number: int) -> str:
    withdraw_return(asked.source.engine, number, actor=asked.visitor.name, now=asked.now, expected_state=_seen_state())
    return "withdrawn"


def _comment(asked: PageContext, number: int) -> str:
    comment = sent.form.get("comment", "")
    comment_on_return(asked.source.engine, number, actor=asked.visitor.name, now=asked.now, comment=comment)
    return "commented"


def _remove_evidence(asked: PageContext, number: int) -> str:
    text = sent.form.get("evidence", "")
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0
    remove_evidence(asked.source.engine, number, chosen, actor=asked.visitor.name, now=asked.now)
    return "removed"


_ACTS: dict[str, Callable[[PageContext, int], str]] = {
    "submit": _submit,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "comment": _comment,
    "remove-evidence": _remove_evidence,
}
