"""The security headers of every response: what a page may load, who may frame it, and that it is not cached."""

from collections.abc import Sequence

from flask import Response

from etl.settings import Settings

_COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
_PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Headers of documents that a browser can open by themselves: every type except `_ASSET_TYPES`."""

_ASSET_TYPES = ("text/css", "text/javascript", "font/")
"""Styles, scripts and fonts follow the policy of their page, so they do not repeat its headers, half a KB each."""

FRAMED_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors *",
    )
)
"""The policy of pages that other sites may frame: no script, no form."""


def make_content_security_policy(script_hashes: Sequence[str]) -> str:
    """Return a policy that allows only our own origin, and the inline scripts of Dash by their hashes.

    Inline styles are allowed because plotly.js creates them and has no option not to.
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
    """Add the headers that the response does not set itself. Without its own `Cache-Control` it is not cached."""
    headers = {**_COMMON_HEADERS, "Cache-Control": "no-store"}
    if not (response.mimetype or "").startswith(_ASSET_TYPES):
        headers |= {**_PAGE_HEADERS, "Content-Security-Policy": policy}
    if settings.session_cookie_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.headers.get("Content-Security-Policy") == FRAMED_POLICY:
        headers.pop("X-Frame-Options", None)
    present_names = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in headers.items() if name.lower() not in present_names])
    return response
