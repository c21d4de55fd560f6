"""The audit trail: who did what, when, from which value to which, and why."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect
from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.form_fields import send_button
from dashboard.components.tables import aria, build_table, element
from dashboard.selection import in_language
from etl.jobs.queue import KINDS, start_job
from etl.locale.translations import format_moment
from etl.queries.audit_trail import AuditFilter, AuditPage, NumberedEvent, audit_trail
from etl.settings import CAMBODIA
from etl.wording.accounts import act_words
from etl.wording.audit import detail_words

PATH = "/admin/audit"
_FIELDS = ("who", "act", "subject", "since", "until")
_LONGEST = 100
_LONGEST_NUMBER = 9


@registry.route(PATH, permission="administer")
def answer_audit(asked: PageRequest) -> ResponseReturnValue:
    """The page that the address chooses."""
    chosen = {name: sent.args.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    unknown = [text for name in ("since", "until") if (text := chosen[name]) and _day(text) is None]
    below = sent.args.get("below", "")
    number = int(below) if below.isascii() and below.isdigit() and len(below) <= _LONGEST_NUMBER else None
    found = audit_trail(asked.source, _wanted(chosen), below=number)
    return answer_document(asked, asked.say("Audit trail"), _content(asked, chosen, unknown, found))


@registry.route(f"{PATH}/export", permission="administer", methods=("POST",))
def answer_audit_export(asked: PageRequest) -> ResponseReturnValue:
    """Starts the job that takes out, as CSV, what the form chose."""
    chosen = {name: sent.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    wanted = _wanted(chosen)
    parameters = {
        "who": wanted.who,
        "act": wanted.act,
        "subject": wanted.subject,
        "since": wanted.since.isoformat() if wanted.since else None,
        "before": wanted.before.isoformat() if wanted.before else None,
    }
    number = start_job(asked.source.engine, "audit-csv", owner=asked.visitor.name, parameters=parameters, now=asked.now)
    return redirect(in_language(f"/staff/jobs/{number}", asked.language), 303)


def _wanted(chosen: dict[str, str]) -> AuditFilter:
    since, until = _day(chosen["since"]), _day(chosen["until"])
    return AuditFilter(
        who=chosen["who"],
        act=chosen["act"],
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


def _content(asked: PageRequest, chosen: dict[str, str], unknown: list[str], found: AuditPage) -> list[Any]:
    say = asked.say
    told = element("P", say("{count} acts", count=f"{found.total:,}"), className="muted")
    told_and_taken = element("Div", [told, _export(asked, chosen)], className="buttons")
    nothing = element("P", say("Nothing was done that fits this choice."))
    note = say("Not a day such as 2026-01-31, and left out: {names}.", names=", ".join(unknown))
    return [
        element("H1", say("Audit trail")),
        element("P", say("Every act is kept as it was written; nobody can change or remove one."), className="sub"),
        _filters(asked, chosen, found),
        element("P", note, className="note") if unknown else None,
        *([told_and_taken, _table(asked, found)] if found.events else [nothing]),
        _pages(asked, chosen, found),
    ]


def _filters(asked: PageRequest, chosen: dict[str, str], found: AuditPage) -> Any:
    say = asked.say
    acts = [(act, act_words(act, asked.language)) for act in found.acts]
    fields = [
        _text(say("Who"), "who", chosen, people := "people"),
        element("Datalist", [element("Option", None, value=name) for name in found.people], id=people),
        element("Label", [f"{say('Act')} ", _select("act", [("", say("every act")), *acts], chosen["act"])]),
        _text(say("On what"), "subject", chosen),
        _text(say("From"), "since", chosen, kind="date"),
        _text(say("To"), "until", chosen, kind="date"),
        send_button(say("Show")),
    ]
    action = in_language(PATH, asked.language)
    return element("Form", fields, method="get", action=action, className="filters", **aria(say("What is shown")))


def _text(label: str, name: str, chosen: dict[str, str], known: str | None = None, *, kind: str = "text") -> Any:
    field = element("Input", type=kind, name=name, value=chosen[name], list=known, autocomplete="off")
    return element("Label", [f"{label} ", field])


def _select(name: str, options: list[tuple[str, str]], chosen: str) -> Any:
    return element(
        "Select",
        [element("Option", words, value=value, selected=value == chosen) for value, words in options],
        name=name,
    )


def _export(asked: PageRequest, chosen: dict[str, str]) -> Any:
    hidden = [element("Input", type="hidden", name=name, value=text) for name, text in chosen.items() if text]
    button = send_button(asked.say("Take these out as CSV"), second=True)
    return element("Form", [*hidden, button], method="post", action=in_language(f"{PATH}/export", asked.language))


def _table(asked: PageRequest, found: AuditPage) -> Any:
    say = asked.say
    header = (say("When"), say("Who"), say("Act"), say("On what"), say("Before"), say("After"), say("Why"))
    rows = [_row(one, asked) for one in found.events]
    return build_table(say("Audit trail"), header, rows, table_id="audit", stacks=True)


def _row(one: NumberedEvent, asked: PageRequest) -> list[Any]:
    event = one.event
    when = format_moment(event.at, asked.language)
    job = KINDS.get(event.subject)
    subject = asked.say(job.title) if job is not None else detail_words(event.subject, asked.language)
    told = (detail_words(text, asked.language) for text in (event.old, event.new, event.why))
    return [when, event.who, act_words(event.act, asked.language), subject, *told]


def _pages(asked: PageRequest, chosen: dict[str, str], found: AuditPage) -> Any:
    """The way to older acts, and back to the newest."""
    pairs = {name: text for name, text in chosen.items() if text}
    links = []
    if sent.args.get("below"):
        links += [element("A", asked.say("Newest"), href=_address(asked, pairs)), " "]
    if found.older is not None:
        older = element("A", asked.say("Older"), href=_address(asked, {**pairs, "below": str(found.older)}), rel="next")
        links.append(older)
    return element("P", links, className="pages") if links else None


def _address(asked: PageRequest, pairs: dict[str, str]) -> str:
    return in_language(PATH, asked.language) + (f"?{urlencode(pairs)}" if pairs else "")
