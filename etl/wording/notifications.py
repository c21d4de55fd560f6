"""Texts of messages to people, in their language. They name returns and days, never a reported number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from etl.indicators.periods import Quarter
from etl.locale import N_, Locale

MAX_LINES = 15
"""Lines of one message; the rest is counted."""

KIND_LABELS: Mapping[str, str] = {
    "return due": N_("return due"),
    "return overdue": N_("return overdue"),
    "return submitted": N_("return submitted"),
    "return sent back": N_("return sent back"),
    "edition published": N_("edition published"),
    "test message": N_("test message"),
}
CHANNEL_LABELS: Mapping[str, str] = {
    "telegram": N_("Telegram"),
    "email": N_("E-mail"),
    "webhook": N_("Webhook"),
}
STATE_LABELS: Mapping[str, str] = {
    "waiting": N_("waiting"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "unconfirmed": N_("not confirmed"),
    "cancelled": N_("cancelled"),
}
_SUBJECTS: Mapping[str, str] = {
    "return due": N_("Quarterly returns are due soon"),
    "return overdue": N_("Quarterly returns are overdue"),
    "return submitted": N_("Returns to review"),
    "return sent back": N_("A return was sent back to you"),
    "edition published": N_("A new edition is published"),
    "test message": N_("Messages from CARDEC arrive here"),
}
_LINES: Mapping[str, str] = {
    "return due": N_("{site}, {quarter}: due by {day}"),
    "return overdue": N_("{site}, {quarter}: not received, was due by {day}"),
    "return submitted": N_("{site}, {quarter}: submitted by {sender}"),
    "return sent back": N_("{site}, {quarter}: please correct it and submit it again"),
    "edition published": N_("Edition {edition}"),
    "test message": N_("This address is set up. You can change it on the page of your account."),
}
_OPEN_HERE = N_("Open it here: {address}")
_CHANGE_HERE = N_("Change or stop these messages here: {address}")
_ACCOUNT_PATH = "/staff/account"


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One line of a message."""

    site: str = ""
    quarter: Quarter | None = None
    due: date | None = None
    sender: str = ""
    edition: str = ""


def write_message(
    kind: str, lines: Sequence[NoticeLine], locale: Locale, *, path: str, public_address: str
) -> tuple[str, str]:
    """Return the subject and the text of a message with a link to `path`, a path without the prefix of a language."""
    _ = locale.gettext
    subject = _(_SUBJECTS[kind])
    texts = [f"• {_describe(kind, line, locale)}" for line in lines[:MAX_LINES]]
    rest = len(lines) - MAX_LINES
    if rest > 0:
        texts.append(_("and {count} more", count=rest))
    links = [] if kind == "test message" else [_(_OPEN_HERE, address=make_link(public_address, path, locale))]
    account = _(_CHANGE_HERE, address=make_link(public_address, _ACCOUNT_PATH, locale))
    return f"CARDEC: {subject}", "\n".join([subject, "", *texts, "", *links, account])


def make_link(public_address: str, path: str, locale: Locale) -> str:
    """Return the address of a page in the language."""
    return f"{public_address}{'/km' if locale.language == 'km' else ''}{path}"


def _describe(kind: str, line: NoticeLine, locale: Locale) -> str:
    return locale.gettext(
        _LINES[kind],
        site=line.site,
        quarter=locale.format_quarter(line.quarter) if line.quarter is not None else "",
        day=locale.format_day(line.due) if line.due is not None else "",
        sender=line.sender,
        edition=line.edition,
    )
