"""What this person may do with a return now, as plain forms; each names the state in which the return was seen."""

from typing import Any

from dashboard.access.registry import PageRequest, Permission
from dashboard.components.return_parts import return_address
from dashboard.components.tables import element
from dashboard.components.upload_form import build_file_field, build_progress, spoken
from dashboard.selection import in_language
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import format_moment, format_size
from etl.queries.one_return import Evidence, OneReturn
from etl.queries.told_findings import ToldFindings
from etl.use_cases.returns.evidence import LARGEST_EVIDENCE
from etl.wording.effects import key_words

MEGABYTE = 1024 * 1024
PERIODS = "/admin/periods"
"""Where the administrator locks and unlocks."""
_UNDECIDED = (ReturnState.DRAFT, ReturnState.SUBMITTED)


def is_sender(seen: OneReturn, asked: PageRequest) -> bool:
    return seen.stored.sender == asked.visitor.name


def may_decide(seen: OneReturn, asked: PageRequest) -> bool:
    """Whether this visitor may approve it or send it back now."""
    if seen.stored.state is not ReturnState.SUBMITTED or not asked.visitor.may(Permission.MANAGE):
        return False
    return seen.lets_senders_approve or not is_sender(seen, asked)


def build_acts(seen: OneReturn, told: ToldFindings, asked: PageRequest) -> Any:
    """The box at the top: submit, decide, withdraw, send anew; a sentence where there is nothing to press."""
    acts = []
    if seen.stored.state is ReturnState.DRAFT and is_sender(seen, asked):
        acts.append(_build_mend(seen, asked) if seen.has_errors else _build_submit(seen, told, asked))
    if may_decide(seen, asked):
        acts.append(_build_decide(seen, asked))
    if seen.stored.state is ReturnState.SENT_BACK:
        acts.append(_build_anew(seen, asked))
    if is_sender(seen, asked) and seen.stored.state in _UNDECIDED:
        acts.append(_build_withdraw(seen, asked))
    waiting = _build_waiting(seen, asked)
    if not acts and waiting is None:
        return None
    return element(
        "Section", [element("H2", asked.say("What to do now"), className="vh"), waiting, *acts], className="acts"
    )


def _build_waiting(seen: OneReturn, asked: PageRequest) -> Any:
    """For whom somebody else must act first."""
    if seen.stored.state is ReturnState.SUBMITTED and not may_decide(seen, asked):
        return element("P", asked.say("It waits for a manager's decision."))
    if seen.stored.state is ReturnState.DRAFT and not is_sender(seen, asked):
        return element("P", asked.say("Only {sender} can submit this draft.", sender=seen.stored.sender))
    return None


def _form(seen: OneReturn, act: str, children: Any, asked: PageRequest) -> Any:
    state = element("Input", type="hidden", name="seen", value=seen.stored.state.value)
    action = return_address(seen.stored.id, asked.language, f"/{act}")
    return element("Form", [state, children], action=action, method="post", className="act")


def _build_mend(seen: OneReturn, asked: PageRequest) -> Any:
    say = asked.say
    marked = element(
        "A",
        say("Download your file with every finding marked"),
        href=return_address(seen.stored.id, asked.language, "/annotated"),
        className="button",
    )
    anew = element("A", say("Send the mended file"), href=_upload_address(seen, asked))
    return [
        element("P", say("It has errors, so it can't be submitted. Mend them in the file and send it again.")),
        element("P", [marked, " ", anew], className="buttons"),
    ]


def _build_submit(seen: OneReturn, told: ToldFindings, asked: PageRequest) -> Any:
    say = asked.say
    boxes = [
        _confirm_box(one.code, one.message, count, asked) for one, count in told.warnings if one.code in seen.open_codes
    ]
    asking = element("Legend", say("Confirm that you have seen each warning:")) if boxes else None
    button = element("Button", say("Submit for approval"), type="submit", className="button")
    return _form(seen, "submit", [element("Fieldset", [asking, *boxes]) if boxes else None, button], asked)


def _confirm_box(code: str, message: str, count: int, asked: PageRequest) -> Any:
    more = asked.say(" (and {count} more like it)", count=count - 1) if count > 1 else ""
    box = element("Input", type="checkbox", name="confirmed", value=code, id=f"confirm-{code}", required=True)
    return element("P", [box, " ", element("Label", f"{message}{more}", htmlFor=f"confirm-{code}")], className="check")


def _build_decide(seen: OneReturn, asked: PageRequest) -> Any:
    """Approving and sending back; in a locked quarter sending back alone, with what must come first."""
    say = asked.say
    back = return_address(seen.stored.id, asked.language, "/send-back")
    approve = [element("Button", say("Approve"), type="submit", className="button"), " "]
    return _form(
        seen,
        "send-back" if seen.is_locked else "approve",
        [
            _build_locked(asked) if seen.is_locked else None,
            element("Label", say("Comment (needed to send it back)"), htmlFor="decision"),
            element("Textarea", None, name="comment", id="decision", rows=3, maxLength=4000),
            element(
                "P",
                [
                    *([] if seen.is_locked else approve),
                    element("Button", say("Send back"), type="submit", formAction=back, className="button second"),
                ],
                className="buttons",
            ),
        ],
        asked,
    )


