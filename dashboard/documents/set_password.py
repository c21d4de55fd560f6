"""The page that a one-time link opens: who follows it sets a password, once."""

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.access.sessions import SESSION_COOKIE, delete_session_cookies
from dashboard.components.form_fields import submit_button, text_field
from dashboard.components.plain_page import render_plain_page
from dashboard.components.render_html import render_html
from dashboard.components.tables import element
from dashboard.components.upload_form import build_error_list
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.use_cases.accounts.one_time_links import (
    LINK_EXPIRED,
    Invitation,
    find_invitation,
    link_path,
    set_password_by_link,
)
from etl.use_cases.accounts.own_account import MIN_PASSWORD_LENGTH
from etl.use_cases.accounts.sign_in import sign_out
from etl.wording.returns import describe_error

_TITLE = N_("Set your password")
_PASSWORDS_DIFFER = N_("The passwords do not match. Enter the same password twice.")
_EMPTY = N_("Fill in every field.")


@registry.route("/set-password/<token>", permission="public", methods=("GET", "POST"))
def handle_set_password(page: PageContext) -> ResponseReturnValue:
    """The form while the link is good; sent, the way to sign in. Looking at the page uses nothing."""
    if page.context.settings.public_only:
        return Response("Not found", 404)
    token = page.path_params["token"]
    invitation = find_invitation(page.source.engine, token, now=page.now)
    if invitation is None:
        return _render(
            page,
            [element("H1", page.gettext("This link does not work")), element("P", page.gettext(LINK_EXPIRED))],
            404,
        )
    if request.method != "POST":
        return _render(page, _build_form(page, invitation, ""), 200)
    error = _set_password(page, token, invitation)
    if error:
        return _render(page, _build_form(page, invitation, error), 422)
    response = redirect(localize_path("/sign-in?told=password", page.language), 303)
    assert isinstance(response, Response)
    if SESSION_COOKIE in request.cookies:
        # Whoever was signed in here before isn't the one who will be.
        sign_out(page.source.engine, request.cookies[SESSION_COOKIE], now=page.now)
        delete_session_cookies(response, page.context.settings)
    return response


def _set_password(page: PageContext, token: str, invitation: Invitation) -> str:
    """What is wrong; blank once the password is set."""
    password, repeated = request.form.get("password", ""), request.form.get("again", "")
    name = request.form.get("name", "")
    if not password or not repeated or (invitation.is_first_administrator and not name.strip()):
        return page.gettext(_EMPTY)
    if password != repeated:
        return page.gettext(_PASSWORDS_DIFFER)
    try:
        set_password_by_link(page.source.engine, token, password, name=name, now=page.now)
    except TranslatableError as error:
        return describe_error(error, page.locale)
    return ""


def _build_form(page: PageContext, invitation: Invitation, error: str) -> list[Any]:
    _ = page.gettext
    if invitation.is_first_administrator:
        told = _("This creates the first administrator account. Choose a username.")
        typed = request.form.get("name", "")[:100]
        first = text_field(_("Name"), "name", value=typed, autocomplete="username", hint=_("Letters and digits"))
    else:
        told = _("For {name}.", name=invitation.display_name)
        # Browsers keep a password with the name that stands before it.
        first = element("Input", type="hidden", name="username", value=invitation.name, autocomplete="username")
    minimum = MIN_PASSWORD_LENGTH
    hint = page.locale.ngettext("At least {count} character", "At least {count} characters", minimum, count=minimum)
    fields = [
        first,
        text_field(_("New password"), "password", kind="password", autocomplete="new-password", hint=hint),
        text_field(_("Repeat the new password"), "again", kind="password", autocomplete="new-password"),
        submit_button(_("Set the password")),
    ]
    action = localize_path(link_path(page.path_params["token"]), page.language)
    return [
        build_error_list((error,) if error else (), page),
        element("H1", _(_TITLE)),
        element("P", told),
        element("Form", fields, method="post", action=action, className="stacked"),
    ]


def _render(page: PageContext, parts: list[Any], status: int) -> Response:
    title = page.gettext(_TITLE)
    html = render_plain_page(
        title=f"{page.gettext('Error:')} {title}" if status == 422 else title,
        body=render_html(parts),
        locale=page.locale,
        path=link_path(page.path_params["token"]),
        with_sign_in=False,
    )
    headers = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex"}
    return Response(html, status, mimetype="text/html", headers=headers)
