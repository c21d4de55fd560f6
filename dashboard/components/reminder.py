"""What a site still owes, as a message that can be copied into Telegram, in Khmer and in English."""

from typing import Any

from flask import request as flask_request

from dashboard.access.registry import PageRequest
from dashboard.components.plain import html
from dashboard.components.tables import element
from dashboard.selection import in_language
from etl.locale.translations import format_day, format_quarter, speak
from etl.queries.next_steps import NextStep, OwedBySite, Task

UPLOAD = "/staff/upload"


def public_address(request: PageRequest) -> str:
    """How others reach this server: as its settings say, else as this request did."""
    return request.context.settings.public_address or flask_request.host_url.rstrip("/")


def reminder_text(owed: OwedBySite, language: str, address: str) -> str:
    """The message: who is asked, what is owed and by when, where to send it."""
    say = speak(language)
    site = f"{owed.site.name.in_language(language)} ({owed.site.code})"
    lines = [say("Reminder from CARDEC: quarterly returns of {site}", site=site)]
    lines += [f"• {_owed(step, language)}" for step in owed.steps]
    where = f"{address}{in_language(UPLOAD, language)}?site={owed.site.code}"
    lines.append(say("Get the form and send it here: {address}", address=where))
    return "\n".join(lines)


def _owed(step: NextStep, language: str) -> str:
    say = speak(language)
    told = {"quarter": format_quarter(step.quarter, language), "day": format_day(step.due, language)}
    if step.task is Task.CORRECT:
        return say("{quarter}: sent back, please correct it (was due by {day})", **told)
    if step.is_overdue:
        return say("{quarter}: not received, was due by {day}", **told)
    return say("{quarter}: due by {day}", **told)


def build_reminder(request: PageRequest, owed: OwedBySite) -> Any:
    """Both texts under the site's name, each with a button that copies it."""
    say = request.say
    count = len(owed.steps)
    told = say("{count} returns owed", count=count) if count > 1 else say("1 return owed")
    texts = [_message(request, owed, language) for language in ("km", "en")]
    name = owed.site.name.in_language(request.language)
    return html.Details([html.Summary(f"{name}: {told}"), html.Div(texts, className="two")], className="reminder")


def _message(request: PageRequest, owed: OwedBySite, language: str) -> Any:
    text_id = f"reminder-{owed.site.code}-{language}"
    text = reminder_text(owed, language, public_address(request))
    button = element(
        "Button",
        request.say("Copy"),
        type="button",
        className="button",
        **{"data-copy": text_id, "aria-describedby": text_id},
    )
    return html.Div([element("Pre", text, id=text_id, lang=language, tabIndex=0), html.P(button)])
