"""Responses for unknown addresses and for errors: plain HTML with a link to the home page, JSON for the API."""

import json

from flask import Response, g, request

from dashboard.components.plain_page import render_plain_page
from dashboard.selection import split_language
from etl.locale import Locale

API_PREFIX = "/api/"


def make_not_found_response(locale: Locale, path: str) -> Response:
    """Return a 404 page. It is the same for an unknown address and for one that the visitor may not open."""
    _ = locale.gettext
    message = _("Check the address. If it is correct, the page no longer exists or you may not open it.")
    return _make_response(locale, 404, _("Page not found"), message)


def make_error_response(locale: Locale, status: int, *, text: str = "") -> Response:
    """Return a page for status 500 or 503 that tells nothing about the error but `text`, an English message."""
    _ = locale.gettext
    if text:
        return _make_response(locale, status, _("Not possible now"), _(text))
    if status == 503:
        message = _("The database is busy or not responding. Nothing was changed. Try again in a moment.")
        return _make_response(locale, status, _("The service is busy"), message)
    return _make_response(locale, status, _("Something went wrong"), _("The error has been logged. Try again later."))


def make_too_large_response(locale: Locale) -> Response:
    """Return a 413 page for a request that was refused before it was read."""
    _ = locale.gettext
    message = _("Nothing was saved. Upload fewer or smaller files, or put the returns in a zip file.")
    return _make_response(locale, 413, _("The upload is too large"), message)


def _make_response(locale: Locale, status: int, title: str, message: str) -> Response:
    """Return an error page; of errors that were logged it names the reference of the log line."""
    reference = g.get("request_id", "") if status >= 500 else ""
    if split_language(request.path)[1].startswith(API_PREFIX):
        error = {"error": f"{title}. {message}", **({"reference": reference} if reference else {})}
        return Response(json.dumps(error, ensure_ascii=False), status, mimetype="application/json")
    html = render_plain_page(
        "error.html",
        title=title,
        locale=locale,
        path="/",
        with_sign_in=False,
        message=message,
        reference=locale.gettext("Reference for the administrator: {reference}", reference=reference)
        if reference
        else "",
    )
    return Response(html, status, mimetype="text/html")
