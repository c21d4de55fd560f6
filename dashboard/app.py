"""One Flask server with one Dash app in it, and the gate before both."""

import gc
import importlib
import logging
import pkgutil
from typing import Any, cast

from dash import Dash, dcc, html
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, g, request
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

import dashboard.callbacks
import dashboard.documents
import dashboard.pages
import dashboard.public
from dashboard.access.gate import Gate, install_gate
from dashboard.access.headers import add_headers, content_security_policy
from dashboard.access.registry import (
    MAX_FORM_BYTES,
    Context,
    PermissionDeniedError,
    Registry,
    Route,
    make_page_context,
    registry,
    retry_on_stale_snapshot,
)
from dashboard.access.sessions import CSRF_COOKIE, CSRF_HEADER, NullSessionInterface
from dashboard.component_ids import ADDRESS, PAGE, PAGE_HEAD, PAGE_SHOWN
from dashboard.components.error_pages import make_error_response, make_not_found_response, make_too_large_response
from dashboard.components.plain_page import render_style_links
from dashboard.page_cache import PageCache, install_page_cache
from dashboard.selection import split_language
from dashboard.static_files import PREFIX, compress_response, gzip_response, serve_static_file, static_url
from etl.errors import CardecError
from etl.locale import LANGUAGES, get_locale
from etl.queries.data_source import DataSource
from etl.settings import Settings

_log = logging.getLogger(__name__)

STYLESHEETS = ("bootstrap.css", "khmer.css", "base.css", "staff.css", "pages.css", "work.css", "accounts.css")
"""Ours last. They stand alone where Bootstrap's doesn't arrive."""

_PRESSED = ("/_dash-component-suites/",)

_INDEX = Markup(
    '<!doctype html>\n<html lang="{language}"><head>{metas}<title>{title}</title>'
    '<link rel="icon" type="image/svg+xml" href="{icon}">{styles}'
    '<meta name="chart-library" content="{chart_library}"><script src="{script}"></script>'
    '<script src="{pictures}" defer></script>'
    '<script src="{copy}" defer></script></head>\n'
    '<body class="staff"><div id="charts-failed" class="charts-failed" role="status" hidden><p>{failed} '
    '<a href="">{again}</a></p></div>'
    '<div id="react-entry-point"><p class="loading">{loading}</p></div><noscript><p class="note">{noscript}</p>'
    "</noscript>\n<footer>{config}{scripts}{renderer}</footer></body></html>\n"
)


class StaffApp(Dash):
    """Dash with an index page of our own: its language, title, styles and the light chart library."""

    def _generate_scripts_html(self) -> str:
        """Without Dash's own data table, which no page has: all tables are html."""
        return "\n".join(one for one in super()._generate_scripts_html().splitlines() if "/dash_table/" not in one)

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        language, path = split_language(request.path)
        _ = get_locale(language).gettext
        found = g.context.registry.find_page(path)
        safe = {name: Markup(parts[name]) for name in ("metas", "config", "scripts", "renderer")}
        return _INDEX.format(
            language=language,
            title=escape(_(found[0].title, **found[1]) if found else "CARDEC"),
            icon=static_url("icon.svg"),
            styles=render_style_links(STYLESHEETS),
            chart_library=static_url("plotly.js"),
            script=static_url("staff.js"),
            pictures=static_url("charts.js"),
            copy=static_url("copy.js"),
            failed=_("The chart could not be loaded; every number is in the table."),
            again=_("Try again"),
            loading=_("Loading …"),
            noscript=_("These pages need JavaScript."),
            **safe,
        )


def create_app(settings: Settings, source: DataSource, declarations: Registry = registry) -> Dash:
    """The app, ready to serve: every page, route and callback behind the gate.

    RegistryError when a callback stands outside of the registry; FrontEndError when set-up did not run.
    """
    import_modules(public_only=settings.public_only)
    server = Flask("dashboard", static_folder=None)
    server.secret_key = settings.secret_key
    server.session_interface = NullSessionInterface()
    server.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    if settings.proxies:
        count = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    context = Context(source=source, settings=settings, registry=_chosen(declarations, settings))
    server.extensions["context"] = context
    _add_routes(server, context.registry)
    app = _make_dash(server)
    app.layout = _build_layout
    context.registry.register_callbacks(app)
    _learn_scripts(app)
    install_gate(server, app, Gate(context, make_not_found_response))
    install_page_cache(server, app, PageCache())
    _add_failures(server)
    _finish_answers(server, settings, content_security_policy(app.csp_hashes()))
    return app


