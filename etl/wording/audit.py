"""What the audit trail keeps in English, said in the language of the page; what people typed stays as they typed it."""

import re

from etl.locale import N_, Locale
from etl.locale.translations import read_catalogue

_SHAPES = (
    (r"user (?P<name>\S.*)", N_("account {name}")),
    (r"return (?P<number>\d+)", N_("return {number}")),
    (r"return (?P<number>\d+) (?P<word>[a-z ]+)", N_("return {number}: {word}")),
    (r"return (?P<number>\d+): (?P<word>.+)", N_("return {number}: {word}")),
    (r"(?P<role>officer|manager|administrator)(?P<name> \(.*\))?", N_("{role}{name}")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for all sites", N_("{role}{name} for all sites")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for (?P<sites>.+)", N_("{role}{name} for {sites}")),
    (r"edition (?P<name>\S+)", N_("edition {name}")),
    (r"plan v(?P<number>\d+)", N_("plan version {number}")),
    (r"from (?P<address>[0-9a-f.:]+)", N_("from {address}")),
    (
        r"from (?P<address>[0-9a-f.:]+); no more for a quarter of an hour",
        N_("from {address}; no more for a quarter of an hour"),
    ),
    (r"(?P<count>\d+) changes, effective (?P<day>[\d-]+)", N_("{count} changes, judging from {day}")),
    (
        r"(?P<count>\d+) figures, (?P<held>\d+) withheld, (?P<restated>\d+) restated",
        N_("{count} figures, {held} withheld, {restated} restated"),
    ),
    (r"(?P<count>\d+) events(?P<rest>.*)", N_("{count} acts{rest}")),
    (r"tracking table, (?P<ending>\w+)", N_("tracking table, {ending}")),
    (
        r"(?P<audience>public|staff): (?P<why>.*); agreed: (?P<agreed>.*) \((?P<who>.*), (?P<due>[\d-]+)\), done",
        N_("{audience}: {why}; agreed: {agreed} ({who}, {due}), done"),
    ),
    (
        r"(?P<audience>public|staff): (?P<why>.*); agreed: (?P<agreed>.*) \((?P<who>.*), (?P<due>[\d-]+)\)",
        N_("{audience}: {why}; agreed: {agreed} ({who}, {due})"),
    ),
    (r"(?P<audience>public|staff): (?P<why>.*)", N_("{audience}: {why}")),
)
_WORDS = (
    *(
        N_("open"),
        N_("locked"),
        N_("made"),
        N_("active"),
        N_("deactivated"),
        N_("yes"),
        N_("no"),
        N_("sample"),
    ),
    *(N_("draft"), N_("submitted"), N_("approved"), N_("sent back"), N_("withdrawn")),
    *(N_("superseded"), N_("manager"), N_("officer"), N_("administrator"), N_("audit trail")),
    *(N_("unknown name"), N_("first administrator"), N_("one-time link"), N_("own account")),
    *(N_("own approval"), N_("public"), N_("staff")),
)
"""Words by themselves; a state such as `sent_back` is looked up without its line."""


def describe_detail(text: str, locale: Locale) -> str:
    """The text in the language where it is one of the system's own; any other text as it is kept."""
    known = _word(text, locale)
    if known is not None:
        return known
    for shape, said in _SHAPES:
        found = re.fullmatch(shape, text, re.DOTALL)
        if found is not None:
            parts = {name: _word(part, locale) or part for name, part in found.groupdict(default="").items()}
            return locale.gettext(said, **parts)
    return text


def _word(text: str, locale: Locale) -> str | None:
    """A word that the trail keeps by itself; a reason that somebody typed is not looked up, unless it is that word."""
    plain = text.replace("_", " ")
    return read_catalogue(locale.language).texts.get(plain, plain) if plain in _WORDS else None
