"""The context of a page: the request's address, language, visitor, selection and data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlsplit

from flask import g, request

from dashboard.access.permissions import Visitor, get_visitor
from dashboard.selection import Selection, parse_selection, split_language
from etl.locale import Locale, get_locale
from etl.queries.data_source import DataSource
from etl.queries.snapshot import Snapshot
from etl.queries.stored_rows import StaleSnapshotError
from etl.settings import Settings


@dataclass(kw_only=True)
class AppContext:
    """The data source and the settings of one server."""

    source: DataSource
    settings: Settings
    has_warned_of_proxy: bool = False
    """Whether the log names the missing PROXIES already."""


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """The context of a page. `path_params` are the variable parts of the address."""

    path: str
    """The path without the language prefix."""
    query: str
    language: str
    path_params: Mapping[str, str]
    visitor: Visitor
    context: AppContext

    @property
    def source(self) -> DataSource:
        return self.context.source

    @property
    def origin(self) -> str:
        """The scheme and host of public addresses: from the settings, else from the current request."""
        parts = urlsplit(self.context.settings.public_address or request.host_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def now(self) -> datetime:
        return self.context.settings.now()

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)

    @property
    def gettext(self) -> Callable[..., str]:
        """The translation function of the page's language, by the name that extraction tools know."""
        return self.locale.gettext

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """All reported data as of the first access in this request; None before a plan is loaded."""
        return self.source.find_snapshot()

    @cached_property
    def selection(self) -> Selection:
        """The selection in the query string, checked against every loaded plan version."""
        return parse_selection(self.query, self.snapshot.plans if self.snapshot else None, self.language)


_Result = TypeVar("_Result")
_MAX_ATTEMPTS = 4


def retry_on_stale_snapshot(build: Callable[[PageContext], _Result], page: PageContext) -> _Result:
    """Return `build(page)`, retried with a fresh snapshot when a site's data change while it is read.

    `build` must only read. StaleSnapshotError after four attempts.
    """
    for _ in range(_MAX_ATTEMPTS - 1):
        try:
            return build(page)
        except StaleSnapshotError:
            page = replace(page)
    return build(page)


def get_context() -> AppContext:
    """Return the context that the gate attached to this request."""
    context = g.context
    assert isinstance(context, AppContext)
    return context


def make_page_context(address: str, query: str, path_params: Mapping[str, str] | None = None) -> PageContext:
    """Return the context of an address for the current visitor. Its language comes from the prefix alone."""
    language, path = split_language(address)
    return PageContext(
        path=path,
        query=query,
        language=language,
        path_params=path_params or {},
        visitor=get_visitor(),
        context=get_context(),
    )
