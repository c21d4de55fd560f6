"""The guide to the public pages."""

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.help_links import PUBLIC_HELP_PATH
from dashboard.components.plain_page import render_plain_page
from etl.publication.guides import PUBLIC_GUIDE, read_guide


@registry.route(PUBLIC_HELP_PATH, permission="public")
def show_public_guide(page: PageContext) -> ResponseReturnValue:
    """Return the guide to the public pages."""
    guide = read_guide(PUBLIC_GUIDE, page.language)
    html = render_plain_page(
        "public_guide.html",
        title=guide.title,
        locale=page.locale,
        path=PUBLIC_HELP_PATH,
        with_sign_in=not page.context.settings.public_only,
        guide=guide,
    )
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response
