"""A client that requests pages from a running server through the page callback."""

import gzip
import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from dashboard.component_ids import PAGE, PAGE_HEAD, PAGE_TOP

PAGE_CALLBACK_ID = f"..{PAGE_TOP}.children...{PAGE}.children...{PAGE_HEAD}.data.."
"""The id of the callback that renders pages, as Dash derives it from its outputs."""

PAGE_OUTPUTS = [
    {"id": PAGE_TOP, "property": "children"},
    {"id": PAGE, "property": "children"},
    {"id": PAGE_HEAD, "property": "data"},
]
"""The outputs of that callback, as a request names them."""


@dataclass
class PageClient:
    """A signed-in user with a connection that stays open."""

    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def sign_in(self, name: str, password: str) -> "PageClient":
        body = urlencode({"name": name, "password": password})
        status, _ = self._send("POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303, status
        return self

    def get_page(self, pathname: str, search: str = "") -> bytes:
        """Return the JSON response of the page callback."""
        inputs = [
            {"id": "address", "property": "pathname", "value": pathname},
            {"id": "address", "property": "search", "value": search},
        ]
        return self.call_callback(PAGE_CALLBACK_ID, PAGE_OUTPUTS, inputs)

    def call_callback(self, key: str, outputs: Any, inputs: Any) -> bytes:
        body = {"output": key, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookies.get("csrf", "")}
        status, answer = self._send("POST", "/_dash-update-component", json.dumps(body), headers)
        assert status == 200, (status, answer[:200])
        return answer

    def disconnect(self) -> None:
        """Close the connection. The next request may reach another worker."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _send(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._connection is None:
            place = urlsplit(self.origin)
            self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = {**headers, "Cookie": cookie, "Accept-Encoding": "gzip"}
        self._connection.request(method, path, body.encode(), all_headers)
        answer = self._connection.getresponse()
        data = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie_name, _, rest = value.partition("=")
                self.cookies[cookie_name] = rest.partition(";")[0]
        if answer.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return answer.status, data
