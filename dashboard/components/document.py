"""A staff page as one HTML document: the same frame as around the others, drawn here, so that no script is needed."""

from typing import Any

from flask import Response
from markupsafe import Markup

from dashboard.access.context import PageContext
from dashboard.access.gate import current_csrf_token
from dashboard.components.plain_page import render_style_links
from dashboard.components.render_html import render_html
from dashboard.components.shell import build_shell
from dashboard.static_files import static_url

STYLES = ("bootstrap.css", "fonts.css", "base.css", "staff.css", "sending.css", "work.css", "accounts.css")

_DOCUMENT = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · CARDEC</title>'
    '<link rel="icon" type="image/svg+xml" href="{icon}">{styles}<script src="{script}" defer></script>'
    '<script src="{copy}" defer></script></head>\n'
    '<body class="staff"><div id="page">{page}</div></body></html>\n'
)


def make_document_response(page: PageContext, title: str, content: Any, status: int = 200) -> Response:
    """The content in its frame, as an answer. Its script only adds: progress of uploads, menus that close."""
    html = _DOCUMENT.format(
        language=page.language,
        title=title,
        icon=static_url("icon.svg"),
        styles=render_style_links(STYLES),
        script=static_url("sending.js"),
        copy=static_url("copy.js"),
        page=render_html(build_shell(page, content), csrf=current_csrf_token()),
    )
    return Response(html, status, mimetype="text/html")
