"""Sessions of requests: the session cookie, its CSRF token, and checks for cross-site requests."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from dashboard.selection import add_base_path
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.accounts.sign_in import MAX_SESSION_AGE, SignedInUser, find_signed_in_user

SESSION_COOKIE = "session"
CSRF_COOKIE = "csrf"
DEVICE_COOKIE = "device"
_MAX_DEVICE_TOKENS = 5
"""Accounts that a shared computer is known for."""
_DEVICE_AGE = 365 * 24 * 3600
CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf"


def find_request_session(request: Request, source: DataSource, now: datetime) -> SignedInUser | None:
    """Return the user of the request's session; None without a cookie or when its session has ended."""
    token = request.cookies.get(SESSION_COOKIE, "")
    return find_signed_in_user(source.engine, token, now=now) if token else None


def make_csrf_token(session: SignedInUser, secret_key: str) -> str:
    """Return the token that every write of this session must carry. Making it takes the server's secret."""
    return hmac.new(secret_key.encode(), f"csrf\n{session.csrf_seed}".encode(), hashlib.sha256).hexdigest()


def has_csrf_token(request: Request, session: SignedInUser, secret_key: str) -> bool:
    """Whether a callback (in its header) or a form (in a field) carries the session's token."""
    request_token = request.headers.get(CSRF_HEADER) or (
        request.form.get(CSRF_FIELD, "") if not request.is_json else ""
    )
    return hmac.compare_digest(request_token.encode(), make_csrf_token(session, secret_key).encode())


def is_cross_site(request: Request) -> bool:
    """Whether the browser says that another site caused the request."""
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def is_cross_site_post(request: Request) -> bool:
    """Check the same of a form, which older browsers mark by its origin only."""
    origin = request.headers.get("Origin", "")
    return is_cross_site(request) or (bool(origin) and urlsplit(origin).netloc != request.host)


def set_session_cookies(response: Response, token: str, session: SignedInUser, settings: Settings) -> None:
    """Set both cookies on the response. Our scripts read the CSRF cookie, so it can't be HttpOnly."""
    age = int(MAX_SESSION_AGE.total_seconds())
    secure = settings.session_cookie_secure
    path = add_base_path("/")
    response.set_cookie(SESSION_COOKIE, token, max_age=age, path=path, httponly=True, samesite="Lax", secure=secure)
    csrf = make_csrf_token(session, settings.secret_key)
    response.set_cookie(CSRF_COOKIE, csrf, max_age=age, path=path, httponly=False, samesite="Lax", secure=secure)


def read_device_tokens(request: Request) -> tuple[str, ...]:
    """Return the tokens of accounts that have signed in on this browser, the last one first."""
    return tuple(request.cookies.get(DEVICE_COOKIE, "").split(".")[:_MAX_DEVICE_TOKENS])


def add_device_cookie(request: Request, response: Response, token: str, settings: Settings) -> None:
    """Let the browser be known at the account's next sign-in. It lets nobody in: it only has limits of its own."""
    known = [old for old in read_device_tokens(request) if old]
    value = ".".join([token, *known][:_MAX_DEVICE_TOKENS])
    response.set_cookie(
        DEVICE_COOKIE,
        value,
        max_age=_DEVICE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.session_cookie_secure,
        path=add_base_path("/"),
    )


def delete_session_cookies(response: Response, settings: Settings) -> None:
    """Delete both cookies."""
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, path=add_base_path("/"), samesite="Lax", secure=settings.session_cookie_secure)


class NullSessionInterface(SessionInterface):
    """Flask's own session, which nothing here uses: no cookie is read for it, and none can be set."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is saved."""
