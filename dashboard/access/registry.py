"""Pages, routes and callbacks, each with the permission that it requires. The server serves nothing else."""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from dash import ClientsideFunction, Dash
from dash.dependencies import DashDependency
from flask import current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission, require_permission
from etl.errors import CardecError

MAX_FORM_BYTES = 256 * 1024
"""The largest request body in bytes, unless a route declares another limit."""

Layout = Callable[[PageContext], Any]
View = Callable[[PageContext], ResponseReturnValue]


class RegistryError(CardecError):
    """The app's pages or callbacks differ from those declared in the registry; the server must not start."""


@dataclass(frozen=True)
class PageRoute:
    """A page that Dash renders. `title` is an English text of the catalogue and may name path parameters in braces."""

    rule: str
    title: str
    permission: Permission
    layout: Layout
    cacheable: bool = False
    """Whether its content depends only on `data_version`, day, visitor and address."""
    filters: tuple[str, ...] | None = None
    """The controls of its filter bar; None for a page without one. See `dashboard.components.filter_bar`."""


@dataclass(frozen=True)
class Route:
    """An address that a Flask view answers: a document, a file, a submitted form."""

    rule: str
    permission: Permission
    view: View
    methods: tuple[str, ...]
    max_content_length: int
    """The largest request body in bytes; the gate enforces it before the body is read."""
    accepts_tokens: bool = False
    """Whether an API token in place of a session opens it. Only for addresses that programs read."""


@dataclass(frozen=True)
class _Callback:
    dependencies: tuple[Any, ...]
    options: Mapping[str, Any]
    permission: Permission
    function: Callable[..., Any] | ClientsideFunction
    module: str
    """The module that declares it."""


@dataclass
class Registry:
    """Declared pages, routes and callbacks. `register_callbacks` adds the callbacks to an app and records their ids."""

    pages: list[PageRoute] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    callbacks: list[_Callback] = field(default_factory=list)
    callback_permissions: dict[str, Permission] = field(default_factory=dict)
    """The permission of each callback by its id in Dash's notation. Filled by `register_callbacks`."""

    def page(
        self,
        rule: str,
        *,
        title: str,
        permission: str,
        cacheable: bool = False,
        filters: tuple[str, ...] | None = None,
    ) -> Callable[[Layout], Layout]:
        """Declare the layout function of an address such as `/staff/indicator/<code>`."""
        if not rule.startswith("/") or any(page.rule == rule for page in self.pages):
            raise RegistryError(f"The page {rule} is declared twice or does not start with a slash.")
        required = Permission(permission)

        def declare(layout: Layout) -> Layout:
            self.pages.append(PageRoute(rule, title, required, layout, cacheable, filters))
            return layout

        return declare

    def route(
        self,
        rule: str,
        *,
        permission: str,
        methods: tuple[str, ...] = ("GET",),
        max_content_length: int = MAX_FORM_BYTES,
        accepts_tokens: bool = False,
    ) -> Callable[[View], View]:
        """Declare the view of an address. Requests that write carry the CSRF token unless the route is public."""
        required = Permission(permission)
        if accepts_tokens and (methods != ("GET",) or required is Permission.PUBLIC):
            raise RegistryError(f"{rule}: API tokens open addresses of staff that only read.")

        def declare(view: View) -> View:
            wrapped_view = require_permission(view, required)
            self.routes.append(Route(rule, required, wrapped_view, methods, max_content_length, accepts_tokens))
            return view

        return declare

    def callback(
        self, *dependencies: Any, permission: str, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a callback. It refuses visitors without the permission even if the gate let them through."""
        required = Permission(permission)

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            wrapper = require_permission(function, required)
            self.callbacks.append(_Callback(dependencies, options, required, wrapper, function.__module__))
            return function

        return declare

    def clientside_callback(
        self, function: ClientsideFunction, *dependencies: Any, permission: str, **options: Any
    ) -> None:
        """Declare a callback that runs in the browser; visitors without the permission don't receive it."""
        module = str(sys._getframe(1).f_globals["__name__"])
        self.callbacks.append(_Callback(dependencies, options, Permission(permission), function, module))

    def copy(self) -> "Registry":
        """Return the same declarations in a registry of their own."""
        return Registry(list(self.pages), list(self.routes), list(self.callbacks))

    def restrict_to_modules(self, modules: Collection[str]) -> "Registry":
        """Return the declarations of some modules only."""
        return Registry(
            [page for page in self.pages if page.layout.__module__ in modules],
            [route for route in self.routes if route.view.__module__ in modules],
            [callback for callback in self.callbacks if callback.module in modules],
        )

    def register_callbacks(self, app: Dash) -> None:
        """Add every callback to the app. RegistryError when two callbacks write the same outputs."""
        for callback in self.callbacks:
            ids_before = set(app.callback_map)
            if isinstance(callback.function, ClientsideFunction):
                add_clientside: Any = app.clientside_callback
                add_clientside(callback.function, *callback.dependencies, **callback.options)
            else:
                app.callback(*callback.dependencies, **callback.options)(callback.function)
            new_ids = set(app.callback_map) - ids_before
            if len(new_ids) != 1:
                raise RegistryError(f"Two callbacks write the same outputs: {callback.dependencies}.")
            self.callback_permissions[new_ids.pop()] = callback.permission

    def check_callbacks(self, app: Dash) -> None:
        """RegistryError unless the app's callbacks are exactly those declared here.

        Dash adds callbacks of the global `dash.callback` with the first request: call this after it.
        """
        undeclared = set(app.callback_map) ^ set(self.callback_permissions)
        if undeclared:
            raise RegistryError(f"Callbacks outside of the registry: {', '.join(sorted(undeclared))}.")

    def is_used_by_callbacks(self, component_id: str) -> bool:
        """Whether a callback has the component with this id as an input, output or state."""
        return component_id in self._used_ids

    @cached_property
    def _used_ids(self) -> frozenset[str]:
        return frozenset(
            str(dependency.component_id)
            for callback in self.callbacks
            for dependency in callback.dependencies
            if isinstance(dependency, DashDependency)
        )

    def find_page(self, path: str) -> tuple[PageRoute, Mapping[str, str]] | None:
        """Return the page of a path without language prefix, and its path parameters."""
        match = _match(self._page_urls, path)
        return None if match is None else (self.pages[match[0]], match[1])

    def find_route(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return the route of a path without language prefix, and its path parameters."""
        match = _match(self._route_urls, path)
        return None if match is None else (self.routes[match[0]], match[1])

    @cached_property
    def _page_urls(self) -> MapAdapter:
        return _bind_rules([page.rule for page in self.pages])

    @cached_property
    def _route_urls(self) -> MapAdapter:
        return _bind_rules([route.rule for route in self.routes])


def _bind_rules(rules: Collection[str]) -> MapAdapter:
    """Return an adapter that matches a path to the index of its rule."""
    urls = Map(
        [Rule(rule, endpoint=index) for index, rule in enumerate(rules)], strict_slashes=False, merge_slashes=False
    )
    return urls.bind("localhost")


@lru_cache(maxsize=1024)
def _match(urls: MapAdapter, path: str) -> tuple[int, Mapping[str, str]] | None:
    try:
        index, path_params = urls.match(path.rstrip("/") or "/", method="GET")
    except HTTPException:
        return None
    return index, MappingProxyType(path_params)


def get_registry() -> Registry:
    """Return the registry of the app that handles this request."""
    registry = current_app.extensions["registry"]
    assert isinstance(registry, Registry)
    return registry


registry = Registry()
"""Pages, routes and callbacks register here when their modules are imported."""
