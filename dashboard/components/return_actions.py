"""What this person may do with a return now, as plain forms; each names the state in which the return was seen."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.components.return_parts import return_address
from dashboard.components.tables import element
from dashboard.components.upload_form import build_file_field, build_progress, upload_messages
from dashboard.selection import localize_path
from etl.indicators.vocabulary import ReturnState
from etl.locale.formats import format_size
from etl.queries.localized_findings import LocalizedFindings
from etl.queries.return_details import Evidence, ReturnDetails
from etl.use_cases.returns.evidence import MAX_EVIDENCE_SIZE
from etl.wording.effects import describe_key

MEGABYTE = 1024 * 1024
PERIODS_PATH = "/admin/periods"
"""Where the administrator locks and unlocks."""
_UNDECIDED = (ReturnState.DRAFT, ReturnState.SUBMITTED)


def is_sender(details: ReturnDetails, asked: PageContext) -> bool:
    return details.stored_return.sender == asked.visitor.name


def may_decide(details: ReturnDetails, asked: PageContext) -> bool:
    """Whether this visitor may approve it or send it back now."""
    if details.stored_return.state is not ReturnState.SUBMITTED or not asked.visitor.has_permission(Permission.MANAGE):
        return False
    return details.allows_own_approval or not is_sender(details, asked)


def build_actions(details: ReturnDetails, findings: LocalizedFindings, asked: PageContext) -> Any:
    """The box at the top: submit, decide, withdraw, send anew; a sentence where there is nothing to press."""
    acts = []
    if details.stored_return.state is ReturnState.DRAFT and is_sender(details, asked):
        acts.append(_build_mend(details, asked) if details.has_errors else _build_submit(details, findings, asked))
    if may_decide(details, asked):
        acts.append(_build_decide(details, asked))
    if details.stored_return.state is ReturnState.SENT_BACK:
        acts.append(_build_anew(details, asked))
    if is_sender(details, asked) and details.stored_return.state in _UNDECIDED:
        acts.append(_build_withdraw(details, asked))
    waiting = _build_waiting(details, asked)
    if not acts and waiting is None:
        return None
    return element(
        "Section", [element("H2", asked.gettext("What to do now"), className="vh"), waiting, *acts], className="acts"
    )


def _build_waiting(seen: ReturnDetails, asked: PageContext) -> Any:
    """For whom somebody else must act first."""
    if seen.stored_return.state is ReturnState.SUBMITTED and not may_decide(seen, asked):
        return element("P", asked.gettext("It waits for a manager's decision."))
    if seen.stored_return.state is ReturnState.DRAFT and not is_sender(seen, asked):
        return element("P", asked.gettext("Only {sender} can submit this draft.", sender=seen.stored_return.sender))
    return None


def _form(seen: ReturnDetails, act: str, children: Any, asked: PageContext) -> Any:
    state = element("Input", type="hidden", name="seen", value=seen.stored_return.state.value)
    action = return_address(seen.stored_return.id, asked.locale, f"/{act}")
    return element("Form", [state, children], action=action, method="post", className="act")


def _build_mend(seen: ReturnDetails, asked: PageContext) -> Any:
    _ = asked.gettext
    marked = element(
        "A",
        _("Download your file with every finding marked"),
        href=return_address(seen.stored_return.id, asked.locale, "/annotated"),
        className="button",
    )
    anew = element("A", _("Send the mended file"), href=_upload_address(seen, asked))
    return [
        element("P", _("It has errors, so it can't be submitted. Mend them in the file and send it again.")),
        element("P", [marked, " ", anew], className="buttons"),
    ]


def _build_submit(seen: ReturnDetails, told: LocalizedFindings, asked: PageContext) -> Any:
    _ = asked.gettext
    boxes = [
        _confirm_box(one.code, one.message, count, asked)
        for one, count in told.warning_counts
        if one.code in seen.unconfirmed_codes
    ]
    asking = element("Legend", _("Confirm that you have seen each warning:")) if boxes else None
    button = element("Button", _("Submit for approval"), type="submit", className="button")
    return _form(seen, "submit", [element("Fieldset", [asking, *boxes]) if boxes else None, button], asked)


def _confirm_box(code: str, message: str, count: int, asked: PageContext) -> Any:
    more = asked.gettext(" (and {count} more like it)", count=count - 1) if count > 1 else ""
    box = element("Input", type="checkbox", name="confirmed", value=code, id=f"confirm-{code}", required=True)
    return element("P", [box, " ", element("Label", f"{message}{more}", htmlFor=f"confirm-{code}")], className="check")


def _build_decide(seen: ReturnDetails, asked: PageContext) -> Any:
    """Approving and sending back; in a locked quarter sending back alone, with what must come first."""
    _ = asked.gettext
    back = return_address(seen.stored_return.id, asked.locale, "/send-back")
    approve = [element("Button", _("Approve"), type="submit", className="button"), " "]
    return _form(
        seen,
        "send-back" if seen.is_locked else "approve",
        [
            _build_locked(asked) if seen.is_locked else None,
            element("Label", _("Comment (needed to send it back)"), htmlFor="decision"),
            element("Textarea", None, name="comment", id="decision", rows=3, maxLength=4000),
            element(
                "P",
                [
                    *([] if seen.is_locked else approve),
                    element("Button", _("Send back"), type="submit", formAction=back, className="button second"),
                ],
                className="buttons",
            ),
        ],
        asked,
    )


def _build_locked(asked: PageContext) -> Any:
    """Why it can't be approved now, and who can change that."""
    said = asked.gettext("The quarter is locked, so the return can't be approved; an administrator can unlock it.")
    if not asked.visitor.has_permission(Permission.ADMINISTER):
        return element("P", said)
    return element(
        "P", [said, " ", element("A", asked.gettext("Quarters"), href=localize_path(PERIODS_PATH, asked.language))]
    )


