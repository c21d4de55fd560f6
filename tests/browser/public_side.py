"""The sample's public side as a browser meets it: an edition published in a copy of the sample, and served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.database.connection import open_engine
from etl.indicators.editions import Book
from etl.queries.editions import find_book, list_paths
from etl.queries.source import Source
from tests.browser.chromium import served
from tests.support.command_line import CLOCK
from tests.support.made_once import PublishedSample

NAME = "2026-Q3"


class PublicSide:
    """Where it is served, what is in it, and the database behind it."""

    def __init__(self, origin: str, url: str, book: Book, paths: tuple[str, ...]) -> None:
        self.origin, self.url, self.book, self.paths = origin, url, book, paths

    @property
    def pages(self) -> list[str]:
        """The address of every page of the edition, the list of editions among them."""
        return ["/editions", "/km/editions", *(f"/{path}" for path in self.paths if path.endswith(".html"))]

    @property
    def one_of_each_kind(self) -> list[str]:
        """The same, but of objectives and programmes one each and of indicators four."""
        kept, seen = [], dict[str, int]()
        for path in self.pages:
            folder = path.rpartition("/")[0]
            seen[folder] = seen.get(folder, 0) + 1
            most = 4 if "indicators" in folder else 1 if "objectives" in folder or "programmes" in folder else 99
            if seen[folder] <= most:
                kept.append(path)
        return kept


@pytest.fixture(scope="module")
def public_side(published_sample: PublishedSample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicSide]:
    path = Path(shutil.copyfile(published_sample("2026Q3"), tmp_path_factory.mktemp("public") / "sample.db"))
    url = f"sqlite:///{path}"
    source = Source(open_engine(url))
    book, paths = find_book(source, NAME), list_paths(source, NAME)
    source.engine.dispose()
    assert book is not None
    with served(url, path.with_suffix(".log"), CLOCK=CLOCK) as origin:
        yield PublicSide(origin, url, book, paths)
