"""Tests of site access and of request size limits."""

from io import BytesIO

import pytest

from dashboard.access.permissions import ANONYMOUS, Visitor
from dashboard.access.registry import MAX_FORM_BYTES
from etl.indicators.vocabulary import Role


@pytest.mark.parametrize(
    ("visitor", "expected"),
    [
        (ANONYMOUS, False),
        (Visitor(name="a", role=Role.OFFICER, sites=frozenset({"BKN"})), True),
        (Visitor(name="a", role=Role.OFFICER, sites=frozenset({"RVG"})), False),
        (Visitor(name="a", role=Role.OFFICER, sites=frozenset()), False),
        (Visitor(name="a", role=Role.OFFICER, sites=None), True),
        (Visitor(name="a", role=Role.MANAGER, sites=frozenset()), True),
        (Visitor(name="a", role=Role.ADMINISTRATOR, sites=frozenset()), True),
    ],
)
def test_officers_access_their_sites_and_managers_all_sites(visitor: Visitor, expected: bool):
    assert visitor.can_access_site("BKN") is expected


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/staff/file-staff", MAX_FORM_BYTES - 1000, 200),
        ("/staff/file-staff", MAX_FORM_BYTES + 1000, 413),
        ("/staff/file-large", MAX_FORM_BYTES + 1000, 200),
        ("/staff/file-large", 401_000, 413),
    ],
)
def test_a_request_larger_than_its_route_takes_is_refused(staffed_app, path: str, size: int, status: int):
    client = staffed_app.make_client("officer")
    form = {"csrf": client.get_cookie("csrf").value, "file": (BytesIO(b"x" * size), "return.xlsx")}
    assert client.post(path, data=form).status_code == status
