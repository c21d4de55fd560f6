"""The visitor's own account: password, language, messages, sessions, API tokens and jobs."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.access.sessions import SESSION_COOKIE, delete_session_cookies
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import (
    build_credential_field,
    build_error_summary,
    build_select_field,
    build_submit_button,
)
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.documents.own_messages import (
    ACCOUNT_PATH,
    build_messages_section,
    make_link_code,
    make_removal,
    save_own_email,
)
from dashboard.documents.own_tokens import build_tokens_section, make_own_token, revoke_own_token
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.jobs.queue import JobState, JobStatus, get_utc_now, list_jobs
from etl.locale import N_
from etl.use_cases.accounts.own_account import (
    MIN_PASSWORD_LENGTH,
    ActiveSession,
    change_own_password,
    end_own_sessions,
    find_own_language,
    list_own_sessions,
    save_own_language,
)
from etl.use_cases.notifications.contacts import Channel
from etl.wording.accounts import describe_role
from etl.wording.returns import describe_error

_PASSWORDS_DIFFER = N_("The new passwords do not match. Enter the same password twice.")
_STATE_LABELS = {
    JobState.WAITING: N_("waiting"),
    JobState.RUNNING: N_("in progress"),
    JobState.DONE: N_("done"),
    JobState.FAILED: N_("failed"),
}


@registry.route(ACCOUNT_PATH, permission="staff")
def show_account(page: PageContext) -> ResponseReturnValue:
    return _render(page)


@registry.route(f"{ACCOUNT_PATH}/<action>", permission="staff", methods=("POST",))
def handle_account_action(page: PageContext) -> ResponseReturnValue:
    """Carry out an action on the visitor's own account, or show the page with the error."""
    action = _ACTIONS.get(page.path_params["action"])
    if action is None:
        return make_not_found_response(page.locale, page.path)
    try:
        return action(page)
    except TranslatableError as error:
        return _render(page, describe_error(error, page.locale))


def _change_password(page: PageContext) -> ResponseReturnValue:
    form = request.form
    if form.get("new", "") != form.get("again", ""):
        return _render(page, page.gettext(_PASSWORDS_DIFFER))
    change_own_password(
        page.source.engine,
        page.visitor.name,
        old=form.get("old", ""),
        new=form.get("new", ""),
        address=request.remote_addr or "",
        pepper=page.context.settings.secret_key,
        now=page.now,
    )
    return _redirect_after_sign_out(page, "/sign-in?notice=password")


def _choose_language(page: PageContext) -> ResponseReturnValue:
    save_own_language(page.source.engine, page.visitor.name, request.form.get("language", ""))
    return redirect(localize_path(f"{ACCOUNT_PATH}?notice=language", page.language), 303)


def _end_sessions(page: PageContext) -> ResponseReturnValue:
    end_own_sessions(page.source.engine, page.visitor.name, now=page.now)
    return _redirect_after_sign_out(page, "/sign-in?notice=everywhere")


def _link_telegram(page: PageContext) -> ResponseReturnValue:
    """Show the page with a code. The code is in no URL, so no log has it."""
    if not page.context.settings.notifications.has_telegram:
        return make_not_found_response(page.locale, page.path)
    return _render(page, code=make_link_code(page))


def _make_token(page: PageContext) -> ResponseReturnValue:
    """Show the page with the new token, which is in no URL."""
    return _render(page, new_token=make_own_token(page))


_ACTIONS: dict[str, Callable[[PageContext], ResponseReturnValue]] = {
    "password": _change_password,
    "language": _choose_language,
    "sign-out-everywhere": _end_sessions,
    "email": save_own_email,
    "email-remove": make_removal(Channel.EMAIL),
    "telegram": _link_telegram,
    "telegram-remove": make_removal(Channel.TELEGRAM),
    "token": _make_token,
    "token-revoke": revoke_own_token,
}
_NOTICES = {
    "language": N_("Saved."),
    "messages": N_("Saved. A test message is on its way."),
    "token": N_("Revoked. Programs that use the token are refused from now on."),
    "stopped": N_("Stopped. No more messages are sent there."),
}


def _redirect_after_sign_out(page: PageContext, address: str) -> Response:
    response = redirect(localize_path(address, page.language), 303)
    assert isinstance(response, Response)
    delete_session_cookies(response, page.context.settings)
    return response


