"""One's own account: another password, the language that sign-in leads to, where one is signed in, one's long work."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.access.sessions import SESSION_COOKIE, drop_session
from dashboard.components.document import answer_document
from dashboard.components.form_fields import choice_field, send_button, text_field
from dashboard.components.refusals import answer_unknown
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_fault
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.jobs.queue import JobStanding, JobState, list_jobs, this_moment
from etl.locale.translations import format_moment, to_say
from etl.use_cases.accounts.own_account import (
    SHORTEST_PASSWORD,
    SeenSession,
    change_own_password,
    choose_own_language,
    end_own_sessions,
    find_own_language,
    list_own_sessions,
)
from etl.wording.accounts import role_words
from etl.wording.returns import error_words

PATH = "/staff/account"
_DIFFERENT = to_say("Both new passwords must be the same.")
_STATES = {
    JobState.WAITING: to_say("waiting"),
    JobState.RUNNING: to_say("in progress"),
    JobState.DONE: to_say("done"),
    JobState.FAILED: to_say("failed"),
}


@registry.route(PATH, permission="staff")
def answer_account(asked: PageRequest) -> ResponseReturnValue:
    """The page."""
    return _answer(asked)


@registry.route(f"{PATH}/<act>", permission="staff", methods=("POST",))
def answer_account_act(asked: PageRequest) -> ResponseReturnValue:
    """Does one act with the visitor's own account; what keeps it from being done stands at the top of the page."""
    act = _ACTS.get(asked.codes["act"])
    if act is None:
        return answer_unknown(asked.language, asked.path)
    try:
        return act(asked)
    except SaidError as error:
        return _answer(asked, error_words(error, asked.language))


def _change_password(asked: PageRequest) -> ResponseReturnValue:
    form = sent.form
    if form.get("new", "") != form.get("again", ""):
        return _answer(asked, asked.say(_DIFFERENT))
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


def _choose_language(asked: PageRequest) -> ResponseReturnValue:
    choose_own_language(asked.source.engine, asked.visitor.name, sent.form.get("language", ""))
    return redirect(in_language(f"{PATH}?told=language", asked.language), 303)


def _end_sessions(asked: PageRequest) -> ResponseReturnValue:
    end_own_sessions(asked.source.engine, asked.visitor.name, now=asked.now)
    return _signed_out(asked, "/sign-in?told=everywhere")


_ACTS: dict[str, Callable[[PageRequest], ResponseReturnValue]] = {
    "password": _change_password,
    "language": _choose_language,
    "sign-out-everywhere": _end_sessions,
}


def _signed_out(asked: PageRequest, address: str) -> Response:
    response = redirect(in_language(address, asked.language), 303)
    assert isinstance(response, Response)
    drop_session(response, asked.context.settings)
    return response


def _answer(asked: PageRequest, fault: str = "") -> ResponseReturnValue:
    say = asked.say
    title = say("Your account")
    is_saved = not fault and sent.args.get("told") == "language"
    content = [
        build_fault((fault,) if fault else (), asked),
        element("P", say("Saved."), className="done", role="status") if is_saved else None,
        element("H1", title),
        element("P", _who(asked), className="sub"),
        element("Div", [_password(asked), _language(asked)], className="two"),
        _sessions(asked),
        _jobs(asked),
    ]
    return answer_document(asked, title, content, 422 if fault else 200)


def _who(asked: PageRequest) -> str:
    visitor = asked.visitor
    role = role_words(visitor.role, asked.language) if visitor.role else ""
    sites = asked.say("all sites") if visitor.sites is None else ", ".join(sorted(visitor.sites))
    return " · ".join((visitor.name, role, sites))


def _password(asked: PageRequest) -> Any:
    say = asked.say
    least = say("At least {count} characters", count=SHORTEST_PASSWORD)
    fields = [
        text_field(say("Present password"), "old", kind="password", complete="current-password"),
        text_field(say("New password"), "new", kind="password", complete="new-password", hint=least),
        text_field(say("The same once more"), "again", kind="password", complete="new-password"),
        send_button(say("Change the password")),
    ]
    told = element("P", say("You are then signed out everywhere, and sign in with the new one."), className="muted")
    return _section(asked, say("Password"), "password", [told, *fields])


def _language(asked: PageRequest) -> Any:
    say = asked.say
    saved = find_own_language(asked.source.engine, asked.visitor.name) or asked.language
    options = (("en", "English"), ("km", "ខ្មែរ"))
    fields = [
        choice_field(
            say("Language"),
            "language",
            options,
            saved,
            hint=say("Where sign-in leads. Every page can still be read in both."),
        ),
        send_button(say("Save")),
    ]
    return _section(asked, say("Language"), "language", fields)


def _section(asked: PageRequest, title: str, act: str, fields: list[Any]) -> Any:
    action = in_language(f"{PATH}/{act}", asked.language)
    form = element("Form", fields, method="post", action=action, className="stacked")
    return element("Section", [element("H2", title), form], id=f"account-{act}")


def _sessions(asked: PageRequest) -> Any:
    say = asked.say
    found = list_own_sessions(asked.source.engine, asked.visitor.name, sent.cookies.get(SESSION_COOKIE, ""))
    header = (say("Signed in"), say("Last seen"), say("Where"))
    rows = [_session(one, asked) for one in found]
    action = in_language(f"{PATH}/sign-out-everywhere", asked.language)
    button = element("Form", send_button(say("Sign out everywhere"), second=True), method="post", action=action)
    title = say("Where you are signed in")
    table = build_table(title, header, rows, table_id="sessions", stacks=True)
    return element("Section", [element("H2", title), table, element("Div", button, className="buttons after")])


def _session(one: SeenSession, asked: PageRequest) -> list[Any]:
    where = asked.say("this browser") if one.is_this else asked.say("another browser")
    return [format_moment(one.since, asked.language), format_moment(one.last_seen, asked.language), where]


def _jobs(asked: PageRequest) -> Any:
    """One's own long work, where there is any."""
    say = asked.say
    found = list_jobs(asked.source.engine, who=asked.visitor.name, moment=this_moment())
    if not found:
        return None
    title = say("Your long work")
    header = (say("What"), say("Started"), say("State"))
    rows = [_job(one, asked) for one in found]
    return element("Section", [element("H2", title), build_table(title, header, rows, table_id="jobs", stacks=True)])


def _job(one: JobStanding, asked: PageRequest) -> list[Any]:
    address = in_language(f"/staff/jobs/{one.job.id}", asked.language)
    link = element("A", asked.say(one.kind.title), href=address)
    return [link, format_moment(one.job.created_at, asked.language), asked.say(_STATES[one.job.state])]
