"""The request gate: it checks every request first and refuses addresses that are not registered."""

import socket
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.api_tokens import make_token_refusal, read_bearer_token
from dashboard.access.context import AppContext
from dashboard.access.operations import OPERATIONS_PATHS, may_see_operations
from dashboard.access.permissions import ANONYMOUS, Permission, Visitor
from dashboard.access.registry import Registry
from dashboard.access.sessions import (
    find_request_session,
    has_csrf_token,
    is_cross_site,
    is_cross_site_post,
    make_csrf_token,
)
from dashboard.dash_internals import (
    CALLBACK_PATH,
    COMPONENT_SUITES_PREFIX,
    DEPENDENCIES_PATH,
    LAYOUT_PATH,
    filter_dependencies,
    read_callback_call,
)
from dashboard.selection import add_base_path, append_parameters, localize_path, set_base_path, split_language
from dashboard.static_files import PREFIX
from etl.errors import CardecError
from etl.locale import Locale, get_locale
from etl.use_cases.accounts.api_tokens import check_api_token
from etl.use_cases.accounts.sign_in import SignedInUser

SIGN_IN = "/sign-in"
HEALTH_PATH = "/health"
"""Answered without the database, also to somebody who is signed in."""
PRIVATE_PREFIXES = ("/staff", "/admin", "/sign-out")
"""Anonymous visitors are redirected to sign-in from every address below these, whether it exists or not."""

SIGNED_OUT_HEADER = "X-Signed-Out"
"""Set on refused callbacks of anonymous visitors: the browser then reloads the page, which leads to sign-in."""

SIGNED_OUT_NOTICE = "signed-out"
"""The notice of sign-in and of the page after it when a form was sent after the session had ended."""

_OPEN_PREFIXES = (PREFIX, COMPONENT_SUITES_PREFIX)
_FILTERED_PATHS = (LAYOUT_PATH, DEPENDENCIES_PATH)
_SAFE_METHODS = ("GET", "HEAD")
_MAX_CALLBACK_BYTES = 256 * 1024
_ANONYMOUS_BODIES = BoundedSemaphore(3)
"""Bodies that a process reads from strangers at a time. nginx sends whole bodies; without it slow clients would hold
all threads (8 in deploy/gunicorn.conf.py)."""
_BODY_WAIT_SECONDS = 0.05


class TooManyBodiesError(CardecError):
    """Strangers are sending more bodies at a time than a process reads."""


NotFoundView = Callable[[Locale, str], ResponseReturnValue]
"""Renders the 404 page for a locale and a path."""