def _build_locked(asked: PageRequest) -> Any:
    """Why it can't be approved now, and who can change that."""
    said = asked.say("The quarter is locked, so the return can't be approved; an administrator can unlock it.")
    if not asked.visitor.may(Permission.ADMINISTER):
        return element("P", said)
    return element("P", [said, " ", element("A", asked.say("Quarters"), href=in_language(PERIODS, asked.language))])


def _build_withdraw(seen: OneReturn, asked: PageRequest) -> Any:
    is_draft = seen.stored.state is ReturnState.DRAFT
    words = asked.say("Discard this draft") if is_draft else asked.say("Take it back")
    return _form(seen, "withdraw", element("Button", words, type="submit", className="plain-button"), asked)


def _build_anew(seen: OneReturn, asked: PageRequest) -> Any:
    link = element("A", asked.say("Send a corrected return"), href=_upload_address(seen, asked), className="button")
    return element("P", link, className="buttons")


def _upload_address(seen: OneReturn, asked: PageRequest) -> str:
    return in_language(f"/staff/upload?site={seen.stored.site}&quarter={seen.stored.quarter}", asked.language)


def build_evidence(seen: OneReturn, asked: PageRequest) -> Any:
    """What was attached, always as a download, and the form to attach more while the return is undecided."""
    say = asked.say
    listed = [_evidence_item(one, seen, asked) for one in seen.evidence]
    return element(
        "Section",
        [
            element("H2", say("Evidence")),
            element("Ul", listed, className="evidence") if listed else element("P", say("Nothing is attached.")),
            _attach_form(seen, asked) if seen.stored.state in _UNDECIDED else None,
            _earlier_evidence(seen, asked),
        ],
        id="evidence",
    )


def _evidence_item(one: Evidence, seen: OneReturn, asked: PageRequest) -> Any:
    say, number = asked.say, seen.stored.id
    link = element("A", one.name, href=return_address(number, asked.language, f"/evidence/{one.id}"))
    about = key_words(seen.plans, _key_of(seen, one.key), asked.language) if one.key else say("the whole return")
    told = f" · {format_size(one.size)} · {about} · {one.added_by}, {format_moment(one.added_at, asked.language)}"
    remove = None
    if one.added_by == asked.visitor.name and seen.stored.state in _UNDECIDED:
        chosen = element("Input", type="hidden", name="evidence", value=str(one.id))
        label = say("Remove {name}", name=one.name)
        button = element("Button", say("Remove"), type="submit", className="plain-button", **{"aria-label": label})
        remove = _form(seen, "remove-evidence", [chosen, button], asked)
    return element("Li", [link, told, remove])


def _earlier_evidence(seen: OneReturn, asked: PageRequest) -> Any:
    """What stands with other versions of the return: a corrected one needn't bring the same photo again."""
    if not seen.earlier_evidence:
        return None
    items = [
        element(
            "Li",
            [
                element("A", one.name, href=return_address(one.return_id, asked.language, f"/evidence/{one.id}")),
                f" · {format_size(one.size)} · {asked.say('return {number}', number=one.return_id)}",
            ],
        )
        for one in seen.earlier_evidence
    ]
    return [element("H3", asked.say("Attached to other versions")), element("Ul", items, className="evidence")]


def _key_of(seen: OneReturn, key: str) -> Any:
    return next(one.key for one in seen.numbers if str(one.key) == key)


def _attach_form(seen: OneReturn, asked: PageRequest) -> Any:
    say, size = asked.say, LARGEST_EVIDENCE // MEGABYTE
    keys = [(str(one.key), key_words(seen.plans, one.key, asked.language)) for one in seen.numbers if one.cell]
    options = [("", say("the whole return")), *((key, f"{key} · {name}") for key, name in keys)]
    choices = [element("Option", text, value=value) for value, text in options]
    return element(
        "Form",
        [
            build_file_field(
                say("Photo or PDF"),
                "evidence-file",
                accept="image/jpeg,image/png,image/webp,image/heic,application/pdf",
                hint=say("Up to {size} MB: the signed form, an attendance sheet.", size=size),
                multiple=True,
            ),
            build_file_field(say("Or take a photo now"), "evidence-photo", accept="image/*", capture="environment"),
            element(
                "Div",
                [
                    element("Label", say("It belongs to"), htmlFor="evidence-key"),
                    element("Select", choices, name="key", id="evidence-key"),
                ],
                className="field",
            ),
            element("Button", say("Attach"), type="submit", className="button second"),
            build_progress(),
        ],
        action=return_address(seen.stored.id, asked.language, "/evidence"),
        method="post",
        encType="multipart/form-data",
        className="attach",
        **{"data-upload": str(LARGEST_EVIDENCE), **spoken(asked.language, size)},
    )


def build_comment(seen: OneReturn, asked: PageRequest) -> Any:
    """Something to say to everybody who sees the return."""
    return _form(
        seen,
        "comment",
        [
            element("Label", asked.say("Write a comment"), htmlFor="comment"),
            element("Textarea", None, name="comment", id="comment", rows=2, maxLength=4000, required=True),
            element("Button", asked.say("Send the comment"), type="submit", className="button second"),
        ],
        asked,
    )
