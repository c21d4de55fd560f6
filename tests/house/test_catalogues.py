"""Every translatable text has a Khmer translation with the same placeholders and its origin."""

import string
import tomllib
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "data" / "languages").glob("*/*.po"))


def list_messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=path.parent.name, abort_invalid=True) if message.id]


@cache
def extract_texts() -> dict[str, str]:
    """Return every text that `pybabel extract` finds with the project's configuration, and its location."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    methods = [(mapping["pattern"], mapping["method"]) for mapping in project["tool"]["babel"]["mappings"]]
    texts: dict[str, str] = {}
    for folder in ("etl", "dashboard"):
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, methods, strip_comment_tags=True
        ):
            for text in (message,) if isinstance(message, str) else message:
                texts.setdefault(text, f"{folder}/{name}:{line}")
    return texts


def _list_texts(message: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the forms of a message: one, or the plural forms."""
    return (message,) if isinstance(message, str) else tuple(message)


def list_placeholders(message: str | tuple[str, ...] | list[str]) -> set[str]:
    return {
        name for text in _list_texts(message) for _, name, _, _ in string.Formatter().parse(text) if name is not None
    }


def test_every_text_has_its_khmer():
    translated = {
        text
        for path in CATALOGUES
        for message in list_messages(path)
        if all(_list_texts(message.string))
        for text in _list_texts(message.id)
    }
    missing = {text: place for text, place in extract_texts().items() if text not in translated}
    assert not missing, "\n".join(f"{place}: {text}" for text, place in missing.items())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_translation_has_the_placeholders_of_its_text(path):
    assert not [
        message.id
        for message in list_messages(path)
        if list_placeholders(message.id) != list_placeholders(message.string)
    ]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_translation_names_its_origin(path):
    def has_origin(message: Message) -> bool:
        comments = [*message.user_comments, *message.auto_comments]
        return any(comment.startswith(("source: ", "needs native review")) for comment in comments)

    assert not [message.id for message in list_messages(path) if not has_origin(message)]


def test_no_text_has_two_translations():
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for path in CATALOGUES:
        for message in list_messages(path):
            key = (path.parent.name, str(message.id))
            if seen.setdefault(key, str(message.string)) != str(message.string):
                twice.append(f"{path.name}: {message.id}")
    assert not twice
