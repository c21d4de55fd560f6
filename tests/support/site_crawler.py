"""A visitor that follows everything that pages name: links, forms, styles, pictures, feeds, callbacks and redirects."""

import html
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from tests.support.page_client import PAGE_CALLBACK_ID, PAGE_OUTPUTS

_LINK_ATTRIBUTES = ("href", "src", "action", "formaction", "poster", "data-address", "data-sign-in")
_IGNORED_SCHEMES = ("data", "mailto", "blob", "javascript")
_ADDRESS_IN_TEXT = re.compile(r"(?:href|src)=(?:\"|&#34;|&quot;)([^\"&]+)")


@dataclass(frozen=True)
class Answer:
    """A response as a browser gets it, before redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Fetch = Callable[[str, dict[str, Any] | None], Answer]
"""Sends a GET to a path, or a POST with JSON."""


@dataclass
class SiteCrawler:
    """Visits each address below an origin once, and collects what is wrong."""

    origin: str
    base_path: str
    fetch: Fetch
    ignored: tuple[str, ...] = ()
    """Paths below the base path that are not followed."""
    max_queries: int = 6
    """Of a page with choices in its address, no more choices than these are visited."""
    max_per_kind: int = 0
    """The number of files of a folder with the same ending that are visited; 0: all of them."""
    max_pages: int = 0
    """The number of addresses after which the visit ends; 0: it ends with the last one."""
    faults: list[str] = field(default_factory=list)
    visited: dict[str, str] = field(default_factory=dict)
    """The media type of each address."""
    _queue: deque[tuple[str, str]] = field(default_factory=deque)
    _queries: Counter[str] = field(default_factory=Counter)
    _kinds: Counter[str] = field(default_factory=Counter)

    def crawl(self, *paths: str) -> None:
        """Visit these paths, and all that is reached from them."""
        for path in paths:
            self._add(self.base_path + path, "the start")
        count = 0
        while self._queue and not 0 < self.max_pages <= count:
            count += 1
            self._visit(*self._queue.popleft())

    def _visit(self, address: str, source: str) -> None:
        answer = self.fetch(address, None)
        media_type = self.visited[address] = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status in (301, 302, 303, 307, 308):
            self._follow(answer.headers["location"], address, f"redirect of {address}")
        elif answer.status != 200:
            self.faults.append(f"{answer.status} {address} (from {source})")
        else:
            for link in self._list_links(address, media_type, answer):
                self._follow(link, address, address)

    def _follow(self, link: str, page: str, source: str) -> None:
        target = urlsplit(urljoin(self.origin + page, html.unescape(link.strip())))
        if target.scheme in _IGNORED_SCHEMES or f"{target.scheme}://{target.netloc}" != self.origin:
            if link.startswith("/"):
                self.faults.append(f"{link} leaves the origin (from {source})")
            return
        address = target.path + (f"?{target.query}" if target.query else "")
        if not target.path.startswith(f"{self.base_path}/"):
            self.faults.append(f"{address} leaves {self.base_path} (from {source})")
        else:
            self._add(address, source)

    def _add(self, address: str, source: str) -> None:
        path, _, query = address.partition("?")
        is_known = address in self.visited or path.removeprefix(self.base_path).startswith(self.ignored or ("\n",))
        if is_known or (query and self._queries[path] >= self.max_queries):
            return
        kind = re.sub(r"/editions/[^/]+/", "/editions/*/", path.rpartition("/")[0]) + PurePosixPath(path).suffix
        self._kinds[kind] += not query
        if self.max_per_kind and not query and self._kinds[kind] > self.max_per_kind and source in self.visited:
            return
        self._queries[path] += bool(query)
        self.visited[address] = ""
        self._queue.append((address, source))

    def _list_links(self, address: str, media_type: str, answer: Answer) -> Iterator[str]:
        yield from re.findall(r"<([^>]+)>", answer.headers.get("link", ""))
        if media_type == "text/html":
            yield from self._list_page_links(address, answer.body.decode())
        elif media_type == "text/css":
            yield from re.findall(r"url\([\"']?([^\"')]+)", answer.body.decode())
        elif media_type in ("application/xml", "application/atom+xml"):
            yield from _ADDRESS_IN_TEXT.findall(answer.body.decode())
            yield from re.findall(r"<loc>([^<]+)", answer.body.decode())
        elif media_type == "application/json":
            yield from _list_json_links(json.loads(answer.body))
        elif media_type == "text/plain":
            yield from re.findall(r"^(?:Sitemap|Disallow): (\S+)$", answer.body.decode(), re.MULTILINE)

    def _list_page_links(self, address: str, text: str) -> Iterator[str]:
        document = lxml.html.document_fromstring(text)
        yield from _list_element_links(document)
        yield from (meta.get("content") for meta in document.iter("meta") if meta.get("property") == "og:image")
        for script in document.iter("script"):
            if script.get("type") == "application/ld+json":
                yield from _list_json_links(json.loads(script.text))
        # The code to copy is the text of a page.
        yield from _ADDRESS_IN_TEXT.findall(
            "".join(document.xpath("//pre//text() | //textarea//text() | //code//text()"))
        )
        config = document.find(".//script[@id='_dash-config']")
        if config is not None:
            yield from self._list_callback_links(address, json.loads(config.text)["requests_pathname_prefix"])

    def _list_callback_links(self, address: str, prefix: str) -> Iterator[str]:
        """Call what the browser calls when it shows a page of Dash, and yield the links of the page."""
        yield from (f"{prefix}_dash-dependencies", f"{prefix}_dash-layout")
        path, _, search = address.partition("?")
        inputs = [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": f"?{search}" if search else ""},
        ]
        body = {"output": PAGE_CALLBACK_ID, "outputs": PAGE_OUTPUTS, "inputs": inputs, "changedPropIds": []}
        answer = self.fetch(f"{prefix}_dash-update-component", body)
        if answer.status != 200:
            self.faults.append(f"{answer.status} page callback of {address}")
            return
        yield from _list_json_links(json.loads(answer.body))


def _list_element_links(document: Any) -> Iterator[str]:
    for element in document.iter():
        is_post = element.tag == "form" and element.get("method", "get").lower() == "post"
        for name in _LINK_ATTRIBUTES:
            link = element.get(name)
            if link is not None and not is_post and not link.startswith("#"):
                yield link
        yield from (part.split()[0] for part in (element.get("srcset") or "").split(",") if part.strip())


def _list_json_links(content: Any) -> Iterator[str]:
    """Yield the addresses in JSON: of components, of HTML in texts, of points of charts, of the API."""
    if isinstance(content, dict):
        is_post = str(content.get("method", "")).lower() == "post"
        # The section of a page's head is the id of a link of the header.
        ignored = ("section", *(("action",) if is_post else ()))
        for name, value in content.items():
            if name not in ignored:
                yield from _list_json_links(value)
    elif isinstance(content, list):
        for value in content:
            yield from _list_json_links(value)
    elif isinstance(content, str):
        if "<" in content:
            yield from _ADDRESS_IN_TEXT.findall(content)
        elif re.fullmatch(r"/[^\s/]\S*", content) or re.fullmatch(r"http://\S+", content):
            yield content
