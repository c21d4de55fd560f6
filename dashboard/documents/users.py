"""Accounts as the administrator keeps them: the list, adding somebody, and whether senders may approve their own."""

from collections.abc import Sequence
from typing import Any

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.form_fields import checkbox_field, submit_button, text_field
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_error_list
from dashboard.components.user_parts import (
    USERS_PATH,
    account_address,
    build_one_time_link,
    fault_words,
    read_role,
    read_sites,
    sites_words,
    state_words,
    user_fields,
)
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import Account, UserError, add_user, list_accounts
from etl.use_cases.returns.review import is_own_approval_allowed, set_own_approval
from etl.wording.accounts import describe_role
from etl.wording.returns import describe_error

_NO_ROLE = N_("Choose a role.")
_NO_REASON = N_("Say why: the reason stands in the audit trail.")


@registry.route(USERS_PATH, permission="administer", methods=("GET", "POST"))
def handle_users(asked: PageContext) -> ResponseReturnValue:
    """The list; sent, a new account with the link to send to its owner."""
    if sent.method != "POST":
        return _answer(asked)
    role = read_role()
    if role is None:
        return _answer(asked, [asked.gettext(_NO_ROLE)])
    who, now = asked.visitor.name, asked.now
    try:
        added = add_user(
            asked.source.engine,
            sent.form.get("name", ""),
            role,
            None,
            read_sites(role),
            now=now,
            actor=who,
            display_name=sent.form.get("display_name", ""),
        )
    except UserError as error:
        return _answer(asked, fault_words(error, asked.locale))
    token = make_link(asked.source.engine, added.name, actor=who, now=now)
    return _answer(asked, note=build_one_time_link(asked, added.display_name or added.name, token))


@registry.route("/admin/own-approval", permission="administer", methods=("POST",))
def handle_own_approval(asked: PageContext) -> ResponseReturnValue:
    """Whether who sent a return may approve it too, with the reason for the change."""
    why = sent.form.get("why", "").strip()
    if not why:
        return _answer(asked, [asked.gettext(_NO_REASON)])
    allowed = sent.form.get("allowed") == "yes"
    try:
        set_own_approval(
            asked.source.engine, allowed=allowed, actor=asked.visitor.name, now=asked.now, reason=why[:1000]
        )
    except TranslatableError as error:
        return _answer(asked, [describe_error(error, asked.locale)])
    return redirect(localize_path(f"{USERS_PATH}?told=saved", asked.language), 303)


def _answer(asked: PageContext, faults: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    _ = asked.gettext
    title = _("Accounts")
    is_saved = sent.method == "GET" and sent.args.get("told") == "saved"
    found = list_accounts(asked.source.engine, now=asked.now)
    content = [
        build_error_list(faults, asked),
        element("P", _("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element(
            "P", _("Nothing is deleted: an account that is closed keeps its name in what it did."), className="sub"
        ),
        note,
        _table(asked, found),
        element("Div", [_add(asked, is_again=bool(faults)), _own_approval(asked)], className="two apart"),
    ]
    return make_document_response(asked, title, content, 422 if faults else 200)


def _table(asked: PageContext, found: Sequence[Account]) -> Any:
    _ = asked.gettext
    header = (_("Name"), _("Shown as"), _("Role"), _("Sites"), _("State"), _("Last seen"))
    rows = [_row(one, asked) for one in found]
    return build_table(_("Accounts"), header, rows, table_id="users", stacks=True)


def _row(one: Account, asked: PageContext) -> list[Any]:
    user, locale = one.user, asked.locale
    return [
        element("A", user.name, href=account_address(user.name, locale)),
        user.display_name or "–",
        describe_role(user.role, locale),
        sites_words(user, locale),
        state_words(one, locale),
        locale.format_moment(one.last_seen) if one.last_seen else "–",
    ]


def _add(asked: PageContext, *, is_again: bool) -> Any:
    _ = asked.gettext
    typed = sent.form.get("name", "")[:100] if is_again else ""
    fields = [
        text_field(_("Name to sign in with"), "name", value=typed, hint=_("Letters and digits")),
        *user_fields(asked, None),
        submit_button(_("Add and make a link")),
    ]
    form = element("Form", fields, method="post", action=localize_path(USERS_PATH, asked.language), className="stacked")
    return element("Section", [element("H2", _("Add somebody")), form], id="add")


def _own_approval(asked: PageContext) -> Any:
    _ = asked.gettext
    allowed = is_own_approval_allowed(asked.source.engine)
    told = (
        _("Now: who sent a return may approve it as well.")
        if allowed
        else _("Now: who sent a return may not approve it; somebody else does.")
    )
    fields = [
        element("P", told),
        checkbox_field(_("Let senders approve their own returns"), "allowed", "yes", allowed),
        text_field(_("Why"), "why"),
        submit_button(_("Save"), is_secondary=True),
    ]
    action = localize_path("/admin/own-approval", asked.language)
    form = element("Form", fields, method="post", action=action, className="stacked")
    return element("Section", [element("H2", _("For a small team")), form], id="own-approval")
