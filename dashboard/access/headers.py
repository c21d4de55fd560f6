"""The headers on every answer: what a page may load, who may frame it, what may be kept."""

from collections.abc import Sequence

from flask import Response

from etl.settings import Settings

_ALWAYS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
_OF_PAGES = {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What a browser heeds on what it shows as a page by itself: anything but the kinds of `_PARTS`."""

_PARTS = ("text/css", "text/javascript", "font/")
"""Styles, scripts and fonts are parts of a page, whose own headers rule them; there they would weigh half a KB each."""


def make_content_security_policy(script_hashes: Sequence[str]) -> str:
    """Everything from our own origin; scripts also by the hashes of those that Dash writes into its page.

    Styles may stand in the page, since plotly.js makes its own and can't be told otherwise.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def add_headers(response: Response, settings: Settings, policy: str) -> Response:
    """The answer with the headers that it doesn't have yet; what doesn't say how long it may be kept isn't."""
    headers = {**_ALWAYS, "Cache-Control": "no-store"}
    if not (response.mimetype or "").startswith(_PARTS):
        headers |= {**_OF_PAGES, "Content-Security-Policy": policy}
    if settings.session_cookie_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    there = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in headers.items() if name.lower() not in there])
    return response
