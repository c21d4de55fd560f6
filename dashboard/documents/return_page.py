"""One return: its state, findings, numbers beside the last return's, evidence and thread; and what may be done now."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, Permission, registry
from dashboard.components.document import answer_document
from dashboard.components.finding_list import build_findings
from dashboard.components.refusals import answer_unknown
from dashboard.components.return_acts import build_acts, build_comment, build_evidence
from dashboard.components.return_effects import build_effects
from dashboard.components.return_parts import (
    build_facts,
    build_numbers,
    build_thread,
    build_versions,
    return_address,
)
from dashboard.components.tables import element
from dashboard.components.upload_form import build_fault
from dashboard.components.uploads import see_other
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import format_quarter, to_say
from etl.queries.one_return import OneReturn, find_one_return
from etl.queries.return_effects import effects_of_stored
from etl.queries.told_findings import ToldFindings, tell_findings
from etl.use_cases.returns.evidence import remove_evidence
from etl.use_cases.returns.review import approve_return, comment_on_return, send_back_return, withdraw_return
from etl.use_cases.returns.upload_return import Submission, submit_return
from etl.wording.returns import error_words

_LONGEST_NUMBER = 9
_BACK = "/staff/returns"

TOLD = {
    "unchanged": to_say("This very file is here already, so nothing was changed."),
    "submitted": to_say("Submitted. A manager decides on it now."),
    "already": to_say("It was submitted before; nothing was done twice."),
    "approved": to_say("Approved. Its numbers count now."),
    "sent-back": to_say("Sent back with your comment."),
    "withdrawn": to_say("Taken back. It counts nowhere."),
    "commented": to_say("The comment is in the thread."),
    "attached": to_say("Attached."),
    "removed": to_say("Removed."),
}
_REFUSED = {
    Submission.BLOCKED: to_say("It has errors by now, so it was not submitted. They are listed below."),
    Submission.UNCONFIRMED: to_say("Confirm each warning before you submit."),
}


@registry.route("/staff/returns/<number>", permission="staff")
def answer_return(asked: PageRequest) -> ResponseReturnValue:
    """The page, for who may send for the return's site; for others as if it didn't exist."""
    seen = find_seen(asked)
    return answer_unknown(asked.language, asked.path) if seen is None else answer_page(asked, seen)


@registry.route("/staff/returns/<number>/<act>", permission="staff", methods=("POST",))
def answer_act(asked: PageRequest) -> ResponseReturnValue:
    """Does one act and leads back to the page; what keeps it from being done stands at the top of the page."""
    seen, act = find_seen(asked), _ACTS.get(asked.codes["act"])
    if seen is None or act is None:
        return answer_unknown(asked.language, asked.path)
    try:
        told = act(asked, seen.stored.id)
    except SaidError as error:
        fault = error_words(error, asked.language)
        after = find_seen(asked)
        return answer_unknown(asked.language, asked.path) if after is None else answer_page(asked, after, (fault,))
    return see_other(return_address(seen.stored.id, asked.language, f"?told={told}"))


def find_seen(asked: PageRequest) -> OneReturn | None:
    """The return that the address names, if it is this visitor's to open."""
    number = asked.codes["number"]
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        return None
    found = find_one_return(asked.source, int(number))
    return found if found is not None and asked.visitor.may_send_for(found.stored.site) else None


def answer_page(asked: PageRequest, seen: OneReturn, faults: Sequence[str] = ()) -> ResponseReturnValue:
    """The whole page; with faults it is the answer to an act that was not done."""
    title = _title(seen, asked)
    return answer_document(asked, title, _build(seen, title, faults, asked), 409 if faults else 200)


def _title(seen: OneReturn, asked: PageRequest) -> str:
    site = seen.plans.latest.site_by_code.get(seen.stored.site) or seen.plan.site_by_code.get(seen.stored.site)
    name = site.name.in_language(asked.language) if site else seen.stored.site
    return f"{name}, {format_quarter(seen.stored.quarter, asked.language)}"


def _build(seen: OneReturn, title: str, faults: Sequence[str], asked: PageRequest) -> Any:
    say, found = asked.say, tell_findings(seen.findings, asked.language)
    return [
        element("P", element("A", say("Returns"), href=in_language(_BACK, asked.language)), className="crumb"),
        build_fault(faults, asked),
        _told(asked) if not faults else None,
        element("H1", title),
        element("P", _summary(seen, asked), className="sub"),
        _notes(seen, asked),
        element("Div", [build_acts(seen, found, asked), build_facts(seen, asked)], className="two acting"),
        _findings(seen, found, asked),
        _effects(seen, asked),
        build_evidence(seen, asked),
        element(
            "Section",
            [
                element("H2", say("Thread")),
                build_thread(seen.events, asked),
                build_comment(seen, asked),
            ],
            id="thread",
        ),
        element("Section", [element("H2", say("Numbers")), build_numbers(seen, asked)]),
        build_versions(seen, asked),
    ]


