"""The sign-in page and signing out."""

from urllib.parse import urlsplit

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.gate import SIGNED_OUT_NOTICE
from dashboard.access.registry import get_registry, registry
from dashboard.access.sessions import (
    SESSION_COOKIE,
    add_device_cookie,
    delete_session_cookies,
    read_device_tokens,
    set_session_cookies,
)
from dashboard.components.forms import Errors, build_credential_field, build_error_summary, build_submit_button
from dashboard.components.navigation import OVERVIEW_PATH
from dashboard.components.plain_page import render_plain_page
from dashboard.selection import localize_path, split_language
from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale
from etl.use_cases.accounts.own_account import find_own_language
from etl.use_cases.accounts.sign_in import SignInOutcome, find_signed_in_user, sign_in, sign_out

RETURNS_PATH = "/staff/returns"
"""Where officers arrive: they sign in to send returns."""

_NOTICES = {
    "password": N_("Password set. Sign in with your new password."),
    "everywhere": N_("You are signed out everywhere."),
    SIGNED_OUT_NOTICE: N_("You were no longer signed in, so nothing was saved. Sign in to return to the form."),
}
"""Notices by the value of `notice` in the address. Other values show nothing."""


@registry.route("/sign-in", permission="public", methods=("GET", "POST"))
def handle_sign_in(page: PageContext) -> ResponseReturnValue:
    """Show the form; after a POST, redirect to the page that was asked for, or show the form with its errors."""
    if page.context.settings.public_only:
        return Response("Not found", 404)
    requested = request.values.get("next", "")
    target = find_readable_address(sanitize_redirect_target(requested, page.locale), page.locale)
    if request.method != "POST":
        return redirect(target, 303) if page.visitor.is_signed_in else _render(page, requested, {}, 200)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    errors = _find_empty_fields(name, password, page.locale)
    if errors:
        return _render(page, requested, errors, 422)
    settings = page.context.settings
    attempt = sign_in(
        page.source.engine,
        username=name,
        password=password,
        address=request.remote_addr or "",
        pepper=settings.secret_key,
        now=page.now,
        devices=read_device_tokens(request),
    )
    if attempt.outcome is not SignInOutcome.SIGNED_IN:
        return _render(page, requested, *_describe_refusal(attempt.outcome, page.locale))
    session = find_signed_in_user(page.source.engine, attempt.token, now=page.now)
    assert session is not None
    if not requested:
        first_page = RETURNS_PATH if session.role is Role.OFFICER else OVERVIEW_PATH
        target = localize_path(first_page, find_own_language(page.source.engine, session.name) or page.language)
    response = redirect(target, 303)
    assert isinstance(response, Response)
    set_session_cookies(response, attempt.token, session, settings)
    if attempt.device:
        add_device_cookie(request, response, attempt.device, settings)
    return response


@registry.route("/sign-out", permission="staff", methods=("POST",))
def handle_sign_out(page: PageContext) -> ResponseReturnValue:
    """End the session and redirect to the home page."""
    sign_out(page.source.engine, request.cookies.get(SESSION_COOKIE, ""), now=page.now)
    response = redirect(localize_path("/", page.language), 303)
    assert isinstance(response, Response)
    delete_session_cookies(response, page.context.settings)
    return response


def sanitize_redirect_target(address: str, locale: Locale) -> str:
    """Return the address if it lies on this server, else the address of the overview. It prevents open redirects."""
    default = localize_path(OVERVIEW_PATH, locale.language)
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return default
    parts = urlsplit(address)
    return default if parts.scheme or parts.netloc or parts.path.endswith(("/sign-in", "/sign-out")) else address


def find_readable_address(address: str, locale: Locale) -> str:
    """Return the address; in place of one that only takes forms, that of the nearest page above it."""
    parts = urlsplit(address)
    language, path = split_language(parts.path)
    readable_path = path
    while (match := get_registry().find_route(readable_path)) is not None and "GET" not in match[0].methods:
        readable_path = readable_path.rpartition("/")[0]
    if readable_path == path:
        return address
    if not _is_page(readable_path):
        return localize_path(OVERVIEW_PATH, locale.language)
    return localize_path(readable_path, language) + (f"?{parts.query}" if parts.query else "")


def _is_page(path: str) -> bool:
    return any(find(path) is not None for find in (get_registry().find_route, get_registry().find_page))


def _find_empty_fields(name: str, password: str, locale: Locale) -> Errors:
    _ = locale.gettext
    errors = {}
    if not name.strip():
        errors["name"] = _("Enter your name")
    if not password:
        errors["password"] = _("Enter your password")
    return errors


def _describe_refusal(outcome: SignInOutcome, locale: Locale) -> tuple[Errors, int]:
    _ = locale.gettext
    if outcome is SignInOutcome.RATE_LIMITED:
        return {"name": _("Too many attempts. Wait 15 minutes and try again")}, 429
    return {"name": _("The name or the password is incorrect")}, 403


def _render(page: PageContext, next_address: str, errors: Errors, status: int) -> Response:
    _ = page.gettext
    title = _("Sign in")
    notice = _NOTICES.get(request.args.get("notice", "")) if not errors else None
    fields = [
        build_credential_field(
            _("Username"),
            "name",
            value=request.form.get("name", "")[:100],
            error=errors.get("name", ""),
            autocomplete="username",
        ),
        build_credential_field(
            _("Password"),
            "password",
            error=errors.get("password", ""),
            kind="password",
            autocomplete="current-password",
        ),
    ]
    html = render_plain_page(
        "sign_in.html",
        title=f"{_('Error:')} {title}" if errors else title,
        locale=page.locale,
        path="/sign-in",
        with_sign_in=False,
        error_summary=build_error_summary(errors, page),
        notice=_(notice) if notice else "",
        fields=fields,
        next_address=next_address,
        button=build_submit_button(_("Sign in")),
    )
    return Response(html, status, mimetype="text/html")