def _build_withdraw(seen: ReturnDetails, asked: PageContext) -> Any:
    is_draft = seen.stored_return.state is ReturnState.DRAFT
    words = asked.gettext("Discard this draft") if is_draft else asked.gettext("Take it back")
    return _form(seen, "withdraw", element("Button", words, type="submit", className="plain-button"), asked)


def _build_anew(seen: ReturnDetails, asked: PageContext) -> Any:
    link = element("A", asked.gettext("Send a corrected return"), href=_upload_address(seen, asked), className="button")
    return element("P", link, className="buttons")


def _upload_address(seen: ReturnDetails, asked: PageContext) -> str:
    return localize_path(
        f"/staff/upload?site={seen.stored_return.site}&quarter={seen.stored_return.quarter}", asked.language
    )


def build_evidence(details: ReturnDetails, asked: PageContext) -> Any:
    """What was attached, always as a download, and the form to attach more while the return is undecided."""
    _ = asked.gettext
    listed = [_evidence_item(one, details, asked) for one in details.evidence]
    return element(
        "Section",
        [
            element("H2", _("Evidence")),
            element("Ul", listed, className="evidence") if listed else element("P", _("Nothing is attached.")),
            _attach_form(details, asked) if details.stored_return.state in _UNDECIDED else None,
            _earlier_evidence(details, asked),
        ],
        id="evidence",
    )


def _evidence_item(one: Evidence, seen: ReturnDetails, asked: PageContext) -> Any:
    _, number = asked.gettext, seen.stored_return.id
    link = element("A", one.name, href=return_address(number, asked.locale, f"/evidence/{one.id}"))
    about = describe_key(seen.plans, _key_of(seen, one.key), asked.locale) if one.key else _("the whole return")
    told = f" · {format_size(one.size)} · {about} · {one.added_by}, {asked.locale.format_moment(one.added_at)}"
    remove = None
    if one.added_by == asked.visitor.name and seen.stored_return.state in _UNDECIDED:
        chosen = element("Input", type="hidden", name="evidence", value=str(one.id))
        label = _("Remove {name}", name=one.name)
        button = element("Button", _("Remove"), type="submit", className="plain-button", **{"aria-label": label})
        remove = _form(seen, "remove-evidence", [chosen, button], asked)
    return element("Li", [link, told, remove])


def _earlier_evidence(seen: ReturnDetails, asked: PageContext) -> Any:
    """What stands with other versions of the return: a corrected one needn't bring the same photo again."""
    if not seen.earlier_evidence:
        return None
    items = [
        element(
            "Li",
            [
                element("A", one.name, href=return_address(one.return_id, asked.locale, f"/evidence/{one.id}")),
                f" · {format_size(one.size)} · {asked.gettext('return {number}', number=one.return_id)}",
            ],
        )
        for one in seen.earlier_evidence
    ]
    return [element("H3", asked.gettext("Attached to other versions")), element("Ul", items, className="evidence")]


def _key_of(seen: ReturnDetails, key: str) -> Any:
    return next(one.key for one in seen.numbers if str(one.key) == key)


def _attach_form(seen: ReturnDetails, asked: PageContext) -> Any:
    _, size = asked.gettext, MAX_EVIDENCE_SIZE // MEGABYTE
    keys = [(str(one.key), describe_key(seen.plans, one.key, asked.locale)) for one in seen.numbers if one.cell]
    options = [("", _("the whole return")), *((key, f"{key} · {name}") for key, name in keys)]
    choices = [element("Option", text, value=value) for value, text in options]
    return element(
        "Form",
        [
            build_file_field(
                _("Photo or PDF"),
                "evidence-file",
                accept="image/jpeg,image/png,image/webp,image/heic,application/pdf",
                hint=_("Up to {size} MB: the signed form, an attendance sheet.", size=size),
                multiple=True,
            ),
            build_file_field(_("Or take a photo now"), "evidence-photo", accept="image/*", capture="environment"),
            element(
                "Div",
                [
                    element("Label", _("It belongs to"), htmlFor="evidence-key"),
                    element("Select", choices, name="key", id="evidence-key"),
                ],
                className="field",
            ),
            element("Button", _("Attach"), type="submit", className="button second"),
            build_progress(),
        ],
        action=return_address(seen.stored_return.id, asked.locale, "/evidence"),
        method="post",
        encType="multipart/form-data",
        className="attach",
        **{"data-upload": str(MAX_EVIDENCE_SIZE), **upload_messages(asked.locale, size)},
    )


def build_comment(details: ReturnDetails, asked: PageContext) -> Any:
    """Something to say to everybody who sees the return."""
    return _form(
        details,
        "comment",
        [
            element("Label", asked.gettext("Write a comment"), htmlFor="comment"),
            element("Textarea", None, name="comment", id="comment", rows=2, maxLength=4000, required=True),
            element("Button", asked.gettext("Send the comment"), type="submit", className="button second"),
        ],
        asked,
    )