def _render(page: PageContext, message: str = "", code: str = "", new_token: str = "") -> ResponseReturnValue:
    _ = page.gettext
    title = _("Your account")
    notice = _NOTICES.get(request.args.get("notice", ""), "") if not message else ""
    content = [
        build_error_summary((message,) if message else (), page),
        tags.P(_(notice), className="done", role="status") if notice else None,
        tags.H1(title),
        tags.P(_describe_visitor(page), className="sub"),
        tags.Div([_build_password_form(page), _build_language_form(page)], className="two"),
        build_messages_section(page, code),
        _build_sessions(page),
        build_tokens_section(page, new_token),
        _build_jobs(page),
    ]
    return make_document_response(page, title, content, 422 if message else 200)


def _describe_visitor(page: PageContext) -> str:
    visitor = page.visitor
    role = describe_role(visitor.role, page.locale) if visitor.role else ""
    sites = page.gettext("all sites") if visitor.sites is None else ", ".join(sorted(visitor.sites))
    return " · ".join((visitor.name, role, sites))


def _build_password_form(page: PageContext) -> Any:
    _ = page.gettext
    minimum = MIN_PASSWORD_LENGTH
    hint = page.locale.ngettext("At least {count} character", "At least {count} characters", minimum, count=minimum)
    fields = [
        build_credential_field(_("Current password"), "old", kind="password", autocomplete="current-password"),
        build_credential_field(_("New password"), "new", kind="password", autocomplete="new-password", hint=hint),
        build_credential_field(_("Repeat the new password"), "again", kind="password", autocomplete="new-password"),
        build_submit_button(_("Change password")),
    ]
    note = tags.P(
        _("Changing your password signs you out everywhere. Sign in again with the new password."),
        className="muted",
    )
    return _build_section(page, _("Password"), "password", [note, *fields])


def _build_language_form(page: PageContext) -> Any:
    _ = page.gettext
    saved_language = find_own_language(page.source.engine, page.visitor.name) or page.language
    options = (("en", "English"), ("km", "ខ្មែរ"))
    fields = [
        build_select_field(
            _("Language"),
            "language",
            options,
            saved_language,
            hint=_("The first page after you sign in is in this language. You can change the language on every page."),
        ),
        build_submit_button(_("Save")),
    ]
    return _build_section(page, _("Language"), "language", fields)


def _build_section(page: PageContext, title: str, name: str, fields: list[Any]) -> Any:
    address = localize_path(f"{ACCOUNT_PATH}/{name}", page.language)
    form = tags.Form(fields, method="post", action=address, className="stacked")
    return tags.Section([tags.H2(title), form], id=f"account-{name}")


def _build_sessions(page: PageContext) -> Any:
    _ = page.gettext
    sessions = list_own_sessions(page.source.engine, page.visitor.name, request.cookies.get(SESSION_COOKIE, ""))
    header = (_("Signed in"), _("Last seen"), _("Where"))
    rows = [_build_session_row(session, page) for session in sessions]
    address = localize_path(f"{ACCOUNT_PATH}/sign-out-everywhere", page.language)
    button = tags.Form(build_submit_button(_("Sign out everywhere"), is_secondary=True), method="post", action=address)
    title = _("Where you are signed in")
    table = build_table(title, header, rows, table_id="sessions", stacks=True)
    return tags.Section([tags.H2(title), table, tags.Div(button, className="buttons after")])


def _build_session_row(session: ActiveSession, page: PageContext) -> list[Any]:
    browser_name = page.gettext("this browser") if session.is_current else page.gettext("another browser")
    return [page.locale.format_moment(session.started_at), page.locale.format_moment(session.last_seen), browser_name]


def _build_jobs(page: PageContext) -> Any:
    """Return the table of the visitor's jobs; None without jobs."""
    _ = page.gettext
    jobs = list_jobs(page.source.engine, owner=page.visitor.name, now=get_utc_now())
    if not jobs:
        return None
    title = _("Your jobs")
    header = (_("What"), _("Started"), _("State"))
    rows = [_build_job_row(status, page) for status in jobs]
    return tags.Section([tags.H2(title), build_table(title, header, rows, table_id="jobs", stacks=True)])


def _build_job_row(status: JobStatus, page: PageContext) -> list[Any]:
    address = localize_path(f"/staff/jobs/{status.job.id}", page.language)
    link = tags.A(page.gettext(status.kind.title), href=address)
    return [link, page.locale.format_moment(status.job.created_at), page.gettext(_STATE_LABELS[status.job.state])]
