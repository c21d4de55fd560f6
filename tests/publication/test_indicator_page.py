"""The tables of an indicator's page can be read on a phone and on paper, and its charts without colours."""

import re
from html import unescape

import pytest

from etl.database.connection import migrate, open_engine
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator
from etl.locale import get_locale
from etl.publication.assets import get_public_assets
from etl.publication.indicator_page import (
    draw_indicator_years,
    list_chart_ratings,
    list_year_figures,
    render_indicator_page,
)
from etl.publication.indicator_picture import render_indicator_svg
from etl.publication.public_page import EditionPage
from etl.publication.year_bars import SIGNED_RATINGS
from etl.queries.edition_draft import draft_edition
from etl.wording import describe_rating
from tests.support.edition_database import NOW, QUARTER, store_edition_data

TABLE = re.compile(r'<table class="cards">(.*?)</table>', re.DOTALL)


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> EditionContents:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('tables') / 'tables.db'}")
    migrate(engine)
    draft = draft_edition(store_edition_data(engine), QUARTER, today=NOW.date())
    engine.dispose()
    return EditionContents(draft.edition, draft.figures)


def read_page(contents: EditionContents, language: str, indicator: Indicator) -> str:
    page = EditionPage(language, f"indicators/{indicator.code}.html")
    return unescape(render_indicator_page(contents, indicator, page).decode())


@pytest.mark.parametrize("language", ["en", "km"])
def test_each_cell_names_its_column_and_is_aligned_as_its_heading(contents: EditionContents, language: str):
    tables = TABLE.findall(read_page(contents, language, contents.edition.indicators[0]))
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


@pytest.mark.parametrize("language", ["en", "km"])
def test_each_rated_year_of_a_chart_has_the_sign_of_its_rating_and_the_key_explains_it(
    contents: EditionContents, language: str
):
    locale = get_locale(language)
    for indicator in contents.edition.indicators:
        figures = [figure for _year, figure in list_year_figures(contents, indicator)]
        rated = [figure for figure in figures if figure.public_rating in SIGNED_RATINGS]
        chart = draw_indicator_years(contents, indicator, locale)
        assert chart.count('<g transform="translate(') == len(rated)
        picture = render_indicator_svg(contents, indicator, locale).decode()
        assert f">{locale.gettext('target')}</text>" in picture
        page = read_page(contents, language, indicator)
        for rating in list_chart_ratings(contents, indicator):
            assert f">{describe_rating(rating, locale)}</text>" in picture
            assert (
                describe_rating(rating, locale) in page.partition('class="chart-key">')[2].partition("</figcaption>")[0]
            )


def test_printed_pages_have_no_search_form_and_no_heading_without_its_table():
    style = next(asset.data for asset in get_public_assets().all if asset.name.endswith(".css")).decode()
    printed = style.partition("@media print")[2]
    assert ".find" in printed.partition("{ display: none; }")[0]
    assert "section:has(> details:not([open]))" in printed
