"""One's own account: another password, the language that sign-in leads to, where one is signed in, one's long work."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.access.sessions import SESSION_COOKIE, delete_session_cookies
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.form_fields import choice_field, submit_button, text_field
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_error_list
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.jobs.queue import JobState, JobStatus, list_jobs, utc_now
from etl.locale import N_, get_locale
from etl.use_cases.accounts.own_account import (
    MIN_PASSWORD_LENGTH,
    ActiveSession,
    change_own_password,
    end_own_sessions,
    find_own_language,
    list_own_sessions,
    save_own_language,
)
from etl.wording.accounts import describe_role
from etl.wording.returns import describe_error

PATH = "/staff/account"
_DIFFERENT = N_("Both new passwords must be the same.")
_STATES = {
    JobState.WAITING: N_("waiting"),
    JobState.RUNNING: N_("in progress"),
    JobState.DONE: N_("done"),
    JobState.FAILED: N_("failed"),
}


@registry.route(PATH, permission="staff")
def show_account(asked: PageContext) -> ResponseReturnValue:
    """The page."""
    return _answer(asked)


@registry.route(f"{PATH}/<act>", permission="staff", methods=("POST",))
def handle_account_action(asked: PageContext) -> ResponseReturnValue:
    """Does one act with the visitor's own account; what keeps it from being done stands at the top of the page."""
    act = _ACTS.get(asked.path_params["act"])
    if act is None:
        return make_not_found_response(asked.locale, asked.path)
    try:
        return act(asked)
    except TranslatableError as error:
        return _answer(asked, describe_error(error, asked.locale))


def _change_password(asked: PageContext) -> ResponseReturnValue:
    form = sent.form
    if form.get("new", "") != form.get("again", ""):
        return _answer(asked, asked.gettext(_DIFFERENT))
    change_own_password(
        asked.source.engine,
        asked.visitor.name,
        old=form.get("old", ""),
        new=form.get("new", ""),
        address=sent.remote_addr or "",
        pepper=asked.context.settings.secret_key,
        now=asked.now,
    )
    return _signed_out(asked, "/sign-in?told=password")


def _choose_language(asked: PageContext) -> ResponseReturnValue:
    save_own_language(asked.source.engine, asked.visitor.name, get_locale(sent.form.get("language", "")))
    return redirect(localize_path(f"{PATH}?told=language", asked.language), 303)


def _end_sessions(asked: PageContext) -> ResponseReturnValue:
    end_own_sessions(asked.source.engine, asked.visitor.name, now=asked.now)
    return _signed_out(asked, "/sign-in?told=everywhere")


_ACTS: dict[str, Callable[[PageContext], ResponseReturnValue]] = {
    "password": _change_password,
    "language": _choose_language,
    "sign-out-everywhere": _end_sessions,
}


def _signed_out(asked: PageContext, address: str) -> Response:
    response = redirect(localize_path(address, asked.language), 303)
    assert isinstance(response, Response)
    delete_session_cookies(response, asked.context.settings)
    return response


def _answer(asked: PageContext, fault: str = "") -> ResponseReturnValue:
    _ = asked.gettext
    title = _("Your account")
    is_saved = not fault and sent.args.get("told") == "language"
    content = [
        build_error_list((fault,) if fault else (), asked),
        element("P", _("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element("P", _who(asked), className="sub"),
        element("Div", [_password(asked), _language(asked)], className="two"),
        _sessions(asked),
        _jobs(asked),
    ]
    return make_document_response(asked, title, content, 422 if fault else 200)


def _who(asked: PageContext) -> str:
    visitor = asked.visitor
    role = describe_role(visitor.role, asked.locale) if visitor.role else ""
    sites = asked.gettext("all sites") if visitor.sites is None else ", ".join(sorted(visitor.sites))
    return " · ".join((visitor.name, role, sites))


def _password(asked: PageContext) -> Any:
    _ = asked.gettext
    least = _("At least {count} characters", count=MIN_PASSWORD_LENGTH)
    fields = [
        text_field(_("Present password"), "old", kind="password", autocomplete="current-password"),
        text_field(_("New password"), "new", kind="password", autocomplete="new-password", hint=least),
        text_field(_("The same once more"), "again", kind="password", autocomplete="new-password"),
        submit_button(_("Change the password")),
    ]
    told = element("P", _("You are then signed out everywhere, and sign in with the new one."), className="muted")
    return _section(asked, _("Password"), "password", [told, *fields])


def _language(asked: PageContext) -> Any:
    _ = asked.gettext
    saved = find_own_language(asked.source.engine, asked.visitor.name) or asked.language
    options = (("en", "English"), ("km", "ខ្មែរ"))
    fields = [
        choice_field(
            _("Language"),
            "language",
            options,
            saved,
            hint=_("Where sign-in leads. Every page can still be read in both."),
        ),
        submit_button(_("Save")),
    ]
    return _section(asked, _("Language"), "language", fields)


def _section(asked: PageContext, title: str, act: str, fields: list[Any]) -> Any:
    action = localize_path(f"{PATH}/{act}", asked.language)
    form = element("Form", fields, method="post", action=action, className="stacked")
    return element("Section", [element("H2", title), form], id=f"account-{act}")


def _sessions(asked: PageContext) -> Any:
    _ = asked.gettext
    found = list_own_sessions(asked.source.engine, asked.visitor.name, sent.cookies.get(SESSION_COOKIE, ""))
    header = (_("Signed in"), _("Last seen"), _("Where"))
    rows = [_session(one, asked) for one in found]
    action = localize_path(f"{PATH}/sign-out-everywhere", asked.language)
    button = element("Form", submit_button(_("Sign out everywhere"), is_secondary=True), method="post", action=action)
    title = _("Where you are signed in")
    table = build_table(title, header, rows, table_id="sessions", stacks=True)
    return element("Section", [element("H2", title), table, element("Div", button, className="buttons after")])


def _session(one: ActiveSession, asked: PageContext) -> list[Any]:
    where = asked.gettext("this browser") if one.is_current else asked.gettext("another browser")
    return [asked.locale.format_moment(one.started_at), asked.locale.format_moment(one.last_seen), where]


def _jobs(asked: PageContext) -> Any:
    """One's own long work, where there is any."""
    _ = asked.gettext
    found = list_jobs(asked.source.engine, owner=asked.visitor.name, now=utc_now())
    if not found:
        return None
    title = _("Your long work")
    header = (_("What"), _("Started"), _("State"))
    rows = [_job(one, asked) for one in found]
    return element("Section", [element("H2", title), build_table(title, header, rows, table_id="jobs", stacks=True)])


def _job(one: JobStatus, asked: PageContext) -> list[Any]:
    address = localize_path(f"/staff/jobs/{one.job.id}", asked.language)
    link = element("A", asked.gettext(one.kind.title), href=address)
    return [link, asked.locale.format_moment(one.job.created_at), asked.gettext(_STATES[one.job.state])]
