"""Forms for what a visitor may do with a return. Each carries the state that the visitor saw."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.components.forms import build_upload_progress, file_field, upload_messages
from dashboard.components.markup import element
from dashboard.components.return_parts import return_address
from dashboard.selection import localize_path
from etl.indicators.vocabulary import ReturnState
from etl.locale.formats import format_size
from etl.queries.localized_findings import LocalizedFindings
from etl.queries.return_details import Evidence, ReturnDetails
from etl.use_cases.returns.evidence import MAX_EVIDENCE_SIZE
from etl.wording.effects import describe_key

MEGABYTE = 1024 * 1024
PERIODS_PATH = "/admin/periods"
"""The page on which administrators lock and unlock quarters."""
_UNDECIDED = (ReturnState.DRAFT, ReturnState.SUBMITTED)


def is_sender(details: ReturnDetails, page: PageContext) -> bool:
    return details.stored_return.sender == page.visitor.name


def may_decide(details: ReturnDetails, page: PageContext) -> bool:
    """Whether the visitor may approve the return or send it back now."""
    if details.stored_return.state is not ReturnState.SUBMITTED or not page.visitor.has_permission(Permission.MANAGE):
        return False
    return details.allows_own_approval or not is_sender(details, page)


def build_actions(details: ReturnDetails, findings: LocalizedFindings, page: PageContext) -> Any:
    """Return the forms that the visitor may use now; a sentence if another person acts next; else None."""
    actions = []
    if details.stored_return.state is ReturnState.DRAFT and is_sender(details, page):
        actions.append(_build_fix(details, page) if details.has_errors else _build_submit(details, findings, page))
    if may_decide(details, page):
        actions.append(_build_decide(details, page))
    if details.stored_return.state is ReturnState.SENT_BACK:
        actions.append(_build_corrected(details, page))
    if is_sender(details, page) and details.stored_return.state in _UNDECIDED:
        actions.append(_build_withdraw(details, page))
    pending = _build_pending(details, page)
    if not actions and pending is None:
        return None
    return element(
        "Section", [element("H2", page.gettext("Actions"), className="vh"), pending, *actions], className="acts"
    )


def _build_pending(details: ReturnDetails, page: PageContext) -> Any:
    """Return a sentence if another person must act first."""
    if details.stored_return.state is ReturnState.SUBMITTED and not may_decide(details, page):
        return element("P", page.gettext("Pending review by a manager."))
    if details.stored_return.state is ReturnState.DRAFT and not is_sender(details, page):
        return element("P", page.gettext("Only {sender} can submit this draft.", sender=details.stored_return.sender))
    return None


def _form(details: ReturnDetails, action: str, children: Any, page: PageContext) -> Any:
    state = element("Input", type="hidden", name="seen", value=details.stored_return.state.value)
    address = return_address(details.stored_return.id, page.locale, f"/{action}")
    return element("Form", [state, children], action=address, method="post", className="act")


def _build_fix(details: ReturnDetails, page: PageContext) -> Any:
    _ = page.gettext
    download = element(
        "A",
        _("Download the file with every finding marked"),
        href=return_address(details.stored_return.id, page.locale, "/annotated"),
        className="button",
    )
    upload = element("A", _("Upload the corrected file"), href=_upload_address(details, page))
    return [
        element("P", _("The return has errors and cannot be submitted. Fix them in the file, then upload it again.")),
        element("P", [download, " ", upload], className="buttons"),
    ]


def _build_submit(details: ReturnDetails, findings: LocalizedFindings, page: PageContext) -> Any:
    _ = page.gettext
    boxes = [
        _confirm_box(finding.code, finding.message, count, page)
        for finding, count in findings.warning_counts
        if finding.code in details.unconfirmed_codes
    ]
    legend = element("Legend", _("Confirm that you have seen each warning:")) if boxes else None
    button = element("Button", _("Submit for approval"), type="submit", className="button")
    return _form(details, "submit", [element("Fieldset", [legend, *boxes]) if boxes else None, button], page)


def _confirm_box(code: str, message: str, count: int, page: PageContext) -> Any:
    more = page.gettext(" (and {count} more like it)", count=count - 1) if count > 1 else ""
    box = element("Input", type="checkbox", name="confirmed", value=code, id=f"confirm-{code}", required=True)
    return element("P", [box, " ", element("Label", f"{message}{more}", htmlFor=f"confirm-{code}")], className="check")


def _build_decide(details: ReturnDetails, page: PageContext) -> Any:
    """Return the form to approve or to send back; in a locked quarter only to send back."""
    _ = page.gettext
    send_back_address = return_address(details.stored_return.id, page.locale, "/send-back")
    approve = [element("Button", _("Approve"), type="submit", className="button"), " "]
    return _form(
        details,
        "send-back" if details.is_locked else "approve",
        [
            _build_locked(page) if details.is_locked else None,
            element("Label", _("Comment (required to send back)"), htmlFor="decision"),
            element("Textarea", None, name="comment", id="decision", rows=3, maxLength=4000),
            element(
                "P",
                [
                    *([] if details.is_locked else approve),
                    element(
                        "Button", _("Send back"), type="submit", formAction=send_back_address, className="button second"
                    ),
                ],
                className="buttons",
            ),
        ],
        page,
    )


def _build_locked(page: PageContext) -> Any:
    """Return why the return cannot be approved, with a link for administrators."""
    text = page.gettext("The quarter is locked, so the return cannot be approved. An administrator can unlock it.")
    if not page.visitor.has_permission(Permission.ADMINISTER):
        return element("P", text)
    return element(
        "P", [text, " ", element("A", page.gettext("Quarters"), href=localize_path(PERIODS_PATH, page.language))]
    )


def _build_withdraw(details: ReturnDetails, page: PageContext) -> Any:
    is_draft = details.stored_return.state is ReturnState.DRAFT
    words = page.gettext("Discard this draft") if is_draft else page.gettext("Withdraw")
    return _form(details, "withdraw", element("Button", words, type="submit", className="plain-button"), page)


def _build_corrected(details: ReturnDetails, page: PageContext) -> Any:
    link = element(
        "A", page.gettext("Upload a corrected return"), href=_upload_address(details, page), className="button"
    )
    return element("P", link, className="buttons")


def _upload_address(details: ReturnDetails, page: PageContext) -> str:
    return localize_path(
        f"/staff/upload?site={details.stored_return.site}&quarter={details.stored_return.quarter}", page.language
    )


def build_evidence(details: ReturnDetails, page: PageContext) -> Any:
    """Return the attached files as downloads, and a form to attach more before the return is reviewed."""
    _ = page.gettext
    items = [_evidence_item(evidence, details, page) for evidence in details.evidence]
    return element(
        "Section",
        [
            element("H2", _("Evidence")),
            element("Ul", items, className="evidence") if items else element("P", _("No evidence is attached.")),
            _attach_form(details, page) if details.stored_return.state in _UNDECIDED else None,
            _earlier_evidence(details, page),
        ],
        id="evidence",
    )


def _evidence_item(evidence: Evidence, details: ReturnDetails, page: PageContext) -> Any:
    _, number = page.gettext, details.stored_return.id
    link = element("A", evidence.name, href=return_address(number, page.locale, f"/evidence/{evidence.id}"))
    subject = (
        describe_key(details.plans, _key_of(details, evidence.key), page.locale)
        if evidence.key
        else _("the whole return")
    )
    added = f"{evidence.added_by}, {page.locale.format_moment(evidence.added_at)}"
    facts = f" · {format_size(evidence.size)} · {subject} · {added}"
    remove = None
    if evidence.added_by == page.visitor.name and details.stored_return.state in _UNDECIDED:
        chosen = element("Input", type="hidden", name="evidence", value=str(evidence.id))
        label = _("Remove {name}", name=evidence.name)
        button = element("Button", _("Remove"), type="submit", className="plain-button", **{"aria-label": label})
        remove = _form(details, "remove-evidence", [chosen, button], page)
    return element("Li", [link, facts, remove])


def _earlier_evidence(details: ReturnDetails, page: PageContext) -> Any:
    """Return the evidence of other versions of the return, which a correction need not repeat."""
    if not details.earlier_evidence:
        return None
    items = [
        element(
            "Li",
            [
                element(
                    "A", evidence.name, href=return_address(evidence.return_id, page.locale, f"/evidence/{evidence.id}")
                ),
                f" · {format_size(evidence.size)} · {page.gettext('return {number}', number=evidence.return_id)}",
            ],
        )
        for evidence in details.earlier_evidence
    ]
    return [element("H3", page.gettext("Attached to other versions")), element("Ul", items, className="evidence")]


def _key_of(details: ReturnDetails, key: str) -> Any:
    return next(number.key for number in details.numbers if str(number.key) == key)


def _attach_form(details: ReturnDetails, page: PageContext) -> Any:
    _, size = page.gettext, MAX_EVIDENCE_SIZE // MEGABYTE
    keys = [
        (str(number.key), describe_key(details.plans, number.key, page.locale))
        for number in details.numbers
        if number.cell
    ]
    options = [("", _("the whole return")), *((key, f"{key} · {name}") for key, name in keys)]
    choices = [element("Option", text, value=value) for value, text in options]
    return element(
        "Form",
        [
            file_field(
                _("Photo or PDF"),
                "evidence-file",
                accept="image/jpeg,image/png,image/webp,image/heic,application/pdf",
                hint=_("Up to {size} MB. For example, the signed form or an attendance sheet.", size=size),
                multiple=True,
            ),
            file_field(_("Or take a photo now"), "evidence-photo", accept="image/*", capture="environment"),
            element(
                "Div",
                [
                    element("Label", _("Evidence for"), htmlFor="evidence-key"),
                    element("Select", choices, name="key", id="evidence-key"),
                ],
                className="field",
            ),
            element("Button", _("Attach"), type="submit", className="button second"),
            build_upload_progress(),
        ],
        action=return_address(details.stored_return.id, page.locale, "/evidence"),
        method="post",
        encType="multipart/form-data",
        className="attach",
        **{"data-upload": str(MAX_EVIDENCE_SIZE), **upload_messages(page.locale, size)},
    )


def build_comment(details: ReturnDetails, page: PageContext) -> Any:
    """Return the form to add a comment."""
    return _form(
        details,
        "comment",
        [
            element("Label", page.gettext("Comment"), htmlFor="comment"),
            element("Textarea", None, name="comment", id="comment", rows=2, maxLength=4000, required=True),
            element("Button", page.gettext("Add comment"), type="submit", className="button second"),
        ],
        page,
    )
