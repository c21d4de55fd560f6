"""What is said when an address doesn't exist or something went wrong: plain HTML with the way back."""

from flask import Response
from markupsafe import Markup

from dashboard.components.plain_page import paragraph, render_plain_page
from dashboard.selection import localize_path
from etl.locale import Locale


def make_not_found_response(locale: Locale, path: str) -> Response:
    """404: the same for what doesn't exist and for what its visitor has no right to."""
    _ = locale.gettext
    body = Markup("<h1>{}</h1>{}{}").format(
        _("Page not found"),
        paragraph(_("The address may be mistyped, or the page is not open to you.")),
        _way_back(locale),
    )
    page = render_plain_page(title=_("Page not found"), body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, 404, mimetype="text/html")


def make_error_response(locale: Locale, status: int) -> Response:
    """500 or 503, without a word of what is inside."""
    _ = locale.gettext
    busy = status == 503
    title = _("The service is busy") if busy else _("Something went wrong")
    message = (
        _("The database is busy or not responding. Nothing was changed. Try again in a moment.")
        if busy
        else _("The error has been logged. Try again later.")
    )
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(message), _way_back(locale))
    page = render_plain_page(title=title, body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, status, mimetype="text/html")


def make_too_large_response(locale: Locale) -> Response:
    """413: more was sent than the address takes; nothing of it was read."""
    _ = locale.gettext
    title = _("The upload is too large")
    message = _("Nothing was saved. Upload fewer or smaller files, or put the returns in a zip file.")
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(message), _way_back(locale))
    page = render_plain_page(title=title, body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, 413, mimetype="text/html")


def _way_back(locale: Locale) -> Markup:
    _ = locale.gettext
    return Markup('<p><a href="{}">{}</a></p>').format(localize_path("/", locale.language), _("Go to the home page"))
