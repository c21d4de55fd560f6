"""One account: its role and sites, one-time links, closing and reopening, API tokens."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.api_token_parts import build_token_table
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import build_error_summary, build_submit_button
from dashboard.components.markup import tags
from dashboard.components.user_parts import (
    USERS_PATH,
    build_one_time_link,
    build_user_fields,
    describe_account_state,
    describe_user_errors,
    make_account_address,
    read_role,
    read_sites,
)
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.api_tokens import list_api_tokens, revoke_api_token
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import Account, UserError, change_user, list_accounts, set_user_active
from etl.wording.returns import describe_error

_CANNOT_CLOSE_OWN = N_("You cannot close your own account. Ask another administrator.")
_NO_ROLE = N_("Choose a role.")


@registry.route(f"{USERS_PATH}/<name>", permission="administer")
def show_user(page: PageContext) -> ResponseReturnValue:
    """Show the account; 404 for an unknown one."""
    return _render(page)


@registry.route(f"{USERS_PATH}/<name>/<action>", permission="administer", methods=("POST",))
def handle_user_action(page: PageContext) -> ResponseReturnValue:
    """Carry out an action on the account, or show the page with the errors."""
    action = _ACTIONS.get(page.path_params["action"])
    if action is None or _find_account(page) is None:
        return make_not_found_response(page.locale, page.path)
    try:
        return action(page, page.path_params["name"])
    except UserError as error:
        return _render(page, describe_user_errors(error, page.locale))
    except TranslatableError as error:
        return _render(page, [describe_error(error, page.locale)])


def _change_user(page: PageContext, name: str) -> ResponseReturnValue:
    role = read_role()
    if role is None:
        return _render(page, [page.gettext(_NO_ROLE)])
    change_user(
        page.source.engine,
        name,
        role=role,
        sites=read_sites(role),
        display_name=request.form.get("display_name", ""),
        actor=page.visitor.name,
        now=page.now,
    )
    return _redirect_saved(page, name)


def _make_link(page: PageContext, name: str) -> ResponseReturnValue:
    token = make_link(page.source.engine, name, actor=page.visitor.name, now=page.now)
    return _render(page, note=build_one_time_link(page, name, token))


def _close_account(page: PageContext, name: str) -> ResponseReturnValue:
    if name == page.visitor.name:
        return _render(page, [page.gettext(_CANNOT_CLOSE_OWN)])
    set_user_active(page.source.engine, name, False, actor=page.visitor.name, now=page.now)
    return _redirect_saved(page, name)


def _revoke_token(page: PageContext, name: str) -> ResponseReturnValue:
    token = request.form.get("token", "")
    revoke_api_token(page.source.engine, token, user=name, actor=page.visitor.name, now=page.now)
    return _redirect_saved(page, name)


def _open_account(page: PageContext, name: str) -> ResponseReturnValue:
    set_user_active(page.source.engine, name, True, actor=page.visitor.name, now=page.now)
    return _redirect_saved(page, name)


_ACTIONS: dict[str, Callable[[PageContext, str], ResponseReturnValue]] = {
    "change": _change_user,
    "link": _make_link,
    "close": _close_account,
    "open": _open_account,
    "token-revoke": _revoke_token,
}


def _redirect_saved(page: PageContext, name: str) -> ResponseReturnValue:
    return redirect(make_account_address(name, page.locale, "?notice=saved"), 303)


def _find_account(page: PageContext) -> Account | None:
    accounts = list_accounts(page.source.engine, now=page.now)
    return next((account for account in accounts if account.user.name == page.path_params["name"]), None)


def _render(page: PageContext, errors: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    account = _find_account(page)
    if account is None:
        return make_not_found_response(page.locale, page.path)
    _, user = page.gettext, account.user
    title = user.display_name or user.name
    is_saved = request.method == "GET" and request.args.get("notice") == "saved"
    content = [
        tags.P(tags.A(_("Accounts"), href=localize_path(USERS_PATH, page.language)), className="crumb"),
        build_error_summary(errors, page),
        tags.P(_("Saved."), className="done", role="status") if is_saved else None,
        tags.H1(title),
        tags.P(f"{user.name} · {describe_account_state(account, page.locale)}", className="sub"),
        note,
        tags.Div([_build_role_form(page, account), _build_access_section(page, account)], className="two"),
        _build_tokens_section(page, account),
    ]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_role_form(page: PageContext, account: Account) -> Any:
    _ = page.gettext
    fields = [*build_user_fields(page, account.user), build_submit_button(_("Save"))]
    return tags.Section(
        [tags.H2(_("Role and sites")), _build_form(page, account, "change", fields, "stacked")],
        id="who",
    )


def _build_access_section(page: PageContext, account: Account) -> Any:
    """Return the forms for a one-time link and for closing or reopening, with links to the audit log."""
    _, user = page.gettext, account.user
    if user.active:
        note = _("A new link replaces the previous one. The current password works until a new one is set.")
        button = build_submit_button(_("Create a one-time link"))
        link = [tags.H2(_("New password")), tags.P(note, className="muted")]
        parts: list[Any] = [*link, _build_form(page, account, "link", [button])]
        closing_note = _("Closing the account signs the user out everywhere. You can reopen it later.")
        close = build_submit_button(_("Close the account"), is_secondary=True)
        parts += [tags.H2(_("Close the account")), tags.P(closing_note, className="muted")]
        parts.append(_build_form(page, account, "close", [close]))
    else:
        parts = [
            tags.H2(_("Reopen")),
            _build_form(page, account, "open", [build_submit_button(_("Reopen the account"))]),
        ]
    actions_address = localize_path(f"/admin/audit?who={quote(user.name, safe='')}", page.language)
    changes_address = localize_path(f"/admin/audit?subject={quote(f'user {user.name}', safe='')}", page.language)
    links = [tags.A(_("Actions by this account"), href=actions_address), " · "]
    links.append(tags.A(_("Changes to this account"), href=changes_address))
    return tags.Section([*parts, tags.P(links)], id="keys")


def _build_tokens_section(page: PageContext, account: Account) -> Any:
    """Return the API tokens of the account; None without tokens."""
    address = make_account_address(account.user.name, page.locale, "/token-revoke")
    table = build_token_table(page, list_api_tokens(page.source.engine, account.user.name), address)
    return tags.Section([tags.H2(page.gettext("API tokens")), table], id="tokens-of-account") if table else None


def _build_form(page: PageContext, account: Account, name: str, fields: list[Any], css_class: str = "act") -> Any:
    address = make_account_address(account.user.name, page.locale, f"/{name}")
    return tags.Form(fields, method="post", action=address, className=css_class)
