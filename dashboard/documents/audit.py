"""The audit log: who did what, when, with old and new values and reasons."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_submit_button
from dashboard.components.markup import make_aria_label, tags
from dashboard.components.tables import build_table
from dashboard.selection import localize_path
from etl.jobs.queue import JOB_KINDS, start_job
from etl.queries.audit_log import AuditFilter, AuditPage, NumberedEvent, get_audit_page
from etl.settings import CAMBODIA
from etl.wording.accounts import describe_action
from etl.wording.audit import describe_detail

PATH = "/admin/audit"
_FIELDS = ("who", "act", "subject", "since", "until")
_MAX_LENGTH = 100
_MAX_DIGITS = 9


@registry.route(PATH, permission="administer")
def show_audit_log(page: PageContext) -> ResponseReturnValue:
    """Show the events that match the filters of the address."""
    filter_values = {name: request.args.get(name, "").strip()[:_MAX_LENGTH] for name in _FIELDS}
    unknown = [text for name in ("since", "until") if (text := filter_values[name]) and _parse_day(text) is None]
    before = request.args.get("below", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) <= _MAX_DIGITS else None
    audit_page = get_audit_page(page.source, _make_filter(filter_values), before_id=before_id)
    return make_document_response(
        page, page.gettext("Audit log"), _build_content(page, filter_values, unknown, audit_page)
    )


@registry.route(f"{PATH}/export", permission="administer", methods=("POST",))
def start_audit_export(page: PageContext) -> ResponseReturnValue:
    """Start the job that exports the filtered events as CSV, and redirect to it."""
    filter_values = {name: request.form.get(name, "").strip()[:_MAX_LENGTH] for name in _FIELDS}
    audit_filter = _make_filter(filter_values)
    parameters = {
        "who": audit_filter.actor,
        "act": audit_filter.action,
        "subject": audit_filter.subject,
        "since": audit_filter.since.isoformat() if audit_filter.since else None,
        "before": audit_filter.before.isoformat() if audit_filter.before else None,
    }
    job_id = start_job(page.source.engine, "audit-csv", owner=page.visitor.name, parameters=parameters, now=page.now)
    return redirect(localize_path(f"/staff/jobs/{job_id}", page.language), 303)


def _make_filter(filter_values: dict[str, str]) -> AuditFilter:
    since, until = _parse_day(filter_values["since"]), _parse_day(filter_values["until"])
    return AuditFilter(
        actor=filter_values["who"],
        action=filter_values["act"],
        subject=filter_values["subject"],
        since=_get_midnight(since) if since else None,
        before=_get_midnight(until + timedelta(days=1)) if until and until < date.max else None,
    )


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _get_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CAMBODIA)


def _build_content(
    page: PageContext, filter_values: dict[str, str], unknown: list[str], audit_page: AuditPage
) -> list[Any]:
    _ = page.gettext
    count = page.locale.ngettext("{count} action", "{count} actions", audit_page.total, count=f"{audit_page.total:,}")
    count_line = tags.P(count, className="muted")
    toolbar = tags.Div([count_line, _build_export_form(page, filter_values)], className="buttons")
    empty_line = tags.P(_("No actions match these filters."))
    note = _("Enter dates as 2026-01-31. Ignored: {names}.", names=", ".join(unknown))
    return [
        tags.H1(_("Audit log")),
        tags.P(_("The audit log records every action. Entries cannot be changed or deleted."), className="sub"),
        _build_filters(page, filter_values, audit_page),
        tags.P(note, className="note") if unknown else None,
        *([toolbar, _build_table(page, audit_page)] if audit_page.events else [empty_line]),
        _build_page_links(page, filter_values, audit_page),
    ]


def _build_filters(page: PageContext, filter_values: dict[str, str], audit_page: AuditPage) -> Any:
    _ = page.gettext
    actions = [(action, describe_action(action, page.locale)) for action in audit_page.actions]
    fields = [
        _build_text_input(_("Who"), "who", filter_values, people := "people"),
        tags.Datalist([tags.Option(None, value=name) for name in audit_page.usernames], id=people),
        tags.Label([f"{_('Action')} ", _build_select("act", [("", _("All actions")), *actions], filter_values["act"])]),
        _build_text_input(_("Subject"), "subject", filter_values),
        _build_text_input(_("From"), "since", filter_values, kind="date"),
        _build_text_input(_("To"), "until", filter_values, kind="date"),
        build_submit_button(_("Show")),
    ]
    action = localize_path(PATH, page.language)
    return tags.Form(fields, method="get", action=action, className="filters", **make_aria_label(_("Filters")))


def _build_text_input(
    label: str, name: str, filter_values: dict[str, str], known: str | None = None, *, kind: str = "text"
) -> Any:
    field = tags.Input(type=kind, name=name, value=filter_values[name], list=known, autocomplete="off")
    return tags.Label([f"{label} ", field])


def _build_select(name: str, options: list[tuple[str, str]], selected_value: str) -> Any:
    return tags.Select(
        [tags.Option(label, value=value, selected=value == selected_value) for value, label in options],
        name=name,
    )


def _build_export_form(page: PageContext, filter_values: dict[str, str]) -> Any:
    hidden = [tags.Input(type="hidden", name=name, value=text) for name, text in filter_values.items() if text]
    button = build_submit_button(page.gettext("Download as CSV"), is_secondary=True)
    return tags.Form([*hidden, button], method="post", action=localize_path(f"{PATH}/export", page.language))


def _build_table(page: PageContext, audit_page: AuditPage) -> Any:
    _ = page.gettext
    header = (_("When"), _("Who"), _("Action"), _("Subject"), _("Before"), _("After"), _("Reason"))
    rows = [_build_row(event, page) for event in audit_page.events]
    return build_table(_("Audit log"), header, rows, table_id="audit", stacks=True)


def _build_row(numbered_event: NumberedEvent, page: PageContext) -> list[Any]:
    event = numbered_event.event
    when = page.locale.format_moment(event.at)
    job = JOB_KINDS.get(event.subject)
    subject = page.gettext(job.title) if job is not None else describe_detail(event.subject, page.locale)
    details = (describe_detail(text, page.locale) for text in (event.old, event.new, event.reason))
    return [when, event.actor, describe_action(event.action, page.locale), subject, *details]


def _build_page_links(page: PageContext, filter_values: dict[str, str], audit_page: AuditPage) -> Any:
    """Return links to older events and back to the newest."""
    pairs = {name: text for name, text in filter_values.items() if text}
    links = []
    if request.args.get("below"):
        links += [tags.A(page.gettext("Newest"), href=_make_page_address(page, pairs)), " "]
    if audit_page.next_before_id is not None:
        older = tags.A(
            page.gettext("Older"),
            href=_make_page_address(page, {**pairs, "below": str(audit_page.next_before_id)}),
            rel="next",
        )
        links.append(older)
    return tags.P(links, className="pages") if links else None


def _make_page_address(page: PageContext, pairs: dict[str, str]) -> str:
    return localize_path(PATH, page.language) + (f"?{urlencode(pairs)}" if pairs else "")
