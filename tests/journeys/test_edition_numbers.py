"""Every number of an edition equals the oracle over approved returns, on every public page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from etl.database.connection import Engine, open_engine, reading, writing
from etl.database.read.editions import find_edition_file, read_edition_figures, read_edition_paths
from etl.database.write.data_version import increment_data_version
from etl.indicators.editions import EditionFigure, FigureKey
from etl.indicators.plans import make_single_plan
from etl.locale import get_locale
from etl.queries.editions import find_edition_contents
from tests.support.builders import make_return
from tests.support.edition_database import (
    NOW,
    UNPUBLISHED_NUMBER,
    make_edition_plan,
    make_edition_returns,
    publish_quarter,
    store_edition_data,
)
from tests.support.read_editions import list_oracle_differences, parse_numbers
from tests.support.stored_returns import store_draft

NAME = "2023-Q2"
_RARE_WORDS = (str(UNPUBLISHED_NUMBER), f"{UNPUBLISHED_NUMBER:,}", str(UNPUBLISHED_NUMBER)[:6])


@pytest.fixture(scope="module")
def edition_engine(make_shared_url: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(make_shared_url("sqlite"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def edition(edition_engine: Engine):
    """Return a published edition; a submitted return and a draft contain a rare number. Tests only read it."""
    waiting = make_return("two", "2022Q3", {"B-02": UNPUBLISHED_NUMBER, "A-01": UNPUBLISHED_NUMBER}, approved=False)
    source = store_edition_data(edition_engine, extra_returns=[waiting])
    with writing(edition_engine) as connection:
        store_draft(connection, make_return("one", "2023Q2", {"B-02": UNPUBLISHED_NUMBER + 1}))
        increment_data_version(connection)
    draft = publish_quarter(source)
    return source, draft


def list_true_figures(draft) -> list[EditionFigure]:
    """Return all figures with their numbers, including the withheld ones."""
    withheld = {figure.key: figure for figure in draft.withheld_figures}
    return [withheld.get(figure.key, figure) for figure in draft.figures]


def test_every_figure_equals_the_oracle_over_approved_returns(edition):
    _, draft = edition
    plans, returns, today = make_single_plan(make_edition_plan()), make_edition_returns(), draft.edition.as_of
    wrong = [
        line for figure in list_true_figures(draft) for line in list_oracle_differences(figure, plans, returns, today)
    ]
    assert wrong == []


def test_every_number_on_every_page_is_its_figure_rounded(edition, edition_engine):
    source, _ = edition
    book = find_edition_contents(source, NAME)
    with reading(edition_engine) as connection:
        figures = {figure.key: figure for figure in read_edition_figures(connection, NAME)}
        pages = [path for path in read_edition_paths(connection, NAME) if path.endswith(".html")]
        page_texts = {path: find_edition_file(connection, NAME, path).data.decode() for path in pages}
    seen = set()
    for path, page in page_texts.items():
        for name, exact, text in parse_numbers(page):
            indicator, part, site, period, field = name.split("|")
            figure = figures[FigureKey(indicator, part, site, period)]
            number = getattr(figure, field)
            assert Decimal(exact) == number, (path, name)
            decimals = book.get_indicator(indicator).decimals
            words = (
                get_locale("en").format_share(number)
                if field == "share"
                else get_locale("en").format_amount(number, decimals)
            )
            assert text == words, (path, name)
            seen.add((figure.key, field))
    # Every result is on some page, except parts and sites by quarter, which are in the downloads.
    expected = {(figure.key, "value") for figure in figures.values() if figure.value is not None}
    missing = {(key, field) for key, field in expected - seen if not (key.part and "Q" in key.period)}
    assert missing == set()


def test_unmarked_numbers_are_dates_codes_and_texts_of_the_plan(edition, edition_engine):
    """The numbers in a page's title are also in its table."""
    with reading(edition_engine) as connection:
        page = find_edition_file(connection, NAME, "indicators/B-01.html").data.decode()
    title = re.search(r"<h1>([^<]+)</h1>", page)[1]
    marked = {text for _, _, text in parse_numbers(page)}
    for number in re.findall(r"\d[\d,.]*\d|\d", title.split(":", 1)[1]):
        assert number in marked, (number, title)


def test_a_submitted_or_draft_number_is_not_public(edition, edition_engine):
    with reading(edition_engine) as connection:
        for path in read_edition_paths(connection, NAME):
            file = find_edition_file(connection, NAME, path)
            assert not [word for word in _RARE_WORDS if word.encode() in file.data], path
        assert not [
            figure
            for figure in read_edition_figures(connection, NAME)
            if figure.value and figure.value >= UNPUBLISHED_NUMBER
        ]


def test_a_withheld_figure_is_in_no_stored_file(edition):
    source, draft = edition
    book = find_edition_contents(source, NAME)
    withheld_keys = {figure.key for figure in draft.withheld_figures}
    assert withheld_keys
    for key in withheld_keys:
        figure = book.find(key.indicator, part=key.part, site=key.site, period=key.period)
        assert (figure.value, figure.numerator, figure.denominator, figure.share, figure.rating) == (None,) * 4 + ("",)


def test_a_staff_only_remark_is_not_published_and_a_public_one_is(edition, edition_engine):
    with reading(edition_engine) as connection:
        page = find_edition_file(connection, NAME, "indicators/A-01.html").data.decode()
        everything = b"".join(
            find_edition_file(connection, NAME, path).data for path in read_edition_paths(connection, NAME)
        )
    assert "Rain came late." in page and "Train in the dry season." in page
    assert b"A private word." not in everything and b">mana<" not in everything


def test_texts_of_the_plan_are_escaped(edition, edition_engine):
    with reading(edition_engine) as connection:
        page = find_edition_file(connection, NAME, "km/indicators/B-02.html").data.decode()
    page = page.split("<main", 1)[1]
    assert "<b>ខ្មែរ</b>" not in page and "&lt;b&gt;ខ្មែរ&lt;/b&gt;" in page
    assert replace(make_edition_plan(), aliases=()).indicators and NOW.year == 2023
