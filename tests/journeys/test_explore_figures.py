"""The public explore page shows figures of the newest edition, its marks, and what it does not know."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents
from etl.queries.data_source import open_data_source
from etl.queries.editions import find_newest_edition_contents
from tests.support.page_content import find_class, make_document, parse_content
from tests.support.rendered_pages import fetch_children
from tests.support.shared_fixtures import PublishedSampleFactory
from tests.support.staff_pages import StaffPages, fetch_document, open_app, read_text


@pytest.fixture(scope="module")
def published(published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with an edition of its second to last quarter."""
    return Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("explore") / "sample.db"))


@pytest.fixture(scope="module")
def visitor(published: Path) -> Iterator[FlaskClient]:
    """Yield the client of somebody without an account."""
    with open_app(published) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def book(published: Path) -> EditionContents:
    source = open_data_source(f"sqlite:///{published}")
    newest_book = find_newest_edition_contents(source)
    source.engine.dispose()
    assert newest_book is not None
    return newest_book


def test_every_number_of_a_view_is_from_the_edition(visitor: FlaskClient, book: EditionContents) -> None:
    components = fetch_children(visitor, "/explore?view=sites&objective=SO3&period=2025")
    shown_numbers = {
        number.get("data-exact") for number in make_document(components).xpath("//main//table//*[@data-exact]")
    }
    charts = parse_content(components).charts
    plotted_numbers = {exact for traces in charts.values() for trace in traces for exact in trace.exact}
    frozen = [
        figure
        for figure in book.figures
        if figure.key.period == "2025"
        and figure.key.site in book.plan.site_by_code
        and figure.key.indicator.startswith("SO3")
        and not figure.key.part
    ]
    numbers = {
        format_plain_number(value)
        for figure in frozen
        for value in (figure.value, figure.target, figure.share)
        if value is not None
    }
    assert shown_numbers and shown_numbers <= numbers
    assert {format_plain_number(figure.value) for figure in frozen if figure.value is not None} <= shown_numbers
    assert plotted_numbers and plotted_numbers <= numbers | {figure.state for figure in frozen}


def test_unknown_values_are_named_and_ignored(visitor: FlaskClient) -> None:
    components = fetch_children(visitor, "/explore?period=2025Q3&site=NOWHERE&objective=SO1")
    note = read_text(make_document(components).find(".//alert"))
    assert "2025Q3" in note and "NOWHERE" in note
    assert len(parse_content(components).charts) == 1


def test_the_page_shows_the_edition_and_its_marks(visitor: FlaskClient) -> None:
    page = fetch_document(visitor, "/explore")
    assert "sample data, not results" in read_text(find_class(page, "ribbon")[0])
    assert "2026-Q2" in read_text(page.find(".//footer"))


def test_before_the_first_edition_the_page_says_what_will_stand_there_and_whom_to_ask(sample_pages: StaffPages) -> None:
    text = read_text(fetch_document(sample_pages.anonymous, "/explore").find(".//main"))
    assert "Nothing is published yet" in text and "The first edition will show" in text and "Contact CARDEC" in text