def _told(asked: PageRequest) -> Any:
    """What was just done, from a fixed list: nothing of the address itself is shown."""
    text = TOLD.get(sent.args.get("told", ""))
    return element("P", asked.say(text), className="done", role="status") if text else None


def _summary(seen: OneReturn, asked: PageRequest) -> str:
    return asked.say("Return {number}: {count} numbers", number=seen.stored.id, count=_count(seen))


def _count(seen: OneReturn) -> int:
    return sum(one.cell is not None for one in seen.numbers)


def _notes(seen: OneReturn, asked: PageRequest) -> Any:
    """What somebody must know before anything else: it corrects another, the quarter is locked, why it came back."""
    said = []
    if seen.is_correction and seen.standing is not None:
        link = element(
            "A",
            asked.say("return {number}", number=seen.standing.id),
            href=return_address(seen.standing.id, asked.language),
        )
        text = asked.say("This corrects what is approved already. Until it is approved, that one counts: ")
        said.append(element("P", [text, link, "."], className="note", id="corrects"))
    if seen.is_locked:
        said.append(element("P", asked.say("The quarter is locked: it takes no return."), className="note"))
    back = seen.events[-1] if seen.events else None
    came_back = [
        one for one in seen.events if one.new_state is ReturnState.SENT_BACK and one.old_state is not one.new_state
    ]
    if seen.stored.state is ReturnState.SENT_BACK and came_back and back is not None:
        step = came_back[-1]
        text = asked.say("{who} sent it back:", who=step.who)
        said.append(
            element("Div", [element("P", element("B", text)), element("P", step.comment)], className="note", id="why")
        )
    return said


def _findings(seen: OneReturn, found: ToldFindings, asked: PageRequest) -> Any:
    link = None
    if found.total:
        link = element(
            "P",
            element(
                "A",
                asked.say("The sender's numbers in a fresh form, with every finding marked (.xlsx)"),
                href=return_address(seen.stored.id, asked.language, "/annotated"),
            ),
        )
    return element(
        "Section",
        [element("H2", asked.say("What was found")), build_findings(found, asked.language), link],
        id="findings",
    )


def _effects(seen: OneReturn, asked: PageRequest) -> Any:
    """The dry run: for its sender what submitting would do, for who decides what approving would."""
    decides = asked.visitor.may(Permission.MANAGE) and seen.stored.state is ReturnState.SUBMITTED
    effects = effects_of_stored(
        asked.source, seen.stored.id, now=asked.now, approve=decides, include_unapproved=not decides
    )
    return build_effects(effects, asked) if effects is not None else None


def _seen_state() -> ReturnState:
    try:
        return ReturnState(sent.form.get("seen", ""))
    except ValueError:
        return ReturnState.SUPERSEDED


def _submit(asked: PageRequest, number: int) -> str:
    confirmed: Collection[str] = sent.form.getlist("confirmed")
    done = submit_return(asked.source.engine, number, who=asked.visitor.name, now=asked.now, confirmed=confirmed)
    if done.outcome in _REFUSED:
        raise SaidError(_REFUSED[done.outcome])
    return done.outcome.value


def _approve(asked: PageRequest, number: int) -> str:
    comment = sent.form.get("comment", "")
    approve_return(
        asked.source.engine, number, who=asked.visitor.name, now=asked.now, seen=_seen_state(), comment=comment
    )
    return "approved"


def _send_back(asked: PageRequest, number: int) -> str:
    comment = sent.form.get("comment", "")
    send_back_return(
        asked.source.engine, number, who=asked.visitor.name, now=asked.now, seen=_seen_state(), comment=comment
    )
    return "sent-back"


def _withdraw(asked: PageRequest, number: int) -> str:
    withdraw_return(asked.source.engine, number, who=asked.visitor.name, now=asked.now, seen=_seen_state())
    return "withdrawn"


def _comment(asked: PageRequest, number: int) -> str:
    comment = sent.form.get("comment", "")
    comment_on_return(asked.source.engine, number, who=asked.visitor.name, now=asked.now, comment=comment)
    return "commented"


def _remove_evidence(asked: PageRequest, number: int) -> str:
    text = sent.form.get("evidence", "")
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0
    remove_evidence(asked.source.engine, number, chosen, who=asked.visitor.name, now=asked.now)
    return "removed"


_ACTS: dict[str, Callable[[PageRequest, int], str]] = {
    "submit": _submit,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "comment": _comment,
    "remove-evidence": _remove_evidence,
}
