"""What the audit trail keeps in English, said in the language of the page; what people typed stays as they typed it."""

import re

from etl.locale.translations import read_catalogue, speak, to_say

_SHAPES = (
    (r"user (?P<name>\S.*)", to_say("account {name}")),
    (r"return (?P<number>\d+)", to_say("return {number}")),
    (r"return (?P<number>\d+) (?P<word>[a-z ]+)", to_say("return {number}: {word}")),
    (r"return (?P<number>\d+): (?P<word>.+)", to_say("return {number}: {word}")),
    (r"(?P<role>officer|manager|administrator)(?P<name> \(.*\))?", to_say("{role}{name}")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for all sites", to_say("{role}{name} for all sites")),
    (r"(?P<role>officer)(?P<name> \(.*\))? for (?P<sites>.+)", to_say("{role}{name} for {sites}")),
    (r"edition (?P<name>\S+)", to_say("edition {name}")),
    (r"plan v(?P<number>\d+)", to_say("plan version {number}")),
    (r"from (?P<address>[0-9a-f.:]+)", to_say("from {address}")),
    (
        r"from (?P<address>[0-9a-f.:]+); no more for a quarter of an hour",
        to_say("from {address}; no more for a quarter of an hour"),
    ),
    (r"(?P<count>\d+) changes, effective (?P<day>[\d-]+)", to_say("{count} changes, judging from {day}")),
    (
        r"(?P<count>\d+) figures, (?P<held>\d+) withheld, (?P<restated>\d+) restated",
        to_say("{count} figures, {held} withheld, {restated} restated"),
    ),
    (r"(?P<count>\d+) events(?P<rest>.*)", to_say("{count} acts{rest}")),
    (r"tracking table, (?P<ending>\w+)", to_say("tracking table, {ending}")),
    (
        r"(?P<audience>public|staff): (?P<why>.*); agreed: (?P<agreed>.*) \((?P<who>.*), (?P<due>[\d-]+)\), done",
        to_say("{audience}: {why}; agreed: {agreed} ({who}, {due}), done"),
    ),
    (
        r"(?P<audience>public|staff): (?P<why>.*); agreed: (?P<agreed>.*) \((?P<who>.*), (?P<due>[\d-]+)\)",
        to_say("{audience}: {why}; agreed: {agreed} ({who}, {due})"),
    ),
    (r"(?P<audience>public|staff): (?P<why>.*)", to_say("{audience}: {why}")),
)
_WORDS = (
    *(
        to_say("open"),
        to_say("locked"),
        to_say("made"),
        to_say("active"),
        to_say("deactivated"),
        to_say("yes"),
        to_say("no"),
        to_say("sample"),
    ),
    *(to_say("draft"), to_say("submitted"), to_say("approved"), to_say("sent back"), to_say("withdrawn")),
    *(to_say("superseded"), to_say("manager"), to_say("officer"), to_say("administrator"), to_say("audit trail")),
    *(to_say("unknown name"), to_say("first administrator"), to_say("one-time link"), to_say("own account")),
    *(to_say("own approval"), to_say("public"), to_say("staff")),
)
"""Words by themselves; a state such as `sent_back` is looked up without its line."""


def detail_words(text: str, language: str) -> str:
    """The text in the language where it is one of the system's own; any other text as it is kept."""
    known = _word(text, language)
    if known is not None:
        return known
    for shape, said in _SHAPES:
        found = re.fullmatch(shape, text, re.DOTALL)
        if found is not None:
            parts = {name: _word(part, language) or part for name, part in found.groupdict(default="").items()}
            return speak(language)(said, **parts)
    return text


def _word(text: str, language: str) -> str | None:
    """A word that the trail keeps by itself; a reason that somebody typed is not looked up, unless it is that word."""
    plain = text.replace("_", " ")
    return read_catalogue(language).get(plain, plain) if plain in _WORDS else None
