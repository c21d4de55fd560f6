"""Every English text that is said has its Khmer, with the same placeholders and a word on where it comes from."""

import ast
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "data" / "languages").glob("*/*.po"))
SAYERS = ("say", "to_say")


def messages_of(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=path.parent.name, abort_invalid=True) if message.id]


def said_texts() -> dict[str, str]:
    """Every literal text that the code says, with the place where it does."""
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "etl").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]):
        if "cli" in path.relative_to(ROOT).parts:
            continue  # The command line speaks English, and its `say` prints.
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _is_sayer(node.func):
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found.setdefault(text.value, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def _is_sayer(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in SAYERS
    if isinstance(called, ast.Attribute):
        return called.attr in SAYERS
    return isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id == "speak"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_that_is_said_has_its_khmer():
    translated = {message.id for path in CATALOGUES for message in messages_of(path) if message.string}
    missing = {text: place for text, place in said_texts().items() if text not in translated}
    assert not missing, "\n".join(f"{place}: {text}" for text, place in missing.items())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_translation_has_the_placeholders_of_its_text(path):
    assert not [one.id for one in messages_of(path) if placeholders(str(one.id)) != placeholders(str(one.string))]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_translation_says_where_it_comes_from(path):
    def has_origin(message: Message) -> bool:
        said = [*message.user_comments, *message.auto_comments]
        return any(one.startswith(("source: ", "needs native review")) for one in said)

    assert not [message.id for message in messages_of(path) if not has_origin(message)]


def test_no_text_is_translated_in_two_ways():
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for path in CATALOGUES:
        for message in messages_of(path):
            key = (path.parent.name, str(message.id))
            if seen.setdefault(key, str(message.string)) != str(message.string):
                twice.append(f"{path.name}: {message.id}")
    assert not twice
