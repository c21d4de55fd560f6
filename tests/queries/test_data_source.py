"""Access to one database."""

import pytest

from etl.database.connection import UnreachableError
from etl.queries import data_source
from etl.queries.data_source import retry_while_unreachable


def test_a_starting_server_waits_for_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(data_source.time, "sleep", pauses.append)

    def connect() -> str:
        if len(pauses) < 3:
            raise UnreachableError
        return "ready"

    assert retry_while_unreachable(connect, seconds=600) == "ready" and len(pauses) == 3
    pauses.clear()
    with pytest.raises(UnreachableError):
        retry_while_unreachable(connect, seconds=0)
    assert not pauses
