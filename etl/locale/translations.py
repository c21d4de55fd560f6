"""The gettext catalogues: every text of the interface by its English, and how a text is marked for translation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("en", "km")
"""The languages of the interface. The texts in the code are English; the others have catalogues."""

CATALOGUES = Path(__file__).resolve().parents[2] / "data" / "languages"
"""One folder for each language but English, with one `.po` file per area of the interface in it."""


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language, by English text; plural forms by English singular."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]


def N_(text: str, /) -> str:  # noqa: N802  # the name that translation tools know
    """Return the text unchanged. It marks a text that is translated later, so that extraction finds it."""
    return text


@cache
def read_catalogue(language: str) -> Catalogue:
    """Return the catalogue of the language; an empty one for English. ValueError for an unknown language."""
    check_language(language)
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if isinstance(message.id, str):
                    if message.id and isinstance(message.string, str) and message.string:
                        texts.setdefault(message.id, message.string)
                elif not isinstance(message.string, str) and message.string and all(message.string):
                    plurals.setdefault(message.id[0], tuple(message.string))
    return Catalogue(texts, plurals)


def check_language(language: str) -> None:
    """ValueError unless the interface has the language."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not one of the languages {', '.join(LANGUAGES)}")
