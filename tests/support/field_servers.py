"""Servers on loopback that speak the documented APIs of KoboToolbox and ODK Central, with failures to answer first."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.local_servers import Answer, Request, serve

KOBO_TOKEN, ODK_SECRET = "kobo-token", "ann@example.org:pass:word"
FORM, PROJECT = "aTrainings", 7


@dataclass
class FieldServer:
    """A form with its submissions, and the answers to give first."""

    platform: str
    page_size: int = 3
    rows: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    before_page: Callable[[int], None] = lambda _number: None
    """Called with the number of the request before it is answered."""
    origin: str = ""

    def answer(self, request: Request) -> Answer:
        """Answer a request for a page of submissions."""
        self.requests.append(request)
        self.before_page(len(self.requests))
        if self.failures:
            return self.failures.pop(0)
        return self._answer_kobo(request) if self.platform == "kobo" else self._answer_odk(request)

    def _answer_kobo(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Token {KOBO_TOKEN}":
            return Answer(401, {"detail": "Invalid token."})
        path = f"/api/v2/assets/{FORM}/data/"
        if request.path != path:
            return Answer(404, {"detail": "Not found."})
        start = int(request.query.get("start", 0))
        size = min(int(request.query.get("limit", 100)), 1000, self.page_size)
        following = f"{self.origin}{path}?format=json&limit={size}&start={start + size}"
        has_more = start + size < len(self.rows)
        return Answer(
            content={
                "count": len(self.rows),
                "next": following if has_more else None,
                "previous": None,
                "results": self.rows[start : start + size],
            }
        )

    def _answer_odk(self, request: Request) -> Answer:
        basic = base64.b64encode(ODK_SECRET.encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return Answer(401, {"message": "Could not authenticate with the provided credentials.", "code": 401.2})
        path = f"/v1/projects/{PROJECT}/forms/{FORM}.svc/Submissions"
        if request.path != path:
            return Answer(404, {"message": "Could not find the resource you were looking for.", "code": 404.1})
        size = min(int(request.query.get("$top", 250)), self.page_size)
        token = request.query.get("$skiptoken", "")
        ids = [row["__id"] for row in self.rows]
        start = ids.index(token) + 1 if token in ids else 0
        rows = self.rows[start : start + size]
        content: dict[str, Any] = {"@odata.context": f"{self.origin}{path}/$metadata", "value": rows}
        content["@odata.count"] = len(self.rows)
        if start + size < len(self.rows):
            content["@odata.nextLink"] = (
                f"{self.origin}{path}?%24top={size}&%24count=true&%24expand=*&%24skiptoken={rows[-1]['__id']}"
            )
        return Answer(content=content)

    def make_row(self, number: int, fields: dict[str, Any], *, is_rejected: bool = False) -> dict[str, Any]:
        """Return a submission as the platform writes it: fields by path, groups flat or nested."""
        if self.platform == "kobo":
            status = {"uid": "validation_status_not_approved"} if is_rejected else {}
            return {"_id": number, "_uuid": f"u{number}", "_validation_status": status, **fields}
        nested: dict[str, Any] = {}
        for path, value in fields.items():
            *groups, name = path.split("/")
            place = nested
            for group in groups:
                place = place.setdefault(group, {})
            rows = value if isinstance(value, list) else None
            # ODK Central writes the names within a repeated group without its path.
            place[name] = (
                [{key.rpartition("/")[2]: item for key, item in row.items()} for row in rows] if rows else value
            )
        system = {"submissionDate": "2025-02-01T01:02:03.000Z", "reviewState": "rejected" if is_rejected else None}
        return {"__id": f"uuid:{number}", "__system": system, **nested}


@contextmanager
def serve_form(platform: str) -> Iterator[FieldServer]:
    """Serve a form without submissions."""
    server = FieldServer(platform)
    with serve(server.answer) as origin:
        server.origin = origin
        yield server
