"""Every page, route and callback with the permission that it asks for: what is not declared here doesn't exist."""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

from dash import ClientsideFunction, Dash
from dash._callback import GLOBAL_CALLBACK_MAP
from flask import g, has_app_context
from flask.typing import ResponseReturnValue

from dashboard.selection import Selection, parse_selection, split_language
from etl.errors import CardecError
from etl.indicators.vocabulary import Role
from etl.locale import Locale, get_locale
from etl.queries.data_source import DataSource
from etl.queries.snapshot import Snapshot
from etl.queries.stored_rows import StaleSnapshotError
from etl.settings import Settings

MAX_FORM_BYTES = 256 * 1024
"""How many bytes a request may have unless its route says otherwise."""


class Permission(StrEnum):
    """What a page or callback asks of its visitor; each role brings a set of them."""

    PUBLIC = "public"
    STAFF = "staff"
    """Anyone signed in."""
    MANAGE = "manage"
    ADMINISTER = "administer"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.PUBLIC, Permission.STAFF}),
    Role.MANAGER: frozenset({Permission.PUBLIC, Permission.STAFF, Permission.MANAGE}),
    Role.ADMINISTRATOR: frozenset(Permission),
}


class RegistryError(CardecError):
    """The app's pages or callbacks are not what the registry says; the server must not start."""


class PermissionDeniedError(CardecError):
    """The visitor may not do this."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks. Nobody in particular has no role and only the public permission."""

    name: str = ""
    display_name: str = ""
    role: Role | None = None
    sites: frozenset[str] | None = frozenset()
    """Those that an officer sends for; None is all."""

    @property
    def is_signed_in(self) -> bool:
        return self.role is not None

    def has_permission(self, permission: Permission) -> bool:
        return permission in (PERMISSIONS[self.role] if self.role else {Permission.PUBLIC})

    def can_access_site(self, site: str) -> bool:
        """Whether the site's returns, drafts and evidence are this visitor's to send, open and download."""
        is_theirs = self.sites is None or site in self.sites
        return self.role is not None and (self.role is not Role.OFFICER or is_theirs)


ANONYMOUS = Visitor()


@dataclass(frozen=True, kw_only=True)
class Context:
    """What stands behind every request to one server."""

    source: DataSource
    settings: Settings
    registry: "Registry"


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """All that a page is made from. `codes` are the parts of the address that its template names."""

    path: str
    """Without the language's prefix."""
    query: str
    language: str
    path_params: Mapping[str, str]
    visitor: Visitor
    context: Context

    @property
    def source(self) -> DataSource:
        return self.context.source

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
        """Everything reported, as it stood when the request first asked; None before a plan is loaded."""
        return self.source.find_snapshot()

    @cached_property
    def selection(self) -> Selection:
        """What the address chooses, against every plan that was loaded."""
        return parse_selection(self.query, self.snapshot.plans if self.snapshot else None, self.language)


_Built = TypeVar("_Built")
_TRIES = 4


def retry_on_stale_snapshot(build: Callable[[PageContext], _Built], request: PageContext) -> _Built:
    """What is built from the request; begun anew where a site changed before all that is asked of it was read.

    PassedError when that happened several times in a row. `build` only reads.
    """
    for _ in range(_TRIES - 1):
        try:
            return build(request)
        except StaleSnapshotError:
            request = replace(request)
    return build(request)


Layout = Callable[[PageContext], Any]
View = Callable[[PageContext], ResponseReturnValue]


@dataclass(frozen=True)
class PageRoute:
    """A page that the browser draws. `title` is an English text of the catalogue; it may name codes in braces."""

    rule: str
    title: str
    permission: Permission
    layout: Layout
    cacheable: bool = False
    """Whether it shows nothing but what `data_version`, day, visitor and address decide, so that it may be kept."""

    def match(self, path: str) -> Mapping[str, str] | None:
        return match_rule(self.rule, path)


@dataclass(frozen=True)
class Route:
    """An address that answers by itself: plain HTML, a file, a form that is sent."""

    rule: str
    permission: Permission
    view: View
    methods: tuple[str, ...]
    max_content_length: int
    """How many bytes a request may have; the gate holds it before anything of them is read."""

    def match(self, path: str) -> Mapping[str, str] | None:
        return match_rule(self.rule, path)


@lru_cache(maxsize=16_384)
def match_rule(rule: str, path: str) -> Mapping[str, str] | None:
    """The codes that a path has in the places of the template's `<names>`; None when it doesn't fit."""
    wanted, found = rule.rstrip("/").split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(found):
        return None
    codes = {}
    for name, part in zip(wanted, found, strict=True):
        if name.startswith("<") and part:
            codes[name[1:-1]] = part
        elif name != part:
            return None
    return codes


@dataclass(frozen=True)
class _Callback:
    dependencies: tuple[Any, ...]
    options: Mapping[str, Any]
    permission: Permission
    answer: Callable[..., Any] | ClientsideFunction
    module: str
    """Where it is declared."""