def tune_garbage_collection() -> None:
    """Tells the collector that what a server loads before its first request stays, and to look less often after it.

    A page makes some thousand parts and drops them all: looking through them, and the plan, took a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


EXTRA_PUBLIC_MODULES = ("dashboard.pages.explore", "dashboard.callbacks.router")
"""What anybody may use besides `dashboard.public`: the interactive page, and the callback that every page comes by."""


def import_modules(*, public_only: bool = False) -> None:
    """Imports every page, callback and public module, so that each declares itself; or those for anybody alone."""
    for name in _public_modules() if public_only else _modules():
        importlib.import_module(name)


def _modules() -> list[str]:
    packages = (dashboard.pages, dashboard.callbacks, dashboard.documents, dashboard.public)
    return [f"{one.__name__}.{module.name}" for one in packages for module in pkgutil.iter_modules(one.__path__)]


def _public_modules() -> list[str]:
    return [name for name in _modules() if name.startswith("dashboard.public.") or name in EXTRA_PUBLIC_MODULES]


def _chosen(declared: Registry, settings: Settings) -> Registry:
    """All declarations, or on a donors-only server those of the public modules alone, whatever else was imported."""
    return declared.restrict_to_modules(_public_modules()) if settings.public_only else declared.copy()


def _make_dash(server: Flask) -> Dash:
    return StaffApp(
        "dashboard",
        # Dash's own types are too narrow for both.
        server=cast(Any, server),
        update_title=cast(Any, None),
        title="CARDEC",
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


def _learn_scripts(app: Dash) -> None:
    """Dash serves only scripts that an index page has named, and with several workers another may have made it."""
    app._generate_scripts_html()
    app._generate_css_dist_html()  # type: ignore[no-untyped-call]


def _build_layout() -> Any:
    """An empty shell: what stands in it comes through the router, to whom it may."""
    return html.Div(
        [
            dcc.Location(id=ADDRESS, refresh=False),
            dcc.Store(id=PAGE_HEAD),
            dcc.Store(id=PAGE_SHOWN),
            html.Div(id=PAGE),
        ]
    )


def _add_routes(server: Flask, declared: Registry) -> None:
    """Our addresses stand before Dash's catch-all, each with and without the Khmer prefix."""
    server.add_url_rule(f"{PREFIX}<path:name>", "static_file", lambda name: serve_static_file(request))
    for route in declared.routes:
        rule = route.rule.replace("<", "<string:")
        for language in LANGUAGES if rule != "/health" else ("en",):
            address = rule if language == "en" else f"/{language}{rule}"
            endpoint = f"{language} {route.rule} {' '.join(route.methods)}"
            server.add_url_rule(address, endpoint, _view_of(route), methods=list(route.methods), strict_slashes=False)


def _view_of(route: Route) -> Any:
    def view(**codes: str) -> Any:
        asked = make_page_context(request.path, request.query_string.decode("utf-8", "replace"), codes)
        return retry_on_stale_snapshot(route.view, asked) if request.method == "GET" else route.view(asked)

    return view


def _add_failures(server: Flask) -> None:
    """What goes wrong is written down and told in one sentence; nobody sees a traceback."""

    @server.errorhandler(Exception)
    def answer(error: Exception) -> Any:
        language, _ = split_language(request.path)
        if isinstance(error, RequestEntityTooLarge):
            return make_too_large_response(get_locale(language))
        if isinstance(error, HTTPException):
            return error
        if isinstance(error, PermissionDeniedError | DependencyException | InvalidResourceError):
            return Response("Not found", 404, mimetype="text/plain")
        if isinstance(error, CardecError):
            _log.warning("%s %s: %s", request.method, request.path, error)
            return make_error_response(get_locale(language), 503)
        _log.exception("%s %s", request.method, request.path)
        return make_error_response(get_locale(language), 500)


def _finish_answers(server: Flask, settings: Settings, policy: str) -> None:
    @server.after_request
    def finish(response: Response) -> Response:
        if request.path.startswith(_PRESSED):
            if response.cache_control.max_age:
                response.headers["Cache-Control"] = f"public, max-age={response.cache_control.max_age}, immutable"
            else:
                response.headers["Cache-Control"] = "no-cache"
            compress_response(request, response)
        else:
            gzip_response(request, response)
        return add_headers(response, settings, policy)
