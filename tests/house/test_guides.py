"""The guides name buttons and headings as the pages do, in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.access.registry import registry
from dashboard.app import import_modules
from dashboard.components.help_links import FIGURES, REVIEW, SECTIONS
from etl.locale import LANGUAGES
from etl.publication.guides import FOLDER, PUBLIC_GUIDE, STAFF_GUIDES, read_guide
from tests.browser.docs_pictures import FOLDER as PICTURES_FOLDER
from tests.browser.docs_pictures import MAX_BYTES, PICTURES, STRUCTURE

ROOT = Path(__file__).resolve().parents[2]
GUIDES = (*STAFF_GUIDES, PUBLIC_GUIDE)
NAME = re.compile(r"\*\*(.+?)\*\*")


def read_names(guide: str, language: str) -> list[str]:
    return NAME.findall((FOLDER / language / f"{guide}.md").read_text(encoding="utf-8"))


def list_interface_texts(language: str) -> list[re.Pattern[str]]:
    """Return the texts of the catalogue in a language. A placeholder stands for any text."""
    texts: set[str] = set()
    for path in (ROOT / "data" / "languages" / "km").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="km"):
                for text in (message.id, message.string) if isinstance(message.id, str) else ():
                    if text and (text == message.id) == (language == "en"):
                        texts.add(text)
    return [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))) for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_in_a_guide_is_a_text_of_the_pages(language: str) -> None:
    patterns = list_interface_texts(language)
    unknown = [
        f"{guide}: {name}"
        for guide in GUIDES
        for name in set(read_names(guide, language))
        if not any(pattern.fullmatch(name) for pattern in patterns if not pattern.pattern.startswith(".+"))
    ]
    assert not unknown


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_has_the_same_parts_in_every_language(guide: str) -> None:
    english, khmer = (read_guide(guide, language) for language in LANGUAGES)
    assert [anchor for anchor, _ in english.sections] == [anchor for anchor, _ in khmer.sections]
    assert len(english.sections) >= 3 and english.title != khmer.title
    for element in ("<li>", "<strong>", "<code>"):
        assert english.body.count(element) == khmer.body.count(element), element


def test_the_folders_hold_the_guides_of_the_app_and_no_others() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).iterdir()} == set(GUIDES)
    for guide in GUIDES:
        head = (FOLDER / "km" / f"{guide}.md").read_text(encoding="utf-8").splitlines()[0]
        assert head == "<!-- needs native review -->"


def test_every_help_link_leads_to_a_section_and_from_an_address() -> None:
    import_modules()
    rules = [page.rule for page in registry.pages] + [route.rule for route in registry.routes]
    for guide, section in (FIGURES, REVIEW, *(target for _, target in SECTIONS)):
        assert section in dict(read_guide(guide, "en").sections), (guide, section)
    for path, _target in SECTIONS:
        assert any(rule.startswith(path) for rule in rules), path


def test_the_pictures_of_the_documents_are_those_of_the_command() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        Path(name).name
        for path in documents
        for name in re.findall(r"[\w./-]+\.(?:jpg|png|webp)\b", path.read_text(encoding="utf-8"))
        if "pictures/" in name
    }
    assert shown == {path.name for path in PICTURES_FOLDER.iterdir()} - {STRUCTURE.name} == set(PICTURES)
    assert all(path.stat().st_size <= MAX_BYTES for path in PICTURES_FOLDER.iterdir())
