"""Accounts: the list, adding a user, and whether senders may approve their own returns."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_checkbox, build_credential_field, build_error_summary, build_submit_button
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.components.user_parts import (
    USERS_PATH,
    build_one_time_link,
    build_user_fields,
    describe_account_state,
    describe_sites,
    describe_user_errors,
    make_account_address,
    read_role,
    read_sites,
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
_NO_REASON = N_("Enter a reason. It is recorded in the audit log.")


@registry.route(USERS_PATH, permission="administer", methods=("GET", "POST"))
def handle_users(page: PageContext) -> ResponseReturnValue:
    """Show the accounts; after a POST, add one and show its one-time link."""
    if request.method != "POST":
        return _render(page)
    role = read_role()
    if role is None:
        return _render(page, [page.gettext(_NO_ROLE)])
    actor, now = page.visitor.name, page.now
    try:
        user = add_user(
            page.source.engine,
            request.form.get("name", ""),
            role,
            None,
            read_sites(role),
            now=now,
            actor=actor,
            display_name=request.form.get("display_name", ""),
        )
    except UserError as error:
        return _render(page, describe_user_errors(error, page.locale))
    token = make_link(page.source.engine, user.name, actor=actor, now=now)
    return _render(page, note=build_one_time_link(page, user.display_name or user.name, token))


@registry.route("/admin/own-approval", permission="administer", methods=("POST",))
def handle_own_approval(page: PageContext) -> ResponseReturnValue:
    """Save whether senders may approve their own returns, with a reason."""
    reason = request.form.get("why", "").strip()
    if not reason:
        return _render(page, [page.gettext(_NO_REASON)])
    is_allowed = request.form.get("allowed") == "yes"
    try:
        set_own_approval(
            page.source.engine, allowed=is_allowed, actor=page.visitor.name, now=page.now, reason=reason[:1000]
        )
    except TranslatableError as error:
        return _render(page, [describe_error(error, page.locale)])
    return redirect(localize_path(f"{USERS_PATH}?notice=saved", page.language), 303)


def _render(page: PageContext, errors: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    _ = page.gettext
    title = _("Accounts")
    is_saved = request.method == "GET" and request.args.get("notice") == "saved"
    accounts = list_accounts(page.source.engine, now=page.now)
    content = [
        build_error_summary(errors, page),
        tags.P(_("Saved."), className="done", role="status") if is_saved else None,
        tags.H1(title),
        tags.P(_("Accounts are never deleted. A closed account keeps its name in the audit log."), className="sub"),
        note,
        _build_table(page, accounts),
        tags.Div(
            [_build_add_form(page, keep_input=bool(errors)), _build_own_approval_form(page)],
            className="two apart",
        ),
    ]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_table(page: PageContext, accounts: Sequence[Account]) -> Any:
    _ = page.gettext
    header = (_("Name"), _("Display name"), _("Role"), _("Sites"), _("State"), _("Last seen"))
    rows = [_build_row(account, page) for account in accounts]
    return build_table(_("Accounts"), header, rows, table_id="users", stacks=True)


def _build_row(account: Account, page: PageContext) -> list[Any]:
    user, locale = account.user, page.locale
    return [
        tags.A(user.name, href=make_account_address(user.name, locale)),
        user.display_name or "–",
        describe_role(user.role, locale),
        describe_sites(user, locale),
        describe_account_state(account, locale),
        locale.format_moment(account.last_seen) if account.last_seen else "–",
    ]


def _build_add_form(page: PageContext, *, keep_input: bool) -> Any:
    _ = page.gettext
    entered_name = request.form.get("name", "")[:100] if keep_input else ""
    fields = [
        build_credential_field(_("Username"), "name", value=entered_name, hint=_("Letters and digits")),
        *build_user_fields(page, None),
        build_submit_button(_("Add account and create link")),
    ]
    form = tags.Form(fields, method="post", action=localize_path(USERS_PATH, page.language), className="stacked")
    return tags.Section([tags.H2(_("Add an account")), form], id="add")


def _build_own_approval_form(page: PageContext) -> Any:
    _ = page.gettext
    is_allowed = is_own_approval_allowed(page.source.engine)
    current_rule = (
        _("Senders can approve their own returns.") if is_allowed else _("Senders cannot approve their own returns.")
    )
    fields = [
        tags.P(current_rule),
        build_checkbox(
            _("Let senders approve their own returns"), "allowed", "yes", is_allowed, field_id="allowed-yes"
        ),
        build_credential_field(_("Reason"), "why"),
        build_submit_button(_("Save"), is_secondary=True),
    ]
    action = localize_path("/admin/own-approval", page.language)
    form = tags.Form(fields, method="post", action=action, className="stacked")
    return tags.Section([tags.H2(_("Approval of own returns")), form], id="own-approval")
