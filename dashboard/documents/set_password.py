"""The page that a one-time link opens: who follows it sets a password, once."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.access.sessions import SESSION_COOKIE, drop_session
from dashboard.components.form_fields import send_button, text_field
from dashboard.components.plain_page import plain_page
from dashboard.components.render_html import as_html
from dashboard.components.tables import element
from dashboard.components.upload_form import build_fault
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.locale.translations import to_say
from etl.use_cases.accounts.one_time_links import GONE, Invited, find_invited, link_path, set_password_by_link
from etl.use_cases.accounts.own_account import SHORTEST_PASSWORD
from etl.use_cases.accounts.sign_in import sign_out
from etl.wording.returns import error_words

_TITLE = to_say("Set your password")
_DIFFERENT = to_say("Both passwords must be the same.")
_EMPTY = to_say("Fill in every field.")


@registry.route("/set-password/<token>", permission="public", methods=("GET", "POST"))
def answer_set_password(asked: PageRequest) -> ResponseReturnValue:
    """The form while the link is good; sent, the way to sign in. Looking at the page uses nothing."""
    if asked.context.settings.public_only:
        return Response("Not found", 404)
    token = asked.codes["token"]
    invited = find_invited(asked.source.engine, token, now=asked.now)
    if invited is None:
        return _answer(asked, [element("H1", asked.say("This link is closed")), element("P", asked.say(GONE))], 404)
    if request.method != "POST":
        return _answer(asked, _form(asked, invited, ""), 200)
    fault = _set(asked, token, invited)
    if fault:
        return _answer(asked, _form(asked, invited, fault), 422)
    response = redirect(in_language("/sign-in?told=password", asked.language), 303)
    assert isinstance(response, Response)
    if SESSION_COOKIE in request.cookies:
        # Whoever was signed in here before isn't the one who will be.
        sign_out(asked.source.engine, request.cookies[SESSION_COOKIE], now=asked.now)
        drop_session(response, asked.context.settings)
    return response


def _set(asked: PageRequest, token: str, invited: Invited) -> str:
    """What is wrong; blank once the password is set."""
    password, again = request.form.get("password", ""), request.form.get("again", "")
    name = request.form.get("name", "")
    if not password or not again or (invited.is_first_administrator and not name.strip()):
        return asked.say(_EMPTY)
    if password != again:
        return asked.say(_DIFFERENT)
    try:
        set_password_by_link(asked.source.engine, token, password, name=name, now=asked.now)
    except SaidError as error:
        return error_words(error, asked.language)
    return ""


def _form(asked: PageRequest, invited: Invited, fault: str) -> list[Any]:
    say = asked.say
    if invited.is_first_administrator:
        told = say("This makes the first administrator's account. Choose a name to sign in with.")
        typed = request.form.get("name", "")[:100]
        first = text_field(say("Name"), "name", value=typed, complete="username", hint=say("Letters and digits"))
    else:
        told = say("For {name}.", name=invited.display_name)
        # Browsers keep a password with the name that stands before it.
        first = element("Input", type="hidden", name="username", value=invited.name, autocomplete="username")
    least = say("At least {count} characters", count=SHORTEST_PASSWORD)
    fields = [
        first,
        text_field(say("New password"), "password", kind="password", complete="new-password", hint=least),
        text_field(say("The same once more"), "again", kind="password", complete="new-password"),
        send_button(say("Set the password")),
    ]
    action = in_language(link_path(asked.codes["token"]), asked.language)
    return [
        build_fault((fault,) if fault else (), asked),
        element("H1", say(_TITLE)),
        element("P", told),
        element("Form", fields, method="post", action=action, className="stacked"),
    ]


def _answer(asked: PageRequest, parts: list[Any], status: int) -> Response:
    title = asked.say(_TITLE)
    page = plain_page(
        title=f"{asked.say('Error:')} {title}" if status == 422 else title,
        body=as_html(parts),
        language=asked.language,
        path=link_path(asked.codes["token"]),
        with_entry=False,
    )
    headers = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex"}
    return Response(page, status, mimetype="text/html", headers=headers)
