"""Who is asking: the session's cookie, its CSRF token, and whether a request came from our own pages."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from etl.queries.source import Source
from etl.settings import Settings
from etl.use_cases.accounts.sign_in import AT_MOST, SignedIn, find_signed_in

SESSION_COOKIE = "session"
CSRF_COOKIE = "csrf"
CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf"


def find_session_of(request: Request, source: Source, now: datetime) -> SignedIn | None:
    """Who the request's cookie belongs to; None without one or when its session has ended."""
    token = request.cookies.get(SESSION_COOKIE, "")
    return find_signed_in(source.engine, token, now=now) if token else None


def csrf_token(session: SignedIn, secret_key: str) -> str:
    """The token that every write of this session must carry; nobody can make it without the server's secret."""
    return hmac.new(secret_key.encode(), f"csrf\n{session.csrf_seed}".encode(), hashlib.sha256).hexdigest()


def has_csrf_token(request: Request, session: SignedIn, secret_key: str) -> bool:
    """Whether a callback (in its header) or a form (in a field) carries the session's token."""
    sent = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD, "") if not request.is_json else "")
    return hmac.compare_digest(sent.encode(), csrf_token(session, secret_key).encode())


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site caused the request."""
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def is_posted_from_elsewhere(request: Request) -> bool:
    """The same for a form, which older browsers mark by its origin only."""
    origin = request.headers.get("Origin", "")
    return is_from_elsewhere(request) or (bool(origin) and urlsplit(origin).netloc != request.host)


def keep_session(response: Response, token: str, session: SignedIn, settings: Settings) -> None:
    """Puts both cookies on the answer. The CSRF one is read by our scripts, so it can't be HttpOnly."""
    age = int(AT_MOST.total_seconds())
    secure = settings.session_cookie_secure
    response.set_cookie(SESSION_COOKIE, token, max_age=age, httponly=True, samesite="Lax", secure=secure)
    csrf = csrf_token(session, settings.secret_key)
    response.set_cookie(CSRF_COOKIE, csrf, max_age=age, httponly=False, samesite="Lax", secure=secure)


def drop_session(response: Response, settings: Settings) -> None:
    """Takes both cookies away."""
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, samesite="Lax", secure=settings.session_cookie_secure)


class NoFlaskSession(SessionInterface):
    """Flask's own session, which nothing here uses: no cookie is read for it, and none can be set."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is kept."""
