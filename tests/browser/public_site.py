"""A fixture that serves a published edition of the sample."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.database.connection import open_engine
from etl.indicators.editions import EditionContents
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, list_paths
from tests.browser.chromium import serve_app
from tests.support.command_line import CLOCK
from tests.support.shared_fixtures import PublishedSampleFactory

EDITION_ID = "2026-Q2"


class PublicSite:
    """A served edition: its origin, database, contents and paths."""

    def __init__(self, origin: str, url: str, book: EditionContents, paths: tuple[str, ...]) -> None:
        self.origin, self.url, self.book, self.paths = origin, url, book, paths

    @property
    def pages(self) -> list[str]:
        """The addresses of all pages of the edition and of the list of editions."""
        return ["/editions", "/km/editions", *(f"/{path}" for path in self.paths if path.endswith(".html"))]

    @property
    def sample_pages(self) -> list[str]:
        """The addresses of all kinds of pages: one objective, one programme, two indicators, and all others."""
        sampled, count_by_folder = [], dict[str, int]()
        for path in self.pages:
            folder = path.rpartition("/")[0]
            count_by_folder[folder] = count_by_folder.get(folder, 0) + 1
            most = 2 if "indicators" in folder else 1 if "objectives" in folder or "programmes" in folder else 99
            if count_by_folder[folder] <= most:
                sampled.append(path)
        return sampled


@pytest.fixture(scope="module")
def public_site(
    published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PublicSite]:
    path = Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("public") / "sample.db"))
    url = f"sqlite:///{path}"
    source = DataSource(open_engine(url))
    book, paths = find_edition_contents(source, EDITION_ID), list_paths(source, EDITION_ID)
    source.engine.dispose()
    assert book is not None
    with serve_app(url, path.with_suffix(".log"), CLOCK=CLOCK) as origin:
        yield PublicSite(origin, url, book, paths)
