"""The page of a one-time link, on which a user sets a password."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.access.sessions import SESSION_COOKIE, delete_session_cookies
from dashboard.components.forms import build_credential_field, build_error_summary, build_submit_button
from dashboard.components.markup import tags
from dashboard.components.plain_page import render_plain_page
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.one_time_links import (
    LINK_EXPIRED,
    Invitation,
    find_invitation,
    make_link_path,
    set_password_by_link,
)
from etl.use_cases.accounts.own_account import MIN_PASSWORD_LENGTH
from etl.use_cases.accounts.sign_in import sign_out
from etl.wording.returns import describe_error

_PASSWORDS_DIFFER = N_("The passwords do not match. Enter the same password twice.")
_FIELD_IS_EMPTY = N_("Fill in every field.")


@registry.route("/set-password/<token>", permission="public", methods=("GET", "POST"))
def handle_set_password(page: PageContext) -> ResponseReturnValue:
    """Show the form of a valid link; after a POST, redirect to sign-in. A GET does not use the link up."""
    if page.context.settings.public_only:
        return Response("Not found", 404)
    token = page.path_params["token"]
    invitation = find_invitation(page.source.engine, token, now=page.now)
    if invitation is None:
        return _render(page, None, "", 404)
    if request.method != "POST":
        return _render(page, invitation, "", 200)
    error = _set_password(page, token, invitation)
    if error:
        return _render(page, invitation, error, 422)
    response = redirect(localize_path("/sign-in?notice=password", page.language), 303)
    assert isinstance(response, Response)
    if SESSION_COOKIE in request.cookies:
        # The user of this browser's session may be another one.
        sign_out(page.source.engine, request.cookies[SESSION_COOKIE], now=page.now)
        delete_session_cookies(response, page.context.settings)
    return response


def _set_password(page: PageContext, token: str, invitation: Invitation) -> str:
    """Set the password and return an error message, which is blank after success."""
    password, repetition = request.form.get("password", ""), request.form.get("again", "")
    name = request.form.get("name", "")
    if not password or not repetition or (invitation.is_first_administrator and not name.strip()):
        return page.gettext(_FIELD_IS_EMPTY)
    if password != repetition:
        return page.gettext(_PASSWORDS_DIFFER)
    try:
        set_password_by_link(page.source.engine, token, password, name=name, now=page.now)
    except TranslatableError as error:
        return describe_error(error, page.locale)
    return ""


def _build_fields(page: PageContext, invitation: Invitation) -> list[Any]:
    _, minimum = page.gettext, MIN_PASSWORD_LENGTH
    if invitation.is_first_administrator:
        name = request.form.get("name", "")[:100]
        username = build_credential_field(
            _("Username"), "name", value=name, autocomplete="username", hint=_("Letters and digits")
        )
    else:
        # Browsers save a password with the username that stands before it.
        username = tags.Input(type="hidden", name="username", value=invitation.name, autocomplete="username")
    hint = page.locale.ngettext("At least {count} character", "At least {count} characters", minimum, count=minimum)
    return [
        username,
        build_credential_field(_("New password"), "password", kind="password", autocomplete="new-password", hint=hint),
        build_credential_field(_("Repeat the new password"), "again", kind="password", autocomplete="new-password"),
        build_submit_button(_("Set the password")),
    ]


def _render(page: PageContext, invitation: Invitation | None, error: str, status: int) -> Response:
    _ = page.gettext
    title, path = _("Set your password"), make_link_path(page.path_params["token"])
    html = render_plain_page(
        "set_password.html",
        title=f"{_('Error:')} {title}" if error else title,
        locale=page.locale,
        path=path,
        with_sign_in=False,
        invitation=invitation,
        reason=_(LINK_EXPIRED),
        error_summary=build_error_summary((error,) if error else (), page),
        fields=_build_fields(page, invitation) if invitation else (),
    )
    headers = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex"}
    return Response(html, status, mimetype="text/html", headers=headers)
