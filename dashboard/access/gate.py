"""The one door: every request passes here first, and what is not let in by name is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from dash import Dash
from flask import Flask, Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.registry import ANONYMOUS, Context, Permission, Registry, Visitor
from dashboard.access.sessions import (
    find_request_session,
    has_csrf_token,
    is_cross_site,
    is_cross_site_post,
    make_csrf_token,
)
from dashboard.selection import localize_path, split_language
from dashboard.static_files import PREFIX
from etl.locale import Locale, get_locale
from etl.use_cases.accounts.sign_in import SignedInUser

SIGN_IN = "/sign-in"
PUBLIC_PREFIXES = (
    *("/indicators", "/objectives", "/programmes", "/editions", "/explore", "/api", "/about", "/feed"),
    *("/downloads", "/assets", "/index.html", "/changes.html"),
)
"""Under these an address that doesn't exist is said not to, with the way back; elsewhere it could be a private one."""

SIGNED_OUT_HEADER = "X-Signed-Out"
"""On a refused callback of anybody who isn't signed in: the page then loads anew, which leads to sign-in."""

_OPEN = (PREFIX, "/_dash-component-suites/")
_FILTERED = ("/_dash-layout", "/_dash-dependencies")
_UPDATE = "/_dash-update-component"
_READS = ("GET", "HEAD")
_LARGEST_CALLBACK = 256 * 1024

NotFoundView = Callable[[Locale, str], ResponseReturnValue]
"""Makes the 404 page for a language and a path."""


@dataclass(frozen=True)
class Gate:
    """Knows what there is and who may have it. `make_not_found_response` makes the page for what doesn't exist."""

    context: Context
    render_not_found: NotFoundView

    @property
    def registry(self) -> Registry:
        return self.context.registry

    def check_request(self) -> ResponseReturnValue | None:
        """None lets the request pass; anything else is the answer."""
        g.context, g.visitor, g.session = self.context, ANONYMOUS, None
        if request.path.startswith(_OPEN):
            return None if request.method in _READS else ("Not allowed", 405)
        if request.method not in _READS and is_cross_site(request):
            return "Refused: the request comes from another site.", 403
        if not self.context.settings.public_only:
            g.session = find_request_session(request, self.context.source, self.context.settings.now())
            g.visitor = make_visitor(g.session)
        if request.path in _FILTERED:
            return None if request.method in _READS else ("Not allowed", 405)
        if request.path == _UPDATE:
            return self._check_callback()
        return self._check_address()

    def _check_callback(self) -> ResponseReturnValue | None:
        request.max_content_length = _LARGEST_CALLBACK
        body = request.get_json(silent=True) if request.method == "POST" else None
        key = body.get("output") if isinstance(body, dict) else None
        needed = self.registry.callback_permissions.get(key) if isinstance(key, str) else None
        if needed is None or not g.visitor.has_permission(needed):
            return self._refuse_callback()
        if needed is not Permission.PUBLIC and not self._has_token():
            return "Refused: the page's token is missing or old. Load the page again.", 403
        return None

    def _refuse_callback(self) -> ResponseReturnValue:
        """The same for a callback that doesn't exist and one that is another's."""
        response = Response("Not found", 404, mimetype="text/plain")
        if not g.visitor.is_signed_in:
            response.headers[SIGNED_OUT_HEADER] = "1"
        return response

    def _check_address(self) -> ResponseReturnValue | None:
        _, path = split_language(request.path)
        route = self.registry.find_route(path)
        if (
            route
            and request.method in (*route[0].methods, "HEAD", "OPTIONS")
            and g.visitor.has_permission(route[0].permission)
        ):
            request.max_content_length = route[0].max_content_length
            return self._check_write(route[0].permission)
        page = self.registry.find_page(path)
        if page and request.method in _READS and g.visitor.has_permission(page[0].permission):
            return None
        return self._refuse(path)

    def _check_write(self, permission: Permission) -> ResponseReturnValue | None:
        if request.method in _READS:
            return None
        if is_cross_site_post(request):
            return "Refused: the form was sent from another site.", 403
        if permission is not Permission.PUBLIC and not self._has_token():
            return "Refused: the form's token is missing or old. Load the page again.", 403
        return None

    def _refuse(self, path: str) -> ResponseReturnValue:
        """Anybody is sent to sign in, whether the address exists or not; who is signed in is told that it doesn't."""
        language, _ = split_language(request.path)
        is_public = self.context.settings.public_only or path.startswith(PUBLIC_PREFIXES)
        if g.visitor.is_signed_in or is_public:
            return self.render_not_found(get_locale(language), path)
        wanted = request.full_path if request.query_string else request.path
        return redirect(sign_in_address(language, wanted), 302)

    def _has_token(self) -> bool:
        return g.session is not None and has_csrf_token(request, g.session, self.context.settings.secret_key)


def current_csrf_token() -> str:
    """What the forms of the current visitor's pages carry; blank for anybody."""
    return make_csrf_token(g.session, g.context.settings.secret_key) if g.session is not None else ""


def install_gate(server: Flask, app: Dash, gate: Gate) -> None:
    """Puts the gate before everything else, and filtered views in the place of Dash's own."""
    server.before_request_funcs.setdefault(None, []).insert(0, gate.check_request)

    def list_callbacks() -> Response:
        permissions = gate.registry.callback_permissions
        known = [one for one in app._callback_list if _may_call(g.visitor, permissions.get(one["output"]))]
        return jsonify(known)

    server.view_functions["/_dash-dependencies"] = list_callbacks


def _may_call(visitor: Visitor, needed: Permission | None) -> bool:
    return needed is not None and visitor.has_permission(needed)


def make_visitor(session: SignedInUser | None) -> Visitor:
    """Who asks, with what the session's account may do."""
    if session is None:
        return ANONYMOUS
    return Visitor(name=session.name, display_name=session.display_name, role=session.role, sites=session.sites)


def sign_in_address(language: str, next_address: str) -> str:
    """Where anybody is sent to sign in, and from there to what they wanted."""
    return f"{localize_path(SIGN_IN, language)}?next={quote(next_address, safe='/')}"
