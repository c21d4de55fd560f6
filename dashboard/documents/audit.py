"""The audit trail: who did what, when, from which value to which, and why."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.form_fields import submit_button
from dashboard.components.tables import aria_label, build_table, element
from dashboard.selection import localize_path
from etl.jobs.queue import JOB_KINDS, start_job
from etl.queries.audit_log import AuditFilter, AuditPage, NumberedEvent, get_audit_page
from etl.settings import CAMBODIA
from etl.wording.accounts import describe_action
from etl.wording.audit import describe_detail

PATH = "/admin/audit"
_FIELDS = ("who", "act", "subject", "since", "until")
_LONGEST = 100
_LONGEST_NUMBER = 9


@registry.route(PATH, permission="administer")
def show_audit_log(asked: PageContext) -> ResponseReturnValue:
    """The page that the address chooses."""
    chosen = {name: sent.args.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    unknown = [text for name in ("since", "until") if (text := chosen[name]) and _day(text) is None]
    below = sent.args.get("below", "")
    number = int(below) if below.isascii() and below.isdigit() and len(below) <= _LONGEST_NUMBER else None
    found = get_audit_page(asked.source, _wanted(chosen), before_id=number)
    return make_document_response(asked, asked.gettext("Audit trail"), _content(asked, chosen, unknown, found))


@registry.route(f"{PATH}/export", permission="administer", methods=("POST",))
def start_audit_export(asked: PageContext) -> ResponseReturnValue:
    """Starts the job that takes out, as CSV, what the form chose."""
    chosen = {name: sent.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    wanted = _wanted(chosen)
    parameters = {
        "who": wanted.actor,
        "act": wanted.action,
        "subject": wanted.subject,
        "since": wanted.since.isoformat() if wanted.since else None,
        "before": wanted.before.isoformat() if wanted.before else None,
    }
    number = start_job(asked.source.engine, "audit-csv", owner=asked.visitor.name, parameters=parameters, now=asked.now)
    return redirect(localize_path(f"/staff/jobs/{number}", asked.language), 303)


def _wanted(chosen: dict[str, str]) -> AuditFilter:
    since, until = _day(chosen["since"]), _day(chosen["until"])
    return AuditFilter(
        actor=chosen["who"],
        action=chosen["act"],
        subject=chosen["subject"],
        since=_midnight(since) if since else None,
        before=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CAMBODIA)


def _content(asked: PageContext, chosen: dict[str, str], unknown: list[str], found: AuditPage) -> list[Any]:
    _ = asked.gettext
    told = element("P", _("{count} acts", count=f"{found.total:,}"), className="muted")
    told_and_taken = element("Div", [told, _export(asked, chosen)], className="buttons")
    nothing = element("P", _("Nothing was done that fits this choice."))
    note = _("Not a day such as 2026-01-31, and left out: {names}.", names=", ".join(unknown))
    return [
        element("H1", _("Audit trail")),
        element("P", _("Every act is kept as it was written; nobody can change or remove one."), className="sub"),
        _filters(asked, chosen, found),
        element("P", note, className="note") if unknown else None,
        *([told_and_taken, _table(asked, found)] if found.events else [nothing]),
        _pages(asked, chosen, found),
    ]


def _filters(asked: PageContext, chosen: dict[str, str], found: AuditPage) -> Any:
    _ = asked.gettext
    acts = [(act, describe_action(act, asked.locale)) for act in found.actions]
    fields = [
        _text(_("Who"), "who", chosen, people := "people"),
        element("Datalist", [element("Option", None, value=name) for name in found.usernames], id=people),
        element("Label", [f"{_('Act')} ", _select("act", [("", _("every act")), *acts], chosen["act"])]),
        _text(_("On what"), "subject", chosen),
        _text(_("From"), "since", chosen, kind="date"),
        _text(_("To"), "until", chosen, kind="date"),
        submit_button(_("Show")),
    ]
    action = localize_path(PATH, asked.language)
    return element("Form", fields, method="get", action=action, className="filters", **aria_label(_("What is shown")))


def _text(label: str, name: str, chosen: dict[str, str], known: str | None = None, *, kind: str = "text") -> Any:
    field = element("Input", type=kind, name=name, value=chosen[name], list=known, autocomplete="off")
    return element("Label", [f"{label} ", field])


def _select(name: str, options: list[tuple[str, str]], chosen: str) -> Any:
    return element(
        "Select",
        [element("Option", words, value=value, selected=value == chosen) for value, words in options],
        name=name,
    )


def _export(asked: PageContext, chosen: dict[str, str]) -> Any:
    hidden = [element("Input", type="hidden", name=name, value=text) for name, text in chosen.items() if text]
    button = submit_button(asked.gettext("Take these out as CSV"), is_secondary=True)
    return element("Form", [*hidden, button], method="post", action=localize_path(f"{PATH}/export", asked.language))


def _table(asked: PageContext, found: AuditPage) -> Any:
    _ = asked.gettext
    header = (_("When"), _("Who"), _("Act"), _("On what"), _("Before"), _("After"), _("Why"))
    rows = [_row(one, asked) for one in found.events]
    return build_table(_("Audit trail"), header, rows, table_id="audit", stacks=True)


def _row(one: NumberedEvent, asked: PageContext) -> list[Any]:
    event = one.event
    when = asked.locale.format_moment(event.at)
    job = JOB_KINDS.get(event.subject)
    subject = asked.gettext(job.title) if job is not None else describe_detail(event.subject, asked.locale)
    told = (describe_detail(text, asked.locale) for text in (event.old, event.new, event.reason))
    return [when, event.actor, describe_action(event.action, asked.locale), subject, *told]


def _pages(asked: PageContext, chosen: dict[str, str], found: AuditPage) -> Any:
    """The way to older acts, and back to the newest."""
    pairs = {name: text for name, text in chosen.items() if text}
    links = []
    if sent.args.get("below"):
        links += [element("A", asked.gettext("Newest"), href=_address(asked, pairs)), " "]
    if found.next_before_id is not None:
        older = element(
            "A", asked.gettext("Older"), href=_address(asked, {**pairs, "below": str(found.next_before_id)}), rel="next"
        )
        links.append(older)
    return element("P", links, className="pages") if links else None


def _address(asked: PageContext, pairs: dict[str, str]) -> str:
    return localize_path(PATH, asked.language) + (f"?{urlencode(pairs)}" if pairs else "")
