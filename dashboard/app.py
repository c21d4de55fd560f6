"""The Flask server with the Dash app in it, and the gate in front of both."""

import gc
import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from dash import Dash, dcc, html
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import redirect

import dashboard.callbacks
import dashboard.documents
import dashboard.pages
import dashboard.public
from dashboard.access.context import AppContext, make_page_context, retry_on_stale_snapshot
from dashboard.access.gate import Gate, install_gate
from dashboard.access.headers import add_headers, make_content_security_policy
from dashboard.access.operations import Metrics, install_operations, install_request_ids
from dashboard.access.permissions import Permission, PermissionDeniedError
from dashboard.access.registry import MAX_FORM_BYTES, Registry, Route, get_registry, registry
from dashboard.access.sessions import CSRF_COOKIE, CSRF_HEADER, NullSessionInterface
from dashboard.component_ids import (
    ADDRESS,
    CLICKED_POINT,
    DRAWER_CLOSED,
    DRAWER_TARGET,
    FILTER_BAR,
    HEADER,
    HEADER_KIND,
    PAGE,
    PAGE_HEAD,
    PAGE_READY,
    PAGE_TOP,
    SELECTION_READY,
)
from dashboard.components.error_pages import make_error_response, make_not_found_response, make_too_large_response
from dashboard.components.figure_drawer import build_drawer
from dashboard.components.plain_page import LANGUAGE_NAMES
from dashboard.components.public_frame import PUBLIC_LINKS
from dashboard.dash_internals import (
    COMPONENT_SUITES_PREFIX,
    DEPENDENCIES_PATH,
    PLOTLY_PATH,
    UNUSED_SCRIPTS,
)
from dashboard.front_end import BOOTSTRAP, FONTS, STAFF_STYLES
from dashboard.page_cache import PageCache, install_page_cache
from dashboard.response_cache import EditionResponseCache
from dashboard.selection import add_base_path, localize_path, split_language
from dashboard.static_files import (
    PREFIX,
    add_font_preloads,
    compress_fixed_response,
    gzip_response,
    make_static_url,
    serve_plotly,
    serve_static_file,
)
from etl.disk_errors import find_storage_error
from etl.errors import CardecError, StorageError
from etl.jobs.queue import QueueFullError
from etl.locale import LANGUAGES, get_locale
from etl.queries.data_source import DataSource
from etl.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger(__name__)

STYLESHEETS = (BOOTSTRAP, FONTS, STAFF_STYLES)
"""Bootstrap first; ours override it and work without it."""


class BasePathMiddleware:
    """Move the base path from the path of each request to SCRIPT_NAME, whether or not the proxy removed it."""

    def __init__(self, app: "WSGIApplication", base_path: str) -> None:
        self.app, self.base_path = app, base_path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self.base_path:
            # Relative links work below the slash only.
            return redirect(f"{path}/", 301)(environ, start_response)
        if path.startswith(f"{self.base_path}/"):
            environ["PATH_INFO"] = path.removeprefix(self.base_path)
        environ["SCRIPT_NAME"] = self.base_path
        return self.app(environ, start_response)


class StaffApp(Dash):
    """Dash with an index page of our own: language, title, styles and scripts."""

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        language, path = split_language(request.path)
        locale = get_locale(language)
        match = get_registry().find_page(path)
        scripts = [line for line in parts["scripts"].splitlines() if not any(name in line for name in UNUSED_SCRIPTS)]
        is_public = match is not None and match[0].permission is Permission.PUBLIC
        title = locale.gettext(match[0].title, **match[1]) if match else "CARDEC"
        return render_template(
            "staff_app.html",
            language=language,
            stylesheets=STYLESHEETS,
            make_static_url=make_static_url,
            _=locale.gettext,
            base_path=add_base_path(""),
            path=path,
            localize_path=localize_path,
            languages=LANGUAGE_NAMES,
            public_links=[(address, locale.gettext(text)) for address, text in PUBLIC_LINKS] if is_public else (),
            has_filters=match is not None and match[0].filters is not None,
            **{**parts, "title": title, "scripts": "\n".join(scripts)},
        )


def create_app(settings: Settings, source: DataSource, declared: Registry = registry) -> Dash:
    """Return the app, ready to serve, with every page, route and callback behind the gate.

    RegistryError when a callback is declared outside of the registry; FrontEndError when set-up has not run.
    """
    import_modules(public_only=settings.public_only)
    server = Flask("dashboard", static_folder=None, template_folder="documents/templates")
    server.secret_key = settings.secret_key
    server.session_interface = NullSessionInterface()
    server.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    context = AppContext(source=source, settings=settings)
    app_registry = declared.restrict_to_modules(_list_public_modules()) if settings.public_only else declared.copy()
    server.extensions["context"], server.extensions["registry"] = context, app_registry
    _add_routes(server, app_registry)
    app = _make_dash(server, settings)
    app.layout = _build_layout
    app_registry.register_callbacks(app)
    _add_error_handler(server)
    # Flask runs response handlers in reverse order: the gate's filter first, then the page cache, then compression,
    # then the log line, and last the cache of public responses.
    metrics = Metrics(context)
    _add_middleware(server, EditionResponseCache(server.wsgi_app, context, metrics), settings)
    install_operations(server, context, metrics)
    _add_response_handler(server, settings, make_content_security_policy(app.csp_hashes()))
    install_page_cache(server, app, PageCache())
    install_gate(server, Gate(context, app_registry, make_not_found_response))
    install_request_ids(server, context)
    # With its first request Dash adds the callbacks of the global `dash.callback`, which the registry doesn't know.
    server.test_client().get(DEPENDENCIES_PATH)
    app_registry.check_callbacks(app)
    return app


