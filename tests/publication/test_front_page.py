"""The front page begins with the results that the plan names, and marks English texts on Khmer pages."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from etl.database.connection import migrate, open_engine
from etl.exports.edition.data_package import render_package_descriptor
from etl.exports.edition.dataset import describe_dataset
from etl.exports.edition.json_response import render_edition_json
from etl.exports.edition.workbook import list_about_lines
from etl.indicators.editions import EditionContents
from etl.locale import get_locale
from etl.publication.front_charts import MAX_SITES, list_site_ratings
from etl.publication.front_page import render_front_page
from etl.publication.headlines import MAX_HEADLINES, list_headlines
from etl.publication.indicator_page import render_indicator_page
from etl.publication.public_page import EditionPage
from etl.queries.edition_draft import draft_edition
from tests.support.edition_database import NOW, QUARTER, store_edition_data

SENTENCE = re.compile(r"(?:[A-Za-z][a-z’']*[ ,]+){4,}[A-Za-z]")
"""Five words in a row, which no name, unit or code has."""


class TextReader(HTMLParser):
    """Collects the visible texts that no element marks as English."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "rect", "line", "circle", "path", "polyline", "input"):
            language = dict(attrs).get("lang") or (self.languages[-1] if self.languages else "")
            # A script describes the page to search engines, in English, and is not visible.
            self.languages.append("en" if tag == "script" else language)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignore elements without content."""

    def handle_endtag(self, tag: str) -> None:
        if self.languages:
            self.languages.pop()

    def handle_data(self, data: str) -> None:
        if self.languages and self.languages[-1] != "en":
            self.texts.append(data)


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> EditionContents:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('front') / 'front.db'}")
    migrate(engine)
    draft = draft_edition(store_edition_data(engine), QUARTER, today=NOW.date())
    engine.dispose()
    return EditionContents(draft.edition, draft.figures)


def name_headlines(contents: EditionContents, headlines: str) -> EditionContents:
    plan = contents.plan
    settings = replace(plan.settings, headlines=headlines)
    return EditionContents(replace(contents.edition, plan=replace(plan, settings=settings)), contents.figures)


def test_the_headlines_are_those_that_the_plan_names_in_its_order(contents: EditionContents):
    codes = [indicator.code for indicator in contents.plan.indicators]
    chosen = [codes[2], codes[0]]
    named = name_headlines(contents, "; ".join(chosen))
    assert [indicator.code for indicator in list_headlines(named)] == chosen


def test_a_plan_that_names_none_has_headlines_with_a_value_and_a_target(contents: EditionContents):
    headlines = list_headlines(name_headlines(contents, ""))
    assert 0 < len(headlines) <= MAX_HEADLINES
    for indicator in headlines:
        figure = contents.get_plan_to_date_figure(indicator.code)
        assert figure.value is not None and figure.target is not None and not indicator.is_ratio


def test_the_front_page_shows_every_objective_and_site_and_no_script(contents: EditionContents):
    page = render_front_page(contents, EditionPage("en", "index.html")).decode()
    assert page.count('class="share-years"') == len(contents.plan.objectives)
    assert page.count('class="headline"') == len(list_headlines(contents)) + 1
    ratings = list_site_ratings(contents)
    assert 0 < len(ratings) <= MAX_SITES
    for rating in ratings:
        assert rating.site.name.en in page
    assert "<script" not in page.replace('<script type="application/ld+json">', "")


def test_ratings_of_sites_count_public_ratings_only(contents: EditionContents):
    for rating in list_site_ratings(contents):
        figures = [contents.find(indicator.code, site=rating.site.code) for indicator in contents.plan.indicators]
        public = [figure for figure in figures if figure is not None and figure.public_rating is not None]
        assert rating.counts.total == len(public)
        assert not [figure for figure in public if figure.is_suppressed]


def test_no_english_sentence_stands_unmarked_on_a_khmer_page(contents: EditionContents):
    pages = [render_front_page(contents, EditionPage("km", "index.html"))]
    for indicator in contents.plan.indicators:
        page = EditionPage("km", f"indicators/{indicator.code}.html")
        pages.append(render_indicator_page(contents, indicator, page))
    for html in pages:
        reader = TextReader()
        reader.feed(html.decode())
        assert not [text for text in reader.texts if SENTENCE.search(text)]


def test_an_edition_names_its_licence_and_contact_wherever_its_figures_go(contents: EditionContents) -> None:
    edition = replace(contents.edition, licence="CC-BY-4.0", contact="info@cardec.example")
    licensed = EditionContents(edition, contents.figures)
    text = "https://creativecommons.org/licenses/by/4.0/"
    for language in ("en", "km"):
        page = render_front_page(licensed, EditionPage(language, "index.html")).decode()
        assert f'<a rel="license" href="{text}">CC-BY-4.0</a>' in page and 'href="mailto:info@cardec.example"' in page
    package = json.loads(render_package_descriptor(licensed))
    assert package["licenses"] == [{"name": "CC-BY-4.0", "path": text}]
    assert package["contributors"] == [{"title": "CARDEC", "role": "publisher", "email": "info@cardec.example"}]
    assert describe_dataset(licensed)["license"] == text
    assert json.loads(render_edition_json(licensed))["edition"]["contact"] == "info@cardec.example"
    assert "Contact: info@cardec.example" in list_about_lines(licensed, get_locale("en"))


def test_an_edition_without_licence_names_none(contents: EditionContents) -> None:
    page = render_front_page(contents, EditionPage("en", "index.html")).decode()
    assert 'rel="license"' not in page and "mailto:" not in page
    assert "licenses" not in json.loads(render_package_descriptor(contents))
