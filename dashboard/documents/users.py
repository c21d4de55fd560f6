"""Accounts as the administrator keeps them: the list, adding somebody, and whether senders may approve their own."""

from collections.abc import Sequence
from typing import Any

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.form_fields import check_box, send_button, text_field
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_fault
from dashboard.components.user_parts import (
    PATH,
    account_address,
    fault_words,
    link_note,
    role_of_form,
    sites_of_form,
    sites_words,
    state_words,
    who_fields,
)
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.locale.translations import format_moment, to_say
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import Account, UserError, add_user, list_accounts
from etl.use_cases.returns.review import choose_own_approval, may_approve_own
from etl.wording.accounts import role_words
from etl.wording.returns import error_words

_NO_ROLE = to_say("Choose a role.")
_NO_REASON = to_say("Say why: the reason stands in the audit trail.")


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def answer_users(asked: PageRequest) -> ResponseReturnValue:
    """The list; sent, a new account with the link to send to its owner."""
    if sent.method != "POST":
        return _answer(asked)
    role = role_of_form()
    if role is None:
        return _answer(asked, [asked.say(_NO_ROLE)])
    who, now = asked.visitor.name, asked.now
    try:
        added = add_user(
            asked.source.engine,
            sent.form.get("name", ""),
            role,
            None,
            sites_of_form(role),
            now=now,
            who=who,
            display_name=sent.form.get("display_name", ""),
        )
    except UserError as error:
        return _answer(asked, fault_words(error, asked.language))
    token = make_link(asked.source.engine, added.name, who=who, now=now)
    return _answer(asked, note=link_note(asked, added.display_name or added.name, token))


@registry.route("/admin/own-approval", permission="administer", methods=("POST",))
def answer_own_approval(asked: PageRequest) -> ResponseReturnValue:
    """Whether who sent a return may approve it too, with the reason for the change."""
    why = sent.form.get("why", "").strip()
    if not why:
        return _answer(asked, [asked.say(_NO_REASON)])
    allowed = sent.form.get("allowed") == "yes"
    try:
        choose_own_approval(asked.source.engine, allowed=allowed, who=asked.visitor.name, now=asked.now, why=why[:1000])
    except SaidError as error:
        return _answer(asked, [error_words(error, asked.language)])
    return redirect(in_language(f"{PATH}?told=saved", asked.language), 303)


def _answer(asked: PageRequest, faults: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    say = asked.say
    title = say("Accounts")
    is_saved = sent.method == "GET" and sent.args.get("told") == "saved"
    found = list_accounts(asked.source.engine, now=asked.now)
    content = [
        build_fault(faults, asked),
        element("P", say("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element(
            "P", say("Nothing is deleted: an account that is closed keeps its name in what it did."), className="sub"
        ),
        note,
        _table(asked, found),
        element("Div", [_add(asked, is_again=bool(faults)), _own_approval(asked)], className="two apart"),
    ]
    return answer_document(asked, title, content, 422 if faults else 200)


def _table(asked: PageRequest, found: Sequence[Account]) -> Any:
    say = asked.say
    header = (say("Name"), say("Shown as"), say("Role"), say("Sites"), say("State"), say("Last seen"))
    rows = [_row(one, asked) for one in found]
    return build_table(say("Accounts"), header, rows, table_id="users", stacks=True)


def _row(one: Account, asked: PageRequest) -> list[Any]:
    user, language = one.user, asked.language
    return [
        element("A", user.name, href=account_address(user.name, language)),
        user.display_name or "–",
        role_words(user.role, language),
        sites_words(user, language),
        state_words(one, language),
        format_moment(one.last_seen, language) if one.last_seen else "–",
    ]


def _add(asked: PageRequest, *, is_again: bool) -> Any:
    say = asked.say
    typed = sent.form.get("name", "")[:100] if is_again else ""
    fields = [
        text_field(say("Name to sign in with"), "name", value=typed, hint=say("Letters and digits")),
        *who_fields(asked, None),
        send_button(say("Add and make a link")),
    ]
    form = element("Form", fields, method="post", action=in_language(PATH, asked.language), className="stacked")
    return element("Section", [element("H2", say("Add somebody")), form], id="add")


def _own_approval(asked: PageRequest) -> Any:
    say = asked.say
    allowed = may_approve_own(asked.source.engine)
    told = (
        say("Now: who sent a return may approve it as well.")
        if allowed
        else say("Now: who sent a return may not approve it; somebody else does.")
    )
    fields = [
        element("P", told),
        check_box(say("Let senders approve their own returns"), "allowed", "yes", allowed),
        text_field(say("Why"), "why"),
        send_button(say("Save"), second=True),
    ]
    action = in_language("/admin/own-approval", asked.language)
    form = element("Form", fields, method="post", action=action, className="stacked")
    return element("Section", [element("H2", say("For a small team")), form], id="own-approval")
