"""One account: its name, role and sites, a new one-time link, closing and opening it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.form_fields import submit_button
from dashboard.components.tables import element
from dashboard.components.upload_form import build_error_list
from dashboard.components.user_parts import (
    USERS_PATH,
    account_address,
    build_one_time_link,
    fault_words,
    read_role,
    read_sites,
    state_words,
    user_fields,
)
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import Account, UserError, change_user, list_accounts, set_user_active
from etl.wording.returns import describe_error

_OWN = N_("This is your own account: ask another administrator to close it.")
_NO_ROLE = N_("Choose a role.")


@registry.route(f"{USERS_PATH}/<name>", permission="administer")
def show_user(asked: PageContext) -> ResponseReturnValue:
    """The page; an account that there is not is an unknown address."""
    return _answer(asked)


@registry.route(f"{USERS_PATH}/<name>/<act>", permission="administer", methods=("POST",))
def handle_user_action(asked: PageContext) -> ResponseReturnValue:
    """Does one act; what keeps it from being done stands at the top of the page."""
    act = _ACTS.get(asked.path_params["act"])
    if act is None or _find(asked) is None:
        return make_not_found_response(asked.locale, asked.path)
    try:
        return act(asked, asked.path_params["name"])
    except UserError as error:
        return _answer(asked, fault_words(error, asked.locale))
    except TranslatableError as error:
        return _answer(asked, [describe_error(error, asked.locale)])


def _change(asked: PageContext, name: str) -> ResponseReturnValue:
    role = read_role()
    if role is None:
        return _answer(asked, [asked.gettext(_NO_ROLE)])
    change_user(
        asked.source.engine,
        name,
        role=role,
        sites=read_sites(role),
        display_name=sent.form.get("display_name", ""),
        actor=asked.visitor.name,
        now=asked.now,
    )
    return _done(asked, name)


def _make_link(asked: PageContext, name: str) -> ResponseReturnValue:
    token = make_link(asked.source.engine, name, actor=asked.visitor.name, now=asked.now)
    return _answer(asked, note=build_one_time_link(asked, name, token))


def _close(asked: PageContext, name: str) -> ResponseReturnValue:
    if name == asked.visitor.name:
        return _answer(asked, [asked.gettext(_OWN)])
    set_user_active(asked.source.engine, name, False, actor=asked.visitor.name, now=asked.now)
    return _done(asked, name)


def _open(asked: PageContext, name: str) -> ResponseReturnValue:
    set_user_active(asked.source.engine, name, True, actor=asked.visitor.name, now=asked.now)
    return _done(asked, name)


_ACTS: dict[str, Callable[[PageContext, str], ResponseReturnValue]] = {
    "change": _change,
    "link": _make_link,
    "close": _close,
    "open": _open,
}


def _done(asked: PageContext, name: str) -> ResponseReturnValue:
    return redirect(account_address(name, asked.locale, "?told=saved"), 303)


def _find(asked: PageContext) -> Account | None:
    found = list_accounts(asked.source.engine, now=asked.now)
    return next((one for one in found if one.user.name == asked.path_params["name"]), None)


def _answer(asked: PageContext, faults: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    account = _find(asked)
    if account is None:
        return make_not_found_response(asked.locale, asked.path)
    _, user = asked.gettext, account.user
    title = user.display_name or user.name
    is_saved = sent.method == "GET" and sent.args.get("told") == "saved"
    content = [
        element("P", element("A", _("Accounts"), href=localize_path(USERS_PATH, asked.language)), className="crumb"),
        build_error_list(faults, asked),
        element("P", _("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element("P", f"{user.name} · {state_words(account, asked.locale)}", className="sub"),
        note,
        element("Div", [_who(asked, account), _keys(asked, account)], className="two"),
    ]
    return make_document_response(asked, title, content, 422 if faults else 200)


def _who(asked: PageContext, account: Account) -> Any:
    _ = asked.gettext
    fields = [*user_fields(asked, account.user), submit_button(_("Save"))]
    return element(
        "Section", [element("H2", _("Role and sites")), _form(asked, account, "change", fields, "stacked")], id="who"
    )


def _keys(asked: PageContext, account: Account) -> Any:
    """A link, closing or opening, and what the account did."""
    _, user = asked.gettext, account.user
    if user.active:
        told = _("A new link ends the older one. The present password works until a new one is set.")
        button = submit_button(_("Make a one-time link"))
        link = [element("H2", _("New password")), element("P", told, className="muted")]
        parts: list[Any] = [*link, _form(asked, account, "link", [button])]
        closing = _("Closing ends every session at once. The account can be opened again.")
        close = submit_button(_("Close the account"), is_secondary=True)
        parts += [element("H2", _("Close")), element("P", closing, className="muted")]
        parts.append(_form(asked, account, "close", [close]))
    else:
        parts = [
            element("H2", _("Open again")),
            _form(asked, account, "open", [submit_button(_("Open the account"))]),
        ]
    acts = localize_path(f"/admin/audit?who={quote(user.name, safe='')}", asked.language)
    changes = localize_path(f"/admin/audit?subject={quote(f'user {user.name}', safe='')}", asked.language)
    links = [element("A", _("What this account did"), href=acts), " · "]
    links.append(element("A", _("What was done to it"), href=changes))
    return element("Section", [*parts, element("P", links)], id="keys")


def _form(asked: PageContext, account: Account, act: str, fields: list[Any], kind: str = "act") -> Any:
    action = account_address(account.user.name, asked.locale, f"/{act}")
    return element("Form", fields, method="post", action=action, className=kind)