def _add_middleware(server: Flask, cache: EditionResponseCache, settings: Settings) -> None:
    """Set the WSGI middleware: the cache of public responses innermost, which sees addresses without the base path."""
    server.after_request(cache.store)
    server.wsgi_app = cache  # type: ignore[method-assign]
    if settings.base_path:
        server.wsgi_app = BasePathMiddleware(server.wsgi_app, settings.base_path)  # type: ignore[method-assign]
    if settings.proxies:
        count = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def tune_garbage_collection() -> None:
    """Exclude objects loaded before the first request from garbage collection, and collect less often.

    A page creates some thousand short-lived components; scanning the plan for cycles took a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


EXTRA_PUBLIC_MODULES = (
    "dashboard.pages.explore",
    "dashboard.callbacks.router",
    "dashboard.callbacks.explore",
    "dashboard.callbacks.drill_down",
)
"""What anonymous visitors may use besides `dashboard.public`: the explore page, its controls and clicks on charts."""


def import_modules(*, public_only: bool = False) -> None:
    """Import every module that declares pages, routes or callbacks; with `public_only` the public ones."""
    for name in _list_public_modules() if public_only else _list_modules():
        importlib.import_module(name)


def _list_modules() -> list[str]:
    packages = (dashboard.pages, dashboard.callbacks, dashboard.documents, dashboard.public)
    return [
        f"{package.__name__}.{module.name}" for package in packages for module in pkgutil.iter_modules(package.__path__)
    ]


def _list_public_modules() -> list[str]:
    return [name for name in _list_modules() if name.startswith("dashboard.public.") or name in EXTRA_PUBLIC_MODULES]


def _make_dash(server: Flask, settings: Settings) -> Dash:
    return StaffApp(
        "dashboard",
        # Dash's own types are too narrow for both.
        server=cast(Any, server),
        update_title=cast(Any, None),
        title="CARDEC",
        # The browser's addresses have the base path, Flask's routes don't.
        requests_pathname_prefix=f"{settings.base_path}/",
        routes_pathname_prefix="/",
        use_pages=False,
        pages_folder="",
        include_assets_files=False,
        assets_folder="assets",
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        serve_locally=True,
        enable_mcp=False,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
        add_log_handler=False,
    )


def _build_layout() -> Any:
    """Return the empty frame; the page comes through the router callback, to visitors with its permission."""
    return html.Div(
        [
            dcc.Location(id=ADDRESS, refresh="callback-nav"),
            dcc.Store(id=PAGE_HEAD),
            dcc.Store(id=PAGE_READY),
            dcc.Store(id=CLICKED_POINT),
            dcc.Store(id=SELECTION_READY),
            dcc.Store(id=HEADER_KIND),
            dcc.Store(id=DRAWER_TARGET),
            dcc.Store(id=DRAWER_CLOSED),
            html.Header(id=HEADER),
            html.Div(id=PAGE_TOP),
            html.Div(id=FILTER_BAR),
            html.Div(id=PAGE),
            build_drawer(),
        ]
    )


def _add_routes(server: Flask, declared: Registry) -> None:
    """Add our addresses before Dash's catch-all rule, each with and without the Khmer prefix."""
    server.add_url_rule(f"{PREFIX}<path:name>", "static_file", lambda name: serve_static_file(request))
    server.add_url_rule(PLOTLY_PATH, "plotly", lambda: serve_plotly(request))
    for route in declared.routes:
        for language in LANGUAGES if route.rule != "/health" else ("en",):
            rule = route.rule if language == "en" else f"/{language}{route.rule}"
            endpoint = f"{language} {route.rule} {' '.join(route.methods)}"
            server.add_url_rule(rule, endpoint, _make_view(route), methods=list(route.methods), strict_slashes=False)


def _make_view(route: Route) -> Callable[..., ResponseReturnValue]:
    def view(**path_params: str) -> ResponseReturnValue:
        page = make_page_context(request.path, request.query_string.decode("utf-8", "replace"), path_params)
        return retry_on_stale_snapshot(route.view, page) if request.method == "GET" else route.view(page)

    return view


def _add_error_handler(server: Flask) -> None:
    """Log errors and answer with one sentence, never with a traceback."""

    @server.errorhandler(Exception)
    def handle_error(error: Exception) -> Any:
        locale = get_locale(split_language(request.path)[0])
        if isinstance(error, RequestEntityTooLarge):
            return make_too_large_response(locale)
        if isinstance(error, HTTPException):
            return error
        if isinstance(error, PermissionDeniedError | DependencyException | InvalidResourceError):
            return Response("Not found", 404, mimetype="text/plain")
        if isinstance(error, QueueFullError):
            return make_error_response(locale, 429, text=locale.gettext(error.text, **error.parameters))
        storage_error = find_storage_error(error)
        if isinstance(error, CardecError) or storage_error is not None:
            _log.warning("%s %s: %s", request.method, request.path, error)
            known = storage_error or error
            return make_error_response(locale, 503, text=known.text if isinstance(known, StorageError) else "")
        _log.exception("%s %s", request.method, request.path)
        return make_error_response(locale, 500)


def _add_response_handler(server: Flask, settings: Settings, policy: str) -> None:
    """Compress responses and add the security headers."""

    @server.after_request
    def finish_response(response: Response) -> Response:
        if request.path.startswith(COMPONENT_SUITES_PREFIX) and request.path != PLOTLY_PATH:
            if response.cache_control.max_age:
                response.headers["Cache-Control"] = f"public, max-age={response.cache_control.max_age}, immutable"
            else:
                response.headers["Cache-Control"] = "no-cache"
            compress_fixed_response(request, response)
        else:
            add_font_preloads(response, split_language(request.path)[0])
            gzip_response(request, response)
        return add_headers(response, settings, policy)
