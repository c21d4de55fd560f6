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
        _("There is no such page"),
        paragraph(_("The address may be mistyped, or the page is not open to you.")),
        _way_back(locale),
    )
    page = render_plain_page(title=_("There is no such page"), body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, 404, mimetype="text/html")


def make_error_response(locale: Locale, status: int) -> Response:
    """500 or 503, without a word of what is inside."""
    _ = locale.gettext
    busy = status == 503
    title = _("Busy just now") if busy else _("Something went wrong here")
    message = (
        _("The database is busy or does not answer. Nothing was changed; please try again in a moment.")
        if busy
        else _("The fault was written down for whoever runs this server. Please try again.")
    )
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(message), _way_back(locale))
    page = render_plain_page(title=title, body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, status, mimetype="text/html")


def make_too_large_response(locale: Locale) -> Response:
    """413: more was sent than the address takes; nothing of it was read."""
    _ = locale.gettext
    title = _("That was too large")
    message = _("Nothing was saved. Send fewer or smaller files at once; many returns go in a zip.")
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(message), _way_back(locale))
    page = render_plain_page(title=title, body=body, locale=locale, path="/", with_sign_in=False)
    return Response(page, 413, mimetype="text/html")


def _way_back(locale: Locale) -> Markup:
    _ = locale.gettext
    return Markup('<p><a href="{}">{}</a></p>').format(localize_path("/", locale.language), _("To the first page"))
