"""Render pages of an edition inside the frame that all public pages share."""

from dataclasses import dataclass

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.locale import Locale, get_locale
from etl.publication.assets import get_public_assets
from etl.publication.templating import render_template

STATUS_PLACEHOLDER = "<!--status-->"
"""The place where a server inserts a line into pages of an older or replaced edition."""

DOWNLOADS = (
    ("downloads/figures.csv", "CSV"),
    ("downloads/figures-{language}.xlsx", "Excel"),
    ("downloads/datapackage.zip", "Data Package"),
    ("downloads/iati.xml", "IATI"),
    ("api/figures.json", "JSON"),
)
"""The paths and names of an edition's downloads."""

_LANGUAGE_NAMES = {"en": "English", "km": "ខ្មែរ"}


@dataclass(frozen=True)
class EditionPage:
    """A page of an edition: its language, and its path without the language (`indicators/SO3-01.html`)."""

    language: str
    path: str

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)

    @property
    def language_root(self) -> str:
        """The relative path to the folder of the page's language."""
        return "../" * self.path.count("/")

    @property
    def root(self) -> str:
        """The relative path to the folder that both languages share."""
        return self.language_root + ("../" if self.language == "km" else "")

    @property
    def stored_path(self) -> str:
        """The path in the edition, with the language."""
        return f"km/{self.path}" if self.language == "km" else self.path

    def make_link(self, path: str) -> str:
        """Return the relative path to another page in the same language."""
        return self.language_root + path

    def make_language_link(self, language: str) -> str:
        """Return the relative path to the same page in a language."""
        return f"{self.root}km/{self.path}" if language == "km" else self.root + self.path


def render_public_page(template: str, contents: EditionContents, page: EditionPage, **context: object) -> bytes:
    """Return a page as it is stored. The template sets `title`, `description` and, in the navigation, its path."""
    html = render_template(
        f"public/{template}",
        page.locale,
        contents=contents,
        page=page,
        assets=get_public_assets(),
        languages=_LANGUAGE_NAMES,
        downloads=DOWNLOADS,
        status_placeholder=Markup(STATUS_PLACEHOLDER),
        **context,
    )
    return html.strip().encode() + b"\n"
