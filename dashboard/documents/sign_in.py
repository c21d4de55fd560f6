"""Signing in and out as native forms, which work without any script."""

from urllib.parse import urlsplit

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.registry import PageRequest, registry
from dashboard.access.sessions import SESSION_COOKIE, drop_session, keep_session
from dashboard.components.plain_page import plain_page
from dashboard.components.shell import OVERVIEW
from dashboard.selection import in_language
from etl.locale.translations import speak, to_say
from etl.use_cases.accounts.own_account import find_own_language
from etl.use_cases.accounts.sign_in import Outcome, find_signed_in, sign_in, sign_out

_FORM = Markup(
    '{summary}{told}<h1>{title}</h1><form method="post" action="{action}" class="stacked" novalidate>'
    '<div class="field{name_state}"><label for="name">{name_label}</label>{name_fault}'
    '<input id="name" name="name" type="text" value="{name}" autocomplete="username" autocapitalize="none" '
    'spellcheck="false" required{name_described}></div>'
    '<div class="field{password_state}"><label for="password">{password_label}</label>{password_fault}'
    '<input id="password" name="password" type="password" autocomplete="current-password" required'
    "{password_described}></div>"
    '<input type="hidden" name="next" value="{wanted}">'
    '<button class="button" type="submit">{send}</button></form><p class="muted">{forgotten}</p>'
)
_TOLD = {
    "password": to_say("Your password is set. Sign in with it."),
    "everywhere": to_say("You are signed out everywhere."),
}
"""What led here, from a fixed list: nothing of the address itself is shown."""

_SUMMARY = Markup(
    '<div class="error-summary" role="alert" tabindex="-1" aria-labelledby="faults"><h2 id="faults">{}</h2>'
    "<ul>{}</ul></div>"
)


@registry.route("/sign-in", permission="public", methods=("GET", "POST"))
def answer_sign_in(asked: PageRequest) -> ResponseReturnValue:
    """The form; sent, the page that was wanted, or the form again with what is wrong."""
    if asked.context.settings.public_only:
        return Response("Not found", 404)
    asked_for = request.values.get("next", "")
    wanted = safe_target(asked_for, asked.language)
    if request.method != "POST":
        return redirect(wanted, 303) if asked.visitor.is_signed_in else _answer(asked, asked_for, {}, 200)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    faults = _check_filled(name, password, asked.language)
    if faults:
        return _answer(asked, asked_for, faults, 422)
    settings = asked.context.settings
    attempt = sign_in(
        asked.source.engine,
        name=name,
        password=password,
        address=request.remote_addr or "",
        pepper=settings.secret_key,
        now=asked.now,
    )
    if attempt.outcome is not Outcome.SIGNED_IN:
        return _answer(asked, asked_for, *_refusal(attempt.outcome, asked.language))
    session = find_signed_in(asked.source.engine, attempt.token, now=asked.now)
    assert session is not None
    if not asked_for:
        wanted = in_language(OVERVIEW, find_own_language(asked.source.engine, session.name) or asked.language)
    response = redirect(wanted, 303)
    assert isinstance(response, Response)
    keep_session(response, attempt.token, session, settings)
    return response


@registry.route("/sign-out", permission="staff", methods=("POST",))
def answer_sign_out(asked: PageRequest) -> ResponseReturnValue:
    """Ends the session and leads to the first page."""
    sign_out(asked.source.engine, request.cookies.get(SESSION_COOKIE, ""), now=asked.now)
    response = redirect(in_language("/", asked.language), 303)
    assert isinstance(response, Response)
    drop_session(response, asked.context.settings)
    return response


def safe_target(wanted: str, language: str) -> str:
    """An address of ours to go on to; the overview for anything that could lead elsewhere."""
    usual = in_language(OVERVIEW, language)
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return usual
    parts = urlsplit(wanted)
    return usual if parts.scheme or parts.netloc or parts.path.endswith(("/sign-in", "/sign-out")) else wanted


def _check_filled(name: str, password: str, language: str) -> dict[str, str]:
    say = speak(language)
    faults = {}
    if not name.strip():
        faults["name"] = say("Enter your name")
    if not password:
        faults["password"] = say("Enter your password")
    return faults


def _refusal(outcome: Outcome, language: str) -> tuple[dict[str, str], int]:
    say = speak(language)
    if outcome is Outcome.TOO_OFTEN:
        return {"name": say("Too many attempts. Wait a quarter of an hour and try again")}, 429
    return {"name": say("The name or the password is not right")}, 403


def _answer(asked: PageRequest, wanted: str, faults: dict[str, str], status: int) -> Response:
    say = speak(asked.language)
    title = say("Sign in")
    body = _FORM.format(
        summary=_summary(faults, asked.language),
        told=_told(asked) if not faults else "",
        title=title,
        action=in_language("/sign-in", asked.language),
        name=request.form.get("name", "")[:100],
        name_label=say("Name"),
        password_label=say("Password"),
        wanted=wanted,
        send=say("Sign in"),
        forgotten=say("Forgotten your password? Ask the administrator for a new one."),
        **_field("name", faults),
        **_field("password", faults),
    )
    page = plain_page(
        title=f"{say('Error:')} {title}" if faults else title,
        body=body,
        language=asked.language,
        path="/sign-in",
        with_entry=False,
    )
    return Response(page, status, mimetype="text/html")


def _told(asked: PageRequest) -> Markup:
    text = _TOLD.get(request.args.get("told", ""))
    return Markup('<p class="note" role="status">{}</p>').format(asked.say(text)) if text else Markup("")


def _summary(faults: dict[str, str], language: str) -> Markup:
    if not faults:
        return Markup("")
    links = Markup("").join(Markup('<li><a href="#{}">{}</a></li>').format(*fault) for fault in faults.items())
    return _SUMMARY.format(speak(language)("There is a problem"), links)


def _field(name: str, faults: dict[str, str]) -> dict[str, Markup | str]:
    """A field's state, its fault above it, and the link between them for a screen reader."""
    if name not in faults:
        return {f"{name}_state": "", f"{name}_fault": "", f"{name}_described": ""}
    return {
        f"{name}_state": " wrong",
        f"{name}_fault": Markup('<p class="fault" id="{}-fault">{}</p>').format(name, faults[name]),
        f"{name}_described": Markup(' aria-invalid="true" aria-describedby="{}-fault"').format(name),
    }
