"""Tables of public pages become cards on narrow screens: each cell names its column, and headings align with cells."""

import re
from html import unescape

import pytest

from etl.database.connection import migrate, open_engine
from etl.indicators.editions import EditionContents
from etl.publication.assets import get_public_assets
from etl.publication.indicator_page import render_indicator_page
from etl.publication.public_page import EditionPage
from etl.queries.edition_draft import draft_edition
from tests.support.edition_database import NOW, QUARTER, store_edition_data

TABLE = re.compile(r'<table class="cards">(.*?)</table>', re.DOTALL)


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> EditionContents:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('tables') / 'tables.db'}")
    migrate(engine)
    draft = draft_edition(store_edition_data(engine), QUARTER, today=NOW.date())
    engine.dispose()
    return EditionContents(draft.edition, draft.figures)


def read_page(contents: EditionContents, language: str) -> str:
    indicator = contents.edition.indicators[0]
    page = EditionPage(language, f"indicators/{indicator.code}.html")
    return unescape(render_indicator_page(contents, indicator, page).decode())


@pytest.mark.parametrize("language", ["en", "km"])
def test_each_cell_names_its_column_and_is_aligned_as_its_heading(contents: EditionContents, language: str):
    tables = TABLE.findall(read_page(contents, language))
    assert len(tables) >= 4
    for table in tables:
        head, _, body = table.partition("</thead>")
        headings = re.findall(r'<th scope="col"( class="n")?>(.*?)</th>', head)[1:]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
            cells = re.findall(r"<td([^>]*)>", row)
            assert len(cells) == len(headings)
            for cell, (is_number, heading) in zip(cells, headings, strict=True):
                assert f'data-label="{heading}"' in cell
                assert bool(is_number) == ('class="n' in cell), f"{heading} is not aligned as its cells"


def test_printed_pages_have_no_search_form_and_no_heading_without_its_table():
    style = next(asset.data for asset in get_public_assets().all if asset.name.endswith(".css")).decode()
    printed = style.partition("@media print")[2]
    assert ".find" in printed.partition("{ display: none; }")[0]
    assert "section:has(> details:not([open]))" in printed