@dataclass
class Registry:
    """Pages and callbacks as they were declared; `attach` gives them to an app and learns the callbacks' keys."""

    pages: list[PageRoute] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    callbacks: list[_Callback] = field(default_factory=list)
    callback_permissions: dict[str, Permission] = field(default_factory=dict)
    """Each callback's key, as Dash names it, with what it asks for. Filled by `attach`."""

    def page(self, rule: str, *, title: str, permission: str, cacheable: bool = False) -> Callable[[Layout], Layout]:
        """Declares the layout of an address such as `/staff/indicator/<code>`; `kept` is explained at `Page`."""
        if not rule.startswith("/") or any(one.rule == rule for one in self.pages):
            raise RegistryError(f"The page {rule} is declared twice or doesn't start with a slash.")
        needed = Permission(permission)

        def declare(layout: Layout) -> Layout:
            self.pages.append(PageRoute(rule, title, needed, layout, cacheable))
            return layout

        return declare

    def route(
        self,
        rule: str,
        *,
        permission: str,
        methods: tuple[str, ...] = ("GET",),
        max_content_length: int = MAX_FORM_BYTES,
    ) -> Callable[[View], View]:
        """Declares what answers an address by itself. Its writes carry the CSRF token unless it is public."""
        needed = Permission(permission)

        def declare(view: View) -> View:
            self.routes.append(Route(rule, needed, _guard(view, needed), methods, max_content_length))
            return view

        return declare

    def callback(
        self, *dependencies: Any, permission: str, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares a callback; it is refused to whoever lacks the permission even if the gate let them through."""
        needed = Permission(permission)

        def declare(answer: Callable[..., Any]) -> Callable[..., Any]:
            self.callbacks.append(_Callback(dependencies, options, needed, _guard(answer, needed), answer.__module__))
            return answer

        return declare

    def clientside_callback(
        self, function: ClientsideFunction, *dependencies: Any, permission: str, **options: Any
    ) -> None:
        """Declares a callback that runs in the browser; who may not use it isn't told of it."""
        module = str(sys._getframe(1).f_globals["__name__"])
        self.callbacks.append(_Callback(dependencies, options, Permission(permission), function, module))

    def copy(self) -> "Registry":
        """The same declarations, to which others can be added without changing these."""
        return Registry(list(self.pages), list(self.routes), list(self.callbacks))

    def restrict_to_modules(self, modules: Collection[str]) -> "Registry":
        """The declarations of some modules only."""
        callbacks = [one for one in self.callbacks if one.module in modules]
        return Registry(
            [one for one in self.pages if one.layout.__module__ in modules],
            [one for one in self.routes if one.view.__module__ in modules],
            callbacks,
        )

    def register_callbacks(self, app: Dash) -> None:
        """Gives every callback to the app; RegistryError if the app has a callback that is not declared here."""
        for one in self.callbacks:
            before = set(app.callback_map)
            if isinstance(one.answer, ClientsideFunction):
                add: Any = app.clientside_callback
                add(one.answer, *one.dependencies, **one.options)
            else:
                app.callback(*one.dependencies, **one.options)(one.answer)
            added = set(app.callback_map) - before
            if len(added) != 1:
                raise RegistryError(f"Two callbacks write the same outputs: {one.dependencies}.")
            self.callback_permissions[added.pop()] = one.permission
        self.check_callbacks(app)

    def check_callbacks(self, app: Dash) -> None:
        """RegistryError unless the app's callbacks are exactly those declared here."""
        stray = (set(app.callback_map) ^ set(self.callback_permissions)) | set(GLOBAL_CALLBACK_MAP)
        if stray:
            raise RegistryError(f"Callbacks outside of the registry: {', '.join(sorted(stray))}.")

    def find_page(self, path: str) -> tuple[PageRoute, Mapping[str, str]] | None:
        """The page of a path (without the language's prefix) with the codes in it; a fixed address comes first."""
        matches = [(page, codes) for page in self.pages if (codes := page.match(path)) is not None]
        return min(matches, key=lambda match: len(match[1]), default=None)

    def find_route(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The same for a route."""
        matches = [(route, codes) for route in self.routes if (codes := route.match(path)) is not None]
        return min(matches, key=lambda match: len(match[1]), default=None)


def current_visitor() -> Visitor:
    """Who asks, as the gate found out; outside of a request, and where no gate stands, nobody in particular."""
    visitor = g.get("visitor", ANONYMOUS) if has_app_context() else ANONYMOUS
    return visitor if isinstance(visitor, Visitor) else ANONYMOUS


def current_context() -> Context:
    """What the gate says stands behind this request."""
    context = g.context
    assert isinstance(context, Context)
    return context


def make_page_context(address: str, query: str, path_params: Mapping[str, str] | None = None) -> PageContext:
    """What the current visitor asks for with an address; its language is the prefix's alone."""
    language, path = split_language(address)
    return PageContext(
        path=path,
        query=query,
        language=language,
        path_params=path_params or {},
        visitor=current_visitor(),
        context=current_context(),
    )


def _guard(answer: Callable[..., Any], needed: Permission) -> Callable[..., Any]:
    @wraps(answer)
    def guarded(*values: Any, **named: Any) -> Any:
        if not current_visitor().has_permission(needed):
            raise PermissionDeniedError("This is not open to you.")
        return answer(*values, **named)

    return guarded


registry = Registry()
"""Where pages and callbacks declare themselves when their modules are imported."""
