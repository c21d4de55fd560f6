"""What is said when an address doesn't exist or something went wrong: plain HTML with the way back."""

from flask import Response
from markupsafe import Markup

from dashboard.components.plain_page import paragraph, plain_page
from dashboard.selection import in_language
from etl.locale.translations import speak


def answer_unknown(language: str, path: str) -> Response:
    """404: the same for what doesn't exist and for what its visitor has no right to."""
    say = speak(language)
    body = Markup("<h1>{}</h1>{}{}").format(
        say("There is no such page"),
        paragraph(say("The address may be mistyped, or the page is not open to you.")),
        _way_back(language),
    )
    page = plain_page(title=say("There is no such page"), body=body, language=language, path="/", with_entry=False)
    return Response(page, 404, mimetype="text/html")


def answer_failure(language: str, status: int) -> Response:
    """500 or 503, without a word of what is inside."""
    say = speak(language)
    busy = status == 503
    title = say("Busy just now") if busy else say("Something went wrong here")
    told = (
        say("The database is busy or does not answer. Nothing was changed; please try again in a moment.")
        if busy
        else say("The fault was written down for whoever runs this server. Please try again.")
    )
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(told), _way_back(language))
    page = plain_page(title=title, body=body, language=language, path="/", with_entry=False)
    return Response(page, status, mimetype="text/html")


def answer_too_large(language: str) -> Response:
    """413: more was sent than the address takes; nothing of it was read."""
    say = speak(language)
    title = say("That was too large")
    told = say("Nothing was saved. Send fewer or smaller files at once; many returns go in a zip.")
    body = Markup("<h1>{}</h1>{}{}").format(title, paragraph(told), _way_back(language))
    page = plain_page(title=title, body=body, language=language, path="/", with_entry=False)
    return Response(page, 413, mimetype="text/html")


def _way_back(language: str) -> Markup:
    say = speak(language)
    return Markup('<p><a href="{}">{}</a></p>').format(in_language("/", language), say("To the first page"))