@dataclass(frozen=True)
class Gate:
    """Decides for each request whether its visitor may make it."""

    context: AppContext
    registry: Registry
    render_not_found: NotFoundView

    def check_request(self) -> ResponseReturnValue | None:
        """Return None to let the request pass, or the response that refuses it."""
        set_base_path(request.script_root)
        g.context, g.visitor, g.session = self.context, ANONYMOUS, None
        if _has_control_characters(request.path) or b"%00" in request.query_string:
            # No address of ours has any, and PostgreSQL stores no NUL.
            return self.render_not_found(get_locale(split_language(request.path)[0]), "/")
        if request.path in OPERATIONS_PATHS:
            is_allowed = request.method in _SAFE_METHODS and may_see_operations(request, self.context)
            return None if is_allowed else Response("Not found", 404, mimetype="text/plain")
        if request.path.startswith(_OPEN_PREFIXES):
            return None if request.method in _SAFE_METHODS else ("Not allowed", 405)
        if request.method not in _SAFE_METHODS and is_cross_site(request):
            return "Refused: the request comes from another site.", 403
        if (token := self._find_token()) is not None:
            return self._check_token(token)
        if not self.context.settings.public_only and request.path != HEALTH_PATH:
            g.session = self._find_session()
            g.visitor = make_visitor(g.session)
        if request.path in _FILTERED_PATHS:
            return None if request.method in _SAFE_METHODS else ("Not allowed", 405)
        if request.path == CALLBACK_PATH:
            return self._check_callback()
        return self._check_address()

    def _find_token(self) -> str | None:
        """Return the API token of a request for an address that accepts tokens; None for all other requests."""
        match = self.registry.find_route(split_language(request.path)[1])
        if match is None or not match[0].accepts_tokens or request.method not in _SAFE_METHODS:
            return None
        return read_bearer_token(request)

    def _check_token(self, token: str) -> ResponseReturnValue | None:
        """Let the user of a valid token pass as on any address; a session of the same request doesn't count."""
        settings = self.context.settings
        check = check_api_token(
            self.context.source.engine,
            token,
            address=request.remote_addr or "",
            pepper=settings.secret_key,
            now=settings.now(),
        )
        if check.user is None:
            return make_token_refusal(check.outcome)
        g.visitor = make_visitor(check.user)
        return self._check_address()

    def _find_session(self) -> SignedInUser | None:
        """Return the session of the request. Public pages go on without it while the database is away."""
        try:
            return find_request_session(request, self.context.source, self.context.settings.now())
        except CardecError:
            match = self.registry.find_route(split_language(request.path)[1])
            if match is None or match[0].permission is not Permission.PUBLIC or request.method not in _SAFE_METHODS:
                raise
            return None

    def filter_response(self, response: Response) -> Response:
        """Remove what the visitor may not call from Dash's list of callbacks."""
        if request.path == DEPENDENCIES_PATH and response.status_code == 200 and request.method == "GET":
            return filter_dependencies(response, self._may_call)
        return response

    def _may_call(self, callback_id: str) -> bool:
        permission = self.registry.callback_permissions.get(callback_id)
        return permission is not None and g.visitor.has_permission(permission)

    def _check_callback(self) -> ResponseReturnValue | None:
        request.max_content_length = _MAX_CALLBACK_BYTES
        _read_body()
        call = read_callback_call(request)
        if call is None or not self._may_call(call.callback_id):
            return self._refuse_callback()
        is_public = self.registry.callback_permissions[call.callback_id] is Permission.PUBLIC
        if not is_public and not self._has_token():
            return "Refused: the page's token is missing or old. Reload the page.", 403
        return None

    def _refuse_callback(self) -> ResponseReturnValue:
        """Return the same 404 for a callback that doesn't exist and one that the visitor may not call."""
        response = Response("Not found", 404, mimetype="text/plain")
        if not g.visitor.is_signed_in:
            response.headers[SIGNED_OUT_HEADER] = "1"
        return response

    def _check_address(self) -> ResponseReturnValue | None:
        _, path = split_language(request.path)
        if match := self.registry.find_route(path):
            route = match[0]
            is_allowed = request.method in (*route.methods, "HEAD", "OPTIONS")
            if is_allowed and g.visitor.has_permission(route.permission):
                request.max_content_length = route.max_content_length
                return self._check_write(route.permission)
            if route.accepts_tokens and request.method in _SAFE_METHODS and not g.visitor.is_signed_in:
                return make_token_refusal()
        page = self.registry.find_page(path)
        if page and request.method in _SAFE_METHODS and g.visitor.has_permission(page[0].permission):
            return None
        return self._refuse(path)

    def _check_write(self, permission: Permission) -> ResponseReturnValue | None:
        if request.method in _SAFE_METHODS:
            return None
        if is_cross_site_post(request):
            return "Refused: the form was sent from another site.", 403
        if permission is not Permission.PUBLIC and not self._has_token():
            return "Refused: the form's token is missing or old. Reload the page.", 403
        _read_body()
        if any("\x00" in value for value in request.form.values()):
            return "Refused: the form contains a character that cannot be stored.", 400
        return None

    def _refuse(self, path: str) -> ResponseReturnValue:
        """Redirect anonymous visitors from private addresses to sign-in; answer with 404 otherwise."""
        language, _ = split_language(request.path)
        is_public = self.context.settings.public_only or not path.startswith(PRIVATE_PREFIXES)
        if g.visitor.is_signed_in or is_public:
            return self.render_not_found(get_locale(language), path)
        if request.method == "POST":
            next_address = append_parameters(_find_form_address(), notice=SIGNED_OUT_NOTICE)
            return redirect(make_sign_in_address(language, next_address, notice=SIGNED_OUT_NOTICE), 302)
        return redirect(make_sign_in_address(language, _get_own_address()), 302)

    def _has_token(self) -> bool:
        return g.session is not None and has_csrf_token(request, g.session, self.context.settings.secret_key)


def _find_form_address() -> str:
    """Return the address of the page whose form was sent: the one that the browser names, else that of the request.

    It does not depend on which addresses exist, so that anonymous visitors learn nothing about them.
    """
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host and split_language(referrer.path)[1].startswith(PRIVATE_PREFIXES):
        query = urlencode([pair for pair in parse_qsl(referrer.query) if pair[0] != "notice"])
        return referrer.path + (f"?{query}" if query else "")
    return _get_own_address()


def _get_own_address() -> str:
    return add_base_path(request.full_path if request.query_string else request.path)


def _read_body() -> None:
    """Read the whole body of an anonymous visitor. TooManyBodiesError when others are being read, slowly."""
    if g.visitor.is_signed_in:
        return
    if not _ANONYMOUS_BODIES.acquire(timeout=_BODY_WAIT_SECONDS):
        if connection := request.environ.get("gunicorn.socket"):
            # Else gunicorn would wait for the rest of the body, as long as it comes slowly.
            connection.shutdown(socket.SHUT_RD)
        raise TooManyBodiesError("Too many requests of strangers are being read.")
    try:
        request.get_data()
    finally:
        _ANONYMOUS_BODIES.release()


def get_csrf_token() -> str:
    """Return the token that the forms of the current visitor's pages carry; an empty string for anonymous ones."""
    return make_csrf_token(g.session, g.context.settings.secret_key) if g.session is not None else ""


def install_gate(server: Flask, gate: Gate) -> None:
    """Run the gate before all other request handlers, and its filter after Dash's list of callbacks."""
    server.before_request_funcs.setdefault(None, []).insert(0, gate.check_request)
    server.after_request(gate.filter_response)


def _has_control_characters(path: str) -> bool:
    return not path.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path)


def make_visitor(session: SignedInUser | None) -> Visitor:
    """Return the visitor of a session; the anonymous one without a session."""
    if session is None:
        return ANONYMOUS
    return Visitor(name=session.name, display_name=session.display_name, role=session.role, sites=session.sites)


def make_sign_in_address(language: str, next_address: str, *, notice: str = "") -> str:
    """Return the address of the sign-in page, which leads back to `next_address`."""
    address = f"{localize_path(SIGN_IN, language)}?next={quote(next_address, safe='/')}"
    return append_parameters(address, notice=notice)
