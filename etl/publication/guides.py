"""The guides of `docs/guides`, rendered from Markdown for the help pages of the app and the pages of an edition."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guides"
PUBLIC_GUIDE = "read-the-public-page"
STAFF_GUIDES = (
    "send-a-return",
    "review-and-approve",
    "load-the-plan",
    "publish-an-edition",
    "when-something-goes-wrong",
)
_REVIEW_NOTE = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
_PARSER = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Guide:
    """A guide in one language. `sections` are the anchors and texts of its headings."""

    name: str
    title: str
    body: Markup
    sections: tuple[tuple[str, str], ...]


@cache
def read_guide(name: str, language: str) -> Guide:
    """Return a guide. Both languages have the anchors of the English headings."""
    title, *_ = _list_headings(_parse(name, language))
    tokens = _parse(name, language)[3:]
    anchors = [re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") for text in _list_headings(_parse(name, "en"))[1:]]
    opening_tokens = [token for token in tokens if token.type == "heading_open"]
    for token, anchor in zip(opening_tokens, anchors, strict=True):
        token.attrSet("id", anchor)
    # The parser doesn't pass HTML on, so a guide holds none but its own.
    body = Markup(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return Guide(name, title, body, tuple(zip(anchors, _list_headings(tokens), strict=True)))


def _parse(name: str, language: str) -> list[Token]:
    text = (FOLDER / language / f"{name}.md").read_text(encoding="utf-8")
    return _PARSER.parse(_REVIEW_NOTE.sub("", text))


def _list_headings(tokens: list[Token]) -> list[str]:
    """Return the texts of the headings; the first one of a whole guide is its title."""
    return [
        following.content for token, following in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"
    ]
