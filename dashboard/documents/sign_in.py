"""Signing in and out as native forms, which work without any script."""

from urllib.parse import urlsplit

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.access.sessions import SESSION_COOKIE, delete_session_cookies, set_session_cookies
from dashboard.components.plain_page import render_plain_page
from dashboard.components.shell import OVERVIEW_PATH
from dashboard.selection import localize_path
from etl.locale import N_, Locale
from etl.use_cases.accounts.own_account import find_own_language
from etl.use_cases.accounts.sign_in import SignInOutcome, find_signed_in_user, sign_in, sign_out

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
_NOTICES = {
    "password": N_("Password set. Sign in with your new password."),
    "everywhere": N_("You are signed out everywhere."),
}
"""What led here, from a fixed list: nothing of the address itself is shown."""

_SUMMARY = Markup(
    '<div class="error-summary" role="alert" tabindex="-1" aria-labelledby="faults"><h2 id="faults">{}</h2>'
    "<ul>{}</ul></div>"
)


@registry.route("/sign-in", permission="public", methods=("GET", "POST"))
def handle_sign_in(page: PageContext) -> ResponseReturnValue:
    """The form; sent, the page that was wanted, or the form again with what is wrong."""
    if page.context.settings.public_only:
        return Response("Not found", 404)
    requested = request.values.get("next", "")
    target = sanitize_redirect_target(requested, page.locale)
    if request.method != "POST":
        return redirect(target, 303) if page.visitor.is_signed_in else _render(page, requested, {}, 200)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    faults = _find_empty_fields(name, password, page.locale)
    if faults:
        return _render(page, requested, faults, 422)
    settings = page.context.settings
    attempt = sign_in(
        page.source.engine,
        username=name,
        password=password,
        address=request.remote_addr or "",
        pepper=settings.secret_key,
        now=page.now,
    )
    if attempt.outcome is not SignInOutcome.SIGNED_IN:
        return _render(page, requested, *_describe_refusal(attempt.outcome, page.locale))
    session = find_signed_in_user(page.source.engine, attempt.token, now=page.now)
    assert session is not None
    if not requested:
        target = localize_path(OVERVIEW_PATH, find_own_language(page.source.engine, session.name) or page.language)
    response = redirect(target, 303)
    assert isinstance(response, Response)
    set_session_cookies(response, attempt.token, session, settings)
    return response


@registry.route("/sign-out", permission="staff", methods=("POST",))
def handle_sign_out(page: PageContext) -> ResponseReturnValue:
    """Ends the session and leads to the first page."""
    sign_out(page.source.engine, request.cookies.get(SESSION_COOKIE, ""), now=page.now)
    response = redirect(localize_path("/", page.language), 303)
    assert isinstance(response, Response)
    delete_session_cookies(response, page.context.settings)
    return response


def sanitize_redirect_target(address: str, locale: Locale) -> str:
    """An address of ours to go on to; the overview for anything that could lead elsewhere."""
    default = localize_path(OVERVIEW_PATH, locale.language)
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return default
    parts = urlsplit(address)
    return default if parts.scheme or parts.netloc or parts.path.endswith(("/sign-in", "/sign-out")) else address


def _find_empty_fields(name: str, password: str, locale: Locale) -> dict[str, str]:
    _ = locale.gettext
    faults = {}
    if not name.strip():
        faults["name"] = _("Enter your name")
    if not password:
        faults["password"] = _("Enter your password")
    return faults


def _describe_refusal(outcome: SignInOutcome, locale: Locale) -> tuple[dict[str, str], int]:
    _ = locale.gettext
    if outcome is SignInOutcome.RATE_LIMITED:
        return {"name": _("Too many attempts. Wait 15 minutes and try again")}, 429
    return {"name": _("The name or the password is incorrect")}, 403


def _render(page: PageContext, target: str, faults: dict[str, str], status: int) -> Response:
    _ = page.locale.gettext
    title = _("Sign in")
    body = _FORM.format(
        summary=_summary(faults, page.locale),
        told=_build_notice(page) if not faults else "",
        title=title,
        action=localize_path("/sign-in", page.language),
        name=request.form.get("name", "")[:100],
        name_label=_("Name"),
        password_label=_("Password"),
        wanted=target,
        send=_("Sign in"),
        forgotten=_("Forgotten your password? Ask the administrator for a new one."),
        **_field("name", faults),
        **_field("password", faults),
    )
    html = render_plain_page(
        title=f"{_('Error:')} {title}" if faults else title,
        body=body,
        locale=page.locale,
        path="/sign-in",
        with_sign_in=False,
    )
    return Response(html, status, mimetype="text/html")


def _build_notice(page: PageContext) -> Markup:
    text = _NOTICES.get(request.args.get("told", ""))
    return Markup('<p class="note" role="status">{}</p>').format(page.gettext(text)) if text else Markup("")


def _summary(faults: dict[str, str], locale: Locale) -> Markup:
    if not faults:
        return Markup("")
    links = Markup("").join(Markup('<li><a href="#{}">{}</a></li>').format(*fault) for fault in faults.items())
    return _SUMMARY.format(locale.gettext("There is a problem"), links)


def _field(name: str, faults: dict[str, str]) -> dict[str, Markup | str]:
    """A field's state, its fault above it, and the link between them for a screen reader."""
    if name not in faults:
        return {f"{name}_state": "", f"{name}_fault": "", f"{name}_described": ""}
    return {
        f"{name}_state": " wrong",
        f"{name}_fault": Markup('<p class="fault" id="{}-fault">{}</p>').format(name, faults[name]),
        f"{name}_described": Markup(' aria-invalid="true" aria-describedby="{}-fault"').format(name),
    }
