"""Reminders of a site's due returns, as messages in Khmer and English to copy into Telegram."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import tags
from dashboard.selection import localize_path
from etl.locale import Locale, get_locale
from etl.queries.next_steps import NextStep, SiteReminder, Task

UPLOAD_PATH = "/staff/upload"


def write_reminder(due_returns: SiteReminder, locale: Locale, origin: str) -> str:
    """Return the message: the site, its due returns with their due days, and the upload address on the origin."""
    _ = locale.gettext
    site = f"{due_returns.site.name.get_text(locale.language)} ({due_returns.site.code})"
    lines = [_("Reminder from CARDEC: quarterly returns of {site}", site=site)]
    lines += [f"• {_describe_step(step, locale)}" for step in due_returns.steps]
    where = f"{origin}{localize_path(UPLOAD_PATH, locale.language)}?site={due_returns.site.code}"
    lines.append(_("Download the form and upload the return here: {address}", address=where))
    return "\n".join(lines)


def _describe_step(step: NextStep, locale: Locale) -> str:
    _ = locale.gettext
    parameters = {"quarter": locale.format_quarter(step.quarter), "day": locale.format_day(step.due)}
    if step.task is Task.CORRECT:
        return _("{quarter}: sent back, please correct it (was due by {day})", **parameters)
    if step.is_overdue:
        return _("{quarter}: not received, was due by {day}", **parameters)
    return _("{quarter}: due by {day}", **parameters)


def build_reminder(page: PageContext, due_returns: SiteReminder) -> Any:
    """Return the messages in both languages under the site's name, each with a copy button."""
    _ = page.gettext
    count = len(due_returns.steps)
    count_text = page.locale.ngettext("{count} overdue return", "{count} overdue returns", count, count=count)
    texts = [_build_message(page, due_returns, get_locale(language)) for language in ("km", "en")]
    name = due_returns.site.name.get_text(page.language)
    return tags.Details([tags.Summary(f"{name}: {count_text}"), tags.Div(texts, className="two")], className="reminder")


def _build_message(page: PageContext, due_returns: SiteReminder, locale: Locale) -> Any:
    text_id = f"reminder-{due_returns.site.code}-{locale.language}"
    text = write_reminder(due_returns, locale, page.origin)
    button = tags.Button(
        page.gettext("Copy"),
        type="button",
        className="button",
        **{"data-copy": text_id, "aria-describedby": text_id},
    )
    return tags.Div([tags.Pre(text, id=text_id, lang=locale.language, tabIndex=0), tags.P(button)])
