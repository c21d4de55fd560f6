"""One account: its name, role and sites, a new one-time link, closing and opening it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.form_fields import send_button
from dashboard.components.refusals import answer_unknown
from dashboard.components.tables import element
from dashboard.components.upload_form import build_fault
from dashboard.components.user_parts import (
    PATH,
    account_address,
    fault_words,
    link_note,
    role_of_form,
    sites_of_form,
    state_words,
    who_fields,
)
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.locale.translations import to_say
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import Account, UserError, change_user, list_accounts, set_active
from etl.wording.returns import error_words

_OWN = to_say("This is your own account: ask another administrator to close it.")
_NO_ROLE = to_say("Choose a role.")


@registry.route(f"{PATH}/<name>", permission="administer")
def answer_user(asked: PageRequest) -> ResponseReturnValue:
    """The page; an account that there is not is an unknown address."""
    return _answer(asked)


@registry.route(f"{PATH}/<name>/<act>", permission="administer", methods=("POST",))
def answer_user_act(asked: PageRequest) -> ResponseReturnValue:
    """Does one act; what keeps it from being done stands at the top of the page."""
    act = _ACTS.get(asked.codes["act"])
    if act is None or _find(asked) is None:
        return answer_unknown(asked.language, asked.path)
    try:
        return act(asked, asked.codes["name"])
    except UserError as error:
        return _answer(asked, fault_words(error, asked.language))
    except SaidError as error:
        return _answer(asked, [error_words(error, asked.language)])


def _change(asked: PageRequest, name: str) -> ResponseReturnValue:
    role = role_of_form()
    if role is None:
        return _answer(asked, [asked.say(_NO_ROLE)])
    change_user(
        asked.source.engine,
        name,
        role=role,
        sites=sites_of_form(role),
        display_name=sent.form.get("display_name", ""),
        who=asked.visitor.name,
        now=asked.now,
    )
    return _done(asked, name)


def _make_link(asked: PageRequest, name: str) -> ResponseReturnValue:
    token = make_link(asked.source.engine, name, who=asked.visitor.name, now=asked.now)
    return _answer(asked, note=link_note(asked, name, token))


def _close(asked: PageRequest, name: str) -> ResponseReturnValue:
    if name == asked.visitor.name:
        return _answer(asked, [asked.say(_OWN)])
    set_active(asked.source.engine, name, False, who=asked.visitor.name, now=asked.now)
    return _done(asked, name)


def _open(asked: PageRequest, name: str) -> ResponseReturnValue:
    set_active(asked.source.engine, name, True, who=asked.visitor.name, now=asked.now)
    return _done(asked, name)


_ACTS: dict[str, Callable[[PageRequest, str], ResponseReturnValue]] = {
    "change": _change,
    "link": _make_link,
    "close": _close,
    "open": _open,
}


def _done(asked: PageRequest, name: str) -> ResponseReturnValue:
    return redirect(account_address(name, asked.language, "?told=saved"), 303)


def _find(asked: PageRequest) -> Account | None:
    found = list_accounts(asked.source.engine, now=asked.now)
    return next((one for one in found if one.user.name == asked.codes["name"]), None)


def _answer(asked: PageRequest, faults: Sequence[str] = (), note: Any = None) -> ResponseReturnValue:
    account = _find(asked)
    if account is None:
        return answer_unknown(asked.language, asked.path)
    say, user = asked.say, account.user
    title = user.display_name or user.name
    is_saved = sent.method == "GET" and sent.args.get("told") == "saved"
    content = [
        element("P", element("A", say("Accounts"), href=in_language(PATH, asked.language)), className="crumb"),
        build_fault(faults, asked),
        element("P", say("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element("P", f"{user.name} · {state_words(account, asked.language)}", className="sub"),
        note,
        element("Div", [_who(asked, account), _keys(asked, account)], className="two"),
    ]
    return answer_document(asked, title, content, 422 if faults else 200)


def _who(asked: PageRequest, account: Account) -> Any:
    say = asked.say
    fields = [*who_fields(asked, account.user), send_button(say("Save"))]
    return element(
        "Section", [element("H2", say("Role and sites")), _form(asked, account, "change", fields, "stacked")], id="who"
    )


def _keys(asked: PageRequest, account: Account) -> Any:
    """A link, closing or opening, and what the account did."""
    say, user = asked.say, account.user
    if user.active:
        told = say("A new link ends the older one. The present password works until a new one is set.")
        button = send_button(say("Make a one-time link"))
        link = [element("H2", say("New password")), element("P", told, className="muted")]
        parts: list[Any] = [*link, _form(asked, account, "link", [button])]
        closing = say("Closing ends every session at once. The account can be opened again.")
        close = send_button(say("Close the account"), second=True)
        parts += [element("H2", say("Close")), element("P", closing, className="muted")]
        parts.append(_form(asked, account, "close", [close]))
    else:
        parts = [
            element("H2", say("Open again")),
            _form(asked, account, "open", [send_button(say("Open the account"))]),
        ]
    acts = in_language(f"/admin/audit?who={quote(user.name, safe='')}", asked.language)
    changes = in_language(f"/admin/audit?subject={quote(f'user {user.name}', safe='')}", asked.language)
    links = [element("A", say("What this account did"), href=acts), " · "]
    links.append(element("A", say("What was done to it"), href=changes))
    return element("Section", [*parts, element("P", links)], id="keys")


def _form(asked: PageRequest, account: Account, act: str, fields: list[Any], kind: str = "act") -> Any:
    action = account_address(account.user.name, asked.language, f"/{act}")
    return element("Form", fields, method="post", action=action, className=kind)
