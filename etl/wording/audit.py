"""Translate the English details of audit log entries. Texts typed by people stay unchanged."""

import re

from etl.locale import N_, Locale
from etl.locale.translations import read_catalogue

_PATTERNS = (
    (r"user (?P<name>\S.*)", N_("account {name}")),
    (r"return (?P<number>\d+)", N_("return {number}")),
    (r"return (?P<number>\d+) (?P<word>[a-z_ ]+)", N_("return {number}: {word}")),
    (r"return (?P<number>\d+): (?P<word>.+)", N_("return {number}: {word}")),
    (r"(?P<role>officer|manager|administrator)(?P<name> \(.*\))?", N_("{role}{name}")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for all sites", N_("{role}{name} for all sites")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for (?P<sites>.+)", N_("{role}{name} for {sites}")),
    (r"edition (?P<name>\S+)", N_("edition {name}")),
    (r"plan v(?P<number>\d+)", N_("plan version {number}")),
    (r"from (?P<address>[0-9a-f.:]+)", N_("from {address}")),
    (
        r"from (?P<address>[0-9a-f.:]+); no more for a quarter of an hour",
        N_("from {address}; locked for 15 minutes"),
    ),
    (r"(?P<count>\d+) changes, effective (?P<day>[\d-]+)", N_("{count} changes, effective {day}")),
    (
        r"(?P<count>\d+) figures, (?P<held>\d+) withheld, (?P<restated>\d+) restated",
        N_("{count} figures, {held} withheld, {restated} restated"),
    ),
    (r"token (?P<name>.+) until (?P<day>[\d-]+)", N_("token {name} until {day}")),
    (r"token (?P<name>.+)", N_("token {name}")),
    (r"source (?P<name>\S+)", N_("source {name}")),
    (r"(?P<count>\d+) submissions, (?P<drafts>\d+) drafts", N_("{count} submissions, {drafts} drafts")),
    (r"(?P<count>\d+) events(?P<rest>.*)", N_("{count} actions{rest}")),
    (r"tracking table, (?P<ending>\w+)", N_("tracking table, {ending}")),
    (
        r"(?P<audience>public|staff): (?P<reason>.*); "
        r"agreed: (?P<action>.*) \((?P<responsible>.*), (?P<due>[\d-]+)\), done",
        N_("{audience}: {reason}; action: {action} ({responsible}, {due}), done"),
    ),
    (
        r"(?P<audience>public|staff): (?P<reason>.*); agreed: (?P<action>.*) \((?P<responsible>.*), (?P<due>[\d-]+)\)",
        N_("{audience}: {reason}; action: {action} ({responsible}, {due})"),
    ),
    (r"(?P<audience>public|staff): (?P<reason>.*)", N_("{audience}: {reason}")),
)
_WORDS = (
    *(
        N_("open"),
        N_("locked"),
        N_("created"),
        N_("closed"),
        N_("yes"),
        N_("no"),
        N_("sample"),
    ),
    *(N_("draft"), N_("submitted"), N_("approved"), N_("sent back"), N_("withdrawn")),
    *(N_("superseded"), N_("manager"), N_("officer"), N_("administrator"), N_("audit log")),
    *(N_("unknown name"), N_("first administrator"), N_("one-time link"), N_("own account"), N_("API token")),
    *(N_("database"), N_("own approval"), N_("public"), N_("staff")),
    *(N_("telegram"), N_("email"), N_("webhook"), N_("test message"), N_("failed"), N_("unconfirmed"), N_("cancelled")),
    *(N_("return due"), N_("return overdue"), N_("return submitted"), N_("return sent back"), N_("edition published")),
)
"""Details of one word or phrase. States such as `sent_back` are looked up with a space."""


_SHOWN_WORDS = {"audit trail": "audit log", "made": "created", "active": "open", "deactivated": "closed"}
"""Words of entries, and what pages show in place of them."""


def describe_detail(text: str, locale: Locale) -> str:
    """Return the translation of a detail that the system wrote; any other text unchanged."""
    phrase = _translate_word(text, locale)
    if phrase is not None:
        return phrase
    for pattern, translatable in _PATTERNS:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match is not None:
            parts = {name: _translate_word(part, locale) or part for name, part in match.groupdict(default="").items()}
            return locale.gettext(translatable, **parts)
    return text


def _translate_word(text: str, locale: Locale) -> str | None:
    """Return the translation of a text in `_WORDS`; None for any other text."""
    phrase = _SHOWN_WORDS.get(text, text).replace("_", " ")
    return read_catalogue(locale.language).texts.get(phrase, phrase) if phrase in _WORDS else None
